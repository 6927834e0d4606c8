"""Forms of triggers, and reading written tokens as proclitics and a form."""

import shutil
from pathlib import Path

import pytest

from kgbuild.errors import DataFileError
from kgbuild.extraction.lexicon import Lexicon
from kgbuild.extraction.morphology import Agreement, Inflector
from kgbuild.resources import data_path
from kgbuild.text.folding import fold_key


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon()


@pytest.mark.parametrize(
    ("token", "row", "part", "agreement"),
    [
        ("قال", "qala", "perfect", ("3", "m", "s")),
        ("وقالت", "qala", "perfect", ("3", "f", "s")),
        ("فاتهمت", "ittahama", "perfect", ("3", "f", "s")),
        ("سيعلن", "a'lana", "imperfect", ("3", "m", "s")),
        ("ستفرض", "farada", "imperfect", ("3", "f", "s")),
        ("نفت", "nafa", "perfect", ("3", "f", "s")),
        ("ينفون", "nafa", "imperfect", ("3", "m", "p")),
        ("يدعو", "da'a", "imperfect", ("3", "m", "s")),
        ("دعوا", "da'a", "perfect", ("3", "m", "p")),
        ("التقيا", "iltaqa", "perfect", ("3", "m", "d")),
        ("مؤكدةً", "akkada", "participle", ("3", "f", "s")),
        ("مشيرين", "ashara", "participle", ("3", "m", "p")),
        ("للاتهامات", "ittahama", "noun", ("3", "m", "s")),
        ("أتمنى", "tamanna", "imperfect", ("1", "c", "s")),
    ],
)
def test_inflected_forms(
    lexicon: Lexicon, token: str, row: str, part: str, agreement: tuple[str, str, str]
) -> None:
    forms = [r.form for r in lexicon.readings(fold_key(token))]
    assert any(f.row == row and f.part == part and f.agreement == Agreement(*agreement) for f in forms), forms


@pytest.mark.parametrize(
    ("token", "row", "person", "gender", "number"),
    [
        ("اقتراحها", "iqtaraha", "3", "f", "s"),
        ("دعوته", "da'a", "3", "m", "s"),
        ("اتهامنا", "ittahama", "1", "c", "p"),
        ("لقائهما", "iltaqa", "3", "c", "d"),
        ("يرفضها", "rafada", "3", "f", "s"),
        ("اتهموه", "ittahama", "3", "m", "s"),
        ("نفاها", "nafa", "3", "f", "s"),
        ("تنفيه", "nafa", "3", "m", "s"),
    ],
)
def test_pronouns(lexicon: Lexicon, token: str, row: str, person: str, gender: str, number: str) -> None:
    pronouns = [r.form.pronoun for r in lexicon.readings(fold_key(token)) if r.form.row == row]
    assert Agreement(person, gender, number) in pronouns


def test_offset_is_the_length_of_the_proclitics(lexicon: Lexicon) -> None:
    reading = next(r for r in lexicon.readings(fold_key("وللاتهامات")) if r.form.row == "ittahama")
    assert reading.proclitics == ("conjunction", "preposition", "article")
    assert fold_key("وللاتهامات")[reading.offset :] == fold_key("اتهامات")


@pytest.mark.parametrize("token", ["سقال", "بقال", "القال", "والسيعلن", "سالاقتراح"])
def test_proclitics_stand_only_where_they_can(lexicon: Lexicon, token: str) -> None:
    assert not lexicon.readings(fold_key(token))


def test_article_and_pronoun_exclude_each_other(lexicon: Lexicon) -> None:
    assert not lexicon.readings(fold_key("الاقتراحها"))


def test_noun_prefixes_hold_each_class_once() -> None:
    prefixes = Inflector(data_path("seeds", "lexicon")).noun_prefixes()
    assert {"", "ال", "و", "وال", "لل", "ولل", "بال"} <= set(prefixes)
    assert not {"وو", "بل", "فوال", "وفال"} & set(prefixes)


def test_every_example_shows_its_trigger(lexicon: Lexicon) -> None:
    table = data_path("seeds", "lexicon", "triggers.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in table if line and not line.startswith("#")]
    header, rows = rows[0], rows[1:]
    example, key = header.index("example"), header.index("id")
    missing = [
        row[key]
        for row in rows
        if not any(
            reading.form.row == row[key]
            for word in row[example].replace("«", " ").split()
            for reading in lexicon.readings(fold_key(word.strip("«»:.،")))
        )
    ]
    assert not missing


def test_malformed_inflection_row_names_file_and_line(tmp_path) -> None:  # type: ignore[no-untyped-def]
    for name in ("inflection.tsv", "clitics.tsv"):
        (tmp_path / name).write_text(data_path("seeds", "lexicon", name).read_text("utf-8"), "utf-8")
    table = tmp_path / "inflection.tsv"
    table.write_text(table.read_text("utf-8") + "perfect\t*\tone\t\t\t3\tm\ts\tyes\t\n", "utf-8")
    with pytest.raises(DataFileError, match=r"inflection\.tsv, line \d+: strip is a number"):
        Inflector(tmp_path)


def test_a_pattern_that_its_example_does_not_fit_is_an_error(tmp_path: Path) -> None:
    folder = tmp_path / "lexicon"
    shutil.copytree(data_path("seeds", "lexicon"), folder)
    table = folder / "verbal-noun-patterns.tsv"
    table.write_text(table.read_text("utf-8") + "ت..ي.\tحوار\t\n", "utf-8")
    with pytest.raises(DataFileError, match=r"verbal-noun-patterns\.tsv, line \d+: the example"):
        Lexicon(folder)
