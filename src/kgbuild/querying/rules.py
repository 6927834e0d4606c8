"""Checks, which must find nothing, and rules, which add links to the derived graph."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kgbuild.errors import DataFileError
from kgbuild.querying.catalog import Question, read_folder
from kgbuild.querying.rendering import short
from kgbuild.querying.run import Answer, Source, ask, pointed
from kgbuild.resources import data_path
from kgbuild.vocab import ACT, ATTRIBUTION, DA, DERIVATION, DERIVED_GRAPH, PROV, RDF, RDFS, RULE, RUN, XSD

_SOURCES: Final = (ACT, ATTRIBUTION)
"""What links are drawn from: all else (codes, tenures, the run) is only what they lead to."""
_DIGITS: Final = 20


@dataclass(frozen=True, slots=True)
class Check:
    """A check and what it found."""

    question: Question
    answer: Answer

    @property
    def passed(self) -> bool:
        """Whether it found nothing."""
        return not self.answer.rows


def run_checks(source: Source, folder: Path | None = None, *, limit: int = 20) -> list[Check]:
    """Run every check, by id; each tells at most ``limit`` of what it finds.

    Raises:
        DataFileError: if a check is malformed.
    """
    checks = read_folder(folder or data_path("queries", "checks"))
    return [Check(check, ask(source, check.text, limit=limit)) for check in checks.values()]


def derived_quads(source: Source, folder: Path | None = None) -> list[ox.Quad]:
    """What the rules derive, sorted, for ``…/graph/derived``.

    Every link comes with a ``da:Derivation``: which rule drew it, and from which acts; what that rule asks
    for stands at the rule. Links of one rule between the same two nodes share a derivation, and so do all
    codes of one act. Empty the graph first, so that
    nothing is derived from what was derived before.

    Raises:
        DataFileError: if a rule is malformed, is no CONSTRUCT query, or constructs what is no link
            between IRIs.
    """
    graph = ox.NamedNode(DERIVED_GRAPH)
    found: set[ox.Triple] = set()
    for rule in read_folder(folder or data_path("queries", "derive")).values():
        links = _links(source, rule)
        found |= links
        found.update(_explained(rule, links))
    return sorted((ox.Quad(t.subject, t.predicate, t.object, graph) for t in found), key=str)


def _links(source: Source, rule: Question) -> set[ox.Triple]:
    try:
        triples = source.query(rule.text)
    except SyntaxError as error:
        raise DataFileError(f"{rule.path.name}: {pointed(rule.text, str(error))}") from error
    if not isinstance(triples, ox.QueryTriples):
        raise DataFileError(f"{rule.path.name} is no CONSTRUCT query. Write it as one.")
    links = set(triples)
    for link in links:
        if not isinstance(link.subject, ox.NamedNode) or not isinstance(link.object, ox.NamedNode):
            raise DataFileError(f"{rule.path.name} constructs {link}: let it join IRIs only.")
    return links


def _explained(rule: Question, links: set[ox.Triple]) -> Iterator[ox.Triple]:
    """The derivation nodes of one rule's links, and the rule itself."""
    if not links:
        return
    name = ox.NamedNode(RULE + rule.id)
    yield ox.Triple(name, _node(RDF.type), _node(DA.Rule))
    yield ox.Triple(name, _node(RDFS.label), ox.Literal(rule.title, language="en"))
    if rule.about:
        yield ox.Triple(name, _node(RDFS.comment), ox.Literal(rule.about, language="en"))
    for link in links:
        subject, value = str(link.subject.value), str(link.object.value)  # type: ignore[union-attr]
        shared = "" if not value.startswith(_SOURCES) else value
        digest = hashlib.sha256(" ".join((rule.id, subject, shared)).encode()).hexdigest()[:_DIGITS]
        one = ox.NamedNode(DERIVATION + digest)
        yield ox.Triple(one, _node(RDF.type), _node(DA.Derivation))
        yield ox.Triple(one, _node(DA.byRule), name)
        yield ox.Triple(one, _node(DA.derivedSubject), link.subject)
        yield ox.Triple(one, _node(DA.derivedObject), link.object)
        iri = ox.Literal(link.predicate.value, datatype=_node(XSD.anyURI))
        yield ox.Triple(one, _node(DA.derivedProperty), iri)
        yield ox.Triple(one, _node(PROV.wasGeneratedBy), _node(RUN))
        for source in (link.subject, link.object):
            if isinstance(source, ox.NamedNode) and source.value.startswith(_SOURCES):
                yield ox.Triple(one, _node(PROV.wasDerivedFrom), source)
        if shared:
            yield ox.Triple(one, _node(RDFS.comment), _why(rule, link))


def _why(rule: Question, link: ox.Triple) -> ox.Literal:
    what = link.predicate.value.rpartition("#")[2]
    ends = [short(end.value) for end in (link.subject, link.object) if isinstance(end, ox.NamedNode)]
    return ox.Literal(f"{ends[0]} {what} {ends[1]}, by the rule {rule.id}", language="en")


def _node(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)
