"""Acts and mentions as flat rows: JSON Lines for the scorer and for pandas, CSV for spreadsheets."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from kgbuild.graph import iris
from kgbuild.graph.mapping import named_acts
from kgbuild.graph.terms import clean
from kgbuild.model import Decision, Entity, Extraction, Polarity, Role, Span, TimeExpression
from kgbuild.text.terminal import escaped
from kgbuild.vocab import report_name

Row = dict[str, Any]

ACT_COLUMNS: Final = (
    "document", "act", "type", "trigger", "trigger_start", "trigger_end", "evidence", "evidence_start",
    "evidence_end", "agent", "agent_iri", "addressee", "addressee_iri", "reported_by", "reported_by_iri",
    "topics", "possible_topics", "time", "place", "place_iri", "negated", "conditional", "within",
)  # fmt: skip
MENTION_COLUMNS: Final = (
    "document", "text", "start", "end", "type", "decision", "iri", "label_en", "label_ar", "wikidata",
)  # fmt: skip

_PARTIES: Final = (
    ("agent", Role.AGENT),
    ("addressee", Role.ADDRESSEE),
    ("reported_by", Role.REPORTED_BY),
    ("place", Role.PLACE),
)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def act_rows(extraction: Extraction) -> list[Row]:
    """One row an act mention, in textual order.

    ``type`` is the contract's name for the act's class, ``act`` and ``within`` are the IRIs of the
    graph, ``time`` is the ISO day where one is resolved and the words of the text otherwise.
    """
    article = extraction.article
    rows: list[Row] = []
    for named in named_acts(extraction):
        act = named.mention
        row: Row = {
            "document": article.id,
            "act": named.iri,
            "type": report_name(act.trigger.act_type),
            "trigger": _quotation(article.text, act.trigger.span),
            "evidence": _quotation(article.text, act.evidence),
        }
        row.update({name: _entities(act.entities(role)) for name, role in _PARTIES})
        row.update(
            topics=sorted({*act.topics, *act.possible_topics}),
            possible_topics=sorted(act.possible_topics),
            time=time_cell(act.time),
            negated=act.polarity is Polarity.NEGATED,
            conditional=act.condition is not None,
            within=named.within,
        )
        rows.append(row)
    return rows


def mention_rows(extraction: Extraction) -> list[Row]:
    """One row a mention of an entity, in textual order.

    ``type`` is the kind of the entity, which for a linked mention is the gazetteer's.
    """
    rows: list[Row] = []
    for link in sorted(extraction.links, key=lambda one: (one.mention.span, one.entity.key)):
        kind = link.mention.kind if link.decision is Decision.NIL else link.entity.kind
        rows.append(
            {
                "document": extraction.article.id,
                **_quotation(extraction.article.text, link.mention.span),
                "type": kind.value,
                "decision": link.decision.value,
                "entity": entity_object(link.entity),
            }
        )
    return rows


def entity_object(entity: Entity) -> dict[str, str]:
    """IRI, labels and Wikidata id of an entity; what is not known is left out."""
    found = {
        "iri": iris.entity_iri(entity.key),
        "label_en": entity.label_en,
        "label_ar": entity.label_ar,
        "wikidata": entity.wikidata,
    }
    return {name: value for name, value in found.items() if value}


def time_cell(time: TimeExpression | None) -> str | None:
    """The ISO day, the words of the text, or ``None`` where the text gives no time."""
    return None if time is None else iris.resolved_day(time) or time.text


def jsonl(rows: Iterable[Row]) -> str:
    """Rows as JSON Lines, non-ASCII as it is but for two kinds.

    A lone surrogate, which UTF-8 lacks, becomes U+FFFD. What could give a terminal orders is escaped, and
    comes back when the line is read.
    """
    lines = (json.dumps(row, ensure_ascii=False) for row in rows)
    plain = (line.encode("utf-8", "surrogatepass").decode("utf-8", "replace") for line in lines)
    return "".join(escaped(line) + "\n" for line in plain)


def act_csv(rows: Iterable[Row]) -> str:
    """Act rows as CSV under :data:`ACT_COLUMNS`; several entities stand in one cell, split by ``; ``."""
    return csv_text(ACT_COLUMNS, (_flat_act(row) for row in rows))


def mention_csv(rows: Iterable[Row]) -> str:
    """Mention rows as CSV under :data:`MENTION_COLUMNS`."""
    return csv_text(MENTION_COLUMNS, ({**row, **row["entity"]} for row in rows))


def csv_text(columns: Iterable[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows as CSV that no spreadsheet takes for formulas (see :func:`safe_cell`)."""
    names = list(columns)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([safe_cell(row.get(name)) for name in names] for row in rows)
    return out.getvalue()


def safe_cell(value: object) -> str:
    """Text of a cell: ``true``/``false``, nothing for ``None``, an apostrophe before what starts a formula.

    The apostrophe is what OWASP's page on CSV injection asks for; a number is left alone.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    text = clean(str(value))
    return "'" + text if text.lstrip(" ").startswith(_FORMULA) else text


def _flat_act(row: Row) -> Row:
    flat: Row = {name: row[name] for name in ("document", "act", "type", "time", "negated", "conditional")}
    flat["within"] = row["within"]
    for name in ("topics", "possible_topics"):
        flat[name] = "; ".join(row[name])
    for name in ("trigger", "evidence"):
        flat[name] = row[name]["text"]
        flat[f"{name}_start"], flat[f"{name}_end"] = row[name]["start"], row[name]["end"]
    for name, _ in _PARTIES:
        flat[name] = "; ".join(one.get("label_en") or one.get("label_ar", "") for one in row[name])
        flat[f"{name}_iri"] = "; ".join(one["iri"] for one in row[name])
    return flat


def _quotation(text: str, span: Span) -> dict[str, str | int]:
    return {"text": span.of(text), "start": span.start, "end": span.end}


def _entities(entities: Iterable[Entity]) -> list[dict[str, str]]:
    """Each entity once, in the order given."""
    return list({entity.key: entity_object(entity) for entity in entities}.values())
