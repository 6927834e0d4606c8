"""The same work on a Dask cluster: the one whose scheduler the user names, or one within this process.

Each Dask worker keeps one guarded process (:mod:`kgbuild.work.guard`), so that time, memory and crashes
are bounded there as they are here, and the models are loaded once a worker.
"""

import importlib
import itertools
import logging
import queue
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import suppress
from typing import Any, Final

from kgbuild.errors import RemoteError, UsageError
from kgbuild.work.guard import CRASH, Bounds, Failure, Guard, Program
from kgbuild.work.pool import Outcome

_CONNECT_SECONDS: Final = 30
_AHEAD: Final = 3
"""Batches a worker that are under way or waiting, so that memory stays bounded."""
_RETRIES: Final = 5
_PATIENCE: Final = 300.0
"""Seconds that a cluster may be without any worker: some start them only when there is work."""
_LOOK_SECONDS: Final = 1.0
_LOST: Final = (OSError, RuntimeError)
"""What a client whose scheduler is gone raises: the second, once it has closed its connections itself."""

_here = threading.local()
_guards: list[Guard] = []
"""All guarded processes of this Dask worker, one a thread."""


def work_there(program: Program, bounds: Bounds, items: Sequence[bytes]) -> list[bytes | Failure]:
    """Run a batch in the guarded process of this thread of a Dask worker.

    Raises:
        KgbuildError: if the process says that the run must stop.
    """
    made: tuple[Program, Bounds, Guard] | None = getattr(_here, "made", None)
    if made is None or made[:2] != (program, bounds) or made[2] not in _guards:
        made = (program, bounds, Guard(program, bounds))
        _here.made = made
        _guards.append(made[2])
    return list(made[2].run(items))


def let_go() -> None:
    """End the guarded processes of this Dask worker, which hold models in memory."""
    while _guards:
        _guards.pop().close()


class Cluster:
    """A Dask cluster: ``scheduler`` is its address; without one ``jobs`` workers are started here."""

    def __init__(
        self,
        program: Program,
        bounds: Bounds,
        *,
        jobs: int,
        batch: int = 1,
        scheduler: str | None = None,
        patience: float = _PATIENCE,
    ) -> None:
        self._program = program
        self._bounds = bounds
        self._jobs = jobs
        self._batch = batch
        self._scheduler = scheduler
        self._patience = patience

    def run(self, items: Iterable[bytes]) -> Iterator[Outcome]:
        """Outcomes as they come, in no order.

        Raises:
            UsageError: if Dask is not installed.
            RemoteError: if the scheduler does not answer, or goes away, or has no workers for longer than
                ``patience`` (seconds), or its workers lack kgbuild.
            KgbuildError: if a worker says that the run must stop.
        """
        dask = _dask()
        # what Dask says when a scheduler goes away is a traceback; what matters of it is raised here
        with dask.utils.silence_logging_cmgr(logging.CRITICAL):
            yield from self._run(dask, iter(items))

    def _run(self, dask: Any, iterator: Iterator[bytes]) -> Iterator[Outcome]:
        here = None if self._scheduler else _local(dask, self._jobs)
        try:
            client = dask.Client(self._scheduler or here, timeout=_CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError) as error:
            raise RemoteError(
                f"No Dask scheduler answers at {self._scheduler} ({error}). Start it, or correct --scheduler."
            ) from error
        try:
            waiting: dict[str, list[bytes]] = {}
            finished: queue.SimpleQueue[Any] = queue.SimpleQueue()
            workers = self._workers(client)
            looked = time.monotonic()
            while True:
                if time.monotonic() - looked > _LOOK_SECONDS:
                    workers, looked = self._workers(client), time.monotonic()
                for _ in range(len(waiting), max(1, workers) * _AHEAD):
                    if not (batch := list(itertools.islice(iterator, self._batch))):
                        break
                    future = client.submit(
                        work_there, self._program, self._bounds, batch, pure=False, retries=_RETRIES
                    )
                    waiting[future.key] = batch
                    future.add_done_callback(finished.put)
                if not waiting:
                    return
                future = self._next(client, finished)
                batch = waiting.pop(future.key)
                outcomes = self._outcomes(dask, future, len(batch))
                future.release()
                yield from zip(batch, outcomes, strict=True)
        finally:
            with suppress(*_LOST):  # the scheduler is gone, and its workers with it
                client.run(let_go)
            client.close()
            if here is not None:
                here.close()

    def _workers(self, client: Any) -> int:
        """How many workers the cluster has now: some start them only when there is work, or take them away.

        Raises:
            RemoteError: if the scheduler is gone.
        """
        try:
            told = client.scheduler_info()
        except _LOST as error:
            raise self._gone(error) from error
        if "workers" not in told:  # what a client knows that has no scheduler any more
            raise self._gone("it says nothing of its workers")
        return len(told["workers"])

    def _next(self, client: Any, finished: "queue.SimpleQueue[Any]") -> Any:
        """Wait for the next batch that is done.

        Raises:
            RemoteError: if the scheduler is gone, or the cluster is without workers for too long.
        """
        since = time.monotonic()
        while True:
            try:
                return finished.get(timeout=_LOOK_SECONDS)
            except queue.Empty:
                if self._workers(client):
                    since = time.monotonic()
                elif time.monotonic() - since > self._patience:
                    raise RemoteError(
                        f"The Dask cluster at {self._scheduler} has had no workers for {self._patience:g} "
                        "seconds. Start some, and run the same command again: what was finished is kept."
                    ) from None

    def _outcomes(self, dask: Any, future: Any, count: int) -> list[bytes | Failure]:
        """What a batch of ``count`` articles came to.

        Raises:
            RemoteError: if the scheduler is gone, or the worker lacks kgbuild.
            KgbuildError: if the worker says that the run must stop.
        """
        try:
            found: list[bytes | Failure] = future.result()
        except dask.KilledWorker as error:
            return [Failure(CRASH, f"its Dask worker died ({error}); nothing was read out of it")] * count
        except (OSError, CancelledError) as error:
            raise self._gone(error) from error
        except ImportError as error:
            raise RemoteError(
                f"A Dask worker cannot load kgbuild ({error}). Install the same version of it there."
            ) from error
        return found

    def _gone(self, error: object) -> RemoteError:
        return RemoteError(
            f"The Dask scheduler at {self._scheduler} went away ({error}). Start it, and run the "
            "same command again: what was finished is kept."
        )


def _dask() -> Any:
    try:
        return importlib.import_module("distributed")
    except ImportError as error:
        raise UsageError("--engine dask needs Dask. Install it: pip install 'kgbuild[dask]'") from error


def _local(dask: Any, jobs: int) -> Any:
    """A cluster within this process, which listens to no port; the work is in the guarded processes."""
    return dask.LocalCluster(
        n_workers=jobs,
        threads_per_worker=1,
        processes=False,
        dashboard_address=None,
        memory_limit=0,
        silence_logs=50,
    )
