"""Data files that a person edits: tab-separated values, a header, and lines of comment after ``#``."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kgbuild.errors import DataFileError


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table and where it stands, for messages."""

    path: Path
    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def malformed(self, problem: str) -> DataFileError:
        """Make the error that says what is wrong with this row, to be raised by who found it."""
        return DataFileError(
            f"{self.path.name}, line {self.line}: {problem}. Correct the row in {self.path}."
        )


def read_table(path: Path, columns: Sequence[str]) -> tuple[Row, ...]:
    """Read a table whose header must name ``columns`` in this order; cells are stripped.

    Blank lines and lines that begin with ``#`` are passed over. Empty cells at the end of a row may be
    left out, since editors strip them.

    Raises:
        DataFileError: if the file cannot be read as UTF-8, its header differs, a row has too many cells
            or its first cell is empty.

    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise DataFileError(
            f"{path.name} cannot be read ({error}). Restore {path} or save it as UTF-8."
        ) from error
    rows: list[Row] = []
    header_seen = False
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if not header_seen:
            header_seen = True
            if cells != list(columns):
                found, wanted = ", ".join(cells), ", ".join(columns)
                raise Row(path, number, {}).malformed(f"the header is ({found}) and should be ({wanted})")
            continue
        if len(cells) > len(columns):
            raise Row(path, number, {}).malformed(f"{len(cells)} cells where the header names {len(columns)}")
        row = Row(path, number, dict(zip(columns, cells + [""] * len(columns), strict=False)))
        if not cells[0]:
            raise row.malformed(f"the first cell ({columns[0]}) is empty")
        rows.append(row)
    if not header_seen:
        raise Row(path, len(lines), {}).malformed("there is no header")
    return tuple(rows)
