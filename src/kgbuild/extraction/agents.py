"""Who does it: the agents of a verb, a participle, a verbal noun or a headline."""

from kgbuild.extraction.gatherings import GatheringFinder
from kgbuild.extraction.lexicon import Lexicon
from kgbuild.extraction.lines import COLONS, Line
from kgbuild.extraction.morphology import Reading
from kgbuild.extraction.nominal import NominalAgents
from kgbuild.extraction.phrases import Agents, Phrase, Subject, is_person
from kgbuild.extraction.roles import RoleFinder
from kgbuild.extraction.state import State
from kgbuild.extraction.subject_phrases import SubjectFinder
from kgbuild.extraction.triggers import Found
from kgbuild.extraction.verb_subjects import SubjectChooser
from kgbuild.model import ActMention, Entity, Role

_SAID_WITHIN = 25
_AUTHOR_WITHIN = 4
_CONTENT_WITHIN = 5
_NEVER_PRESENT = frozenset({"recent-subject", "unresolved"})
_NEVER_PRESENT_SPEECH = _NEVER_PRESENT | {"teller"}
_NEUTRAL = frozenset({"State", "Announce", "Report"})
_MANY = frozenset({"d", "p"})
_TELLS = frozenset({"speech", "light-speech", "light"})
_DONE = frozenset({"performative", "complement", "evaluation", "light", "light-speech"})
_TELLING = frozenset({"speech", "light-speech"})


