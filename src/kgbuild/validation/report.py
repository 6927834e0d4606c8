"""What the validation found, as text for people and as JSON for programs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kgbuild.model import Span
from kgbuild.vocab import PREFIXES

SHAPES_NAMESPACE = "https://w3id.org/kgbuild/shapes#"
_SHORT = sorted([*PREFIXES.items(), ("dsh", SHAPES_NAMESPACE)], key=lambda pair: -len(pair[1]))


class Severity(StrEnum):
    """How bad a result is; only a violation keeps the graph from conforming."""

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Result:
    """One node that one shape found fault with.

    ``article`` is the article's IRI, ``document`` its identifier and ``span`` the text behind the node,
    each where the graph leads to one. ``constraint`` is what was broken, by its SHACL name (``MinCount``);
    ``path`` is a SPARQL property path, ``value`` the offending value.
    ``graph`` is the named graph, empty for the default graph.
    """

    severity: Severity
    focus: str
    shape: str
    constraint: str
    path: str | None
    value: str | None
    message_en: str
    message_ar: str
    graph: str
    article: str | None = None
    document: str | None = None
    span: Span | None = None

    def message(self, language: str = "en") -> str:
        """The message in ``ar`` or, for any other language, in English."""
        return self.message_ar if language == "ar" else self.message_en

    def as_dict(self) -> dict[str, object]:
        """The result as JSON has it; ``start`` and ``end`` are null where no text is known."""
        return {
            "severity": self.severity.value,
            "focus": self.focus,
            "article": self.article,
            "document": self.document,
            "start": self.span.start if self.span is not None else None,
            "end": self.span.end if self.span is not None else None,
            "path": self.path,
            "value": self.value,
            "shape": self.shape,
            "constraint": self.constraint,
            "message": {"en": self.message_en, "ar": self.message_ar},
            "graph": self.graph,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """All results, worst first, then by document, text position, node and shape."""

    results: tuple[Result, ...]
    graphs: int
    """How many graphs were checked."""
    untold: Mapping[Severity, int] = field(default_factory=dict)
    """How many results there are besides: a build tells violations alone, so as not to hold all warnings."""

    @property
    def conforms(self) -> bool:
        """Whether there is no violation; warnings and notes do not count."""
        return not any(result.severity is Severity.VIOLATION for result in self.results)

    @property
    def counts(self) -> Mapping[Severity, int]:
        """How many results there are of each severity."""
        found = [result.severity for result in self.results]
        return {severity: found.count(severity) + self.untold.get(severity, 0) for severity in Severity}

    def headline(self) -> str:
        """One line, e.g. ``conforms: 0 violations, 2 warnings, 1 note in 7 graphs``."""
        counts = self.counts
        parts = [
            _number(counts[Severity.VIOLATION], "violation"),
            _number(counts[Severity.WARNING], "warning"),
            _number(counts[Severity.INFO], "note"),
        ]
        verdict = "conforms" if self.conforms else "does not conform"
        return f"{verdict}: {', '.join(parts)} in {_number(self.graphs, 'graph')}"

    def to_text(self, *, everything: bool = False, language: str = "en") -> str:
        """The headline and a paragraph for each violation, or for each result with ``everything``."""
        shown = [result for result in self.results if everything or result.severity is Severity.VIOLATION]
        lines = [self.headline()]
        for result in shown:
            lines += ["", *_paragraph(result, language)]
        return "\n".join(lines)

    def to_json(self) -> str:
        """The whole report: ``conforms``, ``counts``, ``graphs`` and ``results``."""
        return json.dumps(
            {
                "conforms": self.conforms,
                "counts": {severity.value: count for severity, count in self.counts.items()},
                "graphs": self.graphs,
                "results": [result.as_dict() for result in self.results],
            },
            ensure_ascii=False,
            indent=2,
        )


def order(result: Result) -> tuple[object, ...]:
    """Key of the report's order."""
    span = result.span
    return (
        list(Severity).index(result.severity),
        result.document or "",
        result.article or "",
        (span.start, span.end) if span is not None else (-1, -1),
        result.focus,
        result.shape,
        result.constraint,
        result.path or "",
        result.value or "",
        result.graph,
        result.message_en,
        result.message_ar,
    )


def shorten(iri: str) -> str:
    """The IRI with a known prefix where it has one, else in angle brackets; a blank node as it is."""
    for prefix, namespace in _SHORT:
        if iri.startswith(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri if iri.startswith("_:") or not iri else f"<{iri}>"


def _paragraph(result: Result, language: str) -> list[str]:
    where = f"article {result.document}" if result.document else shorten(result.graph) or "default graph"
    if result.span is not None:
        where += f" [{result.span.start}:{result.span.end}]"
    node = f"  {shorten(result.focus)}"
    if result.path:
        node += f"  {result.path}"
    if result.value is not None and result.value != result.focus:
        node += f"  = {_clip(result.value)}"
    return [
        f"{result.severity.value.upper()}  {where}",
        f"  {result.message(language)}",
        node,
        f"  shape {shorten(result.shape)}",
    ]


def _clip(text: str, most: int = 120) -> str:
    """The text on one line, cut where it is long, without characters that steer a terminal."""
    line = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
    return line if len(line) <= most else line[: most - 1] + "…"


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
