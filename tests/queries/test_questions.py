import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from kgbuild.querying.catalog import questions
from kgbuild.querying.run import Answer, ask_question
from kgbuild.store.embedded import Store

SHARED = Path(__file__).parents[3] / "shared" / "eval" / "questions.json"
EVALUATED = [
    "accusations-and-denials",
    "acts-in-several-articles",
    "acts-without-date",
    "conditional-offers",
    "disagreements",
    "extradition-positions",
    "geneva-summit-events",
    "peskov-timeline",
    "positions-per-actor-topic",
    "proposals-without-answer",
    "relayed-by-tass-novosti",
    "roles",
    "who-met-whom",
    "who-proposed-what-on-cyber",
]
FURTHER = [
    "balance-of-acts",
    "contested-topics",
    "mentioned-together",
    "positions-over-time",
    "relay-chains",
    "silent-parties",
    "slowest-answers",
    "told-by-one-outlet",
    "what-changed-between",
    "who-speaks-for-whom",
]
NAMES = sorted(EVALUATED + FURTHER)
Cells = list[dict[str, object]]


@pytest.fixture
def answer(store: Store) -> Callable[..., Cells]:
    """Return a function that asks a question and gives its rows as dictionaries."""

    def run(name: str, **values: str) -> Cells:
        found: Answer = ask_question(store, questions()[name], values)
        return [dict(zip(found.columns, row, strict=True)) for row in found.rows]

    return run


def test_these_are_the_questions() -> None:
    assert list(questions()) == NAMES


@pytest.mark.skipif(not SHARED.exists(), reason="the evaluation's questions are not here")
def test_the_questions_are_those_of_the_evaluation() -> None:
    asked = {one["id"]: one for one in json.loads(SHARED.read_text(encoding="utf-8"))}
    assert sorted(asked) == EVALUATED
    for name in EVALUATED:
        question = questions()[name]
        assert question.question_en == asked[name]["question_en"]
        assert question.question_ar == asked[name]["question_ar"]


@pytest.mark.parametrize("name", EVALUATED)
def test_every_question_has_an_answer_in_the_story(store: Store, name: str) -> None:
    question = questions()[name]
    assert question.question_en
    assert question.question_ar
    found = ask_question(store, question)
    assert found.rows
    assert question.lists <= set(found.columns)


@pytest.mark.parametrize("name", NAMES)
def test_the_default_written_out_gives_the_same_answer(store: Store, name: str) -> None:
    question = questions()[name]
    defaults = {parameter.name: parameter.default for parameter in question.parameters}
    assert ask_question(store, question, defaults) == ask_question(store, question)


@pytest.mark.parametrize("name", NAMES)
def test_rows_quote_the_article_they_name(store: Store, name: str) -> None:
    texts = {extraction.article.id: extraction.article.text for extraction in store.records()}
    found = ask_question(store, questions()[name])
    for row in (dict(zip(found.columns, row, strict=True)) for row in found.rows):
        if "evidence" in row:
            start, quote = row["start"], row["evidence"]
            assert isinstance(start, int)
            assert isinstance(quote, str)
            assert texts[str(row["article"])][start : start + len(quote)] == quote


def test_who_proposed_what(answer: Callable[..., Cells]) -> None:
    (row,) = answer("who-proposed-what-on-cyber")
    assert (row["who"], row["whom"]) == (("Russia",), ("United States",))
    assert (row["who_ar"], row["whom_ar"]) == (("روسيا",), ("الولايات المتحدة",))
    assert row["according_to"] == ("Sergey Lavrov",)
    assert not answer("who-proposed-what-on-cyber", topic="trade")


def test_who_accused_whom_and_who_denied_it(answer: Callable[..., Cells]) -> None:
    (row,) = answer("accusations-and-denials")
    assert row["accuser"] == ("United States",)
    assert row["accused"] == row["denier"] == ("Russia",)
    assert row["denial"] == "نفت روسيا الاتهام"


def test_an_offer_with_a_condition(answer: Callable[..., Cells]) -> None:
    (row,) = answer("conditional-offers")
    assert row["condition"] == "إذا وافقت واشنطن على جدول الأعمال"


def test_who_met_whom(answer: Callable[..., Cells]) -> None:
    rows = answer("who-met-whom")
    assert {row["article"] for row in rows} == {"echo", "offer"}
    for row in rows:
        assert row["participants"] == ("Joe Biden", "Vladimir Putin")
        assert row["place"] == ("Geneva",)
        assert row["day"] == "2021-06-16"


def test_statements_come_in_time_order(answer: Callable[..., Cells]) -> None:
    assert [row["from"] for row in answer("peskov-timeline")] == ["2021-06-01", "2021-07-15"]


def test_what_an_agency_relayed_is_found_along_the_whole_chain(answer: Callable[..., Cells]) -> None:
    rows = answer("relayed-by-tass-novosti")
    assert [row["type"] for row in rows] == ["state", "state"]
    assert {row["article"] for row in rows} == {"offer"}


def test_what_several_articles_tell(answer: Callable[..., Cells]) -> None:
    rows = answer("acts-in-several-articles")
    assert [(row["type"], row["article"], row["other_article"]) for row in rows] == [
        ("extradite", "echo", "offer"),
        ("meet", "echo", "offer"),
        ("state", "echo", "offer"),
    ]


def test_where_articles_contradict_each_other(answer: Callable[..., Cells]) -> None:
    kinds = {row["kind"]: row for row in answer("disagreements")}
    assert set(kinds) == {"denied or refused", "told as done and as not done"}
    told = kinds["told as done and as not done"]
    assert (told["article"], told["other_article"]) == ("echo", "offer")


def test_a_summit_and_what_lies_around_it(answer: Callable[..., Cells]) -> None:
    phases = {(row["article"], row["type"]): row["phase"] for row in answer("geneva-summit-events")}
    assert phases == {
        ("echo", "meet"): "at",
        ("offer", "meet"): "at",
        ("echo", "extradite"): "after",
        ("offer", "extradite"): "after",
    }, "the proposal hangs on a condition"
    assert not answer("geneva-summit-events", venue="moscow", day="1999-01-01")


def test_acts_without_a_date(answer: Callable[..., Cells]) -> None:
    assert [row["type"] for row in answer("acts-without-date")] == ["accuse", "deny"]
    assert not answer("acts-without-date", told="within")
    assert len(answer("acts-without-date", told="any")) == 2


def test_offices_of_the_people_in_the_articles(answer: Callable[..., Cells]) -> None:
    rows = answer("roles")
    assert [row["name"] for row in rows] == ["Dmitry Peskov", "Joe Biden", "Sergey Lavrov"]
    assert rows[1]["to"] == 2025
    assert rows[0]["article"] == ("echo", "offer")


def test_positions_leave_meetings_and_deeds_out(answer: Callable[..., Cells]) -> None:
    rows = answer("positions-per-actor-topic")
    assert not {"meet", "extradite"} & {row["type"] for row in rows}
    assert {row["about"] for row in answer("positions-per-actor-topic", actor="dmitry-peskov")} == {
        "bilateral relations",
        "extradition",
    }
    assert len(answer("positions-per-actor-topic", topic="cyber")) == 5


def test_proposals_without_an_answer(answer: Callable[..., Cells]) -> None:
    (row,) = answer("proposals-without-answer")
    assert row["type"] == "propose"


def test_no_question_names_an_article() -> None:
    for question in questions().values():
        assert "article/" not in question.text
        assert next(csv.reader([question.title]))
