"""What the system said: rows of ``kgbuild acts`` and ``kgbuild mentions``, as typed objects."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kgbuild.errors import DataFileError, UsageError
from kgbuild.evaluation.record import Record
from kgbuild.model import Span


@dataclass(frozen=True, slots=True)
class EntityRef:
    """An entity as a row names it."""

    iri: str
    label_en: str | None = None
    label_ar: str | None = None
    wikidata: str | None = None

    @property
    def label(self) -> str:
        """What to call it in a message."""
        return self.label_en or self.label_ar or self.iri


@dataclass(frozen=True, slots=True)
class MentionRow:
    """One named thing at one place of an article."""

    document: str
    span: Span
    text: str
    kind: str
    entity: EntityRef | None


@dataclass(frozen=True, slots=True)
class ActRow:
    """One act as told in one place of an article."""

    document: str
    type: str
    trigger: Span
    evidence: Span
    evidence_text: str
    agent: tuple[EntityRef, ...]
    addressee: tuple[EntityRef, ...]
    reported_by: tuple[EntityRef, ...]
    topics: frozenset[str]
    negated: bool
    conditional: bool


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The JSON objects of a JSON Lines file.

    Raises:
        UsageError: if the file is not there.
        DataFileError: if a line is no JSON object; names the line.
    """
    if not path.is_file():
        raise UsageError(f"{path} is not there. Write it with 'kgbuild acts -o' or 'kgbuild mentions -o'.")
    rows: list[dict[str, Any]] = []
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise DataFileError(f"{path} cannot be read as UTF-8: {error}") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise DataFileError(f"{path}, line {number} is not JSON: {error}") from error
        rows.append(dict(Record.of(value, f"{path}, line {number}").value))
    return rows


def mention_rows(rows: Iterable[Mapping[str, Any]]) -> list[MentionRow]:
    """Rows of ``kgbuild mentions``, typed.

    Raises:
        DataFileError: if a field is missing or of the wrong type; names the row and the field.
    """
    return [_mention(Record.of(row, f"mention row {n}")) for n, row in enumerate(rows, start=1)]


def act_rows(rows: Iterable[Mapping[str, Any]]) -> list[ActRow]:
    """Rows of ``kgbuild acts``, typed.

    Raises:
        DataFileError: if a field is missing or of the wrong type; names the row and the field.
    """
    return [_act(Record.of(row, f"act row {n}")) for n, row in enumerate(rows, start=1)]


def _mention(record: Record) -> MentionRow:
    has_entity = record.value.get("entity") is not None
    return MentionRow(
        document=record.text("document"),
        span=record.span(),
        text=record.optional_text("text") or "",
        kind=record.text("type"),
        entity=_entity(record.record("entity")) if has_entity else None,
    )


def _act(record: Record) -> ActRow:
    evidence = record.record("evidence")
    return ActRow(
        document=record.text("document"),
        type=record.text("type"),
        trigger=record.record("trigger").span(),
        evidence=evidence.span(),
        evidence_text=evidence.text("text"),
        agent=tuple(_entity(item) for item in record.records("agent")),
        addressee=tuple(_entity(item) for item in record.records("addressee")),
        reported_by=tuple(_entity(item) for item in record.records("reported_by")),
        topics=frozenset(record.texts("topics")),
        negated=record.flag("negated"),
        conditional=record.flag("conditional"),
    )


def _entity(record: Record) -> EntityRef:
    return EntityRef(
        iri=record.text("iri"),
        label_en=record.optional_text("label_en"),
        label_ar=record.optional_text("label_ar"),
        wikidata=record.optional_text("wikidata"),
    )
