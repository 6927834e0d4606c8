"""What comes after the articles: the graphs and files that depend on all of them, and their check."""

import hashlib
import heapq
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from pyoxigraph import Quad, RdfFormat, parse

from kgbuild.checking import graph_digest, report_of, result_row
from kgbuild.config import Settings
from kgbuild.graph.entities import described, entities_quads
from kgbuild.graph.ontology import ontology_quads
from kgbuild.graph.provenance import RunRecord, provenance_quads
from kgbuild.model import Issue
from kgbuild.querying.rules import derived_quads
from kgbuild.reviewing import Corrector
from kgbuild.stages import Stages
from kgbuild.store.embedded import Store
from kgbuild.store.parts import Header
from kgbuild.summary import Advance, Summary
from kgbuild.validation import validate_graphs
from kgbuild.vocab import ARTICLE_GRAPH, DERIVED_GRAPH, ENTITIES_GRAPH, ONTOLOGY_GRAPH, PROVENANCE_GRAPH

_SHARED: Final = (ENTITIES_GRAPH, DERIVED_GRAPH, PROVENANCE_GRAPH)
"""The graphs beside the articles' that are checked."""
_WORTH_COMPACTING: Final = 0.1
"""Share of the articles changed above which the database is compacted."""


class Finish:
    """Puts in order what depends on all articles of an open store."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        stages: Stages,
        corrector: Corrector,
        run: RunRecord,
        advance: Advance,
    ) -> None:
        self._store = store
        self._settings = settings
        self._stages = stages
        self._prints = stages.fingerprints
        self._corrector = corrector
        self._run = run
        self._advance = advance

    def run(self, issues: Sequence[Issue], summary: Summary, *, changed: int) -> None:
        """Write entities, derived links, provenance, issues and manifest; complete the summary.

        Args:
            issues: those that no article holds.
            summary: gets counts, issues and the report.
            changed: how many articles the build changed.
        """
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
        summary.stored, summary.counts = len(kept.graphs), kept.counts
        told = [*issues, *self._corrector.absent(kept.graphs)]
        summary.issues = kept.issues + Counter(issue.code for issue in told)
        self._store.write_issues(self._all_issues(told, sorted(kept.documents)))
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
        self._store.settle(compact=changed > _WORTH_COMPACTING * len(kept.graphs))

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
        self._store.remove_graph(DERIVED_GRAPH)  # so that nothing is derived from what was derived
        self._store.add_graph(DERIVED_GRAPH, derived_quads(self._store))

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

    def _all_issues(self, told: Sequence[Issue], documents: Sequence[tuple[str, str]]) -> Iterator[Issue]:
        """The issues ``told`` and those of every article (id and key), by article."""
        of_articles = (issue for _, key in documents for issue in self._store.header(key).issues)
        of_reading = sorted(told, key=lambda issue: issue.article)
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


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
