"""Where in an article a node of the graph comes from, found by walking the graph."""

from dataclasses import dataclass

import pyoxigraph as ox

from kgbuild.model import Span
from kgbuild.validation.statements import TYPE, Statements, literal, name, term
from kgbuild.vocab import DA, DCTERMS, OA, XSD

_FORWARD = (OA.hasSelector, DA.evidence, OA.hasTarget, DA.hasMention, DA.ofAct)
_BACKWARD = (
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
)
_TO_ARTICLE = (DA.inArticle, OA.hasSource)


@dataclass(frozen=True, slots=True)
class Place:
    """An article (its IRI and its document id) and a stretch of its text, as far as the graph tells."""

    article: str | None = None
    document: str | None = None
    span: Span | None = None


class Facts:
    """What of a graph leads from a node to its text; nodes are IRIs, or ``_:label`` of a blank node."""

    def __init__(self, graph: Statements) -> None:
        """Read ``graph`` as far as :func:`locate` walks it."""
        self._graph = graph
        self.articles = sorted(map(name, graph.backward(TYPE).get(term(DA.Article), ())))

    def objects(self, node: str, predicate: str) -> set[str]:
        """Nodes that ``node`` leads to."""
        values = self._graph.forward(f"<{predicate}>").get(term(node), ())
        return {name(value) for value in values if not value.startswith('"')}

    def subjects(self, node: str, predicate: str) -> set[str]:
        """Nodes that lead to ``node``."""
        return set(map(name, self._graph.backward(f"<{predicate}>").get(term(node), ())))

    def texts(self, node: str, predicate: str) -> list[str]:
        """Literals, sorted."""
        return sorted(one.value for one in self._literals(node, predicate))

    def integers(self, node: str, predicate: str) -> list[int]:
        """Whole numbers, sorted; what is none is passed over."""
        found = []
        for one in self._literals(node, predicate):
            if one.datatype.value == XSD.integer and one.value.lstrip("+-").isdecimal():
                found.append(int(one.value))
        return sorted(found)

    def _literals(self, node: str, predicate: str) -> list[ox.Literal]:
        values = self._graph.forward(f"<{predicate}>").get(term(node), ())
        return [literal(value) for value in values if value.startswith('"')]


def locate(facts: Facts, focus: str) -> Place:
    """The article that ``focus`` is told in, and the text behind it.

    The text is that of the nearest position selector: the evidence of an act, of its attributions, time
    and condition; the stretch that names an entity. Where an act's mention has no evidence, it is that
    of the trigger. Of several equally near ones it is the first in the text.
    """
    if focus in facts.articles:
        return _place(facts, focus, None)
    seen, span = _walk(facts, focus, _FORWARD)
    if span is None:
        more, span = _walk(facts, focus, (*_FORWARD, DA.trigger))
        seen += [node for node in more if node not in seen]
    for node in seen:
        for predicate in _TO_ARTICLE:
            found = facts.objects(node, predicate)
            if found:
                return _place(facts, min(found), span)
    return _place(facts, facts.articles[0], span) if len(facts.articles) == 1 else Place(span=span)


def _walk(facts: Facts, focus: str, forward: tuple[str, ...]) -> tuple[list[str], Span | None]:
    """Breadth first from ``focus`` to the nearest selector with offsets; the nodes passed, in order."""
    seen, level, known = [focus], [focus], {focus}
    while level:
        spans = sorted(span for node in level for span in _spans(facts, node))
        if spans:
            return seen, spans[0]
        near: set[str] = set()
        for node in level:
            for predicate in forward:
                near |= facts.objects(node, predicate)
            for predicate in _BACKWARD:
                near |= facts.subjects(node, predicate)
        level = sorted(near - known)
        known |= near
        seen += level
    return seen, None


def _spans(facts: Facts, node: str) -> list[Span]:
    starts = facts.integers(node, OA.start)
    ends = facts.integers(node, OA.end)
    return [Span(start, end) for start in starts[:1] for end in ends[:1] if 0 <= start <= end]


def _place(facts: Facts, article: str, span: Span | None) -> Place:
    names = facts.texts(article, DCTERMS.identifier)
    return Place(article, names[0] if names else None, span)
