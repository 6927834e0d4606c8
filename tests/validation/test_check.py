"""Checking several graphs at once: what each lends to the others, and what the report says of it."""

import random
from pathlib import Path

import pyoxigraph as ox
import pytest

from kgbuild.errors import DataFileError, StoreError
from kgbuild.model import Span
from kgbuild.resources import data_path
from kgbuild.validation import Report, Severity, Shapes, validate_graphs, validate_quads
from kgbuild.validation.shapes import bundled_shapes
from kgbuild.vocab import (
    ACT,
    ARTICLE,
    ARTICLE_GRAPH,
    DA,
    DERIVATION,
    DERIVED_GRAPH,
    ENTITIES_GRAPH,
    ENTITY,
    ONTOLOGY_GRAPH,
    PREFIXES,
    PROVENANCE_GRAPH,
    RDF,
    RDFS,
    RULE,
    RUN,
    TENURE,
)

VALID = Path(__file__).parents[1] / "shapes" / "fixtures" / "valid.ttl"
GRAPH = ARTICLE_GRAPH + "a"
PROPOSE = ox.NamedNode(ACT + "propose")
HELSINKI = ox.NamedNode(ENTITY + "helsinki")


DRAWN = (DA.denies, DA.codedAs, DA.inRole, DA.unansweredIn)


def home(subject: str, predicate: str) -> str:
    """The named graph that a statement of valid.ttl belongs to."""
    if subject == RUN:
        return PROVENANCE_GRAPH
    if subject.startswith((DERIVATION, RULE)) or predicate in DRAWN:
        return DERIVED_GRAPH
    known = subject.startswith((ENTITY, TENURE)) and not subject.startswith(ENTITY + "nil-")
    return ENTITIES_GRAPH if known else GRAPH


def dataset() -> list[ox.Quad]:
    """valid.ttl as kgbuild stores it: article, known entities, links and run each in its graph."""
    quads = ox.parse(path=str(VALID), format=ox.RdfFormat.TURTLE)
    return [
        ox.Quad(
            quad.subject,
            quad.predicate,
            quad.object,
            ox.NamedNode(home(quad.subject.value, quad.predicate.value)),
        )
        for quad in quads
        if isinstance(quad.subject, ox.NamedNode)
    ]


def without(quads: list[ox.Quad], subject: ox.NamedNode, predicate: str) -> list[ox.Quad]:
    return [quad for quad in quads if (quad.subject, quad.predicate.value) != (subject, predicate)]


def second_article(quads: list[ox.Quad]) -> list[ox.Quad]:
    """The article's graph once more, as another article that tells of the same acts."""

    def moved(iri: str) -> str:
        for folder in ("article", "attribution", "mention", "condition"):
            iri = iri.replace(f"kgbuild/{folder}/", f"kgbuild/{folder}/other-")
        return iri

    return [
        ox.Quad(
            ox.NamedNode(moved(quad.subject.value)),
            quad.predicate,
            ox.NamedNode(moved(quad.object.value)) if isinstance(quad.object, ox.NamedNode) else quad.object,
            ox.NamedNode(ARTICLE_GRAPH + "b"),
        )
        for quad in quads
        if quad.graph_name == ox.NamedNode(GRAPH) and isinstance(quad.subject, ox.NamedNode)
    ]


def test_dataset_conforms_graph_by_graph() -> None:
    report = validate_quads(dataset())
    assert report.conforms
    assert report.results == ()
    assert report.graphs == 4


def test_nothing_conforms() -> None:
    report = validate_quads([])
    assert report.conforms
    assert report.headline() == "conforms: 0 violations, 0 warnings, 0 notes in 0 graphs"


def test_one_act_of_two_articles_is_no_violation() -> None:
    quads = dataset()
    both = quads + second_article(quads)
    relabeled = [
        ox.Quad(quad.subject, quad.predicate, ox.Literal("Offer", language="en"), quad.graph_name)
        if (quad.subject, quad.predicate.value, quad.graph_name)
        == (PROPOSE, RDFS.label, ox.NamedNode(ARTICLE_GRAPH + "b"))
        and isinstance(quad.object, ox.Literal)
        and quad.object.language == "en"
        else quad
        for quad in both
    ]
    report = validate_quads(relabeled)
    assert report.results == ()
    assert report.graphs == 5


def test_without_the_entities_graph_its_entities_are_missed() -> None:
    quads = [quad for quad in dataset() if quad.graph_name != ox.NamedNode(ENTITIES_GRAPH)]
    report = validate_quads(quads)
    assert not report.conforms
    values = {result.value for result in report.results if result.shape.endswith("#Act-agent")}
    assert values == {ENTITY + name for name in ("minister", "russia", "finland")}


def test_a_fault_of_a_known_entity_is_reported_once_where_it_is_described() -> None:
    quads = without(dataset(), HELSINKI, RDFS.label)
    quads += [
        ox.Quad(HELSINKI, ox.NamedNode(RDFS.label), ox.Literal("Helsinki"), ox.NamedNode(ENTITIES_GRAPH))
    ]
    report = validate_quads(quads + second_article(quads))
    about = [result for result in report.results if result.focus == HELSINKI.value]
    assert {result.graph for result in about} == {ENTITIES_GRAPH}
    assert len({(result.shape, result.constraint) for result in about}) == len(about)
    assert {result.article for result in about} == {None}


