"""One working process under guard: bounded time and memory an item, and another process when it dies."""

import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from kgbuild import errors
from kgbuild.errors import KgbuildError
from kgbuild.work.frames import ERROR, RESULT, receive, send_batch

TIMEOUT: Final = "article-timeout"
MEMORY: Final = "article-memory"
CRASH: Final = "article-crash"
_LOOK: Final = 0.1
"""Seconds between two looks at a process's memory."""
_LAST_WORDS: Final = 4000
_MEBIBYTE: Final = 1 << 20
_ONE_THREAD: Final = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


@dataclass(frozen=True, slots=True)
class Program:
    """What a process runs: see :mod:`kgbuild.work.child`."""

    target: str
    """``MODULE:FUNCTION``."""
    arguments: str = ""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What an item may take."""

    seconds: float = 300.0
    memory: int = 4096
    """MiB of resident memory of the whole process (asked of Linux; elsewhere there is no bound)."""
    starting: float = 180.0
    """Seconds that a process may take until it is ready for its first item."""
    worn_items: int = 100
    worn_memory: int = 1024
    """A process that did so many items and holds so many MiB is renewed: memory comes apart with use."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no result: :data:`TIMEOUT`, :data:`MEMORY` or :data:`CRASH`, and a sentence."""

    code: str
    message: str


class Guard:
    """A process that is started at the first need and again after every death.

    An item that breaks the process is done again by itself, so that it harms no other of its batch, and
    once more in a new process where it did not just take too long: what the process did before may have
    been the cause.
    """

    def __init__(self, program: Program, bounds: Bounds) -> None:
        self._program = program
        self._bounds = bounds
        self._process: subprocess.Popen[bytes] | None = None
        self._frames: queue.Queue[tuple[bytes, bytes] | None] = queue.Queue()
        self._said: IO[bytes] | None = None
        self._closed = False
        self._items = 0

    def run(self, items: Sequence[bytes]) -> Iterator[bytes | Failure]:
        """One outcome an item, in their order.

        Raises:
            KgbuildError: if the process says that the run must stop.
        """
        failure: Failure | None = None
        done = 0
        for outcome in self._attempt(items):
            if isinstance(outcome, Failure):
                failure = outcome
                break
            yield outcome
            done += 1
        alone = len(items) == 1
        for item in items[done:]:
            yield self._once_more(item, failure if alone else None)
        self._items += len(items)
        if self._is_worn():
            self.stop()

    def stop(self) -> None:
        """End the process, whatever it does; the next batch starts another."""
        process, self._process = self._process, None
        said, self._said = self._said, None
        if process is not None:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    _close(stream)
        if said is not None:
            said.close()

    def close(self) -> None:
        """End the process for good; another thread may be waiting for it."""
        self._closed = True
        self.stop()

    def _is_worn(self) -> bool:
        process, bounds = self._process, self._bounds
        if process is None or self._items < bounds.worn_items:
            return False
        return _resident(process.pid) > bounds.worn_memory * _MEBIBYTE

    def _once_more(self, item: bytes, failure: Failure | None) -> bytes | Failure:
        tries = 1 if failure else 2
        while failure is None or (failure.code != TIMEOUT and tries):
            tries -= 1
            outcome = next(self._attempt([item]))
            if not isinstance(outcome, Failure):
                return outcome
            failure = outcome
        return failure

    def _attempt(self, items: Sequence[bytes]) -> Iterator[bytes | Failure]:
        """Results in order; after a failure, which ends the process, no more."""
        if self._process is None:
            self._start()
            ready = self._wait(self._bounds.starting)
            if isinstance(ready, Failure):
                yield ready
                return
        if not self._sent(items):
            yield self._failed(CRASH, self._died())
            return
        for left in range(len(items), 0, -1):
            outcome = self._wait(self._bounds.seconds * left)
            yield outcome
            if isinstance(outcome, Failure):
                return

    def _sent(self, items: Sequence[bytes]) -> bool:
        process = self._process
        if process is None or process.stdin is None:
            return False
        try:
            send_batch(process.stdin, items)
        except OSError:
            return False
        return True

    def _wait(self, seconds: float) -> bytes | Failure:
        """The next frame's content; a failure when there is none in time."""
        end = time.monotonic() + seconds
        while True:
            try:
                frame = self._frames.get(timeout=_LOOK)
            except queue.Empty:
                if time.monotonic() > end:
                    within = f"{seconds:g} seconds"
                    return self._failed(TIMEOUT, f"it was not done within {within} (--article-timeout)")
                process = self._process
                if process is not None and _resident(process.pid) > self._bounds.memory * _MEBIBYTE:
                    most = f"{self._bounds.memory} MiB of memory"
                    return self._failed(MEMORY, f"it took more than {most} (--worker-memory)")
                continue
            if frame is None:
                return self._failed(CRASH, self._died())
            kind, content = frame
            if kind == ERROR:
                self.stop()
                raise _error(content.decode("utf-8", "replace"))
            return content

    def _failed(self, code: str, why: str) -> Failure:
        self.stop()
        return Failure(code, f"{why}; nothing was read out of it")

    def _died(self) -> str:
        """What the process left behind: the last line that it said, and how it ended."""
        process, said = self._process, self._said
        if process is None or said is None:
            return "the worker was stopped"
        code = process.wait()
        said.seek(0, os.SEEK_END)
        said.seek(max(0, said.tell() - _LAST_WORDS))
        lines = said.read().decode("utf-8", "replace").strip().splitlines() or [""]
        how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
        return f"the worker ended {how} {lines[-1][:200]}".rstrip()

    def _start(self) -> None:
        command = [sys.executable, "-m", "kgbuild.work.child", self._program.target, self._program.arguments]
        try:
            self._said = said = tempfile.TemporaryFile()  # noqa: SIM115  (stop() closes it)
            process = subprocess.Popen(  # noqa: S603  (this very interpreter and module)
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                env={**os.environ, **_ONE_THREAD},
            )
        except OSError as error:
            self.stop()
            raise KgbuildError(
                f"A worker cannot be started ({error}). Free memory, or space in {tempfile.gettempdir()}, "
                "and run the same command again: what was finished is kept."
            ) from error
        self._process, self._frames, self._items = process, queue.Queue(), 0
        threading.Thread(target=_pass_on, args=(process.stdout, self._frames), daemon=True).start()
        if self._closed:
            self.stop()
            raise KgbuildError("The work was stopped. Run the same command again to go on.")


def _pass_on(stream: IO[bytes], frames: "queue.Queue[tuple[bytes, bytes] | None]") -> None:
    """Put what a process sends into a queue, and None at its end."""
    frame: tuple[bytes, bytes] | None = (RESULT, b"")
    while frame is not None:
        try:
            frame = receive(stream)
        except (OSError, ValueError):  # closed under our hands by stop()
            frame = None
        frames.put(frame)


def _close(stream: IO[bytes]) -> None:
    try:
        stream.close()
    except BrokenPipeError:
        return  # it died with a batch half sent


def _resident(pid: int) -> int:
    """Bytes of resident memory; 0 where Linux does not say."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
    except (OSError, IndexError):
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def _error(text: str) -> KgbuildError:
    """The exception that a process sent: its class and its message."""
    name, _, message = text.partition(" ")
    kind = getattr(errors, name, None)
    if isinstance(kind, type) and issubclass(kind, KgbuildError):
        return kind(message)
    return KgbuildError(message)
