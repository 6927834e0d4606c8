"""Reading and checking the tables; what places are generated; the shared data itself."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

import pytest

from kgbuild.errors import DataFileError
from kgbuild.linking import Linker
from kgbuild.linking.gazetteer import Gazetteer, month
from kgbuild.model import Kind
from kgbuild.resources import data_path

ENTITIES = data_path("seeds", "entities")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "entities"
    copy.mkdir()
    for path in ENTITIES.glob("*.tsv"):
        shutil.copy(path, copy)
    return copy


def append(path: Path, *cells: str) -> int:
    """Add a row; returns its line."""
    text = path.read_text(encoding="utf-8")
    path.write_text(text + "\t".join(cells) + "\n", encoding="utf-8")
    return text.count("\n") + 1


def test_generated_places_are_what_the_script_writes(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("make_places", ENTITIES / "make_places.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.main(tmp_path)
    for name in ("states.tsv", "cities.tsv"):
        assert (tmp_path / name).read_bytes() == (ENTITIES / name).read_bytes()


def test_labels_and_wikidata(linker: Linker) -> None:
    entities = linker.entities
    expected = {
        "united-states": ("United States", "Q30", Kind.PLACE),
        "czech-republic": ("Czech Republic", "Q213", Kind.PLACE),
        "washington-d-c": ("Washington, D.C.", "Q61", Kind.PLACE),
        "sergey-lavrov": ("Sergey Lavrov", "Q58217", Kind.PERSON),
        "united-nations": ("United Nations", "Q1065", Kind.ORGANIZATION),
    }
    for key, (label, wikidata, kind) in expected.items():
        assert (entities[key].label_en, entities[key].wikidata, entities[key].kind) == (label, wikidata, kind)
    assert entities["moscow"].stands_for == "russia"
    assert entities["geneva"].stands_for is None
    assert entities["kremlin"].stands_for == "russia"
    assert entities["tass"].subtype == "agency"


def test_no_two_entities_share_a_wikidata_item(linker: Linker) -> None:
    seen: dict[str, str] = {}
    for entity in linker.entities.values():
        if entity.wikidata:
            assert seen.setdefault(entity.wikidata, entity.key) == entity.key


def test_sizes(linker: Linker) -> None:
    kinds = [entity.kind for entity in linker.entities.values()]
    assert kinds.count(Kind.PERSON) >= 250
    assert len(linker.tenures) >= 500
    assert len({tenure.person for tenure in linker.tenures}) >= 400


def test_tenures(linker: Linker) -> None:
    held = {(t.title_en, t.from_year, t.to_year) for t in linker.tenures if t.person == "mike-pompeo"}
    assert ("Foreign Minister of the United States", 2018, 2021) in held


def test_months_of_office() -> None:
    offices = [o for o in Gazetteer.load(ENTITIES).offices if o.person == "rex-tillerson"]
    assert [(o.held_in(m, m)) for o in offices for m in (month(2017, 1), month(2017, 3), month(2018, 4))] == [
        False,
        True,
        False,
    ]


def test_outlets_by_either_name(linker: Linker) -> None:
    for name, key in (
        ("BBC Arabic", "bbc-arabic"),
        ("وكالة تاس", "tass"),
        ("Sky News Arabia", "sky-news-arabia"),
    ):
        outlet = linker.outlet(name)
        assert outlet is not None
        assert outlet.key == key
    assert linker.outlet("صحيفة لا يعرفها أحد") is None
    assert linker.outlet(None) is None


def test_content_hash_changes_with_the_tables(folder: Path) -> None:
    before = Gazetteer.load(folder).content_hash
    assert Gazetteer.load(folder).content_hash == before == Gazetteer.load(ENTITIES).content_hash
    append(folder / "regions.tsv", "test-island", "region", "Test Island", "جزيرة الاختبار")
    after = Gazetteer.load(folder)
    assert after.content_hash != before
    assert after.entities["test-island"].label_en == "Test Island"


REGION = ("test-island", "region", "Test Island", "جزيرة الاختبار", "الاختبار", "", "", "", "")


@pytest.mark.parametrize(
    ("file", "cells", "problem"),
    [
        ("regions.tsv", ("Test Island", *REGION[1:]), "lower-case"),
        ("regions.tsv", ("russia", *REGION[1:]), "taken"),
        ("regions.tsv", ("nil-island", *REGION[1:]), "taken"),
        ("regions.tsv", (*REGION[:3], "", *REGION[4:]), "label"),
        ("regions.tsv", (*REGION[:6], "X12", "", ""), "Wikidata"),
        ("regions.tsv", (*REGION[:5], "غيره", "", "", ""), "weak_ar"),
        ("regions.tsv", (*REGION[:7], "atlantis", ""), "country"),
        ("regions.tsv", (*REGION[:8], "atlantis"), "stands_for"),
        ("regions.tsv", (*REGION, "more"), "cells"),
        ("people.tsv", ("some-one", "Some One", "فلان الفلاني", "", "", "", "", "x"), "gender"),
        ("roles.tsv", ("nobody", "president", "رئيس", "President", "russia", "", "2001", "", "t"), "person"),
        ("roles.tsv", ("joe-biden", "president", "رئيس", "President", "atlantis", "", "2001", "", "t"), "of"),
        ("roles.tsv", ("joe-biden", "wizard", "ساحر", "Wizard", "russia", "", "2001", "", "t"), "office"),
        (
            "roles.tsv",
            ("joe-biden", "president", "رئيس", "President", "russia", "", "now", "", "t"),
            "from_year",
        ),
        (
            "roles.tsv",
            ("joe-biden", "president", "رئيس", "President", "russia", "", "2001-13", "", "t"),
            "from_year",
        ),
        (
            "roles.tsv",
            ("joe-biden", "president", "رئيس", "President", "russia", "", "2005", "2001", "t"),
            "ends",
        ),
        (
            "roles.tsv",
            ("joe-biden", "president", "", "President", "russia", "", "2005", "2006", "t"),
            "title_ar",
        ),
        ("demonyms.tsv", ("atlantis", "الأطلنطي", "الأطلنطية", ""), "atlantis"),
        ("demonyms.tsv", ("russia", "الروسي", "", ""), "feminine"),
        ("titles.tsv", ("wizard", "n", "الساحر"), "gender"),
        ("titles.tsv", ("wizard", "m", "", ""), "definite or a construct"),
        ("titles.tsv", ("wizard", "m", "الساحر", "", "", "planet"), "of"),
        ("title-words.tsv", ("السابق", "suffix", ""), "part"),
        ("institutions.tsv", ("circus", "circus", "Circus", "السيرك", "m", "السيرك"), "label_en"),
        ("groups.tsv", ("الثلاثة", "trio", "2", ""), "means"),
        ("groups.tsv", ("الثلاثة", "parties", "3", ""), "count"),
        ("groups.tsv", ("الطباخان", "persons", "2", "cook"), "cook"),
        ("cues.tsv", ("سفينة", "Ship", ""), "kind"),
        ("spelling.tsv", ("ا", "ا", ""), "same"),
    ],
)
def test_malformed_rows_name_file_and_line(
    folder: Path, file: str, cells: tuple[str, ...], problem: str
) -> None:
    line = append(folder / file, *cells)
    with pytest.raises(DataFileError) as error:
        Linker(Gazetteer.load(folder))
    message = str(error.value)
    assert f"{file}, line {line}" in message
    assert problem in message


def test_missing_table(folder: Path) -> None:
    (folder / "roles.tsv").unlink()
    with pytest.raises(DataFileError, match=r"roles\.tsv"):
        Gazetteer.load(folder)


def test_user_row_is_linked_without_python(folder: Path) -> None:
    from kgbuild.model import Analysis, Article

    append(
        folder / "people.tsv",
        "salim-darmaki",
        "Salim Darmaki",
        "سالم الدرمكي",
        "الدرمكي",
        "",
        "",
        "oman",
        "m",
    )
    linked = Linker.load(folder).link(Article("t", "قال الدرمكي ذلك"), (), Analysis((), ()))
    assert [one.entity.key for one in linked.links] == ["salim-darmaki"]
