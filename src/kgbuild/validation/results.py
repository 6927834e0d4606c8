"""One finding of a SHACL engine, before it is placed in an article."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

SH = "http://www.w3.org/ns/shacl#"


@dataclass(frozen=True, slots=True)
class Finding:
    """A ``sh:ValidationResult`` in plain strings; IRIs in full, blank nodes as ``_:label``.

    ``component`` is the constraint component's IRI. ``path`` is a SPARQL property path, ``value`` the
    lexical form of a literal. ``messages`` are pairs of language (empty: none) and text, sorted.
    """

    focus: str
    shape: str
    component: str
    severity: str
    path: str | None
    value: str | None
    messages: tuple[tuple[str, str], ...]


Engine = Callable[[Sequence[ox.Triple], frozenset[str]], list[Finding]]
"""Checks the triples of one graph, with what the ontology adds to them, against the shapes with these IRIs.

An engine may check other shapes too: what it finds with them is passed over.
"""
