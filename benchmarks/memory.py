"""Does memory grow with the number of articles? Builds 100 and 400 (or as many as told) of them.

    python benchmarks/memory.py --small 300 --large 3000 --input articles.jsonl

With ``--input`` both builds tag their articles with the real language models; without, they are the samples
over and over, with what the models say of them recorded before.
"""

import argparse
import tempfile
from pathlib import Path

from common import build, empty, table, taken, warm, write_input


def main() -> None:
    """Measure, and print a section of ``results.md``."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--small", type=int, default=100)
    parser.add_argument("--large", type=int, default=400)
    parser.add_argument("--input", type=Path, help="JSON Lines of at least that many articles.")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        at = Path(scratch)
        if given.input is None:
            store = at / "kg"
            warm(store)
            small = build(store, write_input(at / "small.jsonl", given.small), "--jobs", "1")
            empty(store)
            large = build(store, write_input(at / "large.jsonl", given.large), "--jobs", "1")
        else:
            small = build(at / "small", taken(given.input, at / "small.jsonl", given.small), "--jobs", "1")
            large = build(at / "large", taken(given.input, at / "large.jsonl", given.large), "--jobs", "1")
    models = "recorded" if given.input is None else "real"
    table(
        f"Memory: {given.small} and {given.large} articles, {models} language models",
        [
            ("peak of all processes together, MiB", f"{small.together} and {large.together}", ""),
            (
                "ratio",
                f"{large.together / max(1, small.together):.2f}",
                "≤ 1.15 (300 and 3,000, real models)",
            ),
            ("peak of the process that stores, MiB", f"{small.parent} and {large.parent}", ""),
            ("ratio", f"{large.parent / small.parent:.2f}", ""),
            ("peak of the worker, MiB", f"{small.worker} and {large.worker}", "≤ 1,500"),
            ("seconds", f"{small.seconds:.1f} and {large.seconds:.1f}", ""),
        ],
    )


if __name__ == "__main__":
    main()
