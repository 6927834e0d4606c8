r"""Quads as bytes in the formats that others read. Equal quads give equal bytes.

Turtle is written without a prefix for the folders of graph names: a local name with a slash
(``kg:graph\/x``) is legal Turtle, but OWL API 5.1.9 refuses the escape, and Protégé with it.
"""

import io
import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Final

import pyoxigraph as ox

from kgbuild.errors import UsageError
from kgbuild.graph.describing import description, prefixes
from kgbuild.graph.graphml import graphml
from kgbuild.graph.jsonld import jsonld
from kgbuild.graph.protege import protege_triples
from kgbuild.vocab import PREFIXES

_ROOT: Final = re.compile(rb"<rdf:RDF ([^>]*)>")


def nquads(quads: Iterable[ox.Quad]) -> bytes:
    """N-Quads, one sorted line a quad."""
    return b"".join(sorted({f"{quad} .\n".encode() for quad in quads}))


def ntriples(quads: Iterable[ox.Quad]) -> bytes:
    """N-Triples without the graphs' names, sorted."""
    return b"".join(sorted({f"{quad.triple} .\n".encode() for quad in quads}))


def trig(quads: Iterable[ox.Quad]) -> bytes:
    """TriG with the named graphs, sorted."""
    return _in_order(_serialized(_sorted_quads(quads), ox.RdfFormat.TRIG))


def turtle(quads: Iterable[ox.Quad]) -> bytes:
    """Flat Turtle: all graphs as one."""
    return _turtle(_triples(quads))


def rdfxml(quads: Iterable[ox.Quad]) -> bytes:
    """RDF/XML: all graphs as one.

    A carriage return is written as a character reference: Oxigraph writes it raw, and every XML parser
    would read it as a line feed.
    """
    written = _serialized(_triples(quads), ox.RdfFormat.RDF_XML)
    return _ROOT.sub(_namespaces_in_order, written, count=1).replace(b"\r", b"&#xD;")


def protege(quads: Iterable[ox.Quad]) -> bytes:
    """Flat Turtle for Protégé: see :mod:`kgbuild.graph.protege`."""
    return _turtle(sorted(protege_triples(quads), key=str))


def void(quads: Iterable[ox.Quad]) -> bytes:
    """A description of the data set in VoID and DCAT, as Turtle: see :mod:`kgbuild.graph.describing`."""
    out = io.BytesIO()
    ox.serialize(description(quads), out, ox.RdfFormat.TURTLE, prefixes=prefixes())
    return _in_order(out.getvalue())


FORMATS: Final[Mapping[str, Callable[[Iterable[ox.Quad]], bytes]]] = MappingProxyType(
    {
        "graphml": graphml,
        "jsonld": jsonld,
        "nquads": nquads,
        "ntriples": ntriples,
        "protege": protege,
        "rdfxml": rdfxml,
        "trig": trig,
        "turtle": turtle,
        "void": void,
    }
)
"""Name of each format that is made from quads alone, and what makes it."""


def serialize(quads: Iterable[ox.Quad], format_name: str) -> bytes:
    """Return ``quads`` in one of :data:`FORMATS`.

    Raises:
        UsageError: if there is no such format.
    """
    try:
        write = FORMATS[format_name]
    except KeyError:
        raise UsageError(
            f"There is no format {format_name!r}. Choose one of: {', '.join(sorted(FORMATS))}."
        ) from None
    return write(quads)


def _serialized(things: Iterable[ox.Quad] | Iterable[ox.Triple], form: ox.RdfFormat) -> bytes:
    out = io.BytesIO()
    ox.serialize(things, out, form, prefixes=dict(PREFIXES))
    return out.getvalue()


def _sorted_quads(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    return sorted(set(quads), key=lambda quad: (str(quad.graph_name), str(quad)))


def _triples(quads: Iterable[ox.Quad]) -> list[ox.Triple]:
    return sorted({quad.triple for quad in quads}, key=str)


def _turtle(triples: Iterable[ox.Triple]) -> bytes:
    return _in_order(_serialized(triples, ox.RdfFormat.TURTLE))


def _in_order(turtle_bytes: bytes) -> bytes:
    """The prefix lines sorted: Oxigraph writes them in the random order of a hash table."""
    lines = turtle_bytes.splitlines(keepends=True)
    first = next((n for n, line in enumerate(lines) if not line.startswith(b"@prefix ")), len(lines))
    return b"".join(sorted(lines[:first]) + lines[first:])


def _namespaces_in_order(root: re.Match[bytes]) -> bytes:
    return b"<rdf:RDF " + b" ".join(sorted(root[1].split())) + b">"
