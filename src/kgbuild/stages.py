"""What is done with one article, and what its result depends on. Worker processes run :func:`worker`."""

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from pyoxigraph import Quad, RdfFormat, serialize

from kgbuild.checking import result_row
from kgbuild.config import Settings
from kgbuild.corpus.boilerplate import zones as find_zones
from kgbuild.corpus.spool import article_of
from kgbuild.errors import DataFileError, KgbuildError
from kgbuild.extraction.extractor import Extractor
from kgbuild.extraction.lexicon import Lexicon
from kgbuild.fingerprints import Fingerprints, digest
from kgbuild.graph.entities import entities_quads
from kgbuild.graph.iris import article_graph, article_key
from kgbuild.graph.mapping import article_quads, known_keys
from kgbuild.linking import Linker
from kgbuild.model import Analysis, Article, Decision, Extraction, Issue, TimeExpression, Zone, ZoneKind
from kgbuild.nlp.models import resolve
from kgbuild.nlp.replay import ReplayAnalyzer, to_json
from kgbuild.nlp.replay import key as analysis_key
from kgbuild.quarantine import withhold
from kgbuild.reviewing import Corrector
from kgbuild.store.database import writing
from kgbuild.store.parts import Part
from kgbuild.text.dates import find_times
from kgbuild.validation import Report, validate_graphs

_TEXT = frozenset({ZoneKind.TITLE, ZoneKind.SUBTITLE, ZoneKind.BODY})
_WHOLE, _RECORD_ONLY = b"w", b"r"
_NOTHING = ("mentions", "linked", "nil", "ambiguous", "triggers", "acts", "trigger_issues")


class Stages:
    """The stages with their data; :meth:`results` does the same for every article, wherever it runs.

    Raises:
        KgbuildError: where a data file is malformed, or a model file is not what was recorded.
    """

    def __init__(self, settings: Settings) -> None:
        """Check the models; lexicon, gazetteer and models load at the first need."""
        self._settings = settings
        self._models = resolve(settings.models)
        self.fingerprints = Fingerprints.of(settings, self._models)
        self._cache = settings.store / "nlp" / self.fingerprints.models[:16]

    @cached_property
    def linker(self) -> Linker:
        """The gazetteer with what links names to it."""
        return Linker.load(self._settings.gazetteer_folder)

    @cached_property
    def _extractor(self) -> Extractor:
        return Extractor(Lexicon(self._settings.lexicon_folder), self.linker.entities)

    @cached_property
    def _live(self) -> Any:
        from kgbuild.nlp.stanza_adapter import StanzaAnalyzer  # torch takes seconds to import

        return StanzaAnalyzer(self._models)

    def extract(self, article: Article) -> Extraction:
        """All that can be read out of one article."""
        (extraction,) = self.extractions([article])
        return extraction

    def extractions(self, articles: Sequence[Article]) -> Iterator[Extraction]:
        """All that can be read out of each article, in their order; they are tagged together."""
        zoned = [(article, find_zones(article)) for article in articles]
        for (article, zones), analysis in zip(zoned, self._analyses(zoned), strict=True):
            yield self._read(article, zones, analysis)

    def results(self, tasks: Sequence[bytes]) -> Iterator[bytes]:
        """Record, checked graph and header of the article of each :func:`task`, in their order, as bytes."""
        extractions = self.extractions([article_of_task(one) for one in tasks])
        for one, extraction in zip(tasks, extractions, strict=True):
            if one.startswith(_RECORD_ONLY):
                part = Part.of(extraction, ())
            else:
                part = self.part(extraction, seal=seal_of_task(one))
            yield part.to_bytes()

    def made_with(self, corrections: str = "") -> str:
        """The digest of all that an article's record and graph depend on, with that of its corrections."""
        made_with = self.fingerprints.made_with
        return digest(made_with, corrections) if corrections else made_with

    def part(
        self,
        extraction: Extraction,
        *,
        failed: bool = False,
        corrector: Corrector | None = None,
        seal: str = "",
    ) -> Part:
        """Map an extraction to its graph, and check that; a ``corrector`` changes both before.

        What comes to the ``seal`` of an earlier part is not checked again: what was found then still stands,
        and the new part leaves it out.
        """
        article = extraction.article
        outlet = self.linker.outlet(article.outlet)
        corrections = ""
        if corrector is not None:
            corrections = corrector.digest(article_key(article))
            extraction = corrector.corrected(extraction)
        quads = article_quads(extraction, outlet)
        keys = known_keys(extraction, outlet)
        if corrector is not None:
            quads, keys = corrector.quads(extraction, quads), corrector.known(extraction, keys)
        entities = entities_quads(self.linker.entities[key] for key in sorted(keys))
        name = article_graph(article_key(article))

        def check(some: Sequence[Quad]) -> Report:
            return validate_graphs([(name, some)], entities)

        sealed = self._seal(quads, entities)
        report = Report((), 1) if sealed == seal else check(quads)
        extraction, quads, held = withhold(extraction, quads, report, check)
        return Part.of(
            extraction,
            quads,
            quarantine=held,
            entities=keys,
            made_with=self.made_with(corrections),
            failed=failed,
            checked_with=self.fingerprints.checked_with,
            results=map(result_row, report.results),
            seal="" if held else sealed,
        )

    def _seal(self, *checked: Sequence[Quad]) -> str:
        """Digest of what is checked, and of what with."""
        seal = hashlib.sha256(self.fingerprints.checked_with.encode())
        for quads in checked:
            seal.update(b"\0" + (serialize(quads, format=RdfFormat.N_QUADS) or b""))
        return seal.hexdigest()

    def failed(self, article: Article, code: str, message: str) -> Part:
        """What stands for an article that could not be worked on: the article alone, and the issue."""
        issue = Issue("work", code, article.id, f"{article.id}: {message}.")
        return self.part(Extraction(article, (), (), (), (issue,), dict.fromkeys(_NOTHING, 0)), failed=True)

    def _read(self, article: Article, zones: Sequence[Zone], analysis: Analysis) -> Extraction:
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
        return Extraction(article, tuple(zones), linked.links, extracted.acts, issues, counts)

    def _analyses(self, zoned: Sequence[tuple[Article, Sequence[Zone]]]) -> Iterator[Analysis]:
        """The models' analyses, recorded in the store so that another lexicon does not tag again."""
        recorded = [self._recorded(article, zones) for article, zones in zoned]
        fresh = iter(())
        todo = [(a.text, zones) for (a, zones), analysis in zip(zoned, recorded, strict=True) if not analysis]
        if todo:
            fresh = iter(self._live.analyze_many(todo))
        for (article, zones), analysis in zip(zoned, recorded, strict=True):
            if analysis is None:
                new: Analysis = next(fresh)
                self._record(article, zones, new)
                yield new
            else:
                yield analysis

    def _recorded(self, article: Article, zones: Sequence[Zone]) -> Analysis | None:
        if not self._recording(article, zones).is_file():
            return None
        try:
            return ReplayAnalyzer(self._cache).analyze(article.text, zones)
        except DataFileError:
            return None  # cut off when a process died: it is made again

    def _record(self, article: Article, zones: Sequence[Zone], analysis: Analysis) -> None:
        if not self._settings.store.is_dir():
            return  # a machine of a cluster that does not share the store's disk
        path = self._recording(article, zones)
        partial = path.with_name(f".{path.stem}.{os.getpid()}.part")
        with writing(self._settings.store):
            self._cache.mkdir(parents=True, exist_ok=True)
            text = json.dumps(to_json(analysis), ensure_ascii=False, separators=(",", ":"))
            partial.write_text(text + "\n", encoding="utf-8")
            partial.replace(path)

    def _recording(self, article: Article, zones: Sequence[Zone]) -> Path:
        return self._cache / f"{analysis_key(article.text, zones)}.json"


