"""The index that is kept beside the store is the one that the graph gives, or is not used."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.store.embedded import Store
from kgbuild.vocab import DA, ENTITIES_GRAPH, ENTITY, RDF
from kgbuild.web.index import Act, Actor, Index, Source
from kgbuild.web.keeping import FILE, fingerprint, kept_index, load, save
from kgbuild.web.reading import read_index

TEXT = st.text(max_size=12)
DAY = st.one_of(st.none(), st.dates())
KEYS = st.lists(TEXT, max_size=3).map(tuple)
ACTS = st.builds(
    Act, TEXT, TEXT, TEXT, KEYS, KEYS, KEYS, KEYS, DAY, DAY, KEYS,
    st.booleans(), st.booleans(), st.booleans(), st.booleans(),
)  # fmt: skip
ACTORS = st.builds(Actor, TEXT, TEXT, TEXT, TEXT, TEXT, st.booleans(), TEXT)
SOURCES = st.builds(Source, TEXT, TEXT, TEXT, DAY, TEXT, TEXT, TEXT)
INDEXES = st.builds(
    Index,
    st.lists(ACTS, max_size=4).map(tuple),
    st.lists(ACTORS, max_size=4).map(lambda rows: {one.key: one for one in rows}),
    st.lists(SOURCES, max_size=4).map(lambda rows: {one.key: one for one in rows}),
    st.integers(0, 10**9),
)


@pytest.fixture
def copied(folder: Path, tmp_path: Path) -> Path:
    """A store of its own, in which no index is kept."""
    shutil.copytree(folder, tmp_path / "kg")
    (tmp_path / "kg" / FILE).unlink(missing_ok=True)
    return tmp_path / "kg"


def opened(folder: Path) -> tuple[Index, list[str]]:
    said: list[str] = []
    with Store.open(folder) as store:
        return kept_index(store, said.append), said


def test_the_graph_is_read_once(copied: Path) -> None:
    first, said = opened(copied)
    assert [text.partition(" the ")[0] for text in said] == ["Reading"]
    second, said = opened(copied)
    assert said == []
    with Store.open(copied) as store:
        assert first == second == read_index(store)
    assert list(second.articles) == list(first.articles)  # their order is that of the pages
    assert list(second.actors) == list(first.actors)


def test_a_change_of_the_graph_is_seen(copied: Path) -> None:
    before, _ = opened(copied)
    with Store.open(copied, write=True) as store:
        graph = ox.NamedNode(ENTITIES_GRAPH)
        person = (ox.NamedNode(ENTITY + "new-person"), ox.NamedNode(RDF.type), ox.NamedNode(DA.Person))
        store.replace_graph(ENTITIES_GRAPH, [*store.quads(ENTITIES_GRAPH), ox.Quad(*person, graph)])
    after, said = opened(copied)
    assert len(said) == 1
    assert after.actors.keys() - before.actors.keys() == {"new-person"}
    assert after.triples == before.triples + 1


def test_another_graph_in_the_same_place_is_seen(copied: Path) -> None:
    seen = fingerprint(copied)
    shutil.rmtree(copied / "store")
    Store.open(copied, write=True).close()
    assert fingerprint(copied) != seen


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-1],
        lambda data: data[: len(data) // 2],
        lambda data: data.replace(b"russia", b"prussi"),
        lambda data: data.partition(b"\n")[0],
        lambda data: data.partition(b" ")[2],
        lambda data: b"\xff" * 4096,
    ],
)
def test_a_damaged_index_is_read_anew(copied: Path, damage: Callable[[bytes], bytes]) -> None:
    first, _ = opened(copied)
    path = copied / FILE
    path.write_bytes(damage(path.read_bytes()))
    again, said = opened(copied)
    assert (again, len(said)) == (first, 1)
    assert opened(copied)[1] == []


def test_where_it_cannot_be_kept_that_is_told(copied: Path) -> None:
    (copied / FILE).mkdir()
    found, said = opened(copied)
    assert found.acts
    assert "cannot be written" in said[1]


@given(INDEXES)
def test_what_is_kept_comes_back(tmp_path_factory: pytest.TempPathFactory, index: Index) -> None:
    path = tmp_path_factory.getbasetemp() / "any-index.json"
    save(path, "print", index)
    assert load(path, "print") == index
    assert load(path, "prin") is None
    assert load(path.with_name("no-such-file"), "print") is None


def test_the_counts_are_those_of_the_graph(store: Store) -> None:
    index = read_index(store)
    distinct = "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s ?p ?o { GRAPH ?g { ?s ?p ?o } } }"
    solutions = store.query(distinct)
    assert isinstance(solutions, ox.QuerySolutions)
    assert index.triples == int(next(iter(solutions))["n"].value)
    assert all(act.day is None or isinstance(act.day, date) for act in index.acts)
