"""What the work on one article comes to: a header, the record and the graph, committed together.

A part is three lines of thought in one run of bytes: the header (one line of JSON: what the rest was made
with and what a build has to know of it without reading it), the record (one line, see
:mod:`kgbuild.store.records`) and the graph (sorted N-Quads). On disk the first two are ``records/KEY.json``;
the graph is in the database.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from kgbuild.errors import StoreError
from kgbuild.model import Extraction, Issue, Span
from kgbuild.store.records import to_json

KEY_LENGTH: Final = 20
FORMAT: Final = 1
_LONGEST_HEADER: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Header:
    """What a build has to know of an article that was worked on before."""

    key: str
    """The first 20 digits of the article's content hash."""
    document: str
    """The article's id."""
    made_with: str = ""
    """Digest of everything that the record and the graph depend on; empty: they must be made again."""
    failed: bool = False
    """Whether working on the article failed, so that the next build tries again."""
    graph: str = ""
    """SHA-256 (hex) of the graph's sorted N-Quads."""
    counts: Mapping[str, int] = field(default_factory=dict)
    entities: tuple[str, ...] = ()
    """Keys of the known entities that the graph refers to, sorted."""
    issues: tuple[Issue, ...] = ()
    checked_with: str = ""
    """Digest of the shapes that ``results`` come from; empty: not checked."""
    results: tuple[Mapping[str, Any], ...] = ()
    """What the check of the graph found, as plain data."""
    seal: str = ""
    """Digest of the graph that was checked and of what with; empty: unknown, or some of it was held back."""
    quarantine: str = ""
    """What was held back of the graph, with the report that says why: N-Quads of the quarantine graph."""

    def to_line(self) -> bytes:
        """One line of UTF-8 JSON without its break."""
        row = {
            "format": FORMAT,
            "key": self.key,
            "document": self.document,
            "made_with": self.made_with,
            "failed": self.failed,
            "graph": self.graph,
            "counts": dict(self.counts),
            "entities": list(self.entities),
            "issues": [_issue_row(one) for one in self.issues],
            "checked_with": self.checked_with,
            "results": list(self.results),
            "seal": self.seal,
            "quarantine": self.quarantine,
        }
        text = json.dumps(row, ensure_ascii=False, separators=(",", ":"))
        return text.encode("utf-8", "surrogatepass")

    @classmethod
    def from_line(cls, line: bytes, name: str) -> "Header":
        """Read what :meth:`to_line` wrote; ``name`` is for the message.

        Raises:
            StoreError: if it is no such line, or another version's.
        """
        try:
            row = json.loads(line.decode("utf-8", "surrogatepass"))
            if row["format"] != FORMAT:
                raise StoreError(f"{name} was written by another version of kgbuild.")
            return cls(
                key=str(row["key"]),
                document=str(row["document"]),
                made_with=str(row["made_with"]),
                failed=bool(row["failed"]),
                graph=str(row["graph"]),
                counts={str(one): int(number) for one, number in row["counts"].items()},
                entities=tuple(map(str, row["entities"])),
                issues=tuple(_issue(one) for one in row["issues"]),
                checked_with=str(row["checked_with"]),
                results=tuple(dict(one) for one in row["results"]),
                seal=str(row.get("seal", "")),
                quarantine=str(row.get("quarantine", "")),
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise StoreError(f"{name} is damaged ({error}).") from error


@dataclass(frozen=True, slots=True)
class Part:
    """An article's header, its record (one line with its break) and its graph (sorted N-Quads)."""

    header: Header
    record: bytes
    quads: bytes

    @classmethod
    def of(
        cls,
        extraction: Extraction,
        quads: Sequence[ox.Quad] | bytes,
        *,
        entities: Iterable[str] = (),
        made_with: str = "",
        failed: bool = False,
        checked_with: str = "",
        results: Iterable[Mapping[str, Any]] = (),
        seal: str = "",
        quarantine: Sequence[ox.Quad] = (),
    ) -> "Part":
        """Put together what was made of an article; ``quads`` are its graph, sorted, or N-Quads of it."""
        written = quads if isinstance(quads, bytes) else nquads(quads)
        header = Header(
            key=extraction.article.content_hash[:KEY_LENGTH],
            document=extraction.article.id,
            made_with=made_with,
            failed=failed,
            graph=hashlib.sha256(written).hexdigest(),
            counts=extraction.counts,
            entities=tuple(sorted(set(entities))),
            issues=extraction.issues,
            checked_with=checked_with,
            results=tuple(results),
            seal=seal,
            quarantine=nquads(quarantine).decode(),
        )
        return cls(header, to_json(extraction), written)

    def to_bytes(self) -> bytes:
        """The part as one run of bytes, for another process."""
        return b"".join((self.header.to_line(), b"\n", self.record, self.quads))

    @classmethod
    def from_bytes(cls, data: bytes) -> "Part":
        """Take :meth:`to_bytes` apart.

        Raises:
            StoreError: if it is no part.
        """
        first = data.find(b"\n") + 1
        second = data.find(b"\n", first) + 1
        if not first or not second:
            raise StoreError("What a worker sent is no part of a graph. Run the same command again.")
        header = Header.from_line(data[: first - 1], "the header")
        return cls(header, data[first:second], data[second:])


def nquads(quads: Iterable[ox.Quad]) -> bytes:
    """Quads as N-Quads, in their order."""
    return ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b""


def file_content(header: Header, record: bytes) -> bytes:
    """What ``records/KEY.json`` holds."""
    return header.to_line() + b"\n" + record


def read_header(path: Path) -> Header:
    """The first line of a record file.

    Raises:
        StoreError: if it cannot be read, or is no header.
    """
    try:
        with path.open("rb") as file:
            line = file.readline(_LONGEST_HEADER)
    except OSError as error:
        raise StoreError(f"{path} cannot be read ({error.strerror}).") from error
    return Header.from_line(line, str(path))


def unmade(header: Header) -> Header:
    """The header of a record that must be made again."""
    return replace(header, made_with="", checked_with="", results=(), seal="")


def _issue_row(one: Issue) -> list[Any]:
    span = [one.span.start, one.span.end] if one.span else None
    return [one.stage, one.code, one.article, one.message, span]


def _issue(row: list[Any]) -> Issue:
    stage, code, article, message, span = row
    return Issue(str(stage), str(code), str(article), str(message), Span(*span) if span else None)
