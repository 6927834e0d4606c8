"""Every question's header is whole: what it asks, its parameters, its order and a sample of its rows."""

from collections.abc import Mapping

import pytest

from kgbuild.querying.catalog import Question, questions
from kgbuild.querying.run import ask_question
from kgbuild.store.embedded import Store

QUESTIONS: Mapping[str, Question] = questions()


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_header_says_what_is_asked_and_of_what(name: str) -> None:
    question = QUESTIONS[name]
    assert question.title
    assert question.question_en.rstrip(".?") != question.question_en
    assert any("\u0600" <= letter <= "\u06ff" for letter in question.question_ar)
    for parameter in question.parameters:
        assert parameter.about
        assert parameter.terms(parameter.default)


@pytest.mark.parametrize("name", QUESTIONS)
def test_samples_and_order_have_the_columns_of_the_query(store: Store, name: str) -> None:
    question = QUESTIONS[name]
    columns = ask_question(store, question).columns
    assert question.samples
    for sample in question.samples:
        assert tuple(sample) == columns
        assert {column for column, cell in sample.items() if isinstance(cell, list)} == question.lists
    assert {column.removeprefix("-") for column in question.order} <= set(columns)
    assert question.lists <= set(columns)
