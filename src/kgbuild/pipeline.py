"""The order of the stages: read, tag, link, extract, map, store, check."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from pyoxigraph import Quad

from kgbuild import __version__
from kgbuild.config import Settings, folder_hash
from kgbuild.corpus.boilerplate import zones as find_zones
from kgbuild.corpus.reading import ReadCounts, read
from kgbuild.extraction.extractor import Extractor
from kgbuild.extraction.lexicon import Lexicon
from kgbuild.graph.entities import described, entities_quads
from kgbuild.graph.mapping import article_quads
from kgbuild.graph.ontology import ontology_quads
from kgbuild.graph.provenance import RunRecord, provenance_quads
from kgbuild.linking import Linker
from kgbuild.model import Analysis, Article, Decision, Extraction, Issue, TimeExpression, Zone, ZoneKind
from kgbuild.nlp.models import ModelFolder, resolve
from kgbuild.nlp.replay import RecordingAnalyzer, ReplayAnalyzer
from kgbuild.nlp.replay import key as analysis_key
from kgbuild.querying.rules import derived_quads
from kgbuild.resources import data_path
from kgbuild.store.embedded import KEY_LENGTH, Store
from kgbuild.text.dates import find_times
from kgbuild.validation import Report, validate_graphs
from kgbuild.vocab import DERIVED_GRAPH, ENTITIES_GRAPH, ONTOLOGY_GRAPH, PROVENANCE_GRAPH

_TEXT = frozenset({ZoneKind.TITLE, ZoneKind.SUBTITLE, ZoneKind.BODY})

Advance = Callable[[str, int, int], None]
"""Called as (stage, done, total) while a build goes on."""


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
            and c["triggers"] == c["acts"] + c["trigger_issues"]
        )


class Stages:
    """The stages with their data loaded once; :meth:`extract` is the same function for every article."""

    def __init__(self, settings: Settings) -> None:
        """Load lexicon, gazetteer and check the models; the models themselves load at the first need.

        Raises:
            KgbuildError: if a data file is malformed or a model file is not what was recorded.
        """
        self._models: ModelFolder = resolve(settings.models)
        self._cache = settings.store / "nlp" / self.model_hash[:16]
        self._live: RecordingAnalyzer | None = None
        self.linker = Linker.load(settings.gazetteer_folder)
        self._extractor = Extractor(Lexicon(settings.lexicon_folder), self.linker.entities)
        self.configuration_hash = hashlib.sha256(
            json.dumps(
                [
                    __version__,
                    self.model_hash,
                    folder_hash(settings.lexicon_folder),
                    folder_hash(settings.gazetteer_folder),
                    folder_hash(data_path("ontology"), data_path("queries", "derive")),
                ]
            ).encode()
        ).hexdigest()

    @property
    def model_hash(self) -> str:
        """SHA-256 (hex) of the model files' digest and Stanza's version."""
        return hashlib.sha256(f"{self._models.fingerprint} {version('stanza')}".encode()).hexdigest()

    def extract(self, article: Article) -> Extraction:
        """All that can be read out of one article."""
        zones = find_zones(article)
        analysis = self._analyze(article, zones)
        linked = self.linker.link(article, zones, analysis)
        times = _times(article, zones)
        extracted = self._extractor.extract(article, zones, analysis, linked.referents, times, linked.nisbas)
        decisions = Counter(link.decision for link in linked.links)
        counts = {
            "mentions": len(linked.links),
            "linked": decisions[Decision.LINKED],
            "nil": decisions[Decision.NIL],
            "ambiguous": decisions[Decision.AMBIGUOUS],
            "triggers": extracted.triggers,
            "acts": len(extracted.acts),
            "trigger_issues": len(extracted.issues),
        }
        issues = (*linked.issues, *extracted.issues)
        return Extraction(article, zones, linked.links, extracted.acts, issues, counts)

    def _analyze(self, article: Article, zones: Sequence[Zone]) -> Analysis:
        """The models' analysis, recorded in the store so that another lexicon does not tag again."""
        recorded = self._cache / f"{analysis_key(article.text, zones)}.json"
        if recorded.is_file():
            return ReplayAnalyzer(self._cache).analyze(article.text, zones)
        if self._live is None:
            from kgbuild.nlp.stanza_adapter import StanzaAnalyzer  # torch takes seconds to import

            self._live = RecordingAnalyzer(StanzaAnalyzer(self._models), self._cache)
        return self._live.analyze(article.text, zones)


