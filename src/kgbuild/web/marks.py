"""An article's text cut at every boundary of what was read in it, so that overlapping marks can be shown."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from kgbuild.graph.mapping import named_acts
from kgbuild.model import Extraction, Role, Span
from kgbuild.vocab import ACT

_ROLES: Final = {Role.AGENT: "agent", Role.ADDRESSEE: "addressee", Role.REPORTED_BY: "source"}


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of text and what it was read as.

    ``kind`` is ``zone``, ``name``, ``trigger``, ``evidence``, ``agent``, ``addressee``, ``source``, ``time``
    or ``condition``; ``value`` is the zone's kind, the entity's key, or empty; ``act`` is the position of
    the act in the article.
    """

    span: Span
    kind: str
    value: str = ""
    act: int | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch that no boundary cuts. The pieces of a text, one after another, are the text."""

    text: str
    start: int
    zone: str
    """What the line is; empty between lines."""
    trigger: tuple[int, ...]
    """Acts that the stretch is the trigger of, by position."""
    evidence: tuple[int, ...]
    roles: tuple[tuple[int, str], ...]
    name: str
    """Key of the entity that is named here, or empty."""
    first: bool
    """Whether the trigger, or else the name, begins here: its later pieces are no stops of the keyboard."""

    @property
    def end(self) -> int:
        """Where the piece ends."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Told:
    """One telling of an act in the article: its key in the graph, its place, its family comes later."""

    key: str
    type: str
    trigger: Span
    evidence: Span


def told(extraction: Extraction) -> tuple[Told, ...]:
    """The article's act mentions, in the order of the record."""
    return tuple(
        Told(
            one.iri.removeprefix(ACT),
            one.mention.trigger.act_type,
            one.mention.trigger.span,
            one.mention.evidence,
        )
        for one in named_acts(extraction)
    )


def marks(extraction: Extraction) -> list[Mark]:
    """Everything that was read in the article, as marks on its text."""
    found = [Mark(zone.span, "zone", zone.kind.value) for zone in extraction.zones]
    found += [Mark(link.mention.span, "name", link.entity.key) for link in extraction.links]
    for index, act in enumerate(extraction.acts):
        found.append(Mark(act.evidence, "evidence", act=index))
        found.append(Mark(act.trigger.span, "trigger", act=index))
        for argument in act.arguments:
            if argument.span is not None and argument.role in _ROLES:
                found.append(Mark(argument.span, _ROLES[argument.role], act=index))
        if act.time is not None:
            found.append(Mark(act.time.span, "time", act=index))
        if act.condition is not None:
            found.append(Mark(act.condition, "condition", act=index))
    return [mark for mark in found if len(mark.span)]


def pieces(text: str, found: Iterable[Mark]) -> Iterator[Piece]:
    """Cut ``text`` at every boundary of the marks; what reaches beyond the text is cut off."""
    opening: dict[int, list[Mark]] = {}
    closing: dict[int, list[Mark]] = {}
    for mark in found:
        start, end = mark.span.start, min(mark.span.end, len(text))
        if start < end:
            opening.setdefault(start, []).append(mark)
            closing.setdefault(end, []).append(mark)
    cuts = sorted({0, len(text), *opening, *closing})
    active: list[Mark] = []
    for start, end in pairwise(cuts):
        for mark in closing.get(start, ()):
            active.remove(mark)
        active += opening.get(start, ())
        yield _piece(text, start, end, active)


def _piece(text: str, start: int, end: int, active: Iterable[Mark]) -> Piece:
    shortest = sorted(active, key=lambda mark: (len(mark.span), mark.span.start, mark.act or 0, mark.kind))
    names = [mark for mark in shortest if mark.kind == "name"]
    triggers = [mark for mark in shortest if mark.kind == "trigger"]
    roles = [mark for mark in shortest if mark.kind in {"agent", "addressee", "source", "time", "condition"}]
    head = triggers[:1] or names[:1]
    return Piece(
        text[start:end],
        start,
        next((mark.value for mark in shortest if mark.kind == "zone"), ""),
        tuple(sorted({mark.act for mark in triggers if mark.act is not None})),
        tuple(sorted({mark.act for mark in shortest if mark.kind == "evidence" and mark.act is not None})),
        tuple(sorted({(mark.act, mark.kind) for mark in roles if mark.act is not None})),
        names[0].value if names else "",
        not head or head[0].span.start == start,
    )
