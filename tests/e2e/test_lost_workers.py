"""A Dask worker that is killed in the middle of a build: the build ends, with the bytes of any other."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from kgbuild.corpus.reading import read
from kgbuild.errors import RemoteError
from kgbuild.work.cluster import Cluster
from kgbuild.work.guard import Bounds, Program

pytest.importorskip("distributed", reason="Dask is not installed: pip install 'kgbuild[dask]'")

Run = Callable[..., subprocess.CompletedProcess[str]]
SAMPLES = Path(__file__).resolve().parents[2] / "seeds" / "articles"
PATIENCE = 120.0
"""Seconds within which a process must have come as far as a test waits for."""


@contextmanager
def process(*arguments: str | Path) -> Iterator[subprocess.Popen[str]]:
    """A Python process, which is killed at the end if it still runs."""
    with subprocess.Popen(
        [sys.executable, *map(str, arguments)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "COLUMNS": "200", "OMP_NUM_THREADS": "1"},
    ) as started:
        try:
            yield started
        finally:
            started.kill()


def until(is_so: Callable[[], object], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, f"not within {PATIENCE:g} seconds: {what}"
        time.sleep(0.02)


def records(store: Path) -> list[str]:
    return sorted(path.name for path in (store / "records").glob("*.json"))


def has_children(pid: int) -> bool:
    """Whether any thread of a process has started a process that still runs."""
    return any(path.read_text(encoding="ascii") for path in Path(f"/proc/{pid}/task").glob("*/children"))


def cluster(
    stack: ExitStack, folder: Path, *, workers: int
) -> tuple[subprocess.Popen[str], list[subprocess.Popen[str]], str]:
    """A scheduler, its workers, and its address."""
    file = folder / "scheduler.json"
    command = ["-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    scheduler = stack.enter_context(process(*command, "--scheduler-file", file))
    until(lambda: file.is_file() and file.read_bytes().rstrip().endswith(b"}"), "the scheduler's whole file")
    command = ["-m", "distributed.cli.dask_worker", "--no-nanny", "--no-dashboard", "--nthreads", "1"]
    started = [
        stack.enter_context(process(*command, "--scheduler-file", file, "--local-directory", folder / str(n)))
        for n in range(workers)
    ]
    address = str(json.loads(file.read_text(encoding="utf-8"))["address"])
    wait = f"import distributed as d; d.Client({address!r}).wait_for_workers({workers}, timeout={PATIENCE})"
    with process("-c", wait) as waiting:
        assert waiting.wait() == 0
    return scheduler, started, address


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each of the samples three times, under ids of their own: their texts were read by the models before."""
    path = tmp_path_factory.mktemp("lost") / "many.jsonl"
    samples = read([SAMPLES]).articles
    rows = [
        {"id": f"{one.id}-{n}", "text": one.text, "outlet": one.outlet} for n in range(3) for one in samples
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="only Linux says what a process's children are"
)
def test_a_killed_worker_costs_no_article_and_no_byte(
    run: Run, demo: Path, articles: Path, tmp_path: Path
) -> None:
    undisturbed, store = tmp_path / "undisturbed", tmp_path / "killed"
    for folder in (undisturbed, store):
        shutil.copytree(demo / "nlp", folder / "nlp")
    assert run("build", articles, "--store", undisturbed, "--jobs", "0").returncode == 0
    with ExitStack() as stack:
        _, workers, address = cluster(stack, tmp_path, workers=2)
        build = ("-m", "kgbuild", "build", articles, "--store", store, "--engine", "dask")
        building = stack.enter_context(process(*build, "--scheduler", address))
        until(lambda: records(store) or building.poll() is not None, "the first article")
        until(lambda: all(has_children(one.pid) for one in workers), "work for both workers")
        done = records(store)
        workers[0].send_signal(signal.SIGKILL)
        _, said = building.communicate(timeout=PATIENCE)
        assert building.returncode == 0, said
        assert workers[1].poll() is None
    assert 0 < len(done) < len(records(undisturbed))
    assert records(store) == records(undisturbed)
    for name in ("issues.jsonl", "manifest.json"):
        assert (store / name).read_bytes() == (undisturbed / name).read_bytes()
    exports = [run("export", "nquads", "--store", folder).stdout for folder in (store, undisturbed)]
    assert exports[0]
    assert exports[0] == exports[1]


def test_a_killed_scheduler_ends_the_build_with_a_sentence(
    run: Run, demo: Path, articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT", "1s")
    store = tmp_path / "kg"
    shutil.copytree(demo / "nlp", store / "nlp")
    with ExitStack() as stack:
        scheduler, _, address = cluster(stack, tmp_path, workers=1)
        build = ("-m", "kgbuild", "build", articles, "--store", store, "--engine", "dask")
        building = stack.enter_context(process(*build, "--scheduler", address))
        until(lambda: records(store) or building.poll() is not None, "the first article")
        scheduler.kill()
        _, said = building.communicate(timeout=PATIENCE)
    assert building.returncode == 3, said
    assert f"scheduler at {address} went away" in said
    assert "run the same command again" in said
    assert "Traceback" not in said
    assert records(store)
    assert run("acts", "--store", store).returncode == 0


def test_a_cluster_without_workers_is_not_waited_for_without_end(tmp_path: Path) -> None:
    with ExitStack() as stack:
        _, (worker,), address = cluster(stack, tmp_path, workers=1)
        worker.kill()
        worker.wait()
        alone = Cluster(Program("kgbuild.stages:worker"), Bounds(), jobs=1, scheduler=address, patience=1)
        with pytest.raises(RemoteError, match=rf"{address} has had no workers for 1 seconds\. Start some"):
            next(alone.run([b"an article"]))
