"""What web pages say around an article: the wording in ``seeds/lexicon/boilerplate.tsv``."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kgbuild.corpus.lines import Line
from kgbuild.model import Span
from kgbuild.resources import data_path
from kgbuild.text.folding import fold
from kgbuild.text.tables import read_table

COLUMNS = ("form", "class", "match", "note")
CLASSES = (
    "widget",
    "cookies",
    "masthead",
    "byline",
    "related",
    "menu",
    "legal",
    "credit",
    "caption",
    "source",
    "agency",
)
MATCHES = ("whole", "start", "end", "label", "within")

MAX_LINE_WORDS = 12
"""Wording is recognized in short lines only: a longer line may be a sentence about such a thing."""

MAX_MASTHEAD_WORDS = 6
MAX_SOURCE_WORDS = 8
MAX_SOURCE_LENGTH = 100
COOKIE_WORDINGS = 2
"""A notice names cookies or terms of use and the site itself; one alone may be a sentence about the law."""

_WORD = re.compile(r"[a-z]+|[^\W\d_a-z]+|\d+")
_SENTENCE_END = re.compile(r"[.!?؟][\s\"'»”’)]*")
_LABEL_MARK = re.compile(r"\s*(?:[:：\-–—/|]|\Z)")


@dataclass(frozen=True, slots=True)
class Wording:
    """One row: folded words, the class of line that they show, and where in the line they must stand."""

    words: tuple[str, ...]
    kind: str
    match: str

    def fits(self, line: Line) -> bool:
        """Whether ``line`` has these words at the place that ``match`` says."""
        size = len(self.words)
        if self.match == "whole":
            return tuple(w for w in line.words if not w.isdigit()) == self.words
        if self.match == "end":
            return line.words[-size:] == self.words
        if self.match == "within":
            return any(line.words[i : i + size] == self.words for i in range(len(line.words) - size + 1))
        if line.words[:size] != self.words:
            return False
        return self.match == "start" or self.label_end(line) is not None

    def label_end(self, line: Line) -> int | None:
        """Offset in ``line.raw`` after this label and the colon or dash behind it; None if none follows."""
        folded = fold(line.raw)
        position = 0
        for word in self.words:
            found = folded.text.find(word, position)
            if found < 0:
                return None
            position = found + len(word)
        mark = _LABEL_MARK.match(folded.text, position)
        return None if mark is None else folded.offsets[mark.end()]


@dataclass(frozen=True, slots=True)
class Boilerplate:
    """All rows, by their first word, and what they say of a line."""

    by_first_word: dict[str, tuple[Wording, ...]]

    def _fitting(self, line: Line) -> set[Wording]:
        """Find the rows that fit a line."""
        words = set(line.words)
        return {row for word in words for row in self.by_first_word.get(word, ()) if row.fits(line)}

    def kind_of(self, line: Line) -> str | None:
        """Class of the rows that fit this line, the first in the order of :data:`CLASSES`; None if none."""
        fitting = self._fitting(line)
        if sum(row.kind == "cookies" for row in fitting) >= COOKIE_WORDINGS:
            return "cookies"
        kinds = {row.kind for row in fitting} - {"cookies", "agency"}
        if len(line.words) > MAX_LINE_WORDS:
            kinds &= {"legal"}
        if len(line.words) > MAX_MASTHEAD_WORDS:
            kinds.discard("masthead")
        return next((kind for kind in CLASSES if kind in kinds), None)

    def label(self, line: Line, kind: str) -> int | None:
        """Offset in ``line.raw`` at which the text after a label of class ``kind`` begins, if it has one."""
        for row in self.by_first_word.get(line.words[0], ()) if line.words else ():
            if row.kind == kind and line.words[: len(row.words)] == row.words:
                end = row.label_end(line)
                if end is not None:
                    return end
        return None

    def trailing_source(self, line: Line) -> int | None:
        """Offset in ``line.raw`` of a source label glued to the end of a sentence; None if there is none."""
        for end in _SENTENCE_END.finditer(line.raw, max(0, len(line.raw) - MAX_SOURCE_LENGTH)):
            rest = Line(Span(0, len(line.raw) - end.end()), line.raw[end.end() :], line.block)
            if 0 < len(rest.words) <= MAX_SOURCE_WORDS and self.label(rest, "source"):
                return end.end()
        return None

    def is_agency(self, words: Sequence[str]) -> bool:
        """Whether ``words`` (folded) name an agency or outlet as datelines do."""
        rows = self.by_first_word.get(words[0], ()) if words else ()
        return any(row.kind == "agency" and row.words == tuple(words) for row in rows)


def load_boilerplate(path: Path) -> Boilerplate:
    """Read a table of wording.

    Raises:
        DataFileError: if a row is malformed or names an unknown class or match.

    """
    rows: dict[str, list[Wording]] = {}
    for row in read_table(path, COLUMNS):
        if row["class"] not in CLASSES:
            raise row.malformed(f"class {row['class']!r} is none of {', '.join(CLASSES)}")
        if row["match"] not in MATCHES:
            raise row.malformed(f"match {row['match']!r} is none of {', '.join(MATCHES)}")
        words = tuple(_WORD.findall(fold(row["form"]).text))
        if not words:
            raise row.malformed("the form has no letters")
        rows.setdefault(words[0], []).append(Wording(words, row["class"], row["match"]))
    return Boilerplate({word: tuple(found) for word, found in rows.items()})


@lru_cache(maxsize=1)
def bundled_boilerplate() -> Boilerplate:
    """The table that comes with kgbuild."""
    return load_boilerplate(data_path("seeds", "lexicon", "boilerplate.tsv"))
