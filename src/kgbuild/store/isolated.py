"""Queries in a process of their own, which can be stopped: Oxigraph has no limit of time or memory."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kgbuild.errors import StoreError, UsageError
from kgbuild.store import answering
from kgbuild.store.federation import refuse_service

_LONGEST_DETAIL = 300


class StoppedError(UsageError):
    """The query was stopped at its limit of time or memory."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a query may use; ``None`` bounds nothing.

    ``seconds`` of wall time, ``rows`` of an answer (triples of a graph), ``memory`` in bytes of address
    space.
    """

    seconds: float
    rows: int | None = None
    memory: int | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer in a format of :mod:`kgbuild.store.answering`; ``cut`` says that the limit of rows cut it."""

    format: str
    data: bytes
    cut: bool


def ask_apart(
    folder: Path,
    query: str,
    bounds: Bounds,
    *,
    results: str = "json",
    graph: str = "turtle",
    default: Sequence[str] = (),
    named: Sequence[str] = (),
) -> Reply:
    """Run a SPARQL query over the store in ``folder`` in a child process.

    Args:
        folder: where the store is.
        query: SELECT, ASK, CONSTRUCT or DESCRIBE.
        bounds: what it may use.
        results: format of an answer in rows: json, xml, csv or tsv.
        graph: format of an answer in triples: turtle, ntriples, rdfxml or jsonld.
        default: graphs that make the default graph, as the SPARQL protocol says.
        named: graphs that ``GRAPH`` may name.

    Raises:
        SyntaxError: if ``query`` is no SPARQL query.
        StoppedError: if it was stopped at its limit of time or memory.
        UsageError: if it would ask another server, or names a graph by what is no IRI.
        StoreError: if the store is missing, busy or damaged.
    """
    refuse_service(query)
    request = {
        "query": query.encode("utf-8", "replace").decode(),
        "results": results,
        "graph": graph,
        "default": list(default),
        "named": list(named),
        "rows": bounds.rows,
        "memory": bounds.memory,
        "seconds": bounds.seconds,
    }
    try:
        run = subprocess.run(  # noqa: S603  (this very interpreter and module)
            [sys.executable, "-m", answering.__name__, str(folder)],
            input=json.dumps(request).encode(),
            capture_output=True,
            timeout=bounds.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise StoppedError(
            f"The query took longer than {bounds.seconds:g} seconds and was stopped. Ask for less: name a "
            "topic or an actor, or add a LIMIT."
        ) from error
    if run.returncode:
        raise _failure(run.returncode, run.stderr.decode("utf-8", "replace").strip())
    head, _, data = run.stdout.partition(b"\n")
    return Reply(head[1:].decode(), data, head[:1] == answering.CUT)


def _failure(code: int, said: str) -> SyntaxError | UsageError | StoreError:
    if code == answering.SYNTAX:
        return SyntaxError(said)
    if code == answering.REFUSED:
        return UsageError(f"The query cannot be run: {said[:_LONGEST_DETAIL]}. Correct it and ask again.")
    if code == answering.NO_STORE:
        return StoreError(said)
    if code < 0 or "MemoryError" in said or "memory allocation" in said:
        return StoppedError(
            "The query needed more memory or time than is allowed and was stopped. Ask for less."
        )
    detail = said.rpartition("\n")[2][:_LONGEST_DETAIL]
    return StoreError(f"The query could not be run ({detail}). Run kgbuild build again.")


def rows_of(reply: Reply) -> ox.QuerySolutions | ox.QueryBoolean:
    """What an answer as JSON holds.

    Raises:
        UsageError: if it is a graph.
    """
    if reply.format != "json":
        raise UsageError("Only SELECT and ASK queries can be asked here.")
    return ox.parse_query_results(reply.data, format=ox.QueryResultsFormat.JSON)


class IsolatedStore:
    """A store in ``folder`` that is asked in a child process, at most ``timeout`` seconds a query."""

    def __init__(self, folder: Path, *, timeout: float, limit: int | None = None) -> None:
        self.folder = folder
        self._bounds = Bounds(timeout, limit)

    def query(self, text: str) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        """Run a SPARQL SELECT or ASK query; of a SELECT at most ``limit`` rows come back.

        Raises:
            SyntaxError: if ``text`` is no SPARQL query.
            UsageError: if it takes too long, asks another server, or is a CONSTRUCT or DESCRIBE query.
            StoreError: if the store is missing, busy or damaged.
        """
        try:
            return rows_of(ask_apart(self.folder, text, self._bounds))
        except StoppedError as error:
            raise StoppedError(f"{error} Or allow more time with --timeout.") from error
