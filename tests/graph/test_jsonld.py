import json
import socket
from pathlib import Path
from types import ModuleType

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Dataset
from rdflib.compare import isomorphic

from kgbuild.errors import DataFileError
from kgbuild.graph.entities import entities_quads
from kgbuild.graph.jsonld import context, jsonld, read_context
from kgbuild.graph.mapping import article_quads
from kgbuild.graph.ontology import ontology_quads, ontology_triples
from kgbuild.graph.serialize import nquads
from kgbuild.vocab import DA, OWL, PREFIXES, RDF, RDFS, XSD

RENAMED = {"rules": "rule", "owltime": "time", "topics": "topic"}
"""Prefixes that a property of ours has the name of."""
PROPERTIES = {OWL.NS + kind for kind in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")}
NODE = ox.NamedNode("x:n")
GRAPH = ox.NamedNode("x:g")


@pytest.fixture(scope="module")
def quads(story: ModuleType) -> list[ox.Quad]:
    entities = entities_quads(story.KNOWN.values(), story.TENURES)
    return [
        *article_quads(story.offer()),
        *article_quads(story.echo()),
        *entities,
        *ontology_quads(),
        ox.Quad(NODE, NODE, NODE, ox.DefaultGraph()),
    ]


pytestmark = pytest.mark.filterwarnings("ignore:(Dataset|ConjunctiveGraph):DeprecationWarning")
"""rdflib's own parsers still use what it deprecates."""


def _declared() -> dict[str, set[str]]:
    """The types of each thing of ours that the ontology's files declare."""
    found: dict[str, set[str]] = {}
    for triple in ontology_triples():
        if isinstance(triple.subject, ox.NamedNode) and triple.predicate.value == RDF.type:
            found.setdefault(triple.subject.value, set()).add(str(triple.object).strip("<>"))
    return {iri: types for iri, types in found.items() if iri.startswith(DA.NS)}


def test_the_context_has_a_name_for_every_class_and_property_of_the_ontology() -> None:
    wanted = {iri for iri, types in _declared().items() if types & (PROPERTIES | {OWL.NS + "Class"})}
    ours = {iri: term for iri, term in context().terms.items() if iri.startswith(DA.NS)}
    assert ours.keys() == wanted
    assert all(term.name == iri.removeprefix(DA.NS) for iri, term in ours.items())


def test_every_name_of_the_context_has_the_type_that_the_ontology_gives_it() -> None:
    ranges = {
        str(triple.subject).strip("<>"): str(triple.object).strip("<>")
        for triple in ontology_triples()
        if triple.predicate.value == RDFS.NS + "range"
    }
    kinds = {RDF.NS + "langString": "@language", XSD.string: ""}
    for iri, types in _declared().items():
        if OWL.NS + "ObjectProperty" in types:
            assert context().terms[iri].kind == "@id", iri
        elif types & PROPERTIES and iri in ranges:
            assert context().terms[iri].kind == kinds.get(ranges[iri], ranges[iri]), iri


def test_the_prefixes_are_those_of_queries_and_files() -> None:
    named = {RENAMED.get(name, name): iri for iri, name in context().prefixes.items()}
    assert named == dict(PREFIXES)
    assert all(RENAMED[name] in context().raw for name in RENAMED)


def test_what_is_borrowed_keeps_its_prefix() -> None:
    for iri, term in context().terms.items():
        if not iri.startswith(DA.NS):
            assert term.name == context().short(iri)


def test_the_export_reads_offline_into_the_same_data_set(
    quads: list[ox.Quad], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a reader went to the network")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    written = jsonld(quads)
    assert set(ox.parse(written, format=ox.RdfFormat.JSON_LD)) == set(quads)
    read, wanted = Dataset(), Dataset()
    read.parse(data=written, format="json-ld")
    wanted.parse(data=nquads(quads), format="nquads")
    names = {graph.identifier for graph in wanted.graphs() if len(graph)}
    assert {graph.identifier for graph in read.graphs() if len(graph)} == names
    assert len(names) >= 4
    for name in names:
        assert isomorphic(read.graph(name), wanted.graph(name)), name


def test_an_act_reads_as_a_person_would_write_it(story: ModuleType) -> None:
    document = json.loads(jsonld(article_quads(story.offer())))
    (graph,) = document["@graph"]
    nodes = {node["@id"]: node for node in graph["@graph"]}
    act = next(node for node in nodes.values() if node.get("@type") == "Propose")
    assert list(act)[:2] == ["@id", "@type"]
    assert act["agent"] == "ent:russia"
    assert act["topic"].startswith("topics:")
    assert nodes[act["hasMention"]]["@type"] == "ActMention"
    assert {"ar", "en"} == act["rdfs:label"].keys()
    starts = [node["oa:start"] for node in nodes.values() if "oa:start" in node]
    assert starts
    assert all(type(start) is int for start in starts)


@pytest.mark.parametrize(
    "value",
    [
        ox.Literal("plain"),
        ox.Literal("نص", language="ar"),
        ox.Literal("text", language="en-gb"),
        ox.Literal("007", datatype=ox.NamedNode(XSD.integer)),
        ox.Literal("-5", datatype=ox.NamedNode(XSD.integer)),
        ox.Literal("-0", datatype=ox.NamedNode(XSD.integer)),
        ox.Literal("9" * 30, datatype=ox.NamedNode(XSD.integer)),
        ox.Literal("0.90", datatype=ox.NamedNode(XSD.decimal)),
        ox.Literal("true", datatype=ox.NamedNode(XSD.NS + "boolean")),
        ox.Literal("ent:russia"),
        ox.Literal("x", datatype=ox.NamedNode("x:type")),
        ox.NamedNode("https://w3id.org/kgbuild/entity/russia"),
        ox.NamedNode("https://w3id.org/kgbuild/entity//a"),
        ox.NamedNode("https://w3id.org/kgbuild/graph/article/a"),
        ox.NamedNode(DA.Propose),
    ],
)
def test_any_value_may_stand_under_any_property(value: ox.Literal | ox.NamedNode) -> None:
    """Also where the ontology expects another: a faulty act in quarantine must come out as it is."""
    names = [*context().terms, RDF.type, "http://purl.org/dc/terms/creator", "http://example.org/p"]
    quads = {ox.Quad(NODE, ox.NamedNode(name), value, GRAPH) for name in names}
    assert set(ox.parse(jsonld(quads), format=ox.RdfFormat.JSON_LD)) == quads
    read, wanted = Dataset(), Dataset()
    read.parse(data=jsonld(quads), format="json-ld")
    wanted.parse(data=nquads(quads), format="nquads")
    assert set(read.quads()) == set(wanted.quads())


@given(st.sampled_from(sorted(context().raw)), st.sampled_from("snopt"))
def test_an_iri_that_looks_shortened_comes_back_as_it_was(scheme: str, place: str) -> None:
    if ":" in scheme:
        return
    odd = ox.NamedNode(f"{scheme}:x")
    value = ox.Literal("1", datatype=odd) if place == "t" else odd if place == "o" else NODE
    quad = ox.Quad(
        odd if place == "s" else NODE, odd if place == "p" else NODE, value, odd if place == "n" else GRAPH
    )
    assert set(ox.parse(jsonld([quad]), format=ox.RdfFormat.JSON_LD)) == {quad}


def test_nothing_is_a_data_set_too() -> None:
    assert list(ox.parse(jsonld([]), format=ox.RdfFormat.JSON_LD)) == []
    assert json.loads(jsonld([]))["@graph"] == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"@context": {\n"a": }}', "line 2"),
        ("[]", "line 1"),
        ('{"@context": 5}', "line 1"),
        ('{"@context": {\n"da": "x:y#",\n"Act": {"@id": "nobody:Act"}}}', "line 3: 'Act'"),
        ('{"@context": {\n"da": "x:y"}}', "line 2: 'da'"),
        ('{"@context": {\n\n"a": 5}}', "line 3: 'a'"),
        ('{"@context": {"da": "x:y#",\n"a": {"@id": "da:a", "@container": "@list"}}}', "line 2: 'a'"),
        ('{"@context": {"da": "x:y#",\n"a": {"@id": "da:a", "@type": 5}}}', "line 2: 'a'"),
        ('{"@context": {"da": "x:y#",\n"a": {"@id": "da:a", "@reverse": "x"}}}', "line 2: 'a'"),
    ],
)
def test_a_malformed_context_names_file_and_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "context.jsonld"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataFileError, match=f"context.jsonld, {said}"):
        read_context(path)


def test_a_context_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match="cannot be read"):
        read_context(tmp_path / "none")
