"""The order of the work: read, do each article (:mod:`kgbuild.stages`), store, derive, check the rest."""

import hashlib
import heapq
import json
import os
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from pyoxigraph import Quad, RdfFormat, parse

from kgbuild import __version__
from kgbuild.checking import graph_digest, report_of, result_row
from kgbuild.config import DASK, Settings
from kgbuild.corpus.reading import ReadCounts, read
from kgbuild.errors import UsageError
from kgbuild.graph.entities import described, entities_quads
from kgbuild.graph.ontology import ontology_quads
from kgbuild.graph.provenance import RunRecord, provenance_quads
from kgbuild.model import Article, Extraction, Issue
from kgbuild.querying.rules import derived_quads
from kgbuild.review import Corrections
from kgbuild.reviewing import Corrector, issues_of_reading
from kgbuild.stages import Stages, article_bytes, article_of, worker_arguments
from kgbuild.store.embedded import Store
from kgbuild.store.parts import KEY_LENGTH, Header, Part
from kgbuild.store.records import from_json
from kgbuild.validation import Report, validate_graphs
from kgbuild.vocab import ARTICLE_GRAPH, DERIVED_GRAPH, ENTITIES_GRAPH, ONTOLOGY_GRAPH, PROVENANCE_GRAPH
from kgbuild.work.cluster import Cluster
from kgbuild.work.guard import Bounds, Failure, Program
from kgbuild.work.pool import LocalPool, Outcome

Advance = Callable[[str, int, int], None]
"""Called as (stage, done, total) while a build goes on."""

_WORKER: Final = "kgbuild.stages:worker"
_SHARED: Final = (ENTITIES_GRAPH, DERIVED_GRAPH, PROVENANCE_GRAPH)
"""The graphs beside the articles' that are checked."""
_LARGEST_BATCH: Final = 8
_WORTH_A_WORKER: Final = 16
"""So many articles are worth the time that another worker takes to load the models."""
_WORTH_COMPACTING: Final = 0.1
"""Share of the articles changed above which the database is compacted."""


@dataclass(slots=True)
class Summary:
    """What a build did. The counts close: see :meth:`closes`."""

    read: ReadCounts
    """Records read, and what became of them."""
    unchanged: int = 0
    """Articles that the store held already, made with the same settings."""
    counts: Counter[str] = field(default_factory=Counter)
    """Over all articles of the store: mentions, linked, nil, ambiguous, triggers, acts, trigger_issues."""
    issues: Counter[str] = field(default_factory=Counter)
    """Issues by code."""
    stored: int = 0
    """Articles in the store after the build."""
    report: Report | None = None

    @property
    def closes(self) -> bool:
        """Whether every mention and every trigger ended somewhere."""
        c = self.counts
        return (
            self.read.closes
            and c["mentions"] == c["linked"] + c["nil"] + c["ambiguous"]
            and c["triggers"] == c["acts"] + c["quarantined"] + c["trigger_issues"]
        )


def build(paths: Sequence[Path | str], settings: Settings, advance: Advance) -> Summary:
    """Read ``paths`` into the store: new and changed articles are worked on, the others kept.

    When the user interrupts it, what was finished is put in order before the interruption goes on.

    Raises:
        KgbuildError: for what stops the run; what concerns one article is an issue in the summary.
    """
    advance("read", 0, 1)
    given = read(paths)
    advance("read", 1, 1)
    summary = Summary(given.counts)
    with Store.open(settings.store, write=True) as store:
        one = _Build(store, settings, advance, summary, list(given.issues))
        one.run(given.articles)
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
        one = _Build(store, settings, advance, summary, [])
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
        one = _Build(store, settings, advance, summary, issues_of_reading(settings.store))
        one.run(())
    return summary


