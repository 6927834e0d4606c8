"""The index of the pages, kept beside the store, so that the server is ready at once when it starts again.

``STORE/web-index.json`` holds the index and the fingerprint of what it was read from: the files of the
database, and the kinds of acts and topics of this kgbuild. Where the fingerprint differs, as after each
build, the index is read anew.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Final

from kgbuild import __version__
from kgbuild.store.embedded import Store
from kgbuild.vocab import topics
from kgbuild.web.families import family_of
from kgbuild.web.index import Act, Actor, Index, Source
from kgbuild.web.reading import read_index

FILE: Final = "web-index.json"
_FORM: Final = 2
"""To be counted up when what the file holds, or how it is read from the graph, changes."""
_LONGEST_HEAD: Final = 200
_VOLATILE: Final = ("LOG", "LOCK", "OPTIONS")
"""Files of the database that say nothing of its content begin with these."""

Tell = Callable[[str], None]


def kept_index(store: Store, tell: Tell = lambda _: None) -> Index:
    """The index of a store that is open: as it is kept, or read from the graph and kept.

    Args:
        store: open for reading or writing.
        tell: is called with a sentence when the graph must be read, which takes its time, and where the
            index cannot be kept.

    Raises:
        StoreError: if the store was closed.
    """
    path = store.folder / FILE
    wanted = fingerprint(store.folder)
    found = load(path, wanted)
    if found is None:
        tell("Reading the graph for the pages; the next start on this graph will be quick.")
        found = read_index(store)
        try:
            save(path, wanted, found)
        except OSError as error:
            tell(f"{path} cannot be written ({error.strerror or error}): every start will read the graph.")
    return found


def fingerprint(folder: Path) -> str:
    """What an index of the store in ``folder`` depends on, as a SHA-256 in hex.

    RocksDB never changes a table that it has written and numbers its files: their names, sizes and times
    change with every change of the graph, and ``IDENTITY`` is another one for another database.
    """
    database = folder / "store"
    files = [
        (path.name, state.st_size, state.st_mtime_ns)
        for path in sorted(database.iterdir())
        if not path.name.startswith(_VOLATILE)
        for state in [path.stat()]
    ]
    kinds = [__version__, _FORM, sorted(family_of().items()), sorted(topics().items())]
    return hashlib.sha256(json.dumps([files, kinds]).encode()).hexdigest()


def save(path: Path, wanted: str, index: Index) -> None:
    """Write an index under the fingerprint ``wanted``, with a checksum.

    Raises:
        OSError: if it cannot be written.
    """
    rows = {
        "triples": index.triples,
        "acts": [_plain(act) for act in index.acts],
        "actors": [_plain(actor) for actor in index.actors.values()],
        "articles": [_plain(source) for source in index.articles.values()],
    }
    body = json.dumps(rows, separators=(",", ":")).encode()
    partial = path.with_name(path.name + ".part")
    partial.write_bytes(f"{wanted} {_digest(body)}\n".encode() + body)
    partial.replace(path)


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _plain(row: Act | Actor | Source) -> list[Any]:
    values = (getattr(row, name) for name in row.__slots__)
    return [value.isoformat() if isinstance(value, date) else value for value in values]


def load(path: Path, wanted: str) -> Index | None:
    """The index that was kept under the fingerprint ``wanted``; none if it is not there or damaged."""
    try:
        with path.open("rb") as file:
            head = file.readline(_LONGEST_HEAD)
            if not head.startswith(f"{wanted} ".encode()):
                return None
            body = file.read()
    except OSError:
        return None
    if head.split()[1:] != [_digest(body).encode()]:
        return None
    rows = json.loads(body)
    acts = tuple(_act(row) for row in rows["acts"])
    actors = {row[0]: Actor(*row) for row in rows["actors"]}
    return Index(acts, actors, {row[0]: _source(row) for row in rows["articles"]}, rows["triples"])


def _act(row: list[Any]) -> Act:
    key, kind, family, agents, addressees, behalf, about, day, until, articles, *truths = row
    lists = tuple(agents), tuple(addressees), tuple(behalf), tuple(about)
    return Act(key, kind, family, *lists, _day(day), _day(until), tuple(articles), *truths)


def _source(row: list[Any]) -> Source:
    key, name, title, day, *others = row
    return Source(key, name, title, _day(day), *others)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
