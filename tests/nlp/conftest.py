from collections.abc import Callable

import pytest

from kgbuild.model import Span, Zone, ZoneKind

Lines = Callable[[str], list[Zone]]


@pytest.fixture(scope="session")
def lines_of() -> Lines:
    def cut(text: str) -> list[Zone]:
        zones, start = [], 0
        for line in text.split("\n"):
            zones.append(Zone(Span(start, start + len(line)), ZoneKind.BODY, "test"))
            start += len(line) + 1
        return zones

    return cut
