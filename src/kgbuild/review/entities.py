"""Entities as corrections name them: known ones, NIL ones of the article, and new Wikidata items."""

from collections.abc import Iterable, Mapping
from typing import Final

from kgbuild.model import Entity, Extraction, Kind
from kgbuild.review.corrections import Correction
from kgbuild.review.decisions import NAME, Reference

_ADDED: Final = "wd-"
"""Start of the keys of entities that corrections made known by their Wikidata ids."""


class Entities:
    """The gazetteer's entities by key and by Wikidata id, and those that corrections make known."""

    def __init__(self, known: Mapping[str, Entity], corrections: Iterable[Correction] = ()) -> None:
        """Take the gazetteer's entities by key, and every correction of the store.

        An entity that corrections make known has one label a language, whatever the articles call it: the
        first words that were decided to name it, and the first English label that a correction gives.
        """
        self._known = known
        self._items: dict[str, Entity] = {}
        for key in sorted(known):
            if item := known[key].wikidata:
                self._items.setdefault(item, known[key])
        self._arabic: dict[str, str] = {}
        self._english: dict[str, str] = {}
        for one in sorted(corrections):
            wanted = one.meaning.entity if one.kind == NAME else None
            if wanted is not None and wanted.is_item:
                self._arabic.setdefault(wanted.name, one.surface)
                if wanted.label:
                    self._english.setdefault(wanted.name, wanted.label)

    def find(
        self, wanted: Reference, local: Iterable[Entity] = (), kind: Kind = Kind.PERSON
    ) -> Entity | None:
        """The entity that a person means; None where neither gazetteer nor corrections know it.

        Args:
            wanted: how the person names it.
            local: the entities of the article, NIL ones too.
            kind: what a Wikidata item that only corrections know is.

        """
        if not wanted.is_item:
            found = self._known.get(wanted.name)
            return found or next((entity for entity in local if entity.key == wanted.name), None)
        if wanted.name in self._items:
            return self._items[wanted.name]
        key = _ADDED + wanted.name
        here = next((entity for entity in local if entity.key == key), None)
        if here is not None or wanted.name not in self._arabic:
            return here
        return Entity(key, kind, self._arabic[wanted.name], self._english.get(wanted.name), wanted.name)


def added_entities(extraction: Extraction) -> dict[str, Entity]:
    """The entities of an article that corrections made known, by key."""
    found = [link.entity for link in extraction.links]
    found += [argument.entity for act in extraction.acts for argument in act.arguments]
    return {
        entity.key: entity for entity in sorted(found, key=lambda e: e.key) if entity.key.startswith(_ADDED)
    }
