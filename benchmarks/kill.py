"""Builds killed (-9) at random moments, then taken up again: the bytes must be an undisturbed build's."""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from common import build, empty, table, warm, write_input

_TOGETHER = 5
"""Kills before the store is finished and compared, unless told otherwise."""


def export(store: Path) -> bytes:
    """The store as N-Quads."""
    command = [sys.executable, "-m", "kgbuild", "export", "nquads", "--store", str(store)]
    return subprocess.run(command, capture_output=True, check=True).stdout


def kill_at(store: Path, input_: Path, articles: int, rest: float) -> bool:
    """Start a build and kill its whole process group; whether it was still running.

    It is killed ``rest`` seconds after so many articles were committed: a clock alone would kill other
    stages on a busy machine than on an idle one.
    """
    command = [sys.executable, "-m", "kgbuild", "build", str(input_), "--store", str(store)]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        while len(list(store.glob("records/*.json"))) < articles and process.poll() is None:
            time.sleep(0.01)
        try:
            process.wait(rest)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return True
    return False


def main() -> None:
    """Measure, and print a section of ``results.md``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=40)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", action="store_true", help="Start from an empty store after each kill.")
    given = parser.parse_args()
    moments = random.Random(given.seed)
    killed = equal = compared = 0
    with tempfile.TemporaryDirectory() as scratch:
        store, input_ = Path(scratch) / "kg", write_input(Path(scratch) / "in.jsonl", given.articles)
        warm(store)
        build(store, input_)
        expected = export(store)
        empty(store)
        for number in range(1, given.kills + 1):
            there = len(list(store.glob("records/*.json")))
            killed += kill_at(store, input_, moments.randint(there, given.articles), moments.uniform(0, 0.4))
            if given.each or number % _TOGETHER == 0 or number == given.kills:
                build(store, input_)
                compared += 1
                equal += export(store) == expected
                empty(store)
    table(
        f"Kills: {given.articles} articles, seed {given.seed}",
        [
            ("builds killed while they ran", f"{killed} of {given.kills}", "50 (200 articles)"),
            ("finished graphs equal to the undisturbed one", f"{equal} of {compared}", "all"),
        ],
    )
    sys.exit(equal != compared)


if __name__ == "__main__":
    main()
