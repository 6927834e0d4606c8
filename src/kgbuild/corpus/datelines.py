"""Datelines: the place and the agency before an article's first sentence, as in ``القاهرة (رويترز) -``."""

import re

from kgbuild.corpus.lines import Line
from kgbuild.corpus.wording import Boilerplate
from kgbuild.text.folding import fold

MAX_PLACE_WORDS = 5
MAX_AGENCY_WORDS = 4
MAX_LINE_WORDS = 5
LONGEST = 200
"""A dateline ends within so many characters."""

_PLACE = r"(?P<place>[^\W\d_]+(?:[ ،,/]+[^\W\d_]+)*)"
_DASH = r"(?:-{1,2}|–|—)"
_IN_BRACKETS = re.compile(rf"{_PLACE}\s*{_DASH}?\s*\((?P<agency>[^()]{{1,40}})\)\s*(?P<mark>{_DASH}|:)?\s*")
_AFTER_DASH = re.compile(
    rf"{_PLACE}\s*{_DASH}\s*(?P<agency>[^\W\d_]+(?:[ .]+[^\W\d_]+){{0,3}}?)\s*(?:{_DASH}|:)\s*"
)
_LINE = re.compile(rf"{_PLACE}\s*(?:{_DASH}|/)\s*[^\W\d_]+(?:[ .]+[^\W\d_]+)*\s*(?:{_DASH}|:)?")
_WORD = re.compile(r"[a-z]+|[^\W\d_a-z]+")


def is_dateline(line: Line) -> bool:
    """Whether the whole line is a dateline: a few words with a dash or brackets between them."""
    if not 2 <= len(line.words) <= MAX_LINE_WORDS or line.ends_sentence:
        return False
    folded = fold(line.raw).text.strip()
    brackets = _IN_BRACKETS.fullmatch(folded)
    return brackets is not None or _LINE.fullmatch(folded) is not None


def dateline_end(line: Line, wording: Boilerplate) -> int | None:
    """Offset in ``line.raw`` at which the sentence behind a dateline begins; None if it begins with none.

    A name in brackets after up to five words counts when a dash or colon follows it or the name is a
    known agency; a name between dashes only when it is a known agency.
    """
    folded = fold(line.raw[:LONGEST])
    match = _IN_BRACKETS.match(folded.text)
    if match and len(match["place"].split()) <= MAX_PLACE_WORDS:
        agency = _WORD.findall(match["agency"])
        known = wording.is_agency(agency)
        if known or (match["mark"] and len(agency) <= MAX_AGENCY_WORDS):
            return _start_of_rest(folded.offsets, match.end(), len(folded.text))
    match = _AFTER_DASH.match(folded.text)
    if (
        match
        and len(match["place"].split()) <= MAX_PLACE_WORDS
        and wording.is_agency(_WORD.findall(match["agency"]))
    ):
        return _start_of_rest(folded.offsets, match.end(), len(folded.text))
    return None


def _start_of_rest(offsets: tuple[int, ...], end: int, size: int) -> int | None:
    """Source offset of folded position ``end``, or None when nothing comes after it."""
    return offsets[end] if end < size else None
