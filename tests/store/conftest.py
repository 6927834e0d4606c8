import importlib.util
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from kgbuild.store.embedded import Store

PATH = Path(__file__).parents[1] / "graph" / "story.py"


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
