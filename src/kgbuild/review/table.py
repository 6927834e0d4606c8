"""The table that a person fills in, and its readable form."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from kgbuild.review.corrections import Correction, read_corrections, signed, table_text
from kgbuild.review.decisions import NAME
from kgbuild.review.items import Item

COLUMNS: Final = (
    "kind", "decision", "surface", "context", "type", "agent", "addressee", "confidence", "suggestions",
    "note", "by", "mentions", "document", "start", "end", "article",
)  # fmt: skip


def write_table(rows: Iterable[Item]) -> str:
    """The rows as tab-separated text under :data:`COLUMNS`; ``decision`` is to be filled in."""
    return table_text(COLUMNS, ({name: _cell(getattr(row, name)) for name in COLUMNS} for row in rows))


def read_decisions(path: Path, by: str = "") -> list[Correction]:
    """The filled-in rows of a table; those that do not say who decided are signed with ``by``.

    Raises:
        DataFileError: if the table is malformed; the message names file and line.
    """
    return signed(read_corrections(path), by)


def text_table(rows: Sequence[Item]) -> str:
    """The rows for reading: names, then acts from the least sure on, with where they stand."""
    names = [row for row in rows if row.kind == NAME]
    acts = sorted((row for row in rows if row.kind != NAME), key=lambda row: row.confidence)
    lines = [f"Names without a known entity: {len(names)}"]
    for row in names:
        often = f", {row.mentions} times" if row.mentions > 1 else ""
        suggested = f" (perhaps {row.suggestions})" if row.suggestions else ""
        lines.append(f"  {row.surface}  {row.type}{often}{suggested}  {_place(row)}{_decided(row)}")
        lines.append(f"      {row.context}")
    lines.append(f"Acts to look at: {len(acts)}")
    for row in acts:
        parties = f"{row.agent or '?'}{' → ' + row.addressee if row.addressee else ''}"
        lines.append(
            f"  {row.confidence:.2f}  {row.type}  {row.surface}  {parties}  {_place(row)}{_decided(row)}"
        )
        lines.append(f"      {row.context}")
    return "\n".join(lines) + "\n"


def _cell(value: str | int | float) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def _place(row: Item) -> str:
    return f"[{row.document} {row.start}–{row.end}]"


def _decided(row: Item) -> str:
    return f"  = {row.decision}" if row.decision else ""
