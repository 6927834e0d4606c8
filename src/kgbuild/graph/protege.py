"""The graph as a person reads it in Protégé: one flat ontology without the machinery of annotations.

Kept are the ontology, the entities, the acts, their attributions, times, conditions, articles and
mentions. The targets and selectors of a mention (six nodes for one quotation) give way to what they say:
the quotation as ``rdfs:comment``, article and offsets as ``rdfs:label``. What has only a hash for a name
gets a label. All of it are annotations or assertions over declared terms, so it stays in OWL 2 DL.
"""

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from kgbuild.graph.terms import iri_of, worded
from kgbuild.vocab import DA, DCTERMS, OA, PROVENANCE_GRAPH, RDF, RDFS

Index = dict[
    ox.NamedNode | ox.BlankNode | ox.Triple, dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal]]
]

_MACHINERY = frozenset({OA.SpecificResource, OA.TextPositionSelector, OA.TextQuoteSelector})
_TARGETS = (DA.evidence, OA.hasTarget)
_POINTERS = frozenset({DA.evidence, DA.trigger, OA.hasTarget})
_QUALITIES = ((DA.polarity, DA.Affirmed), (DA.tense, DA.PastTense), (DA.certainty, DA.Certain))


def protege_triples(quads: Iterable[ox.Quad]) -> set[ox.Triple]:
    """The triples of the export; of named graphs only the provenance graph is left out."""
    kept = {quad.triple for quad in quads if iri_of(quad.graph_name) != PROVENANCE_GRAPH}
    index: Index = {}
    for one in kept:
        if not isinstance(one.object, ox.Triple):
            index.setdefault(one.subject, {}).setdefault(one.predicate.value, []).append(one.object)
    machinery = {
        node
        for node, facts in index.items()
        if any(kind.value in _MACHINERY for kind in facts.get(RDF.type, ()))
    }
    found = {t for t in kept if t.subject not in machinery and t.predicate.value not in _POINTERS}
    for node, facts in index.items():
        if node not in machinery:
            found.update(ox.Triple(node, ox.NamedNode(p), value) for p, value in _reading(index, facts))
    return found


def _reading(
    index: Index, facts: dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal]]
) -> Iterator[tuple[str, ox.Literal]]:
    """Labels and comments for a node that has only a hash for a name."""
    types = {kind.value for kind in facts.get(RDF.type, ())}
    article = _first(index, facts, DA.inArticle, DCTERMS.identifier)
    for predicate in _TARGETS:
        for target in facts.get(predicate, ()):
            if isinstance(target, ox.NamedNode):
                yield from _place(index, target, article)
    if DA.Attribution in types:
        who = _first(index, facts, DA.attributedTo, RDFS.label)
        marks = [
            value.value.removeprefix(DA.NS)
            for predicate, usual in _QUALITIES
            for value in facts.get(predicate, ())
            if value.value != usual
        ]
        note = f" ({', '.join(marks)})" if marks else ""
        yield RDFS.label, worded(f"according to {who}{note}", "en")
    if DA.Time in types:
        for value in facts.get(DA.expression, ()):
            if isinstance(value, ox.Literal):
                yield RDFS.label, value
    if DA.Article in types:
        for value in facts.get(DCTERMS.identifier, ()):
            yield RDFS.label, worded(f"article {value.value}", "en")


def _place(index: Index, target: ox.NamedNode, article: str) -> Iterator[tuple[str, ox.Literal]]:
    start = end = ""
    for selector in index.get(target, {}).get(OA.hasSelector, ()):
        facts = index.get(selector, {}) if isinstance(selector, ox.NamedNode) else {}
        start = min((value.value for value in facts.get(OA.start, ())), default=start)
        end = min((value.value for value in facts.get(OA.end, ())), default=end)
        for value in facts.get(OA.exact, ()):
            if isinstance(value, ox.Literal):
                yield RDFS.comment, value
    yield RDFS.label, worded(f"{article} [{start}, {end})", "en")


def _first(index: Index, facts: dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal]], *path: str) -> str:
    """The least value at the end of a two-step path, English before other languages; ``?`` when none."""
    found = [
        (not (isinstance(value, ox.Literal) and value.language == "en"), value.value)
        for step in facts.get(path[0], ())
        if isinstance(step, ox.NamedNode)
        for value in index.get(step, {}).get(path[1], ())
    ]
    return min(found)[1] if found else "?"
