"""Queries in a process of their own, which can be stopped: Oxigraph has no time limit."""

import io
import itertools
import json
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox

from kgbuild.errors import StoreError, UsageError
from kgbuild.store.embedded import Store
from kgbuild.store.federation import refuse_service


class IsolatedStore:
    """A store in ``folder`` that is asked in a child process, at most ``timeout`` seconds a query."""

    def __init__(self, folder: Path, *, timeout: float, limit: int | None = None) -> None:
        self.folder = folder
        self._timeout = timeout
        self._limit = limit

    def query(self, text: str) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        """Run a SPARQL SELECT or ASK query; of a SELECT at most ``limit`` rows come back.

        Raises:
            SyntaxError: if ``text`` is no SPARQL query.
            UsageError: if it takes too long, asks another server, or is a CONSTRUCT or DESCRIBE query.
            StoreError: if the store is missing, busy or damaged.
        """
        refuse_service(text)
        Store.open(self.folder).close()  # a missing or busy store is told of here, in full
        command = [sys.executable, "-m", __name__, str(self.folder), str(self._limit or 0)]
        try:
            run = subprocess.run(  # noqa: S603  (this very interpreter and module)
                command,
                input=text.encode("utf-8", "replace"),
                capture_output=True,
                timeout=self._timeout,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise UsageError(
                f"The query took longer than {self._timeout:g} seconds and was stopped. Ask for less, or "
                "allow more time with --timeout."
            ) from error
        if run.returncode == _SYNTAX:
            raise SyntaxError(run.stderr.decode("utf-8", "replace"))
        if run.returncode == _GRAPH:
            raise UsageError("Only SELECT and ASK queries can be asked here.")
        if run.returncode:
            detail = run.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
            raise StoreError(f"The query could not be run ({detail}). Run kgbuild build again.")
        return ox.parse_query_results(run.stdout, format=ox.QueryResultsFormat.JSON)


_SYNTAX = 10
_GRAPH = 11


def answer(folder: Path, text: str, limit: int) -> bytes:
    """The answer as SPARQL results in JSON, at most ``limit`` rows of it where that is not 0.

    Raises:
        SyntaxError: if ``text`` is no SPARQL query.
        TypeError: if it asks for a graph.
    """
    with Store.open(folder) as store:
        found = store.query(text)
        if isinstance(found, ox.QueryTriples):
            raise TypeError("a graph was asked for")
        if isinstance(found, ox.QuerySolutions) and limit:
            return _first_rows(found, limit)
        out = io.BytesIO()
        found.serialize(out, ox.QueryResultsFormat.JSON)
        return out.getvalue()


def _first_rows(found: ox.QuerySolutions, limit: int) -> bytes:
    names = [variable.value for variable in found.variables]
    rows = []
    for solution in itertools.islice(found, limit):
        pairs = ((name, solution[name]) for name in names)
        rows.append({name: _term(term) for name, term in pairs if term is not None})
    return json.dumps({"head": {"vars": names}, "results": {"bindings": rows}}).encode()


def _term(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> dict[str, str]:
    if isinstance(term, ox.Triple):
        raise TypeError("a triple term was asked for")
    if isinstance(term, ox.Literal):
        kind = {"xml:lang": term.language} if term.language else {"datatype": term.datatype.value}
        return {"type": "literal", "value": term.value, **kind}
    return {"type": "uri" if isinstance(term, ox.NamedNode) else "bnode", "value": term.value}


def main(arguments: list[str]) -> int:
    """Read a query from standard input, write its answer to standard output; return the exit code."""
    folder, limit = arguments
    try:
        found = answer(Path(folder), sys.stdin.buffer.read().decode("utf-8", "replace"), int(limit))
    except SyntaxError as error:
        sys.stderr.write(str(error))
        return _SYNTAX
    except TypeError:
        return _GRAPH
    sys.stdout.buffer.write(found)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
