"""What the check of a graph found, kept as plain data so that an unchanged graph is not checked again."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

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


class Told:
    """What the checks of many graphs found: violations as they are, all else as numbers."""

    def __init__(self) -> None:
        self._violations: set[Result] = set()
        self._untold: Counter[Severity] = Counter()
        self.graphs = 0

    def add(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Add the rows of one graph."""
        self.graphs += 1
        for row in rows:
            severity = Severity(row["severity"])
            if severity is Severity.VIOLATION:
                self._violations.add(result_of(row))
            else:
                self._untold[severity] += 1

    def report(self) -> Report:
        """The report on all graphs."""
        return Report(tuple(sorted(self._violations, key=order)), self.graphs, dict(self._untold))
