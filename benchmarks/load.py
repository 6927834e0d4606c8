"""Loading: into an embedded database, in three ways, and into an Oxigraph server, in two; alternating.

A build writes a transaction a graph, so that it can be killed at any moment; what that costs is told here.
"""

import argparse
import http.client
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyoxigraph as ox
from common import build, table, warm, write_input

from kgbuild.graph.serialize import nquads
from kgbuild.store.database import add_graph
from kgbuild.store.embedded import Store
from kgbuild.store.remote import Endpoint, Remote, load


def wait_for(port: int) -> None:
    """Wait until the server answers."""
    for _ in range(200):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/query?query=ASK%7B%7D")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
        finally:
            connection.close()
    raise SystemExit("the server did not start")


def seconds_to_load(store: Path, place: Path, batch: int) -> float:
    """Load into a fresh server, whose database lies in ``place``."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = Path(sys.executable).with_name("oxigraph")
    command = [str(program), "serve", "--location", str(place), "--bind", f"127.0.0.1:{port}"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(port)
            with Store.open(store) as opened:
                begun = time.perf_counter()
                load(opened, Remote(Endpoint.at(f"http://127.0.0.1:{port}"), environment={}), batch=batch)
                return time.perf_counter() - begun
        finally:
            process.terminate()


def seconds_embedded(graphs: dict[str, bytes], place: Path, way: str) -> float:
    """Write graphs, given as N-Quads, into a fresh database on disk; each also into the default graph.

    ``way`` is ``each`` (a transaction a graph, as builds do), ``one`` (one for all) or ``bulk`` (the bulk
    loader, which has none).
    """
    database = ox.Store(str(place))
    every = b"".join(graphs.values())
    for name in graphs:
        every += graphs[name].replace(f" <{name}> .\n".encode(), b" .\n")
    begun = time.perf_counter()
    if way == "each":
        for name, lines in graphs.items():
            add_graph(database, name, lines)
    elif way == "one":
        database.load(every, ox.RdfFormat.N_QUADS)
    else:
        database.bulk_load(every, ox.RdfFormat.N_QUADS)
    database.flush()
    return time.perf_counter() - begun


def main() -> None:
    """Measure, and print a section of ``results.md``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--batch", type=int, default=50)
    given = parser.parse_args()
    ways = ("each", "one", "bulk")
    batches = (1, given.batch)
    embedded: dict[str, list[float]] = {way: [] for way in ways}
    served: dict[int, list[float]] = {batch: [] for batch in batches}
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        store = scratch / "kg"
        warm(store)
        build(store, write_input(scratch / "in.jsonl", given.articles), "--jobs", "1")
        with Store.open(store) as opened:
            graphs = {name: nquads(opened.quads(name)) for name in opened.graph_names()}
        for number in range(given.rounds):
            for way in ways:
                embedded[way].append(seconds_embedded(graphs, scratch / f"{way}-{number}", way))
            for batch in batches:
                served[batch].append(seconds_to_load(store, scratch / f"server-{batch}-{number}", batch))
    quads = sum(lines.count(b"\n") for lines in graphs.values())
    middle = {key: statistics.median(times) for key, times in (*embedded.items(), *served.items())}

    def row(what: str, key: str | int) -> tuple[str, str, str]:
        return what, f"{middle[key]:.1f} s, {quads / middle[key]:,.0f} quads a second", ""

    table(
        f"Loading: {given.articles} articles, {len(graphs)} graphs, {quads} quads and their merge, "
        f"median of {given.rounds}",
        [
            row("embedded, a transaction a graph (as builds do)", "each"),
            row("embedded, one transaction", "one"),
            row("embedded, bulk loader", "bulk"),
            ("bulk loader against a transaction a graph", f"{middle['each'] / middle['bulk']:.1f}", ""),
            row("Oxigraph server, Graph Store Protocol, a graph a request", 1),
            row(f"Oxigraph server, {given.batch} graphs a request", given.batch),
            ("batches against single graphs", f"{middle[1] / middle[given.batch]:.1f}", ""),
        ],
    )


if __name__ == "__main__":
    main()
