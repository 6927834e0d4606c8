"""SHACL-SPARQL constraints (section 5 of the specification), each run once over a whole graph in Oxigraph.

A SHACL engine runs the query once a focus node. Here ``$this`` stays free and what comes out is kept where
it is a focus node of the shape, which is the same as long as the query binds ``$this`` by a triple pattern of
its outermost group: tests hold that for the bundled shapes, against pySHACL and against pyshifty.
"""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet

import pyoxigraph as ox

from kgbuild.errors import DataFileError
from kgbuild.validation.results import SH, Finding
from kgbuild.validation.shapes import Constraint, Shapes
from kgbuild.validation.statements import TYPE, Statements, Values, as_ntriples, term

_COMPONENT = SH + "SPARQLConstraintComponent"


def sparql_findings(
    graph: Statements, shapes: Shapes, wanted: AbstractSet[str] | None = None, lent: Values | None = None
) -> list[Finding]:
    """What the shapes' SPARQL constraints find in one graph.

    Args:
        graph: what to check.
        shapes: whose constraints.
        wanted: IRIs of the shapes that are asked for; all if not given.
        lent: classes of nodes that another graph describes.

    Raises:
        DataFileError: if a constraint is no SELECT query, or gives no ``$this``.
    """
    constraints = [one for one in shapes.constraints if wanted is None or one.shape in wanted]
    if not constraints:
        return []
    store = ox.Store()
    store.load(_asked_for(graph, constraints, lent or {}), ox.RdfFormat.N_TRIPLES)
    types = graph.forward(TYPE)
    found: list[Finding] = []
    for constraint in constraints:
        classes = frozenset(map(term, constraint.classes))
        for this, value in sorted(set(_rows(store, constraint.shape, constraint.select))):
            if not classes.isdisjoint(types.get(term(this), ())):
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


def _asked_for(graph: Statements, constraints: Iterable[Constraint], lent: Values) -> bytes:
    """The statements that the constraints can see, as N-Triples."""
    properties: set[str] = set()
    for one in constraints:
        if one.properties is None:
            return graph.ntriples + as_ntriples(TYPE, lent)
        properties |= one.properties
    types = as_ntriples(TYPE, lent) if TYPE in properties else b""
    return types + b"".join(as_ntriples(one, graph.forward(one)) for one in map(term, sorted(properties)))


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
