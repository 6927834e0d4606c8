"""Checks, which must find nothing, and rules, which add links to the derived graph."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kgbuild.errors import DataFileError
from kgbuild.querying.catalog import Question, read_folder
from kgbuild.querying.rendering import short
from kgbuild.querying.run import Answer, Source, ask, pointed
from kgbuild.querying.scopes import Extent, Scope, extent_of
from kgbuild.resources import data_path
from kgbuild.vocab import (
    ACT,
    ATTRIBUTION,
    DA,
    DERIVATION,
    DERIVED_GRAPH,
    PREFIXES,
    PROV,
    RDF,
    RDFS,
    RULE,
    RUN,
    XSD,
)

SOURCES: Final = (ACT, ATTRIBUTION)
"""What links are drawn from: all else (codes, tenures, the run) is only what they lead to."""
_TEMPLATE: Final = re.compile(r"\bCONSTRUCT\s*\{[^{}]*\}", re.IGNORECASE)
_PREFIX: Final = re.compile(r"(?im)^\s*PREFIX\s+([\w-]*):\s*<([^<>]*)>")
_COMMENT: Final = re.compile(r"(?m)(?:^|\s)#.*$")
_WORD: Final = re.compile(r"[A-Za-z][\w-]*:[\w-]+")
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


@dataclass(frozen=True, slots=True)
class Rule:
    """A CONSTRUCT query that draws links between nodes, and how much of the graph it must see at once."""

    question: Question
    extent: Extent

    @property
    def id(self) -> str:
        """The name of its file without the ending."""
        return self.question.id

    def drawn(self, source: Source) -> Iterator[ox.Triple]:
        """What the rule draws, one link after the other; a link may come twice.

        Raises:
            DataFileError: if it is no CONSTRUCT query, or constructs what is no link between IRIs.
        """
        name, text = self.question.path.name, self.question.text
        try:
            triples = source.query(text)
        except SyntaxError as error:
            raise DataFileError(f"{name}: {pointed(text, str(error))}") from error
        if not isinstance(triples, ox.QueryTriples):
            raise DataFileError(f"{name} is no CONSTRUCT query. Write it as one.")
        for link in triples:
            if not isinstance(link.subject, ox.NamedNode) or not isinstance(link.object, ox.NamedNode):
                raise DataFileError(f"{name} constructs {link}: let it join IRIs only.")
            yield link

    def links(self, source: Source) -> set[ox.Triple]:
        """What the rule draws; see :meth:`drawn`."""
        return set(self.drawn(source))

    def described(self) -> Iterator[ox.Triple]:
        """The rule itself, as the derived graph describes it where the rule drew a link."""
        name = ox.NamedNode(RULE + self.id)
        yield ox.Triple(name, _node(RDF.type), _node(DA.Rule))
        yield ox.Triple(name, _node(RDFS.label), ox.Literal(self.question.title, language="en"))
        if self.question.about:
            yield ox.Triple(name, _node(RDFS.comment), ox.Literal(self.question.about, language="en"))

    def explained(self, links: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
        """The links of the rule and their derivations: which rule drew them, and from what.

        Links between the same two nodes share a derivation, and so do all codes of one act.
        """
        for link in links:
            yield link
            subject, value = str(link.subject.value), str(link.object.value)  # type: ignore[union-attr]
            shared = "" if not value.startswith(SOURCES) else value
            digest = hashlib.sha256(" ".join((self.id, subject, shared)).encode()).hexdigest()[:_DIGITS]
            one = ox.NamedNode(DERIVATION + digest)
            yield ox.Triple(one, _node(RDF.type), _node(DA.Derivation))
            yield ox.Triple(one, _node(DA.byRule), ox.NamedNode(RULE + self.id))
            yield ox.Triple(one, _node(DA.derivedSubject), link.subject)
            yield ox.Triple(one, _node(DA.derivedObject), link.object)
            iri = ox.Literal(link.predicate.value, datatype=_node(XSD.anyURI))
            yield ox.Triple(one, _node(DA.derivedProperty), iri)
            yield ox.Triple(one, _node(PROV.wasGeneratedBy), _node(RUN))
            for source in (link.subject, link.object):
                if isinstance(source, ox.NamedNode) and source.value.startswith(SOURCES):
                    yield ox.Triple(one, _node(PROV.wasDerivedFrom), source)
            if shared:
                yield ox.Triple(one, _node(RDFS.comment), _why(self.question, link))


def read_rules(folder: Path | None = None) -> tuple[Rule, ...]:
    """The rules of a folder (the bundled ones), by id.

    Raises:
        DataFileError: if one is malformed, or has a scope and yet asks for what rules derive.
    """
    found = read_folder(folder or data_path("queries", "derive")).values()
    rules = tuple(Rule(one, extent_of(one)) for one in found)
    drawn = properties(rules)
    for rule in rules:
        asked = _names(rule.question.text, _TEMPLATE.sub("", rule.question.text))
        if rule.extent.scope is not Scope.EVERYTHING and asked & drawn:
            raise DataFileError(
                f"{rule.question.path.name} asks for {short(min(asked & drawn))}, which rules derive. Ask "
                "for what articles say, or take the line '# scope:' out."
            )
    return rules


def derived_quads(source: Source, folder: Path | None = None) -> list[ox.Quad]:
    """What the rules derive, sorted, for ``…/graph/derived``: each rule asks all of ``source`` at once.

    A build derives the same piece by piece: see :mod:`kgbuild.deriving`. Every link comes with a
    ``da:Derivation``, see :meth:`Rule.explained`; what a rule asks for stands at the rule. Empty the graph
    first, so that nothing is derived from what was derived before.

    Raises:
        DataFileError: if a rule is malformed, is no CONSTRUCT query, or constructs what is no link
            between IRIs.
    """
    graph = ox.NamedNode(DERIVED_GRAPH)
    found: set[ox.Triple] = set()
    for rule in read_rules(folder):
        links = rule.links(source)
        found.update(rule.explained(links))
        if links:
            found.update(rule.described())
    return sorted((ox.Quad(t.subject, t.predicate, t.object, graph) for t in found), key=str)


def properties(rules: Iterable[Rule]) -> frozenset[str]:
    """IRIs of the properties that the rules draw (and of all else that their templates name)."""
    texts = (rule.question.text for rule in rules)
    return frozenset(
        name for text in texts for part in _TEMPLATE.findall(text) for name in _names(text, part)
    )


def _names(text: str, part: str) -> frozenset[str]:
    """The IRIs that a part of a query names with a prefix."""
    prefixes = {**PREFIXES, **dict(_PREFIX.findall(text))}
    words = (word.partition(":") for word in _WORD.findall(_COMMENT.sub("", part)))
    return frozenset(prefixes[prefix] + local for prefix, _, local in words if prefix in prefixes)


def _why(rule: Question, link: ox.Triple) -> ox.Literal:
    what = link.predicate.value.rpartition("#")[2]
    ends = [short(end.value) for end in (link.subject, link.object) if isinstance(end, ox.NamedNode)]
    return ox.Literal(f"{ends[0]} {what} {ends[1]}, by the rule {rule.id}", language="en")


def _node(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)
