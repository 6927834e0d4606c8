"""Changing graphs in the database so that the merged default graph stays right."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kgbuild.errors import StoreError
from kgbuild.vocab import QUARANTINE_GRAPH

_OWN: Final = """
ASK {{
  GRAPH {graph} {{ ?s ?p ?o }}
  FILTER NOT EXISTS {{ GRAPH ?other {{ ?s ?p ?o }} FILTER(?other NOT IN ({graph}, {apart})) }}
}}"""
_CLEAR: Final = """
DELETE {{ ?s ?p ?o . GRAPH {graph} {{ ?s ?p ?o }} }} WHERE {{
  SELECT ?s ?p ?o WHERE {{
    GRAPH {graph} {{ ?s ?p ?o }}
    FILTER NOT EXISTS {{ GRAPH ?other {{ ?s ?p ?o }} FILTER(?other NOT IN ({graph}, {apart})) }}
  }} LIMIT {size}
}}"""
_AT_ONCE: Final = 5_000
"""Quads of a large graph that are taken out in one transaction."""


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
    """Add quads, given as N-Quads, to a graph and to the merged default graph, in one transaction.

    Oxigraph reads the lines itself, and reads each twice: for the named graph, and without the graph's
    name for the default graph.

    Raises:
        ValueError: if a quad lies outside the graph.
    """
    database.load(_merged_too(graph, quads), ox.RdfFormat.N_QUADS)


def add_graphs(database: ox.Store, graphs: Mapping[str, bytes]) -> None:
    """Add graphs, given as N-Quads by their names, and put them into the merged default graph too.

    Oxigraph's bulk loader sorts the quads and gives them to RocksDB as finished files, in one step for all
    files of up to a million quads: after a crash all of them are there or none. From some thousand quads on
    that takes a third of the time of a transaction.

    Raises:
        ValueError: if a quad lies outside its graph.
    """
    lines = b"".join(_merged_too(graph, quads) for graph, quads in graphs.items())
    database.bulk_load(lines, ox.RdfFormat.N_QUADS)


def _merged_too(graph: str, quads: bytes) -> bytes:
    """The N-Quads of a graph, and the same without the graph's name.

    Raises:
        ValueError: if a quad lies outside the graph.
    """
    ending = f" <{graph}> .\n".encode()
    if quads.count(ending) != quads.count(b"\n"):
        raise ValueError(f"a quad lies outside {graph}")
    return quads + quads.replace(ending, b" .\n")


def swap(database: ox.Store, graphs: Mapping[ox.NamedNode, Iterable[ox.Quad]]) -> bool:
    """Replace named graphs and keep the merged default graph right, in one transaction.

    A triple leaves the default graph only when no named graph holds it any more.

    Returns:
        Whether that changed anything.

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
    return bool(removed or added)


def discard(database: ox.Store, graph: str, quads: Iterable[ox.Quad]) -> None:
    """Take quads out of a graph, and out of the merge what no other graph holds, in one transaction.

    Raises:
        ValueError: if a quad lies outside the graph.
    """
    removed = set(quads)
    stray = next((quad for quad in removed if graph_of(quad) != graph), None)
    if stray:
        raise ValueError(f"{stray} lies outside {graph}")
    orphans = {quad.triple for quad in removed}
    orphans = {one for one in orphans if not _held_elsewhere(database, one, removed)}
    if removed:
        database.update(_data("DELETE", removed, orphans))


def clear_graph(database: ox.Store, graph: str) -> None:
    """Remove a named graph, and from the merged default graph what no other graph holds.

    Oxigraph finds that itself, some thousand quads a transaction, so that memory stays the same.
    """
    name, apart = ox.NamedNode(graph), ox.NamedNode(QUARANTINE_GRAPH)
    while database.query(_OWN.format(graph=name, apart=apart)):
        database.update(_CLEAR.format(graph=name, apart=apart, size=_AT_ONCE))
        database.flush()
    database.remove_graph(name)


def pieces(database: ox.Store, graph: str) -> Iterator[list[ox.Quad]]:
    """The quads of a graph some thousand at a time, all quads of one subject together.

    Oxigraph gives the quads of a named graph by subject: they lie so on the disk.
    """
    piece: list[ox.Quad] = []
    for quad in database.quads_for_pattern(None, None, None, ox.NamedNode(graph)):
        if len(piece) >= _AT_ONCE and quad.subject != piece[-1].subject:
            yield piece
            piece = []
        piece.append(quad)
    if piece:
        yield piece


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
