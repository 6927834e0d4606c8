"""What the check of a graph found, kept as plain data so that an unchanged graph is not checked again."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any

import pyoxigraph as ox

from kgbuild.model import Span
from kgbuild.validation import Report, Result, Severity
from kgbuild.validation.report import order


def result_row(result: Result) -> dict[str, Any]:
    """A result as plain data for JSON."""
    row = {one.name: getattr(result, one.name) for one in fields(result)}
    span = result.span
    return {**row, "severity": result.severity.value, "span": [span.start, span.end] if span else None}


def result_of(row: Mapping[str, Any]) -> Result:
    """What :func:`result_row` wrote.

    Raises:
        TypeError, ValueError, KeyError: if it is no such row.
    """
    span = Span(*row["span"]) if row["span"] else None
    return Result(**{**row, "severity": Severity(row["severity"]), "span": span})


def report_of(rows: Iterable[Mapping[str, Any]], graphs: int) -> Report:
    """The report that the rows of ``graphs`` graphs make together."""
    return Report(tuple(sorted({result_of(row) for row in rows}, key=order)), graphs)


def graph_digest(quads: Sequence[ox.Quad]) -> str:
    """SHA-256 (hex) of sorted quads."""
    return hashlib.sha256(ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"").hexdigest()
