"""The command line, and a graph of the sample articles made with the real models.

``run`` runs a command in this process, which spares its start: the workers of a build, and what questions are
asked in, are processes of their own all the same. ``run_apart`` runs it as a user does.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from kgbuild.cli import main

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "seeds" / "articles"

Run = Callable[..., subprocess.CompletedProcess[str]]


def apart(
    *arguments: str | Path, seed: str = "0", stdin: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run one command in a process of its own, with a hash seed of its own."""
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


def here(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run one command in this process; what the command does not turn into a sentence is raised."""
    command = list(map(str, arguments))
    done = CliRunner(env={"COLUMNS": "200"}).invoke(main, command, catch_exceptions=False)
    return subprocess.CompletedProcess(command, done.exit_code, done.stdout, done.stderr)


@pytest.fixture(scope="session")
def run() -> Run:
    return here


@pytest.fixture(scope="session")
def run_apart() -> Run:
    return apart


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Store of the sample articles."""
    store = tmp_path_factory.mktemp("demo") / "kg"
    done = apart("build", SAMPLES, "--store", store, seed="1")
    assert done.returncode == 0, done.stderr + done.stdout
    return store
