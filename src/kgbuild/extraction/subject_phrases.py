"""Subjects: the phrase after a verb or before it that does what the verb says."""

from dataclasses import replace

from kgbuild.extraction.lexicon import Lexicon
from kgbuild.extraction.lines import Line
from kgbuild.extraction.phrases import Phrase, Subject, is_person
from kgbuild.extraction.roles import CLOSERS, OPENERS, QUOTE_OPENERS, RoleFinder
from kgbuild.model import Referent, Span

_NOMINAL_TAGS = frozenset({"NOUN", "PROPN", "X", "ADJ", "NUM", "DET"})
_SUBJECT_REACH = 30
_APPOSITION_REACH = 7
_QUOTED_NAME = 4


class SubjectFinder:
    """Finds the subjects around verbs with one lexicon."""

    def __init__(self, lexicon: Lexicon, roles: RoleFinder) -> None:
        self._lexicon = lexicon
        self._roles = roles

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
            if tok.folded in OPENERS or tok.folded in CLOSERS or depth:
                depth += (tok.folded in OPENERS) - (tok.folded in CLOSERS)
                index += 1
                continue
            if self._roles.boundary(line, index) or self._speech_opens(line, verb, index):
                break
            here = line.referent(index)
            if here is not None:
                phrase = self._roles.phrase(line, here[0])
                if self._roles.before_marks(line, phrase.first) == verb and not line.prefix(here[0]):
                    phrase = replace(phrase, marker=None, possessed=False)  # whatever the verb looks like
                how = self._as_subject(line, phrase, noun, governed)
                if how is not None:
                    head = (
                        self._roles.before_marks(line, phrase.first)
                        if how == "after-verb-possessor"
                        else None
                    )
                    return self._or_person(line, Subject(phrase, how, head))
                governed = governed or phrase.marker is not None
                index = max(phrase.last, index + 1)
                continue
            if self._roles.each_of(line, index):
                index += 2
                continue
            if tok.is_comma:
                governed = False
                if noun is not None and not (index + 1 < len(line.toks) and line.referent(index + 1)):
                    break
            elif tok.upos == "VERB":
                break
            elif self._roles.is_a(line, index, "preposition") or tok.adposition or tok.upos == "ADP":
                governed = True
            elif tok.upos not in _NOMINAL_TAGS:
                governed = governed and tok.folded in QUOTE_OPENERS
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
                if self._roles.boundary(line, index) or line.toks[index].upos == "VERB":
                    return subject
                index += 1
            index += 1
        here = line.referent(index) if index < len(line.toks) else None
        if here is None or line.prefix(here[0]) or not is_person(here[1].entities):
            return subject
        person = self._roles.phrase(line, here[0])
        ends = (
            person.last >= len(line.toks)
            or line.toks[person.last].is_comma
            or self._roles.boundary(line, person.last)
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
        if noun == self._roles.before_marks(line, phrase.first):
            named = self._lexicon.is_a(line.toks[noun].folded, "body-noun")
            return "after-verb" if named else "after-verb-possessor"
        apposed = is_person(phrase.entities) or line.toks[phrase.first - 1].is_comma
        return "after-verb-apposition" if apposed and phrase.referents[0].how in {"name", "title"} else None

    def _free_noun(self, line: Line, index: int) -> bool:
        """Whether a noun is governed by no preposition and tells no time."""
        if line.in_time(index) or self._roles.is_a(
            line, index, "adverb", "auxiliary", "negator", "preposition"
        ):
            return False
        tok = line.toks[index]
        if tok.adposition or tok.upos == "NUM":
            return False
        joined = tok.word.span.start > tok.span.start
        if joined and self._lexicon.is_a(tok.folded[:1], "conjunction-letter"):
            return False  # what «و» adds to something else
        return not (index > 0 and self._roles.is_a(line, index - 1, "preposition"))

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
            if self._roles.is_a(line, index, "relative"):
                relative = True
            elif self._roles.is_a(line, index, "auxiliary"):
                marked = True
            elif not (
                self._roles.is_a(line, index, "negator", "adverb")
                or (tok.folded in QUOTE_OPENERS and index == verb - 1)
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
        phrase = self._roles.phrase(line, self._first_of_coordination(line, here[0]))
        if relative:
            return Subject(phrase, "antecedent")
        if phrase.marker is not None:
            return None
        if phrase.possessed and not marked:
            return None
        return Subject(phrase, "before-verb")

    def _preceded(self, line: Line, index: int) -> Subject | None:
        """The subject named between «سبق» and «أن»: «سبق للرئيس أن أعلن»."""
        here = line.referent(index - 1) if index and self._roles.is_a(line, index, "complementizer") else None
        first = line.extent(here[0])[0] if here is not None else 0
        if here is None or first == 0 or not self._roles.is_a(line, first - 1, "preceding"):
            return None
        phrase = self._roles.phrase(line, here[0])
        return Subject(phrase, "before-verb") if phrase.marker is not None else None

    def _owner(self, line: Line, here: tuple[int, Referent]) -> tuple[int, Referent]:
        """The body that «التابع لـ» stands after, for the one that it belongs to."""
        first = line.extent(here[0])[0]
        if first < 2 or not self._roles.is_a(line, first - 1, "belonging"):
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
        return self._roles.is_a(line, first - 1, "complementizer", "auxiliary")

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
