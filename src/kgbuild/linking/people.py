"""Short mentions of people named in full elsewhere in the article («أنتونوف», «أبو عاقلة»)."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from kgbuild.linking.grammar import Clitics
from kgbuild.linking.matcher import phrase_key
from kgbuild.linking.spots import Spot
from kgbuild.linking.vocabulary import Reading
from kgbuild.model import Entity, Kind

_WORD = re.compile(r"[^\W_]+")
_SHORTEST = 3
_NAME_TAGS = frozenset({"", "PROPN", "X", "NOUN"})


@dataclass(frozen=True, slots=True)
class FullName:
    """A person named in full at ``start`` of the search text."""

    start: int
    name: str
    entity: Entity


class ShortNames:
    """What people named in full in an article can be called for short."""

    def __init__(self, particles: Iterable[str], clitics: Clitics) -> None:
        """``particles`` belong to the surname after them."""
        self._particles = frozenset(phrase_key(particle) for particle in particles)
        self._clitics = clitics

    def surname(self, full: str) -> str:
        """The surname of a full name (folded, two words or more), its particles included."""
        words = full.split()
        first = len(words) - 1
        while first > 1 and words[first - 1] in self._particles:
            first -= 1
        return " ".join(words[first:])

    def find(
        self,
        reading: Reading,
        people: Sequence[FullName],
        free: Callable[[int, int], bool],
        tags: Callable[[int], str],
    ) -> list[tuple[Spot, Entity]]:
        """Surnames that stand alone where ``free`` allows, each with the person meant.

        Of two people with one surname the one named last before is meant.
        """
        by_surname: dict[str, list[FullName]] = {}
        for person in people:
            surname = self.surname(person.name)
            if len(surname) >= _SHORTEST:
                by_surname.setdefault(surname, []).append(person)
        found: list[tuple[Spot, Entity]] = []
        if not by_surname:
            return found
        words = list(_WORD.finditer(reading.search.text))
        longest = max(len(surname.split()) for surname in by_surname)
        taken = -1
        for number, word in enumerate(words):
            if word.start() < taken:
                continue
            for count in range(longest, 0, -1):
                if number + count > len(words):
                    continue
                end = words[number + count - 1].end()
                start = self._match(reading.search.text[word.start() : end], by_surname)
                if start is None:
                    continue
                begin = word.start() + start
                if free(begin, end) and tags(begin) in _NAME_TAGS:
                    owners = by_surname[reading.search.text[begin:end]]
                    found.append((Spot(begin, end, Kind.PERSON), nearest(owners, begin)))
                    taken = end
                    break
        return found

    def _match(self, text: str, surnames: dict[str, list[FullName]]) -> int | None:
        """Where a surname begins in a word or words, behind proclitics; None when it is none."""
        for length in range(min(3, len(text))):
            if text[:length] in self._clitics.proclitics and text[length:] in surnames:
                return length
        return None


def nearest(owners: Sequence[FullName], place: int) -> Entity:
    """Of people (not empty, by start) the one named last before a place, else the first."""
    return owners[max(0, bisect_left(owners, place, key=lambda person: person.start) - 1)].entity
