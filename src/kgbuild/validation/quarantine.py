"""The quarantine graph: what was held back, and the SHACL report that says why."""

import hashlib

import pyoxigraph as ox

from kgbuild.validation.gate import Gated
from kgbuild.validation.report import Report, Result, Severity
from kgbuild.validation.results import SH
from kgbuild.vocab import ARTICLE, DA, QUARANTINE_GRAPH, RDF, REPORT, XSD

_SEVERITIES = {Severity.VIOLATION: "Violation", Severity.WARNING: "Warning", Severity.INFO: "Info"}
_DIGITS = 20


def quarantine_quads(key: str, gated: Gated, report: Report) -> list[ox.Quad]:
    """What an article leaves in the quarantine graph, sorted: what was held back, and the violations.

    Args:
        key: the article's key, 20 hexadecimal digits.
        gated: what was held back.
        report: what the check of the whole found.
    """
    graph = ox.NamedNode(QUARANTINE_GRAPH)
    found = {ox.Quad(q.subject, q.predicate, q.object, graph) for q in gated.held}
    about = ox.NamedNode(REPORT + key)

    def say(subject: ox.NamedNode, predicate: str, value: ox.NamedNode | ox.Literal) -> None:
        found.add(ox.Quad(subject, ox.NamedNode(predicate), value, graph))

    say(about, RDF.type, ox.NamedNode(SH + "ValidationReport"))
    say(about, SH + "conforms", ox.Literal("false", datatype=ox.NamedNode(XSD.boolean)))
    say(about, DA.inArticle, ox.NamedNode(ARTICLE + key))
    for result in report.results:
        if result.severity is not Severity.VIOLATION:
            continue
        one = ox.NamedNode(f"{REPORT}{key}-{_digest(result)}")
        say(about, SH + "result", one)
        say(one, RDF.type, ox.NamedNode(SH + "ValidationResult"))
        say(one, SH + "focusNode", _node(result.focus))
        say(one, SH + "sourceShape", _node(result.shape))
        component = f"{SH}{result.constraint}ConstraintComponent"
        say(one, SH + "sourceConstraintComponent", ox.NamedNode(component))
        say(one, SH + "resultSeverity", ox.NamedNode(SH + _SEVERITIES[result.severity]))
        say(one, SH + "resultMessage", ox.Literal(result.message_en, language="en"))
        say(one, SH + "resultMessage", ox.Literal(result.message_ar, language="ar"))
        if result.path is not None:
            # a path of several steps would need blank nodes: it is told in SPARQL's notation instead
            say(one, DA.failedPath, ox.Literal(result.path))
        if result.value is not None:
            say(one, DA.failedValue, ox.Literal(result.value))
    return sorted(found, key=str)


def _node(name: str) -> ox.NamedNode:
    """The node's IRI; a blank node under an IRI made of its label."""
    return ox.NamedNode(name if not name.startswith("_:") else f"{REPORT}node-{name[2:]}")


def _digest(result: Result) -> str:
    parts = (result.focus, result.shape, result.constraint, result.path or "", result.value or "")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:_DIGITS]
