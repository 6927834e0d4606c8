"""Data files: what is read, and how a malformed row is told of."""

from pathlib import Path

import pytest

from kgbuild.errors import DataFileError
from kgbuild.resources import data_path
from kgbuild.text.tables import read_table
from kgbuild.text.time_words import LETTERS, bundled_time_words, load_time_words

HEADER = "form\tclass\tvalue\tnote\n"


def table(folder: Path, content: str | bytes) -> Path:
    path = folder / "table.tsv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_rows_carry_their_lines(tmp_path: Path) -> None:
    rows = read_table(table(tmp_path, "# words\na\tb\n\n1\t 2 \n# more\n3\n"), ("a", "b"))
    assert [(row.line, row["a"], row["b"]) for row in rows] == [(4, "1", "2"), (6, "3", "")]


@pytest.mark.parametrize(
    ("content", "line", "problem"),
    [
        ("", 1, "no header"),
        ("# only this\n", 2, "no header"),
        ("a\tc\n", 1, "header"),
        ("a\tb\n1\t2\t3\n", 2, "3 cells"),
        ("a\tb\n\t2\n", 2, "empty"),
    ],
)
def test_malformed_tables(tmp_path: Path, content: str, line: int, problem: str) -> None:
    with pytest.raises(DataFileError, match=rf"table\.tsv, line {line}: .*{problem}"):
        read_table(table(tmp_path, content), ("a", "b"))


def test_unreadable_tables(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match="UTF-8"):
        read_table(table(tmp_path, b"a\tb\n\xff\n"), ("a", "b"))
    with pytest.raises(DataFileError, match="cannot be read"):
        read_table(tmp_path / "missing.tsv", ("a",))


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("يونيو\tmonths\t6", "class 'months'"),
        ("يونيو\tmonth\t13", "from 1 to 12"),
        ("يونيو\tmonth\tستة", "from 1 to 12"),
        ("أمس\trelative-day\t", "takes a value"),
        ("الشهر\tunit\tmoon", "week, month, year"),
        ("أيام\tcounted-unit\tday:many", "day"),
        ("يوم\tday-word\t1", "takes no value"),
        ("أمس\trelative-day\t-1\nامس\trelative-day\t-1", "has a row already"),
    ],
)
def test_malformed_time_words(tmp_path: Path, row: str, problem: str) -> None:
    with pytest.raises(DataFileError, match=problem):
        load_time_words(table(tmp_path, HEADER + row + "\n"))


def test_every_class_of_the_rules_has_words_in_the_bundled_table() -> None:
    kinds = {form.kind for form in bundled_time_words().forms.values()}
    assert kinds == set(LETTERS)


def test_all_twelve_months_and_seven_weekdays_are_there() -> None:
    path = data_path("seeds", "lexicon", "times.tsv")
    forms = load_time_words(path).forms.values()
    assert {f.value for f in forms if f.kind.startswith("month") and f.value} == set(range(1, 13))
    assert {f.value for f in forms if f.kind.startswith("hijri")} == set(range(1, 13))
    assert {f.value for f in forms if f.kind == "weekday"} == set(range(1, 8))
    assert {f.value for f in forms if f.kind == "ordinal"} == set(range(1, 32))
