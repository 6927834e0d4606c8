"""Reading a store: its graphs, its records, what the last build said of it."""

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyoxigraph as ox

from kgbuild.errors import StoreError
from kgbuild.model import Extraction
from kgbuild.store.database import pieces
from kgbuild.store.federation import refuse_service
from kgbuild.store.lock import FolderLock
from kgbuild.store.looking import graph_names, referenced_entities, sorted_quads, told_by, types_of
from kgbuild.store.manifest import read_manifest
from kgbuild.store.opening import open_database
from kgbuild.store.parts import Header
from kgbuild.store.record_files import RecordFiles
from kgbuild.vocab import ARTICLE_GRAPH, PREFIXES


class StoreReader:
    """A store as it is read; a context manager. Use :meth:`open`."""

    def __init__(self, folder: Path, database: ox.Store, lock: FolderLock) -> None:
        self.folder = folder
        self._database: ox.Store | None = database
        self._lock = lock
        self._records = RecordFiles(folder)

    @classmethod
    def open(cls, folder: Path, *, write: bool = False) -> Self:
        """Open the store in ``folder``; for writing it is made when missing.

        Raises:
            StoreError: if it is missing (for reading), busy or damaged.
        """
        return cls(folder, *open_database(folder, write=write))

    def close(self) -> None:
        """Write everything out and give the lock up; a second call does nothing."""
        if self._database is not None:
            self._database = None
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def database(self) -> ox.Store:
        """The Oxigraph store itself.

        Raises:
            StoreError: if this store was closed.
        """
        if self._database is None:
            raise StoreError(f"{self.folder} was closed. Open it again.")
        return self._database

    def articles(self) -> dict[str, str]:
        """Key (20 hex digits) and id of every article that has both a graph and a record, by key.

        Raises:
            StoreError: if a record is damaged.
        """
        return {header.key: header.document for header in self.headers()}

    def headers(self, *, everything: bool = False) -> Iterator[Header]:
        """What is known of each article, by key; with ``everything`` also of those without a graph.

        Raises:
            StoreError: if a record is damaged.
        """
        for header in self._records.headers():
            if everything or self._has(header.key):
                yield header

    def ordered(self) -> list[tuple[str, str]]:
        """Id and key of every article, by id and then by key."""
        return sorted((header.document, header.key) for header in self.headers())

    def header(self, key: str) -> Header:
        """What is known of the article with this key.

        Raises:
            UsageError: if there is no such article.
            StoreError: if its record is damaged.
        """
        return self._records.header(key)

    def record(self, key: str) -> Extraction:
        """Return the extraction of the article with this key.

        Raises:
            UsageError: if there is no such article.
            StoreError: if its record is damaged.
        """
        return self._records.extraction(key)

    def records(self) -> Iterator[Extraction]:
        """All extractions, by article id and then by key.

        Raises:
            StoreError: if a record is damaged.
        """
        for _, key in self.ordered():
            yield self.record(key)

    def referenced_entities(self) -> frozenset[str]:
        """Keys of the known entities that the articles' graphs refer to."""
        return referenced_entities(self.database)

    def graph_names(self) -> list[str]:
        """Names of the named graphs but the quarantine, sorted."""
        return graph_names(self.database)

    def quads(self, graph: str | None = None) -> list[ox.Quad]:
        """The quads of all named graphs, or of one, sorted.

        The merged default graph is left out, and without a name the quarantine too.
        """
        return sorted_quads(self.database, graph)

    def pieces(self, graph: str) -> Iterator[list[ox.Quad]]:
        """The quads of a named graph some thousand at a time, all quads of one subject together."""
        return pieces(self.database, graph)

    def has(self, graph: str, node: str | None = None) -> bool:
        """Whether a named graph holds anything, or anything of a node."""
        subject = None if node is None else ox.NamedNode(node)
        quads = self.database.quads_for_pattern(subject, None, None, ox.NamedNode(graph))
        return next(iter(quads), None) is not None

    def told_by(self, key: str) -> tuple[str, list[str]]:
        """IRIs of an article's outlet and, sorted, of the acts and attributions that it tells of."""
        return told_by(self.database, ARTICLE_GRAPH + key)

    def types(self, node: ox.NamedNode) -> list[ox.NamedNode]:
        """The classes of a node, sorted."""
        return types_of(self.database, node)

    def query(self, text: str) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        """Run SPARQL over the merged default graph and, under ``GRAPH``, the named graphs.

        The prefixes of :data:`kgbuild.vocab.PREFIXES` need not be declared.

        Raises:
            SyntaxError: if ``text`` is no SPARQL query.
            UsageError: if it would ask another server.
            StoreError: if the database cannot be read.
        """
        refuse_service(text)
        try:
            return self.database.query(text, prefixes=dict(PREFIXES))
        except OSError as error:
            raise StoreError(f"{self.folder} cannot be read ({error}). Run kgbuild build again.") from error

    def manifest(self) -> dict[str, Any]:
        """What the last build wrote with :meth:`write_manifest`; empty before the first.

        Raises:
            StoreError: if it is damaged.
        """
        return read_manifest(self.folder)

    def _has(self, key: str) -> bool:
        return self.database.contains_named_graph(article_node(key))


def article_node(key: str) -> ox.NamedNode:
    """Name of the graph of the article with this key."""
    return ox.NamedNode(ARTICLE_GRAPH + key)
