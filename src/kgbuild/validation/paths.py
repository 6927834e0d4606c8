"""SHACL property paths as people write them."""

from rdflib import Graph, URIRef
from rdflib.collection import Collection
from rdflib.namespace import SH
from rdflib.term import Node

from kgbuild.validation.report import shorten

_STEPS = {
    SH.inversePath: "^{}",
    SH.zeroOrMorePath: "({})*",
    SH.oneOrMorePath: "({})+",
    SH.zeroOrOnePath: "({})?",
}


def path_text(graph: Graph, node: Node) -> str:
    """A SHACL path in SPARQL's notation, e.g. ``^da:content`` or ``da:agent|da:addressee``."""
    if isinstance(node, URIRef):
        return shorten(str(node))
    for predicate, form in _STEPS.items():
        inner = graph.value(node, predicate)
        if inner is not None:
            return form.format(path_text(graph, inner))
    choice = graph.value(node, SH.alternativePath)
    separator, head = ("/", node) if choice is None else ("|", choice)
    steps = [path_text(graph, step) for step in Collection(graph, head)]
    return separator.join(f"({step})" if "|" in step else step for step in steps)
