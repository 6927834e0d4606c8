from itertools import pairwise
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.model import Span
from kgbuild.web.marks import Mark, marks, pieces, told

TEXTS = st.text(max_size=60)
KINDS = st.sampled_from(["zone", "name", "trigger", "evidence", "agent", "time", "condition"])


@st.composite
def marked(draw: st.DrawFn) -> tuple[str, list[Mark]]:
    text = draw(TEXTS)
    found = []
    for _ in range(draw(st.integers(0, 12))):
        start, end = sorted((draw(st.integers(0, len(text) + 3)), draw(st.integers(0, len(text) + 3))))
        found.append(Mark(Span(start, end), draw(KINDS), "x", draw(st.integers(0, 4))))
    return text, found


@given(marked())
def test_the_pieces_are_the_text(given_: tuple[str, list[Mark]]) -> None:
    text, found = given_
    cut = list(pieces(text, found))
    assert "".join(piece.text for piece in cut) == text
    assert all(text[piece.start : piece.end] == piece.text for piece in cut)
    assert all(one.end == two.start for one, two in pairwise(cut))


@given(marked())
def test_a_piece_bears_exactly_the_marks_over_it(given_: tuple[str, list[Mark]]) -> None:
    text, found = given_
    for piece in pieces(text, found):
        over = [mark for mark in found if mark.span.start <= piece.start and piece.end <= mark.span.end]
        assert set(piece.trigger) == {mark.act for mark in over if mark.kind == "trigger"}
        assert set(piece.evidence) == {mark.act for mark in over if mark.kind == "evidence"}
        assert bool(piece.name) == any(mark.kind == "name" for mark in over)


@pytest.mark.parametrize("which", ["offer", "echo"])
def test_the_marks_of_a_story_cover_its_words(story: ModuleType, which: str) -> None:
    extraction = getattr(story, which)()
    text = extraction.article.text
    cut = list(pieces(text, marks(extraction)))
    for index, one in enumerate(told(extraction)):
        words = "".join(piece.text for piece in cut if index in piece.trigger)
        assert words == one.trigger.of(text)
        assert "".join(piece.text for piece in cut if index in piece.evidence) == one.evidence.of(text)
    for link in extraction.links:
        span = link.mention.span
        inside = [piece for piece in cut if span.start <= piece.start < span.end]
        assert "".join(piece.text for piece in inside) == link.mention.surface
        assert {piece.name for piece in inside} == {link.entity.key}


def test_the_shortest_mark_decides_and_only_its_first_piece_is_a_stop() -> None:
    text = "قال الوزير"
    cut = list(
        pieces(
            text,
            [
                Mark(Span(0, 10), "trigger", act=0),
                Mark(Span(0, 3), "trigger", act=1),
                Mark(Span(5, 7), "name", "k"),
            ],
        )
    )
    assert [(piece.text, piece.trigger, piece.first) for piece in cut] == [
        ("قال", (0, 1), True),
        (" ا", (0,), False),
        ("لو", (0,), False),
        ("زير", (0,), False),
    ]


def test_no_marks_give_one_piece() -> None:
    assert [piece.text for piece in pieces("نص", [])] == ["نص"]
    assert list(pieces("", [])) == []
