"""Changing graphs in the database so that the merged default graph stays right."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kgbuild.errors import StoreError
from kgbuild.vocab import QUARANTINE_GRAPH

_CLEAR: Final = """
DELETE {{ ?s ?p ?o }} WHERE {{
  GRAPH {graph} {{ ?s ?p ?o }}
  FILTER NOT EXISTS {{ GRAPH ?other {{ ?s ?p ?o }} FILTER(?other NOT IN ({graph}, {apart})) }}
}} ;
DROP SILENT GRAPH {graph}"""


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Say what to do when the disk refuses: a full disk, a folder that may not be written.

    Raises:
        StoreError: in place of the system's error.
    """
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"{folder} cannot be written ({error.strerror or error}). Free space there, or see that it may "
            "be written, and run the same command again: what was finished is kept."
        ) from error


def add_graph(database: ox.Store, graph: str, quads: bytes) -> None:
    """Add a graph that is not there yet, given as N-Quads, in one transaction.

    Oxigraph reads the lines itself, and reads each twice: for the named graph, and without the graph's
    name for the default graph.

    Raises:
        ValueError: if a quad lies outside the graph.
    """
    ending = f" <{graph}> .\n".encode()
    if quads.count(ending) != quads.count(b"\n"):
        raise ValueError(f"a quad lies outside {graph}")
    database.load(quads + quads.replace(ending, b" .\n"), ox.RdfFormat.N_QUADS)


def swap(database: ox.Store, graphs: Mapping[ox.NamedNode, Iterable[ox.Quad]]) -> None:
    """Replace named graphs and keep the merged default graph right, in one transaction.

    A triple leaves the default graph only when no named graph holds it any more.

    Raises:
        ValueError: if a quad lies outside the graph that it is given for.
    """
    removed: set[ox.Quad] = set()
    added: set[ox.Quad] = set()
    for graph, quads in graphs.items():
        new = set(quads)
        stray = next((quad for quad in new if quad.graph_name != graph), None)
        if stray:
            raise ValueError(f"{stray} lies outside {graph}")
        old = set(database.quads_for_pattern(None, None, None, graph))
        removed |= old - new
        added |= new - old
    coming = {quad.triple for quad in added}
    orphans = {quad.triple for quad in removed if quad.triple not in coming}
    orphans = {one for one in orphans if not _held_elsewhere(database, one, removed)}
    emptied = [f"DROP SILENT GRAPH {graph}" for graph, quads in graphs.items() if not quads]
    steps = [_data("DELETE", removed, orphans), _data("INSERT", added, coming), *emptied]
    if any(steps):
        database.update(" ;\n".join(step for step in steps if step))


def clear_graph(database: ox.Store, graph: str) -> None:
    """Remove a named graph, and from the merged default graph what no other graph holds, in one transaction.

    Oxigraph finds that itself: for a large graph several times as fast as :func:`swap`.
    """
    database.update(_CLEAR.format(graph=ox.NamedNode(graph), apart=ox.NamedNode(QUARANTINE_GRAPH)))


def graph_of(quad: ox.Quad) -> str:
    """Name of the quad's graph; the empty string for the default graph."""
    return quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""


def _held_elsewhere(database: ox.Store, triple: ox.Triple, removed: set[ox.Quad]) -> bool:
    holders = database.quads_for_pattern(triple.subject, triple.predicate, triple.object, None)
    apart = ("", QUARANTINE_GRAPH)
    return any(graph_of(quad) not in apart and quad not in removed for quad in holders)


def replace_apart(database: ox.Store, graph: str, quads: Iterable[ox.Quad]) -> None:
    """Replace a named graph that is no part of the merged default graph."""
    name = ox.NamedNode(graph)
    database.remove_graph(name)
    database.extend(ox.Quad(quad.subject, quad.predicate, quad.object, name) for quad in quads)


def _data(verb: str, quads: Iterable[ox.Quad], default: Iterable[ox.Triple]) -> str:
    """A SPARQL update of ground quads; the terms are Oxigraph's own N-Triples, hence escaped."""
    lines = [f"{triple} ." for triple in default]
    lines += [f"GRAPH {quad.graph_name} {{ {quad.triple} }}" for quad in quads]
    return f"{verb} DATA {{\n" + "\n".join(lines) + "\n}" if lines else ""
