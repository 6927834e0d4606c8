"""The phrases around a trigger, what governs them, and where its clause ends.

The rules read the line left to right, over tags and referents: what a parser trained on a thousand
trees gets wrong is mostly the attachment of long phrases, which they do not need.
"""

from collections.abc import Iterable, Iterator

from kgbuild.extraction.lexicon import Lexicon
from kgbuild.extraction.lines import COLONS, Line
from kgbuild.extraction.phrases import Phrase, is_person
from kgbuild.model import Referent

OPENERS = frozenset("([")
QUOTE_OPENERS = frozenset({'"', "«", "“", "("})
CLOSERS = frozenset(")]")
_DASHES = "-–—#"
"""Marks that writers join to a word: «-خلال مؤتمر-»."""
ARGUMENT_REACH = 40
_REMEMBERED = 20_000
_INSERTION_REACH = 15


class RoleFinder:
    """Finds the phrases around triggers with one lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._classes: dict[str, frozenset[str]] = {}

    def is_a(self, line: Line, index: int, *classes: str) -> bool:
        """Whether the token at ``index`` is a function word of a class, with or without a conjunction."""
        known = self._classes.get(line.toks[index].folded)
        if known is None:
            known = self._classes_of(line.toks[index].folded)
        return not known.isdisjoint(classes)

    def _classes_of(self, token: str) -> frozenset[str]:
        """The classes of the function word that a folded token is, with or without a conjunction."""
        if len(self._classes) >= _REMEMBERED:
            self._classes.clear()
        folded, lexicon = token.strip(_DASHES), self._lexicon
        found: Iterable[str] = ()
        if folded in lexicon.function_classes:
            found = lexicon.function_classes[folded]
        elif lexicon.is_a(folded[:1], "conjunction-letter"):
            found = lexicon.function_classes.get(folded[1:], ())
        classes = self._classes[token] = frozenset(found)
        return classes

    def marker(self, line: Line, number: int) -> str | None:
        """The preposition that governs a referent: a word before it, or letters written before it."""
        letters = line.prefix(number)
        letters = letters[1:] if self._lexicon.is_a(letters[:1], "conjunction-letter") else letters
        if letters:
            return letters
        first, _ = line.extent(number)
        index = self.before_marks(line, first)
        if index > 0 and self.each_of(line, index - 1):
            return self._marker_of_each(line, index - 1)
        if index >= 0 and self.is_a(line, index, "preposition"):
            folded = line.toks[index].folded
            return folded if self._lexicon.is_a(folded, "preposition") else folded[1:]
        return None

    def before_marks(self, line: Line, index: int) -> int:
        """The token before one and the marks that open before it; -1 when there is none."""
        index -= 1
        while index >= 0 and line.toks[index].folded in QUOTE_OPENERS:
            index -= 1
        return index

    def each_of(self, line: Line, index: int) -> bool:
        """Whether «كل من» stands at a token, with or without letters before it: "each of"."""
        if index + 1 >= len(line.toks) or not self.is_a(line, index + 1, "preposition-from"):
            return False
        folded = line.toks[index].folded
        return any(self._lexicon.matches(word, folded) for word in self._lexicon.members("each"))

    def _marker_of_each(self, line: Line, index: int) -> str | None:
        """The preposition that governs «كل من», before it or written together with it."""
        letters = line.toks[index].folded
        for word in self._lexicon.members("each"):
            letters = letters.removesuffix(word)
        letters = letters[1:] if self._lexicon.is_a(letters[:1], "conjunction-letter") else letters
        if letters:
            return letters
        if index > 0 and self.is_a(line, index - 1, "preposition"):
            folded = line.toks[index - 1].folded
            return folded if self._lexicon.is_a(folded, "preposition") else folded[1:]
        return None

    def phrase(self, line: Line, number: int) -> Phrase:
        """The referent with this number and those coordinated with it: «ميركل وماكرون وغوتيريش»."""
        referents = [line.referents[number]]
        first, last = line.extent(number)
        marker = self.marker(line, number)
        before = self.before_marks(line, first)
        possessed = (
            marker is None
            and before >= 0
            and line.toks[before].upos in {"NOUN", "NUM"}
            and line.referent(before) is None
            and not line.in_time(before)
            and not self.is_a(line, before, "preposition", "complementizer", "adverb", "auxiliary", "negator")
        )
        while True:
            index = last
            comma = index < len(line.toks) and line.toks[index].is_comma
            if comma:
                index += 1
            nisba = self._and_the(line, index)
            index += nisba
            here = line.referent(index) if index < len(line.toks) else None
            if here is None or line.extent(here[0])[0] != index:
                break
            if not (comma or nisba) and self._apposed(line, referents[-1], here):
                referents[-1] = here[1]  # «الرئيس المنتخب إبراهيم رئيسي»
                last = line.extent(here[0])[1]
                continue
            joined = nisba or self._lexicon.is_a(line.prefix(here[0]), "conjunction-letter")
            same = here[1].entities == referents[-1].entities
            if not joined and not (same and comma):
                break
            referents.append(here[1])
            last = line.extent(here[0])[1]
        return Phrase(tuple(referents), first, last, marker, possessed)

    def _and_the(self, line: Line, index: int) -> bool:
        """Whether "and the French" stands before a person: «الرئيسان الأميركي فلان والفرنسي فلان»."""
        if index not in line.nisbas or index + 1 >= len(line.toks) or line.referent(index) is not None:
            return False
        here = line.referent(index + 1)
        named = here is not None and here[1].how == "name" and is_person(here[1].entities)
        return named and self._lexicon.is_a(line.toks[index].folded[:1], "conjunction-letter")

    def _apposed(self, line: Line, title: Referent, here: tuple[int, Referent]) -> bool:
        """Whether a name right after an office is that of who holds it."""
        named = here[1].how == "name" and is_person(here[1].entities) and not line.prefix(here[0])
        return named and title.how == "title"

    def doer(self, line: Line, start: int) -> Phrase | None:
        """Whom the clause from token ``start`` on names as doer of a passive: «من قبل بولندا», «على يد …»."""
        for index in range(start, min(start + ARGUMENT_REACH, len(line.toks) - 2)):
            tok = line.toks[index]
            if tok.is_stop or tok.folded in COLONS or self.is_a(line, index, "complementizer", "relative"):
                return None
            words = f"{tok.folded} {line.toks[index + 1].folded}"
            if index > start and tok.upos == "VERB":
                return None
            if self._lexicon.is_a(words, "doer"):
                here = line.referent(index + 2) or line.referent(min(index + 3, len(line.toks) - 1))
                return self.phrase(line, here[0]) if here is not None else None
        return None

    def boundary(self, line: Line, index: int) -> bool:
        """Whether the token at ``index`` ends the clause that stands before it."""
        tok = line.toks[index]
        return (
            tok.is_stop
            or tok.folded in COLONS
            or self.is_a(line, index, "complementizer", "relative", "subordinator")
        )

    def phrases_after(self, line: Line, start: int, end: int) -> Iterator[Phrase]:
        """Phrases from ``start`` on, up to the clause's end (or ``end``); brackets are skipped."""
        index, depth = start, 0
        while index < min(end, len(line.toks)):
            tok = line.toks[index]
            if tok.folded in OPENERS:
                depth += 1
            elif tok.folded in CLOSERS:
                depth = max(0, depth - 1)
            elif depth == 0:
                if self.boundary(line, index):
                    after = self._after_insertion(line, index)
                    if after is None:
                        return
                    index = after
                    continue
                here = line.referent(index)
                if here is not None:
                    phrase = self.phrase(line, here[0])
                    yield phrase
                    index = max(phrase.last, index + 1)
                    continue
            index += 1

    def _after_insertion(self, line: Line, index: int) -> int | None:
        """The token after a relative clause between commas: «اتهم لافروف، الذي كان في جنيف، واشنطن»."""
        if not (index and line.toks[index - 1].is_comma and self.is_a(line, index, "relative")):
            return None
        for at in range(index + 1, min(index + 1 + _INSERTION_REACH, len(line.toks))):
            if line.toks[at].is_comma:
                return at + 1
            if line.toks[at].is_stop:
                return None
        return None
