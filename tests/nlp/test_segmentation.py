from pathlib import Path

import pytest

from kgbuild.errors import ModelError
from kgbuild.nlp.models import resolve
from kgbuild.nlp.segmentation import SegmentationTable


def table(tmp_path: Path, *rows: str) -> SegmentationTable:
    path = tmp_path / "segmentation.tsv"
    path.write_text("\n".join(["token\tdecision", *rows]) + "\n", encoding="utf-8")
    return SegmentationTable.load(path)


def test_the_table_overrules_the_guess(tmp_path: Path) -> None:
    made = table(tmp_path, "وصل\twhole", "وقال\tsplit")
    assert made.is_split("وصل", True) is False
    assert made.is_split("وقال", False) is True


def test_unlisted_tokens_keep_the_guess(tmp_path: Path) -> None:
    made = table(tmp_path, "وصل\twhole")
    assert [made.is_split("ورد", guess) for guess in (True, False)] == [True, False]


def test_hamza_on_alif_does_not_matter(tmp_path: Path) -> None:
    assert table(tmp_path, "واضاف\tsplit").is_split("وأضاف", False) is True


def test_a_folder_without_table_has_an_empty_one(tmp_path: Path) -> None:
    assert len(SegmentationTable.load(tmp_path / "none.tsv")) == 0


@pytest.mark.parametrize("row", ["وصل", "وصل\tmaybe", "\twhole"])
def test_a_malformed_row_is_named(row: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="line 3"):
        table(tmp_path, "وقال\tsplit", row)


def test_a_wrong_header_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "segmentation.tsv"
    path.write_text("a\tb\n", encoding="utf-8")
    with pytest.raises(ModelError, match="line 1"):
        SegmentationTable.load(path)


def test_the_bundled_table_knows_common_verbs_and_names() -> None:
    made = SegmentationTable.load(resolve("bundled").path / "ar" / "segmentation.tsv")
    assert not any(
        made.is_split(word, True) for word in ("وصل", "وزير", "واشنطن", "بوتين", "بايدن", "لافروف")
    )
    assert all(made.is_split(word, False) for word in ("وقال", "لبوتين", "وبايدن", "بواشنطن"))
