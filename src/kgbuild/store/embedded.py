"""The embedded store: one folder with the graph, the record of each article, issues and a manifest.

``store/`` is an Oxigraph database. Its named graphs are the contract of docs/graph.md; its default graph
is their merge, kept beside them because a union of thousands of graphs on disk is slow to query (measured
in docs/decisions/0005-store.md). ``records/HASH.json`` holds one extraction an article.
"""

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import pyoxigraph as ox

from kgbuild.errors import StoreError, UsageError
from kgbuild.model import Extraction, Issue
from kgbuild.store.federation import refuse_service
from kgbuild.store.lock import FolderLock
from kgbuild.store.records import from_json, to_json
from kgbuild.vocab import ARTICLE_GRAPH, DCTERMS, ENTITY, PREFIXES

_IDENTIFIER: Final = ox.NamedNode(DCTERMS.identifier)
_NIL: Final = "nil-"
KEY_LENGTH: Final = 20
_REFERENCES: Final = """SELECT DISTINCT ?entity { VALUES ?role {
    oa:hasBody da:agent da:addressee da:place da:onBehalfOf da:attributedTo da:outlet
  } ?thing ?role ?entity . FILTER(STRSTARTS(STR(?entity), STR(ent:))) }"""
"""Entities as articles refer to them; no other graph uses these properties."""


