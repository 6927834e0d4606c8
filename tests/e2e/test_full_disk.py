"""A disk that fills up in a build: told of, nothing lost, and gone on with once there is space."""

import contextlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kgbuild.store.embedded import Store

Run = Callable[..., subprocess.CompletedProcess[str]]
SAMPLES = Path(__file__).resolve().parents[2] / "seeds" / "articles"
ROOMY = "400m"
SMALL = {"the first article": 0.8, "amid the articles": 4.5, "after the last article": 10}
"""Sizes of the disk in MiB, beside what the language models said of the samples, and where that ends it."""


@contextlib.contextmanager
def disk(folder: Path, size: str) -> Iterator[Path]:
    """A small disk in memory, mounted for a while."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    done = (
        subprocess.run(mount, capture_output=True, text=True, check=False) if shutil.which("mount") else None
    )
    if done is None or done.returncode != 0:
        pytest.skip("a small disk cannot be mounted here: that takes Linux, and root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def grown(folder: Path) -> None:
    """Free space on the disk."""
    subprocess.run(["mount", "-o", f"remount,size={ROOMY}", str(folder)], check=True)


def whole(store: Path, run: Run) -> tuple[str, bytes, bytes]:
    """All that a build leaves: the graph, the issues, the manifest."""
    done = run("export", "nquads", "--store", store)
    assert done.returncode == 0, done.stderr
    return done.stdout, (store / "issues.jsonl").read_bytes(), (store / "manifest.json").read_bytes()


@pytest.fixture(scope="module")
def undisturbed(run: Run, demo: Path) -> tuple[str, bytes, bytes]:
    return whole(demo, run)


@pytest.mark.skipif(sys.platform != "linux", reason="no small disk can be mounted there")
@pytest.mark.parametrize("where", SMALL)
def test_a_full_disk_is_told_of_and_costs_nothing(
    run: Run, run_apart: Run, demo: Path, undisturbed: tuple[str, bytes, bytes], tmp_path: Path, where: str
) -> None:
    used = sum(-(-path.stat().st_size // 4096) * 4 for path in (demo / "nlp").rglob("*.json"))
    with disk(tmp_path / "disk", f"{used + int(SMALL[where] * 1024)}k") as mounted:
        store = mounted / "kg"
        shutil.copytree(demo / "nlp", store / "nlp")
        done = run_apart("build", SAMPLES, "--store", store, "--jobs", "0")
        assert done.returncode == 3, done.stderr
        assert "cannot be written" in done.stderr
        assert "run the same command again" in done.stderr
        assert "Traceback" not in done.stderr
        with Store.open(store) as opened:  # what was finished can be asked, and goes by whole articles
            kept = opened.articles()
            assert {extraction.article.id for extraction in opened.records()} == set(kept.values())
            assert len(opened.graph_names()) >= len(kept)
        if where != "the first article":
            assert kept
        assert run("acts", "--store", store).returncode == 0
        grown(mounted)
        again = run("build", SAMPLES, "--store", store, "--jobs", "0")
        assert again.returncode == 0, again.stderr
        assert whole(store, run) == undisturbed
        manifest = json.loads((store / "manifest.json").read_text(encoding="utf-8"))
        assert len(manifest["articles"]) == len(set(manifest["articles"])) == 12


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on file sizes there")
@pytest.mark.parametrize("blocks", [40, 1500])
def test_a_file_that_may_not_grow_is_told_of_and_costs_nothing(
    run: Run, demo: Path, undisturbed: tuple[str, bytes, bytes], tmp_path: Path, blocks: int
) -> None:
    """The same without a mount: a limit on each file's size (in KiB), as a quota is met."""
    store = tmp_path / "kg"
    shutil.copytree(demo / "nlp", store / "nlp")
    limited = f"ulimit -f {blocks}; exec {sys.executable} -m kgbuild build {SAMPLES} --store {store} --jobs 0"
    done = subprocess.run(["bash", "-c", limited], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 3, done.stderr
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr
    assert run("build", SAMPLES, "--store", store, "--jobs", "0").returncode == 0
    assert whole(store, run) == undisturbed
