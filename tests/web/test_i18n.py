import re
from datetime import date
from pathlib import Path

import pytest

from kgbuild.errors import DataFileError
from kgbuild.text.tables import read_table
from kgbuild.web import i18n
from kgbuild.web.details import RELATIONS
from kgbuild.web.i18n import LANGUAGES, messages, plural_category

WEB = Path(i18n.__file__).parent
TABLE = WEB / "locale" / "messages.tsv"


@pytest.mark.parametrize(
    ("language", "number", "category"),
    [
        ("en", 0, "other"), ("en", 1, "one"), ("en", 2, "other"), ("ar", 0, "zero"), ("ar", 1, "one"),
        ("ar", 2, "two"), ("ar", 3, "few"), ("ar", 10, "few"), ("ar", 11, "many"), ("ar", 99, "many"),
        ("ar", 100, "other"), ("ar", 102, "other"), ("ar", 103, "few"), ("ar", 111, "many"),
    ],
)  # fmt: skip
def test_plural_categories_are_those_of_cldr(language: str, number: int, category: str) -> None:
    assert plural_category(language, number) == category


def test_counts_take_the_form_of_their_number() -> None:
    assert [messages("en").count("acts", n) for n in (0, 1, 2345)] == ["0 acts", "1 act", "2,345 acts"]
    assert [messages("ar").count("acts", n) for n in (1, 2, 3, 11, 100)] == [
        "فعل واحد", "فعلان", "3 أفعال", "11 فعلا", "100 فعل",
    ]  # fmt: skip


def test_spans_of_days_are_said_in_few_words() -> None:
    en, ar = messages("en"), messages("ar")
    assert en.days(date(2021, 6, 16), date(2021, 6, 16)) == "16 June 2021"
    assert en.days("2021-06-01", "2021-06-30") == "June 2021"
    assert en.days("2021-01-01", "2021-12-31") == "2021"
    assert en.days("2021-06-16", "2021-06-18") == "16 June 2021 – 18 June 2021"
    assert en.days("2020-12-01", "2021-01-31") == "1 December 2020 – 31 January 2021"
    assert en.days("soon", "") == "soon"
    assert en.days(None, None) == ""
    assert ar.days("2021-06-16", "") == "16 يونيو 2021"


def test_all_messages_that_templates_name_exist_and_no_other() -> None:
    text = "\n".join(path.read_text() for path in [*WEB.glob("*.py"), *WEB.glob("templates/*.html")])
    named = set(re.findall(r"""\b(?:t|text)\(\s*['"]([\w.]+)['"]""", text)) | set(
        re.findall(r"""["']:([a-z]+\.\w+)["']""", text)
    )
    named |= {f"{stem}.other" for stem in re.findall(r"""\bn\(['"](\w+)['"]""", text)}
    named |= set(re.findall(r"'(histogram\.\w+)'", text)) | set(
        re.findall(r'"(console\.example\.\w+)"', text)
    )
    named |= {f"relation.{name}{end}" for name in RELATIONS for end in ("", ".back")}
    words = messages("en")
    assert {key for key in named if not key.endswith(".") and not words.has(key)} == set()
    by_prefix = ("nav.", "month.", "basis.", "value.", "kind.", "column.", "error.", "role.", "polarity.")
    plural = re.compile(r"\.(zero|one|two|few|many|other)\Z")
    listed = {row["key"] for row in read_table(TABLE, ("key", *LANGUAGES))}
    unused = {key for key in listed - named if not key.startswith(by_prefix) and not plural.search(key)}
    assert unused == set()


def test_both_languages_fill_in_the_same_values() -> None:
    for row in read_table(TABLE, ("key", *LANGUAGES)):
        if row["en"] and not row["key"].endswith((".one", ".two", ".zero")):
            wanted, given = (set(re.findall(r"\{\w+\}", row[one])) for one in LANGUAGES)
            assert wanted == given, row["key"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_missing_message_is_told(language: str) -> None:
    with pytest.raises(DataFileError, match="no message"):
        messages(language).text("no.such")


@pytest.mark.parametrize(
    ("rows", "problem"),
    [("a\tb\tc\na\td\te", "earlier row"), ("a\tb", "translation"), ("a\t\tc", "translation")],
)
def test_a_malformed_table_names_the_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: str, problem: str
) -> None:
    path = tmp_path / "messages.tsv"
    path.write_text("key\ten\tar\n" + rows, encoding="utf-8")
    monkeypatch.setattr(i18n, "_PATH", path)
    with pytest.raises(DataFileError, match=rf"messages\.tsv, line \d: .*{problem}"):
        messages.__wrapped__("en")
