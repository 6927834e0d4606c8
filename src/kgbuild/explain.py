"""Why the graph holds an act: its sentence with marked words, the rule, the roles, who said so."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from kgbuild.errors import UsageError
from kgbuild.graph.attribution import layers
from kgbuild.graph.iris import outlet_entity
from kgbuild.graph.mapping import NamedAct, named_acts
from kgbuild.graph.ontology import is_media
from kgbuild.model import ActMention, Entity, Extraction, Role, Span, ZoneKind
from kgbuild.vocab import ACT

_SHORTEST = 4


@dataclass(frozen=True, slots=True)
class Marked:
    """A stretch of the line and what it was read as; ``mark`` is empty for plain text."""

    text: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """One telling of an act. ``chain`` runs from the innermost voice to the outlet."""

    act: str
    article: str
    title: str | None
    line: tuple[Marked, ...]
    evidence: Span
    type: str
    rule: str
    confidence: float
    facts: tuple[tuple[str, str], ...]
    chain: tuple[str, ...]


Outlets = Callable[[str | None], Entity | None]


def explain(wanted: str, extractions: Iterable[Extraction], outlets: Outlets) -> list[Explanation]:
    """Every telling of the act whose IRI, or the start of its hash, is ``wanted``.

    ``outlets`` gives the known organization of an outlet's name, as :meth:`kgbuild.linking.Linker.outlet`.

    Raises:
        UsageError: if no act or more than one act fits.
    """
    start = wanted.removeprefix(ACT).removeprefix("act:")
    if len(start) < _SHORTEST or not start.isalnum():
        raise UsageError(
            f"{wanted!r} names no act. Give an act's IRI, or at least {_SHORTEST} digits of its hash; "
            "kgbuild acts lists them."
        )
    found: list[Explanation] = []
    names: set[str] = set()
    for extraction in extractions:
        acts = named_acts(extraction)
        for index, named in enumerate(acts):
            if named.iri.removeprefix(ACT).startswith(start):
                names.add(named.iri)
                found.append(_explain(extraction, acts, index, outlets))
    if not found:
        raise UsageError(f"The store holds no act {wanted!r}; kgbuild acts lists them all.")
    if len(names) > 1:
        raise UsageError(f"{wanted!r} is the start of {len(names)} acts. Give more digits.")
    return found


def _explain(extraction: Extraction, acts: tuple[NamedAct, ...], index: int, outlets: Outlets) -> Explanation:
    article, named = extraction.article, acts[index]
    act = named.mention
    publisher = outlets(article.outlet) or outlet_entity(article.outlet)
    voices = layers(extraction.acts, index, publisher, lambda entity: is_media(entity.subtype))
    facts: list[tuple[str, str]] = []
    for argument in act.arguments:
        text = f"{_name(argument.entity)}  [{argument.how}]"
        if argument.on_behalf_of is not None:
            text += f" on behalf of {_name(argument.on_behalf_of)}"
        facts.append((argument.role.value.replace("_", " "), text))
    facts.append(("topics", ", ".join(act.topics)))
    if act.possible_topics:
        facts.append(("possible topics", ", ".join(act.possible_topics)))
    if act.time is not None:
        bounds = f" = {act.time.first} … {act.time.last}" if act.time.first else ""
        facts.append(("time", f"{act.time.text} ({act.time.precision}, {act.time.basis}){bounds}"))
    if act.condition is not None:
        facts.append(("condition", act.condition.of(article.text)))
    facts.append(("polarity, tense, certainty", f"{act.polarity}, {act.tense}, {act.certainty}"))
    facts += [("corrected", text) for text in _corrected(extraction, act)]
    if act.within is not None:
        outer = extraction.acts[act.within]
        facts.append(("within", f"{outer.trigger.act_type} {acts[act.within].iri}"))
    return Explanation(
        act=named.iri,
        article=article.id,
        title=next(
            (z.span.of(article.text) for z in extraction.zones if z.kind is ZoneKind.TITLE), article.title
        ),
        line=tuple(_marked(extraction, index)),
        evidence=act.evidence,
        type=act.trigger.act_type,
        rule=act.trigger.row,
        confidence=act.confidence,
        facts=tuple(facts),
        chain=tuple(" and ".join(_name(e) for e in layer) for layer in _voices(voices)),
    )


def _corrected(extraction: Extraction, act: ActMention) -> Iterator[str]:
    """What a person decided about the act, and about the names of those who take part in it."""
    spans = {act.trigger.span, *(a.span for a in act.arguments if a.span is not None)}
    for issue in extraction.issues:
        if issue.stage == "review" and issue.span in spans:
            yield issue.message


def _voices(voices: Iterable[Iterable[Entity]]) -> Iterator[tuple[Entity, ...]]:
    for layer in voices:
        yield tuple(layer)


def _name(entity: Entity) -> str:
    return f"{entity.label_en} ({entity.label_ar})" if entity.label_en else entity.label_ar


def _marked(extraction: Extraction, index: int) -> Iterator[Marked]:
    """The line around the act, cut at every boundary of a marked stretch."""
    text, act = extraction.article.text, extraction.acts[index]
    zone = next((z.span for z in extraction.zones if z.span.contains(act.trigger.span)), act.evidence)
    marks = [(act.trigger.span, "trigger")]
    marks += [
        (a.span, a.role.value) for a in act.arguments if a.span is not None and a.role is not Role.PLACE
    ]
    if act.condition is not None:
        marks.append((act.condition, "condition"))
    if act.time is not None:
        marks.append((act.time.span, "time"))
    marks.append((act.evidence, "evidence"))
    cuts = {zone.start, zone.end}
    for span, _ in marks:
        cuts |= {at for at in (span.start, span.end) if zone.start <= at <= zone.end}
    edges = sorted(cuts)
    for start, end in pairwise(edges):
        piece = Span(start, end)
        yield Marked(piece.of(text), next((mark for span, mark in marks if span.contains(piece)), ""))
