"""Builds killed (-9) at random moments, then taken up again: the bytes must be an undisturbed build's.

Each build is forked from this process, which has kgbuild loaded but opens no store itself: so a kill
costs seconds, and does not mostly hit the loading of modules. With ``--jobs`` of one or more a build has
worker processes too, and all are killed at once.

The moments are spread evenly over the time of an undisturbed build, from its first second to its last. They
are told in committed articles and the time since the last of them, so that a busy machine does not move them.

With ``--changed`` a store that holds all articles is built again after so many of them changed, and that
build is killed: it must come to what one build of the changed articles into an empty store comes to. Its
moments are told in seconds alone.
"""

import argparse
import bisect
import hashlib
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from common import empty, table, taken, warm, write_input

from kgbuild.config import Settings, Work
from kgbuild.graph.serialize import nquads
from kgbuild.pipeline import build
from kgbuild.store.embedded import Store
from kgbuild.validation.shapes import bundled_shapes

_LOOK = 0.005
"""Seconds between two looks at a build."""


@dataclass(frozen=True, slots=True)
class Course:
    """When an undisturbed build had committed how many articles, and when it ended; seconds."""

    commits: list[float]
    end: float

    def moment(self, at: float) -> tuple[int, float]:
        """How many articles were committed ``at`` so many seconds, and how long ago the last was."""
        count = bisect.bisect_right(self.commits, at)
        return count, at - (self.commits[count - 1] if count else 0.0)


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


def committed(store: Path) -> int:
    """How many articles a build has committed."""
    try:
        return sum(entry.name.endswith(".json") for entry in os.scandir(store / "records"))
    except FileNotFoundError:
        return 0


def changed(source: Path, path: Path, count: int) -> Path:
    """JSON Lines in which ``count`` articles, evenly spread, have another outlet."""
    rows = [json.loads(line) for line in source.read_text(encoding="utf-8").splitlines()]
    for number in range(count):
        rows[number * len(rows) // count]["outlet"] = "ناشر آخر"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def watched(child: int, store: Path) -> Course:
    """Wait for a build and note its course."""
    begun = time.monotonic()
    commits: list[float] = []
    while (ended := os.waitpid(child, os.WNOHANG)) == (0, 0):
        now = time.monotonic() - begun
        commits += [now] * (committed(store) - len(commits))
        time.sleep(_LOOK)
    if os.waitstatus_to_exitcode(ended[1]) != 0:
        sys.exit("A build that nobody disturbed failed.")
    return Course(commits, time.monotonic() - begun)


def kill_at(child: int, store: Path, articles: int, rest: float) -> bool:
    """Kill a build ``rest`` seconds after so many articles were committed; whether it was still running."""
    until = None
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        if until is None and committed(store) >= articles:
            until = time.monotonic() + rest
        if until is not None and time.monotonic() >= until:
            os.killpg(child, signal.SIGKILL)
            return os.WIFSIGNALED(os.waitpid(child, 0)[1])
        time.sleep(_LOOK)
    return False


def main() -> None:
    """Measure, and print a section of ``results.md``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=24)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--jobs", type=int, default=1, help="Worker processes; 0: all in one process.")
    parser.add_argument("--changed", type=int, default=0, help="Kill builds after so many articles changed.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=60, help="Start no further build after so long.")
    parser.add_argument("--input", type=Path, help="JSON Lines of articles to build from, not the samples.")
    parser.add_argument("--recorded", type=Path, help="The nlp folder of a store that read --input before.")
    parser.add_argument("--scratch", type=Path, help="Where the store lies; a temporary folder if not given.")
    given = parser.parse_args()
    bundled_shapes()  # read once, for all the builds
    moments, begun = random.Random(given.seed), time.monotonic()
    tries = equal = 0
    hit: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(dir=given.scratch) as scratch:
        store, input_ = Path(scratch) / "kg", Path(scratch) / "in.jsonl"
        told = Path(scratch) / "digest"
        settings = Settings(store, work=Work(jobs=given.jobs))
        if given.input is None:
            write_input(input_, given.articles)
            warm(store)
        else:
            taken(given.input, input_, given.articles)
            shutil.copytree(given.recorded, store / "nlp")

        def run() -> None:
            build([input_], settings, lambda *_: None)

        def digest() -> None:
            with Store.open(store) as opened:
                told.write_text(hashlib.sha256(nquads(opened.quads())).hexdigest())

        def outcome() -> tuple[str, bytes, bytes]:
            done(forked(digest))
            files = [(store / name).read_bytes() for name in ("issues.jsonl", "manifest.json")]
            return told.read_text(), files[0], files[1]

        def afresh() -> None:
            if base.exists():
                shutil.rmtree(store)
                shutil.copytree(base, store)
            else:
                empty(store)

        base = Path(scratch) / "base"
        if given.changed:
            done(forked(run))
            shutil.copytree(store, base)
            input_ = changed(input_, Path(scratch) / "changed.jsonl", given.changed)
            empty(store)
        course = watched(forked(run), store)
        expected = outcome()
        if given.changed:
            afresh()
            course = Course([], watched(forked(run), store).end)
        while tries < given.kills and time.monotonic() < begun + 60 * given.minutes:
            afresh()
            tries += 1
            articles, rest = course.moment(moments.uniform(0, course.end))
            if kill_at(forked(run), store, articles, rest):
                hit["first" if articles == 0 else "last" if articles == len(course.commits) else "amid"] += 1
            done(forked(run))
            equal += outcome() == expected
            print(f"{tries}: {articles} articles, {rest:.2f} s; {equal} equal", file=sys.stderr, flush=True)
    what = (
        f"{given.articles} articles, {given.changed} of them changed"
        if given.changed
        else f"{given.articles} articles"
    )
    phases = [
        ("of these before the first article", f"{hit['first']}", ""),
        ("of these amid the articles", f"{hit['amid']}", ""),
        ("of these after the last article", f"{hit['last']}", ""),
    ]
    table(
        f"Kills: {what}, {given.jobs} workers, seed {given.seed}",
        [
            ("builds killed while they ran", f"{hit.total()} of {tries}", "50 (200 articles)"),
            *([] if given.changed else phases),
            ("graphs, issues and manifests equal to the undisturbed ones", f"{equal} of {tries}", "all"),
        ],
    )
    sys.exit(equal != tries)


if __name__ == "__main__":
    main()
