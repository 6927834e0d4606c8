"""Nothing in the data that the ontology lacks, nothing in the ontology that is unused without a reason."""

import csv
import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from kgbuild.resources import data_path
from kgbuild.validation import validate_quads
from kgbuild.validation.gate import Gated
from kgbuild.validation.quarantine import quarantine_quads
from kgbuild.vocab import (
    BASES,
    CERTAINTIES,
    DA,
    DECISIONS,
    ENTITIES_GRAPH,
    KINDS,
    ONTOLOGY_GRAPH,
    OWL,
    POLARITIES,
    PRECISIONS,
    RDF,
    RDFS,
    RULE,
    TENSES,
    topics,
)

REASONS = Path(__file__).with_name("unused.tsv")
NOT_TERMS = (RDF.type, RDFS.label, RDFS.comment)
"""Words of RDF itself, which no OWL ontology declares."""
SHAPES_FIXTURE = Path(__file__).parents[1] / "shapes" / "fixtures" / "valid.ttl"


def ontology() -> list[ox.Quad]:
    return list(ox.parse(path=str(data_path("ontology", "diplomatic-acts.ttl")), format=ox.RdfFormat.TURTLE))


def declared() -> set[str]:
    return {
        quad.subject.value
        for quad in ontology()
        if quad.predicate.value == RDF.type
        and isinstance(quad.subject, ox.NamedNode)
        and isinstance(quad.object, ox.NamedNode)
        and quad.object.value.startswith(OWL.NS)
        and quad.object.value != OWL.Ontology
    }


def rows(path: Path) -> list[dict[str, str]]:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def reasons() -> dict[str, str]:
    return {row["term"]: row["reason"] for row in rows(REASONS)}


def used_in(quads: list[ox.Quad]) -> set[str]:
    """Properties, classes and values of ours that quads are made of."""
    found = set()
    for quad in quads:
        found.add(quad.predicate.value)
        if isinstance(quad.object, ox.NamedNode) and (
            quad.predicate.value == RDF.type or quad.object.value.startswith((DA.NS, RULE))
        ):
            found.add(quad.object.value)
    return found


def test_the_data_use_no_term_that_the_ontology_lacks(story_quads: list[ox.Quad]) -> None:
    data = [quad for quad in story_quads if getattr(quad.graph_name, "value", "") != ONTOLOGY_GRAPH]
    assert {quad.graph_name.value for quad in data} >= {ENTITIES_GRAPH}  # type: ignore[union-attr]
    used = used_in(data)
    assert len(used) > 60
    assert used - set(NOT_TERMS) <= declared()


def test_the_shapes_speak_of_no_term_that_the_ontology_lacks() -> None:
    for path in sorted(data_path("shapes").glob("*.ttl")):
        for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE):
            for term in (quad.object, quad.predicate):
                if isinstance(term, ox.NamedNode) and term.value.startswith(DA.NS):
                    assert term.value in declared(), (path.name, term)


@pytest.mark.parametrize("folder", ["questions", "checks", "derive"])
def test_the_queries_speak_of_no_term_that_the_ontology_lacks(folder: str) -> None:
    names = {iri.removeprefix(DA.NS) for iri in declared() if iri.startswith(DA.NS)}
    for path in sorted(data_path("queries", folder).glob("*.rq")):
        code = [line.partition("# ")[0] for line in path.read_text(encoding="utf-8").splitlines()]
        words = " ".join(line for line in code if "<" not in line or "PREFIX" not in line)
        for char in "(){}|/^*+?.;,!=<>[]":
            words = words.replace(char, " ")
        used = {word.removeprefix("da:") for word in words.split() if word.startswith("da:")}
        assert used <= names, path.name


def test_nothing_is_unused_without_a_reason(story_quads: list[ox.Quad]) -> None:
    """Used is what the story's graph holds, what a row of the tables leads to, or what our terms rest on."""
    data = [quad for quad in story_quads if getattr(quad.graph_name, "value", "") != ONTOLOGY_GRAPH]
    fixture = list(ox.parse(path=str(SHAPES_FIXTURE), format=ox.RdfFormat.TURTLE))
    used = used_in(data) | used_in(fixture)
    # what a quarantine says of a graph whose article is none
    broken = validate_quads(quad for quad in fixture if quad.object != ox.NamedNode(DA.Article))
    used |= used_in(quarantine_quads("0" * 20, Gated((), (), frozenset(), frozenset()), broken))
    # every member of an enumeration is a value that the mapping writes
    for values in (KINDS, POLARITIES, TENSES, CERTAINTIES, PRECISIONS, BASES, DECISIONS):
        used |= set(values.values())
    lexicon = data_path("seeds", "lexicon")
    used |= {
        DA.NS + row["type"] for table in ("triggers.tsv", "content.tsv") for row in rows(lexicon / table)
    }
    subtypes = {
        row["subtype"]
        for path in sorted(data_path("seeds", "entities").glob("*.tsv"))
        for row in rows(path)
        if row.get("subtype")
    }
    for quad in ontology():
        if quad.predicate.value == DA.subtypeName and getattr(quad.object, "value", None) in subtypes:
            used.add(quad.subject.value)  # type: ignore[union-attr]
        # a superclass or superproperty, a range, and the annotations of the ontology itself
        used.add(quad.predicate.value)
        if isinstance(quad.object, ox.NamedNode) and quad.predicate.value in {
            RDFS.subClassOf,
            RDFS.NS + "subPropertyOf",
            RDFS.NS + "range",
        }:
            used.add(quad.object.value)
    for name in ("topics.ttl", "alignments.ttl"):
        used |= used_in(list(ox.parse(path=str(data_path("ontology", name)), format=ox.RdfFormat.TURTLE)))
    for path in data_path("queries", "derive").glob("*.rq"):
        (made,) = re.findall(r"CONSTRUCT \{([^}]*)\}", path.read_text(encoding="utf-8"))
        used |= {RULE + path.stem, *(DA.NS + name for name in re.findall(r"\bda:(\w+)", made))}
    unused = {iri for iri in declared() if iri not in used}
    assert unused == set(reasons())


def test_every_reason_is_a_sentence() -> None:
    assert all(len(reason.split()) > 3 and reason.endswith(".") for reason in reasons().values())


def test_topics_of_acts_are_those_of_the_scheme(story_quads: list[ox.Quad]) -> None:
    used = {quad.object.value for quad in story_quads if quad.predicate.value == DA.topic}  # type: ignore[union-attr]
    assert used
    assert used <= set(topics().values())
