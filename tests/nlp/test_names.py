"""Names of people in plain sentences: no word of them may be split, a proclitic before them is shed."""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from kgbuild.model import Analysis, Span
from kgbuild.nlp.reading import read
from kgbuild.nlp.segmentation import spelling
from kgbuild.nlp.stanza_adapter import StanzaAnalyzer
from kgbuild.resources import data_path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
ENTITIES = ROOT.parent / "shared" / "eval" / "entities.json"
POLITICIANS = HERE / "names" / "politicians.tsv"
AT_ONCE = 200
"""Sentences in one run of the tokenizer."""
SPLIT_AT_MOST = 0.07
KEPT_AT_MOST = 0.22
TAUGHT_SPLIT_AT_MOST = 0.01
"""Shares of the names, a little over what was measured: some are ordinary words too (``بان``, that)."""
EVERY_LISTED = 5


@dataclass(frozen=True)
class Case:
    """A name in a sentence; ``start`` is where it begins there, with its proclitic."""

    name: str
    proclitic: str
    text: str
    start: int

    @property
    def written(self) -> str:
        return attached(self.proclitic, self.name)


@dataclass(frozen=True)
class Read:
    """What became of a name in a sentence: words split in it, or a proclitic not taken off."""

    case: Case
    split: tuple[str, ...]
    kept: bool


def attached(proclitic: str, name: str) -> str:
    """The name with a proclitic; ل and the article make لل."""
    return proclitic + (name[1:] if proclitic == "ل" and name.startswith("ال") else name)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        kept = (line for line in lines if not line.startswith("#"))
        return list(csv.DictReader(kept, delimiter="\t", quoting=csv.QUOTE_NONE))


def cases(names: Sequence[str]) -> Iterator[Case]:
    for name in (read(name).text for name in names):
        for row in rows(HERE / "names" / "carriers.tsv"):
            proclitic = row["proclitic"] or ""
            yield Case(
                name,
                proclitic,
                row["sentence"].format(attached(proclitic, name)),
                row["sentence"].index("{}"),
            )


def read_names(analyzer: StanzaAnalyzer, names: Sequence[str]) -> Iterator[Read]:
    """Run the tokenizer and the splitting into words over every name in every sentence."""
    every = list(cases(names))
    for first in range(0, len(every), AT_ONCE):
        batch = every[first : first + AT_ONCE]
        text = "\n\n".join(case.text for case in batch)
        document = analyzer._segmented(text, range(len(text)))
        tokens = {t.start_char: t for sentence in document.sentences for t in sentence.tokens}
        line = 0
        for case in batch:
            split, kept = [], False
            at = line + case.start
            for number, written in enumerate(case.written.split(" ")):
                proclitic = "" if number else case.proclitic
                token = tokens.get(at)
                words = [w.text for w in token.words] if token and token.text == written else []
                if proclitic and words == [written]:
                    kept = True
                elif len(words) != (2 if proclitic else 1) or (proclitic and words[0] != proclitic):
                    split.append(written)
                at += len(written) + 1
            yield Read(case, tuple(split), kept)
            line += len(case.text) + 2


def names_split(analyzer: StanzaAnalyzer, names: Sequence[str]) -> tuple[dict[str, set[str]], set[str]]:
    """Names of which a word was split, with these words; names that kept a proclitic somewhere."""
    split: dict[str, set[str]] = {}
    kept = set()
    for one in read_names(analyzer, names):
        if one.split:
            split.setdefault(one.case.name, set()).update(one.split)
        if one.kept:
            kept.add(one.case.name)
    return split, kept


def spelled(name: str) -> str:
    return spelling(read(name).text).replace("-", " ")


def listed_names() -> set[str]:
    """Everything the product and its training list as a name of a person."""
    names = {spelled(row["name"]) for row in rows(ROOT / "training" / "names.tsv")}
    names |= {spelled(row["name"]) for row in rows(ROOT / "training" / "politicians.tsv")}
    for row in rows(data_path("seeds", "entities", "people.tsv")):
        names |= {spelled(name) for name in (row["label_ar"], *(row["aliases_ar"] or "").split("|"))}
    return names


def test_the_politicians_are_many_and_from_everywhere() -> None:
    people = rows(POLITICIANS)
    assert len({spelled(row["name"]) for row in people}) == len(people) >= 500
    countries = Counter(row["country"] for row in people)
    assert len(countries) >= 120
    assert max(countries.values()) < len(people) / 10
    assert all(re.fullmatch("[\u0621-\u063a\u0641-\u064a ]+", row["name"]) for row in people)
    assert all(" " in row["name"] and ", " in row["who"] for row in people)


def test_no_politician_is_in_any_list() -> None:
    listed = listed_names()
    assert [row["name"] for row in rows(POLITICIANS) if spelled(row["name"]) in listed] == []


def test_few_of_the_politicians_are_split(analyzer: StanzaAnalyzer) -> None:
    names = [row["name"] for row in rows(POLITICIANS)]
    split, kept = names_split(analyzer, names)
    assert len(split) <= SPLIT_AT_MOST * len(names), split
    assert len(kept) <= KEPT_AT_MOST * len(names), kept


def test_names_that_the_product_was_taught_are_whole(analyzer: StanzaAnalyzer) -> None:
    people = rows(data_path("seeds", "entities", "people.tsv"))
    names = [row["label_ar"] for row in people[::EVERY_LISTED]]
    split, kept = names_split(analyzer, names)
    assert len(split) <= TAUGHT_SPLIT_AT_MOST * len(names), split
    assert len(kept) <= KEPT_AT_MOST * len(names), kept


@pytest.mark.skipif(not ENTITIES.is_file(), reason="the evaluation data is not here")
def test_no_person_of_the_first_articles_is_split(analyzer: StanzaAnalyzer) -> None:
    entities = json.loads(ENTITIES.read_text(encoding="utf-8"))
    people = [row for row in entities if row["type"] == "Person" and row["wikidata"]]
    names = sorted({name for row in people for name in (row["canonical_ar"], *row["surface_forms"])})
    assert len(names) > len(people) > 0
    split, _ = names_split(analyzer, names)
    assert split == {}


@pytest.mark.parametrize("proclitic", ["و", "ب", "ل", "ف", "وب", "ول"])
@pytest.mark.parametrize(
    "name", ["بايدن", "لافروف", "بوتين", "الحريري", "واشنطن", "كيري", "فالتر", "ليبرمان"]
)
def test_proclitics_are_shed_with_offsets_kept(name: str, proclitic: str, analyzer: StanzaAnalyzer) -> None:
    written = proclitic[:-1] + attached(proclitic[-1], name)
    text = f"تحدث الوزير مطولا {written} أمس."
    start = text.index(written)
    analysis = _words_of(analyzer, text)
    [token] = [t for s in analysis.sentences for t in s.tokens if t.span.start == start]
    assert token.text == written
    assert [w.text for w in token.words] == [*proclitic, name]
    assert [w.span.of(text) for w in token.words] == [*proclitic, written[len(proclitic) :]]


def _words_of(analyzer: StanzaAnalyzer, text: str) -> Analysis:
    from kgbuild.model import Zone, ZoneKind

    return analyzer.analyze(text, [Zone(Span(0, len(text)), ZoneKind.BODY, "test")])
