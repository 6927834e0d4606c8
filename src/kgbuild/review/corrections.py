"""Corrections as data: a sorted table beside the graph, keyed by article, place and words."""

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import Final

from kgbuild.errors import DataFileError
from kgbuild.review.cells import escaped, shown, unescaped
from kgbuild.review.decisions import KINDS, UNDO, Decision, decision

FILE: Final = "corrections.tsv"
COLUMNS: Final = ("kind", "article", "start", "end", "surface", "decision", "by", "note", "document")
NEEDED: Final = ("kind", "article", "start", "end", "surface", "decision")
LARGEST: Final = 64 * 1024 * 1024
"""Bytes of a table that is read."""
_ARTICLE: Final = re.compile(r"[0-9a-f]{20}\Z")
_OFFSET: Final = re.compile(r"[0-9]{1,9}\Z")
_LONGEST: Final = 1000
"""Characters of a cell that a person fills in."""


@dataclass(frozen=True, slots=True, order=True)
class Correction:
    """One decision of a person about a name or an act.

    ``article`` is the article's key (20 hex digits of its content hash), ``start`` and ``end`` are offsets
    into its text, ``surface`` the words there, of the name or of the act's trigger, as
    :func:`kgbuild.review.cells.shown` gives them. ``by`` says who decided, ``note`` why; ``document`` is
    the article's id, for reading.
    """

    article: str
    start: int
    end: int
    kind: str
    surface: str
    decision: str
    by: str = ""
    note: str = ""
    document: str = ""

    @property
    def place(self) -> tuple[str, int, int, str]:
        """What a later decision about the same thing has in common with this one."""
        return (self.article, self.start, self.end, self.kind)

    @property
    def meaning(self) -> Decision:
        """The decision read; it was checked when the row was."""
        return decision(self.kind, self.decision)


class Corrections:
    """The decisions of a store, by article, sorted by place."""

    def __init__(self, rows: Iterable[Correction] = ()) -> None:
        """Take corrections of different places."""
        self._rows = tuple(sorted(rows))
        self._of: dict[str, list[Correction]] = {}
        for row in self._rows:
            self._of.setdefault(row.article, []).append(row)

    @classmethod
    def load(cls, folder: Path) -> "Corrections":
        """The corrections kept in a store's folder; none when there is no file.

        Raises:
            DataFileError: if the file is malformed.
        """
        path = folder / FILE
        return cls(read_corrections(path)) if path.exists() else cls()

    def save(self, folder: Path) -> None:
        """Write them into a store's folder; a file of none is removed."""
        path = folder / FILE
        if not self._rows:
            path.unlink(missing_ok=True)
            return
        table = ({name: str(getattr(row, name)) for name in COLUMNS} for row in self._rows)
        partial = path.with_suffix(".part")
        partial.write_text(table_text(COLUMNS, table), encoding="utf-8", newline="")
        partial.replace(path)

    def __iter__(self) -> Iterator[Correction]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def of(self, article: str) -> tuple[Correction, ...]:
        """Those of one article."""
        return tuple(self._of.get(article, ()))

    def merged(self, newer: Iterable[Correction]) -> "Corrections":
        """These with ``newer`` decisions in place of those about the same things; ``undo`` takes one away."""
        by_place = {row.place: row for row in self._rows}
        for row in newer:
            if row.meaning.action == UNDO:
                by_place.pop(row.place, None)
            else:
                by_place[row.place] = row
        return Corrections(by_place.values())

    def digests(self) -> dict[str, str]:
        """For each article with corrections, a hash (20 hex digits) that changes when what they make does.

        What a Wikidata item is called depends on all corrections that name it, so these count too.
        """
        naming: dict[str, list[Correction]] = {}
        for row in self._rows:
            wanted = row.meaning.entity
            if wanted is not None and wanted.is_item:
                naming.setdefault(wanted.name, []).append(row)
        found = {}
        for article, rows in sorted(self._of.items()):
            items = sorted({r.meaning.entity.name for r in rows if r.meaning.entity is not None})
            payload = [astuple(row) for row in [*rows, *(r for name in items for r in naming.get(name, ()))]]
            found[article] = hashlib.sha256(repr(payload).encode()).hexdigest()[:20]
        return found


