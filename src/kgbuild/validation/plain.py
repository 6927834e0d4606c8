"""Most of the shapes, checked without a SHACL engine, which takes longer to read a graph than to check it.

A shape is plain where all its conditions are among those of :mod:`kgbuild.validation.conditions` and its
paths are short. A plain shape that every node passes needs no engine, nor does one that some fail only by
how many values they have, which is nearly all that is ever found. Whatever else fails or cannot be decided
here is left to an engine. Tests hold that with or without this the report is the same.
"""

from collections.abc import Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache

from rdflib import Literal, URIRef
from rdflib.namespace import RDF as RDFLIB_RDF
from rdflib.namespace import RDFS as RDFLIB_RDFS
from rdflib.namespace import SH as SHACL
from rdflib.term import Node

from kgbuild.validation.conditions import Condition, UndecidedError
from kgbuild.validation.constraints import sparql_findings
from kgbuild.validation.plain_shapes import Compiler
from kgbuild.validation.results import SH, Finding
from kgbuild.validation.shapes import Shapes
from kgbuild.validation.statements import TYPE, Statements, Values, name, term
from kgbuild.vocab import RDFS

_SUBCLASS = f"<{RDFS.subClassOf}>"
_OTHER_TARGETS = (
    *((one, None) for one in (SHACL.targetClass, SHACL.targetNode, SHACL.targetObjectsOf, SHACL.target)),
    (RDFLIB_RDF.type, RDFLIB_RDFS.Class),
)
"""What else makes nodes the focus of a shape that is not plain then."""


@dataclass(frozen=True, slots=True)
class PlainShape:
    """A shape that needs no engine where ``conditions`` hold."""

    iri: str
    classes: frozenset[str]
    """Terms of the classes whose members are its focus nodes; or else:"""
    properties: frozenset[str]
    """Terms of the properties whose subjects are."""
    conditions: tuple[Condition, ...]
    counts: tuple[tuple[str, Condition], ...]
    """Conditions on the number of values, with the IRIs of their components."""
    severity: str
    messages: tuple[tuple[str, str], ...]
    path: str | None


class _Seen:
    """A graph with the classes of what it refers to and with what of the ontology its shapes need."""

    def __init__(self, graph: Statements, background: Statements, lent: Values) -> None:
        self._graph = graph
        self._background = background
        self.types: Values = {**background.forward(TYPE), **lent, **graph.forward(TYPE)}
        self._known: dict[str, Values] = {TYPE: self.types}

    def forward(self, predicate: str) -> Values:
        known = self._known.get(predicate)
        if known is None:
            here, behind = self._graph.forward(predicate), self._background.forward(predicate)
            known = self._known[predicate] = {**behind, **here} if behind else here
        return known

    def backward(self, predicate: str) -> Values:
        if predicate == TYPE or self._background.forward(predicate):
            raise UndecidedError
        return self._graph.backward(predicate)

    def properties(self) -> Iterable[str]:
        return self._graph.properties()


class PlainShapes:
    """The plain ones of some shapes, made ready."""

    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes
        self._background = Statements(shapes.background_ntriples)
        self._behind = self._background.subjects()
        self._sparql = {one.shape for one in shapes.constraints}
        compiler = Compiler(shapes.graph, self._background.backward(_SUBCLASS))
        self._plain = {one.iri: one for one in _plain(shapes, compiler)}

    def __contains__(self, iri: str) -> bool:
        return iri in self._plain

    def check(
        self, graph: Statements, lent: Values, wanted: AbstractSet[str]
    ) -> tuple[list[Finding], frozenset[str]]:
        """What some shapes find in a graph, and those among them that only an engine can tell of.

        Args:
            graph: what to check.
            lent: the classes of what the graph refers to and another describes; terms.
            wanted: IRIs of the shapes.
        """
        if not self._behind.isdisjoint(graph.subjects()) or graph.forward(_SUBCLASS):
            return [], frozenset(wanted)  # it says more of what the ontology says
        seen = _Seen(graph, self._background, lent)
        members: dict[str, set[str]] = {}
        for node, classes in graph.forward(TYPE).items():
            for one in classes:
                members.setdefault(one, set()).add(node)
        found: list[Finding] = []
        left = set()
        for iri in wanted - self._sparql:
            shape = self._plain.get(iri)
            findings = None if shape is None else _findings(shape, seen, _focus(shape, graph, members))
            if findings is None:
                left.add(iri)
            else:
                found += findings
        found += sparql_findings(graph, self._shapes, wanted, lent)
        return found, frozenset(left)


def _focus(shape: PlainShape, graph: Statements, members: Mapping[str, set[str]]) -> set[str]:
    if shape.classes:
        return set().union(*(members[one] for one in shape.classes & members.keys()))
    return set().union(*(graph.forward(one) for one in shape.properties))


def _findings(shape: PlainShape, seen: _Seen, focus: Collection[str]) -> list[Finding] | None:
    """What a shape finds; ``None`` where an engine must tell."""
    if not focus:
        return []
    try:
        if any(condition(seen, focus) for condition in shape.conditions):
            return None
        return [
            Finding(name(node), shape.iri, component, shape.severity, shape.path, None, shape.messages)
            for component, condition in shape.counts
            for node in condition(seen, focus)
        ]
    except UndecidedError:
        return None


def _plain(shapes: Shapes, compiler: Compiler) -> Iterable[PlainShape]:
    for iri in shapes.others | shapes.only_of.keys():
        node = URIRef(iri)
        classes = frozenset(map(term, shapes.only_of.get(iri, ())))
        properties = frozenset(term(str(one)) for one in shapes.graph.objects(node, SHACL.targetSubjectsOf))
        if not classes and (not properties or any((node, *one) in shapes.graph for one in _OTHER_TARGETS)):
            continue
        try:
            conditions, counts = compiler.shape(node)
        except UndecidedError:
            continue
        yield PlainShape(
            iri,
            classes,
            properties,
            conditions,
            tuple((SH + component, one) for component, one in counts),
            str(shapes.graph.value(node, SHACL.severity) or SHACL.Violation),
            _messages(shapes, node),
            shapes.paths.get(iri),
        )


def _messages(shapes: Shapes, node: Node) -> tuple[tuple[str, str], ...]:
    texts = [text for text in shapes.graph.objects(node, SHACL.message) if isinstance(text, Literal)]
    return tuple(sorted((text.language or "", str(text)) for text in texts))


@cache
def plain_shapes(shapes: Shapes) -> PlainShapes:
    """The plain ones of these shapes."""
    return PlainShapes(shapes)
