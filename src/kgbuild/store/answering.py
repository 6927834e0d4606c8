"""One query in a process of its own: it can be killed, and its memory is bounded.

Run by :mod:`kgbuild.store.isolated` as ``python -m kgbuild.store.answering FOLDER``: reads a request as JSON
from standard input and writes the answer to standard output, after a line that says what it is.
"""

import contextlib
import io
import itertools
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, TypeVar

import pyoxigraph as ox

from kgbuild.errors import StoreError
from kgbuild.store.embedded import Store
from kgbuild.vocab import PREFIXES

OK: Final = 0
SYNTAX: Final = 10
REFUSED: Final = 11
NO_STORE: Final = 12
CUT: Final = b"\x01"
WHOLE: Final = b"\x00"
"""First byte of the output: whether the limit cut the answer."""

RESULT_FORMATS: Final = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
GRAPH_FORMATS: Final = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}


_Found = TypeVar("_Found")


def answer(store: Store, request: dict[str, Any]) -> tuple[str, bytes, bool]:
    """Format, bytes and whether the limit cut the answer.

    ``request`` holds ``query``, ``rows`` (the limit, or nothing), ``results`` and ``graph`` (formats for the
    two kinds of answers), ``default`` and ``named`` (IRIs of graphs, or empty lists for all).

    Raises:
        SyntaxError: if the query is none.
        ValueError: if a graph's name is no IRI.
    """
    default = [ox.NamedNode(iri) for iri in request["default"]]
    named = [ox.NamedNode(iri) for iri in request["named"]]
    text, prefixes = request["query"], dict(PREFIXES)
    if default or named:
        found = store.database.query(text, prefixes=prefixes, default_graph=[*default], named_graphs=[*named])
    else:
        found = store.database.query(text, prefixes=prefixes)
    out = io.BytesIO()
    limit: int | None = request["rows"]
    if isinstance(found, ox.QueryTriples):
        kind = request["graph"]
        triples, cut = _first(found, limit)
        ox.serialize(triples, out, format=GRAPH_FORMATS[kind], prefixes=_used(triples))
        return kind, out.getvalue(), cut
    kind = request["results"]
    if isinstance(found, ox.QueryBoolean):
        # CSV and TSV have no form for a truth value
        kind = kind if kind in {"json", "xml"} else "json"
        found.serialize(out, RESULT_FORMATS[kind])
        return kind, out.getvalue(), False
    if limit is None:
        found.serialize(out, RESULT_FORMATS[kind])
        return kind, out.getvalue(), False
    data, cut = _first_rows(found, limit)
    if kind != "json":
        solutions = ox.parse_query_results(data, format=ox.QueryResultsFormat.JSON)
        solutions.serialize(out, RESULT_FORMATS[kind])
        data = out.getvalue()
    return kind, data, cut


def _first(found: Iterable[_Found], limit: int | None) -> tuple[list[_Found], bool]:
    """The first ``limit`` of what is found, and whether there is more."""
    kept = list(itertools.islice(found, None if limit is None else limit + 1))
    return kept[:limit], limit is not None and len(kept) > limit


def _used(triples: list[ox.Triple]) -> dict[str, str]:
    text = " ".join(map(str, triples[:1000]))
    return {name: iri for name, iri in PREFIXES.items() if iri in text}


def _first_rows(found: ox.QuerySolutions, limit: int) -> tuple[bytes, bool]:
    names = [variable.value for variable in found.variables]
    solutions, cut = _first(found, limit)
    rows = []
    for solution in solutions:
        pairs = ((name, solution[name]) for name in names)
        rows.append({name: _term(term) for name, term in pairs if term is not None})
    return json.dumps({"head": {"vars": names}, "results": {"bindings": rows}}).encode(), cut


def _term(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> dict[str, Any]:
    if isinstance(term, ox.Triple):
        parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
        return {"type": "triple", "value": {name: _term(part) for name, part in parts.items()}}
    if isinstance(term, ox.Literal):
        kind = {"xml:lang": term.language} if term.language else {"datatype": term.datatype.value}
        return {"type": "literal", "value": term.value, **kind}
    return {"type": "uri" if isinstance(term, ox.NamedNode) else "bnode", "value": term.value}


def _bound(seconds: float, memory: int | None) -> None:
    """Bound processor time and memory of this process, where the system can."""
    with contextlib.suppress(ImportError):
        import resource

        if memory is not None:
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        whole = int(seconds) + 2  # of one processor; whoever started this process stops it sooner
        resource.setrlimit(resource.RLIMIT_CPU, (whole, whole))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(arguments: list[str]) -> int:
    """Answer the request on standard input; return the exit code."""
    request = json.loads(sys.stdin.buffer.read())
    _bound(request["seconds"], request["memory"])
    try:
        with Store.open(Path(arguments[0])) as store:
            kind, data, cut = answer(store, request)
    except StoreError as error:
        sys.stderr.write(str(error))
        return NO_STORE
    except SyntaxError as error:
        sys.stderr.write(str(error))
        return SYNTAX
    except ValueError as error:
        sys.stderr.write(str(error))
        return REFUSED
    sys.stdout.buffer.write((CUT if cut else WHOLE) + kind.encode() + b"\n" + data)
    return OK


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