def read_corrections(path: Path) -> list[Correction]:
    """Read a table with at least the columns :data:`NEEDED`, in any order.

    Rows without a decision are passed over.

    Raises:
        DataFileError: if it is no such table, or a row makes no sense; the message names file and line.
    """
    found: dict[tuple[str, int, int, str], Correction] = {}
    for line, cells in _cells(path):
        try:
            row = _correction(cells)
        except ValueError as error:
            raise DataFileError(f"{path.name}, line {line}: {error} Correct the row in {path}.") from error
        if row is None:
            continue
        other = found.setdefault(row.place, row)
        if other.decision != row.decision:
            raise DataFileError(
                f"{path.name}, line {line}: {row.surface!r} is decided in two ways: {other.decision} and "
                f"{row.decision}. Correct the row in {path}."
            )
    return sorted(found.values())


def table_text(columns: Iterable[str], rows: Iterable[Mapping[str, str]]) -> str:
    """Tab-separated text that spreadsheets read and that runs nothing in them."""
    names = list(columns)
    out = io.StringIO()
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    writer.writerow(names)
    writer.writerows([escaped(shown(row.get(name, ""))) for name in names] for row in rows)
    return out.getvalue()


def _cells(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    text = _text(path)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter="\t", strict=True)
    columns: list[str] = []
    try:
        for row in reader:
            if not any(cell.strip() for cell in row) or row[0].startswith("#"):
                continue
            if not columns:
                columns = [cell.strip().casefold() for cell in row]
                missing = [name for name in NEEDED if name not in columns]
                if missing:
                    raise DataFileError(
                        f"{path.name}, line {reader.line_num}: the column {missing[0]} is missing. A table "
                        "to apply has the columns that kgbuild review wrote, separated by tabs."
                    )
                continue
            values = [unescaped(cell.strip()) for cell in row]
            yield reader.line_num, dict(zip(columns, values, strict=False))
    except csv.Error as error:
        raise DataFileError(
            f"{path.name}, line {reader.line_num}: {error}. Save {path} as tab-separated text in UTF-8."
        ) from error
    if not columns:
        raise DataFileError(f"{path.name} is empty. Write the table with kgbuild review --out {path}.")


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise DataFileError(f"{path} is larger than {LARGEST >> 20} MiB. Apply it in parts.")
        return data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataFileError(
            f"{path.name} cannot be read ({error}). Save {path} as tab-separated text in UTF-8."
        ) from error


def _correction(cells: Mapping[str, str]) -> Correction | None:
    """The row's correction, None where nothing was decided; ValueError says what is wrong with it."""
    text = shown(cells.get("decision", ""))
    if not text:
        return None
    kind, article = cells.get("kind", "").casefold(), cells.get("article", "").casefold()
    if kind not in KINDS:
        raise ValueError(f"the kind is {kind!r} and should be {' or '.join(KINDS)}.")
    if not _ARTICLE.match(article):
        raise ValueError(f"{article!r} is no article key of 20 hexadecimal digits.")
    start, end = (cells.get(name, "") for name in ("start", "end"))
    if not _OFFSET.match(start) or not _OFFSET.match(end) or int(start) >= int(end):
        raise ValueError(f"{start!r} and {end!r} are no offsets of a stretch of text.")
    surface = shown(cells.get("surface", ""))
    if not surface:
        raise ValueError("the surface is empty.")
    by, note, document = (shown(cells.get(name, "")) for name in ("by", "note", "document"))
    if max(len(text), len(by), len(note)) > _LONGEST:
        raise ValueError(f"decision, by and note may have {_LONGEST} characters each.")
    decision(kind, text)
    return Correction(article, int(start), int(end), kind, surface, text, by, note, document)


def signed(rows: Iterable[Correction], by: str) -> list[Correction]:
    """The rows with ``by`` where they do not say who decided."""
    return [row if row.by else replace(row, by=shown(by)) for row in rows]
