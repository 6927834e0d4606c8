import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.errors import UsageError
from kgbuild.querying.rendering import FORMATS, render, short
from kgbuild.querying.run import Answer

ACT = "https://w3id.org/kgbuild/act/0a1b"
ANSWER = Answer(
    ("who", "who_ar", "act", "n", "done", "empty"),
    (
        (("Joe Biden", "Vladimir Putin"), ("بوتين", "بايدن"), ACT, 7, True, None),
        ((), (), "=cmd|x", -1, False, None),
    ),
)
hostile = st.text(st.characters(exclude_categories=()), max_size=20) | st.sampled_from(
    ["\x1b[2J", "\u202eabc", "[red]x[/red]", "a|b", "`x`", "a\nb", "=1", "\x00"]
)


def test_iris_of_known_namespaces_are_shortened() -> None:
    assert short(ACT) == "act:0a1b"
    assert short("https://w3id.org/kgbuild/diplomatic-acts#Meet") == "da:Meet"
    for same in ("https://w3id.org/kgbuild/graph/article/x", "https://example.org/x", "text", "act:x", ""):
        assert short(same) == same


def test_a_table_shows_what_a_person_reads() -> None:
    text = render(ANSWER, "table", 120)
    assert "act:0a1b" in text
    assert "Joe Biden; Vladimir Putin" in text
    assert "yes" in text
    assert "who_ar" not in text
    assert "empty" not in text
    assert text.endswith("2 rows\n")
    assert "there are more" in render(Answer(("a",), ((1,),), truncated=True), "table")
    assert render(Answer(("a",), ()), "table").endswith("0 rows\n")


def test_csv_and_tsv_hold_everything_and_no_formula() -> None:
    for name, delimiter in (("csv", ","), ("tsv", "\t")):
        rows = list(csv.reader(io.StringIO(render(ANSWER, name), newline=""), delimiter=delimiter))
        assert rows[0] == list(ANSWER.columns)
        assert rows[1] == ["Joe Biden; Vladimir Putin", "بوتين; بايدن", ACT, "7", "true", ""]
        assert rows[2] == ["", "", "'=cmd|x", "-1", "false", ""]


def test_json_keeps_lists_numbers_and_nothing() -> None:
    rows = json.loads(render(ANSWER, "json"))
    assert rows[0] == {
        "who": ["Joe Biden", "Vladimir Putin"],
        "who_ar": ["بوتين", "بايدن"],
        "act": ACT,
        "n": 7,
        "done": True,
        "empty": None,
    }


def test_markdown_is_a_table() -> None:
    lines = render(Answer(("a", "b"), (("x|y", "*z*\nw"),)), "markdown").splitlines()
    assert lines == ["| a | b |", "| --- | --- |", "| x\\|y | \\*z\\* w |"]


@given(st.sampled_from(sorted(FORMATS)), hostile)
def test_hostile_text_can_be_shown_in_every_format(name: str, text: str) -> None:
    shown = render(Answer(("a", "b"), ((text, (text,)),)), name, 100)
    shown.encode()
    if name == "table":
        assert not set(shown) & set("\x1b\u202e\u200f\x00\x07")
    if name == "markdown":
        assert len(shown.splitlines()) == 3


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(UsageError, match="table"):
        render(ANSWER, "xlsx")
