"""What the bundled ontology tells the mapping: labels, which acts are events, and its own quads."""

from functools import cache
from types import MappingProxyType
from typing import Final

import pyoxigraph as ox

from kgbuild.errors import DataFileError
from kgbuild.graph.terms import iri_of
from kgbuild.resources import data_path
from kgbuild.vocab import DA, ONTOLOGY_GRAPH, RDFS, SKOS, topics

FILES: Final = ("diplomatic-acts.ttl", "topics.ttl", "time-words.ttl", "alignments.ttl")
_MEDIA: Final = frozenset({"agency", "outlet"})
"""Subtypes of the gazetteer that carry the words of others (``agency`` is a news agency there)."""


@cache
def ontology_triples() -> tuple[ox.Triple, ...]:
    """All triples of the bundled ontology, topics and alignments, in the files' order.

    Raises:
        DataFileError: if a file is no Turtle, or holds a blank node: its name would differ from one
            reading to the next, and with it the bytes of an export.
    """
    found: list[ox.Triple] = []
    for name in FILES:
        path = data_path("ontology", name)
        try:
            triples = [quad.triple for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE)]
        except SyntaxError as error:
            raise DataFileError(
                f"{name}, line {error.lineno}: {error.msg}. Correct the Turtle there."
            ) from error
        blank = [one for one in triples if ox.BlankNode in {type(one.subject), type(one.object)}]
        if blank:
            raise DataFileError(f"{name} holds a blank node under {blank[0].predicate}. Give it an IRI.")
        found.extend(triples)
    return tuple(found)


def ontology_quads() -> list[ox.Quad]:
    """The ontology graph, sorted."""
    graph = ox.NamedNode(ONTOLOGY_GRAPH)
    quads = {ox.Quad(t.subject, t.predicate, t.object, graph) for t in ontology_triples()}
    return sorted(quads, key=str)


def label(iri: str, language: str) -> str:
    """Label of a class or topic in ``language``, else in English, else its local name."""
    names = _labels()
    fallback = iri.rpartition("#")[2]
    return names.get((iri, language)) or names.get((iri, "en")) or fallback


def topic_iri(name: str) -> str:
    """IRI of the topic that the contract calls ``name``.

    Raises:
        DataFileError: if the ontology has no such topic.
    """
    try:
        return topics()[name]
    except KeyError:
        raise DataFileError(
            f"{name!r} is no topic of ontology/topics.ttl. Use one of: {', '.join(sorted(topics()))}."
        ) from None


def topic_label(name: str, language: str) -> str:
    """Label of the topic that the contract calls ``name``."""
    return label(topic_iri(name), language)


@cache
def event_classes() -> frozenset[str]:
    """Local names of the act classes that are events in the world: meetings, visits, attacks.

    These are the subclasses of ``da:Interaction`` and ``da:Material``; every other act is speech.
    """
    return _below(DA.Interaction) | _below(DA.Material)


@cache
def interaction_classes() -> frozenset[str]:
    """Local names of the act classes that several parties do together."""
    return _below(DA.Interaction)


def _below(root: str) -> frozenset[str]:
    """Local names of all subclasses of ``root``."""
    children: dict[str, set[str]] = {}
    for triple in ontology_triples():
        if triple.predicate.value == RDFS.subClassOf and isinstance(triple.object, ox.NamedNode):
            children.setdefault(triple.object.value, set()).add(iri_of(triple.subject))
    found: set[str] = set()
    waiting = [root]
    while waiting:
        for child in children.get(waiting.pop(), ()):
            if child not in found:
                found.add(child)
                waiting.append(child)
    return frozenset(iri.removeprefix(DA.NS) for iri in found)


def is_media(subtype: str | None) -> bool:
    """Whether a gazetteer subtype is a news agency or a media outlet."""
    return subtype in _MEDIA


@cache
def _labels() -> MappingProxyType[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for triple in ontology_triples():
        named = triple.predicate.value in {RDFS.label, SKOS.prefLabel}
        if named and isinstance(triple.object, ox.Literal):
            key = (iri_of(triple.subject), triple.object.language or "en")
            found.setdefault(key, triple.object.value)
    return MappingProxyType(found)
