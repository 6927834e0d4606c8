"""A pool of guarded processes on this machine."""

import itertools
import queue
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Final

from kgbuild.errors import KgbuildError
from kgbuild.work.guard import Bounds, Failure, Guard, Program

_WAIT: Final = 0.2

Outcome = tuple[bytes, bytes | Failure]
"""An item and what came of it."""


class LocalPool:
    """``jobs`` processes, each with a thread here that feeds it and waits for it."""

    def __init__(self, program: Program, bounds: Bounds, *, jobs: int, batch: int = 1) -> None:
        self._guards = [Guard(program, bounds) for _ in range(jobs)]
        self._batch = batch
        self._stopped = threading.Event()

    def run(self, items: Iterable[bytes]) -> Iterator[Outcome]:
        """Outcomes as they come, in no order; few of them wait at a time, however many items there are.

        Raises:
            KgbuildError: if a process says that the run must stop.
        """
        batches = iter(_batches(items, self._batch))
        lock = threading.Lock()
        outcomes: queue.Queue[Outcome | KgbuildError | None] = queue.Queue(2 * self._batch)
        threads = [
            threading.Thread(target=self._feed, args=(guard, batches, lock, outcomes), daemon=True)
            for guard in self._guards
        ]
        for thread in threads:
            thread.start()
        running = len(threads)
        try:
            while running:
                outcome = outcomes.get()
                if outcome is None:
                    running -= 1
                elif isinstance(outcome, KgbuildError):
                    raise outcome
                else:
                    yield outcome
        finally:
            self._stopped.set()
            for guard in self._guards:
                guard.close()
            for thread in threads:
                thread.join()

    def _feed(
        self,
        guard: Guard,
        batches: Iterator[Sequence[bytes]],
        lock: threading.Lock,
        outcomes: "queue.Queue[Outcome | KgbuildError | None]",
    ) -> None:
        try:
            while not self._stopped.is_set():
                with lock:
                    batch = next(batches, None)
                if batch is None:
                    break
                for item, outcome in zip(batch, guard.run(batch), strict=True):
                    self._put(outcomes, (item, outcome))
        except KgbuildError as error:
            self._put(outcomes, error)
        except (
            OSError
        ) as error:  # of what gives the items: without this they would be missing, and nobody told
            self._put(outcomes, KgbuildError(f"The work cannot go on ({error}). Run the same command again."))
        finally:
            guard.stop()
            self._put(outcomes, None)

    def _put(
        self,
        outcomes: "queue.Queue[Outcome | KgbuildError | None]",
        outcome: Outcome | KgbuildError | None,
    ) -> None:
        while not self._stopped.is_set():
            with suppress(queue.Full):
                outcomes.put(outcome, timeout=_WAIT)
                return


def _batches(items: Iterable[bytes], size: int) -> Iterator[Sequence[bytes]]:
    iterator = iter(items)
    while batch := list(itertools.islice(iterator, size)):
        yield batch
