"""Running pySHACL over one named graph after the other.

Each graph is checked by itself, so memory stays at one article, and a limit such as "one label a
language" is not broken by two articles that tell of one act. What an article only refers to (an entity
of the entities graph) lends its types to the check and is itself checked where it is described.
"""

import warnings
from collections.abc import Iterable, Iterator, Mapping

import pyoxigraph as ox
from pyshacl import validate as pyshacl_validate
from pyshacl.errors import ReportableRuntimeError, ShapeRecursionWarning
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.namespace import SH
from rdflib.term import Node

from kgbuild.errors import DataFileError
from kgbuild.validation.convert import Converter
from kgbuild.validation.locate import Place, locate
from kgbuild.validation.report import Report, Result, Severity, order, shorten
from kgbuild.validation.shapes import Shapes, bundled_shapes
from kgbuild.vocab import ENTITIES_GRAPH, ONTOLOGY_GRAPH, RDF

_SEVERITIES: Mapping[Node, Severity] = {
    SH.Violation: Severity.VIOLATION,
    SH.Warning: Severity.WARNING,
    SH.Info: Severity.INFO,
}
_TYPE = URIRef(RDF.type)
_STEPS = {
    SH.inversePath: "^{}",
    SH.zeroOrMorePath: "({})*",
    SH.oneOrMorePath: "({})+",
    SH.zeroOrOnePath: "({})?",
}


def validate_quads(quads: Iterable[ox.Quad], shapes: Shapes | None = None) -> Report:
    """Check quads of any graphs, in any order, against the bundled shapes or others.

    Raises:
        DataFileError: if a shape cannot be used.
        StoreError: if the graph holds what SHACL cannot check.

    """
    groups: dict[str, list[ox.Quad]] = {}
    for quad in quads:
        name = quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
        groups.setdefault(name, []).append(quad)
    entities = groups.get(ENTITIES_GRAPH, [])
    return validate_graphs(sorted(groups.items()), entities, shapes)


def validate_graphs(
    graphs: Iterable[tuple[str, Iterable[ox.Quad]]],
    entities: Iterable[ox.Quad] = (),
    shapes: Shapes | None = None,
) -> Report:
    """Check graphs that are read one at a time: pairs of a graph's name (``""``: default) and its quads.

    ``entities`` are the quads of the entities graph: they tell what the articles refer to, and are
    checked only where ``graphs`` holds them too. The ontology graph is passed over.

    Raises:
        DataFileError: if a shape cannot be used.
        StoreError: if the graph holds what SHACL cannot check.

    """
    used = shapes or bundled_shapes()
    converter = Converter()
    types: dict[Node, list[Node]] = {}
    for quad in entities:
        if quad.predicate.value == RDF.type:
            types.setdefault(converter.term(quad.subject), []).append(converter.term(quad.object))
    results: set[Result] = set()
    count = 0
    for name, quads in graphs:
        if name == ONTOLOGY_GRAPH:
            continue
        count += 1
        results.update(_check(name, converter.graph(quads), types, used))
    return Report(tuple(sorted(results, key=order)), count)


def _check(name: str, data: Graph, types: Mapping[Node, list[Node]], shapes: Shapes) -> Iterator[Result]:
    described = set(data.subjects())
    for node in set(data.objects()) - described:
        for kind in types.get(node, ()):
            data.add((node, _TYPE, kind))
    for triple in shapes.background:
        data.add(triple)
    try:
        with warnings.catch_warnings():
            # rdflib compares an ill-typed literal by way of a deprecated use of NotImplemented.
            warnings.simplefilter("ignore", DeprecationWarning)
            warnings.simplefilter("error", ShapeRecursionWarning)
            _, report, _ = pyshacl_validate(
                data, shacl_graph=shapes.graph, advanced=False, inference="none", inplace=True
            )
    except (ReportableRuntimeError, ShapeRecursionWarning) as error:
        raise DataFileError(f"A shape cannot be used: {error}. Correct it in shapes/.") from error
    if not isinstance(report, Graph):
        raise DataFileError(f"The shapes cannot be run: {report}. Correct them in shapes/.")
    places: dict[Node, Place] = {}
    for node in report.objects(None, SH.result):
        focus = _value(report, node, SH.focusNode)
        if focus in described:
            if focus not in places:
                places[focus] = locate(data, focus)
            yield _result(name, report, node, places[focus])


def _result(name: str, report: Graph, node: Node, place: Place) -> Result:
    path, value = report.value(node, SH.resultPath), report.value(node, SH.value)
    component = str(_value(report, node, SH.sourceConstraintComponent)).removeprefix(str(SH))
    messages = {
        text.language or "": str(text)
        for text in sorted(report.objects(node, SH.resultMessage), key=str)
        if isinstance(text, Literal)
    }
    anything = next(iter(messages.values()), component)
    return Result(
        severity=_SEVERITIES.get(_value(report, node, SH.resultSeverity), Severity.VIOLATION),
        focus=_name(_value(report, node, SH.focusNode)),
        shape=_name(_value(report, node, SH.sourceShape)),
        constraint=component.removesuffix("ConstraintComponent"),
        path=None if path is None else _path(report, path),
        value=None if value is None else _name(value),
        message_en=messages.get("en", anything),
        message_ar=messages.get("ar", anything),
        graph=name,
        article=place.article,
        document=place.document,
        span=place.span,
    )


def _value(report: Graph, node: Node, predicate: URIRef) -> Node:
    """What a result must have by the SHACL specification."""
    found = report.value(node, predicate)
    if found is None:
        raise DataFileError(f"The shapes gave a result without {predicate}. Correct them in shapes/.")
    return found


def _name(node: Node) -> str:
    return f"_:{node}" if isinstance(node, BNode) else str(node)


def _path(graph: Graph, node: Node) -> str:
    """A SHACL path in SPARQL's notation, e.g. ``^da:content`` or ``da:agent|da:addressee``."""
    if isinstance(node, URIRef):
        return shorten(str(node))
    for predicate, form in _STEPS.items():
        inner = graph.value(node, predicate)
        if inner is not None:
            return form.format(_path(graph, inner))
    choice = graph.value(node, SH.alternativePath)
    separator, head = ("/", node) if choice is None else ("|", choice)
    steps = [_path(graph, step) for step in Collection(graph, head)]
    return separator.join(f"({step})" if "|" in step else step for step in steps)
