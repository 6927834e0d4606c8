"""Corrections in a build: put into every extraction, told in its graph, part of what it was made with."""

import json
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from kgbuild.errors import StoreError
from kgbuild.graph.corrections import Revision, correction_quads
from kgbuild.model import Entity, Extraction, Issue, Span
from kgbuild.review import (
    STAGE,
    UNMATCHED,
    Correction,
    Corrections,
    Entities,
    Item,
    added_entities,
    apply,
    items,
    took_effect,
)
from kgbuild.store.embedded import Store
from kgbuild.store.parts import KEY_LENGTH

_READING = "read"


class Corrector:
    """The corrections of a store and the entities that they may name, loaded once for a build."""

    def __init__(self, folder: Path, known: Callable[[], Mapping[str, Entity]]) -> None:
        """Read the corrections kept in the store's ``folder``; ``known`` gives the gazetteer's entities.

        Raises:
            DataFileError: if the corrections are malformed.
        """
        self.corrections = Corrections.load(folder)
        self._digests = self.corrections.digests()
        self._known = known

    @cached_property
    def _entities(self) -> Entities:
        return Entities(self._known(), self.corrections)

    def digest(self, key: str) -> str:
        """What of the corrections decides the graph of the article with this key; empty for none."""
        return self._digests.get(key, "")

    def corrected(self, extraction: Extraction) -> Extraction:
        """The extraction with its article's corrections."""
        mine = self._of(extraction)
        return apply(extraction, mine, self._entities) if mine else extraction

    def quads(self, extraction: Extraction, quads: list[ox.Quad]) -> list[ox.Quad]:
        """The article's graph with the corrections in force told in it, sorted."""
        mine = took_effect(extraction, self._of(extraction))
        if not mine:
            return quads
        revisions = [Revision(Span(one.start, one.end), one.kind, one.decision, one.by) for one in mine]
        added = added_entities(extraction).values()
        return sorted({*quads, *correction_quads(extraction, revisions, added)}, key=str)

    def known(self, extraction: Extraction, keys: frozenset[str]) -> frozenset[str]:
        """Those of the entities with ``keys`` that the gazetteer describes, and no correction."""
        return keys - added_entities(extraction).keys()

    def absent(self, stored: Iterable[str]) -> list[Issue]:
        """An issue for every correction of an article that the store does not hold; ``stored`` are keys."""
        held = set(stored)
        return [
            Issue(
                STAGE,
                UNMATCHED,
                one.document or one.article,
                f"the article of {one.surface!r} ({one.decision}) is not in the store, or its text changed",
                Span(one.start, one.end),
            )
            for one in self.corrections
            if one.article not in held
        ]

    def _of(self, extraction: Extraction) -> tuple[Correction, ...]:
        return self.corrections.of(extraction.article.content_hash[:KEY_LENGTH])


def issues_of_reading(folder: Path) -> list[Issue]:
    """The issues of the last build that no article holds: those of records that were not read.

    Raises:
        StoreError: if they cannot be read.
    """
    path = folder / "issues.jsonl"
    if not path.is_file():
        return []
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        return [
            Issue(row["stage"], row["code"], row["article"], row["message"])
            for row in rows
            if row["stage"] == _READING
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{path} is damaged ({error}). Delete it and run kgbuild build again.") from error


def review_items(store: Store, *, below: float, everything: bool) -> list[Item]:
    """What there is to look at in a store, by article."""
    decided = {one.place: one for one in Corrections.load(store.folder)}
    return [
        item
        for extraction in store.records()
        for item in items(extraction, decided, below=below, everything=everything)
    ]
