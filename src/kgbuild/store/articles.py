"""Articles in the store: each one's record and graph, put in place together, also after a crash."""

from collections.abc import Iterable, Sequence
from typing import Final

import pyoxigraph as ox

from kgbuild.model import Extraction
from kgbuild.store.database import add_graph, add_graphs, graph_of, swap, writing
from kgbuild.store.parts import KEY_LENGTH, Header, Part
from kgbuild.store.reading import StoreReader, article_node
from kgbuild.store.recovery import recover_records
from kgbuild.vocab import ARTICLE_GRAPH

_WRITTEN_OUT_AFTER: Final = 64
"""Commits after which the database is told to write out what it holds in memory, 1.5 MiB an article."""
_WORTH_LOADING: Final = 3
"""So many new articles are sooner loaded together than one after the other."""
_LOADED_AT_ONCE: Final = 1 << 24
"""Bytes of N-Quads that are loaded together: sixty articles, far below what Oxigraph takes in one step."""


class ArticleStore(StoreReader):
    """The articles of a store that is open for writing."""

    _commits = 0

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

    def commit_all(self, parts: Iterable[Part]) -> None:
        """Commit several articles in their order: new ones together, which takes a third of the time.

        Of those that go together all graphs are there after a crash, or none: see :meth:`commit`.

        Raises:
            ValueError: if a quad lies outside its article's graph.
            StoreError: if the disk is full.
        """
        waiting: list[Part] = []
        names: set[str] = set()
        size = 0
        for part in parts:
            mine = {part.header.document, part.header.key}
            fits = size + len(part.quads) <= _LOADED_AT_ONCE
            if not fits or not names.isdisjoint(mine):
                self._commit_new(waiting)
                waiting, names, size = [], set(), 0
            if self._is_new(part) and len(part.quads) <= _LOADED_AT_ONCE:
                waiting.append(part)
                names |= mine
                size += len(part.quads)
            else:
                self.commit(part)
        self._commit_new(waiting)

    def _is_new(self, part: Part) -> bool:
        return not self._records.older(part) and not self._has(part.header.key)

    def _commit_new(self, parts: Sequence[Part]) -> None:
        """Commit articles of which the store holds no version."""
        if len(parts) < _WORTH_LOADING:
            for part in parts:
                self.commit(part)
            return
        with writing(self.folder):
            partials = [self._records.write_aside(part) for part in parts]
            add_graphs(self.database, {ARTICLE_GRAPH + part.header.key: part.quads for part in parts})
            for part, partial in zip(parts, partials, strict=True):
                self._records.put(part, partial, [])

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
