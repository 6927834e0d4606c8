"""The report as text and as JSON."""

import json
from dataclasses import replace

from kgbuild.model import Span
from kgbuild.validation import Report, Result, Severity
from kgbuild.validation.report import order, shorten

RESULT = Result(
    severity=Severity.VIOLATION,
    focus="https://w3id.org/kgbuild/act/1",
    shape="https://w3id.org/kgbuild/shapes#Act-agent",
    constraint="Class",
    path="da:agent",
    value="https://w3id.org/kgbuild/entity/atlantis",
    message_en="Who does the act must be known.",
    message_ar="يجب أن يكون الفاعل معروفا.",
    graph="https://w3id.org/kgbuild/graph/article/a",
    article="https://w3id.org/kgbuild/article/a",
    document="002",
    span=Span(292, 336),
)
WARNING = replace(RESULT, severity=Severity.WARNING, path=None, value=None)
NOTE = replace(RESULT, severity=Severity.INFO, article=None, document=None, span=None)


def test_text_shows_violations_with_place_node_and_shape() -> None:
    assert Report((RESULT, WARNING), 2).to_text().splitlines() == [
        "does not conform: 1 violation, 1 warning, 0 notes in 2 graphs",
        "",
        "VIOLATION  article 002 [292:336]",
        "  Who does the act must be known.",
        "  act:1  da:agent  = https://w3id.org/kgbuild/entity/atlantis",
        "  shape dsh:Act-agent",
    ]


def test_everything_shows_warnings_and_notes_too() -> None:
    text = Report((RESULT, WARNING, NOTE), 2).to_text(everything=True)
    assert [line.split()[0] for line in text.splitlines() if line[:1].isupper()] == [
        "VIOLATION",
        "WARNING",
        "INFO",
    ]
    assert "INFO  <https://w3id.org/kgbuild/graph/article/a>" in text


def test_text_in_arabic_has_the_arabic_messages() -> None:
    text = Report((RESULT,), 1).to_text(language="ar")
    assert RESULT.message_ar in text
    assert RESULT.message_en not in text


def test_only_violations_break_conformance() -> None:
    assert Report((WARNING, NOTE), 1).conforms
    assert not Report((WARNING, RESULT), 1).conforms
    assert Report((WARNING, NOTE), 1).headline() == "conforms: 0 violations, 1 warning, 1 note in 1 graph"


def test_json_holds_everything() -> None:
    found = json.loads(Report((RESULT, NOTE), 3).to_json())
    assert found["conforms"] is False
    assert found["counts"] == {"violation": 1, "warning": 0, "info": 1}
    assert found["graphs"] == 3
    assert found["results"][0] == {
        "severity": "violation",
        "focus": RESULT.focus,
        "article": RESULT.article,
        "document": "002",
        "start": 292,
        "end": 336,
        "path": "da:agent",
        "value": RESULT.value,
        "shape": RESULT.shape,
        "constraint": "Class",
        "message": {"en": RESULT.message_en, "ar": RESULT.message_ar},
        "graph": RESULT.graph,
    }
    assert (found["results"][1]["start"], found["results"][1]["document"]) == (None, None)


def test_an_empty_span_is_a_span() -> None:
    empty = replace(RESULT, span=Span(5, 5))
    assert (empty.as_dict()["start"], empty.as_dict()["end"]) == (5, 5)
    assert "[5:5]" in Report((empty,), 1).to_text()


def test_order_is_by_severity_then_document_then_position() -> None:
    later = replace(RESULT, span=Span(400, 401))
    other = replace(RESULT, document="001")
    nowhere = replace(RESULT, span=None)
    assert sorted([NOTE, WARNING, later, RESULT, other, nowhere], key=order) == [
        other,
        nowhere,
        RESULT,
        later,
        WARNING,
        NOTE,
    ]


def test_a_hostile_value_cannot_steer_the_terminal_or_flood_it() -> None:
    hostile = replace(RESULT, value="a\x1b[2J\nb\u202e" + "x" * 500)
    text = Report((hostile,), 1).to_text()
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert len(text.splitlines()) == 6
    assert max(map(len, text.splitlines())) < 200


def test_iris_are_shortened_by_their_longest_prefix() -> None:
    assert shorten("https://w3id.org/kgbuild/act/1") == "act:1"
    assert shorten("https://w3id.org/kgbuild/shapes#Act") == "dsh:Act"
    assert shorten("urn:x") == "<urn:x>"
    assert shorten("_:b") == "_:b"
