"""SHACL by pyshifty, an optional accelerator (``pip install "kgbuild[fast]"``) with the same report.

It is used for the bundled shapes alone, with which tests compare it with pySHACL.
"""

import importlib.util
from collections.abc import Callable, Sequence

import pyoxigraph as ox

from kgbuild.errors import DataFileError, StoreError
from kgbuild.validation.report import shorten
from kgbuild.validation.results import SH, Engine, Finding
from kgbuild.validation.shapes import Shapes
from kgbuild.vocab import RDF

_NTRIPLES = "ntriples"
_Facts = dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal]]


def is_installed() -> bool:
    """Whether pyshifty can be used."""
    return importlib.util.find_spec("shifty") is not None


def shifty_engine(shapes: Shapes) -> Engine:
    """Return what checks one graph after the other with pyshifty.

    Raises:
        DataFileError: if pyshifty cannot use a shape.
    """
    from shifty._shifty import PreparedValidator  # the report as text: rdflib would rewrite literals

    prepared = PreparedValidator(shapes=shapes.source, shapes_format="turtle")
    if prepared.diagnostics:
        raise DataFileError(f"A shape cannot be used: {prepared.diagnostics[0]}. Correct it in shapes/.")
    return _checker(prepared.validate_algebra, prepared.validate_w3c, shapes)


def _checker(survey: Callable[..., object], validate: Callable[..., object], shapes: Shapes) -> Engine:
    """``survey`` tells which shapes fail, in a third of the time that ``validate`` takes to report on all."""

    def check(triples: Sequence[ox.Triple], wanted: frozenset[str]) -> list[Finding]:
        quoted = next((one for one in triples if isinstance(one.object, ox.Triple)), None)
        if quoted is not None:
            raise StoreError(
                f"The graph holds a quoted triple ({quoted.object}), which kgbuild never writes and cannot "
                "check. Remove it, or build the store again."
            )
        data = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
        given = {
            "data": data + shapes.background_ntriples,
            "data_format": _NTRIPLES,
            "graph_mode": "data",
            "run_infer": False,
            "minimum_severity": "info",
            "sort_results": False,
        }
        surveyed = survey(**given, entry_shape_names=sorted(wanted))
        failing = {one.shape_name for one in surveyed.violations}  # type: ignore[attr-defined]
        if not failing:
            return []
        named = None if None in failing else sorted(failing)
        result = validate(**given, entry_shape_names=named)
        return _findings(str(result.report_turtle), shapes)  # type: ignore[attr-defined]

    return check


def _findings(report: str, shapes: Shapes) -> list[Finding]:
    facts: dict[str, _Facts] = {}
    for quad in ox.parse(report.encode(), format=ox.RdfFormat.TURTLE):
        if not isinstance(quad.object, ox.Triple):
            facts.setdefault(_text(quad.subject), {}).setdefault(quad.predicate.value, []).append(quad.object)
    results = (about for about in facts.values() if _is_result(about))
    return [_finding(about, shapes) for about in results]


def _is_result(about: _Facts) -> bool:
    return any(kind.value == SH + "ValidationResult" for kind in about.get(RDF.type, ()))


def _finding(about: _Facts, shapes: Shapes) -> Finding:
    def one(name: str) -> str | None:
        values = about.get(SH + name)
        return _text(values[0]) if values else None

    shape = one("sourceShape") or ""
    predicate = next((one for one in about.get(SH + "resultPath", ()) if isinstance(one, ox.NamedNode)), None)
    messages = [text for text in about.get(SH + "resultMessage", ()) if isinstance(text, ox.Literal)]
    return Finding(
        focus=one("focusNode") or "",
        shape=shape,
        component=one("sourceConstraintComponent") or "",
        severity=one("resultSeverity") or "",
        path=shapes.paths.get(shape) or (shorten(predicate.value) if predicate else None),
        value=one("value"),
        messages=tuple(sorted((text.language or "", text.value) for text in messages)),
    )


def _text(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    if isinstance(term, ox.BlankNode):
        return f"_:{term.value}"
    return str(term) if isinstance(term, ox.Triple) else str(term.value)
