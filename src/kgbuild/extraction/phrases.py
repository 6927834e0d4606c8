"""What stands around a trigger: phrases, subjects, agents."""

from collections.abc import Sequence
from dataclasses import dataclass

from kgbuild.model import Entity, Kind, Referent, Span


@dataclass(frozen=True, slots=True)
class Phrase:
    """Coordinated referents in one place of the line, with the preposition that governs them, if any."""

    referents: tuple[Referent, ...]
    first: int
    last: int
    marker: str | None
    possessed: bool = False
    """Whether a common noun governs it: «مكتب الرئيس»."""

    @property
    def entities(self) -> tuple[Entity, ...]:
        """All entities of the phrase, each once."""
        return tuple(dict.fromkeys(e for r in self.referents for e in r.entities))

    @property
    def span(self) -> Span:
        """From the first referent to the last."""
        return Span(self.referents[0].span.start, self.referents[-1].span.end)


@dataclass(frozen=True, slots=True)
class Subject:
    """What stands where a subject stands. ``phrase`` is None for a noun that names nobody known.

    ``noun`` is the index of that noun's token.
    """

    phrase: Phrase | None
    how: str
    noun: int | None = None


@dataclass(frozen=True, slots=True)
class Agents:
    """Entities, the rule that found them and the phrase that names them."""

    entities: tuple[Entity, ...]
    how: str
    phrase: Phrase | None = None


def is_person(entities: Sequence[Entity]) -> bool:
    """Whether these are persons."""
    return bool(entities) and all(e.kind is Kind.PERSON for e in entities)
