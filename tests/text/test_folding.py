"""Folding: what becomes equal, and that every offset leads back."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbuild.model import Span
from kgbuild.text.folding import fold, fold_key

any_text = st.text(st.characters(exclude_categories=()), max_size=60)
arabic_text = st.text(
    st.sampled_from("ابتأإآٱؤئءىيةهكگکیـ \n\u064b\u0651\u0670\u0654\u200f\u200c\ufeff٣۳3ﻻﷲﷺﺎAé،.\u00a0"),
    max_size=40,
)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("أإآٱ", "اااا"),
        ("مسؤول", "مسوول"),
        ("رئيس", "رييس"),
        ("ماء", "ماء"),
        ("موسى", "موسي"),
        ("القاهرة", "القاهره"),
        ("مــــصر", "مصر"),
        ("مُحَمَّدٌ", "محمد"),
        ("هذٰا", "هذا"),
        ("قا\u200fل", "قال"),
        ("٢٠٢١", "2021"),
        ("۲۰۲۱", "2021"),
        ("کیف", "كيف"),
        ("ﻻﺟﺊ", "لاجي"),
        ("ﷲ", "الله"),
        ("TASS", "tass"),
        ("Élysée", "elysee"),
        ("ا\u0654", "ا"),
        ("ڤيينا", "فيينا"),
        ("a\u00a0 b\tc\u2028d\r\n", "a  b c\nd\n\n"),
        ("رسمياﹰ", "رسميا"),
        ("", ""),
    ],
)
def test_fold(written: str, folded: str) -> None:
    assert fold(written).text == folded


def test_composed_and_decomposed_spellings_are_one() -> None:
    for word in ("أحمد", "رؤية", "لئام", "آمال", "Élysée"):
        assert fold(unicodedata.normalize("NFD", word)).text == fold(unicodedata.normalize("NFC", word)).text


def test_fold_key_collapses_white_space() -> None:
    assert fold_key("  وزير\u00a0 الخارجيّة\n") == "وزير الخارجيه"


def test_span_takes_the_marks_of_its_last_letter_but_no_control_after_it() -> None:
    text = "قال بوتينُـ\u200f إن"
    folded = fold(text)
    start = folded.text.index("بوتين")
    assert folded.span(start, start + 5).of(text) == "بوتينُـ"


def test_span_leaves_marks_before_its_first_letter_to_the_letter_before() -> None:
    text = "لَموسكو"
    folded = fold(text)
    assert folded.span(0, 1).of(text) == "لَ"
    assert folded.span(1, 6).of(text) == "موسكو"


def test_span_covers_the_whole_ligature() -> None:
    text = "سﻻم"
    assert fold(text).text == "سلام"
    assert fold(text).span(2, 4) == Span(1, 3)


def test_span_of_nothing_is_empty() -> None:
    assert fold("اب").span(1, 1) == Span(1, 1)
    assert fold("").span(0, 0) == Span(0, 0)


@pytest.mark.parametrize(("start", "end"), [(-1, 0), (1, 0), (0, 4)])
def test_span_outside_the_text_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="not a range"):
        fold("ابت").span(start, end)


def test_index_finds_the_folded_place() -> None:
    folded = fold("مُـحمد")
    assert [folded.index(i) for i in (0, 1, 2, 3, 6, 99)] == [0, 1, 1, 1, 4, 4]


@settings(deadline=None)
@given(any_text)
def test_folding_twice_is_folding_once(text: str) -> None:
    once = fold(text).text
    assert fold(once).text == once


@settings(deadline=None)
@given(any_text | arabic_text, any_text | arabic_text)
def test_folding_a_piece_is_a_piece_of_the_folding(left: str, right: str) -> None:
    assert fold(left + right).text == fold(left).text + fold(right).text


@settings(deadline=None)
@given(any_text | arabic_text)
def test_offsets_never_fall_and_stay_inside(text: str) -> None:
    folded = fold(text)
    assert len(folded.offsets) == len(folded.text) + 1 == len(folded.ends) + 1
    assert folded.offsets[-1] == len(text)
    assert all(0 <= a <= b <= len(text) for a, b in zip(folded.offsets, folded.offsets[1:], strict=False))
    assert all(a < b <= len(text) for a, b in zip(folded.offsets, folded.ends, strict=False))


@settings(deadline=None)
@given(any_text | arabic_text, st.data())
def test_the_stretch_of_a_match_folds_to_the_match(text: str, data: st.DataObject) -> None:
    folded = fold(text)
    start = data.draw(st.integers(0, len(folded.text)))
    end = data.draw(st.integers(start, len(folded.text)))
    covered = fold(folded.span(start, end).of(text)).text
    if start < end:  # widen over ligatures, which a span never cuts
        while start > 0 and folded.offsets[start - 1] == folded.offsets[start]:
            start -= 1
        while end < len(folded.text) and folded.offsets[end] == folded.offsets[end - 1]:
            end += 1
    assert covered == folded.text[start:end]


@settings(deadline=None)
@given(any_text | arabic_text)
def test_words_apart_stay_apart(text: str) -> None:
    folded = fold(text)
    for word in folded.text.split():
        assert fold_key(word) == word
    assert folded.index(0) == 0
