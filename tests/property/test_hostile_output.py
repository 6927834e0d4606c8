"""Whatever an article says, the graph re-parses to itself, and tables and terminals take no orders."""

import csv
import importlib.util
import io
import json
from pathlib import Path
from types import ModuleType

import pyoxigraph as ox
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbuild.graph.mapping import article_quads
from kgbuild.graph.rows import csv_text, jsonl, mention_rows
from kgbuild.graph.serialize import FORMATS, nquads, serialize
from kgbuild.graph.terms import string, uri, worded
from kgbuild.model import Article, Decision, Entity, Extraction, Kind, Link, Mention, Span
from kgbuild.store.database import add_graph
from kgbuild.store.parts import Part
from kgbuild.store.records import from_json, to_json
from kgbuild.vocab import ARTICLE_GRAPH


def _shared() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hostile", Path(__file__).with_name("conftest.py"))
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


texts = _shared().texts
PARSED = {
    "nquads": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "jsonld": ox.RdfFormat.JSON_LD,
    "turtle": ox.RdfFormat.TURTLE,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "ntriples": ox.RdfFormat.N_TRIPLES,
}
NODE = ox.NamedNode("x:n")


@st.composite
def extractions(draw: st.DrawFn) -> Extraction:
    """An article whose every field is hostile, with a mention of a name that is all of its text."""
    text = draw(texts(30)) or "x"
    fields = [draw(st.none() | texts(12)) for _ in range(3)]
    article = Article(draw(texts(8)) or "x", text, fields[0], fields[1], None, fields[2])
    mention = Mention(Span(0, len(text)), text, draw(st.sampled_from(Kind)))
    entity = Entity("nil-0123456789abcdef0123", mention.kind, text)
    return Extraction(article, (), (Link(mention, Decision.NIL, entity),), (), ())


@settings(max_examples=8_000)
@given(texts(40), st.sampled_from(["ar", "en", "x-y", "", "no tag", "\u202e"]))
def test_literals_come_back_from_lines(text: str, language: str) -> None:
    quads = {ox.Quad(NODE, NODE, term) for term in (string(text), worded(text, language), uri(text))}
    data = nquads(quads)
    assert set(ox.parse(data, format=ox.RdfFormat.N_QUADS)) == quads
    assert data.count(b"\n") == len(quads)


@settings(max_examples=300)
@given(extractions())
def test_the_graph_of_any_article_comes_back_from_every_format(extraction: Extraction) -> None:
    quads = article_quads(extraction)
    triples = {quad.triple for quad in quads}
    for name, form in PARSED.items():
        found = set(ox.parse(serialize(quads, name), format=form))
        if name in ("nquads", "trig", "jsonld"):
            assert found == set(quads), name
        else:
            assert {quad.triple for quad in found} == triples, name
    assert FORMATS.keys() >= PARSED.keys()


@settings(max_examples=500)
@given(extractions())
def test_parts_and_records_of_any_article_come_back(extraction: Extraction) -> None:
    assert from_json(to_json(extraction)) == extraction
    quads = article_quads(extraction)
    part = Part.of(extraction, quads)
    assert Part.from_bytes(part.to_bytes()) == part
    database = ox.Store()
    add_graph(database, ARTICLE_GRAPH + part.header.key, part.quads)
    kept = [*database.quads_for_pattern(None, None, None, ox.NamedNode(ARTICLE_GRAPH + part.header.key))]
    assert sorted(kept, key=str) == quads
    assert len(database) == 2 * len(quads)


@settings(max_examples=2_500)
@given(st.lists(texts(15), min_size=1, max_size=4))
def test_no_cell_is_a_formula_and_every_row_stays_one(cells: list[str]) -> None:
    names = [f"c{n}" for n in range(len(cells))]
    text = csv_text(names, [dict(zip(names, cells, strict=True))])
    header, row = csv.reader(io.StringIO(text, newline=""))
    assert header == names
    assert len(row) == len(cells)
    for cell in row:
        assert not cell.lstrip().startswith(("=", "@")) or cell.startswith("'")


@settings(max_examples=300)
@given(extractions())
def test_rows_are_one_line_of_json_each(extraction: Extraction) -> None:
    rows = list(mention_rows(extraction))
    lines = jsonl(rows).encode("utf-8", "replace").split(b"\n")
    assert len([json.loads(line) for line in lines if line]) == len(rows) == 1
