"""What comes after the articles: the graphs and files that depend on all of them, and their check."""

import hashlib
import heapq
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from pyoxigraph import Quad, RdfFormat, parse

from kgbuild.checking import Told, result_row
from kgbuild.config import Settings
from kgbuild.deriving import Deriving
from kgbuild.graph.entities import described, entities_quads
from kgbuild.graph.ontology import ontology_quads
from kgbuild.graph.provenance import RunRecord, provenance_quads
from kgbuild.model import Issue
from kgbuild.querying.rules import read_rules
from kgbuild.reviewing import Corrector
from kgbuild.stages import Stages
from kgbuild.store.embedded import Store
from kgbuild.store.parts import Header
from kgbuild.store.tellings import Tellings
from kgbuild.summary import Advance, Summary
from kgbuild.validation import validate_graphs
from kgbuild.vocab import ARTICLE_GRAPH, DERIVED_GRAPH, ENTITIES_GRAPH, ONTOLOGY_GRAPH, PROVENANCE_GRAPH

_SHARED: Final = (ENTITIES_GRAPH, DERIVED_GRAPH, PROVENANCE_GRAPH)
"""The graphs beside the articles' that are checked."""
_FEW: Final = 20
_WORTH_A_PIECE: Final = 0.05
"""Share of the articles above which all is derived anew, which asks the database in larger pieces."""
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
        checks = self._put_in_order(kept, state)
        self._store.replace_quarantine(self._held(kept.with_quarantine))
        for name in _SHARED:
            if checks[name]["there"]:
                kept.told.add(checks[name]["results"])
        summary.stored, summary.counts = len(kept.graphs), kept.counts
        told = [*issues, *self._corrector.absent(kept.graphs)]
        summary.issues = kept.issues + Counter(issue.code for issue in told)
        self._store.write_issues(self._all_issues(told, sorted(kept.documents)))
        summary.report = kept.told.report()
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
        entities = entities_quads(self._stages.gazetteer.entities[key] for key in header.entities)
        report = validate_graphs([(name, self._store.quads(name))], entities)
        header = replace(
            header,
            checked_with=self._prints.checked_with,
            results=tuple(result_row(result) for result in report.results),
        )
        self._store.annotate(header)
        return header

    def _put_in_order(self, kept: "_Kept", state: str) -> dict[str, dict[str, Any]]:
        """Bring the graphs that all articles share up to date; what their check finds, by graph.

        The manifest has no state from before the first change until the end of the build: a build after one
        that died in between derives and checks everything.
        """
        manifest = self._store.manifest()
        checks: dict[str, dict[str, Any]] = {
            name: check
            for name, check in manifest.get("checks", {}).items()
            if check.get("with") == self._prints.checked_with and "there" in check
        }
        if manifest.get("state") == state and all(name in checks for name in _SHARED):
            return checks
        self._store.write_manifest({**manifest, "state": ""})
        with Tellings.open(self._store.folder) as tellings:
            is_known = self._is_known(manifest, tellings)
            if not is_known:
                checks.clear()
            changes = self._replace_shared(kept)
            deriving = Deriving(self._store, tellings, read_rules())
            owners = self._derive(deriving, tellings, kept) if is_known else None
            if owners is None:
                deriving.everything(kept.graphs.items())
            for done, name in enumerate(_SHARED):
                self._advance("check", done, len(_SHARED))
                known = checks.get(name)
                if name != DERIVED_GRAPH:
                    if known is None or changes[name]:
                        checks[name] = self._check(name, [self._store.quads(name)], ())
                elif known is None or owners is None:
                    checks[name] = self._check(name, self._store.pieces(name), ())
                elif owners:
                    checks[name] = self._check(name, deriving.pieces(owners), known["results"])
            tellings.settle(state=state, derived_with=self._prints.derived_with)
        self._advance("check", len(_SHARED), len(_SHARED))
        return checks

    def _is_known(self, manifest: Mapping[str, Any], tellings: Tellings) -> bool:
        """Whether the derived graph is what the rules of today drew from the articles in the table."""
        state = manifest.get("state")
        return (
            bool(state)
            and tellings.mark("state") == state
            and tellings.mark("derived_with") == self._prints.derived_with
        )

    def _replace_shared(self, kept: "_Kept") -> Mapping[str, bool]:
        """Write entities, ontology and provenance; which of them changed."""
        known = self._stages.gazetteer
        entities = described(sorted(kept.entities), known.entities, known.tenures)
        graphs = {
            ENTITIES_GRAPH: entities_quads(entities, known.tenures),
            ONTOLOGY_GRAPH: ontology_quads(),
            PROVENANCE_GRAPH: provenance_quads(self._run, sorted(kept.graphs)),
        }
        return {name: self._store.replace_graph(name, quads) for name, quads in graphs.items()}

    def _derive(self, deriving: Deriving, tellings: Tellings, kept: "_Kept") -> set[str] | None:
        """Derive what hangs on changed articles; ``None``: everything is to be derived."""
        before = dict(tellings.articles())
        changed = [(key, graph) for key, graph in kept.graphs.items() if before.get(key) != graph]
        gone = sorted(before.keys() - kept.graphs.keys())
        most = max(_FEW, int(_WORTH_A_PIECE * len(kept.graphs)))
        if len(changed) + len(gone) > most or not deriving.can_go_on:
            return None
        return deriving.update(changed, gone, most=most)

    def _check(
        self, name: str, pieces: Iterable[Sequence[Quad]], known: Sequence[Mapping[str, Any]]
    ) -> dict[str, Any]:
        """What is found in some or all of a graph, and of what was ``known`` before all that still stands."""
        seen: set[str] = set()

        def given() -> Iterator[tuple[str, Sequence[Quad]]]:
            for piece in pieces:
                if known:
                    seen.update(getattr(quad.subject, "value", "") for quad in piece)
                yield name, piece

        report = validate_graphs(given(), types=self._store.types)
        standing = [row for row in known if row["focus"] not in seen and self._store.has(name, row["focus"])]
        return {
            "there": self._store.has(name),
            "with": self._prints.checked_with,
            "results": [*standing, *(result_row(result) for result in report.results)],
        }

    def _held(self, keys: Iterable[str]) -> Iterator[Quad]:
        """What was held back of the articles with these keys."""
        for key in keys:
            yield from parse(self._store.header(key).quarantine.encode(), format=RdfFormat.N_QUADS)

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
        self.told = Told()
        self.with_quarantine: list[str] = []

    def add(self, header: Header) -> None:
        self.documents.append((header.document, header.key))
        self.graphs[header.key] = header.graph
        self.entities.update(header.entities)
        self.counts.update(header.counts)
        self.issues.update(issue.code for issue in header.issues)
        self.told.add(header.results)
        if header.quarantine:
            self.with_quarantine.append(header.key)


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
