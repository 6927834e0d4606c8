"""SHACL-SPARQL constraints (section 5 of the specification), each run once over a whole graph in Oxigraph.

A SHACL engine runs the query once a focus node. Here ``$this`` stays free and what comes out is kept where
it is a focus node of the shape, which is the same as long as the query binds ``$this`` by a triple pattern of
its outermost group: tests hold that for the bundled shapes, against pySHACL and against pyshifty.
"""

from collections.abc import Iterator, Sequence

import pyoxigraph as ox

from kgbuild.errors import DataFileError
from kgbuild.validation.results import SH, Finding
from kgbuild.validation.shapes import Shapes
from kgbuild.vocab import RDF

_COMPONENT = SH + "SPARQLConstraintComponent"


def sparql_findings(triples: Sequence[ox.Triple], shapes: Shapes) -> list[Finding]:
    """What the shapes' SPARQL constraints find in the triples of one graph.

    Raises:
        DataFileError: if a constraint is no SELECT query, or gives no ``$this``.
    """
    if not shapes.constraints:
        return []
    store = ox.Store()
    store.bulk_extend(ox.Quad(one.subject, one.predicate, one.object) for one in triples)
    types: dict[str, set[str]] = {}
    for one in triples:
        if one.predicate.value == RDF.type and isinstance(one.object, ox.NamedNode):
            types.setdefault(_text(one.subject), set()).add(one.object.value)
    found: list[Finding] = []
    for constraint in shapes.constraints:
        for this, value in sorted(set(_rows(store, constraint.shape, constraint.select))):
            if types.get(this, set()) & constraint.classes:
                found.append(
                    Finding(
                        this,
                        constraint.shape,
                        _COMPONENT,
                        constraint.severity,
                        None,
                        this if value is None else value,
                        constraint.messages,
                    )
                )
    return found


def _rows(store: ox.Store, shape: str, select: str) -> Iterator[tuple[str, str | None]]:
    try:
        solutions = store.query(select)
    except SyntaxError as error:
        raise DataFileError(
            f"{shape}: its sh:select is no SPARQL ({error}). Correct it in shapes/."
        ) from error
    if not isinstance(solutions, ox.QuerySolutions):
        raise DataFileError(f"{shape}: its sh:select is no SELECT query. Correct it in shapes/.")
    names = [variable.value for variable in solutions.variables]
    if "this" not in names:
        raise DataFileError(f"{shape}: its sh:select does not give $this. Correct it in shapes/.")
    for solution in solutions:
        this = solution["this"]
        value = solution["value"] if "value" in names else None
        if this is not None:
            yield _text(this), None if value is None else _text(value)


def _text(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    if isinstance(term, ox.BlankNode):
        return f"_:{term.value}"
    return str(term) if isinstance(term, ox.Triple) else str(term.value)