def worker(arguments: str) -> Callable[[Sequence[bytes]], Iterator[bytes]]:
    """What a worker process runs: each :func:`task` in, parts out.

    Args:
        arguments: settings and the fingerprint that the worker must come to, from :func:`worker_arguments`.

    Raises:
        KgbuildError: if this machine's data files or models are others than the sender's.
    """
    given = json.loads(arguments)
    stages = Stages(Settings.from_dict(given["settings"]))
    if stages.fingerprints.made_with != given["made_with"]:
        raise KgbuildError(
            "A worker has other data files, models or another version of kgbuild than this machine. Install "
            "the same there, and put --lexicon, --gazetteer and --models there under the same paths."
        )

    return stages.results


def worker_arguments(settings: Settings, fingerprints: Fingerprints) -> str:
    """The arguments of :func:`worker`."""
    return json.dumps({"settings": settings.as_dict(), "made_with": fingerprints.made_with}, sort_keys=True)


def task(article: bytes, *, record_only: bool, seal: str = "") -> bytes:
    """What a worker is given: an article, and whether to make its record alone, without its graph.

    ``seal`` is that of the article's earlier part: see :meth:`Stages.part`.
    """
    return (_RECORD_ONLY if record_only else _WHOLE) + seal.encode() + b"\n" + article


def seal_of_task(data: bytes) -> str:
    """The seal that was given to :func:`task`."""
    return data[len(_WHOLE) : data.index(b"\n")].decode()


def article_of_task(data: bytes) -> Article:
    """The article of a :func:`task`."""
    return article_of(data[data.index(b"\n") + 1 :])


def _times(article: Article, zones: Sequence[Zone]) -> list[TimeExpression]:
    return [
        time
        for zone in zones
        if zone.kind in _TEXT
        for time in find_times(article.text, zone.span, article.date)
    ]
