"""Who does what a verbal noun shows: its owner, the name after it, the nisba adjective beside it."""

from kgbuild.extraction.gatherings import GatheringFinder
from kgbuild.extraction.lexicon import Lexicon
from kgbuild.extraction.lines import COLONS, Line
from kgbuild.extraction.morphology import Reading
from kgbuild.extraction.phrases import Agents, Phrase
from kgbuild.extraction.roles import RoleFinder
from kgbuild.extraction.state import State, sentence_start
from kgbuild.extraction.triggers import Found
from kgbuild.model import Entity, Role

_CITY = "city"
STATES = frozenset({"country", "territory"})
"""Subtypes of places that are states."""
_BETWEEN_WITHIN = 6


class NominalAgents:
    """Finds the agents of verbal nouns with one lexicon."""

    def __init__(self, lexicon: Lexicon, roles: RoleFinder) -> None:
        self._lexicon = lexicon
        self._roles = roles
        self._gatherings = GatheringFinder(lexicon, roles)

    def find(
        self, state: State, line: Line, trigger: Found, reading: Reading, teller: tuple[Entity, ...]
    ) -> Agents | None:
        """Who does what a verbal noun shows; None when the noun names nobody."""
        form = reading.form
        joint = trigger.row.joint
        after = self._gatherings.past_times(line, trigger.index + 1) if joint else trigger.index + 1
        if trigger.row.speech and not self._opens_content(line, after):
            return None
        if form.pronoun is not None and trigger.row.speech:
            source = self._source_before(line, trigger.index)
            if source is not None:
                return Agents(source.entities, "before-verb", source)
        if form.pronoun is not None and form.pronoun.person != "2":
            entities, how = state.discourse.dropped(form.pronoun, teller)
            owner = self._clause_subject(state, line, trigger) if joint and not teller else ()
            if form.pronoun.person == "3" and owner and state.discourse.agrees(owner, form.pronoun):
                entities, how = owner, "speaker"  # «وصف الوزير لقاءه بنظيره»
            if form.pronoun.person == "1" and form.pronoun.number == "p":
                entities = state.discourse.states(entities)
            return Agents(entities, how) if entities else None
        adjectives = self._adjectives(line, after)
        if adjectives and trigger.row.kind == "nominal" and "article" in reading.proclitics:
            return None  # «العقوبات الأمريكية» are known already: the text speaks of them
        if adjectives and (joint or len(adjectives) == 1):
            return Agents(adjectives, "nisba")
        parties = self._gatherings.between(line, trigger.index) if joint else None
        parties = parties or self._parties(line, trigger.index)
        if parties is not None:
            return Agents(parties.entities, "between", parties)
        named = self._gatherings.named(line, after) if joint else None
        if named is not None and named.marker is None and len(named.entities) > 1:
            return Agents(named.entities, "after-noun", named)
        phrase = self._following(line, after)
        if phrase is not None and phrase.first <= after + 1:
            if phrase.marker is not None and self._lexicon.is_a(phrase.marker, "preposition-from"):
                giver = trigger.row.frame.get(phrase.marker) is None and not joint
                return Agents(phrase.entities, "after-noun", phrase) if giver else None
            if joint and all(e.subtype == _CITY for e in phrase.entities):
                return self._those_before(state, line, trigger)  # «قمة جنيف» is a summit in Geneva
            if phrase.marker is None and phrase.first == after:
                return Agents(phrase.entities, "after-noun", phrase)
            if joint and phrase.marker is not None:
                if len(phrase.entities) > 1:
                    return Agents(phrase.entities, "between", phrase)
                if trigger.row.frame.get(phrase.marker) == "agent":
                    return self._with(state, line, trigger, phrase)
        partner = self._gatherings.partner(line, trigger) if joint else None
        if partner is not None:
            return self._with(state, line, trigger, partner)
        return self._those_before(state, line, trigger) if joint else None

    def _with(self, state: State, line: Line, trigger: Found, partner: Phrase) -> Agents | None:
        """Who meets or talks with a partner that is named; states talk with states, through whoever it is."""
        party = self._clause_subject(state, line, trigger)
        if all(entity.subtype in STATES for entity in partner.entities):
            party = state.discourse.states(party)
        return Agents(party, "speaker") if party else None

    def _those_before(self, state: State, line: Line, trigger: Found) -> Agents | None:
        """Several that did something together at a gathering: «أكدت موسكو وأنقرة ذلك في محادثات سوتشي»."""
        party = self._clause_subject(state, line, trigger)
        met = len(party) > 1 and self._gatherings.took_place(line, trigger.index)
        return Agents(party, "speaker") if met else None

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

    def _parties(self, line: Line, noun: int) -> Phrase | None:
        """Between whom it was done: «تم توقيع الاتفاقية بين مصر والسودان»."""
        if not noun or not self._roles.is_a(line, noun - 1, "done"):
            return None
        for index in range(noun + 1, min(noun + 1 + _BETWEEN_WITHIN, len(line.toks) - 1)):
            if self._roles.boundary(line, index) or line.toks[index].is_comma:
                return None
            here = line.referent(index + 1) if self._roles.is_a(line, index, "between") else None
            if here is not None:
                phrase = self._roles.phrase(line, here[0])
                return phrase if len(phrase.entities) > 1 else None
        return None

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
