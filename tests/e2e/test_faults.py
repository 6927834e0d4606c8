"""Builds that are killed, interrupted, starved of disk or memory, and taken up again."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kgbuild.store.embedded import Store

Run = Callable[..., subprocess.CompletedProcess[str]]
SAMPLES = Path(__file__).resolve().parents[2] / "seeds" / "articles"
KILLS = 5


def warm(demo: Path, folder: Path) -> Path:
    """A store that has nothing but what the language models said of the samples."""
    shutil.copytree(demo / "nlp", folder / "nlp")
    return folder


def start(*arguments: str | Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "kgbuild", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "COLUMNS": "200"},
        # a shell's background jobs ignore Ctrl-C, and so would their children
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def export(run: Run, store: Path) -> str:
    done = run("export", "nquads", "--store", store)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def expected(run: Run, demo: Path) -> str:
    """The graph of the samples from an undisturbed build."""
    return export(run, demo)


def test_killed_at_random_moments_and_resumed(run: Run, demo: Path, expected: str, tmp_path: Path) -> None:
    begun = time.monotonic()
    undisturbed = run("build", SAMPLES, "--store", warm(demo, tmp_path / "undisturbed"))
    assert undisturbed.returncode == 0, undisturbed.stderr
    seconds = time.monotonic() - begun
    store = warm(demo, tmp_path / "killed")
    moments = random.Random(6)  # noqa: S311  (no secret)
    killed = 0
    for _ in range(KILLS):
        process = start("build", SAMPLES, "--store", store)
        try:
            process.communicate(timeout=seconds * moments.uniform(0.15, 0.75))
        except subprocess.TimeoutExpired:
            process.kill()
            killed += 1
        process.communicate()
    assert killed
    done = run("build", SAMPLES, "--store", store)
    assert done.returncode == 0, done.stderr
    assert export(run, store) == expected
    assert not list(store.rglob("*.part"))
    for name in ("issues.jsonl", "manifest.json"):
        assert (store / name).read_bytes() == (tmp_path / "undisturbed" / name).read_bytes()


def test_ctrl_c_leaves_a_store_that_answers_and_can_go_on(
    run: Run, demo: Path, expected: str, tmp_path: Path
) -> None:
    store = warm(demo, tmp_path / "kg")
    process = start("build", SAMPLES, "--store", store)
    end = time.monotonic() + 120
    while len(list(store.glob("records/*.json"))) < 2 and time.monotonic() < end:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 3, said
    assert "run the command again to go on" in said
    assert "Traceback" not in said
    with Store.open(store) as opened:
        count = len(opened.articles())
        assert 2 <= count < 12
        assert opened.referenced_entities()
    assert run("validate", "--store", store).returncode == 0
    assert run("build", SAMPLES, "--store", store).returncode == 0
    assert export(run, store) == expected


def test_a_second_build_on_the_same_store_is_told_so(run: Run, tmp_path: Path) -> None:
    with Store.open(tmp_path / "kg", write=True):
        done = run("build", SAMPLES, "--store", tmp_path / "kg")
    assert done.returncode == 3
    assert "busy" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on file sizes there")
def test_a_disk_that_takes_no_more_is_told_of_and_the_build_goes_on_later(
    run: Run, demo: Path, expected: str, tmp_path: Path
) -> None:
    store = warm(demo, tmp_path / "kg")
    limited = f"ulimit -f 1500; exec {sys.executable} -m kgbuild build {SAMPLES} --store {store}"
    done = subprocess.run(["bash", "-c", limited], capture_output=True, text=True, timeout=300)
    assert done.returncode == 3, done.stderr
    assert "cannot be written" in done.stderr
    assert "run the same command again" in done.stderr
    assert run("build", SAMPLES, "--store", store).returncode == 0
    assert export(run, store) == expected


def test_articles_that_take_too_much_become_issues_and_are_tried_again(
    run: Run, demo: Path, tmp_path: Path
) -> None:
    store = warm(demo, tmp_path / "kg")
    one = SAMPLES / "01-information-security-offer.txt"
    done = run("build", one, "--store", store, "--worker-memory", "64")
    assert done.returncode == 0, done.stderr
    assert "article-memory 1" in done.stdout
    (issue,) = map(json.loads, (store / "issues.jsonl").read_text(encoding="utf-8").splitlines())
    assert (issue["stage"], issue["code"]) == ("work", "article-memory")
    assert "--worker-memory" in issue["message"]
    assert json.loads((store / "manifest.json").read_text(encoding="utf-8"))["articles"]
    again = run("build", one, "--store", store)
    assert "article-memory" not in again.stdout
    assert "0 unchanged" in again.stdout
    assert "1 unchanged" in run("build", one, "--store", store).stdout
