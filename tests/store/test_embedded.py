import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pyoxigraph as ox
import pytest

from kgbuild.errors import StoreError, UsageError
from kgbuild.graph.mapping import article_quads
from kgbuild.graph.serialize import nquads
from kgbuild.model import Extraction, Issue, Span
from kgbuild.store.embedded import Store
from kgbuild.store.parts import Part, unmade
from kgbuild.vocab import ARTICLE_GRAPH, DERIVED_GRAPH, ENTITIES_GRAPH


def key(extraction: Extraction) -> str:
    return extraction.article.content_hash[:20]


def put(store: Store, *extractions: Extraction) -> None:
    for extraction in extractions:
        store.replace_article(extraction, article_quads(extraction))


def merged(store: Store) -> set[ox.Triple]:
    """The default graph as it is kept."""
    return {q.triple for q in store.database.quads_for_pattern(None, None, None, ox.DefaultGraph())}


def union(store: Store) -> set[ox.Triple]:
    """The default graph as it should be."""
    return {quad.triple for quad in store.quads()}


def rows(found: object) -> list[ox.QuerySolution]:
    assert isinstance(found, ox.QuerySolutions)
    return list(found)


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "kg", write=True) as store:
        yield store


def test_what_was_put_in_comes_out(fresh: Store, story: ModuleType) -> None:
    put(fresh, story.offer())
    assert fresh.quads() == article_quads(story.offer())
    assert fresh.quads(ARTICLE_GRAPH + key(story.offer())) == fresh.quads()
    assert fresh.articles() == {key(story.offer()): "offer"}
    assert fresh.record(key(story.offer())) == story.offer()


def test_a_graph_that_is_removed_takes_along_what_no_other_graph_holds(
    fresh: Store, story: ModuleType
) -> None:
    put(fresh, story.offer())
    alone = fresh.quads()
    there, apart = alone[0], ox.Quad(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), ox.Literal("ج"))
    derived = [
        ox.Quad(one.subject, one.predicate, one.object, ox.NamedNode(DERIVED_GRAPH)) for one in (there, apart)
    ]
    fresh.replace_quarantine([apart])  # what stands there alone is not in the merge
    fresh.add_quads(DERIVED_GRAPH, derived)
    assert fresh.quads(DERIVED_GRAPH) == sorted(derived, key=str)
    assert merged(fresh) == union(fresh)
    fresh.remove_graph(DERIVED_GRAPH)
    assert DERIVED_GRAPH not in fresh.graph_names()
    assert fresh.quads() == alone
    assert merged(fresh) == union(fresh)
    fresh.remove_graph(DERIVED_GRAPH)
    fresh.add_quads(DERIVED_GRAPH, [])
    assert fresh.quads() == alone


def test_a_build_in_two_steps_gives_the_bytes_of_one(tmp_path: Path, story: ModuleType) -> None:
    with Store.open(tmp_path / "one", write=True) as store:
        put(store, story.offer(), story.echo())
        expected = nquads(store.quads())
    with Store.open(tmp_path / "two", write=True) as store:
        put(store, story.echo())
    with Store.open(tmp_path / "two", write=True) as store:
        put(store, story.offer(), story.echo())
        assert nquads(store.quads()) == expected
        assert merged(store) == union(store)


def variants(extraction: Extraction, count: int) -> list[Extraction]:
    """Articles that tell the same."""
    return [
        replace(extraction, article=replace(extraction.article, id=f"{extraction.article.id} {number}"))
        for number in range(count)
    ]


def parts(*extractions: Extraction) -> list[Part]:
    return [Part.of(one, article_quads(one), made_with="now") for one in extractions]


def test_many_at_once_give_what_they_give_one_by_one(tmp_path: Path, story: ModuleType) -> None:
    offer, echo = story.offer(), story.echo()
    changed = replace(offer, article=replace(offer.article, title="عنوان آخر"))
    given = parts(offer, *variants(offer, 5), echo, *variants(echo, 2), changed, offer, echo)
    with Store.open(tmp_path / "one", write=True) as store:
        for part in given:
            store.commit(part)
        expected = nquads(store.quads())
        headers = list(store.headers())
    with Store.open(tmp_path / "two", write=True) as store:
        store.commit_all(given)
        assert nquads(store.quads()) == expected
        assert merged(store) == union(store)
        assert list(store.headers()) == headers
        store.commit_all([])
        store.commit_all(given)
        assert nquads(store.quads()) == expected


def test_of_many_at_once_a_stray_quad_keeps_out_all(fresh: Store, story: ModuleType) -> None:
    good = parts(*variants(story.offer(), 3))
    bad = replace(good[0], quads=good[0].quads.replace(good[0].header.key.encode(), b"f" * 20))
    with pytest.raises(ValueError, match="lies outside"):
        fresh.commit_all([*good[1:], bad])
    assert fresh.graph_names() == []
    assert fresh.recover() == []
    assert fresh.articles() == {}


