"""Asking a store, and the answer as plain rows."""

import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import pyoxigraph as ox

from kgbuild.errors import UsageError
from kgbuild.querying.catalog import Question, question
from kgbuild.vocab import XSD

Found = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples
Cell = str | int | float | bool | tuple[str, ...] | None

MOST_ROWS: Final = 5_000
_BIGGEST: Final = 1_000_000
_BEFORE: Final = 120
_SHOWN: Final = 200
_UNSEEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_REASON: Final = re.compile(r"[A-Z][A-Za-z]* [a-zA-Z]+(?: [a-zA-Z]+)*")
"""A sentence among what Oxigraph says it expected, like ``Prefix not found``."""


class Source(Protocol):
    """What can be asked: the embedded store, one in a process of its own, one over the network."""

    def query(self, text: str) -> Found:
        """Run SPARQL; SyntaxError when it is none."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows under ``columns``; a cell is text, a number, a truth value, a sorted list of texts, or nothing.

    IRIs are given in full. ``truncated`` says that a limit cut the answer short.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    truncated: bool = False


def ask(
    source: Source,
    query: str,
    *,
    lists: frozenset[str] = frozenset(),
    order: tuple[str, ...] = (),
    limit: int | None = None,
    widest: int | None = None,
    seconds: float | None = None,
    clock: Callable[[], float] = time.monotonic,
    place: str = "",
) -> Answer:
    """Run a query and gather its answer.

    Args:
        source: what to ask.
        query: SPARQL SELECT, ASK, CONSTRUCT or DESCRIBE. The latter two give the columns subject,
            predicate and object.
        lists: columns to gather where all others are equal.
        order: columns to sort the rows by, in falling order after a ``-``; those without a value come first.
        limit: most rows, counted after gathering and before sorting.
        widest: most rows before gathering that a bound within the query lets through: with as many, the
            answer may have been cut, and says so.
        seconds: most time, looked at between rows (:class:`kgbuild.store.isolated.IsolatedStore` stops a
            query that gives none).
        clock: what tells the seconds.
        place: the file that the query stands in, to be named in errors.

    Raises:
        UsageError: if the query is no SPARQL (names file and line), takes too long, or has no column that
            ``order`` names.
    """
    deadline = None if seconds is None else clock() + seconds
    try:
        found = source.query(query)
    except SyntaxError as error:
        raise UsageError(pointed(query, str(error), place)) from error
    if isinstance(found, ox.QueryBoolean):
        return Answer(("answer",), ((bool(found),),))
    columns: tuple[str, ...] = ("subject", "predicate", "object")
    if isinstance(found, ox.QuerySolutions):
        columns = tuple(variable.value for variable in found.variables)
    for name in order:
        if name.removeprefix("-") not in columns:
            raise UsageError(
                f"{place or 'The query'} sorts by {name!r} (# order:), but its columns are "
                f"{', '.join(columns)}."
            )
    gathered: dict[tuple[Cell, ...], list[set[str]]] = {}
    which = [n for n, name in enumerate(columns) if name in lists]
    truncated = False
    for number, row in enumerate(_rows(found, columns), 1):
        truncated = truncated or number == widest
        if deadline is not None and clock() > deadline:
            raise UsageError(
                f"The query took longer than {seconds:g} seconds. Ask for less, or allow more time."
            )
        key = tuple(None if n in which else cell for n, cell in enumerate(row))
        if key not in gathered and limit is not None and len(gathered) >= limit:
            truncated = True
            if not which:
                break
            continue
        sets = gathered.setdefault(key, [set() for _ in which])
        for values, n in zip(sets, which, strict=True):
            if row[n] not in (None, ""):
                values.add(str(row[n]))
    rows = [_with_lists(key, which, sets) for key, sets in gathered.items()]
    _sort(rows, columns, order)
    return Answer(columns, tuple(rows), truncated)


def ask_question(
    source: Source,
    question: Question,
    values: Mapping[str, str] | None = None,
    *,
    limit: int | None = None,
    seconds: float | None = None,
) -> Answer:
    """Run a named question with ``values`` for its parameters; otherwise as :func:`ask`.

    A question that bounds itself gives :data:`MOST_ROWS` rows at most where no limit is given.
    """
    limit = MOST_ROWS if limit is None and question.bounded else limit
    text = question.bound(values or {}, limit)
    lists, order, place = question.lists, question.order, str(question.path)
    widest = None if limit is None else question.widest(limit)
    return ask(
        source, text, lists=lists, order=order, limit=limit, widest=widest, seconds=seconds, place=place
    )


def answer(
    source: Source,
    catalog: Mapping[str, Question],
    wanted: str,
    values: dict[str, str],
    *,
    limit: int | None = None,
    seconds: float | None = None,
) -> Answer:
    """Answer ``wanted``: the name of a question, SPARQL text, or the path of a query file.

    Raises:
        UsageError: if it is none of these, or as for :func:`ask`.
    """
    if wanted in catalog:
        return ask_question(source, catalog[wanted], values, limit=limit, seconds=seconds)
    is_file = wanted.endswith(".rq")
    if not is_file and not any(char in wanted for char in "{ \n"):
        question(wanted, catalog)
    if values:
        raise UsageError("--param is for named questions; a query of your own holds its values itself.")
    text = read_query(Path(wanted)) if is_file else wanted
    return ask(source, text, limit=limit, seconds=seconds, place=wanted if is_file else "")


def read_query(path: Path) -> str:
    """Return the text of a query file of the user's.

    Raises:
        UsageError: if it cannot be read.
    """
    try:
        if path.stat().st_size > _BIGGEST:
            raise UsageError(f"{path} is larger than {_BIGGEST} bytes: that is no query.")
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read ({error}). Name a file with a SPARQL query.") from error


def _rows(found: ox.QuerySolutions | ox.QueryTriples, columns: tuple[str, ...]) -> Iterator[tuple[Cell, ...]]:
    if isinstance(found, ox.QueryTriples):
        for triple in found:
            yield _cell(triple.subject), _cell(triple.predicate), _cell(triple.object)
    else:
        for solution in found:
            yield tuple(_cell(solution[n]) for n in range(len(columns)))


def _cell(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None) -> Cell:
    if term is None:
        return None
    if isinstance(term, ox.Triple | ox.BlankNode):
        return str(term)
    if isinstance(term, ox.Literal):
        kind = term.datatype.value
        if kind == XSD.boolean:
            return term.value == "true"
        if kind == XSD.integer:
            return int(term.value)
        if kind == XSD.decimal:
            return float(term.value)
    return term.value


def _with_lists(key: tuple[Cell, ...], which: list[int], sets: list[set[str]]) -> tuple[Cell, ...]:
    lists = dict(zip(which, sets, strict=True))
    return tuple(tuple(sorted(lists[n])) if n in lists else cell for n, cell in enumerate(key))


def _sort(rows: list[tuple[Cell, ...]], columns: tuple[str, ...], order: tuple[str, ...]) -> None:
    """Sort by the last column of ``order`` first: sorting is stable."""
    for name in reversed(order):
        n = columns.index(name.removeprefix("-"))
        rows.sort(key=lambda row: _rank(row[n]), reverse=name.startswith("-"))


def _rank(cell: Cell) -> tuple[int, float, str, tuple[str, ...]]:
    """Nothing, then numbers, then texts, then lists."""
    if cell is None:
        return (0, 0, "", ())
    if isinstance(cell, tuple):
        return (3, 0, "", cell)
    return (2, 0, cell, ()) if isinstance(cell, str) else (1, cell, "", ())


def pointed(query: str, message: str, place: str = "") -> str:
    """Say what is wrong with a query: its file (``place``), its line, and a mark under the column."""
    head, _, wanted = message.partition("expected")
    head = head.strip().rstrip(":") or message
    found = re.search(r"(\d+):(\d+)", head)
    lines = query.split("\n")
    what = f"{place} is no SPARQL query" if place else "This is no SPARQL query"
    if not query.strip():
        return f"{what}: it is empty. Write one."
    if not found or not 0 < int(found[1]) <= len(lines):
        return f"{what}: {head[:300]}. Correct it and ask again."
    line, column = int(found[1]), int(found[2])
    # a long line is shown around the place; each character takes one cell, so that the mark stands right
    start = max(0, column - 1 - _BEFORE)
    shown = _UNSEEN.sub(" ", lines[line - 1])[start : start + _SHOWN].rstrip()
    mark = " " * max(0, column - 1 - start) + "^"
    why = "; ".join(_REASON.findall(wanted))
    where = f"line {line}, column {column}" + (f" ({why})" if why else "")
    return f"{what}; {where}:\n  {shown}\n  {mark}\nCorrect it and ask again."
