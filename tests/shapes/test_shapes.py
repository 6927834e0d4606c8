"""Every shape against a graph that conforms and graphs that do not, with focus node, article and offsets."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import RDF, SH

from kgbuild.resources import data_path
from kgbuild.validation import Report, validate_quads
from kgbuild.validation.report import SHAPES_NAMESPACE
from kgbuild.validation.shapes import bundled_shapes

FIXTURES = Path(__file__).parent / "fixtures"
TEST = "urn:kgbuild:test:"
CASE = "urn:kgbuild:case:"
NONE = ox.NamedNode(TEST + "none")

NAMES_OF_CONSTRAINTS = {
    "class": "Class",
    "closed": "Closed",
    "datatype": "Datatype",
    "disjoint": "Disjoint",
    "equals": "Equals",
    "hasValue": "HasValue",
    "in": "In",
    "languageIn": "LanguageIn",
    "lessThan": "LessThan",
    "lessThanOrEquals": "LessThanOrEquals",
    "maxCount": "MaxCount",
    "maxInclusive": "MaxInclusive",
    "minCount": "MinCount",
    "minInclusive": "MinInclusive",
    "minLength": "MinLength",
    "node": "Node",
    "nodeKind": "NodeKind",
    "not": "Not",
    "or": "Or",
    "pattern": "Pattern",
    "qualifiedMaxCount": "QualifiedMaxCount",
    "qualifiedMinCount": "QualifiedMinCount",
    "sparql": "SPARQL",
    "uniqueLang": "UniqueLang",
    "xone": "Xone",
}
NOT_CONSTRAINTS = {
    "ignoredProperties",
    "message",
    "path",
    "qualifiedValueShape",
    "severity",
    "targetClass",
    "targetSubjectsOf",
}


@dataclass(frozen=True)
class Case:
    """A graph that does not conform and what the report must hold."""

    name: str
    shape: str
    constraint: str
    focus: str
    document: str | None
    start: int | None
    end: int | None
    also: frozenset[str]
    patch: tuple[ox.Triple, ...]


def valid() -> list[ox.Quad]:
    return list(ox.parse(path=str(FIXTURES / "valid.ttl"), format=ox.RdfFormat.TURTLE))


def cases() -> list[Case]:
    found = []
    for path in sorted(FIXTURES.glob("*.trig")):
        quads = list(ox.parse(path=str(path), format=ox.RdfFormat.TRIG))
        patches: dict[str, list[ox.Triple]] = {}
        facts: dict[str, dict[str, list[str]]] = {}
        for quad in quads:
            if isinstance(quad.graph_name, ox.NamedNode):
                patches.setdefault(quad.graph_name.value, []).append(quad.triple)
            else:
                assert isinstance(quad.subject, ox.NamedNode)
                prefix = "_:" if isinstance(quad.object, ox.BlankNode) else ""
                assert not isinstance(quad.object, ox.Triple)
                about = facts.setdefault(quad.subject.value, {})
                about.setdefault(quad.predicate.value.removeprefix(TEST), []).append(
                    prefix + quad.object.value
                )
        assert set(facts) == set(patches)
        for iri, fact in facts.items():
            assert set(fact) <= {"shape", "constraint", "focus", "document", "start", "end", "also"}
            found.append(
                Case(
                    name=f"{path.stem}-{iri.removeprefix(CASE)}",
                    shape=fact["shape"][0],
                    constraint=fact["constraint"][0],
                    focus=fact["focus"][0],
                    document=fact["document"][0] if "document" in fact else None,
                    start=int(fact["start"][0]) if "start" in fact else None,
                    end=int(fact["end"][0]) if "end" in fact else None,
                    also=frozenset(fact.get("also", ())),
                    patch=tuple(patches[iri]),
                )
            )
    return found


CASES = cases()


def patched(case: Case) -> list[ox.Quad]:
    """valid.ttl, with what the case says of a node and a property in place of what valid.ttl says."""
    replaced = {(triple.subject, triple.predicate) for triple in case.patch}
    kept = [quad for quad in valid() if (quad.subject, quad.predicate) not in replaced]
    return kept + [ox.Quad(t.subject, t.predicate, t.object) for t in case.patch if t.object != NONE]


@cache
def report_of(case: Case) -> Report:
    return validate_quads(patched(case))


def named_shapes() -> list[URIRef]:
    graph = bundled_shapes().graph
    kinds = (SH.NodeShape, SH.PropertyShape)
    found = {shape for kind in kinds for shape in graph.subjects(RDF.type, kind)}
    return sorted((shape for shape in found if isinstance(shape, URIRef)), key=str)


def constraints(shape: URIRef) -> set[str]:
    """Names of the constraints that a shape states itself."""
    graph = bundled_shapes().graph
    names = {str(p).removeprefix(str(SH)) for p in graph.predicates(shape) if str(p).startswith(str(SH))}
    assert names <= NAMES_OF_CONSTRAINTS.keys() | NOT_CONSTRAINTS, f"{shape} states something new"
    return {NAMES_OF_CONSTRAINTS[name] for name in names if name in NAMES_OF_CONSTRAINTS}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_failing_graph_is_reported_with_node_article_and_offsets(case: Case) -> None:
    report = report_of(case)
    found = [
        result
        for result in report.results
        if (result.shape, result.constraint, result.focus) == (case.shape, case.constraint, case.focus)
    ]
    assert found, report.to_text(everything=True)
    places = {(r.document, (r.span.start, r.span.end) if r.span is not None else (None, None)) for r in found}
    assert places == {(case.document, (case.start, case.end))}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_failing_graph_fails_in_no_other_way(case: Case) -> None:
    report = report_of(case)
    shapes = {result.shape for result in report.results}
    assert shapes == {case.shape} | case.also, report.to_text(everything=True)
    assert {r.focus for r in report.results if r.shape == case.shape} == {case.focus}


def test_valid_graph_conforms_without_a_note() -> None:
    report = validate_quads(valid())
    assert report.results == ()
    assert report.conforms


@pytest.mark.parametrize("shape", named_shapes(), ids=lambda shape: str(shape).removeprefix(SHAPES_NAMESPACE))
def test_every_constraint_of_every_shape_has_a_failing_graph(shape: URIRef) -> None:
    fired = {
        result.constraint
        for case in CASES
        if case.shape == str(shape)
        for result in report_of(case).results
        if result.shape == case.shape
    }
    assert fired == constraints(shape)


@pytest.mark.parametrize("shape", named_shapes(), ids=lambda shape: str(shape).removeprefix(SHAPES_NAMESPACE))
def test_every_shape_has_something_to_look_at_in_the_valid_graph(shape: URIRef) -> None:
    """A shape that conforms because it never met a node would prove nothing."""
    shapes = bundled_shapes()
    data = Graph()
    for triple in shapes.background:
        data.add(triple)
    data.parse(FIXTURES / "valid.ttl", format="turtle")
    query = """SELECT DISTINCT ?focus WHERE {
        { $shape sh:targetClass ?class . ?focus a ?kind . ?kind rdfs:subClassOf* ?class }
        UNION { $shape sh:targetSubjectsOf ?property . ?focus ?property ?any } }"""
    merged = Graph()
    for graph in (data, shapes.graph):
        for triple in graph:
            merged.add(triple)
    assert list(merged.query(query.replace("$shape", f"<{shape}>")))


@pytest.mark.parametrize("shape", named_shapes(), ids=lambda shape: str(shape).removeprefix(SHAPES_NAMESPACE))
def test_every_shape_speaks_both_languages(shape: URIRef) -> None:
    messages = list(bundled_shapes().graph.objects(shape, SH.message))
    languages = sorted(message.language for message in messages)  # type: ignore[attr-defined]
    assert languages == ["ar", "en"]


def test_every_shape_has_an_iri_of_its_own_file() -> None:
    for path in sorted(data_path("shapes").glob("*.ttl")):
        for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE):
            types = {SH.NodeShape, SH.PropertyShape}
            if isinstance(quad.object, ox.NamedNode) and URIRef(quad.object.value) in types:
                assert isinstance(quad.subject, ox.NamedNode)
                assert quad.subject.value.startswith(SHAPES_NAMESPACE)


def test_every_shape_has_a_target_of_its_own() -> None:
    graph = bundled_shapes().graph
    for shape in named_shapes():
        assert [*graph.objects(shape, SH.targetClass), *graph.objects(shape, SH.targetSubjectsOf)]


def test_shapes_are_core_but_for_a_few_sparql_constraints() -> None:
    graph = bundled_shapes().graph
    advanced = {"target", "rule", "js", "expression", "ask", "declare", "prefixes", "validator"}
    used = {str(p).removeprefix(str(SH)) for p in graph.predicates() if str(p).startswith(str(SH))}
    assert not used & advanced
    with_sparql = {str(shape).removeprefix(SHAPES_NAMESPACE) for shape in graph.subjects(SH.sparql)}
    assert with_sparql == {
        "Act-timeOfWhatWasNot",
        "Act-withinCycle",
        "ActMention-triggerInEvidence",
        "Attribution-cycle",
        "Attribution-oneArticle",
        "Position-order",
        "RoleTenure-order",
        "Target-length",
        "Time-order",
    }


def test_there_are_more_than_enough_shapes() -> None:
    assert len(named_shapes()) >= 30


def test_what_core_cannot_say_is_closed_where_the_ontology_is() -> None:
    """Every class that articles' graphs are made of takes only the properties that it is given."""
    graph = bundled_shapes().graph
    closed = {
        str(target).rpartition("#")[2]
        for shape in graph.subjects(SH.closed)
        for target in graph.objects(shape, SH.targetClass)
    }
    assert closed == {
        "Act", "ActMention", "Article", "Attribution", "Condition", "Derivation", "Entity", "EntityMention",
        "RoleTenure", "Run", "SpecificResource", "TextPositionSelector", "TextQuoteSelector", "Time",
    }  # fmt: skip


def test_severities_are_used_on_purpose() -> None:
    graph = bundled_shapes().graph
    given = {
        severity: {
            str(shape).removeprefix(SHAPES_NAMESPACE) for shape in graph.subjects(SH.severity, severity)
        }
        for severity in (SH.Violation, SH.Warning, SH.Info)
    }
    assert given == {
        SH.Violation: set(),
        SH.Warning: {
            "Accuse-addressee",
            "Act-agentKnown",
            "Act-placeKind",
            "Act-timeOfWhatWasNot",
            "Deny-content",
            "Joint-parties",
            "KnownEntity",
            "ResolvedTime",
        },
        SH.Info: {"Addressed-addressee", "Article-dated"},
    }
