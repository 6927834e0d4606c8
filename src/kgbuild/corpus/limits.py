"""How much input the reader takes before it refuses a piece of it."""

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on input, in bytes unless said otherwise."""

    line: int = 4 * MEBIBYTE
    """Longest line of a JSONL file or stream; a longer one is passed over (``line-too-long``)."""
    file: int = 4 * MEBIBYTE
    """Largest file that holds one article or its metadata; a larger one is passed over (``too-large``)."""
    unpacked: int = 1024 * MEBIBYTE
    """How much of one JSONL file, unpacked, is read; the rest is passed over (``too-large``)."""
    arabic_share: float = 0.5
    """Least share of Arabic letters among all letters of an article, in [0, 1]."""
    id_length: int = 200
    """Longest document id, in characters."""
