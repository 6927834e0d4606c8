"""Answers as a table for the terminal, CSV, TSV, JSON or Markdown."""

import csv
import io
import json
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from kgbuild.errors import UsageError
from kgbuild.querying.run import Answer, Cell
from kgbuild.vocab import PREFIXES

_LOCAL: Final = re.compile(r"[A-Za-z0-9_-]+\Z")
_UNSEEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_LONGEST_FIRST: Final = tuple(sorted(PREFIXES.items(), key=lambda item: -len(item[1])))


def short(text: str) -> str:
    """``act:0a1b…`` for an IRI of a known namespace, the text itself otherwise."""
    for name, namespace in _LONGEST_FIRST:
        local = text.removeprefix(namespace)
        if local != text and _LOCAL.match(local):
            return f"{name}:{local}"
    return text


def table(answer: Answer, width: int | None = None) -> str:
    """A table of at most ``width`` columns of the terminal, IRIs shortened.

    Control characters and those that turn the direction of text, which could forge what a terminal
    shows, are shown as their code points. Columns that are empty throughout are left out, and Arabic
    columns (``…_ar``) beside their English ones too; the other formats keep them.
    """
    shown = [n for n, name in enumerate(answer.columns) if _is_shown(answer, n, name)]
    grid = Table(show_lines=False, pad_edge=False)
    for n in shown:
        grid.add_column(answer.columns[n], overflow="fold")
    for row in answer.rows:
        grid.add_row(*(Text(_visible(short_cell(row[n]))) for n in shown))
    out = io.StringIO()
    Console(file=out, width=width or 160, color_system=None, force_terminal=False).print(grid)
    lines = [line.rstrip() for line in out.getvalue().splitlines()]
    count = f"{len(answer.rows)} row{'' if len(answer.rows) == 1 else 's'}"
    more = " (there are more: raise --limit)" if answer.truncated else ""
    return "\n".join([*lines, count + more]) + "\n"


def csv_text(answer: Answer, _: int | None = None) -> str:
    """CSV; lists are split by ``; ``, and what a spreadsheet would take for a formula is quoted by ``'``."""
    return _separated(answer, ",", "\r\n")


def tsv_text(answer: Answer, _: int | None = None) -> str:
    """Tab-separated values, otherwise as CSV."""
    return _separated(answer, "\t", "\n")


def json_text(answer: Answer, _: int | None = None) -> str:
    """A JSON array of objects; lists are arrays, what is not known is null."""
    rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
    text = json.dumps(rows, ensure_ascii=False, indent=1)
    return text.encode("utf-8", "replace").decode() + "\n"


def markdown(answer: Answer, _: int | None = None) -> str:
    """A Markdown table, IRIs shortened."""
    head = "| " + " | ".join(answer.columns) + " |"
    rule = "|" + " --- |" * len(answer.columns)
    rows = ["| " + " | ".join(_markdown_cell(cell) for cell in row) + " |" for row in answer.rows]
    return "\n".join([head, rule, *rows]) + "\n"


FORMATS: Final[Mapping[str, Callable[[Answer, int | None], str]]] = MappingProxyType(
    {"csv": csv_text, "json": json_text, "markdown": markdown, "table": table, "tsv": tsv_text}
)


def render(answer: Answer, format_name: str, width: int | None = None) -> str:
    """Return the answer in one of :data:`FORMATS`.

    Raises:
        UsageError: if there is no such format.
    """
    if format_name not in FORMATS:
        raise UsageError(f"There is no format {format_name!r}. Choose one of: {', '.join(sorted(FORMATS))}.")
    return FORMATS[format_name](answer, width)


def _is_shown(answer: Answer, n: int, name: str) -> bool:
    if all(row[n] in (None, "", ()) for row in answer.rows):
        return not answer.rows
    return not (name.endswith("_ar") and name.removesuffix("_ar") in answer.columns)


def short_cell(cell: Cell) -> str:
    """A cell as text with shortened IRIs."""
    if cell is None:
        return ""
    if isinstance(cell, tuple):
        return "; ".join(short(one) for one in cell)
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return short(cell) if isinstance(cell, str) else str(cell)


def _visible(text: str) -> str:
    return _UNSEEN.sub(lambda one: f"⟨U+{ord(one[0]):04X}⟩", text)


def _separated(answer: Answer, delimiter: str, line_end: str) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=line_end)
    writer.writerow(answer.columns)
    writer.writerows([_safe(cell) for cell in row] for row in answer.rows)
    return out.getvalue().encode("utf-8", "replace").decode()


def _safe(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        return str(cell)
    text = "; ".join(cell) if isinstance(cell, tuple) else cell or ""
    return "'" + text if text.lstrip(" ").startswith(_FORMULA) else text


def _markdown_cell(cell: Cell) -> str:
    text = " ".join(_visible(short_cell(cell).replace("\n", " ")).split())
    return re.sub(r"([\\`*_|<>\[\]])", r"\\\1", text)
