"""Bytes and lines out of streams, plain or gzipped, within bounds."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from kgbuild.corpus.limits import Limits

_CHUNK = 64 * 1024
_SMALL = 4 * 1024
"""Bytes of packed data that may unpack to more than others."""
_GZIP_MAGIC = b"\x1f\x8b"
_GZIP_WINDOW = 31  # zlib's way to ask for the gzip format


class ByteSource(Protocol):
    """Anything that bytes can be read from: an open file, standard input's buffer."""

    def read(self, size: int, /) -> bytes:
        """Read up to ``size`` bytes; none at the end."""


@dataclass(frozen=True, slots=True)
class RawLine:
    """A line: its number (from 1) and its bytes without the break, or why it could not be read.

    ``code`` is ``line-too-long``, or for the last line of a stream whose rest is not read ``too-large``,
    ``bad-gzip`` or ``unreadable``.
    """

    number: int
    content: bytes
    code: str | None = None
    message: str = ""


class CutShortError(Exception):
    """The stream ends before its end: why, as ``code`` and message of what cannot be read."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def read_lines(source: ByteSource, limits: Limits) -> Iterator[RawLine]:
    r"""Give the lines that are not blank, split at ``\n``; a gzipped source is unpacked.

    Memory holds one line and one chunk at most, whatever the source holds.
    """
    number, line, overlong = 1, bytearray(), False
    try:
        for chunk in read_chunks(source, limits.unpacked, limits.ratio):
            if not line and not overlong and chunk.isspace():  # a bomb of blank lines unpacks to many
                number += chunk.count(b"\n")
                continue
            *whole, rest = chunk.split(b"\n")
            for piece in whole:
                yield from _finish(number, line, piece, overlong, limits)
                number, line, overlong = number + 1, bytearray(), False
            overlong = overlong or len(line) + len(rest) > limits.line
            line = bytearray() if overlong else line + rest
    except CutShortError as end:
        yield RawLine(number, b"", end.code, str(end))
        return
    yield from _finish(number, line, b"", overlong, limits)


def read_whole(source: ByteSource, limit: int) -> bytes | None:
    """Read all of a source; None when it holds more than ``limit`` bytes."""
    content = bytearray()
    while chunk := source.read(_CHUNK):
        content += chunk
        if len(content) > limit:
            return None
    return bytes(content)


def read_chunks(source: ByteSource, limit: int, ratio: int) -> Iterator[bytes]:
    """Give a source's bytes in chunks; a gzipped one (one member or several) is unpacked.

    Args:
        source: what to read.
        limit: how many bytes, unpacked, are read.
        ratio: how many times its packed size a gzip member may unpack to, unless it is small.

    Raises:
        CutShortError: if there is more, or it is damaged, or cannot be read.
    """
    total = 0
    for chunk in _unpacked(source, ratio):
        total += len(chunk)
        if total > limit:
            raise CutShortError("too-large", f"it unpacks to more than {limit} bytes; the rest is not read")
        yield chunk


def _finish(number: int, line: bytearray, piece: bytes, overlong: bool, limits: Limits) -> Iterator[RawLine]:
    """Give the line that ``piece`` ends, unless it is blank."""
    if overlong or len(line) + len(piece) > limits.line:
        yield RawLine(number, b"", "line-too-long", f"it is longer than {limits.line} bytes")
    elif (content := bytes(line + piece).rstrip(b"\r\n")).strip():
        yield RawLine(number, content)


def _unpacked(source: ByteSource, ratio: int) -> Iterator[bytes]:
    chunk = _read(source)
    while 0 < len(chunk) < len(_GZIP_MAGIC) and (more := _read(source)):
        chunk += more
    if not chunk.startswith(_GZIP_MAGIC):
        while chunk:
            yield chunk
            chunk = _read(source)
        return
    member = zlib.decompressobj(_GZIP_WINDOW)
    begun = True
    packed = size = 0
    while chunk or (chunk := _read(source)):
        if not begun:
            member, begun = zlib.decompressobj(_GZIP_WINDOW), True
            packed = size = 0
        try:
            out = member.decompress(chunk, _CHUNK)
        except zlib.error as error:
            raise CutShortError(
                "bad-gzip", f"the gzip data are damaged ({error}); the rest is not read"
            ) from error
        rest = member.unused_data if member.eof else member.unconsumed_tail
        packed, size = packed + len(chunk) - len(rest), size + len(out)
        if size > ratio * (packed + _SMALL):
            raise CutShortError(
                "too-large", f"it unpacks to more than {ratio} times its size; the rest is not read"
            )
        yield out
        chunk = rest.lstrip(b"\0") if member.eof else rest
        begun = not member.eof
    if begun:
        raise CutShortError("bad-gzip", "the gzip data are cut off; what was cut is not read")


def _read(source: ByteSource) -> bytes:
    """Read one chunk; the system's error ends the stream."""
    try:
        return source.read(_CHUNK)
    except OSError as error:
        raise CutShortError("unreadable", f"it cannot be read ({error}); the rest is not read") from error


@dataclass
class Rejoined:
    """A stream whose first bytes were read already, and come first again."""

    head: bytes
    rest: ByteSource

    def read(self, size: int, /) -> bytes:
        """Read up to ``size`` bytes."""
        if not self.head:
            return self.rest.read(size)
        chunk, self.head = self.head[:size], self.head[size:]
        return chunk
