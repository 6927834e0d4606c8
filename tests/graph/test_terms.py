from datetime import date

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.graph.terms import clean, day, decimal, script_language, string, triple, uri, worded

ANYTHING = st.text(st.characters(exclude_categories=()))


def stored(literal: ox.Literal) -> ox.Literal:
    """The literal after a stay in an Oxigraph store."""
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("x:s"), ox.NamedNode("x:p"), literal))
    found = next(iter(store)).object
    assert isinstance(found, ox.Literal)
    return found


@given(ANYTHING)
def test_cleaning_keeps_every_offset(text: str) -> None:
    assert len(clean(text)) == len(text)
    assert clean(clean(text)) == clean(text)


def test_what_xml_cannot_hold_is_replaced_and_nothing_else() -> None:
    assert clean("a\x00b\x1f\ud800\uffff") == "a\ufffdb\ufffd\ufffd\ufffd"
    kept = "نص\t\n\r\u202e\u200f\x85😀"
    assert clean(kept) == kept


@given(st.floats(0, 1), st.dates(), ANYTHING)
def test_literals_are_written_as_oxigraph_stores_them(number: float, when: date, text: str) -> None:
    for literal in (decimal(number), day(when), string(text), worded(text, "ar"), uri(text)):
        assert stored(literal) == literal


@pytest.mark.parametrize(
    ("number", "written"), [(0.8, "0.8"), (1.0, "1"), (0.0, "0"), (0.25, "0.25"), (-0.0, "0"), (0.999, "1")]
)
def test_decimals_are_canonical(number: float, written: str) -> None:
    assert decimal(number).value == written


@pytest.mark.parametrize(
    ("given_tag", "kept"), [("ar", "ar"), ("AR-eg", "ar-eg"), ("a b", "und"), ("", "und")]
)
def test_a_malformed_language_is_undetermined(given_tag: str, kept: str) -> None:
    assert worded("x", given_tag).language == kept


def test_urls_hold_nothing_that_could_break_out_of_one() -> None:
    assert uri('http://a/ "><b>\n').value == "http://a/%20%22%3E%3Cb%3E%0A"
    assert uri("http://a/b?c=%D8%A7&d=(e)").value == "http://a/b?c=%D8%A7&d=(e)"


def test_the_script_tells_the_language_of_a_name() -> None:
    assert script_language("وكالة AFP") == "ar"
    assert script_language("AFP") == "en"


def test_a_string_is_an_iri_and_a_malformed_one_is_refused() -> None:
    assert triple("x:s", "x:p", "x:o").object == ox.NamedNode("x:o")
    with pytest.raises(ValueError, match="IRI"):
        triple("x:s", "x:p", "not an iri")
