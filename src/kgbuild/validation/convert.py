"""Pyoxigraph's terms as rdflib's, kept to the letter: pySHACL reads rdflib graphs."""

from collections.abc import Iterable

import pyoxigraph as ox
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from kgbuild.errors import StoreError
from kgbuild.vocab import XSD


class Converter:
    """Turns pyoxigraph quads into rdflib triples; IRIs that recur are made once.

    Literals keep their lexical form (rdflib would otherwise rewrite ``…T00:00:00Z`` and ``0.80``), so
    that a shape's pattern sees what the graph holds.
    """

    def __init__(self) -> None:
        self._iris: dict[str, URIRef] = {}

    def graph(self, quads: Iterable[ox.Quad | ox.Triple]) -> Graph:
        """An rdflib graph of the triples or quads, whatever graph these are in.

        Raises:
            StoreError: for a quoted triple, which SHACL Core has no notion of.

        """
        made = Graph(bind_namespaces="none")
        for quad in quads:
            made.add((self.term(quad.subject), self._iri(quad.predicate.value), self.term(quad.object)))
        return made

    def term(self, term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Node:
        """One term."""
        if isinstance(term, ox.NamedNode):
            return self._iri(term.value)
        if isinstance(term, ox.Literal):
            return self._literal(term)
        if isinstance(term, ox.BlankNode):
            return BNode(term.value)
        raise StoreError(
            f"The graph holds a quoted triple ({term}), which kgbuild never writes and cannot check. "
            "Remove it, or build the store again."
        )

    def _iri(self, value: str) -> URIRef:
        found = self._iris.get(value)
        if found is None:
            found = self._iris[value] = URIRef(value)
        return found

    def _literal(self, literal: ox.Literal) -> Literal:
        if literal.language is not None:
            return Literal(literal.value, lang=literal.language, normalize=False)
        return Literal(
            literal.value, datatype=self._iri(literal.datatype.value or XSD.string), normalize=False
        )
