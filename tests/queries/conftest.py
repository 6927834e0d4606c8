import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Rows = tuple[tuple[object, ...], ...]
SHARED = Path(__file__).parents[3] / "shared"


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


@pytest.fixture(scope="module", params=["story", "annotated"])
def graph(request: pytest.FixtureRequest) -> Path:
    """The folder of the story's store and that of the annotated articles', one after the other.

    By module, so that the servers that get them start once.
    """
    found: Path = request.getfixturevalue("folder" if request.param == "story" else "annotated_folder")
    return found


@pytest.fixture(scope="module")
def free_ports(free_port: Callable[[], int]) -> tuple[int, int]:
    """Two ports of this machine that nobody listens at."""
    return free_port(), free_port()


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
