import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.nlp.alignment import part_ranges


@pytest.mark.parametrize(
    ("token", "parts", "expected"),
    [
        ("وقال", ("و", "قال"), ["و", "قال"]),
        ("واضاف", ("و", "أضاف"), ["و", "اضاف"]),
        ("للحكومة", ("ل", "الحكومة"), ["ل", "لحكومة"]),
        ("للجنة", ("ل", "اللجنة"), ["ل", "لجنة"]),
        ("حكومتها", ("حكومة", "ها"), ["حكومت", "ها"]),
        ("وللولايات", ("و", "ل", "الولايات"), ["و", "ل", "لولايات"]),
        ("عليه", ("على", "ه"), ["علي", "ه"]),
        ("أعطاه", ("أعطى", "ه"), ["أعطا", "ه"]),
        ("وَقالَ", ("و", "قال"), ["وَ", "قالَ"]),
    ],
)
def test_words_cover_their_own_letters(token: str, parts: tuple[str, ...], expected: list[str]) -> None:
    ranges = part_ranges(token, parts)
    assert ranges is not None
    assert [token[a:b] for a, b in ranges] == expected


@pytest.mark.parametrize(
    ("token", "parts"), [("مما", ("من", "ما")), ("وقال", ("و", "قالوا")), ("وقال", ("و", "قا"))]
)
def test_words_that_do_not_spell_their_token_have_no_ranges(token: str, parts: tuple[str, ...]) -> None:
    assert part_ranges(token, parts) is None


@given(st.lists(st.text(alphabet="ابتوكليةىأ", min_size=1, max_size=5), min_size=1, max_size=3))
def test_ranges_cut_the_token_completely_and_in_order(parts: list[str]) -> None:
    token = "".join(parts)
    ranges = part_ranges(token, tuple(parts))
    if ranges is not None:
        assert "".join(token[a:b] for a, b in ranges) == token
        assert all(a < b for a, b in ranges)
