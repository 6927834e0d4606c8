"""Records out of a WARC file (ISO 28500, WARC 1.0 and 1.1), plain or gzipped, within bounds.

The format is a head, ``Content-Length`` bytes and two line breaks, over and over; nothing else is trusted
here. A record whose length is wrong is told of, and reading goes on at the next line that begins a record.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from kgbuild.corpus.heads import HEAD_END, parse_fields
from kgbuild.corpus.limits import Limits
from kgbuild.corpus.streams import ByteSource, CutShortError, read_chunks

_VERSION = re.compile(rb"WARC/\d\.\d{1,2}[ \t]{0,8}\r?\n")
_NEXT_LINE = re.compile(rb"\n(?=WARC/\d\.\d{1,2}[ \t]{0,8}\r?\n)")
_FOLLOWS = re.compile(rb"[\r\n \t]*(?:WARC/|(?:W|WA|WAR|WARC)?\Z)")
"""What stands after a block: the next record, or the end, which may cut the next record off."""
_LENGTH = re.compile(r"\d{1,15}", re.ASCII)
_LONGEST_VERSION = 32
_LOOK = 64 * 1024


@dataclass(frozen=True, slots=True)
class WarcRecord:
    """A record: its number (from 1), its named fields, its block and the size of that in bytes.

    Of a block that is larger than a page may be, ``block`` has the beginning. ``code`` and ``message`` say
    what is wrong with a record that cannot be used: ``bad-record``, or for the last one of a file whose
    rest is not read ``too-large``, ``bad-gzip``, ``unreadable``, ``not-warc`` or ``too-many-records``.
    """

    number: int
    fields: Mapping[str, str] = field(default_factory=dict)
    block: bytes = b""
    size: int = 0
    code: str | None = None
    message: str = ""


class _DamagedError(Exception):
    """The record at the window's start cannot be read."""


def read_records(source: ByteSource, limits: Limits) -> Iterator[WarcRecord]:
    """Give the records of a WARC file in order; memory holds one block and some chunks at most."""
    window = _Window(read_chunks(source, limits.archive, limits.ratio))
    number = damaged = 0
    while window.skip_blank():
        number += 1
        if number == 1 and not _VERSION.match(window.peek(_LONGEST_VERSION)) and window.cut is None:
            yield WarcRecord(number, code="not-warc", message="it does not begin as a WARC file does")
            return
        if number > limits.records:
            message = f"it has more than {limits.records} records; the rest is not read"
            yield WarcRecord(number, code="too-many-records", message=message)
            return
        try:
            record = _read_record(window, number, limits)
        except _DamagedError as error:
            damaged += 1
            window.seek_record()
            if window.cut is not None and not window.peek(1):
                yield _cut(number, window.cut)  # the record is damaged since the file is
                return
            rest = "; the rest of the file is not read" if damaged >= limits.damaged else ""
            yield WarcRecord(number, code="bad-record", message=f"{error}{rest}")
            if rest:
                return
        else:
            yield record
    if window.cut is not None:
        yield _cut(number + 1, window.cut)


def _cut(number: int, error: CutShortError) -> WarcRecord:
    return WarcRecord(number, code=error.code, message=str(error))


def _read_record(window: "_Window", number: int, limits: Limits) -> WarcRecord:
    """Read the record that begins at the window's start, and leave the window behind it.

    Raises:
        _DamagedError: if that is no whole record; the window is left behind the line that begins it.
    """
    version = _VERSION.match(window.peek(_LONGEST_VERSION))
    if version is None:
        window.skip(1)
        raise _DamagedError("no record begins where one should")
    window.skip(version.end())
    head = HEAD_END.search(window.peek(limits.head))
    if head is None:
        raise _DamagedError(f"its head has no end within {limits.head} bytes")
    fields = parse_fields(window.peek(head.start()))
    window.skip(head.end())
    length = fields.get("content-length", "")
    if not _LENGTH.fullmatch(length):
        raise _DamagedError(f"its Content-Length is {length[:20]!r}, which is no number of bytes")
    size = int(length)
    if size > limits.file + limits.head:
        block = window.peek(limits.head)
        if window.skip(size) < size or not _FOLLOWS.match(window.peek(_LONGEST_VERSION)):
            raise _DamagedError(f"its Content-Length of {size} bytes is wrong, or it is cut off")
        return WarcRecord(number, fields, block, size)
    block = window.peek(size + _LONGEST_VERSION)
    if len(block) < size:
        raise _DamagedError(f"it ends before the {size} bytes of its Content-Length")
    if not _FOLLOWS.match(block, size):
        raise _DamagedError(f"its Content-Length of {size} bytes is wrong: no record follows there")
    window.skip(size)
    return WarcRecord(number, fields, block[:size], size)


class _Window:
    """The part of a stream that is held in memory; ``cut`` says why the stream ended before its end."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._held = bytearray()
        self._ended = False
        self.cut: CutShortError | None = None

    def peek(self, size: int) -> bytes:
        """The next ``size`` bytes; fewer at the end."""
        while len(self._held) < size and self._more():
            pass
        return bytes(memoryview(self._held)[:size])

    def skip(self, size: int) -> int:
        """Pass over ``size`` bytes; return how many there were."""
        passed = 0
        while True:
            step = min(size - passed, len(self._held))
            del self._held[:step]
            passed += step
            if passed == size or not self._more():
                return passed

    def skip_blank(self) -> bool:
        """Pass over white space; whether anything follows."""
        while True:
            held = self._held.lstrip(b"\r\n \t")
            self._held = held
            if held:
                return True
            if not self._more():
                return False

    def seek_record(self) -> None:
        """Pass over all until a line that begins a record."""
        if _VERSION.match(self.peek(_LONGEST_VERSION)):
            return
        while True:
            data = self.peek(_LOOK)
            found = _NEXT_LINE.search(data)
            if found:
                self.skip(found.end())
                return
            if len(data) < _LOOK:
                self.skip(len(data))
                return
            self.skip(len(data) - _LONGEST_VERSION)

    def _more(self) -> bool:
        """Take another chunk; False at the end."""
        if self._ended:
            return False
        try:
            self._held += next(self._chunks)
        except StopIteration:
            self._ended = True
        except CutShortError as error:
            self._ended, self.cut = True, error
        return not self._ended
