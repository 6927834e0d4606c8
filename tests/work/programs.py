"""What the guarded processes of these tests run: it does as it is told by each item."""

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from kgbuild.errors import KgbuildError, ModelError

Work = Callable[[Sequence[bytes]], Iterator[bytes]]


def obedient(arguments: str) -> Work:
    """Return work that echoes; some items make trouble. ``arguments`` is a folder for notes."""
    print("this must not run into the frames")  # noqa: T201
    kept: list[bytearray] = []

    def work(items: Sequence[bytes]) -> Iterator[bytes]:
        for item in items:
            order, _, rest = item.partition(b" ")
            if order == b"sleep":
                time.sleep(float(rest))
            elif order == b"die":
                os.kill(os.getpid(), signal.SIGKILL)
            elif order == b"die-once":
                note = Path(arguments) / rest.decode()
                if not note.exists():
                    note.write_text("died", encoding="utf-8")
                    os._exit(7)
            elif order == b"raise":
                raise LookupError(rest.decode())
            elif order == b"stop":
                raise ModelError("The models are gone. Fetch them again.")
            elif order == b"grow":
                kept.append(bytearray(os.urandom(1 << 20)) * int(rest))
                time.sleep(60)
            yield str(os.getpid()).encode() if order == b"pid" else item.upper()

    return work


def broken(_: str) -> Work:
    raise KgbuildError("There are no data. Install them.")
