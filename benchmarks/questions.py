"""How long every question takes on a store: the median of several runs, each with its default parameters.

    python benchmarks/questions.py kg-1m --runs 3 --bar 1

A run is what ``kgbuild ask`` does with the query: all rows are fetched and gathered. Exits with 1 where a
median is over the bar. The store's own file cache is warm after the first run. The second figure is the
processor's time, which says more than the first on a machine that has other work.
"""

import argparse
import statistics
import sys
import time
from pathlib import Path

from kgbuild.querying.catalog import questions
from kgbuild.querying.run import ask_question
from kgbuild.store.embedded import Store


def main() -> int:
    """Read the command line, measure, print a line a question; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--bar", type=float, default=1.0, help="seconds")
    parser.add_argument("--only", nargs="*", help="names of questions")
    parser.add_argument("--limit", type=int, default=1_000, help="most rows, as kgbuild ask has it")
    given = parser.parse_args()
    over = 0
    with Store.open(given.store) as store:
        for name, question in questions().items():
            if given.only and name not in given.only:
                continue
            times = []
            busy = []
            rows = 0
            for _ in range(given.runs):
                start, begun = time.perf_counter(), time.process_time()
                found = ask_question(store, question, limit=given.limit)
                times.append(time.perf_counter() - start)
                busy.append(time.process_time() - begun)
                rows = len(found.rows)
            median = statistics.median(times)
            over += median > given.bar
            sys.stdout.write(
                f"{name:28} {median:8.3f} s {statistics.median(busy):8.3f} s {rows:6} rows"
                f"{'' if median <= given.bar else ' !'}\n"
            )
            sys.stdout.flush()
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
