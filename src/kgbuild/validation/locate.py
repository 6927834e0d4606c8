"""Where in an article a node of the graph comes from, found by walking the graph."""

from collections.abc import Iterable
from dataclasses import dataclass

from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from kgbuild.model import Span
from kgbuild.vocab import DA, DCTERMS, OA, RDF

_FORWARD = tuple(map(URIRef, (OA.hasSelector, DA.evidence, OA.hasTarget, DA.hasMention, DA.ofAct)))
_BACKWARD = tuple(
    map(
        URIRef,
        (
            OA.hasSelector,
            DA.evidence,
            DA.trigger,
            OA.hasTarget,
            OA.hasBody,
            DA.hasMention,
            DA.hasAttribution,
            DA.relayedBy,
            DA.conditionalOn,
            DA.time,
            DA.reportedTime,
        ),
    )
)
_TRIGGER = URIRef(DA.trigger)
_TYPE = URIRef(RDF.type)
_ARTICLE = URIRef(DA.Article)
_TO_ARTICLE = (URIRef(DA.inArticle), URIRef(OA.hasSource))


@dataclass(frozen=True, slots=True)
class Place:
    """An article (its IRI and its document id) and a stretch of its text, as far as the graph tells."""

    article: str | None = None
    document: str | None = None
    span: Span | None = None


def locate(graph: Graph, focus: Node) -> Place:
    """The article that ``focus`` is told in, and the text behind it.

    The text is that of the nearest position selector: the evidence of an act, of its attributions, time
    and condition; the stretch that names an entity. Where an act's mention has no evidence, it is that
    of the trigger. Of several equally near ones it is the first in the text.
    """
    if (focus, _TYPE, _ARTICLE) in graph:
        return _place(graph, focus, None)
    seen, span = _walk(graph, focus, _FORWARD)
    if span is None:
        more, span = _walk(graph, focus, (*_FORWARD, _TRIGGER))
        seen += [node for node in more if node not in seen]
    for node in seen:
        for predicate in _TO_ARTICLE:
            found = sorted(graph.objects(node, predicate), key=str)
            if found:
                return _place(graph, found[0], span)
    articles = sorted(graph.subjects(_TYPE, _ARTICLE), key=str)
    return _place(graph, articles[0], span) if len(articles) == 1 else Place(span=span)


def _walk(graph: Graph, focus: Node, forward: tuple[URIRef, ...]) -> tuple[list[Node], Span | None]:
    """Breadth first from ``focus`` to the nearest selector with offsets; the nodes passed, in order."""
    seen, level = [focus], [focus]
    while level:
        spans = sorted(span for node in level for span in _spans(graph, node))
        if spans:
            return seen, spans[0]
        level = _next(graph, level, forward, set(seen))
        seen += level
    return seen, None


def _next(graph: Graph, level: list[Node], forward: Iterable[URIRef], seen: set[Node]) -> list[Node]:
    near: set[Node] = set()
    for node in level:
        for predicate in forward:
            near.update(graph.objects(node, predicate))
        for predicate in _BACKWARD:
            near.update(graph.subjects(predicate, node))
    return sorted((node for node in near - seen if not isinstance(node, Literal)), key=str)


def _spans(graph: Graph, node: Node) -> list[Span]:
    starts = _integers(graph, node, OA.start)
    ends = _integers(graph, node, OA.end)
    return [Span(start, end) for start in starts[:1] for end in ends[:1] if 0 <= start <= end]


def _integers(graph: Graph, node: Node, predicate: str) -> list[int]:
    values = [
        value.toPython() for value in graph.objects(node, URIRef(predicate)) if isinstance(value, Literal)
    ]
    return sorted(value for value in values if isinstance(value, int) and not isinstance(value, bool))


def _place(graph: Graph, article: Node, span: Span | None) -> Place:
    names = sorted(str(name) for name in graph.objects(article, URIRef(DCTERMS.identifier)))
    return Place(str(article), names[0] if names else None, span)
