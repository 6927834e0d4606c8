"""Metadata beside the articles: ``NAME.json`` for one file, ``metadata.jsonl`` or ``.tsv`` for a folder."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kgbuild.corpus.limits import Limits
from kgbuild.corpus.records import METADATA, issue
from kgbuild.corpus.streams import ByteSource, read_lines, read_whole
from kgbuild.model import Issue

FOLDER_FILES = ("metadata.jsonl", "metadata.tsv")

Fields = Mapping[str, object]


@dataclass
class FolderMetadata:
    """The metadata rows of one folder, by document id, and which of them an article has taken."""

    rows: dict[str, tuple[str, Fields]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def take(self, document: str) -> Fields:
        """Give the fields for a document (none if the folder has none for it) and note that they are used."""
        if document not in self.rows:
            return {}
        self.used.add(document)
        return self.rows[document][1]

    def add(self, place: str, fields: Fields) -> str | None:
        """Add a row; say what is wrong with it when it cannot be added."""
        document = fields.get("id")
        if not isinstance(document, str) or not document.strip():
            return "it has no `id`"
        if document.strip() in self.rows:
            return f"the id {document!r} has a row already"
        self.rows[document.strip()] = (place, fields)
        return None

    def unused(self) -> list[Issue]:
        """Tell of the rows that no article has taken."""
        return [
            issue("unused-metadata", document, f"{place} is about no article of its folder.")
            for document, (place, _) in sorted(self.rows.items())
            if document not in self.used
        ]


def parse_object(content: bytes) -> dict[str, object]:
    """Read one JSON object.

    Raises:
        UnicodeDecodeError: if it is not UTF-8.
        ValueError: if it is no JSON object, or nests too deeply to be read.

    """
    text = content.decode("utf-8-sig")
    try:
        value = json.loads(text)
    except RecursionError as error:
        raise ValueError("it nests too deeply") from error
    match value:
        case dict():
            return value
        case _:
            raise ValueError("it is no JSON object")


def read_sidecar(path: Path, document: str, limits: Limits) -> tuple[Fields, list[Issue]]:
    """Read ``NAME.json``; without it no fields, and with a malformed one no fields and an issue."""
    if not path.is_file():
        return {}, []
    try:
        with path.open("rb") as stream:
            content = read_whole(stream, limits.file)
        if content is None:
            return {}, [
                issue("bad-metadata", document, f"{path} is larger than {limits.file} bytes; it is left out.")
            ]
        return parse_object(content), []
    except (OSError, ValueError) as error:
        return {}, [issue("bad-metadata", document, f"{path} is left out: {error}.")]


def read_folder_metadata(folder: Path, limits: Limits) -> tuple[FolderMetadata, list[Issue]]:
    """Read a folder's ``metadata.jsonl`` and ``metadata.tsv``; malformed rows become issues."""
    found = FolderMetadata()
    issues: list[Issue] = []
    for path in (folder / name for name in FOLDER_FILES):
        if not path.is_file():
            continue
        try:
            with path.open("rb") as stream:
                for place, row in _rows(path, stream, limits):
                    problem = row if isinstance(row, str) else found.add(place, row)
                    if problem:
                        issues.append(issue("bad-metadata", "", f"{place} is left out: {problem}."))
        except OSError as error:
            issues.append(issue("bad-metadata", "", f"{path} is left out: {error}."))
    return found, issues


def _rows(path: Path, stream: ByteSource, limits: Limits) -> Iterator[tuple[str, Fields | str]]:
    """Give each row's place and its fields, or what is wrong with it."""
    header: list[str] | None = None
    for line in read_lines(stream, limits):
        place = f"{path}, line {line.number}"
        if line.code:
            yield place, line.message
            continue
        try:
            if path.suffix == ".jsonl":
                yield place, parse_object(line.content)
                continue
            cells = [cell.strip() for cell in line.content.decode("utf-8-sig").split("\t")]
        except ValueError as error:
            yield place, str(error)
            continue
        if header is None:
            header = cells
            unknown = sorted(set(cells) - {"id", *METADATA})
            if "id" not in cells or unknown:
                yield place, f"its columns must be id and any of {', '.join(METADATA)}"
                return
        elif len(cells) > len(header):
            yield place, f"it has {len(cells)} cells where the header names {len(header)}"
        else:
            yield place, {name: cell for name, cell in zip(header, cells, strict=False) if cell}
