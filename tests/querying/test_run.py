from pathlib import Path

import pytest

from kgbuild.errors import UsageError
from kgbuild.querying.catalog import questions, read_question
from kgbuild.querying.run import Answer, answer, ask, ask_question, pointed, read_query
from kgbuild.store.embedded import Store
from kgbuild.store.isolated import IsolatedStore

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


def _shown(caught: pytest.ExceptionInfo[UsageError]) -> tuple[str, str, int]:
    """What is said before the colon, the line shown, and the column of the mark, from 1."""
    said, line, mark, advice = str(caught.value).split("\n")
    assert advice == "Correct it and ask again."
    assert mark.strip() == "^"
    return said, line.removeprefix("  "), len(mark) - 2


BAD = """# title: Bad
# param topic: topic = cyber; what about

SELECT ?act {
  VALUES ?topic
  {
    topic:cyber
  }
  ?act da:topic ?topic ; nobody:knows ?who .
}
"""


@pytest.mark.parametrize("values", [{}, {"topic": "any"}, {"topic": "cyber, extradition"}])
def test_a_bad_question_names_its_file_and_the_line_in_it(
    store: Store, tmp_path: Path, values: dict[str, str]
) -> None:
    """Whatever stands in the place of a default of four lines."""
    path = tmp_path / "bad.rq"
    path.write_text(BAD, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        answer(store, questions([tmp_path]), "bad", values)
    said, line, column = _shown(caught)
    assert said == f"{path} is no SPARQL query; line 9, column 38 (Prefix not found):"
    assert line == BAD.splitlines()[8]
    assert line[: column - 1].endswith("nobody:knows")


def test_a_bad_question_of_the_package_names_its_file_too(store: Store, tmp_path: Path) -> None:
    good = questions()["roles"]
    path = tmp_path / "queries" / "questions" / "roles.rq"
    path.parent.mkdir(parents=True)
    path.write_text(good.text.rstrip().removesuffix("}"), encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        answer(store, {"roles": read_question(path)}, "roles", {})
    assert _shown(caught)[0].startswith(f"{path} is no SPARQL query; line {len(good.text.splitlines())}, ")


def test_a_bad_query_file_is_named_and_a_bad_query_pointed_at(folder: Path, tmp_path: Path) -> None:
    """Also when a process of its own is asked, as the command does."""
    source = IsolatedStore(folder, timeout=60)
    query = 'SELECT ?x {\r\n\t?x a "نص" . ?x nobody:a ?y\r\n}'
    path = tmp_path / "bad.rq"
    path.write_text(query, encoding="utf-8", newline="")
    for wanted, what in ((str(path), str(path)), (query, "This")):
        with pytest.raises(UsageError) as caught:
            answer(source, questions(), wanted, {})
        said, line, column = _shown(caught)
        assert said.startswith(f"{what} is no SPARQL query; line 2, column")
        assert line[: column - 1] == ' ?x a "نص" . ?x nobody:a'


def test_an_order_by_no_column_names_the_file(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "odd.rq"
    path.write_text("# title: Odd\n# order: -when\n\nSELECT ?x ?y { ?x a ?y }", encoding="utf-8")
    with pytest.raises(UsageError, match=r"odd\.rq sorts by '-when' .* its columns are x, y\."):
        answer(store, questions([tmp_path]), "odd", {})


def test_a_long_line_is_shown_around_the_mark(store: Store) -> None:
    with pytest.raises(UsageError) as caught:
        ask(store, "SELECT ?x { " + "?x a ?y . " * 100 + "?x nobody:a ?y " + ". ?x a ?y " * 100 + "}")
    said, line, column = _shown(caught)
    assert "column 1024" in said
    assert line[: column - 1].endswith("nobody:a")
    assert len(line) <= 200


def test_no_query_turns_the_terminal_around() -> None:
    said = pointed("SELECT\x1b[2J \u202e ?x {\n\x07?x ?y\n}", "error at 2:3: expected x", "a.rq")
    assert said.split("\n")[1:3] == ["   ?x ?y", "    ^"]
    assert pointed(" \n", "error at 1:1: expected [_]") == "This is no SPARQL query: it is empty. Write one."
    assert pointed("ASK {}", "odd", "a.rq") == "a.rq is no SPARQL query: odd. Correct it and ask again."
    assert "error at 7:1" in pointed("ASK {}", "error at 7:1: expected x")


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
