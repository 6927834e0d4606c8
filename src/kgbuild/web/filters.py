"""Choosing acts by what stands in an address: ``?actor=russia&topic=cyber&since=2021-01-01``."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Final

from kgbuild.vocab import act_classes, topics
from kgbuild.web.families import FAMILIES
from kgbuild.web.index import Act, Index

_LONGEST: Final = 120
POLARITIES: Final = ("affirmed", "negated")
ROLES: Final = ("agent", "addressee")


@dataclass(frozen=True, slots=True)
class Filter:
    """What acts are wanted; empty fields want nothing in particular.

    ``actor`` takes part in ``role`` (or any role), ``whom`` is addressed; ``type`` is an act class or a
    family; ``since`` and ``until`` are ISO days (either leaves undated acts out); ``undated`` leaves only
    those.
    """

    actor: str = ""
    role: str = ""
    whom: str = ""
    type: str = ""
    topic: str = ""
    outlet: str = ""
    polarity: str = ""
    since: str = ""
    until: str = ""
    undated: str = ""

    def query(self) -> dict[str, str]:
        """The fields that are set, as they stand in an address."""
        pairs = ((one.name, str(getattr(self, one.name))) for one in fields(self))
        return {name: value for name, value in pairs if value}

    def without(self, name: str) -> "Filter":
        """This filter with one field emptied."""
        return replace(self, **{name: ""})

    def acts(self, index: Index) -> list[Act]:
        """The acts of the index that are wanted, in its order."""
        pool: Iterable[Act] = index.acts
        if self.actor or self.whom:
            pool = index.by_actor.get(self.actor or self.whom, ())
        since, until = _day(self.since), _day(self.until)
        return [act for act in pool if self._fits(act, index) and _in_time(act, since, until)]

    def _fits(self, act: Act, index: Index) -> bool:
        if (
            self.actor
            and self.role
            and self.actor not in (act.agents if self.role == "agent" else act.addressees)
        ):
            return False
        if self.outlet and self.outlet not in {
            index.articles[key].outlet for key in act.articles if key in index.articles
        }:
            return False
        return (
            (not self.whom or self.whom in act.addressees)
            and (not self.type or self.type in (act.type, act.family))
            and (not self.topic or self.topic in act.topics)
            and (not self.polarity or (act.negated if self.polarity == "negated" else act.affirmed))
            and (not self.undated or act.day is None)
        )


def read_filter(query: Mapping[str, str], index: Index) -> tuple[Filter, tuple[str, ...]]:
    """The filter of an address, and the names of fields whose values mean nothing and are passed over."""
    known: dict[str, Callable[[str], bool]] = {
        "actor": lambda value: value in index.actors or value in index.by_actor,
        "whom": lambda value: value in index.actors or value in index.by_actor,
        "role": lambda value: value in ROLES,
        "type": lambda value: value in act_classes() or value in FAMILIES,
        "topic": lambda value: value in topics(),
        "outlet": lambda value: value in index.outlets,
        "polarity": lambda value: value in POLARITIES,
        "since": lambda value: _day(value) is not None,
        "until": lambda value: _day(value) is not None,
        "undated": lambda value: value == "yes",
    }
    kept: dict[str, str] = {}
    strange: list[str] = []
    for name, fits in known.items():
        value = query.get(name, "").strip()
        if not value:
            continue
        if len(value) <= _LONGEST and fits(value):
            kept[name] = value
        else:
            strange.append(name)
    return Filter(**kept), tuple(strange)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _in_time(act: Act, since: date | None, until: date | None) -> bool:
    if since is None and until is None:
        return True
    if act.day is None:
        return False
    return (since is None or (act.until or act.day) >= since) and (until is None or act.day <= until)
