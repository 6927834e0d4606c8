"""Builds killed (-9) at random moments, then taken up again: the bytes must be an undisturbed build's.

Each build is forked from this process, which has kgbuild loaded but opens no store itself: so a kill
costs seconds, and does not mostly hit the loading of modules. With ``--jobs`` of one or more a build has
worker processes too, and all are killed at once.
"""

import argparse
import hashlib
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from common import build as build_alone
from common import empty, table, warm, write_input

from kgbuild.config import Settings, Work
from kgbuild.graph.serialize import nquads
from kgbuild.pipeline import build
from kgbuild.store.embedded import Store
from kgbuild.validation.shapes import bundled_shapes

_FINISHING = 0.5
"""Seconds after the last article within which the build is killed while it puts the whole in order."""


def forked(work: Callable[[], object]) -> int:
    """Start ``work`` in a process, and process group, of its own; its id. Its exit status tells of errors."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.setpgid(0, 0)
            work()
            code = 0
        finally:
            os._exit(code)
    return child


def done(child: int) -> None:
    """Wait for a :func:`forked` process.

    Raises:
        SystemExit: if it failed.
    """
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0:
        sys.exit("A build that nobody disturbed failed.")


def kill_at(child: int, store: Path, articles: int, rest: float) -> bool:
    """Kill a build ``rest`` seconds after so many articles were committed; whether it was still running."""
    until = None
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        if until is None and len(list(store.glob("records/*.json"))) >= articles:
            until = time.monotonic() + rest
        if until is not None and time.monotonic() >= until:
            os.killpg(child, signal.SIGKILL)
            return os.WIFSIGNALED(os.waitpid(child, 0)[1])
        time.sleep(0.002)
    return False


def main() -> None:
    """Measure, and print a section of ``results.md``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=24)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--jobs", type=int, default=1, help="Worker processes; 0: all in one process.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=60, help="Start no further build after so long.")
    parser.add_argument(
        "--recorded", type=Path, help="The nlp folder of a store that read the samples before."
    )
    given = parser.parse_args()
    bundled_shapes()  # read once, for all the builds
    moments, begun = random.Random(given.seed), time.monotonic()
    killed = tries = equal = finishing = 0
    with tempfile.TemporaryDirectory() as scratch:
        store, input_ = Path(scratch) / "kg", write_input(Path(scratch) / "in.jsonl", given.articles)
        told = Path(scratch) / "digest"
        settings = Settings(store, work=Work(jobs=given.jobs))

        def run() -> None:
            build([input_], settings, lambda *_: None)

        def digest() -> None:
            with Store.open(store) as opened:
                told.write_text(hashlib.sha256(nquads(opened.quads())).hexdigest())

        def graph() -> tuple[str, bytes]:
            done(forked(digest))
            return told.read_text(), (store / "issues.jsonl").read_bytes()

        if given.recorded is None:
            warm(store)
        else:
            shutil.copytree(given.recorded, store / "nlp")
        build_alone(store, input_, "--jobs", "1")
        expected = graph()
        while tries < given.kills and time.monotonic() < begun + 60 * given.minutes:
            empty(store)
            tries += 1
            articles = moments.randint(0, given.articles)
            last = articles == given.articles
            if kill_at(forked(run), store, articles, moments.uniform(0, _FINISHING if last else 0.4)):
                killed += 1
                finishing += last
            done(forked(run))
            equal += graph() == expected
    table(
        f"Kills: {given.articles} articles, {given.jobs} workers, seed {given.seed}",
        [
            ("builds killed while they ran", f"{killed} of {tries}", "50 (200 articles)"),
            ("of these after the last article", f"{finishing}", ""),
            ("graphs and issues equal to the undisturbed ones", f"{equal} of {tries}", "all"),
        ],
    )
    sys.exit(equal != tries)


if __name__ == "__main__":
    main()
