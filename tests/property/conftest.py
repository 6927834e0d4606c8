"""What hostile and broken text looks like."""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

ODDITIES = [
    "\x00",
    "\x1b[2J\x1b]0;title\x07",
    "\u202e\u2066\u2069\u200f",
    "\u200b\u200c\u200d\ufeff\u2060",
    "\ud800",
    "\udfff\ud800",
    "\ue000\U000f0000",
    "ﻻﷲﷺﺎ\ufe8f",
    "\u0651\u064b" * 9,
    "e\u0301\u0489" * 5,
    "\r\n\u2028\u2029\x85\v\f",
    '"""',
    "'''",
    "\\u0000\\",
    "<script>&amp;]]></x>",
    "> } ; DROP ALL ; <",
    "@prefix x: <y> .",
    "=cmd|' /C calc'!A1",
    "+1\t-1,@SUM(A1)",
    "../../etc/passwd",
    "%00%2f%s%n{}",
    "قال وزير الخارجية الروسي سيرغي لافروف",
    "إن بلاده ترفض الاتهامات الأمريكية.",
    "موسكو (رويترز) - ",
    "المصدر: تاس",
    "15 يوليو/تموز 2021",
    "٣١ فبراير ٩٩٩٩",
    "اقرأ أيضا:",
    "\n",
    "\n\n",
    " ",
    "،",
]


def decoded(data: bytes) -> str:
    """Text out of bytes: each is an oddity, an ASCII or an Arabic character, or opens any code point."""
    pieces: list[str] = []
    values = iter(data)
    for value in values:
        if value < len(ODDITIES):
            pieces.append(ODDITIES[value])
        elif value < 0x7F:
            pieces.append(chr(value))
        elif value < 0x90:
            point = (value & 0xF) << 16 | next(values, 0) << 8 | next(values, 0)
            pieces.append(chr(point))
        else:
            pieces.append(chr(0x600 + value - 0x90))
    return "".join(pieces)


def texts(longest: int) -> SearchStrategy[str]:
    """Text of any code points, lone surrogates too, and of what has broken such programs before.

    It is made out of bytes, which Hypothesis draws several times as fast as characters.
    """
    return st.binary(max_size=longest).map(decoded)
