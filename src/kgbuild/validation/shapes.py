"""The shapes, read once, and what of the ontology they need in order to be true."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox
from rdflib import Graph
from rdflib.term import Node

from kgbuild.errors import DataFileError
from kgbuild.resources import data_path
from kgbuild.validation.convert import Converter
from kgbuild.vocab import PREFIXES, RDF, RDFS, SKOS

Triple = tuple[Node, Node, Node]


@dataclass(frozen=True, slots=True)
class Shapes:
    """A parsed shapes graph and the ontology triples that every checked graph is seen together with.

    Of the ontology those are the subclass tree (a shape of ``da:Act`` must catch every ``da:Propose``)
    and the topics with their scheme. pySHACL would mix in each label anew for every article.
    """

    graph: Graph
    background: tuple[Triple, ...]

    @classmethod
    def load(cls, shapes: Iterable[Path], ontology: Iterable[Path]) -> "Shapes":
        """Read Turtle files of shapes and of the ontology that they speak of.

        Raises:
            DataFileError: if one is no Turtle; names file and line.

        """
        converter = Converter()
        graph = converter.graph(quad for path in shapes for quad in _parse(path))
        for prefix, namespace in PREFIXES.items():
            graph.bind(prefix, namespace)
        needed = {RDFS.subClassOf, SKOS.inScheme}
        kept = [
            quad
            for path in ontology
            for quad in _parse(path)
            if quad.predicate.value in needed
            or (quad.predicate.value == RDF.type and quad.object == ox.NamedNode(SKOS.Concept))
        ]
        return cls(graph, tuple(converter.graph(kept)))


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
