"""Which article tells of which acts, kept beside the graph: what a change touches is found without a scan.

``tellings.sqlite`` repeats what the graph says, in an order of its own: the acts and attributions of
each article as of the last build, also of articles that are gone since, and acts in groups of those that a
rule compares. It may be deleted: the next build derives everything anew. SQLite because it comes with
Python, sorts on disk, and undoes what a process began that died.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, NamedTuple, Self
from urllib.parse import quote

from kgbuild.errors import StoreError
from kgbuild.vocab import BASE

FILE: Final = "tellings.sqlite"
_FORMAT: Final = "1"
_TABLES: Final = """
CREATE TABLE mark (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE article (key TEXT PRIMARY KEY, graph TEXT NOT NULL, outlet TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE telling (node TEXT, article TEXT, PRIMARY KEY (node, article)) WITHOUT ROWID;
CREATE INDEX telling_of ON telling (article);
CREATE TABLE kind (
  rule TEXT, act TEXT, alike TEXT NOT NULL, copy TEXT NOT NULL, PRIMARY KEY (rule, act)
) WITHOUT ROWID;
CREATE INDEX kind_of ON kind (rule, alike, copy, act);
INSERT INTO mark VALUES ('format', '1');
"""


class Member(NamedTuple):
    """An act of a group: its IRI, what it has in common with its copies, its articles and their outlets."""

    act: str
    copy: str
    articles: frozenset[str]
    outlets: frozenset[str]


class Tellings:
    """The table of an open store; one transaction from the first change to :meth:`settle`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    @contextmanager
    def open(cls, folder: Path) -> Iterator[Self]:
        """Open the table in a store's folder; one that is missing, damaged or of another version is new.

        What was not settled is undone.

        Raises:
            StoreError: if it cannot be written.
        """
        path = folder / FILE
        try:
            if not _is_sound(path):
                path.unlink(missing_ok=True)
                path.with_name(f"{FILE}-journal").unlink(missing_ok=True)
            with closing(sqlite3.connect(path, isolation_level=None)) as connection:
                if not _is_sound(path):
                    connection.executescript(f"BEGIN; {_TABLES} COMMIT;")
                connection.execute("BEGIN")
                yield cls(connection)
        except sqlite3.Error as error:
            raise StoreError(
                f"{path} cannot be written ({error}). Free space there, and run the same command again: what "
                "was finished is kept."
            ) from error

    def mark(self, name: str) -> str:
        """What :meth:`settle` wrote under ``name``; empty where nothing was."""
        found = self._connection.execute("SELECT value FROM mark WHERE name = ?", (name,)).fetchone()
        return str(found[0]) if found else ""

    def settle(self, **marks: str) -> None:
        """Make all changes since opening permanent, with some marks."""
        self._connection.executemany("INSERT OR REPLACE INTO mark VALUES (?, ?)", sorted(marks.items()))
        self._connection.execute("COMMIT")
        self._connection.execute("BEGIN")

    def clear(self) -> None:
        """Forget all articles."""
        for table in ("article", "telling", "kind"):
            self._connection.execute(f"DELETE FROM {table}")  # noqa: S608  (a fixed name)
        self._connection.execute("DELETE FROM mark WHERE name != 'format'")

    def articles(self) -> Iterator[tuple[str, str]]:
        """Key and graph's digest of each article, by key."""
        yield from self._connection.execute("SELECT key, graph FROM article ORDER BY key")

    def put(self, key: str, graph: str, outlet: str, nodes: Iterable[str]) -> None:
        """Add an article: its key, the digest of its graph, its outlet, and IRIs of what it tells of."""
        self._connection.execute(
            "INSERT OR REPLACE INTO article VALUES (?, ?, ?)", (key, graph, _short(outlet))
        )
        rows = ((_short(node), key) for node in nodes)
        self._connection.executemany("INSERT OR IGNORE INTO telling VALUES (?, ?)", rows)

    def drop(self, key: str) -> None:
        """Forget an article."""
        self._connection.execute("DELETE FROM telling WHERE article = ?", (key,))
        self._connection.execute("DELETE FROM article WHERE key = ?", (key,))

    def nodes(self, key: str) -> list[str]:
        """IRIs of what the article with this key tells of, sorted."""
        found = self._connection.execute("SELECT node FROM telling WHERE article = ? ORDER BY node", (key,))
        return [_whole(node) for (node,) in found]

    def tellers(self, node: str) -> list[str]:
        """Keys of the articles that tell of a node, sorted."""
        rows = self._connection.execute(
            "SELECT article FROM telling WHERE node = ? ORDER BY article", (_short(node),)
        )
        return [key for (key,) in rows]

    def acts(self, beginning: str) -> Iterator[str]:
        """IRIs of all nodes that begin so, sorted."""
        rows = self._connection.execute(
            "SELECT DISTINCT node FROM telling WHERE node >= ? AND node < ? ORDER BY node",
            (_short(beginning), _short(beginning) + "\x7f"),
        )
        yield from (_whole(node) for (node,) in rows)

    def classify(self, rule: str, act: str, kind: tuple[str, str] | None) -> None:
        """Put an act into a group of a rule (what is alike, and what copies share), or into none."""
        if kind is None:
            self._connection.execute("DELETE FROM kind WHERE rule = ? AND act = ?", (rule, _short(act)))
        else:
            self._connection.execute(
                "INSERT OR REPLACE INTO kind VALUES (?, ?, ?, ?)", (rule, _short(act), *kind)
            )

    def group_of(self, rule: str, act: str) -> str | None:
        """The group of a rule that the act is in."""
        found = self._connection.execute(
            "SELECT alike FROM kind WHERE rule = ? AND act = ?", (rule, _short(act))
        ).fetchone()
        return str(found[0]) if found else None

    def groups(self, rule: str) -> Iterator[str]:
        """The groups of a rule that two acts or more are in, sorted."""
        rows = self._connection.execute(
            "SELECT alike FROM kind WHERE rule = ? GROUP BY alike HAVING count(*) > 1 ORDER BY alike", (rule,)
        )
        yield from (alike for (alike,) in rows)

    def members(self, rule: str, group: str) -> list[Member]:
        """The acts of a group, by what copies share and then by IRI."""
        rows = self._connection.execute(
            "SELECT kind.act, copy, group_concat(article.key), group_concat(outlet) "
            "FROM kind JOIN telling ON telling.node = kind.act JOIN article ON article.key = telling.article "
            "WHERE rule = ? AND alike = ? GROUP BY kind.act ORDER BY copy, kind.act",
            (rule, group),
        )
        return [
            Member(_whole(act), copy, frozenset(articles.split(",")), frozenset(outlets.split(",")))
            for act, copy, articles, outlets in rows
        ]


def _is_sound(path: Path) -> bool:
    """Whether a table can be read and is of this version."""
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as connection:
            found = connection.execute("SELECT value FROM mark WHERE name = 'format'").fetchone()
    except sqlite3.DatabaseError:
        return False
    return bool(found == (_FORMAT,))


def _short(iri: str) -> str:
    return iri.removeprefix(BASE)


def _whole(name: str) -> str:
    return BASE + name
