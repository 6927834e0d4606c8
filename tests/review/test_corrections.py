"""Corrections as a table: what goes out comes back, and what makes no sense is named with its line."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.errors import DataFileError
from kgbuild.review.cells import escaped, shown, unescaped
from kgbuild.review.corrections import COLUMNS, Correction, Corrections, read_corrections, table_text

KEY = "0123456789abcdef0123"
ROW = Correction(KEY, 3, 8, "name", "سالم", "Q42", "Reem", "see the list", "echo")
HEADER = "kind\tarticle\tstart\tend\tsurface\tdecision\tby\n"


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "review.tsv"
    path.write_bytes(text.encode())
    return path


@given(st.text(max_size=40))
def test_an_escaped_cell_gives_its_text_back_and_is_no_formula(text: str) -> None:
    cell = escaped(shown(text))
    assert unescaped(cell) == shown(text)
    assert not cell.lstrip(" ").startswith(("=", "+", "-", "@"))


@given(st.text())
def test_what_is_shown_is_one_line_and_stays_as_it_is(text: str) -> None:
    assert shown(shown(text)) == shown(text)
    assert shown(text).isprintable()


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20).map(shown)


@given(st.lists(st.tuples(st.integers(0, 99), TEXTS, TEXTS), max_size=5, unique_by=lambda row: row[0]))
def test_corrections_survive_being_saved(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int, str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("kg")
    made = Corrections(
        Correction(KEY, start, start + 1, "act", surface or "=x", "accept", note, note, surface)
        for start, surface, note in rows
    )
    made.save(folder)
    again = Corrections.load(folder)
    assert list(again) == list(made)
    assert again.digests() == made.digests()


def test_no_corrections_leave_no_file(tmp_path: Path) -> None:
    Corrections([ROW]).save(tmp_path)
    assert list(Corrections.load(tmp_path)) == [ROW]
    Corrections().save(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert len(Corrections.load(tmp_path)) == 0


def test_later_decisions_replace_earlier_ones_and_undo_takes_away() -> None:
    other = replace(ROW, kind="act", decision="reject")
    both = Corrections([ROW]).merged([other, replace(ROW, decision="reject")])
    assert [row.decision for row in both] == ["reject", "reject"]
    assert list(both.merged([replace(ROW, decision="undo")])) == [other]
    assert both.of(KEY) == tuple(both)
    assert both.of("f" * 20) == ()


def test_a_digest_changes_with_the_corrections_of_its_article_alone() -> None:
    elsewhere = replace(ROW, article="f" * 20, decision="reject")
    before = Corrections([ROW]).digests()
    assert Corrections([ROW, elsewhere]).digests()[KEY] == before[KEY]
    assert Corrections([replace(ROW, note="")]).digests()[KEY] != before[KEY]


def test_a_digest_changes_with_what_else_names_the_same_new_item() -> None:
    elsewhere = replace(ROW, article="f" * 20, decision="Q42 Douglas Adams")
    assert Corrections([ROW, elsewhere]).digests()[KEY] != Corrections([ROW]).digests()[KEY]


def test_a_spreadsheets_table_is_read(tmp_path: Path) -> None:
    text = (
        "\ufeff# kept by hand\r\nDecision\tkind\tarticle\tstart\tend\tsurface\tcontext\r\n"
        f'accept\tAct\t{KEY.upper()}\t1\t4\tقال \t"a ""b"" c"\r\n'
        f"\tact\t{KEY}\t9\t12\tقال\t\r\n\r\n"
    )
    (row,) = read_corrections(written(tmp_path, text))
    assert row == Correction(KEY, 1, 4, "act", "قال", "accept")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("kind\tarticle\n", "column start is missing"),
        (HEADER + f"thing\t{KEY}\t1\t2\tx\taccept\n", "line 2: the kind is 'thing'"),
        (HEADER + "name\tabc\t1\t2\tx\taccept\n", "line 2: 'abc' is no article key"),
        (HEADER + f"name\t{KEY}\t-1\t2\tx\taccept\n", "line 2: .*offsets"),
        (HEADER + f"name\t{KEY}\t2\t2\tx\taccept\n", "line 2: .*offsets"),
        (HEADER + f"name\t{KEY}\t1\t2\t\taccept\n", "line 2: the surface is empty"),
        (HEADER + f"name\t{KEY}\t1\t2\tx\tروسيا\n", "line 2: .*names no entity"),
        (HEADER + f"name\t{KEY}\t1\t2\tx\taccept\t{'y' * 1001}\n", "line 2: .*1000"),
        (HEADER + f"name\t{KEY}\t1\t2\tx\taccept\nname\t{KEY}\t1\t2\tx\treject\n", "line 3: .*two ways"),
        (HEADER + f'name\t{KEY}\t1\t2\t"x\n', "UTF-8"),
    ],
)
def test_malformed_tables_are_refused_with_the_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(DataFileError, match=said):
        read_corrections(written(tmp_path, text))


def test_other_encodings_and_missing_files_are_told(tmp_path: Path) -> None:
    path = tmp_path / "review.tsv"
    path.write_bytes((HEADER + "x").encode("utf-16"))
    with pytest.raises(DataFileError, match="UTF-8"):
        read_corrections(path)
    with pytest.raises(DataFileError, match="cannot be read"):
        read_corrections(tmp_path / "none.tsv")


def test_the_table_runs_nothing_in_a_spreadsheet() -> None:
    row = dict.fromkeys(COLUMNS, "=1+2") | {"surface": "@x", "note": "a\tb\nc", "by": "'q"}
    line = table_text(COLUMNS, [row]).splitlines()[1]
    assert line.split("\t") == ["'=1+2"] * 4 + ["'@x", "'=1+2", "''q", "a b c", "'=1+2"]
