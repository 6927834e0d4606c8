"""The command line in this process, which spares its start.

The workers of a build, and what questions are asked in, are processes of their own all the same. The fixture
``run_apart`` runs a command as a user does.
"""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from kgbuild.cli import main

Run = Callable[..., subprocess.CompletedProcess[str]]


def here(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run one command in this process; what the command does not turn into a sentence is raised."""
    command = list(map(str, arguments))
    done = CliRunner(env={"COLUMNS": "200"}).invoke(main, command, catch_exceptions=False)
    return subprocess.CompletedProcess(command, done.exit_code, done.stdout, done.stderr)


@pytest.fixture(scope="session")
def run() -> Run:
    """A function that runs a command here."""
    return here