class AgentFinder:
    """Finds agents with one lexicon."""

    def __init__(self, lexicon: Lexicon, roles: RoleFinder) -> None:
        self._lexicon = lexicon
        self._roles = roles
        self._subjects = SubjectFinder(lexicon, roles)
        self._chooser = SubjectChooser(lexicon, roles, self._subjects)
        self._nominal = NominalAgents(lexicon, roles)
        self._gatherings = GatheringFinder(lexicon, roles)

    def find(self, state: State, line: Line, trigger: Found, teller: tuple[Entity, ...]) -> Agents | None:
        """Who does what a trigger shows; None when nobody can be found.

        ``teller`` are the agents of the act in whose content the trigger stands, () at the top.
        """
        if trigger.part == "colon":
            here = line.referent(0)
            if here is None:
                return None
            return Agents(here[1].entities, "headline", self._roles.phrase(line, here[0]))
        if trigger.reading is None:
            return None
        doer = self._roles.doer(line, trigger.index + 1)
        if doer is not None and _may_be_passive(trigger):
            return Agents(doer.entities, "passive", doer)
        if trigger.verbal:
            return self._verb_agents(state, line, trigger, trigger.reading, teller)
        if trigger.part == "participle":
            return self._participle_agents(state, line, trigger, trigger.reading, teller)
        return self._nominal.find(state, line, trigger, trigger.reading, teller)

    def _verb_agents(
        self, state: State, line: Line, trigger: Found, reading: Reading, teller: tuple[Entity, ...]
    ) -> Agents | None:
        agreement = reading.form.agreement
        discourse = state.discourse
        if agreement.person == "1":
            # "we call on" does what it says; "we see" and "I said" tell of the teller's mind, no act
            entities, how = discourse.dropped(agreement, teller)
            return Agents(entities, how) if entities and not trigger.row.speech else None
        before = self._subjects.before_verb(line, trigger.index)
        # a verb in the dual or plural has its subject behind it
        after = self._subjects.after_verb(line, trigger.index) if agreement.number not in _MANY else None
        mate = self._clause_mate(state, line, trigger, teller)
        goes_on = bool(mate) and "conjunction" in reading.proclitics and discourse.agrees(mate, agreement)
        taken_up = self._chooser.is_taken_up(line, trigger)
        named = taken_up or goes_on or (before is not None and before.how == "antecedent")
        if named and self._chooser.is_object(line, trigger, after):
            after = None
        choice = self._chooser.choose(line, discourse, trigger, agreement, before, after)
        if choice is not None and choice.noun is not None and choice.noun == trigger.complement:
            choice = None  # «وأكدا رفضهما»: the noun is what the verb does
        plain = choice is not None and choice.phrase is None
        if plain and trigger.index and self._roles.is_a(line, trigger.index - 1, "auxiliary"):
            choice = None  # «وكان قد انتقد تأخر البرلمان»: its subject would stand after «كان»
        possessor = choice is not None and choice.how == "after-verb-possessor"
        if possessor and (taken_up or (goes_on and not self._precedes_content(line, trigger, choice))):
            choice = None
        if choice is not None and choice.phrase is not None:
            return Agents(choice.phrase.entities, choice.how, choice.phrase)
        if choice is None and trigger.complement is not None and trigger.row.joint:
            parties = self._gatherings.between(line, trigger.complement)
            if parties is not None:  # «عُقد لقاء بين الوزيرين»
                return Agents(parties.entities, "between", parties)
        if taken_up:
            entities, how = discourse.dropped(agreement, teller or mate)
            return Agents(entities, how) if entities else None
        if choice is not None and self._chooser.can_be(line, choice.noun, agreement):
            return self._common_noun(state, line, trigger, choice.noun, teller)
        unmarked = not line.punctuated and trigger.part == "perfect" and "conjunction" in reading.proclitics
        neutral = trigger.row.speech and trigger.act_type in _NEUTRAL
        silent = neutral and not unmarked and not self._says_something(line, trigger)
        if trigger.row.kind == "relay" or silent:
            return None
        if self._is_impersonal(line, trigger, reading):
            return None
        if _is_of_self(line, trigger, teller) and not discourse.agrees(teller, agreement):
            return Agents(teller, "first-person")
        nearest = self._chooser.sentence_subject(state, line, trigger, agreement)
        if nearest is not None:
            return Agents(nearest.entities, "sentence-subject", nearest)
        if mate and discourse.agrees(mate, agreement):
            return Agents(mate, "speaker")
        entities, how = discourse.dropped(agreement, teller)
        future = "future" in reading.proclitics
        if (
            trigger.part == "imperfect"
            and not future
            and how in (_NEVER_PRESENT_SPEECH if trigger.row.speech else _NEVER_PRESENT)
        ):
            return None  # «يذكر أن», «ما يهدد»: nobody named, nobody's act
        kept = trigger.row.kind in _TELLING or _happened(trigger, teller)
        return Agents(entities, how) if entities or kept else None

    def openers(self, line: Line, triggers: frozenset[int]) -> list[tuple[int, tuple[Entity, ...]]]:
        """Subjects of verbs that open a sentence and show no act («وصل الوزير»), with the verbs' tokens."""
        found: list[tuple[int, tuple[Entity, ...]]] = []
        for tok in line.toks:
            before = line.toks[tok.index - 1] if tok.index else None
            if tok.upos != "VERB" or tok.index in triggers or not (before is None or before.is_stop):
                continue
            subject = self._subjects.after_verb(line, tok.index)
            if subject is not None and subject.phrase is not None and subject.how == "after-verb":
                found.append((tok.index, subject.phrase.entities))
        return found

    def _is_impersonal(self, line: Line, trigger: Found, reading: Reading) -> bool:
        """Whether a verb that opens a sentence says what is said: «يذكر أن», «ويتوقع أن»."""
        before, after = trigger.index - 1, trigger.index + 1
        opens = before < 0 or line.toks[before].is_stop or "conjunction" in reading.proclitics
        shaped = trigger.part == "imperfect" and reading.form.agreement.gender == "m" and trigger.row.speech
        if not (opens and shaped) or trigger.negated or "future" in reading.proclitics:
            return False
        if after < len(line.toks) and self._roles.is_a(line, after, "about"):
            after += 1
        return after < len(line.toks) and self._roles.is_a(line, after, "complementizer")

    def _clause_mate(
        self, state: State, line: Line, trigger: Found, teller: tuple[Entity, ...]
    ) -> tuple[Entity, ...]:
        """The agents of the last verb of the same sentence and the same teller: «زار طهران ولم يتوصل»."""
        agreement = trigger.reading.form.agreement if trigger.reading is not None else None
        for act in state.verbs_before(line, trigger):
            if state.teller(act) == teller:
                return _leading(act) if agreement and agreement.number == "s" else act.entities(Role.AGENT)
        return ()

    def _common_noun(
        self, state: State, line: Line, trigger: Found, noun: int | None, teller: tuple[Entity, ...]
    ) -> Agents | None:
        """The agents of a verb whose subject is a common noun.

        «البيان» speaks for whoever spoke last, «الرابطة» for the body named last that is one. Others
        («مسؤول كبير») are nobody known: what they say is kept without an agent, and what they did.
        """
        folded = line.toks[noun].folded if noun is not None else ""
        if noun is not None and self._lexicon.is_a(folded, "document-noun"):
            author = self._author(line, noun)
            if author is not None:
                return Agents(author.entities, "after-verb-possessor", author)
            if state.discourse.speaker:
                return Agents(state.discourse.speaker, "speaker")
        if noun is not None and self._is_speaker(state, line, noun):
            return Agents(state.discourse.speaker, "speaker")
        body = state.discourse.headed(self._lexicon.without_article(folded))
        if body is not None and folded != self._lexicon.without_article(folded):
            return Agents((body,), "head-noun")
        speaks = trigger.row.kind in _TELLING and self._says_something(line, trigger)
        return Agents((), "common-noun") if speaks or _happened(trigger, teller) else None

    def _is_speaker(self, state: State, line: Line, noun: int) -> bool:
        """Whether «المسؤول», «النائبة الأوروبية» is the person who spoke last, since it says nobody else."""
        speaker = state.discourse.speaker
        if not self._lexicon.is_a(line.toks[noun].folded, "person-noun") or not is_person(speaker):
            return False
        if noun + 1 < len(line.toks) and self._roles.is_a(line, noun + 1, "preposition"):
            in_place = self._roles.is_a(line, noun + 1, "preposition-in")
            if not in_place:
                return False  # «المتحدث باسم …» is whoever speaks for that
        feminine = self._lexicon.is_feminine(line.noun(line.toks[noun].span))
        known = state.discourse.gender(speaker[0])
        return len(speaker) == 1 and (not known or (known == "f") == feminine)

    def _author(self, line: Line, noun: int) -> Phrase | None:
        """Whose document a noun is: «بيان للحكومة», «بيان صادر عن الوزارة»."""
        for index in range(noun + 1, min(noun + 1 + _AUTHOR_WITHIN, len(line.toks))):
            if self._roles.boundary(line, index) or line.toks[index].is_comma:
                return None
            here = line.referent(index)
            if here is not None:
                phrase = self._roles.phrase(line, here[0])
                by = phrase.marker is None or self._lexicon.is_a(phrase.marker, "author")
                return phrase if by else None
        return None

    def _precedes_content(self, line: Line, trigger: Found, choice: Subject | None) -> bool:
        """Whether only a few words stand between a phrase and what is said: «وأكد مراسلو الوكالة أن»."""
        if choice is None or choice.phrase is None or not trigger.row.speech:
            return False
        for index in range(choice.phrase.last, min(choice.phrase.last + _CONTENT_WITHIN, len(line.toks))):
            tok = line.toks[index]
            if tok.folded in COLONS or self._roles.is_a(line, index, "complementizer"):
                return True
            if tok.is_stop or tok.is_comma or tok.upos == "VERB":
                return False
        return False

    def _says_something(self, line: Line, trigger: Found) -> bool:
        """Whether what is said, or a preposition of what it is about, follows the trigger."""
        for index in range(trigger.index + 1, min(trigger.index + 1 + _SAID_WITHIN, len(line.toks))):
            tok = line.toks[index]
            if tok.folded in COLONS or self._roles.is_a(line, index, "complementizer"):
                return True
            if line.quote_from(tok.span.start, tok.span.end) is not None:
                return True
            if index == trigger.index + 1 and (self._roles.is_a(line, index, "about") or tok.adposition):
                return True
            if tok.is_stop:
                return False
        return False

    def _participle_agents(
        self, state: State, line: Line, trigger: Found, reading: Reading, teller: tuple[Entity, ...]
    ) -> Agents | None:
        """A participle shares the subject of the verb that it goes with."""
        agreement = reading.form.agreement
        following = line.toks[trigger.index + 1] if trigger.index + 1 < len(line.toks) else None
        if agreement.gender == "f" and (following is None or following.is_stop or following.is_comma):
            return None  # «إجراءات مشددة.» is an adjective
        lost = state.lost_since(line, trigger)
        # set off by a comma it goes with the main verb, otherwise with the nearest: «إنه يؤيد ذلك مضيفا»
        near = not (trigger.index and line.toks[trigger.index - 1].is_comma)
        for act in state.verbs_before(line, trigger):
            if lost and lost[-1] > act.trigger.span.start:
                break
            agents = _leading(act) if agreement.number == "s" else act.entities(Role.AGENT)
            row = self._lexicon.rows.get(act.trigger.row)
            tells = near and (not trigger.row.speech or (row is not None and row.kind in _TELLS))
            if not (tells or state.teller(act) == teller):
                continue
            if agents and state.discourse.may_be_subject(agents, agreement):
                return Agents(agents, "speaker")
        if lost:
            return Agents((), "unresolved")  # its verb has a subject that nobody knows, and so has it
        first, _ = line.sentence_range(trigger.index)
        for index in range(first, trigger.index):
            here = line.referent(index)
            if here is None or line.extent(here[0])[0] != index:
                continue
            phrase = self._roles.phrase(line, here[0])
            if phrase.marker is None and is_person(phrase.entities):
                return Agents(phrase.entities, "speaker", phrase)
        entities, how = state.discourse.dropped(agreement, teller)
        return Agents(entities, how)


