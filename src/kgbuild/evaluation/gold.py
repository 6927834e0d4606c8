"""Gold annotations: one JSON file an article, read into typed objects."""

import json
from dataclasses import dataclass
from pathlib import Path

from kgbuild.errors import DataFileError, UsageError
from kgbuild.evaluation.record import Record
from kgbuild.model import Span

_SCORED_ZONES = frozenset({None, "title", "subtitle", "body"})
_TITLE_TYPE = "Role"
_NOMINAL = "nominal"

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GoldEntity:
    """One annotated occurrence of a name, or of a title that denotes a person.

    ``metonym`` is the state that a capital stands for here. Only names inside the article's own text
    are ``scored`` as mentions; a title or a name in the boilerplate costs nothing, found or missed.
    """

    span: Span
    kind: str
    name: str
    metonym: str | None
    wikidata: str | None
    scored: bool


@dataclass(frozen=True, slots=True)
class GoldAct:
    """One annotated act. ``*_readings`` hold the accepted sets of names, the preferred one first."""

    type: str
    accepted_types: frozenset[str]
    trigger: Span
    evidence: Span
    evidence_text: str
    agent_readings: tuple[Names, ...]
    addressee_readings: tuple[Names, ...]
    reported_by_readings: tuple[Names, ...]
    reporter_inferred: bool
    """The annotator inferred a reporter that the text does not credit: naming one is no error."""
    topics: frozenset[str]
    negated: bool
    conditional: bool
    optional: bool
    """Costs nothing when missed or found."""


@dataclass(frozen=True, slots=True)
class GoldArticle:
    """All that was annotated in one article."""

    id: str
    entities: tuple[GoldEntity, ...]
    acts: tuple[GoldAct, ...]


def read_gold(folder: Path) -> tuple[GoldArticle, ...]:
    """The annotated articles of ``folder/*.json``, by file name.

    Raises:
        UsageError: if the folder is not there or holds no JSON file.
        DataFileError: if a file is malformed, or two of them are of one article.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder. Give the folder that holds one JSON file an article.")
    paths = sorted(folder.glob("*.json"))
    if not paths:
        raise UsageError(f"{folder} holds no JSON files. Give the folder that holds one an article.")
    articles = tuple(_read_article(path) for path in paths)
    seen: dict[str, Path] = {}
    for path, article in zip(paths, articles, strict=True):
        if article.id in seen:
            raise DataFileError(f"{path}: article {article.id!r} is annotated in {seen[article.id].name} too")
        seen[article.id] = path
    return articles


def gold_article(record: Record) -> GoldArticle:
    """One article from its JSON object.

    Raises:
        DataFileError: if a field is missing or of the wrong type; names the file, the item and the field.
    """
    return GoldArticle(
        record.text("id"),
        tuple(_entity(item) for item in record.records("entities")),
        tuple(_act(item) for item in record.records("acts")),
    )


def _read_article(path: Path) -> GoldArticle:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise DataFileError(f"{path} cannot be read as JSON: {error}") from error
    return gold_article(Record.of(content, str(path)))


def _entity(record: Record) -> GoldEntity:
    kind = record.text("type")
    is_name = kind != _TITLE_TYPE and record.optional_text("kind") != _NOMINAL
    return GoldEntity(
        span=record.span(),
        kind=kind,
        name=record.text("canonical_en"),
        metonym=record.optional_text("metonym"),
        wikidata=record.optional_text("wikidata"),
        scored=is_name and record.optional_text("zone") in _SCORED_ZONES,
    )


def _act(record: Record) -> GoldAct:
    kind = record.text("type")
    return GoldAct(
        type=kind,
        accepted_types=frozenset({kind, *record.texts("alt_types")}),
        trigger=record.quoted_span("trigger"),
        evidence=record.quoted_span("evidence"),
        evidence_text=record.text("evidence"),
        agent_readings=_readings(record, "agent"),
        addressee_readings=_readings(record, "addressee"),
        reported_by_readings=_readings(record, "reported_by"),
        reporter_inferred=bool(record.items("reported_by_inferred")),
        topics=frozenset(record.texts("topics")),
        negated=record.flag("negated"),
        conditional=record.flag("conditional"),
        optional=record.flag("optional"),
    )


def _readings(record: Record, role: str) -> tuple[Names, ...]:
    """The annotated names, then each alternative: a name alone or a list of names."""
    alternatives: list[Names] = []
    key = f"alt_{role}s"
    for item in record.items(key):
        names = [item] if isinstance(item, str) else item
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise record.error(key, "a list of names or of lists of names")
        alternatives.append(tuple(names))
    return (record.texts(role), *alternatives)
