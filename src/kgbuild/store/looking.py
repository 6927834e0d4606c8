"""What stands in the database, read in a fixed order."""

from typing import Final

import pyoxigraph as ox

from kgbuild.store.database import graph_of
from kgbuild.vocab import DA, ENTITY, PREFIXES, QUARANTINE_GRAPH, RDF, SKOS

_NIL: Final = "nil-"
_OUTLET: Final = ox.NamedNode(DA.outlet)
_TOLD_WITH: Final = tuple(map(ox.NamedNode, (DA.hasMention, DA.attributedTo, SKOS.exactMatch)))
"""What each act, attribution and entity made known by reviewers has; quicker to find than their classes."""
_TYPE: Final = ox.NamedNode(RDF.type)
_REFERENCES: Final = """SELECT DISTINCT ?entity { VALUES ?role {
    oa:hasBody da:agent da:addressee da:place da:onBehalfOf da:attributedTo da:outlet
  } ?thing ?role ?entity . FILTER(STRSTARTS(STR(?entity), STR(ent:))) }"""
"""Entities as articles refer to them; no other graph uses these properties."""


def graph_names(database: ox.Store) -> list[str]:
    """Names of the named graphs but the quarantine, sorted."""
    names = (str(name.value) for name in database.named_graphs())
    return sorted(name for name in names if name != QUARANTINE_GRAPH)


def sorted_quads(database: ox.Store, graph: str | None) -> list[ox.Quad]:
    """The quads of one named graph, or of all but the quarantine; never those of the merge."""
    name = None if graph is None else ox.NamedNode(graph)
    apart = ("", QUARANTINE_GRAPH) if graph is None else ("",)
    found = (quad for quad in database.quads_for_pattern(None, None, None, name))
    return sorted((quad for quad in found if graph_of(quad) not in apart), key=str)


def types_of(database: ox.Store, node: ox.NamedNode) -> list[ox.NamedNode]:
    """The classes of a node, sorted."""
    found = database.quads_for_pattern(node, _TYPE, None, ox.DefaultGraph())
    return sorted((quad.object for quad in found if isinstance(quad.object, ox.NamedNode)), key=str)


def told_by(database: ox.Store, graph: str) -> tuple[str, list[str]]:
    """IRIs of the outlet and, sorted, of the acts and attributions that an article's graph tells of.

    Also those of entities that only reviewers made known, which several articles may describe.
    """
    name = ox.NamedNode(graph)
    outlets = [quad.object for quad in database.quads_for_pattern(None, _OUTLET, None, name)]
    nodes = {
        quad.subject.value
        for told_with in _TOLD_WITH
        for quad in database.quads_for_pattern(None, told_with, None, name)
        if isinstance(quad.subject, ox.NamedNode)
    }
    return next((one.value for one in outlets if isinstance(one, ox.NamedNode)), ""), sorted(nodes)


def referenced_entities(database: ox.Store) -> frozenset[str]:
    """Keys of the known entities that the articles' graphs refer to."""
    solutions = database.query(_REFERENCES, prefixes=dict(PREFIXES))
    if not isinstance(solutions, ox.QuerySolutions):
        raise TypeError("a SELECT query gives solutions")
    keys = (str(solution[0].value).removeprefix(ENTITY) for solution in solutions)
    return frozenset(key for key in keys if not key.startswith(_NIL))
