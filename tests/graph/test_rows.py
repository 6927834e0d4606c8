import csv
import io
import json
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.graph.mapping import article_quads
from kgbuild.graph.rows import (
    ACT_COLUMNS,
    MENTION_COLUMNS,
    act_csv,
    act_rows,
    csv_text,
    jsonl,
    mention_csv,
    mention_rows,
    safe_cell,
)
from kgbuild.vocab import act_classes

hostile = st.text(st.characters(exclude_categories=()), max_size=20) | st.sampled_from(
    ["=1+1", " =1", "+1", "-1", "@x", "\t=1", "\r=1", 'a"b', "a,b", "a\nb", "\x00", "\u202e", "＝1"]
)


def test_an_act_row_is_what_the_scorer_reads(story: ModuleType) -> None:
    text = story.OFFER_TEXT
    row = act_rows(story.offer())[1]
    assert list(row) == [
        "document", "act", "type", "trigger", "evidence", "agent", "addressee", "reported_by", "place",
        "topics", "possible_topics", "time", "negated", "conditional", "within",
    ]  # fmt: skip
    assert row["document"] == "offer"
    assert row["type"] == "Propose"
    assert row["agent"] == [
        {
            "iri": "https://w3id.org/kgbuild/entity/russia",
            "label_en": "Russia",
            "label_ar": "روسيا",
            "wikidata": "Q159",
        }
    ]
    assert row["topics"] == ["cyber", "trade"]
    assert row["possible_topics"] == ["trade"]
    assert row["time"] == "2021-07-15"
    assert row["conditional"] is True
    assert row["negated"] is False
    assert row["within"] == act_rows(story.offer())[0]["act"]
    for part in ("trigger", "evidence"):
        assert text[row[part]["start"] : row[part]["end"]] == row[part]["text"]


def test_acts_and_mentions_have_the_iris_of_the_graph(story: ModuleType) -> None:
    for extraction in (story.offer(), story.echo()):
        iris = {str(quad.subject).strip("<>") for quad in article_quads(extraction)}
        iris |= {str(quad.object).strip("<>") for quad in article_quads(extraction)}
        assert {row["act"] for row in act_rows(extraction)} <= iris
        assert {row["entity"]["iri"] for row in mention_rows(extraction)} <= iris


def test_types_are_those_of_the_contract(story: ModuleType) -> None:
    assert {row["type"] for row in act_rows(story.offer())} <= set(act_classes().values())


def test_a_time_that_is_no_day_is_given_in_words_and_none_as_null(story: ModuleType) -> None:
    times = [row["time"] for row in act_rows(story.echo())]
    assert times[4] == "الشهر الماضي"
    assert act_rows(story.offer())[2]["time"] is None


def test_a_nil_mention_has_an_iri_and_an_arabic_label_only(story: ModuleType) -> None:
    row = mention_rows(story.echo())[1]
    assert row["decision"] == "nil"
    assert row["entity"] == {
        "iri": "https://w3id.org/kgbuild/entity/nil-00c0ffee00c0ffee00c0",
        "label_ar": "سالم العمري",
    }
    assert story.ECHO_TEXT[row["start"] : row["end"]] == row["text"]
    assert row["type"] == "Person"


def test_json_lines_hold_one_object_a_line(story: ModuleType) -> None:
    rows = act_rows(story.offer())
    lines = jsonl(rows).splitlines()
    assert [json.loads(line) for line in lines] == rows
    assert "روسيا" in lines[1]


def test_a_lone_surrogate_does_not_stop_the_writing() -> None:
    jsonl([{"text": "a\ud800"}]).encode()


def test_csv_has_a_column_for_everything(story: ModuleType) -> None:
    acts = list(csv.DictReader(io.StringIO(act_csv(act_rows(story.offer())))))
    assert tuple(acts[0]) == ACT_COLUMNS
    assert acts[4]["agent"] == "Vladimir Putin; Joe Biden"
    assert acts[6]["negated"] == "true"
    mentions = list(csv.DictReader(io.StringIO(mention_csv(mention_rows(story.offer())))))
    assert tuple(mentions[0]) == MENTION_COLUMNS
    assert mentions[0]["wikidata"] == "Q58217"


@given(hostile)
def test_no_cell_starts_a_formula_and_every_cell_comes_back(text: str) -> None:
    written = csv_text(["a", "b"], [{"a": text, "b": 1}])
    (cell, other) = list(csv.reader(io.StringIO(written, newline="")))[1]
    assert cell.removeprefix("'") == safe_cell(text).removeprefix("'")
    assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert other == "1"


@pytest.mark.parametrize(
    ("value", "cell"), [(None, ""), (True, "true"), (False, "false"), (-1, "-1"), ("-1", "'-1"), ("x", "x")]
)
def test_cells(value: object, cell: str) -> None:
    assert safe_cell(value) == cell
