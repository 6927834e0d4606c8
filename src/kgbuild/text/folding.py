r"""Folding of Arabic spelling for matching, with a map back to the text as given.

Arabic news spells one word in several ways: with or without vowel marks, with or without the hamza
on its seat, with Persian letters, with presentation forms out of PDF files. Lexicon, gazetteer and
text all go through :func:`fold`, so that equal words compare equal; what is quoted and stored is
always the text as given, which :class:`Folded` leads back to.

Folding looks at one character at a time, never at its neighbors. Hence folding a piece gives the
piece of the folding, and folding twice gives what folding once gave. For each character:

1. compatibility decomposition (NFKD): presentation forms become letters, ``أ`` becomes ``ا`` and a mark;
2. marks (Unicode ``Mn``, ``Me``: vowel marks, Quranic marks, hamza above and below, Latin accents),
   format controls (``Cf``: zero-width and bidirectional controls, soft hyphen) and the tatweel go;
3. letters that Arabic writers interchange become one (:data:`LETTERS`); digits become ASCII;
4. case folding;
5. white space stays one for one: a line break as ``\n``, all other white space as a space.

The bare hamza ``ء`` stays: writers do not leave it out, and without it ``ماء`` (water) would be ``ما``.
"""

import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache

from kgbuild.model import Span

LETTERS = {
    "\u0671": "ا",  # alef wasla, and the alefs with wavy hamza
    "\u0672": "ا",
    "\u0673": "ا",
    "\u0675": "ا",
    "ى": "ي",  # alef maqsura; Egyptian spelling writes it for final yeh and the other way round
    "ی": "ي",  # Farsi yeh, and the yehs of other languages written in Arabic letters
    "ې": "ي",
    "ے": "ي",
    "ێ": "ي",
    "ۍ": "ي",
    "ة": "ه",  # teh marbuta
    "ہ": "ه",
    "ھ": "ه",
    "ە": "ه",
    "ۃ": "ه",
    "ک": "ك",
    "ڪ": "ك",
    "گ": "ك",  # letters for sounds that Arabic lacks, which other outlets write with the plain letter
    "ڤ": "ف",
    "پ": "ب",
    "چ": "ج",
    "ژ": "ز",
    "ۆ": "و",
    "ۇ": "و",
}
"""Letters that stand for one another in Arabic text, and the one that all of them become."""

_TATWEEL = "\u0640"
_CHARACTERS_KEPT = 8192
_A_WORD = 40
"""Letters that a text to be kept as a word has at most."""
_HIGH_HAMZA = "\u0674"
_LINE_BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text and the way back to its source.

    ``offsets`` holds the source offset of each folded character, and the source's length at the end;
    it never falls. Several folded characters share an offset when one source character (a ligature)
    became several. ``ends`` holds for each folded character where its source character ends, with the
    marks and tatweels that follow it.
    """

    text: str
    offsets: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> Span:
        """Return the source stretch of ``text[start:end]``, with the marks that belong to its last letter.

        A range that cuts a ligature covers the whole ligature.

        Raises:
            ValueError: unless ``0 <= start <= end <= len(text)``.

        """
        if not 0 <= start <= end <= len(self.text):
            raise ValueError(f"not a range of the folded text: [{start}, {end}) of {len(self.text)}")
        if start == end:
            return Span(self.offsets[start], self.offsets[start])
        return Span(self.offsets[start], self.ends[end - 1])

    def index(self, source_offset: int) -> int:
        """Index of the first folded character that comes from ``source_offset`` or after it."""
        return min(bisect_left(self.offsets, source_offset), len(self.text))


def fold(text: str) -> Folded:
    """Fold ``text`` (any string of code points, lone surrogates too) as the module describes."""
    known = [_FOLDED[char] for char in text]
    joined = "".join(known)
    if len(joined) == len(text) and "" not in known:  # a letter for each, as nearly always
        return Folded(joined, tuple(range(len(text) + 1)), tuple(range(1, len(text) + 1)))
    folded: list[str] = []
    offsets: list[int] = []
    ends: list[int] = []
    for offset, (char, letters) in enumerate(zip(text, known, strict=True)):
        for letter in letters:
            folded.append(letter)
            offsets.append(offset)
            ends.append(offset + 1)
        if not letters and ends and _belongs_to_letter(char):
            _extend(ends, offsets, offset + 1)
    offsets.append(len(text))
    return Folded("".join(folded), tuple(offsets), tuple(ends))


def fold_key(text: str) -> str:
    """``text`` folded, with white space collapsed to single spaces and stripped: a key to look up by."""
    return _word_key(text) if len(text) <= _A_WORD else " ".join(fold(text).text.split())


@lru_cache(maxsize=65_536)
def _word_key(text: str) -> str:
    """The key of a short text: the same few words make up most articles."""
    return " ".join(fold(text).text.split())


def _extend(ends: list[int], offsets: list[int], end: int) -> None:
    """Let the last source character, and all that it folded to, end at ``end``."""
    last = offsets[-1]
    position = len(ends) - 1
    while position >= 0 and offsets[position] == last:
        ends[position] = end
        position -= 1


class _FoldedCharacters(dict[str, str]):
    """Characters and what they fold to; each is folded once."""

    def __missing__(self, char: str) -> str:
        if len(self) >= _CHARACTERS_KEPT:
            self.clear()
        self[char] = letters = _fold_char(char)
        return letters


_FOLDED = _FoldedCharacters()


def _fold_char(char: str) -> str:
    """Fold one character, to nothing, a character, or the letters of a ligature."""
    if char in _LINE_BREAKS:
        return "\n"
    if char.isspace():
        return " "
    before, after = "", char
    while after != before:  # case folding can yield characters that decompose further
        before = after
        after = "".join(_fold_part(part) for part in unicodedata.normalize("NFKD", after))
    return after.strip(" ")  # a mark that stands alone decomposes to a space and the mark


def _fold_part(char: str) -> str:
    """One character of a decomposition: dropped, replaced or in folded case."""
    if char in (_TATWEEL, _HIGH_HAMZA) or unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return ""
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    return LETTERS.get(char, char.casefold())


@lru_cache(maxsize=1024)
def _belongs_to_letter(char: str) -> bool:
    """Whether a dropped character is part of the letter before it, as a vowel mark or a tatweel is."""
    return char in (_TATWEEL, _HIGH_HAMZA) or unicodedata.category(char) in ("Mn", "Me")
