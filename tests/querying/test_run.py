from pathlib import Path

import pytest

from kgbuild.errors import UsageError
from kgbuild.querying.catalog import questions
from kgbuild.querying.run import Answer, answer, ask, ask_question, read_query
from kgbuild.store.embedded import Store

AGENTS = "SELECT ?act ?agent { ?act a da:Meet ; da:agent ?agent } ORDER BY ?agent"


def test_cells_have_their_kinds(store: Store) -> None:
    answer = ask(
        store,
        'SELECT ?i ?l ?n ?d ?b ?none { BIND(da:Meet AS ?i) BIND("ن"@ar AS ?l) BIND(7 AS ?n) BIND(0.5 AS ?d) '
        "BIND(true AS ?b) OPTIONAL { ?none a <x:nothing> } }",
    )
    assert answer == Answer(
        ("i", "l", "n", "d", "b", "none"),
        (("https://w3id.org/kgbuild/diplomatic-acts#Meet", "ن", 7, 0.5, True, None),),
    )


def test_lists_gather_what_differs_in_nothing_else(store: Store) -> None:
    flat = ask(store, AGENTS)
    assert len(flat.rows) == 2
    gathered = ask(store, AGENTS, lists=frozenset({"agent"}))
    assert gathered.rows == (
        (
            flat.rows[0][0],
            ("https://w3id.org/kgbuild/entity/joe-biden", "https://w3id.org/kgbuild/entity/vladimir-putin"),
        ),
    )


def test_an_empty_list_is_a_list(store: Store) -> None:
    query = "SELECT ?a ?b { BIND(1 AS ?a) OPTIONAL { ?b a <x:nothing> } }"
    assert ask(store, query, lists=frozenset({"b"})).rows == ((1, ()),)


def test_a_limit_counts_gathered_rows_and_says_when_it_cut(store: Store) -> None:
    whole = ask(store, AGENTS, lists=frozenset({"agent"}), limit=1)
    assert not whole.truncated
    assert len(whole.rows[0][1]) == 2  # type: ignore[arg-type]
    cut = ask(store, AGENTS, limit=1)
    assert cut.truncated
    assert len(cut.rows) == 1
    assert not ask(store, AGENTS, limit=2).truncated


def test_ask_and_construct_have_rows_too(store: Store) -> None:
    assert ask(store, "ASK { ?x a da:Meet }") == Answer(("answer",), ((True,),))
    made = ask(store, "CONSTRUCT { ?x a da:Act } WHERE { ?x a da:Meet }")
    assert made.columns == ("subject", "predicate", "object")
    assert len(made.rows) == 1


def test_a_query_that_takes_too_long_is_stopped_between_rows(store: Store) -> None:
    ticks = iter(range(1000))
    with pytest.raises(UsageError, match="longer than 3 seconds"):
        ask(store, "SELECT * { ?s ?p ?o }", seconds=3, clock=lambda: next(ticks))


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("SELECT ?x {\n  ?x ?y\n}", r"line 3, column 2"),
        ("SELECT ?x WHERE {\n ?x nobody:knows ?y }", "nobody:knows|line"),
        ("", "no SPARQL"),
        ("DROP ALL", "no SPARQL"),
    ],
)
def test_what_is_no_sparql_is_pointed_at(store: Store, query: str, shown: str) -> None:
    with pytest.raises(UsageError, match=shown) as caught:
        ask(store, query)
    assert len(str(caught.value)) < 700


def test_a_question_is_asked_with_its_parameters(store: Store) -> None:
    question = questions()["peskov-timeline"]
    assert len(ask_question(store, question).rows) == 2
    assert len(ask_question(store, question, {"person": "sergey-lavrov"}).rows) == 2
    assert len(ask_question(store, question, {"person": "dmitry-peskov, sergey-lavrov"}).rows) == 4
    assert not ask_question(store, question, {"person": "nobody"}).rows
    assert ask_question(store, question, limit=1).truncated


def test_a_user_asks_by_name_by_file_or_in_sparql(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "own.rq"
    path.write_text(AGENTS, encoding="utf-8")
    assert len(answer(store, questions(), "roles", {"person": "joe-biden"}).rows) == 1
    assert answer(store, questions(), str(path), {}) == answer(store, questions(), AGENTS, {})
    assert answer(store, questions(), AGENTS, {}, limit=1).truncated
    with pytest.raises(UsageError, match="did you mean roles"):
        answer(store, questions(), "role", {})
    with pytest.raises(UsageError, match="--param"):
        answer(store, questions(), AGENTS, {"topic": "cyber"})
    with pytest.raises(UsageError, match="cannot be read"):
        answer(store, questions(), "missing.rq", {})


def test_a_query_file_is_read_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "q.rq"
    path.write_text("ASK {}", encoding="utf-8")
    assert read_query(path) == "ASK {}"
    path.write_bytes(b"\xff")
    for bad in (path, tmp_path / "none", tmp_path):
        with pytest.raises(UsageError, match="Name a file"):
            read_query(bad)
    path.write_bytes(b" " * 1_000_001)
    with pytest.raises(UsageError, match="larger"):
        read_query(path)
