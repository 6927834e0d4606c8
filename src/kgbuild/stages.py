"""What is done with one article, and what its result depends on. Worker processes run :func:`worker`."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from kgbuild.checking import result_row
from kgbuild.config import Settings
from kgbuild.corpus.boilerplate import zones as find_zones
from kgbuild.corpus.spool import article_of
from kgbuild.errors import KgbuildError
from kgbuild.extraction.extractor import Extractor
from kgbuild.extraction.lexicon import Lexicon
from kgbuild.fingerprints import Fingerprints, digest
from kgbuild.graph.entities import entity_classes
from kgbuild.graph.iris import article_graph, article_key
from kgbuild.graph.mapping import article_nquads, article_quads, known_keys
from kgbuild.linking import Linker
from kgbuild.linking.gazetteer import Gazetteer
from kgbuild.model import Analysis, Article, Decision, Extraction, Issue, TimeExpression, Zone, ZoneKind
from kgbuild.nlp.models import resolve
from kgbuild.quarantine import withhold
from kgbuild.reviewing import Corrector
from kgbuild.store.parts import Part, nquads
from kgbuild.tagging import Tagging
from kgbuild.text.dates import find_times
from kgbuild.validation import Report, validate_graphs
from kgbuild.vocab import ENTITY

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

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """The known entities and who held which office; all that is needed of them after the articles."""
        return Gazetteer.load(self._settings.gazetteer_folder)

    @cached_property
    def linker(self) -> Linker:
        """The gazetteer with what links names to it."""
        return Linker(self.gazetteer)

    @cached_property
    def _extractor(self) -> Extractor:
        return Extractor(Lexicon(self._settings.lexicon_folder), self.linker.entities)

    @cached_property
    def tagging(self) -> Tagging:
        """The language models and what they said before; they load at the first need."""
        return Tagging(self._settings.store, self._models, self.fingerprints.models)

    def extract(self, article: Article) -> Extraction:
        """All that can be read out of one article."""
        (extraction,) = self.extractions([article])
        return extraction

    def extractions(self, articles: Sequence[Article]) -> Iterator[Extraction]:
        """All that can be read out of each article, in their order; they are tagged together."""
        zoned = [(article, find_zones(article)) for article in articles]
        for (article, zones), analysis in zip(zoned, self.tagging.analyses(zoned), strict=True):
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
        if corrector is None:
            written, keys = article_nquads(extraction, outlet), known_keys(extraction, outlet)
        else:
            corrections = corrector.digest(article_key(article))
            extraction = corrector.corrected(extraction)
            written = nquads(corrector.quads(extraction, article_quads(extraction, outlet)))
            keys = corrector.known(extraction, known_keys(extraction, outlet))
        name = article_graph(article_key(article))

        def types(node: NamedNode) -> list[NamedNode]:
            key = node.value.removeprefix(ENTITY)
            classes = entity_classes(self.linker.entities[key]) if key in keys else []
            return [NamedNode(one) for one in classes]

        def check(some: Sequence[Quad] | bytes) -> Report:
            return validate_graphs([(name, some)], types=types)

        sealed = self._seal(written, keys)
        report = Report((), 1) if sealed == seal else check(written)
        held: list[Quad] = []
        if not report.conforms:
            quads = list(parse(written, format=RdfFormat.N_QUADS))
            extraction, kept, held = withhold(extraction, quads, report, check)
            written = nquads(kept)
        return Part.of(
            extraction,
            written,
            quarantine=held,
            entities=keys,
            made_with=self.made_with(corrections),
            failed=failed,
            checked_with=self.fingerprints.checked_with,
            results=map(result_row, report.results),
            seal="" if held else sealed,
        )

    def _seal(self, written: bytes, keys: Iterable[str]) -> str:
        """Digest of what is checked, and of what with."""
        classes = [(key, entity_classes(self.linker.entities[key])) for key in sorted(keys)]
        seal = hashlib.sha256(json.dumps([self.fingerprints.checked_with, classes]).encode())
        seal.update(written)
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
