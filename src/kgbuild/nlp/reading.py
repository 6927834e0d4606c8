"""Text as the models read it, with the way back to the text as given.

The models were trained on plain newspaper text: no vowel marks, straight quotes, ASCII digits. Unlike
:func:`kgbuild.text.folding.fold`, which is for comparing, this keeps hamza, ``ة`` and ``ى`` apart, since
the models know them.
"""

import unicodedata
from functools import lru_cache

from kgbuild.text.folding import Folded

_QUOTES = "«»“”„‟″‹›❝❞〝〞＂"
_DASHES = "‐‑‒–—―−"
_KEPT_MARKS = "\u0653\u0654\u0655"
_LETTERS = {"ی": "ي", "ک": "ك", "ہ": "ه", "ھ": "ه", "ۀ": "ه", "ٱ": "ا", "’": "'", "‘": "'"}
_TATWEEL = "\u0640"
_ELLIPSIS = "\u2026"


def read(text: str) -> Folded:
    """Fold ``text`` to what the models know: letter for letter, with marks dropped and quotes made plain.

    White space and control characters become single spaces, one for one, and a lone surrogate U+FFFD. A
    hamza or madda written as a mark of its own joins its letter.
    """
    known = [_read_char(char) for char in text]
    joined = "".join(known)
    if len(joined) == len(text) and "" not in known:  # a letter for each, as nearly always
        return Folded(joined, tuple(range(len(text) + 1)), tuple(range(1, len(text) + 1)))
    letters: list[str] = []
    offsets: list[int] = []
    ends: list[int] = []
    for offset, (char, folded) in enumerate(zip(text, known, strict=True)):
        if letters and ends[-1] == offset and char in _KEPT_MARKS:
            letters[-1] = _joined(letters[-1], char)
        for letter in folded:
            letters.append(letter)
            offsets.append(offset)
            ends.append(offset + 1)
        if (
            not folded
            and ends
            and ends[-1] == offset
            and (unicodedata.category(char) == "Mn" or char == _TATWEEL)
        ):
            ends[-1] = offset + 1
    offsets.append(len(text))
    return Folded("".join(letters), tuple(offsets), tuple(ends))


def _joined(letter: str, mark: str) -> str:
    composed = unicodedata.normalize("NFC", letter + mark)
    return composed if len(composed) == 1 else letter


@lru_cache(maxsize=8192)
def _read_char(char: str) -> str:
    """Fold one character, to nothing, a character, or the letters of a ligature."""
    category = unicodedata.category(char)
    if char.isspace() or category == "Cc":
        return " "
    if category == "Cs":
        return "\ufffd"
    if char in _QUOTES:
        return '"'
    if char in _DASHES:
        return "-"
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    if _dropped(char):
        return ""
    composed = [c for c in unicodedata.normalize("NFKC", char) if not _dropped(c)]
    plain = "".join(_LETTERS.get(c, c) for c in composed)
    if char == _ELLIPSIS:
        return "."
    return plain if len(plain) == 1 or plain.isalpha() else char


def _dropped(char: str) -> bool:
    return char == _TATWEEL or unicodedata.category(char) in ("Mn", "Me", "Cf")
