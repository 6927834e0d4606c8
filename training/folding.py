"""How training text is folded: as the adapter folds what it hands to the models."""

import re
import unicodedata

MARKS = re.compile(
    "[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)
QUOTES = str.maketrans("«»“”„‟″", '"""""""')


def fold(text: str) -> str:
    """Drop vowel marks, tatweel and directional marks; write every double quote as ``"``."""
    return MARKS.sub("", unicodedata.normalize("NFC", text)).translate(QUOTES)