def _times(article: Article, zones: Sequence[Zone]) -> list[TimeExpression]:
    return [
        time
        for zone in zones
        if zone.kind in _TEXT
        for time in find_times(article.text, zone.span, article.date)
    ]


def build(paths: Sequence[Path | str], settings: Settings, advance: Advance) -> Summary:
    """Read ``paths`` into the store: new and changed articles are worked on, the others kept.

    Raises:
        KgbuildError: for what stops the run; what concerns one article is an issue in the summary.
    """
    advance("read", 0, 1)
    given = read(paths)
    advance("read", 1, 1)
    summary = Summary(given.counts)
    stages = Stages(settings)
    with Store.open(settings.store, write=True) as store:
        _work(store, stages, given.articles, summary, advance)
        _finish(store, stages, settings, given.issues, summary, advance)
    return summary


def _work(
    store: Store, stages: Stages, articles: Sequence[Article], summary: Summary, advance: Advance
) -> None:
    if store.manifest().get("configuration") != stages.configuration_hash:
        known: frozenset[str] = frozenset()
        old = [extraction.article for extraction in store.records()]
    else:
        known, old = frozenset(store.articles()), []
    given = {article.content_hash[:KEY_LENGTH] for article in articles}
    ids = {article.id for article in articles}
    # what an older configuration made of articles not given now is made again from its recorded text
    todo = [a for a in articles if a.content_hash[:KEY_LENGTH] not in known]
    todo += [a for a in old if a.content_hash[:KEY_LENGTH] not in given and a.id not in ids]
    summary.unchanged = len(given & known)
    for done, article in enumerate(sorted(todo, key=lambda a: (a.id, a.content_hash))):
        advance("extract", done, len(todo))
        extraction = stages.extract(article)
        store.replace_article(extraction, article_quads(extraction, stages.linker.outlet(article.outlet)))
    advance("extract", len(todo), len(todo))


def _finish(
    store: Store,
    stages: Stages,
    settings: Settings,
    reading: Sequence[Issue],
    summary: Summary,
    advance: Advance,
) -> None:
    issues = list(reading)
    keys = sorted(store.articles())
    for extraction in store.records():
        summary.counts.update(extraction.counts)
        issues += extraction.issues
    tenures = stages.linker.tenures
    entities = described(store.referenced_entities(), stages.linker.entities, tenures)
    store.replace_graph(ENTITIES_GRAPH, entities_quads(entities, tenures))
    store.replace_graph(ONTOLOGY_GRAPH, ontology_quads())
    store.replace_graph(DERIVED_GRAPH, derived_quads(store))
    run = RunRecord(__version__, stages.configuration_hash, stages.model_hash, settings.timestamp)
    store.replace_graph(PROVENANCE_GRAPH, provenance_quads(run, keys))
    summary.stored = len(keys)
    summary.issues = Counter(issue.code for issue in issues)
    store.write_issues(issues)
    store.write_manifest(
        {"configuration": stages.configuration_hash, "counts": dict(summary.counts), "articles": keys}
    )
    store.settle()
    summary.report = check(store, advance)


def check(store: Store, advance: Advance) -> Report:
    """Validate every graph of the store against the shapes, one at a time so that memory stays bounded."""
    names = store.graph_names()

    def graphs() -> Iterator[tuple[str, list[Quad]]]:
        for done, name in enumerate(names):
            advance("check", done, len(names))
            yield name, store.quads(name)
        advance("check", len(names), len(names))

    return validate_graphs(graphs(), store.quads(ENTITIES_GRAPH))


def records(folder: Path) -> Iterator[Extraction]:
    """The extractions of a store, by article id.

    Raises:
        StoreError: if there is no store in ``folder``.
    """
    with Store.open(folder) as store:
        yield from store.records()