def test_many_lines_of_a_graph_are_there_as_few_are(fresh: Store) -> None:
    graph = ox.NamedNode(DERIVED_GRAPH)
    many = [
        ox.Quad(ox.NamedNode(f"urn:{number}"), ox.NamedNode("urn:p"), ox.Literal(str(number)), graph)
        for number in range(4_000)
    ]
    fresh.add_quads(DERIVED_GRAPH, many)
    assert fresh.quads(DERIVED_GRAPH) == sorted(many, key=str)
    assert merged(fresh) == union(fresh)
    stray = ox.Quad(many[0].subject, many[0].predicate, many[0].object, ox.NamedNode("urn:other"))
    with pytest.raises(ValueError, match="lies outside"):
        fresh.add_quads(DERIVED_GRAPH, [*many, stray])


def test_putting_the_same_again_changes_nothing(fresh: Store, story: ModuleType) -> None:
    put(fresh, story.offer())
    before = nquads(fresh.quads())
    put(fresh, story.offer())
    assert nquads(fresh.quads()) == before


def test_a_graph_that_is_not_known_to_be_whole_is_put_again(fresh: Store, story: ModuleType) -> None:
    extraction = story.offer()
    part = Part.of(extraction, article_quads(extraction), made_with="these rules")
    name = ARTICLE_GRAPH + part.header.key
    fresh.commit(part)
    whole = nquads(fresh.quads())
    fresh.discard(name, list(fresh.quads(name))[:1])
    fresh.commit(part)  # the record says that all is there
    assert nquads(fresh.quads()) != whole
    fresh.annotate(unmade(part.header))
    fresh.commit(part)
    assert nquads(fresh.quads()) == whole


def test_what_two_articles_share_stays_when_one_goes(fresh: Store, story: ModuleType) -> None:
    put(fresh, story.offer())
    alone = nquads(fresh.quads())
    put(fresh, story.echo())
    fresh.remove_article(key(story.echo()))
    assert nquads(fresh.quads()) == alone
    assert merged(fresh) == union(fresh)
    fresh.remove_article(key(story.offer()))
    assert not fresh.quads()
    assert not merged(fresh)
    assert not fresh.graph_names()
    assert list(fresh.records()) == []


def test_a_changed_article_takes_the_place_of_the_old_one(fresh: Store, story: ModuleType) -> None:
    old = story.offer()
    new = replace(old, article=replace(old.article, title="عنوان آخر"))
    put(fresh, old, story.echo())
    put(fresh, new)
    assert fresh.articles() == dict(sorted({key(new): "offer", key(story.echo()): "echo"}.items()))
    assert merged(fresh) == union(fresh)
    with pytest.raises(UsageError, match="no article"):
        fresh.record(key(old))


def test_removing_what_is_not_there_is_no_error(fresh: Store) -> None:
    fresh.remove_article("0" * 20)


def test_a_quad_of_another_graph_is_refused_and_nothing_changes(fresh: Store, story: ModuleType) -> None:
    with pytest.raises(ValueError, match="outside"):
        fresh.replace_article(story.offer(), article_quads(story.echo()))
    assert not fresh.quads()
    assert fresh.articles() == {}


def test_a_change_that_fails_leaves_the_graph_as_it_was(fresh: Store, story: ModuleType) -> None:
    put(fresh, story.offer())
    before = nquads(fresh.quads())
    graph = ox.NamedNode(DERIVED_GRAPH)
    # RDF allows no blank node in INSERT DATA's counterpart DELETE DATA, so the second replacement fails
    blank = ox.Quad(ox.BlankNode("b"), ox.NamedNode("x:p"), ox.NamedNode("x:o"), graph)
    fresh.replace_graph(DERIVED_GRAPH, [blank])
    with pytest.raises(SyntaxError):
        fresh.replace_graph(
            DERIVED_GRAPH, [ox.Quad(ox.NamedNode("x:s"), ox.NamedNode("x:p"), blank.object, graph)]
        )
    assert len(fresh.quads(DERIVED_GRAPH)) == 1
    assert nquads(fresh.quads(ARTICLE_GRAPH + key(story.offer()))) == before


def test_an_article_without_its_record_is_not_there(fresh: Store, story: ModuleType) -> None:
    put(fresh, story.offer())
    (fresh.folder / "records" / f"{key(story.offer())}.json").unlink()
    assert fresh.articles() == {}


