import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

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
