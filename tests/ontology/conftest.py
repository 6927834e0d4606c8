"""The graph of the story that the graph's tests tell."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from kgbuild.store.embedded import Store


@pytest.fixture(scope="session")
def story_quads(folder: Path) -> list[ox.Quad]:
    """All quads of the story's store."""
    with Store.open(folder) as store:
        return store.quads()
