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


@pytest.fixture(scope="module", params=["seeds", "dev"])
def built(
    request: pytest.FixtureRequest, run: Run, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Path]:
    store = tmp_path_factory.mktemp(request.param) / "kg"
    source = SHARED / "seeds" if request.param == "seeds" else SHARED / "eval" / "dev.jsonl"
    done = run("build", source, "--store", store)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "conforms" in done.stdout
    return request.param, store


def oracle(run: Run, store: Path, gold: Path, folder: Path) -> dict[str, Any]:
    for kind in ("acts", "mentions"):
        run(kind, "--store", store, "-o", folder / f"{kind}.jsonl")
    command: list[str | Path] = [sys.executable, SHARED / "eval" / "score.py", gold]
    command += ["--acts", folder / "acts.jsonl", "--mentions", folder / "mentions.jsonl"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_figures_agree_and_reach_the_bars(run: Run, built: tuple[str, Path], tmp_path: Path) -> None:
    split, store = built
    done = run("evaluate", GOLD / split, "--store", store, "--format", "json")
    assert done.returncode == 0, done.stderr
    ours = json.loads(done.stdout)
    assert ours == oracle(run, store, GOLD / split, tmp_path)
    assert ours["mention"]["f1"] >= 0.80
    assert ours["act"]["f1"] >= 0.45


def test_the_seven_names_are_linked(run: Run, built: tuple[str, Path]) -> None:
    split, store = built
    mentions = [json.loads(line) for line in run("mentions", "--store", store).stdout.splitlines()]
    linked = {
        (m["document"], m["end"], (m["entity"] or {}).get("label_en"))
        for m in mentions
        if m["entity"].get("label_en")
    }
    wanted = found = 0
    for path in sorted((GOLD / split).glob("*.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        for entity in gold["entities"]:
            if entity["canonical_en"] in NAMES and entity.get("kind") != "nominal":
                if entity.get("zone") not in {"title", "subtitle", "body"}:
                    continue
                wanted += 1
                found += (gold["id"], entity["end"], entity["canonical_en"]) in linked
    assert wanted > (50 if split == "seeds" else 5)
    assert found / wanted >= 0.95, f"{found} of {wanted}"


def test_every_offset_of_real_articles(run: Run, built: tuple[str, Path]) -> None:
    _, store = built
    with Store.open(store) as opened:
        texts = {extraction.article.id: extraction.article.text for extraction in opened.records()}
    acts = [json.loads(line) for line in run("acts", "--store", store).stdout.splitlines()]
    mentions = [json.loads(line) for line in run("mentions", "--store", store).stdout.splitlines()]
    for row in mentions + [
        act[part] | {"document": act["document"]} for act in acts for part in ("trigger", "evidence")
    ]:
        assert texts[row["document"]][row["start"] : row["end"]] == row["text"]
