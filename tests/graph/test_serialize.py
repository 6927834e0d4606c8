import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.errors import UsageError
from kgbuild.graph.entities import entities_quads
from kgbuild.graph.graphml import graphml
from kgbuild.graph.mapping import article_quads
from kgbuild.graph.ontology import event_classes, interaction_classes, label, ontology_quads
from kgbuild.graph.protege import protege_triples
from kgbuild.graph.serialize import FORMATS, nquads, serialize, turtle
from kgbuild.graph.terms import worded
from kgbuild.vocab import DA, OA

PARSED = {
    "jsonld": ox.RdfFormat.JSON_LD,
    "nquads": ox.RdfFormat.N_QUADS,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "trig": ox.RdfFormat.TRIG,
    "turtle": ox.RdfFormat.TURTLE,
}
FLAT = {"ntriples", "rdfxml", "turtle"}
hostile = st.text(st.characters(exclude_categories=()), max_size=30) | st.sampled_from(
    [
        '"""',
        "\\",
        "]]>",
        "</rdf:RDF>",
        "a\r\nb",
        "\x00",
        "\u202eabc",
        "\ud800",
        "@prefix x: <y> .",
        "<!--",
        "&amp;",
    ]
)
HASH_SEEDS = ("0", "1", "4242")


@pytest.fixture(scope="module")
def quads(story: ModuleType) -> list[ox.Quad]:
    entities = entities_quads(story.KNOWN.values(), story.TENURES)
    return [*article_quads(story.offer()), *article_quads(story.echo()), *entities]


@pytest.mark.parametrize("name", sorted(PARSED))
def test_every_format_can_be_read_back(quads: list[ox.Quad], name: str) -> None:
    found = list(ox.parse(serialize(quads, name), format=PARSED[name]))
    if name in FLAT:
        assert {quad.triple for quad in found} == {quad.triple for quad in quads}
    else:
        assert set(found) == set(quads)


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_equal_quads_give_equal_bytes_whatever_their_order(quads: list[ox.Quad], name: str) -> None:
    assert serialize(quads, name) == serialize([*reversed(quads), quads[0]], name)


@given(hostile, st.sampled_from(sorted(PARSED)))
def test_hostile_text_survives_every_format(text: str, name: str) -> None:
    quad = ox.Quad(ox.NamedNode("x:s"), ox.NamedNode("http://x/p"), worded(text, "ar"), ox.NamedNode("x:g"))
    (found,) = ox.parse(serialize([quad], name), format=PARSED[name])
    assert found.triple == quad.triple


def test_the_bytes_do_not_depend_on_the_hash_seed() -> None:
    program = (
        "import importlib.util, sys, hashlib\n"
        "spec = importlib.util.spec_from_file_location('story', sys.argv[1])\n"
        "story = importlib.util.module_from_spec(spec); spec.loader.exec_module(story)\n"
        "from kgbuild.graph.entities import entities_quads\n"
        "from kgbuild.graph.mapping import article_quads\n"
        "from kgbuild.graph.ontology import ontology_quads\n"
        "from kgbuild.graph.serialize import FORMATS, serialize\n"
        "quads = [*article_quads(story.offer()), *article_quads(story.echo()), *ontology_quads(),\n"
        "         *entities_quads(set(story.KNOWN.values()), set(story.TENURES))]\n"
        "for name in sorted(FORMATS):\n"
        "    print(name, hashlib.sha256(serialize(quads, name)).hexdigest())\n"
    )
    source = str(Path(__file__).parents[2] / "src")
    path = str(Path(__file__).with_name("story.py"))
    answers = [
        subprocess.run(
            [sys.executable, "-c", program, path],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": source},
            capture_output=True,
            check=True,
            timeout=60,
        ).stdout
        for seed in HASH_SEEDS
    ]
    assert len(answers[0].splitlines()) == len(FORMATS)
    assert len(set(answers)) == 1


def test_nquads_are_sorted_lines(quads: list[ox.Quad]) -> None:
    lines = nquads(quads).splitlines()
    assert lines == sorted(lines)
    assert len(lines) == len(set(quads))


def test_turtle_has_no_escaped_local_name(quads: list[ox.Quad]) -> None:
    """OWL API 5.1.9 refuses them, and Protégé with it."""
    text = turtle([*quads, *ontology_quads()]).decode()
    outside_strings = "".join(text.split('"')[::2])
    assert "\\" not in outside_strings


def test_an_unknown_format_is_refused(quads: list[ox.Quad]) -> None:
    with pytest.raises(UsageError, match="turtle"):
        serialize(quads, "yaml")


def test_the_export_for_protege_reads_without_machinery(quads: list[ox.Quad]) -> None:
    triples = protege_triples([*quads, *ontology_quads()])
    used = {t.predicate.value for t in triples}
    assert not used & {OA.hasSelector, OA.exact, OA.start, OA.hasTarget, DA.evidence}
    assert OA.hasBody in used
    found = {str(t.object) for t in triples}
    assert '"اتهمت الولايات المتحدة روسيا بشن هجمات إلكترونية"@ar' in found
    assert '"offer [137, 185)"@en' in found
    assert '"according to Dmitry Peskov (Negated)"@en' in found


def test_the_export_for_protege_loads_in_the_owl_api_as_consistent_owl_2_dl(
    quads: list[ox.Quad], owl_check: Callable[[Path], object], tmp_path: Path
) -> None:
    path = tmp_path / "acts.ttl"
    path.write_bytes(serialize([*quads, *ontology_quads()], "protege"))
    report = owl_check(path)
    assert getattr(report, "clean", False), report


def test_graphml_tells_who_did_what_to_whom(quads: list[ox.Quad]) -> None:
    names = {"g": "http://graphml.graphdrawing.org/xmlns"}
    root = ET.fromstring(graphml(quads))  # noqa: S314  (what this program wrote)
    edges = {
        (edge.get("source"), edge.get("target"), edge.findtext("g:data[@key='edge-type']", None, names))
        for edge in root.iterfind(".//g:edge", names)
    }
    assert ("russia", "united-states", "Propose") in edges
    assert ("joe-biden", "vladimir-putin", "Meet") in edges
    assert ("dmitry-peskov", "dmitry-peskov", "State") in edges
    labels = {
        node.get("id"): node.findtext("g:data[@key='node-label_ar']", None, names)
        for node in root.iterfind(".//g:node", names)
    }
    assert labels["russia"] == "روسيا"


def test_meetings_and_attacks_are_events_and_speech_is_not() -> None:
    assert {"Meet", "Visit", "Attack", "Extradite"} <= event_classes()
    assert not {"State", "Propose", "Deny"} & event_classes()
    assert "Visit" in interaction_classes()
    assert "Attack" not in interaction_classes()
    assert label("https://example.org/x#Thing", "ar") == "Thing"


def test_the_ontology_graph_is_the_same_in_every_reading() -> None:
    digest = hashlib.sha256(nquads(ontology_quads())).hexdigest()
    assert digest == hashlib.sha256(nquads(reversed(ontology_quads()))).hexdigest()
    assert not any(isinstance(quad.subject, ox.BlankNode) for quad in ontology_quads())
