"""The process that does the work: ``python -m kgbuild.work.child MODULE:FUNCTION ARGUMENTS``.

The function takes the arguments (a string) and returns what does the work: a function from a batch of
items to an iterator of results, one an item, in order. What stops a run is sent to the parent; any
other exception ends this process, and the parent sees to it.
"""

import importlib
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import IO

from kgbuild.errors import KgbuildError
from kgbuild.work.frames import ERROR, READY, RESULT, receive_batch, send

Work = Callable[[Sequence[bytes]], Iterator[bytes]]


def main(target: str, arguments: str) -> int:
    """Serve batches from standard input until it ends; return the exit code."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to deal with
    with os.fdopen(os.dup(1), "wb") as out:
        os.dup2(2, 1)  # whatever a library prints must not run into the frames
        try:
            return _serve(target, arguments, out)
        except KgbuildError as error:
            send(out, ERROR, f"{type(error).__name__} {error}".encode("utf-8", "replace"))
            return 0


def _serve(target: str, arguments: str, out: IO[bytes]) -> int:
    module, _, name = target.partition(":")
    work: Work = getattr(importlib.import_module(module), name)(arguments)
    send(out, READY)
    while (items := receive_batch(sys.stdin.buffer)) is not None:
        for result in work(items):
            send(out, RESULT, result)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
