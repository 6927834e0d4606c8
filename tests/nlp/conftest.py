"""The bundled models, loaded once for all tests."""

from collections.abc import Callable

import pytest

from kgbuild.model import Span, Zone, ZoneKind
from kgbuild.nlp.models import resolve
from kgbuild.nlp.stanza_adapter import StanzaAnalyzer

Lines = Callable[[str], list[Zone]]


@pytest.fixture(scope="session")
def analyzer() -> StanzaAnalyzer:
    return StanzaAnalyzer(resolve("bundled"))


@pytest.fixture(scope="session")
def lines_of() -> Lines:
    def cut(text: str) -> list[Zone]:
        zones, start = [], 0
        for line in text.split("\n"):
            zones.append(Zone(Span(start, start + len(line)), ZoneKind.BODY, "test"))
            start += len(line) + 1
        return zones

    return cut
