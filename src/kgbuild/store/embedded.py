"""The embedded store: one folder with the graph, the record of each article, issues and a manifest.

``store/`` is an Oxigraph database. Its named graphs are the contract of docs/graph.md; its default graph
is their merge, kept beside them because a union of thousands of graphs on disk is slow to query (measured
in docs/decisions/0005-store.md). ``records/HASH.json`` holds one extraction an article.
"""

import itertools
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self

import pyoxigraph as ox

from kgbuild.errors import StoreError, UsageError
from kgbuild.model import Extraction, Issue
from kgbuild.store.database import add_graph, graph_of, replace_apart, swap, writing
from kgbuild.store.federation import refuse_service
from kgbuild.store.lock import FolderLock
from kgbuild.store.parts import KEY_LENGTH, Header, Part, file_content, read_header
from kgbuild.store.records import from_json
from kgbuild.store.recovery import recover_records
from kgbuild.vocab import ARTICLE_GRAPH, ENTITY, PREFIXES, QUARANTINE_GRAPH, RDF

_NIL: Final = "nil-"
_TYPE: Final = ox.NamedNode(RDF.type)
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
        self._documents: dict[str, frozenset[str]] | None = None

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
        for path in sorted((self.folder / "records").glob("*.json")):
            if everything or self._has(path.stem):
                yield read_header(path)

    def ordered(self) -> list[tuple[str, str]]:
        """Id and key of every article, by id and then by key."""
        return sorted((header.document, header.key) for header in self.headers())

    def header(self, key: str) -> Header:
        """What is known of the article with this key.

        Raises:
            UsageError: if there is no such article.
            StoreError: if its record is damaged.
        """
        return read_header(self._checked_path(key))

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
        known = self._keys_by_document()
        older = known.get(part.header.document, frozenset()) - {key}
        path = self._record_path(key)
        partial = path.with_suffix(".part")
        with writing(self.folder):
            partial.write_bytes(file_content(part.header, part.record))
            if older or self._has(key):
                quads = [*ox.parse(part.quads, format=ox.RdfFormat.N_QUADS)]
                swap(self.database, {_node(key): quads, **{_node(one): () for one in sorted(older)}})
            else:
                add_graph(self.database, ARTICLE_GRAPH + key, part.quads)
            partial.replace(path)
            for one in sorted(older):
                self._record_path(one).unlink(missing_ok=True)
        known[part.header.document] = frozenset({key})

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
        path = self._checked_path(header.key)
        with writing(self.folder):
            record = path.read_bytes().partition(b"\n")[2]
            partial = path.with_suffix(".part")
            partial.write_bytes(file_content(header, record))
            partial.replace(path)

    def remove_article(self, key: str) -> None:
        """Remove an article's graph and record; one that is not there is no error."""
        with writing(self.folder):
            swap(self.database, {_node(key): ()})
            self._record_path(key).unlink(missing_ok=True)
        self._documents = None

    def recover(self) -> list[str]:
        """Put right what a process left that died while writing; the keys of records that are lost.

        A record that was on its way is kept as one to be made again, whether or not its graph changed;
        of two versions of an article the newer stays; graphs without a record go.

        Raises:
            StoreError: if the disk is full.
        """
        with writing(self.folder):
            lost = recover_records(self.folder / "records", self._has)
            kept = {path.stem for path in (self.folder / "records").glob("*.json")}
            for name in self.graph_names():
                key = name.removeprefix(ARTICLE_GRAPH)
                if key != name and key not in kept:
                    swap(self.database, {ox.NamedNode(name): ()})
        self._documents = None
        return lost

    def replace_graph(self, name: str, quads: Iterable[ox.Quad]) -> None:
        """Put ``quads`` in place of the named graph ``name``: entities, ontology, derived, provenance.

        Raises:
            ValueError: if a quad lies outside that graph.
        """
        with writing(self.folder):
            swap(self.database, {ox.NamedNode(name): list(quads)})

    def record(self, key: str) -> Extraction:
        """Return the extraction of the article with this key.

        Raises:
            UsageError: if there is no such article.
            StoreError: if its record is damaged.
        """
        path = self._checked_path(key)
        return from_json(path.read_bytes().partition(b"\n")[2], str(path))

    def records(self) -> Iterator[Extraction]:
        """All extractions, by article id and then by key.

        Raises:
            StoreError: if a record is damaged.
        """
        for _, key in self.ordered():
            yield self.record(key)

    def referenced_entities(self) -> frozenset[str]:
        """Keys of the known entities that the articles' graphs refer to."""
        solutions = self.query(_REFERENCES)
        if not isinstance(solutions, ox.QuerySolutions):
            raise TypeError("a SELECT query gives solutions")
        keys = (str(solution[0].value).removeprefix(ENTITY) for solution in solutions)
        return frozenset(key for key in keys if not key.startswith(_NIL))

    def graph_names(self) -> list[str]:
        """Names of the named graphs but the quarantine, sorted."""
        names = (str(name.value) for name in self.database.named_graphs())
        return sorted(name for name in names if name != QUARANTINE_GRAPH)

    def quads(self, graph: str | None = None) -> list[ox.Quad]:
        """The quads of all named graphs, or of one, sorted.

        The merged default graph is left out, and without a name the quarantine too.
        """
        name = None if graph is None else ox.NamedNode(graph)
        apart = ("", QUARANTINE_GRAPH) if graph is None else ("",)
        found = (quad for quad in self.database.quads_for_pattern(None, None, None, name))
        return sorted((quad for quad in found if graph_of(quad) not in apart), key=str)

    def replace_quarantine(self, quads: Iterable[ox.Quad]) -> None:
        """Put ``quads`` in place of the quarantine graph, which questions see under ``GRAPH`` alone.

        Raises:
            StoreError: if the disk is full.
        """
        with writing(self.folder):
            replace_apart(self.database, QUARANTINE_GRAPH, quads)

    def types(self, node: ox.NamedNode) -> list[ox.NamedNode]:
        """The classes of a node, sorted."""
        found = self.database.quads_for_pattern(node, _TYPE, None, ox.DefaultGraph())
        return sorted((quad.object for quad in found if isinstance(quad.object, ox.NamedNode)), key=str)

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
        """Write the manifest, keys sorted.

        Raises:
            StoreError: if the disk is full.
        """
        text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        with writing(self.folder), self._replacing("manifest.json") as file:
            file.write(text)

    def write_issues(self, issues: Iterable[Issue]) -> None:
        """Write ``issues.jsonl``; what is said of one article, given in a row, by place and code.

        Raises:
            StoreError: if the disk is full.
        """
        with writing(self.folder), self._replacing("issues.jsonl") as file:
            for _, group in itertools.groupby(issues, key=lambda one: one.article):
                for one in sorted(group, key=_place):
                    file.write(json.dumps(_issue_row(one), ensure_ascii=False) + "\n")

    def settle(self, *, compact: bool = True) -> None:
        """Write all out and, after many changes, compact, so that queries are quick.

        Raises:
            StoreError: if the disk is full.
        """
        with writing(self.folder):
            self.database.flush()
            if compact:
                self.database.optimize()

    def clear(self) -> None:
        """Remove all that was built; the folder and its lock stay."""
        self._documents = None
        self.database.clear()
        shutil.rmtree(self.folder / "records")
        (self.folder / "records").mkdir()

    def _record_path(self, key: str) -> Path:
        return self.folder / "records" / f"{key}.json"

    def _checked_path(self, key: str) -> Path:
        path = self._record_path(key)
        if len(key) != KEY_LENGTH or not key.isalnum() or not path.is_file():
            raise UsageError(f"There is no article {key!r} in {self.folder}.")
        return path

    def _has(self, key: str) -> bool:
        return self.database.contains_named_graph(_node(key))

    def _keys_by_document(self) -> dict[str, frozenset[str]]:
        """The keys under each article id, read once and then kept up to date."""
        if self._documents is None:
            found: dict[str, frozenset[str]] = {}
            for header in self.headers(everything=True):
                found[header.document] = found.get(header.document, frozenset()) | {header.key}
            self._documents = found
        return self._documents

    @contextmanager
    def _replacing(self, name: str) -> Iterator[IO[str]]:
        """A file to write that takes the place of ``name`` when all of it is written."""
        partial = self.folder / f"{name}.part"
        with partial.open("w", encoding="utf-8", errors="replace") as file:
            yield file
        partial.replace(self.folder / name)


def _node(key: str) -> ox.NamedNode:
    return ox.NamedNode(ARTICLE_GRAPH + key)


def _place(one: Issue) -> tuple[int, int, str, str, str]:
    start, end = (one.span.start, one.span.end) if one.span else (0, 0)
    return start, end, one.code, one.stage, one.message


def _issue_row(one: Issue) -> dict[str, object]:
    return {
        "article": one.article,
        "start": one.span.start if one.span else None,
        "end": one.span.end if one.span else None,
        "stage": one.stage,
        "code": one.code,
        "message": one.message,
    }