def test_a_fault_names_the_article_it_is_in() -> None:
    quads = dataset()
    other = without(second_article(quads), PROPOSE, RDFS.label)
    (result,) = validate_quads(quads + other).results
    assert result.focus == PROPOSE.value
    assert result.graph == ARTICLE_GRAPH + "b"
    assert result.article == ARTICLE + "other-a"
    assert result.document == "a1"
    assert result.span == Span(0, 30)
    assert result.path == "rdfs:label"
    assert result.severity is Severity.VIOLATION


def test_subclasses_are_caught_though_the_data_do_not_say_so() -> None:
    quads = [
        ox.Quad(quad.subject, quad.predicate, ox.NamedNode(DA.Mediate), quad.graph_name)
        if quad.subject == PROPOSE and quad.predicate.value == RDF.type
        else quad
        for quad in dataset()
    ]
    assert validate_quads(quads).results == ()
    faulty = without(without(quads, PROPOSE, DA.hasMention), PROPOSE, DA.agent)
    faulty = without(without(faulty, PROPOSE, DA.addressee), PROPOSE, DA.participant)
    shapes = {result.shape.rpartition("#")[2] for result in validate_quads(faulty).results}
    assert shapes == {"Act-hasMention", "Act-mentionBack", "Act-agentKnown", "Joint-parties"}


def test_ontology_graph_is_passed_over() -> None:
    ontology = [
        ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(ONTOLOGY_GRAPH))
        for quad in ox.parse(
            path=str(data_path("ontology", "diplomatic-acts.ttl")), format=ox.RdfFormat.TURTLE
        )
    ]
    assert validate_quads(dataset() + ontology) == validate_quads(dataset())


def test_order_of_quads_does_not_matter() -> None:
    quads = dataset()
    for predicate in (RDFS.label, DA.agent, DA.hasMention, DA.hasAttribution):
        quads = without(quads, PROPOSE, predicate)
    quads = without(quads, HELSINKI, RDFS.label)
    expected = validate_quads(quads)
    assert len(expected.results) > 5
    shuffled = random.Random(7)  # noqa: S311
    for _ in range(3):
        shuffled.shuffle(quads)
        report = validate_quads(quads)
        assert report == expected
        assert report.to_json() == expected.to_json()


def test_violations_come_first() -> None:
    quads = without(without(dataset(), PROPOSE, DA.agent), PROPOSE, RDFS.label)
    assert [result.severity for result in validate_quads(quads).results] == [
        Severity.VIOLATION,
        Severity.WARNING,
    ]


def test_a_warning_alone_still_conforms() -> None:
    report = validate_quads(without(dataset(), PROPOSE, DA.agent))
    assert report.conforms
    assert report.counts == {Severity.VIOLATION: 0, Severity.WARNING: 1, Severity.INFO: 0}


def test_graphs_one_at_a_time_say_the_same() -> None:
    quads = without(dataset(), PROPOSE, RDFS.label)
    names = sorted({quad.graph_name.value for quad in quads if isinstance(quad.graph_name, ox.NamedNode)})
    types = [quad for quad in quads if quad.predicate.value == RDF.type]
    one_by_one = validate_graphs(
        ((name, [quad for quad in quads if quad.graph_name == ox.NamedNode(name)]) for name in names),
        types=lambda node: [
            q.object for q in types if q.subject == node and isinstance(q.object, ox.NamedNode)
        ],
    )
    assert one_by_one == validate_quads(quads)
    assert not one_by_one.conforms


def derived(count: int) -> list[ox.Quad]:
    """Links of so many acts, each with its derivation; every third leads to an act that is not there."""
    turtle = "".join(
        f"act:a{n} da:repliesTo act:{'gone' if n % 3 == 0 else 'a0'} . "
        f"der:d{n} a da:Derivation ; da:byRule rule:denies ; da:derivedSubject act:a{n} . "
        for n in range(count)
    )
    head = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
    triples = ox.parse((head + turtle).encode(), format=ox.RdfFormat.TURTLE)
    graph = ox.NamedNode(DERIVED_GRAPH)
    return [ox.Quad(one.subject, one.predicate, one.object, graph) for one in triples]


def test_a_graph_in_pieces_counts_once_and_says_the_same() -> None:
    quads = derived(9)
    pieces = [quads[start : start + 8] for start in range(0, len(quads), 8)]  # two acts with derivations

    def types(node: ox.NamedNode) -> list[ox.NamedNode]:
        return [ox.NamedNode(DA.Deny)] if node.value.startswith(ACT + "a") else []

    whole = validate_graphs([(DERIVED_GRAPH, quads)], types=types)
    assert validate_graphs(((DERIVED_GRAPH, piece) for piece in pieces), types=types) == whole
    assert whole.graphs == 1
    assert {result.focus for result in whole.results if "Link" in result.shape} == {
        ACT + name for name in ("a0", "a3", "a6")
    }
    by_pyshacl = validate_graphs([(DERIVED_GRAPH, quads)], types=types, engine="pyshacl")
    assert by_pyshacl == whole


