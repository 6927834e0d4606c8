from pathlib import Path

import pyoxigraph as ox
import pytest

from kgbuild.errors import StoreError, UsageError
from kgbuild.store.embedded import Store
from kgbuild.store.isolated import Bounds, IsolatedStore, StoppedError, ask_apart, rows_of

LABELS = "SELECT ?label { ?entity rdfs:label ?label } ORDER BY ?label"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


def rows(found: object) -> list[ox.QuerySolution]:
    assert isinstance(found, ox.QuerySolutions)
    return list(found)


def test_an_isolated_query_gives_what_the_store_gives(folder: Path, store: Store) -> None:
    isolated = rows(IsolatedStore(folder, timeout=30).query(LABELS))
    assert [row["label"] for row in isolated] == [row["label"] for row in rows(store.query(LABELS))]


def test_at_most_limit_rows_come_back_of_every_kind_of_term(folder: Path, store: Store) -> None:
    query = (
        "SELECT * { ?act da:hasMention ?mention . ?mention da:confidence ?number "
        "OPTIONAL { ?act da:nothing ?none } } ORDER BY ?mention"
    )
    reply = ask_apart(folder, query, Bounds(30, rows=3))
    found = rows(rows_of(reply))
    assert reply.cut
    expected = rows(store.query(query))[:3]
    for name in ("act", "mention", "number", "none"):
        assert [row[name] for row in found] == [row[name] for row in expected]


def test_asking_whether(folder: Path) -> None:
    assert bool(IsolatedStore(folder, timeout=30).query("ASK { ?x a da:Meet }"))


def test_a_query_that_does_not_end_is_stopped(folder: Path) -> None:
    with pytest.raises(StoppedError, match=r"longer than 0\.5 seconds.*--timeout"):
        IsolatedStore(folder, timeout=0.5).query(ENDLESS)


def test_no_sparql_no_graph_no_store(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(SyntaxError, match="1:"):
        IsolatedStore(folder, timeout=30).query("SELECT")
    with pytest.raises(UsageError, match="SELECT and ASK"):
        IsolatedStore(folder, timeout=30).query("CONSTRUCT WHERE { ?s ?p ?o }")
    with pytest.raises(StoreError, match="build first"):
        IsolatedStore(tmp_path, timeout=30).query(LABELS)
