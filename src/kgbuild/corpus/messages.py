"""HTTP messages as a crawler stored them: status, fields, and the body without its codings.

Crawlers store a body as it was sent (chunked, gzipped), or without the codings that its head still names;
both are read. A coding that is there and damaged is told of.
"""

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from kgbuild.corpus.heads import HEAD_END, parse_fields

_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})\b")
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]{0,1000})?\r?\n")
_CHUNK_END = re.compile(rb"\r?\n")
_GZIP_MAGIC = b"\x1f\x8b"
_ANY_WINDOW = 47  # zlib's way to ask for gzip or zlib, whichever it is
_RAW_WINDOW = -15
_MOST_CODINGS = 3
_NO_CODING = ("", "identity", "none", "utf-8")
"""The last one is no coding, but some servers say so."""


class BodyError(Exception):
    """A body cannot be read: why, as ``code`` (``bad-coding`` or ``too-large``) and message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Message:
    """An HTTP response as stored."""

    status: int
    fields: Mapping[str, str]
    stored: bytes

    @property
    def is_short(self) -> bool:
        """Whether fewer bytes were stored than the head announces."""
        announced = self.fields.get("content-length", "")
        return announced.isascii() and announced.isdigit() and len(self.stored) < int(announced[:18])

    def body(self, limit: int) -> bytes:
        """The body without its codings.

        Raises:
            BodyError: if it holds more than ``limit`` bytes, is damaged, or in a coding that is not read.
        """
        body = self.stored
        if "chunked" in self.fields.get("transfer-encoding", "").lower():
            body = _dechunked(body)
        codings = [one.strip().lower() for one in self.fields.get("content-encoding", "").split(",")]
        codings = [one for one in codings if one not in _NO_CODING]
        if len(codings) > _MOST_CODINGS:
            raise BodyError("bad-coding", f"its body is packed {len(codings)} times over")
        for coding in reversed(codings):
            body = _unpacked(body, coding, limit)
        if len(body) > limit:
            raise BodyError("too-large", f"its body is larger than {limit} bytes")
        return body


def parse_message(block: bytes, longest_head: int) -> Message | None:
    """Read an HTTP response; None when it is none, or its head is longer than ``longest_head`` bytes."""
    status = _STATUS.match(block)
    head = HEAD_END.search(block, 0, longest_head)
    if status is None or head is None:
        return None
    fields = parse_fields(block[: head.start()].partition(b"\n")[2])
    return Message(int(status[1]), fields, block[head.end() :])


def _dechunked(stored: bytes) -> bytes:
    """Join the chunks of a body; one that does not begin with a chunk was stored without them."""
    body = bytearray()
    at = 0
    while True:
        size = _CHUNK_SIZE.match(stored, at)
        if size is None:
            if at == 0:
                return stored
            raise BodyError("bad-coding", f"its chunks are damaged or cut off at byte {at} of the body")
        start, length = size.end(), int(size[1], 16)
        if length == 0:
            return bytes(body)
        body += stored[start : start + length]
        end = _CHUNK_END.match(stored, start + length)
        if end is None:
            if at == 0 and start + length > len(stored):
                return stored  # a text that begins with what could be a number
            raise BodyError("bad-coding", f"its chunks are damaged or cut off at byte {start} of the body")
        at = end.end()


def _unpacked(body: bytes, coding: str, limit: int) -> bytes:
    """Undo one content coding; a body that is not in it was stored without."""
    if coding in ("gzip", "x-gzip"):
        if not body.startswith(_GZIP_MAGIC):
            return body
        return _inflated(body, _ANY_WINDOW, limit)
    if coding == "deflate":
        try:
            return _inflated(body, _ANY_WINDOW, limit)
        except BodyError as error:
            if error.code == "too-large":
                raise
        try:
            return _inflated(body, _RAW_WINDOW, limit)
        except BodyError as error:
            if error.code == "too-large" or not body.lstrip().startswith(b"<"):
                raise
            return body
    if body.lstrip().startswith(b"<"):
        return body
    raise BodyError("bad-coding", f"its body is packed with {coding[:20]!r}, which is not read; gzip is")


def _inflated(body: bytes, window: int, limit: int) -> bytes:
    member = zlib.decompressobj(window)
    try:
        out = member.decompress(body, limit + 1)
    except zlib.error as error:
        raise BodyError("bad-coding", f"its packed body is damaged ({error})") from error
    if len(out) > limit:
        raise BodyError("too-large", f"its body unpacks to more than {limit} bytes")
    if not member.eof:
        raise BodyError("bad-coding", "its packed body is cut off")
    return out
