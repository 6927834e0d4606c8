"""Who does it: the agents of a verb, a participle, a verbal noun or a headline."""

from dataclasses import dataclass

from kgbuild.extraction.discourse import Discourse
from kgbuild.extraction.lexicon import Lexicon
from kgbuild.extraction.lines import COLONS, Line
from kgbuild.extraction.morphology import Agreement, Reading
from kgbuild.extraction.roles import Phrase, RoleFinder, Subject, is_person
from kgbuild.extraction.state import State, sentence_start
from kgbuild.extraction.triggers import Found
from kgbuild.model import Entity, Role

_SAID_WITHIN = 25
_CITY = "city"
_TELLING = frozenset({"speech", "light-speech"})

# Share of acts whose type and agent were right, of all that a rule gave an agent to, on the hundred
# development articles (rules seen fewer than 20 times take the value of the nearest one).
CONFIDENCE = {
    "headline": 0.88,
    "after-verb": 0.88,
    "before-verb": 0.83,
    "antecedent": 0.81,
    "head-noun": 0.73,
    "speaker": 0.73,
    "after-verb-apposition": 0.7,
    "after-noun": 0.66,
    "between": 0.66,
    "after-verb-possessor": 0.58,
    "teller": 0.54,
    "first-person": 0.42,
    "recent-subject": 0.38,
    "common-noun": 0.35,
    "unresolved": 0.35,
    "nisba": 0.34,
    "teller-state": 0.17,
}


@dataclass(frozen=True, slots=True)
class Agents:
    """Entities, the rule that found them (a key of :data:`CONFIDENCE`) and the phrase that names them."""

    entities: tuple[Entity, ...]
    how: str
    phrase: Phrase | None = None


