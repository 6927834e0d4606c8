"""One build on an open store: what is to be made, the work on it, and putting the whole in order."""

import os
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Final

from kgbuild import __version__
from kgbuild.config import DASK, Settings
from kgbuild.corpus.spool import Entry, Spool, article_bytes
from kgbuild.finishing import Finish
from kgbuild.graph.provenance import RunRecord, provenance_quads
from kgbuild.model import Issue
from kgbuild.reviewing import Corrector
from kgbuild.stages import Stages, article_of_task, seal_of_task, task, worker_arguments
from kgbuild.store.embedded import Store
from kgbuild.store.parts import KEY_LENGTH, Part
from kgbuild.store.records import from_json
from kgbuild.summary import Advance, Summary
from kgbuild.vocab import ARTICLE_GRAPH
from kgbuild.work.cluster import Cluster
from kgbuild.work.guard import Bounds, Failure, Program
from kgbuild.work.pool import LocalPool, Outcome

_WORKER: Final = "kgbuild.stages:worker"
_LARGEST_BATCH: Final = 8
_WORTH_A_WORKER: Final = 16
"""So many articles are worth the time that another worker takes to load the models."""
_LARGEST_COMMIT: Final = 32
"""Articles that are committed together; a process that is killed loses as many, but for their tagging."""
_COMMITS: Final = 3
"""So often at least a build of few articles commits."""


@dataclass(frozen=True, slots=True, order=True)
class _Todo:
    """An article to be made; without ``entry`` from the record that the store has of it."""

    document: str
    key: str
    entry: Entry | None
    seal: str = ""
    """That of its part, where the store has one."""


class Build:
    """One build on an open store."""

    def __init__(
        self, store: Store, settings: Settings, advance: Advance, summary: Summary, issues: Sequence[Issue]
    ) -> None:
        """Load what the build depends on.

        Raises:
            UsageError: if the time stamp is malformed.
            KgbuildError: where a data file or a model is not what it must be.
        """
        self._store = store
        self._settings = settings
        self._advance = advance
        self._summary = summary
        self._issues = list(issues)
        self._changed = 0
        self._stages = Stages(settings)
        self._corrector = Corrector(settings.store, lambda: self._stages.gazetteer.entities)
        prints = self._stages.fingerprints
        self._run = RunRecord(__version__, prints.configuration, prints.models, settings.timestamp)
        provenance_quads(self._run, ())  # a malformed time stamp is told of before the work

    def run(self, entries: Sequence[Entry], spool: Spool | None) -> None:
        """Work on what is new, changed or made otherwise, then put the whole in order."""
        self.recover()
        todo = self._todo(entries)
        try:
            self._work(todo, spool)
        except KeyboardInterrupt:
            self.recover()
            self.finish()
            raise
        self.finish()

    def recover(self) -> None:
        """Put right what a build left that died."""
        self._issues += [
            Issue("store", "damaged-record", key, f"The record {key} could not be read and was removed.")
            for key in self._store.recover()
        ]

    def finish(self) -> None:
        """Write what depends on all articles: their entities, derived links, provenance, issues, report."""
        last = Finish(self._store, self._settings, self._stages, self._corrector, self._run, self._advance)
        last.run(self._issues, self._summary, changed=self._changed)

    def _todo(self, entries: Sequence[Entry]) -> list[_Todo]:
        """What is to be worked on, by id."""
        todo = {}
        for entry in entries:
            key = entry.content_hash[:KEY_LENGTH]
            todo[key] = _Todo(entry.id, key, entry)
        given = frozenset(todo)
        ids = {entry.id for entry in entries}
        graphs = set(self._store.graph_names())
        for header in self._store.headers(everything=True):
            is_made = (
                header.made_with == self._stages.made_with(self._corrector.digest(header.key))
                and not header.failed
                and ARTICLE_GRAPH + header.key in graphs
            )
            if header.key in given:
                if is_made:
                    del todo[header.key]
                    self._summary.unchanged += 1
                else:
                    todo[header.key] = replace(todo[header.key], seal=header.seal)
            elif header.document not in ids:
                if self._settings.prune:
                    self._store.remove_article(header.key)
                    self._changed += 1
                elif not is_made:
                    # what older settings made of articles not given now is made again from its record
                    todo[header.key] = _Todo(header.document, header.key, None, header.seal)
        return sorted(todo.values(), key=lambda one: (one.document, one.key))

    def _work(self, todo: Sequence[_Todo], spool: Spool | None) -> None:
        self._advance("extract", 0, len(todo))
        if not todo:
            return
        most = at_once(len(todo))
        waiting: list[Part] = []
        try:
            with closing(self._outcomes(self._tasks(todo, spool), len(todo))) as outcomes:
                for done, (item, outcome) in enumerate(outcomes, start=1):
                    waiting.append(self._part(item, outcome))
                    if len(waiting) >= most:
                        self._commit(waiting)
                    self._advance("extract", done, len(todo))
        finally:
            self._commit(waiting)

    def _part(self, item: bytes, outcome: bytes | Failure) -> Part:
        if isinstance(outcome, Failure):
            return self._stages.failed(article_of_task(item), outcome.code, outcome.message)
        return self._with_corrections(self._with_results(Part.from_bytes(outcome), item))

    def _commit(self, waiting: list[Part]) -> None:
        """Commit what waits, and let nothing wait."""
        self._store.commit_all(waiting)
        self._changed += len(waiting)
        waiting.clear()

    def _tasks(self, todo: Iterable[_Todo], spool: Spool | None) -> Iterator[bytes]:
        for one in todo:
            if one.entry is None or spool is None:
                data = article_bytes(self._store.record(one.key).article)
            else:
                data = spool.data(one.entry)
            # the graph of what is corrected is made here, after the corrections
            yield task(data, record_only=bool(self._corrector.digest(one.key)), seal=one.seal)

    def _with_results(self, part: Part, item: bytes) -> Part:
        """The part with what the check found before, if that is what it would find again."""
        header = part.header
        if not header.seal or header.seal != seal_of_task(item):
            return part
        return replace(part, header=replace(header, results=self._store.header(header.key).results))

    def _with_corrections(self, part: Part) -> Part:
        """The part with its article's corrections: what works on articles may not see the store."""
        if not self._corrector.digest(part.header.key):
            return part
        return self._stages.part(from_json(part.record), corrector=self._corrector)

    def _outcomes(self, tasks: Iterable[bytes], count: int) -> Generator[Outcome]:
        work = self._settings.work
        if work.jobs == 0 and work.engine != DASK:
            for item in tasks:
                yield item, next(iter(self._stages.results([item])))
            return
        jobs = work.jobs or max(1, min(_processors(), -(-count // _WORTH_A_WORKER)))
        batch = max(1, min(_LARGEST_BATCH, count // (4 * jobs)))
        program = Program(_WORKER, worker_arguments(self._settings, self._stages.fingerprints))
        bounds = Bounds(work.seconds, work.memory)
        if work.engine == DASK:
            yield from Cluster(program, bounds, jobs=jobs, batch=batch, scheduler=work.scheduler).run(tasks)
        else:
            yield from LocalPool(program, bounds, jobs=jobs, batch=batch).run(tasks)


def at_once(count: int) -> int:
    """How many of so many articles are committed together."""
    return max(1, min(_LARGEST_COMMIT, count // _COMMITS))


def _processors() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