def _leading(act: ActMention) -> tuple[Entity, ...]:
    """The agents that an act's subject names; those whom a preposition adds («مع نظيره») do not lead it."""
    leading = (a.entity for a in act.arguments if a.role is Role.AGENT and not a.how.startswith("frame:"))
    return tuple(dict.fromkeys(leading)) or act.entities(Role.AGENT)


def _is_of_self(line: Line, trigger: Found, teller: tuple[Entity, ...]) -> bool:
    """Whether «ناقشت» in a man's quoted words is "I discussed": it is written as "she discussed" is."""
    form = trigger.reading.form.agreement if trigger.reading is not None else None
    quoted = line.quote_at(trigger.span.start) is not None
    return bool(teller) and quoted and trigger.part == "perfect" and form is not None and form.gender == "f"


def _happened(trigger: Found, teller: tuple[Entity, ...]) -> bool:
    """Whether a verb tells in the article's own words of what somebody did: an act, whoever did it."""
    return trigger.part == "perfect" and not teller and trigger.row.kind in _DONE


def _may_be_passive(trigger: Found) -> bool:
    """Whether a doer named after a trigger can be its own: «من قبل» is no doer beside "I" or «قائلا»."""
    first_person = trigger.reading is not None and trigger.reading.form.agreement.person == "1"
    return trigger.part != "participle" and not first_person
