"""The ontology in the OWL API and under HermiT, which is what Protégé runs."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from kgbuild.resources import data_path

FILES = ("diplomatic-acts.ttl", "topics.ttl", "time-words.ttl", "alignments.ttl")
CLASHES = {
    "person-and-act": "<urn:x> a da:Person , da:Act .",
    "agent-that-is-an-attribution": "<urn:x> da:agent <urn:y> . <urn:y> a da:Attribution .",
    "place-and-organization": "<urn:x> a da:Place , da:Organization .",
    "within-itself": "<urn:x> da:within <urn:x> .",
    "polarity-that-is-a-tense": "<urn:x> da:polarity da:PastTense .",
    "two-acts-of-one-attribution": (
        "<urn:x> da:ofAct <urn:y> , <urn:z> . <urn:y> owl:differentFrom <urn:z> ."
    ),
}
FLAWS = {
    "unsatisfiable": "da:Both a owl:Class ; rdfs:subClassOf da:Person , da:Act .",
    "xsd-date": (
        "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
        '<urn:t> a da:Time ; da:earliest "2021-06-16"^^xsd:date .'
    ),
    "undeclared": "<urn:x> a da:Nowhere ; da:nothing <urn:y> .",
}


@pytest.fixture(scope="module")
def reports(
    owl_check_all: Callable[[Sequence[Path]], list[Any]], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """What the OWL API says of the ontology alone, of all of it, and of it with each thing planted."""
    folder = tmp_path_factory.mktemp("owl")
    texts = [data_path("ontology", name).read_text(encoding="utf-8") for name in FILES]
    paths = {"ontology": data_path("ontology", FILES[0])}
    for name, planted in {"all": "", **CLASHES, **FLAWS}.items():
        paths[name] = folder / f"{name}.ttl"
        paths[name].write_text("\n".join([*texts, planted]), encoding="utf-8")
    return dict(zip(paths, owl_check_all(list(paths.values())), strict=True))


@pytest.mark.parametrize("name", ["ontology", "all"])
def test_loads_without_a_complaint_and_is_consistent(reports: dict[str, Any], name: str) -> None:
    assert reports[name].clean, reports[name]
    assert reports[name].axioms > 1000


@pytest.mark.parametrize("name", CLASHES)
def test_planted_clash_is_inconsistent(reports: dict[str, Any], name: str) -> None:
    assert reports[name].consistent is False
    assert not reports[name].clean


def test_class_of_two_disjoint_kinds_is_unsatisfiable(reports: dict[str, Any]) -> None:
    report = reports["unsatisfiable"]
    assert report.consistent is True
    assert report.unsatisfiable == ("https://w3id.org/kgbuild/diplomatic-acts#Both",)
    assert not report.clean


def test_xsd_date_is_refused(reports: dict[str, Any]) -> None:
    report = reports["xsd-date"]
    assert any("xsd:date" in violation for violation in report.violations)
    assert "date" in report.reasoner_error
    assert not report.clean


def test_undeclared_terms_are_named(reports: dict[str, Any]) -> None:
    report = reports["undeclared"]
    assert "https://w3id.org/kgbuild/diplomatic-acts#nothing" in report.undeclared
    assert "https://w3id.org/kgbuild/diplomatic-acts#Nowhere" in report.undeclared
    assert not report.clean
