"""The graph of the story that the graph's tests tell, as a store on disk."""

import importlib.util
from pathlib import Path

import pyoxigraph as ox
import pytest

from kgbuild.store.embedded import Store

PATH = Path(__file__).parents[1] / "graph" / "story.py"


@pytest.fixture(scope="session")
def story_quads(tmp_path_factory: pytest.TempPathFactory) -> list[ox.Quad]:
    """All quads of the story's store."""
    spec = importlib.util.spec_from_file_location("story", PATH)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    folder = tmp_path_factory.mktemp("ontology") / "kg"
    module.build(folder)
    with Store.open(folder) as store:
        return store.quads()
