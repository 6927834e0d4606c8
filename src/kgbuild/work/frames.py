"""How a guarded process and its parent talk: runs of bytes, each after its kind and its length."""

import struct
from collections.abc import Sequence
from typing import IO, Final

READY: Final = b"Y"
RESULT: Final = b"R"
ERROR: Final = b"E"
_HEAD: Final = struct.Struct(">cQ")
_COUNT: Final = struct.Struct(">I")
_LARGEST: Final = 1 << 30
"""Bytes of a frame's content; a head that announces more is no head."""


def send(stream: IO[bytes], kind: bytes, content: bytes = b"") -> None:
    """Write one frame and see it off."""
    stream.write(_HEAD.pack(kind, len(content)))
    stream.write(content)
    stream.flush()


def receive(stream: IO[bytes]) -> tuple[bytes, bytes] | None:
    """Read one frame, its kind and its content; None at the end of the stream, or of what can be read."""
    head = stream.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    kind, size = _HEAD.unpack(head)
    if size > _LARGEST:
        return None
    content = stream.read(size)
    return (kind, content) if len(content) == size else None


def send_batch(stream: IO[bytes], items: Sequence[bytes]) -> None:
    """Write several items as one batch."""
    stream.write(_COUNT.pack(len(items)))
    for item in items:
        send(stream, RESULT, item)
    stream.flush()


def receive_batch(stream: IO[bytes]) -> list[bytes] | None:
    """Read a batch; None at the end of the stream, or when it is cut off."""
    head = stream.read(_COUNT.size)
    if len(head) < _COUNT.size:
        return None
    items = []
    for _ in range(_COUNT.unpack(head)[0]):
        frame = receive(stream)
        if frame is None:
            return None
        items.append(frame[1])
    return items
