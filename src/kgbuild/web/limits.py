"""Queries of whoever reaches the site: in processes of their own, bounded in time, rows, memory, number."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kgbuild.errors import StoreError, UsageError
from kgbuild.store.federation import refuse_service
from kgbuild.web import worker

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


class TimeLimitError(UsageError):
    """The query was stopped at its limit."""


class BusyError(UsageError):
    """Too many queries run at once."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer in a format of :mod:`kgbuild.web.worker`; ``cut`` says that the limit of rows cut it."""

    format: str
    data: bytes
    cut: bool


class LimitedStore:
    """A store that is asked in child processes; safe to be called from many threads."""

    def __init__(self, folder: Path, limits: Limits | None = None) -> None:
        self.folder = folder
        self.limits = limits or Limits()
        self._turns = threading.BoundedSemaphore(self.limits.together)
        self._queue = threading.BoundedSemaphore(self.limits.together + self.limits.waiting)

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
        """Run a SPARQL query.

        Args:
            query: SELECT, ASK, CONSTRUCT or DESCRIBE.
            results: format of an answer in rows: json, xml, csv or tsv.
            graph: format of an answer in triples: turtle, ntriples, rdfxml or jsonld.
            default: graphs that make the default graph, as the SPARQL protocol says.
            named: graphs that ``GRAPH`` may name.
            rows: most rows; the limit if not given.

        Raises:
            SyntaxError: if ``query`` is no SPARQL query.
            TimeLimitError: if it was stopped at its limit of time or memory.
            BusyError: if too many queries run already.
            UsageError: if it would ask another server, or is too long.
            StoreError: if the store is missing, busy or damaged.
        """
        if len(query) > LONGEST_QUERY:
            raise UsageError(f"The query is longer than {LONGEST_QUERY} characters. Ask for less.")
        refuse_service(query)
        request = {
            "query": query.encode("utf-8", "replace").decode(),
            "results": results,
            "graph": graph,
            "default": list(default),
            "named": list(named),
            "limit": min(rows or self.limits.rows, self.limits.rows),
            "memory": self.limits.memory,
            "seconds": self.limits.seconds,
        }
        with self._turn():
            return self._run(request)

    def query(self, text: str) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        """Run a SELECT or ASK query, as :func:`kgbuild.querying.run.ask` wants it.

        Raises:
            UsageError: if the query asks for a graph, or as for :meth:`ask`.
        """
        reply = self.ask(text)
        if reply.format != "json":
            raise UsageError("Only SELECT and ASK queries can be asked here.")
        return ox.parse_query_results(reply.data, format=ox.QueryResultsFormat.JSON)

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

    def _run(self, request: dict[str, object]) -> Reply:
        command = [sys.executable, "-m", worker.__name__, str(self.folder)]
        try:
            run = subprocess.run(  # noqa: S603  (this very interpreter and module)
                command,
                input=json.dumps(request).encode(),
                capture_output=True,
                timeout=self.limits.seconds,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise TimeLimitError(
                f"The query took longer than {self.limits.seconds:g} seconds and was stopped. Ask for less: "
                "name a topic or an actor, or add a LIMIT."
            ) from error
        said = run.stderr.decode("utf-8", "replace").strip()
        if run.returncode == worker.SYNTAX:
            raise SyntaxError(said)
        if run.returncode == worker.REFUSED:
            raise UsageError(f"The query cannot be run: {said[:300]}. Correct it and ask again.")
        if run.returncode < 0 or "MemoryError" in said or "memory allocation" in said:
            raise TimeLimitError(
                "The query needed more memory or time than is allowed and was stopped. Ask for less."
            )
        if run.returncode:
            detail = said.rpartition("\n")[2][:300]
            raise StoreError(f"The query could not be run ({detail}). Run kgbuild build again.")
        head, _, data = run.stdout.partition(b"\n")
        return Reply(head[1:].decode(), data, head[:1] == worker.CUT)
