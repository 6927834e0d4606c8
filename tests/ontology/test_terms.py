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
SOURCE = "http://purl.org/dc/terms/source"
FILES = ("diplomatic-acts.ttl", "topics.ttl", "time-words.ttl", "alignments.ttl")


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


@pytest.mark.parametrize("term", OWN)
def test_every_term_of_ours_has_an_example_in_both_languages_and_a_source(term: str) -> None:
    examples = texts(ONTOLOGY, term, SKOS.example)
    assert set(examples) == {"en", "ar"}
    about = ox.NamedNode(term)
    sources = [q.object for q in ONTOLOGY if q.subject == about and q.predicate.value == SOURCE]
    assert len(sources) == 1


def test_every_property_of_ours_has_a_domain_and_a_range_or_a_reason() -> None:
    """Of its own or of the property it is a subproperty of."""
    said: dict[str, dict[str, set[str]]] = {}
    for quad in ONTOLOGY:
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
            facts = said.setdefault(quad.subject.value, {})
            facts.setdefault(quad.predicate.value.rpartition("#")[2], set()).add(quad.object.value)

    def has(iri: str, what: str) -> bool:
        facts = said.get(iri, {})
        return what in facts or any(has(parent, what) for parent in facts.get("subPropertyOf", ()))

    kinds = (OWL.NS + "ObjectProperty", OWL.NS + "DatatypeProperty")
    lacking = {
        (term.removeprefix(DA.NS), what)
        for term in typed(ONTOLOGY, *kinds)
        if term.startswith(DA.NS)
        for what in ("domain", "range")
        if not has(term, what)
    }
    assert lacking == {
        # acts contradict acts, attributions attributions; a union would need a blank node
        ("contradicts", "domain"),
        ("contradicts", "range"),
        # attributions, mentions and conditions are in articles
        ("inArticle", "domain"),
        # rdf:langString is no datatype that OWL 2 DL allows in a range
        ("expression", "range"),
        # links start from acts and attributions, and lead to these, codes, tenures and runs
        ("derivedSubject", "range"),
        ("derivedObject", "range"),
    }


def test_the_version_has_an_iri_of_its_own() -> None:
    about = ox.NamedNode(DA.NS.removesuffix("#"))
    facts = {q.predicate.value: q.object for q in ONTOLOGY if q.subject == about}
    version, iri = facts[OWL.NS + "versionInfo"], facts[OWL.NS + "versionIRI"]
    assert isinstance(version, ox.Literal)
    assert isinstance(iri, ox.NamedNode)
    assert iri.value == f"{about.value}/{version.value}"


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
    own = ("https://w3id.org/kgbuild/",)  # tests/ontology/test_alignments.py looks at what is outside
    matches = [quad for quad in graph if quad.predicate.value in (SKOS.closeMatch, SKOS.broadMatch)]
    assert len(matches) > 40
    for quad in matches:
        assert isinstance(quad.subject, ox.NamedNode)
        assert isinstance(quad.object, ox.NamedNode)
        assert quad.subject.value in known
        assert quad.object.value in described or not quad.object.value.startswith(own)
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
