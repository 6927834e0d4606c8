"""What a person may write in the ``decision`` column, and what it means."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from kgbuild.model import Role
from kgbuild.vocab import ENTITY, WIKIDATA, act_classes

NAME: Final = "name"
ACT: Final = "act"
KINDS: Final = (ACT, NAME)

ACCEPT: Final = "accept"
REJECT: Final = "reject"
UNDO: Final = "undo"
CORRECT: Final = "correct"

ROLES: Final = MappingProxyType(
    {"agent": Role.AGENT, "addressee": Role.ADDRESSEE, "reported_by": Role.REPORTED_BY}
)
_KEY: Final = re.compile(r"[A-Za-z0-9_-]{1,120}\Z")
_ITEM: Final = re.compile(r"Q[1-9][0-9]{0,11}\Z")
_LONGEST_LABEL: Final = 200


@dataclass(frozen=True, slots=True)
class Reference:
    """An entity as a person names it: a gazetteer key or a Wikidata id; ``label`` is for a new one."""

    name: str
    label: str | None = None

    @property
    def is_item(self) -> bool:
        """Whether it is a Wikidata id."""
        return bool(_ITEM.match(self.name))


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision read: ``action`` is accept, reject, undo or correct; the rest belongs to the last."""

    action: str
    type: str | None = None
    roles: Mapping[str, tuple[Reference, ...]] = field(default_factory=dict)
    entity: Reference | None = None


def decision(kind: str, text: str) -> Decision:
    """Read a cell of the ``decision`` column.

    For a name: ``accept``, ``reject``, or the entity that it names (its IRI, its gazetteer key, a Wikidata
    id, after which an English label may follow). For an act: ``accept``, ``reject``, the name of a type,
    or changes: ``type=Propose agent=russia addressee=united-states+china``; nothing after ``=`` empties
    the role. ``undo`` takes back what was decided before.

    Raises:
        ValueError: if the text is none of these; the message says what is allowed.

    """
    word = text.strip()
    if word.casefold() in {ACCEPT, REJECT, UNDO}:
        return Decision(word.casefold())
    return _name(word) if kind == NAME else _act(word)


def _name(text: str) -> Decision:
    name, _, label = text.partition(" ")
    return Decision(CORRECT, entity=_reference(name, label.strip()))


def _act(text: str) -> Decision:
    if "=" not in text:
        return Decision(CORRECT, type=_type(text))
    changes: dict[str, str] = {}
    for part in filter(None, re.split(r"[\s;,]+", text)):
        name, sign, value = part.partition("=")
        if not name or not sign or "=" in value:
            raise ValueError(
                f"{part!r} is no change. Write changes like type=Propose agent=russia "
                "addressee=united-states+china, without spaces around = and +."
            )
        if name in changes:
            raise ValueError(f"{name} is given twice. Join several entities with +.")
        changes[name] = value
    wanted = changes.pop("type", None)
    unknown = sorted(set(changes) - set(ROLES))
    if unknown:
        raise ValueError(f"{unknown[0]!r} cannot be changed; type, {', '.join(ROLES)} can.")
    roles = {
        role: tuple(_reference(name) for name in value.split("+") if name) for role, value in changes.items()
    }
    return Decision(CORRECT, None if wanted is None else _type(wanted), roles)


def _type(text: str) -> str:
    if text not in act_classes():
        raise ValueError(
            f"{text!r} is no decision about an act. Write accept, reject, undo, changes like agent=russia, "
            f"or one of the types {', '.join(sorted(act_classes()))}."
        )
    return text


def _reference(text: str, label: str = "") -> Reference:
    name = text
    for prefix in (ENTITY, "ent:", WIKIDATA, WIKIDATA.replace("http:", "https:"), "wd:"):
        name = name.removeprefix(prefix)
    name = name.removeprefix("https://www.wikidata.org/wiki/")
    if not _KEY.match(name):
        raise ValueError(
            f"{text!r} names no entity. Write accept, reject, undo, or an entity's IRI, its key in the "
            "gazetteer, or its Wikidata id like Q159."
        )
    if label and not _ITEM.match(name):
        raise ValueError(f"only a Wikidata id can be followed by a label, not {name!r}.")
    if len(label) > _LONGEST_LABEL:
        raise ValueError(f"the label is longer than {_LONGEST_LABEL} characters.")
    return Reference(name, label or None)
