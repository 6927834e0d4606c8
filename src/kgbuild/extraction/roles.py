"""Who does it and to whom: subjects, objects and prepositional roles around a trigger.

The rules read the line left to right, over tags and referents: what a parser trained on a thousand
trees gets wrong is mostly the attachment of long phrases, which they do not need.
"""

from collections.abc import Iterator
from dataclasses import replace

from kgbuild.extraction.lexicon import Lexicon
from kgbuild.extraction.lines import COLONS, Line
from kgbuild.extraction.phrases import Phrase, Subject, is_person
from kgbuild.model import Referent, Span

_NOMINAL_TAGS = frozenset({"NOUN", "PROPN", "X", "ADJ", "NUM", "DET"})
_OPENERS = frozenset("([")
_QUOTE_OPENERS = frozenset({'"', "«", "“", "("})
_CLOSERS = frozenset(")]")
_DASHES = "-–—#"
"""Marks that writers join to a word: «-خلال مؤتمر-»."""
_SUBJECT_REACH = 30
ARGUMENT_REACH = 40
_INSERTION_REACH = 15
_APPOSITION_REACH = 7
_QUOTED_NAME = 4


class RoleFinder:
    """Finds the phrases around triggers with one lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def is_a(self, line: Line, index: int, *classes: str) -> bool:
        """Whether the token at ``index`` is a function word of a class, with or without a conjunction."""
        folded = line.toks[index].folded.strip(_DASHES)
        lexicon = self._lexicon
        if folded in lexicon.function_classes:
            return lexicon.is_a(folded, *classes)
        return lexicon.is_a(folded[1:], *classes) and lexicon.is_a(folded[:1], "conjunction-letter")

    def marker(self, line: Line, number: int) -> str | None:
        """The preposition that governs a referent: a word before it, or letters written before it."""
        letters = line.prefix(number)
        letters = letters[1:] if self._lexicon.is_a(letters[:1], "conjunction-letter") else letters
        if letters:
            return letters
        first, _ = line.extent(number)
        index = self._before_marks(line, first)
        if index > 0 and self._each_of(line, index - 1):
            return self._marker_of_each(line, index - 1)
        if index >= 0 and self.is_a(line, index, "preposition"):
            folded = line.toks[index].folded
            return folded if self._lexicon.is_a(folded, "preposition") else folded[1:]
        return None

    def _before_marks(self, line: Line, index: int) -> int:
        """The token before one and the marks that open before it; -1 when there is none."""
        index -= 1
        while index >= 0 and line.toks[index].folded in _QUOTE_OPENERS:
            index -= 1
        return index

    def _each_of(self, line: Line, index: int) -> bool:
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
        before = self._before_marks(line, first)
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
            here = line.referent(index) if index < len(line.toks) else None
            if here is None or line.extent(here[0])[0] != index:
                break
            if not comma and self._apposed(line, referents[-1], here):
                referents[-1] = here[1]  # «الرئيس المنتخب إبراهيم رئيسي»
                last = line.extent(here[0])[1]
                continue
            joined = self._lexicon.is_a(line.prefix(here[0]), "conjunction-letter")
            same = here[1].entities == referents[-1].entities
            if not joined and not (same and comma):
                break
            referents.append(here[1])
            last = line.extent(here[0])[1]
        return Phrase(tuple(referents), first, last, marker, possessed)

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
            if tok.folded in _OPENERS:
                depth += 1
            elif tok.folded in _CLOSERS:
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

    def after_verb(self, line: Line, verb: int) -> Subject | None:
        """The subject after a verb: its first noun phrase that no preposition governs.

        None when the clause holds no such phrase; a Subject without a phrase when a common noun
        stands there, as in «قال مسؤول كبير».
        """
        noun: int | None = None
        governed = False
        index, depth = verb + 1, 0
        while index < min(len(line.toks), verb + 1 + _SUBJECT_REACH):
            tok = line.toks[index]
            if tok.folded in _OPENERS or tok.folded in _CLOSERS or depth:
                depth += (tok.folded in _OPENERS) - (tok.folded in _CLOSERS)
                index += 1
                continue
            if self.boundary(line, index) or self._speech_opens(line, verb, index):
                break
            here = line.referent(index)
            if here is not None:
                phrase = self.phrase(line, here[0])
                if self._before_marks(line, phrase.first) == verb and not line.prefix(here[0]):
                    phrase = replace(phrase, marker=None, possessed=False)  # whatever the verb looks like
                how = self._as_subject(line, phrase, noun, governed)
                if how is not None:
                    head = self._before_marks(line, phrase.first) if how == "after-verb-possessor" else None
                    return self._or_person(line, Subject(phrase, how, head))
                governed = governed or phrase.marker is not None
                index = max(phrase.last, index + 1)
                continue
            if self._each_of(line, index):
                index += 2
                continue
            if tok.is_comma:
                governed = False
                if noun is not None and not (index + 1 < len(line.toks) and line.referent(index + 1)):
                    break
            elif tok.upos == "VERB":
                break
            elif self.is_a(line, index, "preposition") or tok.adposition or tok.upos == "ADP":
                governed = True
            elif tok.upos not in _NOMINAL_TAGS:
                governed = governed and tok.folded in _QUOTE_OPENERS
            elif noun is None and not governed and tok.upos != "DET" and self._free_noun(line, index):
                noun = index
            index += 1
        return Subject(None, "common-noun", noun) if noun is not None else None

    def _or_person(self, line: Line, subject: Subject) -> Subject:
        """The person after an office read as its body: «رئيس الحكومة فلان», «مفوضة الاتحاد، فلانة،»."""
        phrase = subject.phrase
        if phrase is None or is_person(phrase.entities):
            return subject
        index = phrase.last
        close = subject.how == "after-verb-possessor"
        if not (close and index < len(line.toks) and line.referent(index)):
            while (
                index < min(phrase.last + _APPOSITION_REACH, len(line.toks)) and not line.toks[index].is_comma
            ):
                if self.boundary(line, index) or line.toks[index].upos == "VERB":
                    return subject
                index += 1
            index += 1
        here = line.referent(index) if index < len(line.toks) else None
        if here is None or line.prefix(here[0]) or not is_person(here[1].entities):
            return subject
        person = self.phrase(line, here[0])
        ends = (
            person.last >= len(line.toks)
            or line.toks[person.last].is_comma
            or self.boundary(line, person.last)
        )
        return Subject(person, "after-verb-apposition") if close or ends else subject

    def _speech_opens(self, line: Line, verb: int, index: int) -> bool:
        """Whether a quotation that is more than a quoted name opens between verb and token."""
        quote = line.quote_at(line.toks[index].span.start)
        if quote is None or line.quote_at(line.toks[verb].span.start) is not None:
            return False
        here = line.referent(index)
        if here is not None and _named(quote, here[1]):
            return False
        return (
            len([t for t in line.toks if quote.start < t.span.start and t.span.end < quote.end])
            > _QUOTED_NAME
        )

    def _as_subject(self, line: Line, phrase: Phrase, noun: int | None, governed: bool) -> str | None:
        """How a phrase after the verb is its subject; None when it is not."""
        if phrase.marker is not None or (governed and phrase.possessed):
            return None
        if noun is None:
            return "after-verb-possessor" if phrase.possessed else "after-verb"
        if noun == self._before_marks(line, phrase.first):
            named = self._lexicon.is_a(line.toks[noun].folded, "body-noun")
            return "after-verb" if named else "after-verb-possessor"
        apposed = is_person(phrase.entities) or line.toks[phrase.first - 1].is_comma
        return "after-verb-apposition" if apposed and phrase.referents[0].how in {"name", "title"} else None

    def _free_noun(self, line: Line, index: int) -> bool:
        """Whether a noun is governed by no preposition and tells no time."""
        if line.in_time(index) or self.is_a(line, index, "adverb", "auxiliary", "negator", "preposition"):
            return False
        tok = line.toks[index]
        if tok.adposition or tok.upos == "NUM":
            return False
        joined = tok.word.span.start > tok.span.start
        if joined and self._lexicon.is_a(tok.folded[:1], "conjunction-letter"):
            return False  # what «و» adds to something else
        return not (index > 0 and self.is_a(line, index - 1, "preposition"))

    def before_verb(self, line: Line, verb: int) -> Subject | None:
        """The subject before a verb: «الدول الغربية اتهمت», «الرئيس الذي أعلن», «كان الوزير قد صرح»."""
        if self._lexicon.is_a(line.toks[verb].folded[:1], "conjunction-letter") and line.toks[
            verb
        ].word.span.start > (line.toks[verb].span.start):
            return None  # «تعاقب موسكو وتتهمها»: what stands before «و» belongs to the verb before it
        index = verb - 1
        marked = relative = False
        while index >= 0:
            tok = line.toks[index]
            if self.is_a(line, index, "relative"):
                relative = True
            elif self.is_a(line, index, "auxiliary"):
                marked = True
            elif not (
                self.is_a(line, index, "negator", "adverb")
                or (tok.folded in _QUOTE_OPENERS and index == verb - 1)
                or line.in_time(index)
                or (tok.is_comma and (relative or marked or self._short_insert(line, index)))
            ):
                break
            index -= 1
        if index < 0:
            return None
        here = line.referent(index)
        if here is None:
            return self._preceded(line, index) if index == verb - 1 else None
        here = self._owner(line, here)
        phrase = self.phrase(line, self._first_of_coordination(line, here[0]))
        if relative:
            return Subject(phrase, "antecedent")
        if phrase.marker is not None:
            return None
        if phrase.possessed and not marked:
            return None
        return Subject(phrase, "before-verb")

    def _preceded(self, line: Line, index: int) -> Subject | None:
        """The subject named between «سبق» and «أن»: «سبق للرئيس أن أعلن»."""
        here = line.referent(index - 1) if index and self.is_a(line, index, "complementizer") else None
        first = line.extent(here[0])[0] if here is not None else 0
        if here is None or first == 0 or not self.is_a(line, first - 1, "preceding"):
            return None
        phrase = self.phrase(line, here[0])
        return Subject(phrase, "before-verb") if phrase.marker is not None else None

    def _owner(self, line: Line, here: tuple[int, Referent]) -> tuple[int, Referent]:
        """The body that «التابع لـ» stands after, for the one that it belongs to."""
        first = line.extent(here[0])[0]
        if first < 2 or not self.is_a(line, first - 1, "belonging"):
            return here
        return line.referent(first - 2) or here

    def _short_insert(self, line: Line, comma: int) -> bool:
        """Whether a comma right before the verb closes an insertion after a clause-initial name."""
        here = line.referent(comma - 1) if comma > 0 else None
        if here is None:
            return False
        first = line.extent(here[0])[0]
        if first == 0 or line.toks[first - 1].is_stop:
            return True
        return self.is_a(line, first - 1, "complementizer", "auxiliary")

    def _first_of_coordination(self, line: Line, number: int) -> int:
        """The first referent of the coordination that ends with this one."""
        while self._lexicon.is_a(line.prefix(number)[:1], "conjunction-letter"):
            first = line.extent(number)[0]
            here = line.referent(first - 1) if first > 0 else None
            if here is None:
                break
            number = here[0]
        return number


def _named(quote: Span, referent: Referent) -> bool:
    """Whether the quotation marks only set off a name."""
    return len(quote) <= len(referent.span) + 4
