"""``records/KEY.json``: of each article a header, then the extraction, beside the database."""

from collections.abc import Iterator
from pathlib import Path

from kgbuild.errors import UsageError
from kgbuild.model import Extraction
from kgbuild.store.parts import KEY_LENGTH, Header, Part, file_content, read_header
from kgbuild.store.records import from_json


class RecordFiles:
    """The record files of the store in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._store = folder
        self.folder = folder / "records"
        self._documents: dict[str, frozenset[str]] | None = None

    def keys(self) -> list[str]:
        """The keys of all articles that have a record, sorted."""
        return sorted(path.stem for path in self.folder.glob("*.json"))

    def path(self, key: str) -> Path:
        """Where the record with this key is, or would be."""
        return self.folder / f"{key}.json"

    def header(self, key: str) -> Header:
        """What is known of the article with this key.

        Raises:
            UsageError: if there is no such article.
            StoreError: if its record is damaged.
        """
        return read_header(self._checked(key))

    def headers(self) -> Iterator[Header]:
        """What is known of each article, by key.

        Raises:
            StoreError: if a record is damaged.
        """
        for key in self.keys():
            yield read_header(self.path(key))

    def extraction(self, key: str) -> Extraction:
        """The extraction of the article with this key.

        Raises:
            UsageError: if there is no such article.
            StoreError: if its record is damaged.
        """
        path = self._checked(key)
        return from_json(path.read_bytes().partition(b"\n")[2], str(path))

    def older(self, part: Part) -> list[str]:
        """The keys of other versions of the part's article, sorted."""
        return sorted(self._index().get(part.header.document, frozenset()) - {part.header.key})

    def stands(self, part: Part) -> bool:
        """Whether the graph of ``part`` is, as its record says, what the store has of the article already."""
        path = self.path(part.header.key)
        if not path.is_file():
            return False
        known = read_header(path)
        return bool(known.made_with) and known.graph == part.header.graph

    def write_aside(self, part: Part) -> Path:
        """Write a record beside its place; it counts when it was moved there."""
        partial = self.path(part.header.key).with_suffix(".part")
        partial.write_bytes(file_content(part.header, part.record))
        return partial

    def put(self, part: Part, partial: Path, older: list[str]) -> None:
        """Move a record that was written aside to its place, and remove its older versions."""
        partial.replace(self.path(part.header.key))
        for key in older:
            self.path(key).unlink(missing_ok=True)
        self._index()[part.header.document] = frozenset({part.header.key})

    def annotate(self, header: Header) -> None:
        """Write a header anew, over the record that it stands before.

        Raises:
            UsageError: if there is no such article.
        """
        path = self._checked(header.key)
        record = path.read_bytes().partition(b"\n")[2]
        partial = path.with_suffix(".part")
        partial.write_bytes(file_content(header, record))
        partial.replace(path)

    def remove(self, key: str) -> None:
        """Remove a record; one that is not there is no error."""
        self.path(key).unlink(missing_ok=True)
        self.forget()

    def forget(self) -> None:
        """Read the folder again before the next commit: it changed behind the index of articles."""
        self._documents = None

    def _index(self) -> dict[str, frozenset[str]]:
        """The keys under each article id, read once and then kept up to date."""
        if self._documents is None:
            found: dict[str, frozenset[str]] = {}
            for header in self.headers():
                found[header.document] = found.get(header.document, frozenset()) | {header.key}
            self._documents = found
        return self._documents

    def _checked(self, key: str) -> Path:
        path = self.path(key)
        if len(key) != KEY_LENGTH or not key.isalnum() or not path.is_file():
            raise UsageError(f"There is no article {key!r} in {self._store}.")
        return path
