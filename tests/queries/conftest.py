import importlib.util
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from kgbuild.store.embedded import Store

PATH = Path(__file__).parents[1] / "graph" / "story.py"
Rows = tuple[tuple[object, ...], ...]
SHARED = Path(__file__).parents[3] / "shared"


@pytest.fixture(scope="session")
def story() -> ModuleType:
    """The small story of the graph's tests; tests are no package, so it cannot be imported by name."""
    spec = importlib.util.spec_from_file_location("story", PATH)
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
def annotated_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store that holds the graph of the annotated articles; for reading."""
    if not (SHARED / "eval" / "gold" / "seeds").is_dir():
        pytest.skip("the evaluation is not here")
    spec = importlib.util.spec_from_file_location("annotated", Path(__file__).with_name("annotated.py"))
    assert spec
    assert spec.loader
    annotated = importlib.util.module_from_spec(spec)
    sys.modules["annotated"] = annotated
    spec.loader.exec_module(annotated)
    path: Path = tmp_path_factory.mktemp("annotated") / "kg"
    annotated.build(path, list(annotated.annotated(SHARED / "eval" / "gold" / "seeds", SHARED / "seeds")))
    return path


@pytest.fixture(scope="session", params=["story", "annotated"])
def graph(request: pytest.FixtureRequest) -> Path:
    """The folder of the story's store and that of the annotated articles', one after the other."""
    found: Path = request.getfixturevalue("folder" if request.param == "story" else "annotated_folder")
    return found


@pytest.fixture(scope="module")
def free_ports() -> tuple[int, int]:
    """Two ports of this machine that nobody listens at."""
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


@pytest.fixture(scope="session")
def plain() -> Callable[[Rows], list[tuple[str, ...]]]:
    """Makes rows comparable between stores."""
    return _plain


def _plain(rows: Rows) -> list[tuple[str, ...]]:
    """Rows without the differences that mean nothing: order, ``true`` and 1, 3.0 and 3, nothing and ''."""

    def cell(value: object) -> str:
        if isinstance(value, bool):
            return str(int(value))
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        return "" if value is None else str(value)

    return sorted(tuple(cell(value) for value in row) for row in rows)
