"""A process that dies at any step of a commit leaves a store that the next one puts right."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pyoxigraph as ox
import pytest

from kgbuild.graph.mapping import article_quads
from kgbuild.graph.serialize import nquads
from kgbuild.model import Extraction
from kgbuild.store.embedded import Store
from kgbuild.store.parts import Part, read_header
from kgbuild.store.records import from_json, to_json
from kgbuild.vocab import ARTICLE_GRAPH

DIES = """
import os, sys
from pathlib import Path
from kgbuild.graph.mapping import article_quads
from kgbuild.store import articles
from kgbuild.store.embedded import Store
from kgbuild.store.parts import Part
from kgbuild.store.records import from_json

left = int(sys.argv[2])

def dying(step):
    def wrapped(*arguments, **named):
        global left
        left -= 1
        if left == 0:
            os._exit(9)
        return step(*arguments, **named)
    return wrapped

for name in ("write_bytes", "replace", "unlink"):
    setattr(Path, name, dying(getattr(Path, name)))
for name in ("swap", "add_graph", "add_graphs"):
    setattr(articles, name, dying(getattr(articles, name)))
extractions = [from_json(Path(path).read_bytes()) for path in sys.argv[3:]]
with Store.open(Path(sys.argv[1]), write=True) as store:
    store.commit_all(Part.of(one, article_quads(one), made_with="now") for one in extractions)
print("survived")
"""


def key(extraction: Extraction) -> str:
    return extraction.article.content_hash[:20]


def commit(store: Store, *extractions: Extraction) -> None:
    for extraction in extractions:
        store.commit(Part.of(extraction, article_quads(extraction), made_with="now"))


def consistent(store: Store) -> None:
    default = store.database.quads_for_pattern(None, None, None, ox.DefaultGraph())
    assert {quad.triple for quad in default} == {quad.triple for quad in store.quads()}
    graphs = {name.removeprefix(ARTICLE_GRAPH) for name in store.graph_names()}
    assert graphs == set(store.articles())
    assert not list(store.folder.glob("records/*.part"))


@pytest.mark.parametrize("step", [1, 2, 3, 4, 5])
def test_a_new_version_is_finished_or_as_if_never_begun(step: int, tmp_path: Path, story: ModuleType) -> None:
    folder, record = tmp_path / "kg", tmp_path / "new.json"
    old = story.offer()
    new = replace(old, article=replace(old.article, title="عنوان آخر"))
    record.write_bytes(to_json(new))
    with Store.open(folder, write=True) as store:
        commit(store, old, story.echo())
    command = [sys.executable, "-c", DIES, str(folder), str(step), str(record)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert (run.returncode == 9) == (step <= 4), run.stderr
    with Store.open(folder, write=True) as store:
        assert store.recover() == []
        consistent(store)
        headers = {header.document: header for header in store.headers(everything=True)}
        assert set(headers) == {"offer", "echo"}
        offer = headers["offer"]
        # whole as it was, whole as it was to become, or known to be unfinished
        assert offer.key in (key(old), key(new))
        if offer.made_with:
            expected = new if offer.key == key(new) else old
            assert store.quads(ARTICLE_GRAPH + offer.key) == article_quads(expected)
        else:
            assert offer.key == key(new)
        commit(store, new)
        consistent(store)
        resumed = nquads(store.quads())
    with Store.open(tmp_path / "undisturbed", write=True) as store:
        commit(store, story.echo(), new)
        assert nquads(store.quads()) == resumed


@pytest.mark.parametrize("step", range(1, 12))
def test_articles_that_go_together_are_finished_or_known_to_be_unfinished(
    step: int, tmp_path: Path, story: ModuleType
) -> None:
    offer = story.offer()
    others = [replace(offer, article=replace(offer.article, id=f"offer {n}")) for n in range(4)]
    everything = [story.echo(), *others]
    records = [tmp_path / f"{n}.json" for n in range(len(everything))]
    for path, extraction in zip(records, everything, strict=True):
        path.write_bytes(to_json(extraction))
    folder = tmp_path / "kg"
    with Store.open(folder, write=True) as store:
        commit(store, offer)
    command = [sys.executable, "-c", DIES, str(folder), str(step), *map(str, records)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert run.returncode == 9, run.stderr
    (folder / "store" / "bulk-1.sst").write_bytes(b"half a file")
    with Store.open(folder, write=True) as store:
        assert not list(folder.rglob("bulk-*"))
        assert store.recover() == []
        consistent(store)
        headers = list(store.headers(everything=True))
        assert len(headers) == 1 + min(step - 1, 5)  # those whose record was begun
        assert sum(header.made_with == "now" for header in headers) == 1 + max(0, step - 7)
        store.commit_all(Part.of(one, article_quads(one), made_with="now") for one in everything)
        consistent(store)
        resumed = nquads(store.quads())
    with Store.open(tmp_path / "undisturbed", write=True) as store:
        commit(store, offer, *everything)
        assert nquads(store.quads()) == resumed


def test_a_graph_without_a_record_goes(tmp_path: Path, story: ModuleType) -> None:
    with Store.open(tmp_path / "kg", write=True) as store:
        commit(store, story.offer(), story.echo())
        (store.folder / "records" / f"{key(story.echo())}.json").unlink()
        assert store.recover() == []
        consistent(store)
        assert store.articles() == {key(story.offer()): "offer"}


def test_a_record_that_is_cut_off_on_its_way_goes_and_the_old_one_stays(
    tmp_path: Path, story: ModuleType
) -> None:
    with Store.open(tmp_path / "kg", write=True) as store:
        commit(store, story.offer())
        path = store.folder / "records" / f"{key(story.offer())}.json"
        path.with_suffix(".part").write_bytes(path.read_bytes()[:-40])
        assert store.recover() == []
        assert read_header(path).made_with == "now"
        consistent(store)


def test_a_damaged_record_is_told_of_and_goes_with_its_graph(tmp_path: Path, story: ModuleType) -> None:
    with Store.open(tmp_path / "kg", write=True) as store:
        commit(store, story.offer(), story.echo())
        path = store.folder / "records" / f"{key(story.offer())}.json"
        path.write_bytes(b"\x00" + path.read_bytes())
        assert store.recover() == [key(story.offer())]
        consistent(store)
        assert store.articles() == {key(story.echo()): "echo"}


def test_of_two_versions_the_one_with_a_graph_stays(tmp_path: Path, story: ModuleType) -> None:
    old = story.offer()
    new = replace(old, article=replace(old.article, title="عنوان آخر"))
    with Store.open(tmp_path / "kg", write=True) as store:
        commit(store, old)
        path = store.folder / "records" / f"{key(old)}.json"
        kept = path.read_bytes()
        commit(store, new)
        path.write_bytes(kept)  # as if the process died before it removed the old record
        assert store.recover() == []
        assert store.articles() == {key(new): "offer"}
        assert from_json(path.with_stem(key(new)).read_bytes().splitlines(keepends=True)[1]) == new
        consistent(store)
