"""What the benchmarks of builds share: input of any size, builds in processes of their own, figures."""

import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "seeds" / "articles"
RECORDED = "KGBUILD_BENCH_RECORDED"
ONE_THREAD = {**os.environ, "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
_CHILD = """
import json, resource, sys
from kgbuild.cli import main
code = 0
try:
    main(sys.argv[1:], standalone_mode=False)
except SystemExit as end:
    code = end.code
own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
processor = sum(one.ru_utime + one.ru_stime for one in (own, children))
memory = {"parent": own.ru_maxrss // 1024, "worker": children.ru_maxrss // 1024}
print(json.dumps({"code": code, "processor": processor, **memory}), file=sys.stderr)
"""


@dataclass(frozen=True, slots=True)
class Built:
    """What a build took: seconds, and MiB at the peak of parent, largest worker and all processes.

    ``processor`` are seconds of processor time of all its processes, which other work on the machine
    changes less. ``together`` counts memory that processes share once; it is looked up once a second,
    so that a shorter peak can be missed (0 where there is no ``/proc``).
    """

    seconds: float
    parent: int
    worker: int
    processor: float
    together: int


def records(source: Path = SAMPLES) -> list[dict[str, object]]:
    """The articles of ``source`` (the samples) as records."""
    from kgbuild.corpus.reading import read

    fields = ("id", "text", "outlet", "title", "url", "language")
    return [
        {"date": a.date.isoformat() if a.date else None} | {name: getattr(a, name) for name in fields}
        for a in read([source]).articles
    ]


def write_input(path: Path, count: int, *, first: int = 0) -> Path:
    """``count`` articles as JSON Lines: the samples over and over, each under an id of its own.

    Their texts recur, so the language models' output is recorded after a dozen of them: what is measured
    is everything else.
    """
    samples = records()
    rows = [{**samples[n % len(samples)], "id": f"bench-{n:06}"} for n in range(first, first + count)]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def taken(source: Path, path: Path, count: int) -> Path:
    """The first ``count`` articles of JSON Lines, written to ``path``."""
    with source.open(encoding="utf-8") as lines:
        path.write_text("".join(itertools.islice(lines, count)), encoding="utf-8")
    return path


def build(store: Path, *arguments: str | Path) -> Built:
    """Run ``kgbuild build`` in a process of its own."""
    command = [sys.executable, "-c", _CHILD, "build", *map(str, arguments), "--store", str(store)]
    begun = time.perf_counter()
    together = 0
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=said, env=ONE_THREAD)
        while run.poll() is None:
            together = max(together, _held(run.pid))
            with suppress(subprocess.TimeoutExpired):
                run.wait(timeout=1)
        seconds = time.perf_counter() - begun
        said.seek(0)
        told = said.read()
    found = json.loads(told.splitlines()[-1]) if told else {}
    if found.get("code", 1) not in (0, 1):
        raise SystemExit(told)
    return Built(seconds, found["parent"], found["worker"], found["processor"], together // 1024)


def _held(process: int) -> int:
    """KiB that a process and those that it started hold now: their proportional set size, summed."""
    proc = Path("/proc") / str(process)
    try:
        children = [
            child
            for thread in proc.glob("task/*/children")
            for child in thread.read_text(encoding="ascii").split()
        ]
        lines = (proc / "smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:  # it has ended meanwhile, or this is no Linux
        return 0
    own = sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return own + sum(_held(int(child)) for child in children)


def warm(store: Path) -> None:
    """Record what the language models say of the samples, so that builds into ``store`` do not tag.

    Recordings that ``run.py`` made before, and names in the environment, are taken over.
    """
    made = os.environ.get(RECORDED)
    if made is None:
        build(store, SAMPLES, "--jobs", "1")
        empty(store)
    else:
        shutil.copytree(made, store / "nlp")


def empty(store: Path) -> None:
    """Remove all but the recordings of the language models' output."""
    for path in store.iterdir():
        if path.is_dir() and path.name != "nlp":
            shutil.rmtree(path)
        elif path.is_file():
            path.unlink()


def table(title: str, rows: Iterator[tuple[str, str, str]] | list[tuple[str, str, str]]) -> None:
    """Print a section of ``results.md``."""
    lines = [f"## {title}", "", "| what | measured | bar |", "|---|---|---|"]
    lines += [f"| {what} | {measured} | {bar} |" for what, measured, bar in rows]
    sys.stdout.write("\n".join(lines) + "\n\n")
