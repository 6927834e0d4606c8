"""Writing graphs as N-Quads: kgbuild against rdflib's Dataset, on the same records, alternating.

Both take the records' quads and write sorted-by-article N-Quads. rdflib gets its terms ready made, so that
only its Dataset and its serializer are measured. Seconds are of processor time.
"""

import argparse
import io
import statistics
import tempfile
import time
import tracemalloc
from pathlib import Path

import pyoxigraph as ox
import rdflib
from common import SAMPLES, build, table, warm

from kgbuild.graph.mapping import article_quads
from kgbuild.store.embedded import Store

Rows = list[tuple[rdflib.term.Node, rdflib.term.Node, rdflib.term.Node, rdflib.Graph]]


def ours(graphs: list[list[ox.Quad]]) -> int:
    """One article after the other, as worker processes do."""
    size = 0
    for quads in graphs:
        size += len(ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"")
    return size


def theirs(rows: Rows) -> int:
    """All into a Dataset, then out."""
    dataset = rdflib.Dataset()
    dataset.addN(rows)
    out = io.BytesIO()
    dataset.serialize(out, format="nquads", encoding="utf-8")
    return len(out.getvalue())


def main() -> None:
    """Measure, and print a section of ``results.md``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        store = Path(scratch) / "kg"
        warm(store)
        build(store, SAMPLES, "--jobs", "1")
        with Store.open(store) as opened:
            records = list(opened.records())
    begun = time.process_time()
    graphs = [article_quads(record) for record in records]
    mapped = time.process_time() - begun
    parsed = rdflib.Dataset()
    parsed.parse(
        data=b"".join(ox.serialize(g, format=ox.RdfFormat.N_QUADS) or b"" for g in graphs), format="nquads"
    )
    rows: Rows = [(s, p, o, parsed.graph(c)) for s, p, o, c in parsed.quads()]
    pairs = []
    for _ in range(given.rounds):
        times = []
        for write in (lambda: ours(graphs), lambda: theirs(rows)):
            begun = time.process_time()
            write()
            times.append(time.process_time() - begun)
        pairs.append(times)
    product, peer = (statistics.median(column) for column in zip(*pairs, strict=True))
    tracemalloc.start()
    ours(graphs[:1])
    peak_one = tracemalloc.get_traced_memory()[1]
    tracemalloc.reset_peak()
    ours(graphs)
    peak_all = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    quads = sum(map(len, graphs))
    table(
        f"Writing N-Quads: {quads} quads of {len(graphs)} graphs, median of {given.rounds}",
        [
            ("kgbuild, quads a second", f"{quads / product:,.0f}", ""),
            ("rdflib Dataset, quads a second", f"{quads / peer:,.0f}", ""),
            ("ratio", f"{peer / product:.1f}", "≥ 8"),
            (
                "peak of Python memory, one graph and all, KiB",
                f"{peak_one >> 10} and {peak_all >> 10}",
                "constant",
            ),
            ("mapping records to quads before, quads a second", f"{quads / mapped:,.0f}", ""),
        ],
    )


if __name__ == "__main__":
    main()
