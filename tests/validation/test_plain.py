"""What is checked without an engine is found as an engine finds it."""

import importlib.util
import sys
from datetime import date
from functools import cache
from pathlib import Path
from types import ModuleType

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbuild.resources import data_path
from kgbuild.validation import Shapes, validate_quads
from kgbuild.validation.mentioned import mentioned
from kgbuild.validation.plain import plain_shapes
from kgbuild.validation.shapes import bundled_shapes
from kgbuild.validation.shifty_engine import is_installed
from kgbuild.validation.statements import Statements, literal, name, term
from kgbuild.vocab import ARTICLE, ARTICLE_GRAPH, DA, DCTERMS, ENTITY, OA, PREFIXES, RDF, RDFS, SKOS, XSD

CASES = Path(__file__).parents[1] / "shapes" / "test_shapes.py"
KEY = "0123456789abcdef0123"
GRAPH = ox.NamedNode(ARTICLE_GRAPH + KEY)


def engine() -> str:
    return "pyshifty" if is_installed() else "pyshacl"


@cache
def cases() -> ModuleType:
    """The failing examples of every shape; tests are no package."""
    spec = importlib.util.spec_from_file_location("shape_cases", CASES)
    assert spec
    assert spec.loader
    found = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = found
    spec.loader.exec_module(found)
    return found


def test_the_bundled_shapes_are_plain_but_for_queries() -> None:
    shapes = bundled_shapes()
    plain = plain_shapes(shapes)
    queries = {one.shape for one in shapes.constraints}
    assert {iri for iri in shapes.others | shapes.only_of.keys() if iri not in plain} == queries
    assert all(one.properties for one in shapes.constraints)


def test_failing_examples_are_found_as_by_an_engine() -> None:
    for case in cases().CASES[::4]:
        quads = cases().patched(case)
        assert validate_quads(quads) == validate_quads(quads, engine=engine()), case.name


TEXTS = st.one_of(
    st.text(max_size=6),
    st.sampled_from(
        [
            "",
            "0a" * 32,
            "0A" * 32,
            "0a" * 32 + "\n",
            "2021-06-16T00:00:00Z",
            "2021-02-30T00:00:00Z",
            "2021-06-16T00:00:00+00:00",
            "2021-06-16T12:30:00Z",
            "-2021-06-16T00:00:00Z",
            "2021-06-16",
            "0",
            "-0",
            "+1",
            "01",
            "1.50",
            "1e3",
            "https://example.org/a?b=c",
            "no uri",
            'quote " and \\ and \t',
        ]
    ),
)
LANGUAGES = st.sampled_from(["ar", "en", "EN", "en-GB", "ar-EG", "fr", "enx"])
DATATYPES = st.sampled_from(
    [XSD.string, XSD.integer, XSD.decimal, XSD.dateTime, XSD.anyURI, XSD.NS + "int", XSD.NS + "boolean"]
)
LITERALS = st.one_of(
    TEXTS.filter(lambda text: text.isprintable() or text.isascii()).map(ox.Literal),
    st.builds(lambda text, language: ox.Literal(text, language=language), TEXTS, LANGUAGES),
    st.builds(lambda text, kind: ox.Literal(text, datatype=ox.NamedNode(kind)), TEXTS, DATATYPES),
)
NODES = st.one_of(
    st.sampled_from([ARTICLE + KEY, ENTITY + "russia", "urn:x", DA.Propose, PREFIXES["topic"] + "cyber"]).map(
        ox.NamedNode
    ),
    st.just(ox.BlankNode("b")),
)
PROPERTIES = st.sampled_from(
    [
        *(RDFS.label, SKOS.altLabel, SKOS.exactMatch, SKOS.inScheme, DCTERMS.identifier, DCTERMS.issued),
        *(DCTERMS.language, DCTERMS.title, DA.contentHash, DA.url, DA.outlet, DA.agent, DA.topic, DA.within),
        *(DA.content, DA.denies, DA.codedAs, DA.confidence, DA.earliest, DA.latest, DA.precision, DA.basis),
        *(DA.hasMention, DA.hasAttribution, DA.ofAct, DA.inArticle, DA.decision, OA.hasBody, OA.hasTarget),
        *(OA.hasSelector, OA.start, OA.end, OA.exact, DA.fromYear, DA.toYear, DA.heldRole, DA.country),
    ]
)
CLASSES = st.sampled_from(
    [
        *(DA.Article, DA.Propose, DA.Deny, DA.Act, DA.Meet, DA.Attribution, DA.ActMention, DA.EntityMention),
        *(DA.Time, DA.Person, DA.Organization, DA.NilEntity, DA.RoleTenure, DA.Run, DA.Condition),
        *(OA.SpecificResource, OA.TextPositionSelector, OA.TextQuoteSelector, "urn:x"),
    ]
)
STATEMENTS = st.one_of(
    st.builds(
        lambda node, kind: ox.Quad(node, ox.NamedNode(RDF.type), ox.NamedNode(kind), GRAPH), NODES, CLASSES
    ),
    st.builds(
        lambda node, name, value: ox.Quad(node, ox.NamedNode(name), value, GRAPH),
        NODES,
        PROPERTIES,
        st.one_of(LITERALS, NODES),
    ),
)


@settings(deadline=None, max_examples=60)
@given(st.lists(STATEMENTS, max_size=25))
def test_any_graph_is_checked_as_by_an_engine(quads: list[ox.Quad]) -> None:
    assert validate_quads(quads) == validate_quads(quads, engine=engine())


