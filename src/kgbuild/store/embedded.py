"""The embedded store: one folder with the graph, the record of each article, issues and a manifest.

``store/`` is an Oxigraph database. Its named graphs are the contract of docs/graph.md; its default graph
is their merge, kept beside them because a union of thousands of graphs on disk is slow to query (measured
in docs/decisions/0005-store.md). ``records/HASH.json`` holds one extraction an article.
"""

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Any, Final

import pyoxigraph as ox

from kgbuild.model import Issue
from kgbuild.store.articles import ArticleStore
from kgbuild.store.database import add_graph, add_graphs, clear_graph, discard, replace_apart, swap, writing
from kgbuild.store.manifest import write_issues, write_manifest
from kgbuild.vocab import QUARANTINE_GRAPH

_LINES_WRITTEN_OUT_AFTER: Final = 16_000
"""Lines that were added to graphs, after which the database is told to write out what it holds in memory."""
_LINES_WORTH_LOADING: Final = 3_000
"""So many lines are sooner loaded than added in a transaction."""


class Store(ArticleStore):
    """A graph on disk, open for reading or for writing; a context manager.

    Use :meth:`open`. Every change of a graph is one transaction: after a crash the store holds the graph
    as it was or as it was to become.
    """

    _lines = 0

    def replace_graph(self, name: str, quads: Iterable[ox.Quad]) -> bool:
        """Put ``quads`` in place of the named graph ``name``: entities, ontology, provenance.

        Returns:
            Whether that changed anything.

        Raises:
            ValueError: if a quad lies outside that graph.
        """
        with writing(self.folder):
            if self.database.contains_named_graph(ox.NamedNode(name)):
                return swap(self.database, {ox.NamedNode(name): list(quads)})
        new = set(quads)
        self.add_quads(name, new)
        return bool(new)

    def remove_graph(self, name: str) -> None:
        """Remove the named graph ``name``, in several transactions; one that is not there is no error.

        Raises:
            StoreError: if the disk is full.
        """
        with writing(self.folder):
            clear_graph(self.database, name)

    def add_quads(self, name: str, quads: Iterable[ox.Quad]) -> None:
        """Add quads to the named graph ``name``.

        Raises:
            ValueError: if a quad lies outside that graph.
            StoreError: if the disk is full.
        """
        self.add_lines(name, ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"")

    def add_lines(self, name: str, lines: bytes) -> None:
        """Add N-Quads to the named graph ``name``.

        Raises:
            ValueError: if a quad lies outside that graph.
            StoreError: if the disk is full.
        """
        with writing(self.folder):
            count = lines.count(b"\n")
            if count >= _LINES_WORTH_LOADING:
                add_graphs(self.database, {name: lines})
                return
            add_graph(self.database, name, lines)
            self._lines += count
            if self._lines >= _LINES_WRITTEN_OUT_AFTER:
                self.database.flush()
                self._lines = 0

    @contextmanager
    def aside(self) -> Iterator[IO[bytes]]:
        """A file for what is on its way, which nothing else sees and which goes when it is closed.

        Raises:
            StoreError: if the disk is full.
        """
        with writing(self.folder), tempfile.TemporaryFile(dir=self.folder) as file:
            yield file

    def discard(self, name: str, quads: Iterable[ox.Quad]) -> None:
        """Take quads out of the named graph ``name``; those that are not there are no error.

        Raises:
            ValueError: if a quad lies outside that graph.
            StoreError: if the disk is full.
        """
        with writing(self.folder):
            discard(self.database, name, quads)

    def replace_quarantine(self, quads: Iterable[ox.Quad]) -> None:
        """Put ``quads`` in place of the quarantine graph, which questions see under ``GRAPH`` alone.

        Raises:
            StoreError: if the disk is full.
        """
        with writing(self.folder):
            replace_apart(self.database, QUARANTINE_GRAPH, quads)

    def write_manifest(self, manifest: Mapping[str, Any]) -> None:
        """Write the manifest, keys sorted.

        Raises:
            StoreError: if the disk is full.
        """
        with writing(self.folder):
            write_manifest(self.folder, manifest)

    def write_issues(self, issues: Iterable[Issue]) -> None:
        """Write ``issues.jsonl``; what is said of one article, given in a row, by place and code.

        Raises:
            StoreError: if the disk is full.
        """
        with writing(self.folder):
            write_issues(self.folder, issues)

    def settle(self, *, compact: bool = True) -> None:
        """Write all out and, after many changes, compact, so that queries are quick.

        Raises:
            StoreError: if the disk is full.
        """
        with writing(self.folder):
            self.database.flush()
            if compact:
                self.database.optimize()
