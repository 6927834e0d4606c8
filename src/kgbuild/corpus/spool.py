"""Articles put aside while the rest of the input is read, so that memory holds none of their texts."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import IO

from kgbuild.corpus.records import issue
from kgbuild.model import Article, Issue


@dataclass(frozen=True, slots=True)
class Entry:
    """An article that was put aside: its id, its content hash (SHA-256, hex), and its place in bytes."""

    id: str
    content_hash: str
    start: int
    size: int


class Spool:
    """Articles in a file, each of which can be had again; ``file`` is open for writing and reading."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._end = 0

    def add(self, article: Article) -> Entry:
        """Put an article aside."""
        data = article_bytes(article)
        self._file.seek(self._end)
        self._file.write(data)
        entry = Entry(article.id, article.content_hash, self._end, len(data))
        self._end += len(data)
        return entry

    def data(self, entry: Entry) -> bytes:
        """The article as :func:`article_bytes` writes it."""
        self._file.seek(entry.start)
        return self._file.read(entry.size)


def article_bytes(article: Article) -> bytes:
    """An article as one line of JSON, for a file or another process."""
    fields = {**asdict(article), "date": article.date and article.date.isoformat()}
    return json.dumps(fields, ensure_ascii=False).encode("utf-8", "surrogatepass")


def article_of(data: bytes) -> Article:
    """What :func:`article_bytes` wrote."""
    fields = json.loads(data.decode("utf-8", "surrogatepass"))
    return Article(**{**fields, "date": date.fromisoformat(fields["date"]) if fields["date"] else None})


def without_repeats(entries: Iterable[Entry]) -> tuple[tuple[Entry, ...], list[Issue]]:
    """Sort by id and keep one article of each: of several, the one with the least content hash."""
    kept: dict[str, Entry] = {}
    issues: list[Issue] = []
    for entry in sorted(entries, key=lambda one: (one.id, one.content_hash, one.start)):
        other = kept.setdefault(entry.id, entry)
        if other is entry:
            continue
        if other.content_hash == entry.content_hash:
            issues.append(issue("duplicate", entry.id, f"{entry.id!r} was given twice, with equal content."))
        else:
            message = (
                f"{entry.id!r} is the id of several articles; the one with content hash "
                f"{other.content_hash[:12]} is kept, {entry.content_hash[:12]} is not. Give each an id."
            )
            issues.append(issue("id-conflict", entry.id, message))
    return tuple(kept.values()), issues
