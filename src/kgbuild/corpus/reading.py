"""Reading articles: from files, folders and standard input, every record ending as an article or an issue.

Formats: ``.txt`` (one article, named after its file), ``.html``/``.htm`` (a saved page), ``.jsonl`` and
``.jsonl.gz`` (an article a line, with ``id, url, outlet, date, title, language, text``), ``.warc`` and
``.warc.gz`` (a web archive, with a page or text a record; ``.wet`` and ``.wet.gz`` too), folders of these,
and ``-`` for JSONL or one text from standard input. Metadata of ``.txt`` and ``.html`` files come from
``NAME.json`` beside the file, before ``metadata.jsonl`` or ``metadata.tsv`` of its folder, before the page
itself. All input is UTF-8, but for web pages, which may be in the encoding that they name.
"""

import io
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from kgbuild.corpus.archives import read_archive
from kgbuild.corpus.charsets import decode, meta_charset
from kgbuild.corpus.limits import Limits
from kgbuild.corpus.metadata import FolderMetadata, parse_object, read_folder_metadata, read_sidecar
from kgbuild.corpus.pages import PageError, PageReader, read_page
from kgbuild.corpus.records import Outcome, Record, issue, to_article
from kgbuild.corpus.sources import ARCHIVE, LINES, PAGE, STDIN, Source, find_sources
from kgbuild.corpus.spool import Entry, Spool, article_of, without_repeats
from kgbuild.corpus.streams import ByteSource, Rejoined, read_lines, read_whole
from kgbuild.model import Article, Issue

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class ReadCounts:
    """``records = articles + refused + repeated``, always.

    ``refused`` records have an issue that says why; ``repeated`` ones have the id of another article, with
    the issue ``duplicate`` when they say the same and ``id-conflict`` when they do not.
    """

    records: int
    articles: int
    refused: int
    repeated: int

    @property
    def closes(self) -> bool:
        """Whether every record is accounted for."""
        return self.records == self.articles + self.refused + self.repeated


@dataclass(frozen=True, slots=True)
class ReadResult:
    """The articles, sorted by id, and what was found wrong, sorted by article, code and message."""

    articles: tuple[Article, ...]
    issues: tuple[Issue, ...]
    counts: ReadCounts


@dataclass(frozen=True, slots=True)
class Catalog:
    """As :class:`ReadResult`, but the articles are entries of ``spool``."""

    entries: tuple[Entry, ...]
    issues: tuple[Issue, ...]
    counts: ReadCounts
    spool: Spool


def read(
    paths: Sequence[Path | str], *, limits: Limits | None = None, stdin: ByteSource | None = None
) -> ReadResult:
    """Read all articles under ``paths`` into memory; the result does not depend on the order of ``paths``.

    Args:
        paths: files and folders; ``-`` for standard input.
        limits: bounds on the input.
        stdin: what ``-`` reads from, standard input if not given.

    Raises:
        UsageError: if a path is not there, or names a single file in no known format.

    """
    with io.BytesIO() as file:
        found = read_aside(paths, file, limits=limits, stdin=stdin)
        articles = tuple(article_of(found.spool.data(entry)) for entry in found.entries)
    return ReadResult(articles, found.issues, found.counts)


def read_aside(
    paths: Sequence[Path | str],
    file: IO[bytes],
    *,
    limits: Limits | None = None,
    stdin: ByteSource | None = None,
    pages: PageReader = read_page,
) -> Catalog:
    """As :func:`read`, but the articles are written to ``file``; memory holds one at a time.

    Args:
        paths: as :func:`read`.
        file: open for writing and reading.
        limits: as :func:`read`.
        stdin: as :func:`read`.
        pages: what takes the fields of a record out of a web page.

    Raises:
        UsageError: as :func:`read`.
        OSError: if ``file`` cannot be written.

    """
    bounds = limits or Limits()
    sources, issues = find_sources(paths)
    records = refused = len(issues)
    spool = Spool(file)
    entries: list[Entry] = []
    folders: dict[Path, FolderMetadata] = {}
    for source in sources:
        folder = source.path.parent
        if source.form not in (LINES, ARCHIVE) and folder not in folders:
            folders[folder], found = read_folder_metadata(folder, bounds)
            issues.extend(found)
    outcomes = [_told(_read_source(one, folders, bounds, pages), str(one.path), bounds) for one in sources]
    if STDIN in map(str, paths):
        outcomes.append(_told(_read_stdin(stdin or sys.stdin.buffer, bounds), "standard input", bounds))
    for outcome in (outcome for each in outcomes for outcome in each):
        records += outcome.is_record
        issues.extend(outcome.issues)
        if outcome.article is not None:
            entries.append(spool.add(outcome.article))
        else:
            refused += outcome.is_record
    for metadata in folders.values():
        issues.extend(metadata.unused())
    file.flush()
    kept, repeats = without_repeats(entries)
    counts = ReadCounts(records, len(kept), refused, len(repeats))
    ordered = sorted([*issues, *repeats], key=lambda i: (i.article, i.code, i.message))
    return Catalog(kept, tuple(ordered), counts, spool)


