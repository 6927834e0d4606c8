"""Quotations: every kind of mark, nested, unbalanced and typed the wrong way round."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.extraction.lines import quotations
from kgbuild.model import Span


def quoted(text: str) -> list[str]:
    return [q.of(text) for q in quotations(text, Span(0, len(text)))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("قال: «الحوار مستمر»", ["«الحوار مستمر»"]),
        ('قال: "الحوار مستمر".', ['"الحوار مستمر"']),
        ("قال: “الحوار مستمر”.", ["“الحوار مستمر”"]),
        ("قال: “الحوار مستمر“.", ["“الحوار مستمر“"]),
        ('قال "الحوار" ثم "العمل"', ['"الحوار"', '"العمل"']),
        ("قال: «الحوار مستمر", ["«الحوار مستمر"]),
        ("قال: «ذكر «الملف» مرارا»", ["«ذكر «الملف» مرارا»", "«الملف»"]),
        ('قال: "ذكر "الملف" مرارا"', ['"ذكر "الملف" مرارا"', '"الملف"']),
        ("لا اقتباس هنا» أبدا", []),
        ('قال: «وصفه بأنه "خطأ"»', ['«وصفه بأنه "خطأ"»', '"خطأ"']),
    ],
)
def test_quotations(text: str, expected: list[str]) -> None:
    assert quoted(text) == expected


@given(st.text(alphabet='قول «»“”‘’"„ \n.'))
def test_quotations_nest_and_stay_inside(text: str) -> None:
    span = Span(0, len(text))
    found = quotations(text, span)
    assert list(found) == sorted(found)
    for one in found:
        assert span.contains(one)
        for other in found:
            assert one.contains(other) or other.contains(one) or not one.overlaps(other)
