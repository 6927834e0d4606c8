"""The figures on the annotated articles, where those are at hand; both scorers must print the same."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kgbuild.store.embedded import Store

Run = Callable[..., subprocess.CompletedProcess[str]]
SHARED = Path(__file__).resolve().parents[3] / "shared"
GOLD = SHARED / "eval" / "gold"
NAMES = {
    "Vladimir Putin",
    "Joe Biden",
    "Sergey Lavrov",
    "Dmitry Peskov",
    "Sergei Ryabkov",
    "Anatoly Antonov",
    "TASS",
}

pytestmark = pytest.mark.skipif(not GOLD.is_dir(), reason="the annotated articles are not at hand")


@pytest.fixture(scope="module")
def stores(run: Run, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A store of each test split."""
    built = {}
    for split, source in (("seeds", SHARED / "seeds"), ("dev", SHARED / "eval" / "dev.jsonl")):
        built[split] = tmp_path_factory.mktemp(split) / "kg"
        done = run("build", source, "--store", built[split])
        assert done.returncode == 0, done.stdout + done.stderr
        assert "conforms" in done.stdout
    return built


def oracle(run: Run, store: Path, gold: Path, folder: Path) -> dict[str, Any]:
    for kind in ("acts", "mentions"):
        run(kind, "--store", store, "-o", folder / f"{kind}.jsonl")
    command: list[str | Path] = [sys.executable, SHARED / "eval" / "score.py", gold]
    command += ["--acts", folder / "acts.jsonl", "--mentions", folder / "mentions.jsonl"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("split", ["seeds", "dev"])
def test_figures_agree_and_reach_the_bars(
    run: Run, stores: dict[str, Path], split: str, tmp_path: Path
) -> None:
    store = stores[split]
    done = run("evaluate", GOLD / split, "--store", store, "--format", "json")
    assert done.returncode == 0, done.stderr
    ours = json.loads(done.stdout)
    assert ours == oracle(run, store, GOLD / split, tmp_path)
    assert ours["mention"]["f1"] >= 0.80
    assert ours["act"]["f1"] >= 0.45


def test_the_seven_names_are_linked(run: Run, stores: dict[str, Path]) -> None:
    mentions = [json.loads(line) for line in run("mentions", "--store", stores["seeds"]).stdout.splitlines()]
    wanted = found = 0
    for path in sorted((GOLD / "seeds").glob("*.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        for entity in gold["entities"]:
            if entity["canonical_en"] not in NAMES or entity.get("kind") == "nominal":
                continue
            if entity.get("zone") not in {"title", "subtitle", "body"}:
                continue
            wanted += 1
            found += any(
                m["document"] == gold["id"]
                and m["start"] < entity["end"]
                and entity["start"] < m["end"]
                and m["entity"].get("label_en") == entity["canonical_en"]
                for m in mentions
            )
    assert wanted > 50
    assert found / wanted >= 0.95, f"{found} of {wanted}"


@pytest.mark.parametrize("split", ["seeds", "dev"])
def test_every_offset_of_real_articles(run: Run, stores: dict[str, Path], split: str) -> None:
    store = stores[split]
    with Store.open(store) as opened:
        texts = {extraction.article.id: extraction.article.text for extraction in opened.records()}
    acts = [json.loads(line) for line in run("acts", "--store", store).stdout.splitlines()]
    mentions = [json.loads(line) for line in run("mentions", "--store", store).stdout.splitlines()]
    for row in mentions + [
        act[part] | {"document": act["document"]} for act in acts for part in ("trigger", "evidence")
    ]:
        assert texts[row["document"]][row["start"] : row["end"]] == row["text"]