class Store:
    """A graph on disk, open for reading or for writing; a context manager.

    Use :meth:`open`. Every change of a graph is one transaction: after a crash the store holds the graph
    as it was or as it was to become.
    """

    def __init__(self, folder: Path, database: ox.Store, lock: FolderLock) -> None:
        self.folder = folder
        self._database: ox.Store | None = database
        self._lock = lock

    @classmethod
    def open(cls, folder: Path, *, write: bool = False) -> Self:
        """Open the store in ``folder``; for writing it is made when missing.

        Raises:
            StoreError: if it is missing (for reading), busy or damaged.
        """
        database = folder / "store"
        if write:
            try:
                (folder / "records").mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StoreError(f"{folder} cannot be made ({error}). Choose another folder.") from error
        elif not (database / "CURRENT").is_file():
            raise StoreError(f"There is no graph in {folder}. Run kgbuild build first, or name its folder.")
        lock = FolderLock(folder, write=write)
        try:
            opened = ox.Store(database) if write else ox.Store.read_only(str(database))
        except OSError as error:
            lock.release()
            if "lock" in str(error).lower():
                raise StoreError(f"{folder} is busy: another program writes it. Wait, or stop it.") from error
            raise StoreError(
                f"{database} cannot be opened ({error}). Delete {folder} and run kgbuild build again."
            ) from error
        return cls(folder, opened, lock)

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
        """Key (20 hex digits) and id of every article that has both a graph and a record, by key."""
        found: dict[str, str] = {}
        for quad in self.database.quads_for_pattern(None, _IDENTIFIER, None, None):
            key = _graph(quad).removeprefix(ARTICLE_GRAPH)
            if len(key) == KEY_LENGTH and self._record_path(key).is_file():
                found[key] = str(quad.object.value) if isinstance(quad.object, ox.Literal) else ""
        return dict(sorted(found.items()))

    def replace_article(self, extraction: Extraction, quads: Iterable[ox.Quad]) -> None:
        """Write an article's record and put its graph in place of what stood there.

        An older version of the article (another key, the same id) is removed in the same transaction.

        Raises:
            ValueError: if a quad lies outside the article's graph.
        """
        key = extraction.article.content_hash[:KEY_LENGTH]
        graph = ox.NamedNode(ARTICLE_GRAPH + key)
        new = list(quads)
        ids = {str(quad.object) for quad in new if quad.predicate == _IDENTIFIER}
        older = self._keys_under(ids) - {key}
        path = self._record_path(key)
        partial = path.with_suffix(".part")
        partial.write_bytes(to_json(extraction))
        self._swap({graph: new, **{ox.NamedNode(ARTICLE_GRAPH + one): () for one in older}})
        partial.replace(path)
        for one in sorted(older):
            self._record_path(one).unlink(missing_ok=True)

    def remove_article(self, key: str) -> None:
        """Remove an article's graph and record; one that is not there is no error."""
        self._swap({ox.NamedNode(ARTICLE_GRAPH + key): ()})
        self._record_path(key).unlink(missing_ok=True)

    def replace_graph(self, name: str, quads: Iterable[ox.Quad]) -> None:
        """Put ``quads`` in place of the named graph ``name``: entities, ontology, derived, provenance.

        Raises:
            ValueError: if a quad lies outside that graph.
        """
        self._swap({ox.NamedNode(name): list(quads)})

    def record(self, key: str) -> Extraction:
        """Return the extraction of the article with this key.

        Raises:
            UsageError: if there is no such article.
            StoreError: if its record is damaged.
        """
        path = self._record_path(key)
        if len(key) != KEY_LENGTH or not key.isalnum() or not path.is_file():
            raise UsageError(f"There is no article {key!r} in {self.folder}.")
        return from_json(path.read_bytes(), str(path))

    def records(self) -> Iterator[Extraction]:
        """All extractions, by article id and then by key."""
        for key, _ in sorted(self.articles().items(), key=lambda item: (item[1], item[0])):
            yield self.record(key)

    def referenced_entities(self) -> frozenset[str]:
        """Keys of the known entities that the articles' graphs refer to."""
        solutions = self.query(_REFERENCES)
        if not isinstance(solutions, ox.QuerySolutions):
            raise TypeError("a SELECT query gives solutions")
        keys = (str(solution[0].value).removeprefix(ENTITY) for solution in solutions)
        return frozenset(key for key in keys if not key.startswith(_NIL))

    def graph_names(self) -> list[str]:
        """Names of the named graphs, sorted."""
        return sorted(str(name.value) for name in self.database.named_graphs())

    def quads(self, graph: str | None = None) -> list[ox.Quad]:
        """The quads of all named graphs, or of one, sorted; the merged default graph is left out."""
        name = None if graph is None else ox.NamedNode(graph)
        found = (quad for quad in self.database.quads_for_pattern(None, None, None, name))
        return sorted((quad for quad in found if _graph(quad)), key=str)

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
        path = self.folder / "manifest.json"
        if not path.is_file():
            return {}
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise StoreError(f"{path} is damaged ({error}). Delete it and run kgbuild build.") from error
        if not isinstance(found, dict):
            raise StoreError(f"{path} is damaged (no object). Delete it and run kgbuild build.")
        return found

    def write_manifest(self, manifest: Mapping[str, Any]) -> None:
        """Write the manifest, keys sorted."""
        text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        self._write("manifest.json", text)

    def write_issues(self, issues: Iterable[Issue]) -> None:
        """Write ``issues.jsonl``, sorted by article, place and code."""
        rows = [
            {
                "article": one.article,
                "start": one.span.start if one.span else None,
                "end": one.span.end if one.span else None,
                "stage": one.stage,
                "code": one.code,
                "message": one.message,
            }
            for one in issues
        ]
        rows.sort(
            key=lambda row: json.dumps([row["article"], row["start"] or 0, row["code"], row["message"]])
        )
        self._write("issues.jsonl", "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))

    def settle(self) -> None:
        """Write all out and compact: after a build, so that queries are quick."""
        self.database.flush()
        self.database.optimize()

    def clear(self) -> None:
        """Remove all that was built; the folder and its lock stay."""
        self.database.clear()
        shutil.rmtree(self.folder / "records")
        (self.folder / "records").mkdir()

    def _record_path(self, key: str) -> Path:
        return self.folder / "records" / f"{key}.json"

    def _write(self, name: str, text: str) -> None:
        partial = self.folder / f"{name}.part"
        partial.write_text(text, encoding="utf-8", errors="replace")
        partial.replace(self.folder / name)

    def _keys_under(self, ids: set[str]) -> set[str]:
        found = self.database.quads_for_pattern(None, _IDENTIFIER, None, None)
        named = (quad for quad in found if str(quad.object) in ids and _graph(quad))
        return {_graph(quad).removeprefix(ARTICLE_GRAPH) for quad in named}

    def _swap(self, graphs: Mapping[ox.NamedNode, Iterable[ox.Quad]]) -> None:
        """Replace named graphs and keep the merged default graph right, in one transaction.

        A triple leaves the default graph only when no named graph holds it any more.
        """
        removed: set[ox.Quad] = set()
        added: set[ox.Quad] = set()
        for graph, quads in graphs.items():
            new = set(quads)
            stray = next((quad for quad in new if quad.graph_name != graph), None)
            if stray:
                raise ValueError(f"{stray} lies outside {graph}")
            old = set(self.database.quads_for_pattern(None, None, None, graph))
            removed |= old - new
            added |= new - old
        coming = {quad.triple for quad in added}
        orphans = {quad.triple for quad in removed if quad.triple not in coming}
        orphans = {one for one in orphans if not self._held_elsewhere(one, removed)}
        steps = [
            _data("DELETE", removed, orphans),
            _data("INSERT", added, coming),
            *(f"DROP SILENT GRAPH {graph}" for graph, quads in graphs.items() if not quads),
        ]
        self.database.update(" ;\n".join(step for step in steps if step))

    def _held_elsewhere(self, triple: ox.Triple, removed: set[ox.Quad]) -> bool:
        holders = self.database.quads_for_pattern(triple.subject, triple.predicate, triple.object, None)
        return any(_graph(quad) and quad not in removed for quad in holders)


def _graph(quad: ox.Quad) -> str:
    """Name of the quad's graph; the empty string for the default graph."""
    return quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""


def _data(verb: str, quads: Iterable[ox.Quad], default: Iterable[ox.Triple]) -> str:
    """A SPARQL update of ground quads; the terms are Oxigraph's own N-Triples, hence escaped."""
    lines = [f"{triple} ." for triple in default]
    lines += [f"GRAPH {quad.graph_name} {{ {quad.triple} }}" for quad in quads]
    return f"{verb} DATA {{\n" + "\n".join(lines) + "\n}" if lines else ""
