"""The command line, run as a user runs it, and a graph of the sample articles made with the real models."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "seeds" / "articles"

Run = Callable[..., subprocess.CompletedProcess[str]]


def kgbuild(
    *arguments: str | Path, seed: str = "0", stdin: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run one command with a hash seed of its own."""
    return subprocess.run(
        [sys.executable, "-m", "kgbuild", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        input=stdin,
        timeout=600,
        check=False,
        env={**os.environ, "PYTHONHASHSEED": seed, "COLUMNS": "200"},
    )


@pytest.fixture(scope="session")
def run() -> Run:
    return kgbuild


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Store of the sample articles."""
    store = tmp_path_factory.mktemp("demo") / "kg"
    done = kgbuild("build", SAMPLES, "--store", store, seed="1")
    assert done.returncode == 0, done.stderr + done.stdout
    return store
