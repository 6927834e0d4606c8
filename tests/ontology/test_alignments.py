"""Every match leads to a term that the other vocabulary's published file holds.

``snapshots/NAME.txt`` hold the names of the terms and say where they were read. Wikidata is no vocabulary
with a file: of its items only the form of the identifier is checked.
"""

import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from kgbuild.resources import data_path
from kgbuild.vocab import CAMEO, DA, OWL, PLOVER, PREFIXES, RDF, RDFS, SKOS, WIKIDATA

SNAPSHOTS = sorted((Path(__file__).parent / "snapshots").glob("*.txt"))
MATCHES = (SKOS.closeMatch, SKOS.broadMatch, SKOS.exactMatch)
WANTED = {"cameo", "org", "plover", "prov", "schema", "sem", "time"}
OURS = ("https://w3id.org/kgbuild/", "http://www.w3.org/2002/07/owl#")


def quads(name: str) -> list[ox.Quad]:
    return list(ox.parse(path=str(data_path("ontology", name)), format=ox.RdfFormat.TURTLE))


def snapshot(path: Path) -> tuple[str, str, list[str]]:
    """Namespace, source and the names of a snapshot."""
    lines = path.read_text(encoding="utf-8").splitlines()
    head = dict(re.findall(r"# (\w+): (.+)", "\n".join(lines[:2])))
    return head["namespace"], head["source"], [line for line in lines if not line.startswith("#")]


TERMS = {space + name for path in SNAPSHOTS for space, _, names in [snapshot(path)] for name in names}
SPACES = {snapshot(path)[0] for path in SNAPSHOTS}


def targets() -> list[tuple[str, str]]:
    """Subject and object of every match."""
    return sorted(
        {
            (quad.subject.value, quad.object.value)
            for quad in quads("alignments.ttl")
            if quad.predicate.value in MATCHES
            and isinstance(quad.subject, ox.NamedNode)
            and isinstance(quad.object, ox.NamedNode)
        }
    )


def test_there_is_a_snapshot_of_every_vocabulary() -> None:
    assert {path.stem for path in SNAPSHOTS} == WANTED


@pytest.mark.parametrize("path", SNAPSHOTS, ids=lambda path: path.stem)
def test_a_snapshot_names_its_source_and_is_sorted(path: Path) -> None:
    space, source, names = snapshot(path)
    assert PREFIXES[path.stem] == space
    assert re.search(r"[0-9a-f]{40}|rdflib \d", source), "a commit or a version is wanted"
    assert names == sorted(set(names))
    assert len(names) >= 16


@pytest.mark.parametrize(("ours", "theirs"), targets(), ids=lambda iri: iri.rpartition("/")[2])
def test_every_match_leads_to_a_published_term(ours: str, theirs: str) -> None:
    if theirs.startswith(WIKIDATA):
        assert re.fullmatch(r"Q[1-9][0-9]*", theirs.removeprefix(WIKIDATA))
    else:
        assert theirs in TERMS


def test_every_vocabulary_is_aligned_with() -> None:
    found = {space for space in SPACES for _, theirs in targets() if theirs.startswith(space)}
    assert found == SPACES


def test_every_code_that_stands_here_is_a_published_one() -> None:
    codes = {
        quad.subject.value
        for quad in quads("alignments.ttl")
        if quad.predicate.value == SKOS.notation and isinstance(quad.subject, ox.NamedNode)
    }
    assert codes
    assert codes <= TERMS
    for quad in quads("alignments.ttl"):
        if quad.predicate.value == SKOS.notation and isinstance(quad.object, ox.Literal):
            assert quad.subject in {ox.NamedNode(space + quad.object.value) for space in (PLOVER, CAMEO)}


def test_a_code_of_cameo_is_narrower_than_its_first_digits() -> None:
    for quad in quads("alignments.ttl"):
        if quad.predicate.value == SKOS.broader and str(quad.subject).startswith(f"<{CAMEO}"):
            assert str(quad.subject).startswith(str(quad.object)[:-1])


def test_what_the_ontology_uses_of_others_exists_there() -> None:
    declared = {
        quad.subject.value
        for quad in quads("diplomatic-acts.ttl")
        if quad.predicate.value == RDF.type
        and isinstance(quad.subject, ox.NamedNode)
        and isinstance(quad.object, ox.NamedNode)
        and quad.object.value.startswith(OWL.NS)
    }
    borrowed = {iri for iri in declared for space in SPACES if iri.startswith(space)}
    assert borrowed
    assert borrowed <= TERMS


def test_rules_construct_published_codes_only() -> None:
    for path in sorted(data_path("queries", "derive").glob("*.rq")):
        text = path.read_text(encoding="utf-8")
        for prefix, space in (("plover", PLOVER), ("cameo", CAMEO)):
            for name in re.findall(rf"\b{prefix}:(\w+)", text):
                assert space + name in TERMS, (path.name, name)


def test_act_classes_without_a_code_are_few_and_known() -> None:
    """What PLOVER and CAMEO cannot say: announced, proposed, warned … A new class needs a look at both."""
    matched = {
        ours for ours, theirs in targets() if theirs.startswith((PLOVER, CAMEO)) and ours.startswith(DA.NS)
    }
    parents: dict[str, set[str]] = {}
    for quad in quads("diplomatic-acts.ttl"):
        if quad.predicate.value == RDFS.subClassOf:
            parents.setdefault(quad.subject.value, set()).add(quad.object.value)  # type: ignore[union-attr]

    def is_act(iri: str) -> bool:
        return iri == DA.Act or any(is_act(parent) for parent in parents.get(iri, ()))

    families = {DA.Act, *(iri for iri, above in parents.items() if above == {DA.Act})}
    without = {iri.removeprefix(DA.NS) for iri in parents if is_act(iri)} - {
        iri.removeprefix(DA.NS) for iri in matched | families
    }
    assert without == {"Report", "Propose", "Invite", "Warn", "Launch", "Withdraw"}
