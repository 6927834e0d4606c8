"""Checking one named graph after the other.

Each graph is checked by itself, so memory stays at one article, and a limit such as "one label a
language" is not broken by two articles that tell of one act. What a graph only refers to (an entity of the
entities graph, an act of an article's) lends its types to the check and is itself checked where it is
described.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache

import pyoxigraph as ox

from kgbuild.errors import DataFileError, StoreError, UsageError
from kgbuild.validation.locate import Facts, locate
from kgbuild.validation.plain import plain_shapes
from kgbuild.validation.report import Report, Result, Severity, order
from kgbuild.validation.results import SH, Engine, Finding
from kgbuild.validation.shapes import Shapes, bundled_shapes
from kgbuild.validation.shifty_engine import is_installed, shifty_engine
from kgbuild.validation.statements import TYPE, Statements, Values, term
from kgbuild.vocab import ARTICLE_GRAPH, ENTITY, ONTOLOGY_GRAPH, RDF, TENURE

Types = Callable[[ox.NamedNode], Iterable[ox.NamedNode]]
"""The classes of a node that a graph refers to and another graph describes."""

_SEVERITIES: Mapping[str, Severity] = {
    SH + "Violation": Severity.VIOLATION,
    SH + "Warning": Severity.WARNING,
    SH + "Info": Severity.INFO,
}
_TYPE = ox.NamedNode(RDF.type)
_SHARED = (f"<{ENTITY}", f"<{TENURE}")
"""What an article's graph may leave to others to describe."""


def validate_quads(
    quads: Iterable[ox.Quad], shapes: Shapes | None = None, *, engine: str | None = None
) -> Report:
    """Check quads of any graphs, in any order, against the bundled shapes or others.

    Args:
        quads: what to check; each graph by itself.
        shapes: others than the bundled ones.
        engine: as for :func:`validate_graphs`.

    Raises:
        DataFileError: if a shape cannot be used.
        StoreError: if the graph holds what SHACL cannot check.
        UsageError: if there is no such engine.
    """
    groups: dict[str, list[ox.Quad]] = {}
    for quad in quads:
        name = quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
        groups.setdefault(name, []).append(quad)
    known = _types_of(quad for group in groups.values() for quad in group)
    return validate_graphs(sorted(groups.items()), shapes=shapes, types=known, engine=engine)


def validate_graphs(
    graphs: Iterable[tuple[str, Iterable[ox.Quad] | bytes]],
    entities: Iterable[ox.Quad] = (),
    shapes: Shapes | None = None,
    *,
    types: Types | None = None,
    engine: str | None = None,
) -> Report:
    """Check graphs that are read one at a time: pairs of a graph's name (``""``: default) and its quads.

    Args:
        graphs: what to check, as quads or, more quickly, as N-Quads. The ontology graph is passed over. A
            graph may come in several pieces, one right after the other, where no shape has to see two nodes
            of it at once.
        entities: quads of the entities graph: they tell what the articles refer to, and are checked only
            where ``graphs`` holds them too.
        shapes: others than the bundled ones.
        types: tells the classes of any other node that a graph refers to; instead of ``entities``.
        engine: ``pyshacl`` or ``pyshifty``; else pyshifty for the bundled shapes where it is installed.

    Raises:
        DataFileError: if a shape cannot be used.
        StoreError: if the graph holds what SHACL cannot check.
        UsageError: if there is no such engine.
    """
    used = shapes or bundled_shapes()
    run = _run(used, engine)
    known = types or _types_of(entities)
    results: set[Result] = set()
    count, last = 0, None
    for name, quads in graphs:
        if name == ONTOLOGY_GRAPH:
            continue
        count += name != last
        last = name
        graph = Statements.of(name, quads)
        results.update(_check(name, graph, known, run, used))
    return Report(tuple(sorted(results, key=order)), count)


_Run = Callable[[Statements, Values, frozenset[str]], list[Finding]]
"""Checks a graph, with the classes of what it only refers to, against the shapes with these IRIs."""


def _run(shapes: Shapes, name: str | None) -> _Run:
    """What checks with the engine of this name; without one only what takes an engine is left to it."""
    if name not in {None, "pyshacl", "pyshifty"}:
        raise UsageError(f"There is no engine {name!r}. Use pyshacl or pyshifty.")

    def by_engine(graph: Statements, lent: Values, wanted: frozenset[str]) -> list[Finding]:
        return _engine(shapes, name)(graph.triples(lent), wanted)

    def plainly(graph: Statements, lent: Values, wanted: frozenset[str]) -> list[Finding]:
        found, left = plain_shapes(shapes).check(graph, lent, wanted)
        return [*found, *by_engine(graph, lent, left)] if left else found

    return plainly if name is None and shapes is bundled_shapes() else by_engine


@cache
def _engine(shapes: Shapes, name: str | None) -> Engine:
    if name is None:
        name = "pyshifty" if shapes is bundled_shapes() and is_installed() else "pyshacl"
    if name == "pyshifty":
        return shifty_engine(shapes)
    from kgbuild.validation.pyshacl_engine import pyshacl_engine  # takes long to import, is seldom needed

    return pyshacl_engine(shapes)


def _types_of(quads: Iterable[ox.Quad]) -> Types:
    found: dict[str, list[ox.NamedNode]] = {}
    for quad in quads:
        if quad.predicate != _TYPE or not isinstance(quad.object, ox.NamedNode):
            continue
        if isinstance(quad.subject, ox.NamedNode):
            found.setdefault(quad.subject.value, []).append(quad.object)
    return lambda node: found.get(node.value, ())


def _check(name: str, graph: Statements, types: Types, run: _Run, shapes: Shapes) -> Iterator[Result]:
    if graph.quoted is not None:
        raise StoreError(
            f"The graph holds a quoted triple ({graph.quoted}), which kgbuild never writes and cannot check. "
            "Remove it, or build the store again."
        )
    described = graph.forward(TYPE)
    shared = _SHARED if name.startswith(ARTICLE_GRAPH) else ("<",)
    lent = {
        node: [str(kind) for kind in kinds]
        for node in sorted(graph.objects(shared) - described.keys())
        if (kinds := list(types(ox.NamedNode(node[1:-1]))))
    }
    wanted = shapes.of({one[1:-1] for classes in described.values() for one in classes})
    found = run(graph, lent, wanted)
    if found:
        facts = Facts(graph)
        subjects = graph.subjects()
        for finding in found:
            node = term(finding.focus)
            # what another graph describes is checked there as what it is; here only what is said of it here
            if node in subjects and not (node in lent and finding.shape in shapes.of_classes):
                yield _result(name, finding, facts)


def _result(name: str, finding: Finding, facts: Facts) -> Result:
    if not (finding.focus and finding.shape and finding.component):
        raise DataFileError("The shapes gave a result without focus node, shape or constraint. Correct them.")
    component = finding.component.removeprefix(SH)
    messages = dict(finding.messages)
    anything = finding.messages[0][1] if finding.messages else component
    place = locate(facts, finding.focus)
    return Result(
        severity=_SEVERITIES.get(finding.severity, Severity.VIOLATION),
        focus=finding.focus,
        shape=finding.shape,
        constraint=component.removesuffix("ConstraintComponent"),
        path=finding.path,
        value=finding.value,
        message_en=messages.get("en", anything),
        message_ar=messages.get("ar", anything),
        graph=name,
        article=place.article,
        document=place.document,
        span=place.span,
    )
