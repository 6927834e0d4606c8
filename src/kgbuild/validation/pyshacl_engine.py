"""SHACL Core by pySHACL. SHACL-SPARQL constraints run in Oxigraph: in rdflib they take ten times the rest."""

import warnings
from collections.abc import Iterator, Sequence

import pyoxigraph as ox
from pyshacl import validate as pyshacl_validate
from pyshacl.errors import ReportableRuntimeError, ShapeRecursionWarning
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import SH
from rdflib.term import Node

from kgbuild.errors import DataFileError
from kgbuild.validation.constraints import sparql_findings
from kgbuild.validation.convert import Converter
from kgbuild.validation.paths import path_text
from kgbuild.validation.results import Engine, Finding
from kgbuild.validation.shapes import Shapes
from kgbuild.validation.statements import Statements


def pyshacl_engine(shapes: Shapes) -> Engine:
    """Return what checks one graph after the other with pySHACL.

    It raises :class:`DataFileError` if a shape cannot be used, and :class:`kgbuild.errors.StoreError` if a
    graph holds what SHACL cannot check.
    """
    converter = Converter()

    def check(triples: Sequence[ox.Triple], _wanted: frozenset[str]) -> list[Finding]:
        data = converter.graph(triples)
        for triple in shapes.background:
            data.add(triple)
        graph = Statements(ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"")
        return [*_findings(_report(data, shapes.core)), *sparql_findings(graph, shapes)]

    return check


def _report(data: Graph, shapes: Graph) -> Graph:
    try:
        with warnings.catch_warnings():
            # rdflib compares an ill-typed literal by way of a deprecated use of NotImplemented.
            warnings.simplefilter("ignore", DeprecationWarning)
            warnings.simplefilter("error", ShapeRecursionWarning)
            _, report, _ = pyshacl_validate(
                data, shacl_graph=shapes, advanced=False, inference="none", inplace=True
            )
    except (ReportableRuntimeError, ShapeRecursionWarning) as error:
        raise DataFileError(f"A shape cannot be used: {error}. Correct it in shapes/.") from error
    if not isinstance(report, Graph):
        raise DataFileError(f"The shapes cannot be run: {report}. Correct them in shapes/.")
    return report


def _findings(report: Graph) -> Iterator[Finding]:
    for node in report.objects(None, SH.result):
        path, value = report.value(node, SH.resultPath), report.value(node, SH.value)
        messages = [text for text in report.objects(node, SH.resultMessage) if isinstance(text, Literal)]
        yield Finding(
            focus=_name(_value(report, node, SH.focusNode)),
            shape=_name(_value(report, node, SH.sourceShape)),
            component=str(_value(report, node, SH.sourceConstraintComponent)),
            severity=str(_value(report, node, SH.resultSeverity)),
            path=None if path is None else path_text(report, path),
            value=None if value is None else _name(value),
            messages=tuple(sorted((text.language or "", str(text)) for text in messages)),
        )


def _value(report: Graph, node: Node, predicate: URIRef) -> Node:
    """What a result must have by the SHACL specification."""
    found = report.value(node, predicate)
    if found is None:
        raise DataFileError(f"The shapes gave a result without {predicate}. Correct them in shapes/.")
    return found


def _name(node: Node) -> str:
    return f"_:{node}" if isinstance(node, BNode) else str(node)
