"""Everything in an article that stands for entities: names with their titles, titles, group nouns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kgbuild.linking.appositions import attach
from kgbuild.linking.choosing import probable_period
from kgbuild.linking.gazetteer import Gazetteer
from kgbuild.linking.groups import GroupResolver, Named
from kgbuild.linking.offices import STATES, Appearance, Holders, Period, TitleResolver
from kgbuild.linking.titles import TitlePhrase, read_titles
from kgbuild.linking.vocabulary import Reading
from kgbuild.model import Entity, Kind, Referent, Span

COLLECTIVE = "collective"
"""Subtype of what is referred to but is no name: «الغرب», «الدول العربية»."""


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    entities: tuple[Entity, ...]
    how: str


class ReferentFinder:
    """Finds the referents of one article. Where two could overlap, the one found first stays."""

    def __init__(
        self,
        gazetteer: Gazetteer,
        holders: Holders,
        reading: Reading,
        inside: Callable[[int, int], bool],
        period: Period | None,
        inside_words: frozenset[str],
    ) -> None:
        """``inside`` tells whether a stretch is read at all; ``period`` is when the article was written.

        ``inside_words`` say that something happens in the place after them.
        """
        self._gazetteer = gazetteer
        self._holders = holders
        self._reading = reading
        self._inside = inside
        self._period = period
        self._inside_words = inside_words
        self._found: list[_Found] = []
        self._covered: set[int] = set()

    def find(self, named: Sequence[Named]) -> tuple[tuple[Referent, ...], list[tuple[Span, str]]]:
        """Referents by start, and the group nouns that stand for nobody known, with what they mean.

        ``named`` are the article's mentions, by start.
        """
        others = {one.start: (one.end, one.entity) for one in named if one.kind is not Kind.PERSON}
        phrases = [p for p in read_titles(self._reading, others.get) if self._inside(p.start, p.end)]
        people = [(one.start, one.end, one.entity) for one in named if one.kind is Kind.PERSON]
        appearances, ranges, used = attach(self._reading, phrases, people, self._holders, self._period)
        for (first, last), appearance in zip(ranges, appearances, strict=True):
            self._add(_Found(first, last, (appearance.person,), "name"))
        self._titles([phrase for phrase in phrases if phrase not in used], appearances)
        for one in named:
            if one.kind is not Kind.PERSON:
                how = "group" if one.entity.subtype == COLLECTIVE else "name"
                self._add(_Found(one.start, one.end, (one.entity,), how))
        unresolved = self._groups(appearances)
        span = self._reading.search.span
        return (
            tuple(Referent(span(one.start, one.end), one.entities, one.how) for one in self._in_order()),
            unresolved,
        )

    def _in_order(self) -> list[_Found]:
        return sorted(self._found, key=lambda one: one.start)

    def _add(self, found: _Found) -> None:
        place = range(found.start, found.end)
        if not self._covered.intersection(place):
            self._covered.update(place)
            self._found.append(found)

    def _titles(self, phrases: Sequence[TitlePhrase], appearances: Sequence[Appearance]) -> None:
        period = self._period or probable_period(appearances, self._holders)
        resolver = TitleResolver(self._holders, appearances, period)
        for phrase in phrases:
            entity = resolver.resolve(phrase)
            if entity is not None:
                self._add(_Found(phrase.start, phrase.end, (entity,), "title"))

    def _is_located(self, found: _Found) -> bool:
        """Whether a city is where something happens: «في بغداد»."""
        entity = found.entities[0]
        if entity.kind is not Kind.PLACE or entity.subtype in STATES:
            return False
        search = self._reading.search
        written = search.text[search.word_start(found.start) : found.start]
        before = written or search.previous_word(found.start)
        return before in self._inside_words

    def _groups(self, appearances: Sequence[Appearance]) -> list[tuple[Span, str]]:
        named = [
            Named(one.start, one.end, one.entities[0], one.entities[0].kind, self._is_located(one))
            for one in self._in_order()
        ]
        resolver = GroupResolver(self._gazetteer, self._holders, named, appearances)
        unresolved: list[tuple[Span, str]] = []
        for standing in resolver.read(self._reading):
            place = range(standing.start, standing.end)
            if self._covered.intersection(place) or not self._inside(standing.start, standing.end):
                continue
            if standing.entities:
                self._add(_Found(standing.start, standing.end, standing.entities, standing.how))
            else:
                unresolved.append((self._reading.search.span(standing.start, standing.end), standing.means))
        return unresolved
