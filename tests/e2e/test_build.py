"""Building: what comes out, the same bytes every time, and what bad input does."""

import json
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kgbuild.store.embedded import Store

Run = Callable[..., subprocess.CompletedProcess[str]]
SAMPLES = Path(__file__).resolve().parents[2] / "seeds" / "articles"


def rows(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def texts(store: Path) -> dict[str, str]:
    """Text of every article of a store, by document id."""
    with Store.open(store) as opened:
        return {extraction.article.id: extraction.article.text for extraction in opened.records()}


def test_every_offset_points_at_its_quotation(run: Run, demo: Path) -> None:
    by_id = texts(demo)
    acts = rows(run("acts", "--store", demo).stdout)
    mentions = rows(run("mentions", "--store", demo).stdout)
    assert len(acts) > 100
    assert len(mentions) > 200
    quotations = mentions + [
        act[part] | {"document": act["document"]} for act in acts for part in ("trigger", "evidence")
    ]
    for quotation in quotations:
        text = by_id[quotation["document"]]
        assert text[quotation["start"] : quotation["end"]] == quotation["text"]


def test_counts_close(run: Run, demo: Path) -> None:
    manifest = json.loads((demo / "manifest.json").read_text(encoding="utf-8"))
    counts = Counter(manifest["counts"])
    assert counts["mentions"] == counts["linked"] + counts["nil"] + counts["ambiguous"]
    assert counts["mentions"] == len(rows(run("mentions", "--store", demo).stdout))
    assert counts["triggers"] == counts["acts"] + counts["trigger_issues"]
    assert counts["acts"] == len(rows(run("acts", "--store", demo).stdout))
    issues = rows((demo / "issues.jsonl").read_text(encoding="utf-8"))
    assert counts["trigger_issues"] == sum(issue["code"] == "trigger-without-agent" for issue in issues)


def test_never_more_acts_in_a_place_than_triggers(run: Run, demo: Path) -> None:
    acts = rows(run("acts", "--store", demo).stdout)
    places = Counter((act["document"], act["trigger"]["start"]) for act in acts)
    assert max(places.values()) == 1


def test_same_bytes_whatever_the_hash_seed_and_the_order_of_files(
    run_apart: Run, demo: Path, tmp_path: Path
) -> None:
    files = sorted(path for path in SAMPLES.iterdir() if path.suffix in {".txt", ".html", ".jsonl"})
    shutil.copytree(demo / "nlp", tmp_path / "kg" / "nlp")
    recorded = sorted((tmp_path / "kg" / "nlp").rglob("*.json"))
    for path in recorded[::4]:
        path.unlink()  # these are tagged again
    done = run_apart("build", *reversed(files), "--store", tmp_path / "kg", seed="2")
    assert done.returncode == 0, done.stderr
    assert sorted((tmp_path / "kg" / "nlp").rglob("*.json")) == recorded
    first = run_apart("export", "nquads", "--store", demo, seed="3").stdout
    second = run_apart("export", "nquads", "--store", tmp_path / "kg", seed="4").stdout
    assert first
    assert first == second


def test_building_in_steps_gives_the_graph_of_building_at_once(run: Run, demo: Path, tmp_path: Path) -> None:
    one, two = SAMPLES / "01-information-security-offer.txt", SAMPLES / "02-new-start-extension.txt"
    steps, once = tmp_path / "steps", tmp_path / "once"
    for folder in (steps, once):
        shutil.copytree(demo / "nlp", folder / "nlp")
    assert run("build", one, "--store", steps).returncode == 0
    again = run("build", one, two, "--store", steps)
    assert again.returncode == 0
    assert "1 unchanged" in again.stdout
    assert run("build", two, one, "--store", once).returncode == 0
    assert run("export", "nquads", "--store", steps).stdout == run("export", "nquads", "--store", once).stdout


@pytest.fixture(scope="module")
def bad_input(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bad")
    good = "قال وزير الخارجية الروسي سيرغي لافروف إن بلاده تقترح على الولايات المتحدة حوارا جديدا."
    (folder / "good.txt").write_text(good, encoding="utf-8")
    (folder / "empty.txt").write_text("", encoding="utf-8")
    (folder / "latin.txt").write_bytes(good.encode("cp1256"))
    english = "The foreign minister said that his country proposes a new dialogue to the United States."
    (folder / "english.txt").write_text(english, encoding="utf-8")
    records = [
        json.dumps({"id": "long", "text": "ا" * 5_000_000}, ensure_ascii=False),
        json.dumps({"id": "textless", "title": "بلا نص"}, ensure_ascii=False),
        json.dumps({"id": "fine", "text": good}, ensure_ascii=False),
        "{not json",
    ]
    (folder / "records.jsonl").write_text("\n".join(records), encoding="utf-8")
    return folder


def test_bad_input_becomes_issues_and_the_run_goes_on(run: Run, bad_input: Path, tmp_path: Path) -> None:
    store = tmp_path / "kg"
    done = run("build", bad_input, "--store", store)
    assert done.returncode == 0, done.stderr + done.stdout
    issues = {(i["article"], i["code"]) for i in rows((store / "issues.jsonl").read_text(encoding="utf-8"))}
    codes = Counter(code for _, code in issues)
    for code in ("empty-article", "not-utf8", "not-arabic", "line-too-long", "no-text", "bad-json"):
        assert codes[code] == 1, (code, issues)
    assert "Read 8 records: 2 articles" in done.stdout
    assert set(texts(store)) == {"good", "fine"}


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("build", "no-such-folder"), 2, "no-such-folder"),
        (("build", "--no-such-option", "."), 2, "--no-such-option"),
        (("build",), 2, "PATHS"),
        (("validate", "--store", "no-such-store"), 3, "kgbuild build"),
        (("acts", "--store", "no-such-store"), 3, "kgbuild build"),
        (("models", "verify", "no-such-models"), 3, "no-such-models"),
    ],
)
def test_usage_errors_help(run: Run, arguments: tuple[str, ...], code: int, said: str) -> None:
    done = run(*arguments)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_changed_model_file_stops_the_run(run: Run, tmp_path: Path) -> None:
    bundled = SAMPLES.parents[1] / "models" / "ar-bundled"
    copy = tmp_path / "models"
    shutil.copytree(bundled, copy)
    tokenizer = next((copy / "ar" / "tokenize").glob("*.pt"))
    weights = bytearray(tokenizer.read_bytes())
    weights[len(weights) // 2] ^= 1
    tokenizer.write_bytes(weights)
    done = run("build", SAMPLES, "--store", tmp_path / "kg", "--models", copy)
    assert done.returncode == 3
    assert tokenizer.name in done.stderr
