"""The statements of one graph, by property, in N-Triples' notation: quick to make and to ask.

A term is a string as N-Triples has it: ``<iri>``, ``_:label``, ``"text"@ar``, ``"1"^^<datatype>``.
"""

from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from kgbuild.vocab import RDF

TYPE = f"<{RDF.type}>"
Values = Mapping[str, list[str]]
"""Subjects and, to each, what a property leads to, without repetitions."""
_NOTHING: Values = {}
_END = -2
"""Where in a line the object ends: before a blank and a period."""


class Statements:
    """What a graph says, by property and subject."""

    def __init__(self, ntriples: bytes) -> None:
        """Read N-Triples as Oxigraph writes them: one blank between terms."""
        self.ntriples = ntriples
        self._by_property: dict[str, dict[str, list[str]]] = {}
        found = self._by_property
        for line in set(ntriples.decode().split("\n")):
            if not line:
                continue
            subject, predicate, rest = line.split(" ", 2)
            of = found.get(predicate)
            if of is None:
                of = found[predicate] = {}
            values = of.get(subject)
            if values is None:
                of[subject] = [rest[:_END]]
            else:
                values.append(rest[:_END])
        self._backward: dict[str, Values] = {}

    @classmethod
    def of(cls, graph: str, quads: Iterable[ox.Quad] | bytes) -> "Statements":
        """The statements of a graph by its name, from its quads or from N-Quads of it alone."""
        if isinstance(quads, bytes):
            return cls(quads.replace(f" <{graph}> .\n".encode(), b" .\n"))
        return cls(ox.serialize((quad.triple for quad in quads), format=ox.RdfFormat.N_TRIPLES) or b"")

    @property
    def quoted(self) -> str | None:
        """A triple as object, if there is any; RDF has them, SHACL has not."""
        if b"<<" not in self.ntriples:
            return None
        objects = (value for of in self._by_property.values() for values in of.values() for value in values)
        return next((value for value in objects if value.startswith("<<")), None)

    def triples(self, types: Values = _NOTHING) -> list[ox.Triple]:
        """The statements as triples, with the classes of further nodes."""
        read = ox.parse(self.ntriples + as_ntriples(TYPE, types), format=ox.RdfFormat.N_TRIPLES)
        return [quad.triple for quad in read]

    def properties(self) -> Iterable[str]:
        """All properties."""
        return self._by_property.keys()

    def forward(self, predicate: str) -> Values:
        """What a property leads to from each subject."""
        return self._by_property.get(predicate, _NOTHING)

    def backward(self, predicate: str) -> Values:
        """What leads to each object by a property."""
        known = self._backward.get(predicate)
        if known is None:
            made: dict[str, list[str]] = {}
            for subject, values in self.forward(predicate).items():
                for value in values:
                    made.setdefault(value, []).append(subject)
            known = self._backward[predicate] = made
        return known

    def subjects(self) -> set[str]:
        """All subjects."""
        return set().union(*self._by_property.values())

    def objects(self, beginnings: tuple[str, ...]) -> set[str]:
        """All objects that begin with one of these."""
        return {
            value
            for of in self._by_property.values()
            for values in of.values()
            for value in values
            if value.startswith(beginnings)
        }


def as_ntriples(predicate: str, values: Values) -> bytes:
    """What a property leads to from each subject, as N-Triples."""
    return "".join(
        [f"{subject} {predicate} {value} .\n" for subject, of in values.items() for value in of]
    ).encode()


def term(name: str) -> str:
    """The term of a node that is named by its IRI, or as ``_:label``."""
    return name if name.startswith("_:") else f"<{name}>"


def name(node: str) -> str:
    """The IRI of a node, or ``_:label``; a literal's text, a quoted triple as it is."""
    if node.startswith("<<") or node.startswith("_:"):
        return node
    return node[1:-1] if node.startswith("<") else literal(node).value


def literal(value: str) -> ox.Literal:
    """The literal that a term stands for."""
    (read,) = ox.parse(f"<a:a> <a:a> {value} .".encode(), format=ox.RdfFormat.N_TRIPLES)
    if not isinstance(read.object, ox.Literal):
        raise TypeError(f"{value} is no literal")
    return read.object
