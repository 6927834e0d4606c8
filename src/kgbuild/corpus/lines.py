"""The lines of a text and what can be seen of each without knowing its language's grammar."""

import re
from dataclasses import dataclass
from functools import cached_property

from kgbuild.model import Span
from kgbuild.text.folding import fold

MIN_SENTENCE_WORDS = 6
"""A line that ends as a sentence does is prose from this many words on."""

LONG_LINE_WORDS = 20
"""A line of this many words is prose however it ends: no headline, caption or button is as long."""

MAX_QUESTION_WORDS = 15
"""Headlines may ask; a line that ends in a question mark is no proof of prose up to this many words."""

_BREAK = re.compile("\r\n|[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
_ADDRESS = re.compile(r"(?:https?://|www\.)[!-~]+")
_WORD = re.compile(r"[a-z]+|[^\W\d_a-z]+|\d+")
_ARABIC = re.compile("[\u0620-\u064a\u066e-\u06d3]")
_SENTENCE_END = re.compile(r"(?<![.…])([.!?؟۔])[\s\"'»”’)\]\u200e\u200f]*\Z")


@dataclass(frozen=True)
class Line:
    """A line of the text without the white space around it; never blank.

    ``block`` numbers the groups of lines between blank lines.
    """

    span: Span
    raw: str
    block: int

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Folded words and numbers, without marks and without web addresses."""
        return tuple(_WORD.findall(fold(_ADDRESS.sub(" ", self.raw)).text))

    @cached_property
    def wording(self) -> str:
        """The words joined by single spaces: equal for lines that say the same."""
        return " ".join(self.words)

    @cached_property
    def is_arabic(self) -> bool:
        """Whether any Arabic letter is in it."""
        return _ARABIC.search(fold(self.raw).text) is not None

    @cached_property
    def is_prose(self) -> bool:
        """Whether it reads as running text: long, or of some length and ending as a sentence does."""
        if not self.is_arabic:
            return False
        if len(self.words) >= LONG_LINE_WORDS:
            return True
        end = _SENTENCE_END.search(self.raw)
        if end is None or len(self.words) < MIN_SENTENCE_WORDS:
            return False
        return end[1] in ".۔" or len(self.words) > MAX_QUESTION_WORDS

    @cached_property
    def ends_sentence(self) -> bool:
        """Whether it ends with a full stop, a question mark or an exclamation mark."""
        return _SENTENCE_END.search(self.raw) is not None


def split_lines(text: str) -> tuple[Line, ...]:
    """Split at every kind of line break into the lines that are not blank, in order."""
    lines: list[Line] = []
    block, blank_before, start = 0, False, 0
    for end, following in [*((m.start(), m.end()) for m in _BREAK.finditer(text)), (len(text), len(text))]:
        raw = text[start:end]
        stripped = raw.strip()
        if stripped:
            if blank_before:
                block += 1
            first = start + len(raw) - len(raw.lstrip())
            lines.append(Line(Span(first, first + len(stripped)), stripped, block))
        blank_before = not stripped
        start = following
    return tuple(lines)
