"""Articles out of the records of a web archive (WARC), and of the text that was made from one (WET).

Pages and plain texts that were fetched (``response`` with status 200, ``resource``) or made of such
(``conversion``) are records; all others (requests, images, redirects …) are counted in one issue a file.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from kgbuild.corpus.charsets import decode, meta_charset
from kgbuild.corpus.heads import charset, media_type
from kgbuild.corpus.limits import Limits
from kgbuild.corpus.messages import BodyError, Message, parse_message
from kgbuild.corpus.pages import PageError, PageReader, read_page
from kgbuild.corpus.records import Outcome, Record, issue, to_article
from kgbuild.corpus.streams import ByteSource
from kgbuild.corpus.warc import WarcRecord, read_records
from kgbuild.model import Issue

_PAGES = ("text/html", "application/xhtml+xml")
_TEXT = "text/plain"
_READ = ("response", "resource", "conversion")
_STATUS_OK = 200
_CAUSE = 16
"""Letters of the digest that ends a long address."""
_MOST_KINDS = 20
_A_DAY = timedelta(days=1)
"""A page's day may be one later than that of its fetching, which is told in UTC."""


class _PassedOverError(Exception):
    """The record is no page: what it is instead."""


class _RefusedError(Exception):
    """The record holds a page that cannot be read: why, as ``code`` and message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def read_archive(
    stream: ByteSource, place: str, document: str, limits: Limits, pages: PageReader = read_page
) -> Iterator[Outcome]:
    """Read a WARC file: an outcome for each page or text in it, and one for all that is neither."""
    others: Counter[str] = Counter()
    for record in read_records(stream, limits):
        where, fallback = f"{place}, record {record.number}", f"{document}-{record.number}"
        if record.code:
            yield Outcome(None, (issue(record.code, fallback, f"{where}: {record.message}."),))
            continue
        try:
            yield _read(record, where, fallback, limits, pages)
        except _PassedOverError as reason:
            others[str(reason)] += 1
        except _RefusedError as reason:
            yield Outcome(None, (issue(reason.code, fallback, f"{where}: {reason}."),))
    if others:
        most = sorted(others.items(), key=lambda one: (-one[1], one[0]))
        kinds = ", ".join(f"{kind} ({count})" for kind, count in most[:_MOST_KINDS])
        more = f" and {len(most) - _MOST_KINDS} kinds more" if len(most) > _MOST_KINDS else ""
        message = f"{place}: {others.total()} records are no pages and were passed over: {kinds}{more}."
        yield Outcome(None, (issue("passed-over", document, message),), is_record=False)


def _read(record: WarcRecord, where: str, fallback: str, limits: Limits, pages: PageReader) -> Outcome:
    """Make an article of a record.

    Raises:
        _PassedOverError: if it is no page and no text.
        _RefusedError: if it is one that cannot be read.
    """
    kind = record.fields.get("warc-type", "").lower()
    if kind not in _READ:
        raise _PassedOverError(f"of type {kind[:20] or 'unknown'}")
    message = _message(record, kind, limits)
    content_type = (message or record).fields.get("content-type", "")
    medium = media_type(content_type)
    if (
        not medium
        and message
        and message.stored[:500].lstrip().lower().startswith((b"<!doctype html", b"<html"))
    ):
        medium = _PAGES[0]
    if medium != _TEXT and medium not in _PAGES:
        raise _PassedOverError(medium[:40] or "of no media type")
    if record.size > limits.file + limits.head or (message is None and record.size > limits.file):
        raise _RefusedError("too-large", f"it is larger than {limits.file} bytes")
    try:
        body = message.body(limits.file) if message else record.block
    except BodyError as error:
        raise _RefusedError(error.code, str(error)) from error
    is_page = medium in _PAGES
    named = [charset(content_type), meta_charset(body) if is_page else None]
    text = decode(body, named)
    if text is None:
        known = " or ".join(repr(name[:20]) for name in named if name) or "no other"
        raise _RefusedError("not-utf8", f"it is not in UTF-8, and it names {known} as its encoding")
    fields = _fields(record, limits)
    issues: list[Issue] = []
    if is_page and text.strip():
        try:
            page = pages(text)
        except PageError as error:
            raise _RefusedError(error.code, str(error)) from error
        if "text" not in page:
            raise _RefusedError("no-text", "no main text was found in the page")
        fields = {**page, **fields}
        issues += _without_late_date(fields, record, where, fallback)
    else:
        fields["text"] = text
    outcome = to_article(Record(where, fallback, fields), limits)
    if outcome.article and ("warc-truncated" in record.fields or (message and message.is_short)):
        issues.append(issue("cut-off", outcome.article.id, f"{where}: the crawler cut the page off."))
    return Outcome(outcome.article, (*outcome.issues, *issues))


def _message(record: WarcRecord, kind: str, limits: Limits) -> Message | None:
    """The HTTP response in a record; None where the record holds the page alone.

    Raises:
        _PassedOverError: if it is no answer that holds the page asked for.
    """
    if kind != "response":
        return None
    message = parse_message(record.block, limits.head)
    if message is None:
        raise _PassedOverError("no HTTP response")
    if message.status != _STATUS_OK:
        raise _PassedOverError(f"status {message.status}")
    return message


def _fields(record: WarcRecord, limits: Limits) -> dict[str, object]:
    """The fields of an article that its record gives: the address, and an id made of it.

    The address is what was fetched, whatever the page says. The day of fetching is no field: it says
    nothing of when the article was published.
    """
    url = record.fields.get("warc-target-uri", "").strip().removeprefix("<").removesuffix(">")
    return {"id": article_id(url, limits.id_length), "url": url} if url else {}


def article_id(url: str, longest: int) -> str:
    """The address itself; of a longer one the beginning and a digest, so that it stays the same."""
    if len(url) <= longest:
        return url
    digest = hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()[:_CAUSE]
    return f"{url[: longest - _CAUSE - 1]}~{digest}"


def _without_late_date(
    fields: dict[str, object], record: WarcRecord, where: str, fallback: str
) -> list[Issue]:
    """Leave out a date of publication that is later than the fetching."""
    try:
        published = date.fromisoformat(str(fields.get("date", ""))[:10])
        fetched = date.fromisoformat(record.fields.get("warc-date", "")[:10])
    except ValueError:
        return []  # one of the two is not known
    if published - fetched <= _A_DAY:
        return []
    del fields["date"]
    message = (
        f"{where}: the page is dated {published}, and was fetched on {fetched}; the article has no date."
    )
    return [issue("bad-date", str(fields.get("id", fallback)), message)]