def test_shapes_are_asked_for_by_the_classes_that_a_graph_describes() -> None:
    shapes = bundled_shapes()
    of_nothing = shapes.of(frozenset())
    assert {shape.rpartition("#")[2] for shape in of_nothing} >= {"Link-other", "Act-codedAs", "Act-inRole"}
    proposal = shapes.of({DA.Propose}) - of_nothing
    assert {shape.rpartition("#")[2].partition("-")[0] for shape in proposal} >= {"Act"}
    assert not any("Derivation" in shape or "Accuse" in shape for shape in proposal)


def test_quoted_triples_are_refused() -> None:
    inner = ox.Triple(PROPOSE, ox.NamedNode(RDFS.label), ox.Literal("x"))
    quoting = ox.Quad(PROPOSE, ox.NamedNode(RDFS.comment), inner)
    with pytest.raises(StoreError, match="quoted triple"):
        validate_quads([quoting])


OWN = """
@prefix da: <https://w3id.org/kgbuild/diplomatic-acts#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
<urn:own> a sh:NodeShape ; sh:targetClass da:Propose ; %s .
"""


def own_shapes(folder: Path, constraint: str) -> Shapes:
    path = folder / "own.ttl"
    path.write_text(OWN % constraint, encoding="utf-8")
    return Shapes.load([path], [data_path("ontology", "diplomatic-acts.ttl")])


def report_of(folder: Path, constraint: str) -> Report:
    return validate_quads(dataset(), own_shapes(folder, constraint))


def test_own_shapes_without_message_or_language_still_say_something(tmp_path: Path) -> None:
    unsaid = report_of(tmp_path, "sh:property [ sh:path da:topic ; sh:minCount 9 ]")
    assert unsaid.results[0].message_en
    said = report_of(tmp_path, 'sh:nodeKind sh:Literal ; sh:message "Not a literal"')
    assert [(r.message("en"), r.message("ar")) for r in said.results] == [("Not a literal",) * 2]


def test_anonymous_shapes_have_a_name_in_the_report(tmp_path: Path) -> None:
    (result,) = report_of(tmp_path, "sh:property [ sh:path da:topic ; sh:minCount 9 ]").results
    assert result.shape.startswith("_:")


@pytest.mark.parametrize(
    ("path", "notation"),
    [
        ("da:topic", "da:topic"),
        ("[ sh:inversePath da:topic ]", "^da:topic"),
        ("[ sh:alternativePath ( da:topic da:denies ) ]", "da:topic|da:denies"),
        ("( da:hasMention da:rule )", "da:hasMention/da:rule"),
        (
            "( [ sh:alternativePath ( da:hasMention da:denies ) ] da:rule )",
            "(da:hasMention|da:denies)/da:rule",
        ),
        ("[ sh:zeroOrMorePath da:content ]", "(da:content)*"),
        ("[ sh:oneOrMorePath [ sh:inversePath da:content ] ]", "(^da:content)+"),
        ("[ sh:zeroOrOnePath da:content ]", "(da:content)?"),
        ("<urn:p>", "<urn:p>"),
    ],
)
def test_paths_are_written_as_in_sparql(tmp_path: Path, path: str, notation: str) -> None:
    (result,) = report_of(tmp_path, f"sh:property [ sh:path {path} ; sh:minCount 99 ]").results
    assert result.path == notation


@pytest.mark.parametrize(
    "constraint",
    [
        "sh:property [ sh:minCount 1 ]",
        "sh:minCount 1",
        "sh:property [ sh:path da:topic ; sh:minCount 1 , 2 ]",
        "sh:property [ sh:path da:topic ; sh:node <urn:own> ] ; sh:node <urn:own>",
    ],
)
def test_a_shape_that_makes_no_sense_stops_with_advice(tmp_path: Path, constraint: str) -> None:
    with pytest.raises(DataFileError, match="Correct"):
        report_of(tmp_path, constraint)


def test_broken_turtle_names_file_and_line(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match=r"own\.ttl, line 4"):
        own_shapes(tmp_path, "sh:nodeKind ; ;")


def test_missing_shapes_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match=r"none\.ttl cannot be read"):
        Shapes.load([tmp_path / "none.ttl"], [])


def test_ill_typed_values_are_reported_not_raised() -> None:
    time = ox.NamedNode("https://w3id.org/kgbuild/time/wednesday")
    quads = without(dataset(), time, DA.latest)
    bad = ox.Literal(
        "2021-99-99T00:00:00Z", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#dateTime")
    )
    report = validate_quads([*quads, ox.Quad(time, ox.NamedNode(DA.latest), bad, ox.NamedNode(GRAPH))])
    assert ("Datatype", bad.value) in {(result.constraint, result.value) for result in report.results}
