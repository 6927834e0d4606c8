"""From a record as given (a JSON object, a file and its metadata) to an article, or to why there is none."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kgbuild.corpus.language import why_not_arabic
from kgbuild.corpus.limits import Limits
from kgbuild.model import Article, Issue

STAGE = "read"
METADATA = ("url", "outlet", "date", "title", "language")

_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?\Z", re.DOTALL)
_UNUSABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_YEARS = range(1800, 2200)
REPLACEMENT = "\ufffd"


@dataclass(frozen=True, slots=True)
class Record:
    """One record: where it stands, the id it has if it names none, and its fields as given."""

    place: str
    fallback_id: str
    fields: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a record: an article or none, and what was found wrong with it."""

    article: Article | None
    issues: tuple[Issue, ...]
    is_record: bool = True
    """False for what is told of a file beside its records."""


def issue(code: str, article: str, message: str) -> Issue:
    """Make an issue of this stage; what cannot be written down is replaced in it."""
    return Issue(STAGE, code, _UNUSABLE.sub(REPLACEMENT, article), _UNUSABLE.sub(REPLACEMENT, message))


def to_article(record: Record, limits: Limits) -> Outcome:
    """Check a record's fields and make an article of it.

    ``text`` is required; ``id`` and the metadata fields (:data:`METADATA`) are not. A wrong value of a
    metadata field is left out with an issue while the article is kept. Characters that neither UTF-8
    nor XML can carry (lone surrogates, control characters) are replaced one for one, so that offsets
    stay those of the text as given.
    """
    issues: list[Issue] = []
    article_id = _id_of(record, limits, issues)
    text = record.fields.get("text")
    if not isinstance(text, str):
        problem = "has no `text`" if text is None else "has a `text` that is no string"
        return Outcome(None, (*issues, issue("no-text", article_id, f"{record.place} {problem}.")))
    replaced = _UNUSABLE.sub(REPLACEMENT, text)
    if replaced != text:
        count = sum(a != b for a, b in zip(text, replaced, strict=True))
        message = f"{record.place}: {count} control characters or lone surrogates were replaced by U+FFFD."
        issues.append(issue("replaced-characters", article_id, message))
    if not replaced.strip().strip("\ufeff\u200b"):
        return Outcome(None, (*issues, issue("empty-article", article_id, f"{record.place} is empty.")))
    metadata = {name: _string(record, name, article_id, issues) for name in METADATA}
    reason = why_not_arabic(replaced, metadata["language"], limits.arabic_share)
    if reason:
        return Outcome(None, (*issues, issue("not-arabic", article_id, f"{record.place}: {reason}.")))
    article = Article(
        id=article_id,
        text=replaced,
        url=metadata["url"],
        outlet=metadata["outlet"],
        date=_date(metadata["date"], record, article_id, issues),
        title=metadata["title"],
        language=metadata["language"] or "ar",
    )
    return Outcome(article, tuple(issues))


def _id_of(record: Record, limits: Limits, issues: list[Issue]) -> str:
    """Take the record's id, or its fallback with an issue when the id given is unusable."""
    given = record.fields.get("id")
    if given is None:
        return record.fallback_id
    if isinstance(given, int) and not isinstance(given, bool):
        given = str(given)
    if not isinstance(given, str) or not given.strip() or len(given) > limits.id_length:
        problem = f"its `id` is no text of 1 to {limits.id_length} characters"
    elif _UNUSABLE.search(given):
        problem = "its `id` holds control characters or lone surrogates"
    else:
        return given.strip()
    message = f"{record.place}: {problem}; it goes by {record.fallback_id!r}."
    issues.append(issue("bad-id", record.fallback_id, message))
    return record.fallback_id


def _string(record: Record, name: str, article_id: str, issues: list[Issue]) -> str | None:
    """Take a metadata field that must be a string; blank counts as not given."""
    value = record.fields.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        code = "bad-date" if name == "date" else "bad-metadata"
        issues.append(issue(code, article_id, f"{record.place}: `{name}` is no string; it is left out."))
        return None
    return _UNUSABLE.sub(REPLACEMENT, value).strip() or None


def _date(value: str | None, record: Record, article_id: str, issues: list[Issue]) -> date | None:
    """Read an ISO 8601 date or date and time; what is neither is left out with an issue."""
    if value is None:
        return None
    match = _DATE.match(value)
    if match and int(match[1]) in _YEARS:
        try:
            return date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:  # no such day: told below, with everything else that is no date
            pass
    message = f"{record.place}: `date` is {value[:40]!r}, not a date as 2021-07-15; the article has no date."
    issues.append(issue("bad-date", article_id, message))
    return None
