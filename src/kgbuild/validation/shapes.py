"""The shapes, read once, and what of the ontology they need in order to be true."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF as RDFLIB_RDF
from rdflib.namespace import RDFS as RDFLIB_RDFS
from rdflib.namespace import SH
from rdflib.term import Node

from kgbuild.errors import DataFileError
from kgbuild.resources import data_path
from kgbuild.validation.convert import Converter
from kgbuild.validation.mentioned import mentioned
from kgbuild.validation.paths import path_text
from kgbuild.vocab import PREFIXES, RDF, RDFS, SKOS

Triple = tuple[Node, Node, Node]
_OTHER_TARGETS = (SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf, SH.target)


@dataclass(frozen=True, slots=True)
class Constraint:
    """A SPARQL constraint of a shape; ``classes`` are what makes a node a focus node, with subclasses."""

    shape: str
    select: str
    classes: frozenset[str]
    severity: str
    messages: tuple[tuple[str, str], ...]
    properties: frozenset[str] | None
    """What it asks for, or more; ``None``: perhaps any property."""


@dataclass(frozen=True, slots=True, eq=False)
class Shapes:
    """A parsed shapes graph and the ontology triples that every checked graph is seen together with.

    Of the ontology those are the subclass tree (a shape of ``da:Act`` must catch every ``da:Propose``)
    and the topics with their scheme. pySHACL would mix in each label anew for every article.
    """

    graph: Graph
    """All that the files say."""
    core: Graph
    """The same without the SPARQL constraints."""
    source: bytes
    """The files' Turtle, one after the other."""
    background: tuple[Triple, ...]
    background_ntriples: bytes
    constraints: tuple[Constraint, ...]
    """By shape."""
    paths: Mapping[str, str]
    """IRI of each property shape and its path in SPARQL's notation."""
    of_classes: frozenset[str]
    """IRIs of the shapes that have members of a class as focus nodes."""
    only_of: Mapping[str, frozenset[str]]
    """IRI of each shape that has nothing else as focus nodes, and the classes, with subclasses."""
    others: frozenset[str]
    """IRIs of all other shapes that have focus nodes."""

    @classmethod
    def load(cls, shapes: Iterable[Path], ontology: Iterable[Path]) -> "Shapes":
        """Read Turtle files of shapes and of the ontology that they speak of.

        Raises:
            DataFileError: if one is no Turtle; names file and line.

        """
        converter = Converter()
        paths = list(shapes)
        graph = converter.graph(quad for path in paths for quad in _parse(path))
        for prefix, namespace in PREFIXES.items():
            graph.bind(prefix, namespace)
        core = Graph(bind_namespaces="none")
        for triple in graph:
            if triple[1] != SH.sparql:
                core.add(triple)
        needed = {RDFS.subClassOf, SKOS.inScheme}
        kept = [
            quad
            for path in ontology
            for quad in _parse(path)
            if quad.predicate.value in needed
            or (quad.predicate.value == RDF.type and quad.object == ox.NamedNode(SKOS.Concept))
        ]
        return cls(
            graph,
            core,
            b"\n".join(path.read_bytes() for path in paths),
            tuple(converter.graph(kept)),
            ox.serialize([quad.triple for quad in kept], format=ox.RdfFormat.N_TRIPLES) or b"",
            tuple(sorted(_constraints(graph, kept), key=lambda one: (one.shape, one.select))),
            {
                str(shape): path_text(graph, path)
                for shape, path in graph.subject_objects(SH.path)
                if isinstance(shape, URIRef)
            },
            frozenset(str(shape) for shape in graph.subjects(SH.targetClass)),
            *_by_target(graph, kept),
        )

    def of(self, classes: AbstractSet[str]) -> frozenset[str]:
        """IRIs of the shapes that can have a focus node where nodes of these classes alone are described."""
        return self.others | {shape for shape, of in self.only_of.items() if not of.isdisjoint(classes)}


def _by_target(
    graph: Graph, ontology: Sequence[ox.Quad]
) -> tuple[Mapping[str, frozenset[str]], frozenset[str]]:
    """The shapes that only members of classes are focus nodes of, with the classes; and all others."""
    below = _subclasses(ontology)
    others = {str(shape) for target in _OTHER_TARGETS for shape in graph.subjects(target)}
    # a shape that is a class has its members as focus nodes
    others |= {str(shape) for shape in graph.subjects(RDFLIB_RDF.type, RDFLIB_RDFS.Class)}
    found: dict[str, frozenset[str]] = {}
    for shape in graph.subjects(SH.targetClass):
        if str(shape) not in others:
            found[str(shape)] = _with_subclasses(map(str, graph.objects(shape, SH.targetClass)), below)
    return found, frozenset(others)


def _subclasses(ontology: Iterable[ox.Quad]) -> Mapping[str, AbstractSet[str]]:
    """Each class and those right below it."""
    below: dict[str, set[str]] = {}
    for quad in ontology:
        if quad.predicate.value == RDFS.subClassOf and isinstance(quad.object, ox.NamedNode):
            below.setdefault(quad.object.value, set()).add(str(quad.subject.value))  # type: ignore[union-attr]
    return below


def _with_subclasses(classes: Iterable[str], below: Mapping[str, AbstractSet[str]]) -> frozenset[str]:
    found = set(classes)
    waiting = sorted(found)
    while waiting:
        new = below.get(waiting.pop(), set()) - found
        found |= new
        waiting += sorted(new)
    return frozenset(found)


def _constraints(graph: Graph, ontology: Iterable[ox.Quad]) -> Iterable[Constraint]:
    below = _subclasses(ontology)
    for shape, node in graph.subject_objects(SH.sparql):
        texts = [text for text in graph.objects(shape, SH.message) if isinstance(text, Literal)]
        yield Constraint(
            shape=str(shape),
            select=(select := str(graph.value(node, SH.select))),
            classes=_with_subclasses(map(str, graph.objects(shape, SH.targetClass)), below),
            severity=str(graph.value(shape, SH.severity) or SH.Violation),
            messages=tuple(sorted((text.language or "", str(text)) for text in texts)),
            properties=mentioned(select),
        )


@cache
def bundled_shapes() -> Shapes:
    """The shapes of ``shapes/`` with the ontology of ``ontology/``."""
    return Shapes.load(sorted(data_path("shapes").glob("*.ttl")), sorted(data_path("ontology").glob("*.ttl")))


def _parse(path: Path) -> list[ox.Quad]:
    try:
        return list(ox.parse(path=str(path), format=ox.RdfFormat.TURTLE))
    except SyntaxError as error:
        raise DataFileError(
            f"{path.name}, line {error.lineno}: {error.msg}. Correct the Turtle there."
        ) from error
    except OSError as error:
        raise DataFileError(f"{path} cannot be read: {error}") from error