def test_hostile_text_goes_in_and_comes_out(fresh: Store, story: ModuleType) -> None:
    nasty = 'x"} } ; DROP ALL ; INSERT DATA { <a:b> <a:c> """\\\n\r\t\x00\u202e'
    extraction = story.offer()
    extraction = replace(extraction, article=replace(extraction.article, title=nasty, id=nasty, outlet=nasty))
    put(fresh, story.echo(), extraction)
    assert len(fresh.articles()) == 2
    assert fresh.quads(ARTICLE_GRAPH + key(extraction)) == article_quads(extraction)


def test_referenced_entities_are_the_known_ones_of_the_articles(store: Store, story: ModuleType) -> None:
    found = store.referenced_entities()
    assert {"russia", "geneva", "tass", "sergey-lavrov"} <= found
    assert "switzerland" not in found  # only the description of Geneva refers to it
    assert not any(one.startswith("nil-") for one in found)


def test_graphs_are_named_and_listed(store: Store) -> None:
    names = store.graph_names()
    assert names == sorted(names)
    assert ENTITIES_GRAPH in names
    assert len([name for name in names if name.startswith(ARTICLE_GRAPH)]) == 2
    assert [extraction.article.id for extraction in store.records()] == ["echo", "offer"]


def test_a_query_sees_the_merge_and_the_named_graphs(store: Store) -> None:
    (row,) = rows(store.query("SELECT (COUNT(*) AS ?n) { ?act a da:Meet }"))
    assert row["n"].value == "1"
    (row,) = rows(store.query("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?act a da:Meet } }"))
    assert row["n"].value == "2"


def test_issues_and_manifest_are_written_in_order(fresh: Store) -> None:
    issues = [
        Issue("link", "a", "001", "الأول"),
        Issue("link", "b", "002", "الثاني", Span(3, 4)),
        Issue("link", "a", "002", "قبل", Span(1, 2)),
    ]
    fresh.write_issues(issues)
    lines = (fresh.folder / "issues.jsonl").read_text(encoding="utf-8").splitlines()
    assert [(row["article"], row["start"]) for row in map(json.loads, lines)] == [
        ("001", None),
        ("002", 1),
        ("002", 3),
    ]
    assert fresh.manifest() == {}
    fresh.write_manifest({"b": 1, "a": "ب"})
    assert fresh.manifest() == {"a": "ب", "b": 1}
    assert not list(fresh.folder.glob("*.part"))


@pytest.mark.parametrize("content", ["{", "[]"])
def test_a_damaged_manifest_says_what_to_do(fresh: Store, content: str) -> None:
    (fresh.folder / "manifest.json").write_text(content, encoding="utf-8")
    with pytest.raises(StoreError, match="Delete it"):
        fresh.manifest()


def test_a_missing_store_says_to_build(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="kgbuild build first"):
        Store.open(tmp_path / "kg")
    assert not (tmp_path / "kg").exists()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(StoreError, match="Choose another"):
        Store.open(tmp_path / "file" / "kg", write=True)


def test_a_damaged_database_says_what_to_do(tmp_path: Path, story: ModuleType) -> None:
    with Store.open(tmp_path / "kg", write=True) as store:
        put(store, story.offer())
    (tmp_path / "kg" / "store" / "CURRENT").write_text("MANIFEST-999999\n", encoding="utf-8")
    for write in (True, False):
        with pytest.raises(StoreError, match="build again"):
            Store.open(tmp_path / "kg", write=write)


@pytest.mark.skipif(sys.platform == "win32", reason="no flock there")
def test_one_writes_or_many_read(tmp_path: Path, story: ModuleType) -> None:
    folder = tmp_path / "kg"
    with Store.open(folder, write=True) as store:
        put(store, story.offer())
        for write in (True, False):
            with pytest.raises(StoreError, match="busy"):
                Store.open(folder, write=write)
    with Store.open(folder) as one, Store.open(folder) as other:
        assert one.quads() == other.quads()
        with pytest.raises(StoreError, match="busy"):
            Store.open(folder, write=True)
    Store.open(folder, write=True).close()


@pytest.mark.skipif(sys.platform == "win32", reason="no flock there")
def test_a_writer_that_dies_leaves_no_lock(tmp_path: Path) -> None:
    program = (
        "import os, sys; from pathlib import Path; from kgbuild.store.embedded import Store\n"
        "store = Store.open(Path(sys.argv[1]), write=True); os._exit(9)"
    )
    source = str(Path(__file__).parents[2] / "src")
    run = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "kg")], env={"PYTHONPATH": source}, timeout=60
    )
    assert run.returncode == 9
    Store.open(tmp_path / "kg", write=True).close()


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "kg", write=True)
    store.close()
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.quads()


@pytest.mark.parametrize("name", ["", "x", "../../../../etc/pass", "g" * 20])
def test_a_key_that_is_none_finds_nothing(store: Store, name: str) -> None:
    with pytest.raises(UsageError, match="no article"):
        store.record(name)
