"""When two names are of one thing, and where the gold says that each is named."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kgbuild.evaluation.gold import GoldArticle
from kgbuild.evaluation.rows import EntityRef, MentionRow
from kgbuild.model import Span
from kgbuild.text.tables import read_table

_IGNORED_WORDS = frozenset({"the", "of", "government"})
_SHORTEST_SURNAME = 4
_SAME_PLACE = 0.5


def read_metonyms(path: Path) -> Mapping[str, str]:
    """Seats of government by name in lower case, and the states they speak for.

    Raises:
        DataFileError: if a row is malformed, incomplete, not in lower case, or names a seat again.
    """
    table: dict[str, str] = {}
    for row in read_table(path, ("name", "stands_for")):
        name, state = row["name"], row["stands_for"]
        if not state:
            raise row.malformed(f"{name!r} stands for nothing")
        if (name, state) != (name.casefold(), state.casefold()):
            raise row.malformed("both names must be in lower case")
        if name in table:
            raise row.malformed(f"{name!r} is given twice")
        table[name] = state
    return table


@cache
def _metonyms() -> Mapping[str, str]:
    return read_metonyms(Path(__file__).with_name("metonyms.tsv"))


def fold_name(name: str | None) -> str:
    """A name without case, punctuation, articles and "government", a seat of government as its state."""
    plain = (name or "").casefold().strip()
    plain = _metonyms().get(plain, plain)
    words = "".join(char if char.isalnum() else " " for char in plain).split()
    return " ".join(word for word in words if word not in _IGNORED_WORDS)


def same_name(one: str | None, other: str | None) -> bool:
    """Whether two names are equal when folded, or share the surname and the first initial."""
    first, second = fold_name(one), fold_name(other)
    if first == second:
        return bool(first)
    if not first or not second:
        return False
    words, others = first.split(), second.split()
    surname = words[-1]
    return len(surname) >= _SHORTEST_SURNAME and surname == others[-1] and words[0][0] == others[0][0]


def share_of_shorter(one: Span, other: Span) -> float:
    """The part of the shorter span that the other covers, in [0, 1]."""
    return _shared(one, other) / max(1, min(len(one), len(other)))


def overlap_ratio(one: Span, other: Span) -> float:
    """Intersection over the stretch from the first start to the last end, in [0, 1]."""
    return _shared(one, other) / max(1, max(one.end, other.end) - min(one.start, other.start))


def _shared(one: Span, other: Span) -> int:
    return max(0, min(one.end, other.end) - max(one.start, other.start))


@dataclass(frozen=True, slots=True)
class Naming:
    """Where an article names what: the gold's names, and the system's entities."""

    gold_spans: Mapping[str, tuple[Span, ...]]
    """By folded name, metonyms under their state too."""
    gold_wikidata: Mapping[str, str]
    system_spans: Mapping[str, tuple[Span, ...]]
    """By entity IRI."""

    @classmethod
    def of(cls, article: GoldArticle, mentions: Iterable[MentionRow]) -> "Naming":
        """The names of one article beside the system's mentions in it."""
        gold_spans: dict[str, list[Span]] = defaultdict(list)
        wikidata: dict[str, str] = {}
        for entity in article.entities:
            for name in (entity.name, entity.metonym):
                if name:
                    gold_spans[fold_name(name)].append(entity.span)
            if entity.wikidata:
                wikidata[fold_name(entity.name)] = entity.wikidata
        system_spans: dict[str, list[Span]] = defaultdict(list)
        for mention in mentions:
            if mention.entity:
                system_spans[mention.entity.iri].append(mention.span)
        return cls(
            {name: tuple(spans) for name, spans in gold_spans.items()},
            wikidata,
            {iri: tuple(spans) for iri, spans in system_spans.items()},
        )

    def is_placed(self, name: str) -> bool:
        """Whether the gold marks this name anywhere; a participant that it does not is not scored."""
        return fold_name(name) in self.gold_spans

    def denotes(self, name: str, entity: EntityRef) -> bool:
        """Whether ``entity`` is what ``name`` names: same Wikidata id, same label, or named in one place."""
        key = fold_name(name)
        if entity.wikidata and self.gold_wikidata.get(key) == entity.wikidata:
            return True
        if same_name(name, entity.label_en) or same_name(name, entity.label_ar):
            return True
        return any(
            share_of_shorter(gold, system) >= _SAME_PLACE
            for gold in self.gold_spans.get(key, ())
            for system in self.system_spans.get(entity.iri, ())
        )
