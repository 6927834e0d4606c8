"""The terms in code against the ontology, both ways, and the names that acts are reported under."""

import inspect
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild import vocab
from kgbuild.errors import DataFileError
from kgbuild.resources import data_path
from kgbuild.vocab import DA, OWL, PREFIXES, RDF, RDFS

CONTRACT = {
    "State", "Propose", "Request", "Demand", "Invite", "Reject", "Accuse", "Deny", "Agree", "Promise",
    "ExpressHope", "ExpressReadiness", "Praise", "Criticize", "Threaten", "Warn", "Negotiate", "Meet", "Sign",
    "Sanction", "Launch", "Announce", "Report", "Attack", "Extradite", "Withdraw", "Call", "Other",
}  # fmt: skip
FINER = {
    "ExpressConcern": "State",
    "Acknowledge": "State",
    "Apologize": "State",
    "DeclineComment": "Reject",
    "Mediate": "Negotiate",
    "Visit": "Meet",
    "Recall": "Withdraw",
    "Expel": "Sanction",
    "Release": "Other",
}
FAMILIES = {
    DA.Assertive,
    DA.Commissive,
    DA.Directive,
    DA.Evaluative,
    DA.Responsive,
    DA.Interaction,
    DA.Material,
}
HEAD = (
    "@prefix da: <https://w3id.org/kgbuild/diplomatic-acts#> .\n"
    "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
)


def constants(namespace: type) -> dict[str, str]:
    return {
        name: value
        for name, value in inspect.getmembers(namespace)
        if not name.startswith("_") and name not in ("NS", "SCHEME")
    }


def ontology() -> list[ox.Quad]:
    return list(ox.parse(path=str(data_path("ontology", "diplomatic-acts.ttl")), format=ox.RdfFormat.TURTLE))


def declared() -> set[str]:
    """Everything that the ontology says is a class, a property or an individual."""
    return {
        quad.subject.value
        for quad in ontology()
        if quad.predicate.value == RDF.type
        and isinstance(quad.subject, ox.NamedNode)
        and isinstance(quad.object, ox.NamedNode)
        and quad.object.value.startswith(OWL.NS)
        and quad.object.value != OWL.Ontology
    }


def test_our_terms_and_those_of_the_ontology_are_the_same() -> None:
    assert set(constants(DA).values()) == {iri for iri in declared() if iri.startswith(DA.NS)}


@pytest.mark.parametrize("namespace", [vocab.OA, vocab.PROV, vocab.DCTERMS, vocab.SKOS])
def test_terms_of_others_are_declared_by_the_ontology(namespace: type) -> None:
    assert set(constants(namespace).values()) <= declared()


@pytest.mark.parametrize(
    "namespace", [DA, vocab.RDF, RDFS, OWL, vocab.XSD, vocab.SKOS, vocab.DCTERMS, vocab.OA, vocab.PROV]
)
def test_a_constant_is_its_namespace_and_its_name(namespace: type) -> None:
    base: str = namespace.NS  # type: ignore[attr-defined]
    assert constants(namespace)
    assert all(iri == base + name for name, iri in constants(namespace).items())
    assert base in PREFIXES.values()


def test_prefixes_agree_with_the_ontology_files() -> None:
    for name in ("diplomatic-acts.ttl", "topics.ttl", "alignments.ttl"):
        parser = ox.parse(path=str(data_path("ontology", name)), format=ox.RdfFormat.TURTLE)
        list(parser)
        unknown = set(parser.prefixes.items()) - set(PREFIXES.items())
        assert {prefix for prefix, _ in unknown} <= {"vann"}


def test_prefixes_are_sorted_and_distinct() -> None:
    assert list(PREFIXES) == sorted(PREFIXES)
    assert len(set(PREFIXES.values())) == len(PREFIXES)


def test_the_names_that_acts_are_reported_under_are_the_28_of_the_contract() -> None:
    assert set(vocab.act_classes().values()) == CONTRACT
    assert len(CONTRACT) == 28


