from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import pytest

from kgbuild.linking import Linked, Linker
from kgbuild.model import Analysis, Article, Kind, Mention, Span, Zone

Link = Callable[..., tuple[Article, Linked]]


@pytest.fixture(scope="session")
def linker() -> Linker:
    return Linker.load()


@pytest.fixture
def link(linker: Linker) -> Link:
    """Links a text; ``people``, ``places`` and ``organizations`` are what the models would recognize."""

    def run(
        text: str,
        day: str | None = "2021-07-15",
        zones: Sequence[Zone] = (),
        people: Sequence[str] = (),
        places: Sequence[str] = (),
        organizations: Sequence[str] = (),
    ) -> tuple[Article, Linked]:
        article = Article("t", text, date=date.fromisoformat(day) if day else None)
        mentions: list[Mention] = []
        for kind, names in (
            (Kind.PERSON, people),
            (Kind.PLACE, places),
            (Kind.ORGANIZATION, organizations),
        ):
            at = 0
            for name in names:
                at = text.index(name, at)
                mentions.append(Mention(Span(at, at + len(name)), name, kind))
                at += len(name)
        return article, linker.link(article, zones, Analysis((), tuple(mentions)))

    return run