@given(LITERALS)
def test_terms_are_read_back(value: ox.Literal) -> None:
    quad = ox.Quad(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), value, GRAPH)
    graph = Statements.of(GRAPH.value, [quad])
    ((found,),) = graph.forward("<urn:b>").values()
    assert literal(found) == value
    assert name(found) == value.value
    assert graph.backward("<urn:b>") == {found: ["<urn:a>"]}
    assert graph.triples() == [quad.triple]
    lines = ox.serialize([quad], format=ox.RdfFormat.N_QUADS)
    assert lines
    assert Statements.of(GRAPH.value, lines).triples() == [quad.triple]


def test_nodes_are_named_as_in_reports() -> None:
    assert [name(term(one)) for one in ("urn:a", "_:b")] == ["urn:a", "_:b"]
    with pytest.raises(TypeError, match="no literal"):
        literal("<urn:a>")


def test_what_the_ontology_describes_is_left_to_an_engine() -> None:
    topic = ox.NamedNode(PREFIXES["topic"] + "cyber")
    graph = Statements.of("", [ox.Quad(topic, ox.NamedNode(RDF.type), ox.NamedNode(DA.Person))])
    wanted = bundled_shapes().of(frozenset())
    assert plain_shapes(bundled_shapes()).check(graph, {}, wanted) == ([], wanted)


OWN = """
@prefix da: <https://w3id.org/kgbuild/diplomatic-acts#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
<urn:own> %s .
"""


@pytest.mark.parametrize(
    "shape",
    [
        "sh:targetClass da:Act ; sh:deactivated true",
        "sh:targetNode <urn:x>",
        "sh:targetClass da:Act ; sh:targetSubjectsOf da:agent ; sh:nodeKind sh:IRI",
        "a rdfs:Class ; sh:targetSubjectsOf da:agent ; sh:nodeKind sh:IRI",
        "sh:targetClass da:Act ; sh:nodeKind sh:Anything",
        "sh:targetClass da:Act ; sh:datatype <urn:own-type>",
        'sh:targetClass da:Act ; sh:pattern "\\\\p{L}"',
        'sh:targetClass da:Act ; sh:pattern "a" ; sh:flags "i"',
        "sh:targetClass da:Act ; sh:path da:agent ; sh:minCount 1 , 2",
        "sh:targetClass da:Act ; sh:path da:agent ; sh:minCount -1",
        "sh:targetClass da:Act ; sh:path [ sh:zeroOrMorePath da:within ] ; sh:minCount 1",
        "sh:targetClass da:Act ; sh:path da:agent , da:topic ; sh:minCount 1",
        'sh:targetClass da:Act ; sh:path da:agent ; sh:hasValue "x"',
        'sh:targetClass da:Act ; sh:path da:agent ; sh:minInclusive "x"',
        "sh:targetClass da:Act ; sh:closed false",
        "sh:targetClass da:Act ; sh:node [ sh:closed true ]",
        "sh:targetClass da:Act ; sh:or ()",
        "sh:targetClass da:Act ; sh:path da:agent ; sh:property [ sh:path da:topic ]",
    ],
)
def test_shapes_of_other_forms_are_left_to_an_engine(shape: str, tmp_path: Path) -> None:
    path = tmp_path / "own.ttl"
    path.write_text(OWN % shape, encoding="utf-8")
    shapes = Shapes.load([path], [data_path("ontology", "diplomatic-acts.ttl")])
    assert "urn:own" not in plain_shapes(shapes)


def test_midnights_are_of_days_that_there_are() -> None:
    article = ox.NamedNode(ARTICLE + KEY)
    for text in (f"{date(2021, 6, 16)}T00:00:00Z", "2021-02-29T00:00:00Z", "2020-02-29T00:00:00Z"):
        day = ox.Literal(text, datatype=ox.NamedNode(XSD.dateTime))
        quads = [
            ox.Quad(article, ox.NamedNode(RDF.type), ox.NamedNode(DA.Article), GRAPH),
            ox.Quad(article, ox.NamedNode(DCTERMS.issued), day, GRAPH),
        ]
        assert validate_quads(quads) == validate_quads(quads, engine=engine()), text


@pytest.mark.parametrize(
    ("body", "properties"),
    [
        ("$this da:within+ $this .", {"within"}),
        ("$this da:a ?b ; da:c/da:d ?e , ?f .", {"a", "c", "d"}),
        ("$this da:a ?b . FILTER(?b > 1)", {"a"}),
        ("# of what\n $this da:a ?b . FILTER NOT EXISTS { ?b da:c ?d }", {"a", "c"}),
        (f"$this <{DA.agent}> ?b .", {"agent"}),
        ("$this ?p ?o .", None),
        ("$this da:a ?b ; ?p ?o .", None),
        ("$this da:a|!da:b ?c .", None),
        ("$this da:a ?b . OPTIONAL { $this da:c ?d }", None),
        ("{ $this da:a ?b . } UNION { $this da:c ?b . }", None),
        ("$this da:a ?b . FILTER EXISTS { ?s ?p ?b }", None),
        ("$this da:a ?b . FILTER(EXISTS { ?s ?p ?b })", None),
        ("$this da:a ?b . FILTER NOT EXISTS { ?s ?p ?b }", None),
        ("GRAPH ?g { $this da:a ?b . }", None),
        ("$this other:a ?b .", None),
    ],
)
def test_properties_are_told_from_simple_queries_alone(body: str, properties: set[str] | None) -> None:
    found = mentioned(f"PREFIX da: <{DA.NS}>\nSELECT $this ?b WHERE {{ {body} }}")
    assert found == (None if properties is None else {DA.NS + one for one in properties})
