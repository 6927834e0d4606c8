"""What is done with a store as a whole: build it, remove from it, correct it, check it, read its records."""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from pyoxigraph import Quad

from kgbuild.building import Build
from kgbuild.config import Settings
from kgbuild.corpus.reading import ReadCounts, read_aside
from kgbuild.corpus.sources import find_sources
from kgbuild.errors import UsageError
from kgbuild.guarded_pages import guarded_pages
from kgbuild.model import Extraction
from kgbuild.review import Corrections
from kgbuild.reviewing import issues_of_reading
from kgbuild.stages import Stages
from kgbuild.store.database import writing
from kgbuild.store.embedded import Store
from kgbuild.summary import Advance, Summary
from kgbuild.validation import Report, validate_graphs

__all__ = ["Advance", "Summary", "build", "check", "correct", "records", "remove"]


def build(paths: Sequence[Path | str], settings: Settings, advance: Advance) -> Summary:
    """Read ``paths`` into the store: new and changed articles are worked on, the others kept.

    When the user interrupts it, what was finished is put in order before the interruption goes on.

    Raises:
        KgbuildError: for what stops the run; what concerns one article is an issue in the summary.
    """
    find_sources(paths)  # a path that is not there is told of, and no store made
    with Store.open(settings.store, write=True) as store, _aside(settings.store) as file:
        advance("read", 0, 1)
        with writing(settings.store), guarded_pages(settings.work) as pages:
            given = read_aside(paths, file, pages=pages)
        advance("read", 1, 1)
        summary = Summary(given.counts)
        Build(store, settings, advance, summary, given.issues).run(given.entries, given.spool)
    return summary


def remove(documents: Sequence[str], settings: Settings, advance: Advance) -> Summary:
    """Remove articles from the store by their ids, and put the rest in order.

    Raises:
        UsageError: if an article is not there; nothing is removed then.
        StoreError: if there is no store.
    """
    Store.open(settings.store).close()  # a missing store is told of, and not made
    summary = Summary(ReadCounts(0, 0, 0, 0))
    with Store.open(settings.store, write=True) as store:
        one = Build(store, settings, advance, summary, [])
        one.recover()
        wanted = set(documents)
        keys = {header.key: header.document for header in store.headers(everything=True)}
        missing = sorted(wanted - set(keys.values()))
        if missing:
            raise UsageError(f"There is no article {missing[0]!r} in {settings.store}. Nothing was removed.")
        for key in sorted(key for key, document in keys.items() if document in wanted):
            store.remove_article(key)
        one.finish()
    return summary


def correct(corrections: Corrections, settings: Settings, advance: Advance) -> Summary:
    """Keep ``corrections`` in the store in place of those there, and make again the articles they change.

    Raises:
        UsageError: if the graph was built with other models or tables than ``settings`` name; nothing is
            changed then.
        StoreError: if there is no store.
    """
    Store.open(settings.store).close()  # a missing store is told of, and not made
    summary = Summary(ReadCounts(0, 0, 0, 0))
    with Store.open(settings.store, write=True) as store:
        configuration = Stages(settings).fingerprints.configuration
        if store.manifest().get("configuration") != configuration:
            raise UsageError(
                f"The graph in {settings.store} was built with other models or tables. Give the --models, "
                "--lexicon and --gazetteer that it was built with, or run kgbuild build again first."
            )
        corrections.save(settings.store)
        one = Build(store, settings, advance, summary, issues_of_reading(settings.store))
        one.run((), None)
    return summary


def _aside(folder: Path) -> IO[bytes]:
    """A file for what is read, which nothing else sees and which goes when it is closed."""
    with writing(folder):
        return tempfile.TemporaryFile(dir=folder)


def check(store: Store, advance: Advance) -> Report:
    """Validate every graph of the store against the shapes, one at a time so that memory stays bounded."""
    names = store.graph_names()

    def graphs() -> Iterator[tuple[str, list[Quad]]]:
        for done, name in enumerate(names):
            advance("check", done, len(names))
            yield name, store.quads(name)
        advance("check", len(names), len(names))

    return validate_graphs(graphs(), types=store.types)


def records(folder: Path) -> Iterator[Extraction]:
    """The extractions of a store, by article id.

    Raises:
        StoreError: if there is no store in ``folder``.
    """
    with Store.open(folder) as store:
        yield from store.records()
