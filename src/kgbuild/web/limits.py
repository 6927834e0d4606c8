"""Queries of whoever reaches the site: bounded in time, rows, memory and number, and answered once."""

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kgbuild.errors import UsageError
from kgbuild.store.isolated import Bounds, Reply, ask_apart, rows_of

LONGEST_QUERY: Final = 100_000


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may use, and how many run at once.

    ``seconds`` of wall time, ``rows`` of an answer (triples of a graph), ``memory`` in bytes of
    address space.
    """

    seconds: float = 10.0
    rows: int = 10_000
    memory: int = 4 << 30
    together: int = 2
    waiting: int = 8
    """Queries that may wait for their turn; more are turned away at once, so that pages have threads."""
    patience: float = 5.0
    """Seconds that a query waits before it is turned away."""
    kept: int = 32 << 20
    """Bytes of answers that are kept, to be given again; the graph does not change while it is served."""


class BusyError(UsageError):
    """Too many queries run at once."""


class LimitedStore:
    """A store that is asked in child processes; safe to be called from many threads."""

    def __init__(self, folder: Path, limits: Limits | None = None) -> None:
        self.folder = folder
        self.limits = limits or Limits()
        self._turns = threading.BoundedSemaphore(self.limits.together)
        self._queue = threading.BoundedSemaphore(self.limits.together + self.limits.waiting)
        self._kept = _Kept(self.limits.kept)

    def ask(
        self,
        query: str,
        *,
        results: str = "json",
        graph: str = "turtle",
        default: Sequence[str] = (),
        named: Sequence[str] = (),
        rows: int | None = None,
    ) -> Reply:
        """Run a SPARQL query, or give the answer that it had before; see :func:`ask_apart`.

        Args:
            query: SELECT, ASK, CONSTRUCT or DESCRIBE.
            results: format of an answer in rows: json, xml, csv or tsv.
            graph: format of an answer in triples: turtle, ntriples, rdfxml or jsonld.
            default: graphs that make the default graph, as the SPARQL protocol says.
            named: graphs that ``GRAPH`` may name.
            rows: most rows; the limit if not given.

        Raises:
            SyntaxError: if ``query`` is no SPARQL query.
            StoppedError: if it was stopped at its limit of time or memory.
            BusyError: if too many queries run already.
            UsageError: if it would ask another server, or is too long.
            StoreError: if the store is missing, busy or damaged.
        """
        if len(query) > LONGEST_QUERY:
            raise UsageError(f"The query is longer than {LONGEST_QUERY} characters. Ask for less.")
        limits = self.limits
        bounds = Bounds(limits.seconds, min(rows or limits.rows, limits.rows), limits.memory)
        key = (query, bounds.rows, results, graph, tuple(default), tuple(named))
        reply = self._kept.get(key)
        if reply is None:
            with self._turn():
                reply = ask_apart(
                    self.folder, query, bounds, results=results, graph=graph, default=default, named=named
                )
            self._kept.put(key, reply)
        return reply

    def query(self, text: str) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        """Run a SELECT or ASK query, as :func:`kgbuild.querying.run.ask` wants it.

        Raises:
            UsageError: if the query asks for a graph, or as for :meth:`ask`.
        """
        return rows_of(self.ask(text))

    @contextmanager
    def _turn(self) -> Iterator[None]:
        busy = BusyError("Too many queries run at once. Try again in a few seconds.")
        if not self._queue.acquire(blocking=False):
            raise busy
        try:
            if not self._turns.acquire(timeout=self.limits.patience):
                raise busy
            try:
                yield
            finally:
                self._turns.release()
        finally:
            self._queue.release()


class _Kept:
    """Answers by what was asked, up to ``most`` bytes; those that were not asked for the longest go first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._replies: OrderedDict[tuple[object, ...], Reply] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple[object, ...]) -> Reply | None:
        with self._lock:
            if key in self._replies:
                self._replies.move_to_end(key)
            return self._replies.get(key)

    def put(self, key: tuple[object, ...], reply: Reply) -> None:
        with self._lock:
            if key not in self._replies and _size(key, reply) <= self._most:
                self._replies[key] = reply
                self._size += _size(key, reply)
            while self._size > self._most:
                self._size -= _size(*self._replies.popitem(last=False))


def _size(key: tuple[object, ...], reply: Reply) -> int:
    return sum(len(str(part)) for part in key) + len(reply.data)