class _Build:
    """One build on an open store."""

    def __init__(
        self, store: Store, settings: Settings, advance: Advance, summary: Summary, issues: list[Issue]
    ) -> None:
        self._store = store
        self._settings = settings
        self._advance = advance
        self._summary = summary
        self._issues = issues
        self._changed = 0
        self._stages = Stages(settings)
        self._prints = self._stages.fingerprints
        self._corrector = Corrector(settings.store, lambda: self._stages.linker.entities)
        self._run = RunRecord(
            __version__, self._prints.configuration, self._prints.models, settings.timestamp
        )
        provenance_quads(self._run, ())  # a malformed time stamp is told of before the work

    def run(self, articles: Sequence[Article]) -> None:
        """Work on what is new, changed or made otherwise, then put the whole in order."""
        self.recover()
        todo = self._todo(articles)
        try:
            self._work(todo)
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

    def _todo(self, articles: Sequence[Article]) -> list[tuple[str, str, Article | None]]:
        """Id, key and article of what is to be worked on, by id; without article where the store has it."""
        given = {article.content_hash[:KEY_LENGTH]: article for article in articles}
        ids = {article.id for article in articles}
        graphs = set(self._store.graph_names())
        todo: dict[str, tuple[str, str, Article | None]] = {
            key: (article.id, key, article) for key, article in given.items()
        }
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
            elif header.document not in ids:
                if self._settings.prune:
                    self._store.remove_article(header.key)
                    self._changed += 1
                elif not is_made:
                    # what older settings made of articles not given now is made again from its record
                    todo[header.key] = (header.document, header.key, None)
        return sorted(todo.values(), key=lambda one: one[:2])

    def _work(self, todo: Sequence[tuple[str, str, Article | None]]) -> None:
        self._advance("extract", 0, len(todo))
        if not todo:
            return
        items = (article_bytes(article or self._store.record(key).article) for _, key, article in todo)
        with closing(self._outcomes(items, len(todo))) as outcomes:
            for done, (item, outcome) in enumerate(outcomes, start=1):
                if isinstance(outcome, Failure):
                    part = self._stages.failed(article_of(item), outcome.code, outcome.message)
                else:
                    part = self._with_corrections(Part.from_bytes(outcome))
                self._store.commit(part)
                self._changed += 1
                self._advance("extract", done, len(todo))

    def _with_corrections(self, part: Part) -> Part:
        """The part with its article's corrections: what works on articles may not see the store."""
        if not self._corrector.digest(part.header.key):
            return part
        return self._stages.part(from_json(part.record), corrector=self._corrector)

    def _outcomes(self, items: Iterable[bytes], count: int) -> Generator[Outcome]:
        work = self._settings.work
        if work.jobs == 0 and work.engine != DASK:
            for item in items:
                yield item, next(iter(self._stages.parts([article_of(item)]))).to_bytes()
            return
        jobs = work.jobs or max(1, min(_processors(), -(-count // _WORTH_A_WORKER)))
        batch = max(1, min(_LARGEST_BATCH, count // (4 * jobs)))
        program = Program(_WORKER, worker_arguments(self._settings, self._prints))
        bounds = Bounds(work.seconds, work.memory)
        if work.engine == DASK:
            yield from Cluster(program, bounds, jobs=jobs, batch=batch, scheduler=work.scheduler).run(items)
        else:
            yield from LocalPool(program, bounds, jobs=jobs, batch=batch).run(items)

    def finish(self) -> None:
        """Write what depends on all articles: their entities, derived links, provenance, issues, report."""
        kept = _Kept()
        for header in self._store.headers():
            kept.add(self._checked(header))
        state = _digest(self._prints.configuration, self._settings.timestamp, sorted(kept.graphs.items()))
        manifest = self._store.manifest()
        checks = manifest.get("checks", {})
        if manifest.get("state") != state:
            self._store.write_manifest({**manifest, "state": ""})  # should the process die in between
            self._replace_shared(kept)
            checks = {}
        self._store.replace_quarantine(kept.quarantine)
        checks = self._check_shared(checks)
        summary = self._summary
        summary.stored, summary.counts = len(kept.graphs), kept.counts
        self._issues += self._corrector.absent(kept.graphs)
        summary.issues = kept.issues + Counter(issue.code for issue in self._issues)
        self._store.write_issues(self._all_issues(sorted(kept.documents)))
        found = [row for check in checks.values() for row in check["results"]]
        checked = len(kept.graphs) + sum(map(_is_there, checks.values()))
        summary.report = report_of([*kept.results, *found], checked)
        self._store.write_manifest(
            {
                "articles": sorted(kept.graphs),
                "checks": checks,
                "configuration": self._prints.configuration,
                "counts": dict(summary.counts),
                "state": state,
            }
        )
        self._store.settle(compact=self._changed > _WORTH_COMPACTING * len(kept.graphs))

    def _checked(self, header: Header) -> Header:
        """The header with what the present shapes find."""
        if header.checked_with == self._prints.checked_with:
            return header
        name = ARTICLE_GRAPH + header.key
        entities = entities_quads(self._stages.linker.entities[key] for key in header.entities)
        report = validate_graphs([(name, self._store.quads(name))], entities)
        header = replace(
            header,
            checked_with=self._prints.checked_with,
            results=tuple(result_row(result) for result in report.results),
        )
        self._store.annotate(header)
        return header

    def _replace_shared(self, kept: "_Kept") -> None:
        linker = self._stages.linker
        entities = described(sorted(kept.entities), linker.entities, linker.tenures)
        self._store.replace_graph(ENTITIES_GRAPH, entities_quads(entities, linker.tenures))
        self._store.replace_graph(ONTOLOGY_GRAPH, ontology_quads())
        self._store.replace_graph(PROVENANCE_GRAPH, provenance_quads(self._run, sorted(kept.graphs)))
        self._store.replace_graph(DERIVED_GRAPH, ())  # so that nothing is derived from what was derived
        self._store.replace_graph(DERIVED_GRAPH, derived_quads(self._store))

    def _check_shared(self, known: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        """What the check of the graphs that all articles share finds, by graph."""
        if all(known.get(name, {}).get("with") == self._prints.checked_with for name in _SHARED):
            return dict(known)
        found: dict[str, dict[str, Any]] = {}
        for done, name in enumerate(_SHARED):
            self._advance("check", done, len(_SHARED))
            quads = self._store.quads(name)
            report = validate_graphs([(name, quads)] if quads else [], types=self._store.types)
            found[name] = {
                "graph": graph_digest(quads) if quads else "",
                "with": self._prints.checked_with,
                "results": [result_row(result) for result in report.results],
            }
        self._advance("check", len(_SHARED), len(_SHARED))
        return found

    def _all_issues(self, documents: Sequence[tuple[str, str]]) -> Iterator[Issue]:
        """The issues of reading and of every article (id and key), by article."""
        of_articles = (issue for _, key in documents for issue in self._store.header(key).issues)
        of_reading = sorted(self._issues, key=lambda issue: issue.article)
        return heapq.merge(of_reading, of_articles, key=lambda issue: issue.article)


class _Kept:
    """What the headers of all articles come to."""

    def __init__(self) -> None:
        self.documents: list[tuple[str, str]] = []
        self.graphs: dict[str, str] = {}
        self.entities: set[str] = set()
        self.counts: Counter[str] = Counter()
        self.issues: Counter[str] = Counter()
        self.results: list[Mapping[str, Any]] = []
        self.quarantine: list[Quad] = []

    def add(self, header: Header) -> None:
        self.documents.append((header.document, header.key))
        self.graphs[header.key] = header.graph
        self.entities.update(header.entities)
        self.counts.update(header.counts)
        self.issues.update(issue.code for issue in header.issues)
        self.results += header.results
        self.quarantine += parse(header.quarantine.encode(), format=RdfFormat.N_QUADS)


def _is_there(check: Mapping[str, Any]) -> bool:
    return bool(check["graph"])


def _processors() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


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
