from types import ModuleType

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbuild.errors import StoreError
from kgbuild.graph.mapping import article_quads
from kgbuild.model import Issue, Span
from kgbuild.store.parts import Header, Part, unmade

text = st.text(st.characters(exclude_categories=()), max_size=8)
values = st.none() | text | st.integers(0, 9)
headers = st.builds(
    Header,
    text,
    text,
    text,
    st.booleans(),
    text,
    st.dictionaries(text, st.integers(0, 9), max_size=2),
    st.lists(text, max_size=2).map(tuple),
    st.lists(st.builds(Issue, text, text, text, text, st.none() | st.just(Span(2, 5))), max_size=2).map(
        tuple
    ),
    text,
    st.lists(st.dictionaries(text, values, max_size=2), max_size=2).map(tuple),
)


@settings(max_examples=100)
@given(headers)
def test_a_header_comes_back_as_it_was(header: Header) -> None:
    line = header.to_line()
    assert b"\n" not in line
    assert Header.from_line(line, "x") == header
    assert Header.from_line(line, "x").to_line() == line


def test_a_part_comes_back_as_it_was(story: ModuleType) -> None:
    part = Part.of(story.offer(), article_quads(story.offer()), entities=["b", "a", "b"], made_with="m")
    assert part.header.entities == ("a", "b")
    assert Part.from_bytes(part.to_bytes()) == part
    assert list(ox.parse(part.quads, format=ox.RdfFormat.N_QUADS)) == article_quads(story.offer())
    assert unmade(part.header).made_with == ""


@pytest.mark.parametrize("line", [b"", b"{", b"[]", b"7", b"{}", b'{"format":1}', b"\xff", b"[" * 100_000])
def test_what_is_no_header_is_refused(line: bytes) -> None:
    with pytest.raises(StoreError, match="the file"):
        Header.from_line(line, "the file")


def test_a_header_of_another_version_says_so() -> None:
    line = Header("k", "d").to_line().replace(b'"format":1', b'"format":99')
    with pytest.raises(StoreError, match="another version"):
        Header.from_line(line, "the file")


@pytest.mark.parametrize("data", [b"", b"one line\n", b"no line"])
def test_what_is_no_part_is_refused(data: bytes) -> None:
    with pytest.raises(StoreError, match="again"):
        Part.from_bytes(data)
