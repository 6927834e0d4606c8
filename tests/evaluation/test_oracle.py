"""The scorer agrees, figure by figure, with the one that comes with the shared annotations."""

import importlib.util
import json
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from kgbuild.evaluation import read_gold, read_rows, score
from kgbuild.evaluation.gold import gold_article
from kgbuild.evaluation.record import Record

SHARED = Path(__file__).resolve().parents[3] / "shared" / "eval"
ORACLE = SHARED / "score.py"
TYPES = ["State", "Propose", "Reject", "Accuse", "Deny", "Meet", "Negotiate", "Call", "Sign", "Other"]
TOPICS = ["cyber", "arms-control", "ukraine", "syria", "trade", "other"]

pytestmark = pytest.mark.skipif(not ORACLE.is_file(), reason="the shared annotations are not here")
Row = dict[str, Any]


@pytest.fixture(scope="module")
def oracle() -> ModuleType:
    spec = importlib.util.spec_from_file_location("shared_score", ORACLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def raw_gold(*splits: str) -> list[Row]:
    paths = (path for split in splits for path in sorted((SHARED / "gold" / split).glob("*.json")))
    return [json.loads(path.read_text(encoding="utf-8")) for path in paths]


class Garbler:
    """Turns gold into the rows of an imperfect system: some left out, moved, retyped, swapped, made up."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)  # noqa: S311
        self.rate = self.rng.choice([0.0, 0.05, 0.15, 0.3, 0.6])

    def often(self, factor: float = 1.0) -> bool:
        return self.rng.random() < self.rate * factor

    def entity(self, name: str, wikidata: str | None) -> Row:
        row: Row = {"iri": f"https://example.org/{name.replace(' ', '_')}", "label_en": name}
        if wikidata:
            row["wikidata"] = wikidata
        if self.often():
            words = name.split()
            row["label_en"] = self.rng.choice(
                [f"{words[0][0]}. {words[-1]}", words[-1], name.upper(), "Moscow"]
            )
        if self.often(0.5):
            row["label_en"] = None
            row["label_ar"] = self.rng.choice(["روسيا", name])
        if self.often(0.5):
            row["wikidata"] = self.rng.choice(["Q159", "Q30", None])
        if self.often(0.3):
            row["iri"] = "https://example.org/other"
        return row

    def span(self, start: int, end: int) -> tuple[int, int]:
        if self.often():
            start = max(0, start + self.rng.randint(-5, 5))
        if self.often(0.5):
            end += self.rng.randint(-9, 9)
        return start, max(start, end)

    def mentions(self, gold: Row) -> Iterator[Row]:
        for item in gold["entities"]:
            if self.often():
                continue
            start, end = self.span(item["start"], item["end"])
            kind = self.rng.choice(["Person", "Place", "Role"]) if self.often(0.5) else item["type"]
            row = {"document": gold["id"], "text": "…", "start": start, "end": end, "type": kind}
            row["entity"] = (
                self.entity(item["canonical_en"], item["wikidata"]) if not self.often(0.3) else None
            )
            yield row
            if self.often(0.5):
                yield dict(row)

    def names(self, wanted: list[str], pool: list[str]) -> list[Row]:
        names = [name for name in wanted if not self.often()]
        if self.often():
            names += self.rng.sample(pool, min(len(pool), self.rng.randint(1, 3)))
        return [self.entity(name, None) for name in names]

    def acts(self, gold: Row) -> Iterator[Row]:
        pool = sorted({item["canonical_en"] for item in gold["entities"]})
        for item in gold["acts"]:
            if self.often():
                continue
            agent, addressee = item["agent"], item["addressee"]
            if self.often():
                agent, addressee = addressee, agent
            if item.get("alt_agents") and self.often(2):
                agent = item["alt_agents"]
            yield {
                "document": gold["id"],
                "type": self.type_of(item),
                "trigger": self.quotation(item, "trigger"),
                "evidence": self.quotation(item, "evidence"),
                "agent": self.names(agent, pool),
                "addressee": self.names(addressee, pool),
                "reported_by": self.names(item["reported_by"], pool),
                "topics": self.rng.sample(TOPICS, 2) if self.often() else item["topics"],
                "negated": item["negated"] is not self.often(0.3),
                "conditional": item["conditional"] is not self.often(0.3),
            }

    def type_of(self, item: Row) -> str:
        if self.often():
            return self.rng.choice(TYPES)
        return str(self.rng.choice([item["type"], *item.get("alt_types", ())]))

    def quotation(self, item: Row, key: str) -> Row:
        start = item[f"{key}_start"]
        start, end = self.span(start, start + len(item[key]))
        if self.often(0.5):
            start, end = start + 30, end + 60
        return {"text": item[key], "start": start, "end": end}


def with_all_keys(figures: Row) -> Row:
    """The oracle leaves out a figure that nothing was counted for; ours is zero then."""
    nothing = {"p": 0.0, "r": 0.0, "f1": 0.0, "tp": 0, "fp": 0, "fn": 0}
    names = ["mention", "detected", "typed", "act", "addressee", "reported_by", "negated", "conditional"]
    return dict.fromkeys(names, nothing) | figures


@pytest.fixture(scope="module")
def golds() -> list[Row]:
    return raw_gold("seeds", "dev", "news")


@pytest.mark.parametrize("batch", range(6))
def test_agrees_on_garbled_gold(oracle: ModuleType, golds: list[Row], batch: int) -> None:
    figures = set()
    for case in range(40):
        garbler = Garbler(batch * 1000 + case)
        some = garbler.rng.sample(golds, 2)
        acts = [act for gold in some for act in garbler.acts(gold)]
        mentions = [mention for gold in some for mention in garbler.mentions(gold)]
        garbler.rng.shuffle(acts)
        articles = [
            oracle.Article(
                gold,
                [act for act in acts if act["document"] == gold["id"]],
                [mention for mention in mentions if mention["document"] == gold["id"]],
            )
            for gold in some
        ]
        ours = score([gold_article(Record(gold, gold["id"])) for gold in some], acts, mentions).as_dict()
        assert ours == with_all_keys(oracle.score(articles)), f"batch {batch}, case {case}"
        figures.add(ours["act"]["f1"])
    assert len(figures) > 10  # the garbling does garble


@pytest.mark.parametrize("split", ["seeds", "dev"])
def test_agrees_with_the_command_line_on_a_whole_split(tmp_path: Path, split: str) -> None:
    garbler = Garbler(7)
    garbler.rate = 0.2
    for name in ("acts", "mentions"):
        rows = [row for gold in raw_gold(split) for row in getattr(garbler, name)(gold)]
        lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
        (tmp_path / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")
    folder = SHARED / "gold" / split
    files = [tmp_path / "acts.jsonl", tmp_path / "mentions.jsonl"]
    command = [sys.executable, str(ORACLE), str(folder), "--acts", str(files[0]), "--mentions", str(files[1])]
    done = subprocess.run(command, capture_output=True, check=True, encoding="utf-8", timeout=60)
    ours = score(read_gold(folder), *(read_rows(path) for path in files))
    assert ours.as_dict() == json.loads(done.stdout)
    assert ours.unseen == ()


def test_perfect_rows_score_one() -> None:
    golds = raw_gold("seeds", "dev")
    garbler = Garbler(1)
    garbler.rate = 0.0
    ours = score(
        [gold_article(Record(gold, gold["id"])) for gold in golds],
        [act for gold in golds for act in garbler.acts(gold)],
        [mention for gold in golds for mention in garbler.mentions(gold)],
    )
    figures = ours.as_dict()
    assert figures["detected"]["f1"] == 1.0
    assert figures["mention"]["f1"] == 1.0
    assert figures["negated"]["fp"] + figures["negated"]["fn"] == 0
