"""Who takes part in a meeting or in talks, and where: what stands around their noun."""

from collections.abc import Iterator

from kgbuild.extraction.lexicon import Lexicon
from kgbuild.extraction.lines import Line
from kgbuild.extraction.phrases import Phrase, is_person
from kgbuild.extraction.roles import RoleFinder
from kgbuild.extraction.triggers import Found
from kgbuild.model import Entity, Kind

_REACH = 12
_DESCRIBING = frozenset({"ADJ", "NUM", "DET"})
_CITY = "city"
_BEHIND = 3
"""Tokens after the parties within which the place is named."""


class GatheringFinder:
    """Reads what stands around nouns of gatherings with one lexicon."""

    def __init__(self, lexicon: Lexicon, roles: RoleFinder) -> None:
        self._lexicon = lexicon
        self._roles = roles

    def between(self, line: Line, noun: int) -> Phrase | None:
        """Between whom a gathering is: «القمة التي انعقدت في سوتشي بين الرئيسين», «لقاء جمع الوزيرين».

        Only words that describe the gathering, say its time or place, or that it was held, may stand
        before "between" or "brought together", which must join at least two.
        """
        index = noun + 1
        while index < min(noun + 1 + _REACH, len(line.toks) - 1):
            if self._roles.is_a(line, index, "between", "gathering"):
                phrase = self.named(line, index + 1)
                return phrase if phrase is not None and len(phrase.entities) > 1 else None
            here = line.referent(index)
            if here is not None:
                phrase = self._roles.phrase(line, here[0])
                if not self._is_place(phrase, noun):
                    return None
                index = phrase.last
                continue
            if not self._describes(line, index):
                return None
            index += 1
        return None

    def named(self, line: Line, index: int) -> Phrase | None:
        """The phrase at a token, or behind the title that stands there: «الرئيسين الأميركي جو بايدن»."""
        start = index
        while index < len(line.toks) and line.referent(index) is None:
            if index > start and index not in line.nisbas:
                return None
            if line.toks[index].is_stop or self._roles.boundary(line, index):
                return None
            index += 1
        here = line.referent(index) if index < len(line.toks) else None
        if here is None:
            return None
        phrase = self._roles.phrase(line, here[0])
        return phrase if index == start or is_person(phrase.entities) else None

    def past_times(self, line: Line, index: int) -> int:
        """The first token from ``index`` on that tells no time."""
        while index < len(line.toks) and line.in_time(index):
            index += 1
        return index

    def partner(self, line: Line, trigger: Found) -> Phrase | None:
        """With whom it is, behind what it is about: «الحوار حول الأمن مع واشنطن»."""
        for phrase in self._roles.phrases_after(line, trigger.index + 1, trigger.index + 1 + _REACH):
            between = line.toks[trigger.index + 1 : phrase.first]
            if any(tok.upos == "VERB" or tok.is_comma for tok in between):
                return None
            if phrase.marker is not None and trigger.row.frame.get(phrase.marker) == "agent":
                return phrase
        return None

    def is_arranged(self, line: Line, trigger: Found) -> bool:
        """Whether it is still to be held by what the verb before says: «اتفقا على عقد لقاء»."""
        if trigger.part != "noun" or not trigger.row.joint:
            return False
        before = self._roles.before_marks(line, trigger.index)
        governed = before > 0 and self._roles.is_a(line, before - 1, "preposition-time")
        return before >= 0 and not governed and self._roles.is_a(line, before, "holding")

    def took_place(self, line: Line, noun: int) -> bool:
        """Whether what stands before a noun says that it took place, or will: «في لقاء», «على عقد لقاء»."""
        before = self._roles.before_marks(line, noun)
        known = ("preposition-in", "preposition-time", "holding")
        return before >= 0 and self._roles.is_a(line, before, *known)

    def places(self, line: Line, trigger: Found) -> Iterator[Entity]:
        """Where a gathering is, when no preposition says it: «قمة سوتشي», «استضافت فيينا محادثات»."""
        noun = trigger.index if trigger.part == "noun" else trigger.complement
        if noun is None or not trigger.row.joint:
            return
        after = line.referent(noun + 1) if noun + 1 < len(line.toks) else None
        if after is not None and not line.prefix(after[0]):
            yield from (e for e in after[1].entities if e.subtype == _CITY)
        parties = self.between(line, noun)
        if parties is not None:
            yield from self._located(line, noun + 1, parties.last + _BEHIND)
        index = noun - 1
        while index > 0 and (line.in_time(index) or self._roles.is_a(line, index, "preposition-in")):
            index -= 1
        host = line.referent(index) if index > 0 else None
        if host is not None:
            first = line.extent(host[0])[0]
            if first > 0 and self._roles.is_a(line, first - 1, "hosting"):
                yield from (e for e in host[1].entities if e.kind is Kind.PLACE)

    def _located(self, line: Line, start: int, end: int) -> Iterator[Entity]:
        """The places that "in" names in a stretch."""
        for index in range(start, min(end, len(line.toks))):
            here = line.referent(index)
            if here is None or line.extent(here[0])[0] != index:
                continue
            phrase = self._roles.phrase(line, here[0])
            if phrase.marker is not None and self._is_place(phrase, start - 1):
                yield from phrase.entities

    def _is_place(self, phrase: Phrase, noun: int) -> bool:
        if not all(entity.kind is Kind.PLACE for entity in phrase.entities):
            return False
        if phrase.marker is None:
            return phrase.first == noun + 1 and all(e.subtype == _CITY for e in phrase.entities)
        return self._lexicon.is_a(phrase.marker, "preposition-in")

    def _describes(self, line: Line, index: int) -> bool:
        if self._roles.is_a(line, index, "relative"):
            return index + 1 < len(line.toks) and self._roles.is_a(
                line, index + 1, "held", "done", "gathering"
            )
        if line.toks[index].is_comma or self._roles.boundary(line, index):
            return False
        known = ("held", "done", "preposition-in", "preposition-time", "adverb", "auxiliary")
        described = line.toks[index].upos in _DESCRIBING or line.in_time(index)
        return described or self._roles.is_a(line, index, *known)
