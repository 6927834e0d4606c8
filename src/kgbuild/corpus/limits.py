"""How much input the reader takes before it refuses a piece of it."""

from dataclasses import dataclass

KIBIBYTE = 1024
MEBIBYTE = 1024 * KIBIBYTE


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on input, in bytes unless said otherwise."""

    line: int = 4 * MEBIBYTE
    """Longest line of a JSONL file or stream; a longer one is passed over (``line-too-long``)."""
    file: int = 4 * MEBIBYTE
    """Largest file, or page of an archive, that holds one article or its metadata (``too-large``)."""
    unpacked: int = 1024 * MEBIBYTE
    """How much of one JSONL file, unpacked, is read; the rest is passed over (``too-large``)."""
    archive: int = 64 * 1024 * MEBIBYTE
    """How much of one WARC file, unpacked, is read; the rest is passed over (``too-large``)."""
    ratio: int = 300
    """How many times its packed size gzip data may unpack to; text does so 5 to 20 times (``too-large``)."""
    head: int = 64 * KIBIBYTE
    """Largest head of a WARC record, and of the HTTP message in it."""
    records: int = 10_000_000
    """Records of one file that are read, a number; the rest is passed over (``too-many-records``)."""
    damaged: int = 100
    """Damaged records of one WARC file, a number, after which the rest is passed over."""
    told: int = 100_000
    """Issues of one file that are told one by one, a number; after that they are counted by code."""
    arabic_share: float = 0.5
    """Least share of Arabic letters among all letters of an article, in [0, 1]."""
    id_length: int = 200
    """Longest document id, in characters."""
