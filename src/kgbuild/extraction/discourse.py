"""Who is meant where the clause names nobody: dropped subjects, pronouns, the first person."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kgbuild.extraction.morphology import Agreement
from kgbuild.model import Entity, Kind


@dataclass(slots=True)
class Discourse:
    """What one article has told so far. Entities are known by gazetteer key."""

    entities: Mapping[str, Entity]
    speaker: tuple[Entity, ...] = ()
    """The agents of the last statement that stands in nobody else's words."""
    subjects: list[tuple[Entity, ...]] = field(default_factory=list)
    """Subjects named so far, oldest first."""
    _female: set[str] = field(default_factory=set)
    _male: set[str] = field(default_factory=set)

    def saw(self, agents: tuple[Entity, ...], agreement: Agreement | None) -> None:
        """Remember named subjects, and what the verb's form says of one person's gender."""
        if not agents:
            return
        self.subjects.append(agents)
        if agreement and len(agents) == 1 and agents[0].kind is Kind.PERSON and agreement.person == "3":
            known = {"f": self._female, "m": self._male}.get(agreement.gender)
            if known is not None:
                known.add(agents[0].key)

    def agrees(self, agents: tuple[Entity, ...], agreement: Agreement) -> bool:
        """Whether ``agents`` can be what a form with this agreement speaks of.

        States, bodies and agencies are feminine or masculine by their noun, which the gazetteer does
        not hold: both are accepted, but for the dual and plural only several of them, or a body.
        """
        if not agents:
            return False
        several = len(agents) > 1
        if agreement.number in {"d", "p"}:
            return several or agents[0].kind is Kind.ORGANIZATION
        if several and agreement.number == "s":
            return False
        person = agents[0].kind is Kind.PERSON
        if agreement.gender == "f":
            return not person or agents[0].key in self._female
        if agreement.gender == "m":
            return (person and agents[0].key not in self._female) or agents[0].kind is Kind.ORGANIZATION
        return True

    def dropped(self, agreement: Agreement, teller: tuple[Entity, ...]) -> tuple[tuple[Entity, ...], str]:
        """The subject of a verb, or the owner of a pronoun, that the clause does not name.

        ``teller`` are the agents of the act in whose content it stands, () at the top. Returns the
        entities and the rule; () when nobody fits.
        """
        if agreement.person == "1":
            return teller or self.speaker, "first-person"
        near = [teller] if teller else [self.speaker]
        for agents in near:
            if self.agrees(agents, agreement):
                return agents, "teller" if teller else "speaker"
        for agents in reversed(self.subjects[-6:]):
            if self.agrees(agents, agreement):
                return agents, "recent-subject"
        if teller and agreement.gender == "f" and agreement.number == "s":
            states = self.states(teller)
            if states:
                return states, "teller-state"
        return (), "unresolved"

    def states(self, agents: tuple[Entity, ...]) -> tuple[Entity, ...]:
        """The states that ``agents`` speak for: their country, or they themselves if they are one."""
        found: list[Entity] = []
        for agent in agents:
            key = agent.stands_for or agent.country
            state = self.entities.get(key) if key else None
            found.append(state or agent)
        return tuple(dict.fromkeys(found))

    def actor(self, entity: Entity) -> Entity:
        """The state for a capital that acts; everything else is itself."""
        if entity.kind is Kind.PLACE and entity.stands_for:
            return self.entities.get(entity.stands_for, entity)
        return entity

    def is_other_gender(self, person: Entity, gender: str) -> bool:
        """Whether the article has shown that ``person`` is of the other gender."""
        other = {"f": self._male, "m": self._female}.get(gender, set())
        return person.key in other

    def may_go_with(self, agents: tuple[Entity, ...], agreement: Agreement) -> bool:
        """Whether a participle with this agreement can speak of ``agents``; looser than for a pronoun."""
        if len(agents) == 1 and agents[0].kind is Kind.PERSON:
            return not self.is_other_gender(agents[0], agreement.gender) and agreement.number == "s"
        return True
