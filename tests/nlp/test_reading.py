from hypothesis import given
from hypothesis import strategies as st

from kgbuild.nlp.reading import read

ARABIC = st.text(alphabet=st.sampled_from("ابتوكليىةأإآءؤئ ًّـ«»“”٣3.،؟\u200f\u202bﻻﷲ\n\u0654"), max_size=60)


def test_marks_and_tatweel_go_and_letters_keep_their_hamza() -> None:
    assert read("أُعلِنَ القـــرارُ").text == "أعلن القرار"


def test_every_double_quote_becomes_plain() -> None:
    assert read("«أ» “ب” „ج‟").text == '"أ" "ب" "ج"'


def test_arabic_indic_digits_become_ascii_one_for_one() -> None:
    assert read("٢٠٢١").text == "2021"


def test_a_hamza_written_as_a_mark_joins_its_letter() -> None:
    reading = read("ا\u0654كد")
    assert reading.text == "أكد"
    assert (reading.span(0, 1).start, reading.span(0, 1).end) == (0, 2)


def test_a_line_break_is_read_as_a_space() -> None:
    assert read("أ\r\nب\x00ج").text == "أ  ب ج"


def test_a_span_takes_the_marks_after_its_last_letter() -> None:
    text = "محمدٌ قال"
    assert read(text).span(0, 4).of(text) == "محمدٌ"


@given(st.one_of(ARABIC, st.text(max_size=40)))
def test_spans_are_in_order_and_within_the_text(text: str) -> None:
    reading = read(text)
    assert len(reading.text) == len(reading.ends) == len(reading.offsets) - 1
    assert list(reading.offsets) == sorted(reading.offsets)
    for index in range(len(reading.text)):
        span = reading.span(index, index + 1)
        assert 0 <= span.start < span.end <= len(text)


@given(st.one_of(ARABIC, st.text(max_size=40)))
def test_reading_twice_reads_the_same(text: str) -> None:
    once = read(text).text
    assert read(once).text == once
