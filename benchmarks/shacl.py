"""How long the check against the shapes takes, article by article, and how much memory.

    python benchmarks/shacl.py kg 1000000 --jobs 2 --engine pyshifty

The articles' graphs of a store are checked one at a time, again and again until so many triples were
checked: each graph is a shard, so memory does not grow with their number. Prints one line of figures.
"""

import argparse
import multiprocessing
import resource
import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from kgbuild.store.embedded import Store
from kgbuild.validation import validate_graphs
from kgbuild.vocab import ARTICLE_GRAPH, ENTITIES_GRAPH


def shards(folder: Path, most: int, job: int, jobs: int) -> Iterator[tuple[str, list[ox.Quad]]]:
    """Every ``jobs``-th graph of the articles, over and over, until ``most`` triples were given."""
    with Store.open(folder) as store:
        names = [name for name in store.graph_names() if name.startswith(ARTICLE_GRAPH)]
        given, number = 0, job
        while given < most:
            quads = store.quads(names[number % len(names)])
            yield names[number % len(names)], quads
            given += len(quads)
            number += jobs


def work(folder: Path, most: int, job: int, jobs: int, engine: str) -> tuple[int, int, float, int]:
    """Triples and graphs checked, seconds of processor time, and peak memory in MiB of this process."""
    with Store.open(folder) as store:
        entities = store.quads(ENTITIES_GRAPH)
    counted = 0

    def counting() -> Iterator[tuple[str, list[ox.Quad]]]:
        nonlocal counted
        for name, quads in shards(folder, most, job, jobs):
            counted += len(quads)
            yield name, quads

    started = time.process_time()
    report = validate_graphs(counting(), entities, engine=engine)
    seconds = time.process_time() - started
    return counted, report.graphs, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("store", type=Path)
    parser.add_argument("triples", type=int)
    parser.add_argument("--engine", choices=["pyshacl", "pyshifty"], default="pyshifty")
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    arguments = [
        (given.store, given.triples // given.jobs, job, given.jobs, given.engine) for job in range(given.jobs)
    ]
    started = time.perf_counter()
    with multiprocessing.get_context("spawn").Pool(given.jobs) as pool:
        found = pool.starmap(work, arguments)
    wall = time.perf_counter() - started
    triples, graphs = sum(one[0] for one in found), sum(one[1] for one in found)
    seconds, memory = max(one[2] for one in found), max(one[3] for one in found)
    print(
        f"{given.engine}: {triples} triples in {graphs} graphs, {given.jobs} processes: {wall:.1f} s, "
        f"of it {seconds:.1f} s of processor time and {memory} MiB of memory at most a process"
    )


if __name__ == "__main__":
    main()
