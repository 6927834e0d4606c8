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

from kgbuild.model import Extraction, Issue
from kgbuild.store.database import add_graph, clear_graph, discard, graph_of, replace_apart, swap, writing
from kgbuild.store.manifest import write_issues, write_manifest
from kgbuild.store.parts import KEY_LENGTH, Header, Part
from kgbuild.store.reading import StoreReader, article_node
from kgbuild.store.recovery import recover_records
from kgbuild.vocab import ARTICLE_GRAPH, QUARANTINE_GRAPH

_WRITTEN_OUT_AFTER: Final = 64
"""Commits after which the database is told to write out what it holds in memory, 1.5 MiB an article."""
_LINES_WRITTEN_OUT_AFTER: Final = 16_000
"""As many lines that were added to other graphs are worth the same."""


class Store(StoreReader):
    """A graph on disk, open for reading or for writing; a context manager.

    Use :meth:`open`. Every change of a graph is one transaction: after a crash the store holds the graph
    as it was or as it was to become.
    """

    _commits = 0
    _lines = 0

    def commit(self, part: Part) -> None:
        """Put an article's record and graph in place of what stood there.

        An older version of the article (another key, the same id) goes in the same transaction. The
        record is written beside its place first and moved there last: where the process dies in between,
        :meth:`recover` finds it.

        Raises:
            ValueError: if a quad lies outside the article's graph.
            StoreError: if the disk is full.
        """
        key = part.header.key
        older = self._records.older(part)
        with writing(self.folder):
            stands = not older and self._has(key) and self._records.stands(part)
            partial = self._records.write_aside(part)
            if stands:
                pass
            elif older or self._has(key):
                quads = [*ox.parse(part.quads, format=ox.RdfFormat.N_QUADS)]
                swap(self.database, {article_node(key): quads, **{article_node(one): () for one in older}})
            else:
                add_graph(self.database, ARTICLE_GRAPH + key, part.quads)
            self._records.put(part, partial, older)
            self._commits += 1
            if self._commits % _WRITTEN_OUT_AFTER == 0:
                self.database.flush()

    def replace_article(self, extraction: Extraction, quads: Iterable[ox.Quad]) -> None:
        """Commit an article whose graph is at hand as quads, without saying what it was made with.

        Raises:
            ValueError: if a quad lies outside the article's graph.
        """
        graph = ARTICLE_GRAPH + extraction.article.content_hash[:KEY_LENGTH]
        new = sorted(set(quads), key=str)
        stray = next((quad for quad in new if graph_of(quad) != graph), None)
        if stray:
            raise ValueError(f"{stray} lies outside {graph}")
        self.commit(Part.of(extraction, new))

    def annotate(self, header: Header) -> None:
        """Write a header anew, over the record that it stands before.

        Raises:
            UsageError: if there is no such article.
            StoreError: if the disk is full.
        """
        with writing(self.folder):
            self._records.annotate(header)

    def remove_article(self, key: str) -> None:
        """Remove an article's graph and record; one that is not there is no error."""
        with writing(self.folder):
            swap(self.database, {article_node(key): ()})
            self._records.remove(key)

    def recover(self) -> list[str]:
        """Put right what a process left that died while writing; the keys of records that are lost.

        A record that was on its way is kept as one to be made again, whether or not its graph changed;
        of two versions of an article the newer stays; graphs without a record go.

        Raises:
            StoreError: if the disk is full.
        """
        with writing(self.folder):
            lost = recover_records(self._records.folder, self._has)
            self._records.forget()
            kept = set(self._records.keys())
            for name in self.graph_names():
                key = name.removeprefix(ARTICLE_GRAPH)
                if key != name and key not in kept:
                    swap(self.database, {ox.NamedNode(name): ()})
        return lost

    def replace_graph(self, name: str, quads: Iterable[ox.Quad]) -> bool:
        """Put ``quads`` in place of the named graph ``name``: entities, ontology, provenance.

        Returns:
            Whether that changed anything.

        Raises:
            ValueError: if a quad lies outside that graph.
        """
        with writing(self.folder):
            return swap(self.database, {ox.NamedNode(name): list(quads)})

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
            add_graph(self.database, name, lines)
            self._lines += lines.count(b"\n")
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
