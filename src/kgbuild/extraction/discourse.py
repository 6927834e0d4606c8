"""Who is meant where the clause names nobody: dropped subjects, pronouns, the first person."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from kgbuild.extraction.morphology import Agreement
from kgbuild.model import Entity, Kind, Referent
from kgbuild.text.folding import fold_key

FEMININE_ENDING = "\u0629"
"""Teh marbuta. Folding makes it the letter of «نظيره», "his counterpart", so it is looked for unfolded."""
_RULED_BY_NOUN = frozenset({"group", "nisba", "title"})
_A_TITLE, _A_VERB = 3, 1
"""What a title or a verb beside a name weighs as a sign of gender: a verb may belong to another noun."""


@dataclass(slots=True)
class Discourse:
    """What one article has told so far. Entities are known by gazetteer key."""

    entities: Mapping[str, Entity]
    genders: Mapping[str, str]
    """Gender (m or f) of folded nouns that stand first in the names of places and bodies."""
    speaker: tuple[Entity, ...] = ()
    """The agents of the last statement that stands in nobody else's words."""
    subjects: list[tuple[Entity, ...]] = field(default_factory=list)
    """Subjects named so far, oldest first."""
    _heads: dict[str, Entity] = field(default_factory=dict)
    _shown: dict[str, Counter[str]] = field(default_factory=dict)
    """How often titles and verbs have shown a person to be m or f, by key."""

    def meets(self, referent: Referent, noun: str) -> None:
        """Take note of a name where it stands; ``noun`` is the first word of its phrase, without article.

        A body is spoken of later by its head noun alone («رابطة التجارة» … «الرابطة»); a title before a
        person's name tells the person's gender («المستشارة أنغيلا ميركل»).
        """
        if referent.how != "name" or len(referent.entities) != 1:
            return
        entity = referent.entities[0]
        if entity.kind is Kind.ORGANIZATION:
            self._heads[fold_key(noun)] = entity
        elif entity.kind is Kind.PERSON and fold_key(noun) not in fold_key(entity.label_ar).split():
            self._shows(entity, "f" if noun.endswith(FEMININE_ENDING) else "m", _A_TITLE)

    def headed(self, noun: str) -> Entity | None:
        """The body named last whose name begins with a folded noun without article; None if none does."""
        return self._heads.get(noun)

    def saw(self, agents: tuple[Entity, ...], agreement: Agreement | None) -> None:
        """Remember named subjects, and what the verb's form says of one person's gender."""
        if not agents:
            return
        self.subjects.append(agents)
        person = len(agents) == 1 and agents[0].kind is Kind.PERSON
        if agreement and person and agreement.person == "3" and agreement.gender in {"m", "f"}:
            self._shows(agents[0], agreement.gender, _A_VERB)

    def _shows(self, person: Entity, gender: str, weight: int) -> None:
        self._shown.setdefault(person.key, Counter())[gender] += weight

    def agrees(self, agents: tuple[Entity, ...], agreement: Agreement) -> bool:
        """Whether ``agents`` can be what a form with this agreement speaks of.

        A person whose gender nothing has shown yet counts as a man here, since a pronoun needs an
        antecedent; the dual and plural need several, or a body.
        """
        if not agents:
            return False
        if agreement.number in {"d", "p"}:
            return len(agents) > 1 or agents[0].kind is Kind.ORGANIZATION
        if len(agents) > 1 and agreement.number == "s":
            return False
        known = self.gender(agents[0]) or ("m" if agents[0].kind is Kind.PERSON else "")
        return not known or agreement.gender not in {"m", "f"} or known == agreement.gender

    def gender(self, entity: Entity) -> str:
        """``m`` or ``f``, by what the article has shown of a person or by a name's first word; else empty."""
        if entity.kind is Kind.PERSON:
            if entity.gender:
                return entity.gender
            shown = self._shown.get(entity.key, Counter())
            return max("mf", key=lambda gender: shown[gender]) if shown["m"] != shown["f"] else ""
        first = (entity.label_ar.split() or [""])[0]
        if fold_key(first) in self.genders:
            return self.genders[fold_key(first)]
        return "f" if entity.kind is Kind.PLACE or first.endswith(FEMININE_ENDING) else ""

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
        for agents in reversed(self.subjects[-2:]):
            if self.agrees(agents, agreement):
                return agents, "recent-subject"
        if agreement.number == "d":
            pair = self._last_two()
            if pair:
                return pair, "recent-subject"
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

    def may_be_subject(
        self, entities: tuple[Entity, ...], agreement: Agreement, noun: str = "", *, how: str = ""
    ) -> bool:
        """Whether a phrase beside a verb can be its subject: nothing known of its gender speaks against it.

        The verb before several subjects agrees with the first. ``noun`` is the first word of the phrase
        as written, which rules the agreement where it is a common noun («منظمة أوبك»). ``how`` the phrase
        means them: a noun for a group («الطرفان») or an office («وزير الخارجية») rules it alone, and an
        office is a man's but for the feminine ending.
        """
        if not entities or agreement.gender not in {"m", "f"}:
            return True
        known = "" if how in _RULED_BY_NOUN else self.gender(entities[0])
        written = self.genders.get(fold_key(noun)) or ("f" if noun.endswith(FEMININE_ENDING) else "")
        if how == "title" and not written:
            written = "m"
        if entities[0].kind is not Kind.PERSON:
            known = written or known
        elif noun and fold_key(noun) not in fold_key(entities[0].label_ar).split():
            known = known or written  # «رئيسة الوزراء تيريزا ماي»
        return not known or known == agreement.gender

    def _last_two(self) -> tuple[Entity, ...]:
        """The last two different subjects of one kind, older first."""
        found: list[Entity] = []
        for agents in reversed(self.subjects):
            if len(agents) == 1 and agents[0] not in found and (not found or agents[0].kind is found[0].kind):
                found.append(agents[0])
            if len(found) == 2:
                return tuple(reversed(found))
        return ()
