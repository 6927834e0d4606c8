"""What every term of the ontology owes its reader, and what kgbuild relies on."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from kgbuild.resources import data_path
from kgbuild.vocab import DA, OWL, RDF, RDFS, SKOS, TOPIC, topics

CONTRACT_TOPICS = {
    "cyber", "arms-control", "strategic-stability", "ukraine", "syria", "libya", "iran-nuclear", "trade",
    "energy", "climate", "palestine", "bilateral-relations", "human-rights", "terrorism", "elections",
    "prisoners", "extradition", "migration", "other",
}  # fmt: skip
FILES = ("diplomatic-acts.ttl", "topics.ttl", "alignments.ttl")


def quads(name: str) -> list[ox.Quad]:
    return list(ox.parse(path=str(data_path("ontology", name)), format=ox.RdfFormat.TURTLE))


def texts(graph: list[ox.Quad], subject: str, predicate: str) -> dict[str | None, str]:
    """Language to text of the literals of a subject."""
    return {
        quad.object.language: quad.object.value
        for quad in graph
        if quad.predicate.value == predicate
        and isinstance(quad.object, ox.Literal)
        and isinstance(quad.subject, ox.NamedNode)
        and quad.subject.value == subject
    }


def typed(graph: list[ox.Quad], *types: str) -> list[str]:
    found = {
        quad.subject.value
        for quad in graph
        if quad.predicate.value == RDF.type
        and isinstance(quad.object, ox.NamedNode)
        and isinstance(quad.subject, ox.NamedNode)
        and quad.object.value in types
    }
    return sorted(found)


ONTOLOGY = quads("diplomatic-acts.ttl")
KINDS_OF_TERM = tuple(
    OWL.NS + kind
    for kind in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty", "NamedIndividual")
)
TERMS = typed(ONTOLOGY, *KINDS_OF_TERM)
OWN = [term for term in TERMS if term.startswith(DA.NS)]


def is_arabic(text: str) -> bool:
    return any("\u0600" <= char <= "\u06ff" for char in text)


@pytest.mark.parametrize("term", TERMS)
def test_every_term_is_labelled_in_both_languages(term: str) -> None:
    labels = texts(ONTOLOGY, term, RDFS.label)
    assert set(labels) == {"en", "ar"}
    assert is_arabic(labels["ar"])
    assert not is_arabic(labels["en"])


@pytest.mark.parametrize("term", OWN)
def test_every_term_of_ours_is_defined_in_both_languages(term: str) -> None:
    definitions = texts(ONTOLOGY, term, SKOS.definition)
    assert set(definitions) == {"en", "ar"}
    assert is_arabic(definitions["ar"])
    assert all(text.endswith(".") for text in definitions.values())


def test_no_term_has_two_definitions_in_a_language() -> None:
    seen = [
        (quad.subject.value, quad.predicate.value, quad.object.language)
        for quad in ONTOLOGY
        if isinstance(quad.subject, ox.NamedNode)
        and isinstance(quad.object, ox.Literal)
        and quad.predicate.value in (RDFS.label, SKOS.definition)
    ]
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("name", FILES)
def test_no_blank_nodes_so_that_builds_are_identical(name: str) -> None:
    assert not [quad for quad in quads(name) if ox.BlankNode in (type(quad.subject), type(quad.object))]


@pytest.mark.parametrize("name", FILES)
def test_nothing_is_imported_and_no_forbidden_datatype_occurs(name: str) -> None:
    for quad in quads(name):
        assert quad.predicate.value != OWL.imports
        text = str(quad)
        assert not any(f"#{bad}>" in text for bad in ("date", "gYear", "nonNegativeInteger"))


def test_topics_are_those_of_the_contract() -> None:
    assert set(topics()) == CONTRACT_TOPICS
    assert all(iri == TOPIC.NS + name for name, iri in topics().items())


@pytest.mark.parametrize("iri", sorted(topics().values()))
def test_every_topic_is_described_in_both_languages(iri: str) -> None:
    graph = quads("topics.ttl")
    assert set(texts(graph, iri, SKOS.prefLabel)) == {"en", "ar"}
    assert set(texts(graph, iri, SKOS.definition)) == {"en", "ar"}
    schemes = [
        quad.object
        for quad in graph
        if quad.subject == ox.NamedNode(iri) and quad.predicate.value == SKOS.inScheme
    ]
    assert schemes == [ox.NamedNode(TOPIC.SCHEME)]


def test_broader_topics_are_topics_of_the_scheme() -> None:
    broader = {quad.object for quad in quads("topics.ttl") if quad.predicate.value == SKOS.broader}
    assert broader
    assert broader <= {ox.NamedNode(iri) for iri in topics().values()}


def test_alignments_start_from_and_end_at_described_things() -> None:
    graph = quads("alignments.ttl")
    known = {*TERMS, *topics().values()}
    described = set(typed(graph, SKOS.Concept))
    outside = ("https://schema.org/", "http://www.wikidata.org/entity/Q")
    matches = [quad for quad in graph if quad.predicate.value in (SKOS.closeMatch, SKOS.broadMatch)]
    assert len(matches) > 40
    for quad in matches:
        assert isinstance(quad.subject, ox.NamedNode)
        assert isinstance(quad.object, ox.NamedNode)
        assert quad.subject.value in known
        assert quad.object.value in described or quad.object.value.startswith(outside)
    used = {quad.object.value for quad in matches if isinstance(quad.object, ox.NamedNode)}
    broader = {
        quad.object.value
        for quad in graph
        if quad.predicate.value == SKOS.broader and isinstance(quad.object, ox.NamedNode)
    }
    assert described <= used | broader


def test_a_match_is_never_both_close_and_broad() -> None:
    pairs: dict[tuple[str, str], set[str]] = {}
    for quad in quads("alignments.ttl"):
        if quad.predicate.value in (SKOS.closeMatch, SKOS.broadMatch):
            pairs.setdefault((str(quad.subject), str(quad.object)), set()).add(quad.predicate.value)
    assert all(len(found) == 1 for found in pairs.values())


def test_graph_contract_uses_only_terms_of_the_ontology() -> None:
    page = Path(__file__).parents[2] / "docs" / "graph.md"
    words = page.read_text(encoding="utf-8").replace("`", " ").split()
    used = {word.strip(",;.():") for word in words if word.startswith("da:")} - {"da:", "da"}
    assert len(used) > 40
    assert used <= {"da:" + term.removeprefix(DA.NS) for term in OWN}
