"""Reading gold folders, row files and the metonyms."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.errors import DataFileError, UsageError
from kgbuild.evaluation import read_gold, read_rows
from kgbuild.evaluation.names import fold_name, overlap_ratio, read_metonyms, same_name, share_of_shorter
from kgbuild.model import Span

ACT = {
    "type": "Deny", "alt_types": ["Reject"], "trigger": "نفى", "trigger_start": 4,
    "evidence": "نفى الاتهام", "evidence_start": 4, "agent": ["Russia"],
    "alt_agents": ["Kremlin", ["Russia", "Kremlin"]], "addressee": [],
    "reported_by": [], "topics": ["cyber"], "negated": False, "conditional": True,
}  # fmt: skip
ENTITY = {
    "start": 0,
    "end": 3,
    "type": "Place",
    "canonical_en": "Moscow",
    "metonym": "Russia",
    "wikidata": None,
}


def write(folder: Path, name: str, content: Any) -> None:
    (folder / name).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def test_gold_is_read_by_file_name(tmp_path: Path) -> None:
    write(tmp_path, "b.json", {"id": "2", "entities": [], "acts": []})
    write(tmp_path, "a.json", {"id": "1", "entities": [ENTITY], "acts": [ACT]})
    first, second = read_gold(tmp_path)
    assert (first.id, second.id) == ("1", "2")
    assert first.entities[0].metonym == "Russia"
    assert first.entities[0].scored
    act = first.acts[0]
    assert act.trigger == Span(4, 7)
    assert act.evidence == Span(4, 15)
    assert act.accepted_types == {"Deny", "Reject"}
    assert act.agent_readings == (("Russia",), ("Kremlin",), ("Russia", "Kremlin"))
    assert (act.optional, act.negated, act.conditional) == (False, False, True)


def test_a_folder_without_gold_is_a_wrong_request(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no folder"):
        read_gold(tmp_path / "absent")
    with pytest.raises(UsageError, match="no JSON files"):
        read_gold(tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ([], "expected a JSON object, found list"),
        ({}, "'id' is missing"),
        ({"id": "1", "entities": {}}, "'entities' is .*; expected a list"),
        ({"id": "1", "entities": [ENTITY | {"start": "0"}]}, "entities 1: 'start' is '0'"),
        ({"id": "1", "acts": [ACT, ACT | {"trigger_start": None}]}, "acts 2: 'trigger_start' is None"),
        ({"id": "1", "acts": [ACT | {"alt_agents": [3]}]}, "'alt_agents' is .* list of names or of lists"),
        ({"id": "1", "acts": [ACT | {"agent": "Russia"}]}, "'agent' is 'Russia'; expected a list"),
    ],
)
def test_malformed_gold_names_file_item_and_field(tmp_path: Path, content: Any, message: str) -> None:
    write(tmp_path, "one.json", content)
    with pytest.raises(DataFileError, match=rf"one\.json.*{message}"):
        read_gold(tmp_path)


def test_unreadable_and_repeated_gold(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{", encoding="utf-8")
    with pytest.raises(DataFileError, match=r"a\.json cannot be read as JSON"):
        read_gold(tmp_path)
    (tmp_path / "a.json").write_bytes(b"\xff\xfe")
    with pytest.raises(DataFileError, match=r"a\.json cannot be read as JSON"):
        read_gold(tmp_path)
    write(tmp_path, "a.json", {"id": "1"})
    write(tmp_path, "b.json", {"id": "1"})
    with pytest.raises(DataFileError, match=r"b\.json: article '1' is annotated in a\.json too"):
        read_gold(tmp_path)


def test_rows_are_json_objects_a_line(tmp_path: Path) -> None:
    path = tmp_path / "acts.jsonl"
    path.write_text('{"document": "1"}\n\n{"document": "2"}\n', encoding="utf-8")
    assert read_rows(path) == [{"document": "1"}, {"document": "2"}]
    path.write_text('{"document": "1"}\n[]\n', encoding="utf-8")
    with pytest.raises(DataFileError, match="line 2: expected a JSON object"):
        read_rows(path)
    path.write_text('{"document": "1"}\n\n{"document"\n', encoding="utf-8")
    with pytest.raises(DataFileError, match="line 3 is not JSON"):
        read_rows(path)
    with pytest.raises(UsageError, match="is not there"):
        read_rows(tmp_path / "absent.jsonl")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("moscow\t", "line 3: 'moscow' stands for nothing"),
        ("Rome\titaly", "lower case"),
        ("a\tb\na\tc", "given twice"),
    ],
)
def test_malformed_metonyms_are_named(tmp_path: Path, row: str, message: str) -> None:
    path = tmp_path / "metonyms.tsv"
    path.write_text(f"# seats\nname\tstands_for\n{row}\n", encoding="utf-8")
    with pytest.raises(DataFileError, match=message):
        read_metonyms(path)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Kremlin", "Government of the Russia", True),
        ("Washington, D.C.", "UNITED STATES", True),
        ("H. R. McMaster", "Herbert McMaster", True),
        ("Wang Yi", "Wu Yi", False),  # surnames of fewer than four letters say too little
        ("Sergey Lavrov", "Lavrov", False),
        ("", "", False),
        ("the", "of", False),
        (None, "Russia", False),
    ],
)
def test_same_name(one: str | None, other: str | None, same: bool) -> None:
    assert same_name(one, other) is same
    assert same_name(other, one) is same


@given(st.text())
def test_a_name_is_the_same_with_articles_case_and_marks(name: str) -> None:
    folded = fold_name(name)
    assert folded == " ".join(folded.split())
    assert fold_name(f" {name}\n") == folded
    assert same_name(name, name) is bool(folded)


spans = st.tuples(st.integers(0, 50), st.integers(0, 50)).map(lambda pair: Span(min(pair), max(pair)))


@given(spans, spans)
def test_overlaps_are_shares(one: Span, other: Span) -> None:
    assert 0 <= overlap_ratio(one, other) <= share_of_shorter(one, other) <= 1
    assert overlap_ratio(one, other) == overlap_ratio(other, one)
    assert (share_of_shorter(one, other) > 0) is (one.overlaps(other) and len(one) > 0 and len(other) > 0)
    if len(one):
        assert overlap_ratio(one, one) == share_of_shorter(one, one) == 1
