"""What processes send comes as it was sent; what is cut off, or no frame at all, ends the reading."""

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.work.frames import ERROR, READY, RESULT, receive, receive_batch, send, send_batch


@given(st.lists(st.tuples(st.sampled_from([READY, RESULT, ERROR]), st.binary()), max_size=4))
def test_frames_come_as_they_were_sent(frames: list[tuple[bytes, bytes]]) -> None:
    stream = io.BytesIO()
    for kind, content in frames:
        send(stream, kind, content)
    stream.seek(0)
    assert [receive(stream) for _ in frames] == frames
    assert receive(stream) is None


@given(st.lists(st.binary(), max_size=4), st.data())
def test_a_batch_comes_whole_or_not_at_all(items: list[bytes], data: st.DataObject) -> None:
    stream = io.BytesIO()
    send_batch(stream, items)
    whole = stream.getvalue()
    assert receive_batch(io.BytesIO(whole)) == items
    cut = data.draw(st.integers(0, len(whole) - 1))
    assert receive_batch(io.BytesIO(whole[:cut])) is None


@pytest.mark.parametrize("count", [1, 2**32 - 1])
def test_a_count_that_nothing_follows_is_not_waited_for(count: int) -> None:
    assert receive_batch(io.BytesIO(struct.pack(">I", count) + b"x" * 7)) is None


def test_a_size_beyond_all_measure_is_not_asked_for() -> None:
    assert receive(io.BytesIO(RESULT + b"\xff" * 8 + b"x")) is None


@given(st.binary(max_size=60))
def test_any_bytes_are_frames_or_the_end(data: bytes) -> None:
    stream = io.BytesIO(data)
    while receive(stream) is not None:
        pass
    receive_batch(io.BytesIO(data))
