"""Does memory grow with the number of articles? Builds 100 and 400 (or as many as told) of the samples."""

import argparse
import tempfile
from pathlib import Path

from common import build, empty, table, warm, write_input


def main() -> None:
    """Measure, and print a section of ``results.md``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=100)
    parser.add_argument("--large", type=int, default=400)
    sizes = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        store = Path(scratch) / "kg"
        warm(store)
        small = build(store, write_input(Path(scratch) / "small.jsonl", sizes.small), "--jobs", "1")
        empty(store)
        large = build(store, write_input(Path(scratch) / "large.jsonl", sizes.large), "--jobs", "1")
    table(
        f"Memory: {sizes.small} and {sizes.large} articles, recorded language models",
        [
            ("parent, MiB", f"{small.parent} and {large.parent}", "ratio ≤ 1.15 (300 and 3,000)"),
            ("ratio", f"{large.parent / small.parent:.2f}", "≤ 1.15"),
            ("worker, MiB", f"{small.worker} and {large.worker}", "≤ 1,500"),
            ("seconds", f"{small.seconds:.1f} and {large.seconds:.1f}", ""),
        ],
    )


if __name__ == "__main__":
    main()