def test_a_class_of_the_contract_is_reported_as_itself() -> None:
    assert {name: vocab.report_name(name) for name in CONTRACT} == {name: name for name in CONTRACT}


def test_every_finer_class_is_reported_as_its_nearest_ancestor() -> None:
    assert {name: found for name, found in vocab.act_classes().items() if name not in CONTRACT} == FINER


def test_every_act_class_belongs_to_a_family() -> None:
    parents: dict[str, set[str]] = {}
    for quad in ontology():
        if quad.predicate.value == RDFS.subClassOf:
            assert isinstance(quad.subject, ox.NamedNode)
            assert isinstance(quad.object, ox.NamedNode)
            parents.setdefault(quad.subject.value, set()).add(quad.object.value)

    def above(iri: str) -> set[str]:
        return {iri}.union(*(above(parent) for parent in parents.get(iri, ())))

    for name in vocab.act_classes():
        assert DA.Act in above(DA.NS + name)
        assert name == "Other" or above(DA.NS + name) & FAMILIES


def test_report_name_takes_iri_or_local_name() -> None:
    assert vocab.report_name(DA.Visit) == vocab.report_name("Visit") == "Meet"


@pytest.mark.parametrize("name", ["Nonsense", "", "Act", "Assertive", DA.Person, "visit"])
def test_what_is_no_act_class_is_refused(name: str) -> None:
    with pytest.raises(DataFileError, match="is no act class"):
        vocab.report_name(name)


@given(st.text(max_size=20).filter(lambda text: text.removeprefix(DA.NS) not in vocab.act_classes()))
def test_any_other_text_is_refused(name: str) -> None:
    with pytest.raises(DataFileError, match="is no act class"):
        vocab.report_name(name)


@pytest.mark.parametrize(
    "mapping",
    [
        vocab.KINDS,
        vocab.POLARITIES,
        vocab.TENSES,
        vocab.CERTAINTIES,
        vocab.PRECISIONS,
        vocab.BASES,
        vocab.DECISIONS,
    ],
)
def test_every_member_of_an_enumeration_has_a_declared_term(mapping: dict[object, str]) -> None:
    members = type(next(iter(mapping)))
    assert set(mapping) == set(members)  # type: ignore[call-overload]
    assert len(set(mapping.values())) == len(mapping)
    assert set(mapping.values()) <= declared()


def test_subtypes_name_classes_of_entities() -> None:
    assert vocab.subtype_classes()["country"] == DA.Country
    assert set(vocab.subtype_classes().values()) <= declared()


def test_broken_turtle_names_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "broken.ttl"
    path.write_text(HEAD + "da:A rdfs:subClassOf .\n", encoding="utf-8")
    with pytest.raises(DataFileError, match=r"broken\.ttl, line 3"):
        vocab.read_act_classes(path)


def test_two_nearest_names_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "two.ttl"
    path.write_text(
        HEAD + 'da:A da:reportName "A" . da:B da:reportName "B" .\nda:C rdfs:subClassOf da:A , da:B .\n',
        encoding="utf-8",
    )
    with pytest.raises(DataFileError, match=r"reported as A and as B"):
        vocab.read_act_classes(path)


def test_nearest_name_wins_over_a_farther_one_and_circles_end(tmp_path: Path) -> None:
    path = tmp_path / "far.ttl"
    path.write_text(
        HEAD
        + 'da:A da:reportName "A" . da:B da:reportName "B" ; rdfs:subClassOf da:A .\n'
        + "da:C rdfs:subClassOf da:B , da:Loop .\n"
        + "da:Loop rdfs:subClassOf da:Pool . da:Pool rdfs:subClassOf da:Loop .\n",
        encoding="utf-8",
    )
    assert vocab.read_act_classes(path) == {"A": "A", "B": "B", "C": "B"}
