"""Parameters of questions: what the user writes, as RDF terms. Nothing is pasted into a query unchecked."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

import pyoxigraph as ox

from kgbuild.errors import UsageError
from kgbuild.vocab import DA, ENTITY, PREFIXES, XSD, act_classes, topics

ANY: Final = "any"
UNBOUND: Final = "UNDEF"
_KEY: Final = re.compile(r"[A-Za-z0-9_-]{1,120}\Z")
_SHORT: Final = re.compile(r"([a-z]+):([A-Za-z0-9_-]+)\Z")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a question; ``kind`` is one of :data:`KINDS`, ``default`` is written as a user would."""

    name: str
    kind: str
    default: str
    about: str

    def terms(self, value: str) -> str:
        """The terms that ``value`` means, in SPARQL; several are split by commas (texts are not split).

        Raises:
            UsageError: if a value does not fit the kind.
        """
        if value.strip() == ANY and self.kind != "text":
            return UNBOUND
        parts = [value] if self.kind == "text" else [part.strip() for part in value.split(",")]
        try:
            return " ".join(str(KINDS[self.kind](part)) for part in parts)
        except ValueError as error:
            raise UsageError(f"{self.name}={value!r}: {error}") from error


def term(short: str) -> str:
    """Return a prefixed name of a query file in full (``topic:cyber`` as ``<https://…#cyber>``)."""
    found = _SHORT.match(short)
    full = PREFIXES.get(found[1]) if found else None
    if found and full:
        return f"<{full}{found[2]}>"
    typed = re.match(r'("[^"]*")\^\^([a-z]+):([A-Za-z]+)\Z', short)
    if typed and typed[2] in PREFIXES:
        return f"{typed[1]}^^<{PREFIXES[typed[2]]}{typed[3]}>"
    return short


def _entity(value: str) -> ox.NamedNode:
    key = value.removeprefix("ent:").removeprefix(ENTITY)
    if not _KEY.match(key):
        raise ValueError(f"{value!r} is no entity. Write its key (sergey-lavrov) or its whole IRI.")
    return ox.NamedNode(ENTITY + key)


def _topic(value: str) -> ox.NamedNode:
    known = topics()
    if value not in known:
        raise ValueError(f"{value!r} is no topic. Choose one of: {', '.join(sorted(known))}.")
    return ox.NamedNode(known[value])


def _class(value: str) -> ox.NamedNode:
    if value not in act_classes():
        raise ValueError(f"{value!r} is no act class. Choose one of: {', '.join(sorted(act_classes()))}.")
    return ox.NamedNode(DA.NS + value)


def _day(value: str) -> ox.Literal:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"{value!r} is no day. Write it like 2021-06-16.") from None
    return ox.Literal(f"{day.isoformat()}T00:00:00Z", datatype=ox.NamedNode(XSD.dateTime))


def _integer(value: str) -> ox.Literal:
    if not re.fullmatch(r"[+-]?[0-9]{1,18}", value):
        raise ValueError(f"{value!r} is no whole number.")
    return ox.Literal(str(int(value)), datatype=ox.NamedNode(XSD.integer))


def _text(value: str) -> ox.Literal:
    return ox.Literal(value)


KINDS: Final[Mapping[str, Callable[[str], ox.NamedNode | ox.Literal]]] = MappingProxyType(
    {"class": _class, "day": _day, "entity": _entity, "integer": _integer, "text": _text, "topic": _topic}
)
"""What a parameter may be, and what turns the user's words into a term (ValueError when it cannot)."""
