"""Which of the phrases around a verb is its subject."""

from kgbuild.extraction.discourse import Discourse
from kgbuild.extraction.lexicon import Lexicon
from kgbuild.extraction.lines import Line
from kgbuild.extraction.morphology import Agreement
from kgbuild.extraction.phrases import Phrase, Subject
from kgbuild.extraction.roles import RoleFinder
from kgbuild.extraction.state import State
from kgbuild.extraction.subject_phrases import SubjectFinder
from kgbuild.extraction.triggers import Found


class SubjectChooser:
    """Chooses subjects with one lexicon."""

    def __init__(self, lexicon: Lexicon, roles: RoleFinder, subjects: SubjectFinder) -> None:
        self._lexicon = lexicon
        self._roles = roles
        self._subjects = subjects

    def choose(
        self,
        line: Line,
        discourse: Discourse,
        trigger: Found,
        agreement: Agreement,
        before: Subject | None,
        after: Subject | None,
    ) -> Subject | None:
        """Which of the phrases around a verb is its subject."""
        if self._opens_clause(line, before) and before is not None and before.phrase is not None:
            possessor = after is not None and after.how == "after-verb-possessor"
            if possessor and _agrees(discourse, line, before.phrase, agreement):
                return before  # «إن واشنطن رفضت عرض موسكو»
        if after is not None and after.phrase is not None:
            fits = _agrees(discourse, line, after.phrase, agreement)
            if after.how == "after-verb-possessor":
                fits = self.can_be(line, after.noun, agreement)
            takes_object = trigger.row.frame.get("obj") is not None
            if fits and not (before is not None and takes_object and before.how != "antecedent"):
                return after
            if before is None and fits:
                return after
        # «روسيا التي تتهمها أوكرانيا»: the pronoun takes the antecedent up, so it is no subject
        taken_up = before is not None and before.how == "antecedent" and _has_pronoun(trigger)
        if (
            before is not None
            and not taken_up
            and before.phrase is not None
            and _agrees(discourse, line, before.phrase, agreement)
        ):
            return before
        if after is not None and after.phrase is None:
            return after
        return None

    def _opens_clause(self, line: Line, before: Subject | None) -> bool:
        """Whether a complementizer stands beside the phrase before a verb: there its subject stands.

        «إن واشنطن رفضت», «سبق لواشنطن أن رفضت».
        """
        if before is None or before.phrase is None or before.how != "before-verb":
            return False
        beside = (before.phrase.first - 1, before.phrase.last)
        return any(index >= 0 and self._roles.is_a(line, index, "complementizer") for index in beside)

    def can_be(self, line: Line, noun: int | None, agreement: Agreement) -> bool:
        """Whether a common noun after a verb can be its subject rather than its object.

        «وعرضت تمديدا»: an indefinite accusative cannot, nor a noun whose gender is not the verb's. Nouns
        that mean many take either.
        """
        if noun is None or agreement.gender not in {"m", "f"}:
            return True
        tok = line.toks[noun]
        if self._lexicon.is_accusative(tok.folded):
            return False
        if self._roles.is_a(line, noun, "quantifier"):
            return False
        if self._lexicon.is_verbal_noun(self._lexicon.without_article(line.noun(tok.span))):
            return False
        if any(reading.form.part == "noun" for reading in self._lexicon.readings(tok.folded)):
            return False  # parties act, not their talks and sanctions
        feminine = self._lexicon.is_feminine(line.noun(tok.span))
        if agreement.gender == "m":
            return not feminine
        described = line.toks[noun + 1] if noun + 1 < len(line.toks) else None
        if described is not None and described.upos == "ADJ" and not feminine:
            # an adjective shows what the noun's own form does not: «المجتمع الدولي», «الدول العربية»
            return self._lexicon.is_feminine(line.noun(described.span))
        return feminine or tok.upos != "NOUN" or not self._lexicon.readings(tok.folded)

    def is_taken_up(self, line: Line, trigger: Found) -> bool:
        """Whether a pronoun before the verb is its subject: «إنه رفض», «أنها لن تشارك»."""
        index = trigger.index - 1
        while index >= 0 and self._roles.is_a(line, index, "negator", "auxiliary", "adverb"):
            index -= 1
        return index >= 0 and self._roles.is_a(line, index, "complementizer-pronoun")

    def is_object(self, line: Line, trigger: Found, after: Subject | None) -> bool:
        """Whether the phrase after a verb that has a subject already is its object.

        A verb that takes persons or states as objects has two noun phrases when its subject follows it:
        «واتهمت بريطانيا روسيا». With one («واتهمت بريطانيا بـ…») that is the object.
        """
        if after is None or after.phrase is None or trigger.row.frame.get("obj") is None:
            return False
        if after.how != "after-verb" or _has_pronoun(trigger):
            return False
        for index in range(after.phrase.last, len(line.toks)):
            tok = line.toks[index]
            if self._roles.boundary(line, index) or tok.is_comma or tok.upos == "VERB":
                return True
            if self._roles.is_a(line, index, "preposition") or tok.adposition:
                return True
            here = line.referent(index)
            if here is not None:
                return line.prefix(here[0]) != ""
            if tok.upos == "NOUN" and not line.in_time(index):
                return False
        return True

    def sentence_subject(
        self, state: State, line: Line, trigger: Found, agreement: Agreement
    ) -> Phrase | None:
        """The subject of the verb before, which goes on: «حاول الوزير … وأكد», «أثار قلقا عندما قال»."""
        first, _ = line.sentence_range(trigger.index)
        joined = trigger.reading is not None and "conjunction" in trigger.reading.proclitics
        before = trigger.index - 1
        if not joined and not (before >= first and self._roles.is_a(line, before, "subordinator")):
            return None
        told = {act.trigger.span.start for act in state.acts}
        inside = line.quote_at(trigger.span.start)
        for index in range(before, first - 1, -1):
            tok = line.toks[index]
            if tok.upos != "VERB" or line.quote_at(tok.span.start) != inside:
                continue
            if any(tok.span.start <= start < tok.span.end for start in told):
                return None  # its own agents are known
            subject = self._subjects.after_verb(line, index)
            phrase = subject.phrase if subject is not None and subject.how == "after-verb" else None
            if phrase is None or phrase.last > trigger.index:
                subject = None if joined else self._subjects.before_verb(line, index)
                phrase = subject.phrase if subject is not None and subject.how == "before-verb" else None
            if phrase is None:
                return None
            return phrase if _agrees(state.discourse, line, phrase, agreement) else None
        return None


def _has_pronoun(trigger: Found) -> bool:
    """Whether the trigger carries an object or possessive pronoun."""
    return trigger.reading is not None and trigger.reading.form.pronoun is not None


def _agrees(discourse: Discourse, line: Line, phrase: Phrase, agreement: Agreement) -> bool:
    """Whether a phrase beside a verb agrees with it."""
    noun = line.noun(phrase.span)
    return discourse.may_be_subject(phrase.entities, agreement, noun, how=phrase.referents[0].how)