def _told(outcomes: Iterator[Outcome], place: str, limits: Limits) -> Iterator[Outcome]:
    """Give the outcomes of one file; after many issues the others are counted, so that memory is bounded."""
    told = 0
    more: Counter[str] = Counter()
    for outcome in outcomes:
        told += len(outcome.issues)
        if told <= limits.told:
            yield outcome
        else:
            more.update(one.code for one in outcome.issues)
            yield replace(outcome, issues=())
    for code, count in sorted(more.items()):
        message = f"{place}: {count} more of its issues are like this, and are not told one by one."
        yield Outcome(None, (issue(code, "", message),), is_record=False)


def _refuse(code: str, document: str, message: str) -> Outcome:
    """Make the outcome of a record that could not even be taken apart."""
    return Outcome(None, (issue(code, document, message),))


def _read_source(
    source: Source, folders: Mapping[Path, FolderMetadata], limits: Limits, pages: PageReader
) -> Iterator[Outcome]:
    """Read one file."""
    place, document = str(source.path), source.document
    try:
        with source.path.open("rb") as stream:
            if source.form == LINES:
                yield from _read_jsonl(stream, place, document, limits)
                return
            if source.form == ARCHIVE:
                yield from read_archive(stream, place, document, limits, pages)
                return
            content = read_whole(stream, limits.file)
    except OSError as error:
        yield _refuse("unreadable", document, f"{place} cannot be read: {error.strerror or error}.")
        return
    if content is None:
        yield _refuse("too-large", document, f"{place} is larger than {limits.file} bytes.")
        return
    sidecar, issues = read_sidecar(source.path.with_suffix(".json"), document, limits)
    fields = {**folders[source.path.parent].take(document), **sidecar}
    reader = pages if source.form == PAGE else None
    outcome = _read_document(content, Record(place, document, fields), limits, reader)
    yield Outcome(outcome.article, (*issues, *outcome.issues))


def _read_document(content: bytes, record: Record, limits: Limits, pages: PageReader | None) -> Outcome:
    """Make an article of a whole file's bytes and the metadata in ``record``; a web page's with ``pages``."""
    text: str | None
    if pages is not None:
        named = meta_charset(content)
        text = decode(content, [named])
        why = f"is not in UTF-8, and names {repr(named[:20]) if named else 'no other'} as its encoding"
    else:
        try:
            text = content.removeprefix(_BOM).decode("utf-8")
        except UnicodeDecodeError as error:
            text, why = None, f"is not UTF-8 (byte {error.start})"
    if text is None:
        message = f"{record.place} {why}. Convert it, e.g. with iconv."
        return _refuse("not-utf8", record.fallback_id, message)
    if pages is not None and text.strip():
        try:
            page = pages(text)
        except PageError as error:
            return _refuse(error.code, record.fallback_id, f"{record.place}: {error}.")
        if "text" not in page:
            return _refuse(
                "no-text", record.fallback_id, f"{record.place}: no main text was found in the page."
            )
        fields = {**page, **record.fields, "text": page["text"]}
    else:
        fields = {**record.fields, "text": text}
    return to_article(Record(record.place, record.fallback_id, fields), limits)


def _read_jsonl(stream: ByteSource, name: str, document: str, limits: Limits) -> Iterator[Outcome]:
    """Read a JSON object a line; records without an id are named after file and line."""
    for count, line in enumerate(read_lines(stream, limits)):
        place, fallback = f"{name}, line {line.number}", f"{document}-{line.number}"
        if count == limits.records:
            message = f"{name} has more than {limits.records} records; the rest is not read."
            yield _refuse("too-many-records", fallback, message)
            return
        if line.code:
            yield _refuse(line.code, fallback, f"{place}: {line.message}.")
            continue
        try:
            fields = parse_object(line.content)
        except UnicodeDecodeError as error:
            yield _refuse("not-utf8", fallback, f"{place} is not UTF-8 (byte {error.start} of the line).")
        except ValueError as error:
            yield _refuse("bad-json", fallback, f"{place} is no JSON object: {error}.")
        else:
            yield to_article(Record(place, fallback, fields), limits)


def _read_stdin(stream: ByteSource, limits: Limits) -> Iterator[Outcome]:
    """Read JSONL, gzipped or not, or the text of one article called ``stdin``."""
    head = stream.read(4)
    whole = Rejoined(head, stream)
    start = head.removeprefix(_BOM).lstrip()
    if start[:1] == b"{" or head.startswith(b"\x1f\x8b"):
        yield from _read_jsonl(whole, "standard input", "stdin", limits)
        return
    content = read_whole(whole, limits.file)
    if content is None:
        yield _refuse("too-large", "stdin", f"standard input is larger than {limits.file} bytes.")
        return
    yield _read_document(content, Record("standard input", "stdin", {}), limits, None)