class AgentFinder:
    """Finds agents with one lexicon."""

    def __init__(self, lexicon: Lexicon, roles: RoleFinder) -> None:
        self._lexicon = lexicon
        self._roles = roles

    def find(self, state: State, line: Line, trigger: Found, teller: tuple[Entity, ...]) -> Agents | None:
        """Who does what a trigger shows; None when nobody can be found.

        ``teller`` are the agents of the act in whose content the trigger stands, () at the top.
        """
        if trigger.part == "colon":
            here = line.referent(trigger.index - 1)
            if here is None:
                return None
            return Agents(here[1].entities, "headline", self._roles.phrase(line, here[0]))
        if trigger.reading is None:
            return None
        if trigger.verbal:
            return self._verb_agents(state, line, trigger, trigger.reading, teller)
        if trigger.part == "participle":
            return self._participle_agents(state, line, trigger, trigger.reading, teller)
        return self._noun_agents(state, line, trigger, trigger.reading, teller)

    def _verb_agents(
        self, state: State, line: Line, trigger: Found, reading: Reading, teller: tuple[Entity, ...]
    ) -> Agents | None:
        agreement = reading.form.agreement
        discourse = state.discourse
        if agreement.person == "1":
            # "we call on" does what it says; "we see" and "I said" tell of the teller's mind, no act
            entities, how = discourse.dropped(agreement, teller)
            return Agents(entities, how) if entities and not trigger.row.speech else None
        before = self._roles.before_verb(line, trigger.index)
        after = self._roles.after_verb(line, trigger.index)
        choice = self._subject(line, discourse, trigger, agreement, before, after)
        mate = self._clause_mate(state, line, trigger, teller)
        goes_on = bool(mate) and "conjunction" in reading.proclitics and discourse.agrees(mate, agreement)
        if choice is not None and choice.how == "after-verb-possessor" and goes_on:
            return Agents(mate, "speaker")
        if choice is not None and choice.phrase is not None:
            return Agents(choice.phrase.entities, choice.how, choice.phrase)
        if choice is not None and self._can_be_subject(line, choice.noun, agreement):
            return self._common_noun(state, line, trigger, choice.noun)
        if trigger.row.kind == "relay" or (trigger.row.speech and not self._says_something(line, trigger)):
            return None
        if mate and discourse.agrees(mate, agreement):
            return Agents(mate, "speaker")
        entities, how = discourse.dropped(agreement, teller)
        return Agents(entities, how) if entities or trigger.row.kind in _TELLING else None

    def _clause_mate(
        self, state: State, line: Line, trigger: Found, teller: tuple[Entity, ...]
    ) -> tuple[Entity, ...]:
        """The agents of the last verb of the same sentence and the same teller: «زار طهران ولم يتوصل»."""
        for act in state.verbs_before(line, trigger):
            if state.teller(act) == teller:
                return act.entities(Role.AGENT)
        return ()

    def _can_be_subject(self, line: Line, noun: int | None, agreement: Agreement) -> bool:
        """Whether a common noun after a verb can be its subject rather than its object.

        «وعرضت تمديدا»: an indefinite accusative cannot, nor a noun whose gender is not the verb's. Nouns
        that mean many take either.
        """
        if noun is None or agreement.gender not in {"m", "f"}:
            return True
        tok = line.toks[noun]
        if self._lexicon.is_accusative(tok.folded):
            return False
        feminine = self._lexicon.is_feminine(line.noun(tok.span))
        if agreement.gender == "m":
            return not feminine
        return feminine or tok.upos != "NOUN" or not self._lexicon.readings(tok.folded)

    def _common_noun(self, state: State, line: Line, trigger: Found, noun: int | None) -> Agents | None:
        """The agents of a verb whose subject is a common noun.

        «البيان» speaks for whoever spoke last, «الرابطة» for the body named last that is one. Others
        («مسؤول كبير») are nobody known: what they say is kept without an agent, what they do is not.
        """
        folded = line.toks[noun].folded if noun is not None else ""
        if self._lexicon.is_a(folded, "document-noun") and state.discourse.speaker:
            return Agents(state.discourse.speaker, "speaker")
        body = state.discourse.headed(self._lexicon.without_article(folded))
        if body is not None and folded != self._lexicon.without_article(folded):
            return Agents((body,), "head-noun")
        speaks = trigger.row.kind in _TELLING and self._says_something(line, trigger)
        return Agents((), "common-noun") if speaks else None

    def _says_something(self, line: Line, trigger: Found) -> bool:
        """Whether what is said, or a preposition of what it is about, follows the trigger."""
        for index in range(trigger.index + 1, min(trigger.index + 1 + _SAID_WITHIN, len(line.toks))):
            tok = line.toks[index]
            if tok.folded in COLONS or self._roles.is_a(line, index, "complementizer"):
                return True
            if line.quote_from(tok.span.start, tok.span.end) is not None:
                return True
            if index == trigger.index + 1 and self._roles.is_a(line, index, "about"):
                return True
            if tok.is_stop:
                return False
        return False

    def _subject(
        self,
        line: Line,
        discourse: Discourse,
        trigger: Found,
        agreement: Agreement,
        before: Subject | None,
        after: Subject | None,
    ) -> Subject | None:
        """Which of the phrases around a verb is its subject."""
        if after is not None and after.phrase is not None:
            fits = _agrees(discourse, line, after.phrase, agreement)
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

    def _participle_agents(
        self, state: State, line: Line, trigger: Found, reading: Reading, teller: tuple[Entity, ...]
    ) -> Agents | None:
        """A participle shares the subject of the verb that it goes with."""
        agreement = reading.form.agreement
        lost = state.lost_since(line, trigger)
        for act in state.verbs_before(line, trigger):
            if lost and lost[-1] > act.trigger.span.start:
                break
            agents = act.entities(Role.AGENT)
            if state.teller(act) == teller and agents and state.discourse.may_be_subject(agents, agreement):
                return Agents(agents, "speaker")
        if lost:
            return None  # its verb has a subject that nobody knows, and so has it
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

    def _noun_agents(
        self, state: State, line: Line, trigger: Found, reading: Reading, teller: tuple[Entity, ...]
    ) -> Agents | None:
        form = reading.form
        after = trigger.index + 1
        if trigger.row.speech and not self._opens_content(line, after):
            return None
        if form.pronoun is not None and trigger.row.speech:
            source = self._source_before(line, trigger.index)
            if source is not None:
                return Agents(source.entities, "before-verb", source)
        if form.pronoun is not None and form.pronoun.person != "2":
            entities, how = state.discourse.dropped(form.pronoun, teller)
            if form.pronoun.person == "1" and form.pronoun.number == "p":
                entities = state.discourse.states(entities)
            return Agents(entities, how) if entities else None
        adjectives = self._adjectives(line, after)
        if adjectives and (trigger.row.joint or len(adjectives) == 1):
            return Agents(adjectives, "nisba")
        phrase = self._following(line, after)
        if phrase is not None and phrase.first <= after + 1:
            if phrase.marker is not None and self._lexicon.is_a(phrase.marker, "preposition-from"):
                giver = trigger.row.frame.get(phrase.marker) is None and not trigger.row.joint
                return Agents(phrase.entities, "after-noun", phrase) if giver else None
            if trigger.row.joint and all(e.subtype == _CITY for e in phrase.entities):
                return None  # «قمة جنيف» is a summit in Geneva
            if phrase.marker is None and phrase.first == after:
                return Agents(phrase.entities, "after-noun", phrase)
            if trigger.row.joint and phrase.marker is not None:
                if len(phrase.entities) > 1:
                    return Agents(phrase.entities, "between", phrase)
                if trigger.row.frame.get(phrase.marker) == "agent":
                    party = self._clause_subject(state, line, trigger)
                    return Agents(party, "speaker") if party else None
        return None

    def _source_before(self, line: Line, index: int) -> Phrase | None:
        """The phrase that ends right before a token and is quoted there: «نقلت عن الوزير قوله»."""
        here = line.referent(index - 1) if index else None
        if here is None:
            return None
        phrase = self._roles.phrase(line, here[0])
        return phrase if phrase.marker is not None and phrase.last == index else None

    def _opens_content(self, line: Line, index: int) -> bool:
        """Whether reported content opens within three tokens from ``index``."""
        for at in range(index, min(index + 3, len(line.toks))):
            tok = line.toks[at]
            if self._roles.is_a(line, at, "complementizer") or tok.folded in COLONS:
                return True
            if line.quote_from(tok.span.start, tok.span.end) is not None:
                return True
        return False

    def _clause_subject(self, state: State, line: Line, trigger: Found) -> tuple[Entity, ...]:
        """The agents of the last act before the trigger in its sentence."""
        last = state.acts[-1] if state.acts else None
        inside = last is not None and sentence_start(line, trigger) <= last.trigger.span.start
        return last.entities(Role.AGENT) if last is not None and inside else ()

    def _adjectives(self, line: Line, index: int) -> tuple[Entity, ...]:
        """The states that nisba adjectives right after a noun say: «الحوار الروسي الأمريكي»."""
        found: list[Entity] = []
        skipped = False
        while index < len(line.toks):
            nisba = line.nisbas.get(index)
            if nisba is not None:
                found.extend(nisba.entities)
            elif found or skipped or line.toks[index].upos != "ADJ":
                break
            else:
                skipped = True
            index += 1
        return tuple(dict.fromkeys(found))

    def _following(self, line: Line, index: int) -> Phrase | None:
        """The first phrase within two tokens from ``index``."""
        for at in range(index, min(index + 2, len(line.toks))):
            if self._roles.boundary(line, at) or line.toks[at].is_comma:
                return None
            here = line.referent(at)
            if here is not None:
                return self._roles.phrase(line, here[0])
        return None


def _has_pronoun(trigger: Found) -> bool:
    """Whether the trigger carries an object or possessive pronoun."""
    return trigger.reading is not None and trigger.reading.form.pronoun is not None


def _agrees(discourse: Discourse, line: Line, phrase: Phrase, agreement: Agreement) -> bool:
    """Whether a phrase beside a verb agrees with it."""
    group = phrase.referents[0].how in {"group", "nisba"}
    return discourse.may_be_subject(phrase.entities, agreement, line.noun(phrase.span), group=group)
