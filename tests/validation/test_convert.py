"""Terms cross from pyoxigraph to rdflib to the letter."""

import pyoxigraph as ox
from hypothesis import given
from hypothesis import strategies as st
from rdflib import BNode, Literal, URIRef

from kgbuild.validation.convert import Converter
from kgbuild.vocab import XSD

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
NUMBERS = st.sampled_from(["0.80", "00.8", "1", "-0", "+5", "1e3", "x"])


def rendered(literal: Literal) -> tuple[str, str | None, str | None]:
    return str(literal), literal.language, None if literal.datatype is None else str(literal.datatype)


@given(TEXTS)
def test_strings_keep_their_text(text: str) -> None:
    made = Converter().term(ox.Literal(text))
    assert isinstance(made, Literal)
    assert rendered(made) == (text, None, XSD.string)


@given(TEXTS, st.sampled_from(["ar", "en", "ar-eg"]))
def test_tagged_strings_keep_text_and_language(text: str, language: str) -> None:
    made = Converter().term(ox.Literal(text, language=language))
    assert isinstance(made, Literal)
    assert rendered(made) == (text, language, None)


@given(NUMBERS, st.sampled_from([XSD.decimal, XSD.integer, XSD.dateTime, XSD.boolean, XSD.anyURI]))
def test_typed_literals_keep_their_lexical_form(text: str, datatype: str) -> None:
    made = Converter().term(ox.Literal(text, datatype=ox.NamedNode(datatype)))
    assert isinstance(made, Literal)
    assert rendered(made) == (text, None, datatype)


def test_midnight_is_not_rewritten() -> None:
    made = Converter().term(ox.Literal("2021-06-16T00:00:00Z", datatype=ox.NamedNode(XSD.dateTime)))
    assert str(made) == "2021-06-16T00:00:00Z"


def test_nodes_stay_what_they_are() -> None:
    converter = Converter()
    assert converter.term(ox.NamedNode("urn:x")) == URIRef("urn:x")
    assert converter.term(ox.BlankNode("b")) == BNode("b")
    assert converter.term(ox.NamedNode("urn:x")) is converter.term(ox.NamedNode("urn:x"))


def test_graph_holds_each_triple_once_whatever_its_graph() -> None:
    triple = (ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.Literal("o"))
    quads = [ox.Quad(*triple), ox.Quad(*triple, ox.NamedNode("urn:g"))]
    assert list(Converter().graph(quads)) == [
        (URIRef("urn:s"), URIRef("urn:p"), Literal("o", datatype=URIRef(XSD.string)))
    ]
