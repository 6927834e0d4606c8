"""Group nouns and nisba phrases: «الطرفان», «الجانب الأمريكي», «بلاده», «الوزارة»."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kgbuild.linking.gazetteer import Gazetteer
from kgbuild.linking.grammar import Group
from kgbuild.linking.matcher import phrase_key
from kgbuild.linking.offices import NEARBY, Appearance, Holders
from kgbuild.linking.vocabulary import Nisba, Reading
from kgbuild.model import Entity, Kind

_PARTY_SUBTYPES = frozenset({"country", "territory", "bloc", "armed-group", "party", "government", "igo"})
_STATE_SUBTYPES = frozenset({"country", "territory"})
_MINISTRY = "ministry"
_NEXT = 2
"""How many people named after a group noun are looked at for who stands right behind it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a group noun at ``[start, end)`` of the search text stands for; () when that is unclear."""

    start: int
    end: int
    entities: tuple[Entity, ...]
    how: str
    means: str


@dataclass(frozen=True, slots=True)
class Named:
    """An entity named or meant at a place of the search text."""

    start: int
    end: int
    entity: Entity
    kind: Kind
    located: bool = False
    """Whether it is a city where something happens («في بغداد»), which is no party."""


class GroupResolver:
    """Finds the parties that group nouns stand for among what an article has named before."""

    def __init__(
        self,
        gazetteer: Gazetteer,
        holders: Holders,
        named: Sequence[Named],
        appearances: Sequence[Appearance],
    ) -> None:
        """``named`` is everything named or meant by a title, and ``appearances`` the people, by start."""
        self._entities: Mapping[str, Entity] = gazetteer.entities
        self._holders = holders
        self._named = named
        self._starts = [one.start for one in named]
        self._appearances = appearances
        self._appearance_starts = [appearance.start for appearance in appearances]
        self._told_states: dict[str, str] = {}
        """States of people by the titles that the article gives them."""
        for appearance in appearances:
            for title in appearance.titles:
                owner = title.states[0] if title.states else holders.state_of(title.of) if title.of else None
                if owner:
                    self._told_states.setdefault(appearance.person.key, owner)

    def read(self, reading: Reading) -> list[Standing]:
        """Every group noun of the article, by start."""
        found: list[Standing] = []
        last = -1
        for hit, group in reading.all(Group):
            if hit.start < last:
                continue
            standing = self._standing(reading, hit.start, hit.end, group)
            if standing is not None:
                found.append(standing)
                last = standing.end
        return found

    def _standing(self, reading: Reading, start: int, end: int, group: Group) -> Standing | None:
        if group.means == "side":
            return self._side(reading, start, end)
        word = reading.search.text[start:end]
        entities = {
            "parties": lambda: self._pair(start, _PARTY_SUBTYPES),
            "states": lambda: self._pair(start, _STATE_SUBTYPES),
            "persons": lambda: self._people(start, group),
            "own-state": lambda: self._own_state(start),
            "last-ministry": lambda: self._last_org(start, _MINISTRY, ""),
            "last-org": lambda: self._last_org(start, "", word),
        }[group.means]()
        following = reading.search.skip_spaces(end)
        followed = any(True for _ in reading.at(following, Nisba))
        if group.means == "persons" and self._are_named(reading, following):
            return None
        if group.means in ("last-org", "last-ministry") and (followed or not entities):
            return None
        if group.count == 2 and followed:
            sides = self._nisba_pair(reading, following)
            if sides:
                return Standing(start, sides[0], sides[1], "group", group.means)
        return Standing(start, end, entities, "group", group.means)

    def _side(self, reading: Reading, start: int, end: int) -> Standing | None:
        at = reading.search.skip_spaces(end)
        for stop, nisba in reading.at(at, Nisba):
            entity = self._entities[nisba.entity]
            return Standing(start, stop, (entity,), "nisba", "side")
        return None

    def _nisba_pair(self, reading: Reading, at: int) -> tuple[int, tuple[Entity, ...]] | None:
        """«الجانبان الروسي والأمريكي»: two adjectives."""
        found: list[Entity] = []
        end = at
        for _ in range(2):
            place = reading.search.skip_spaces(end) if found else at
            step = next(
                (
                    (hit.end, item)
                    for start in (place, place + 1)
                    for hit in reading.starts.get(start, ())
                    if start - len(hit.before) == place
                    for item in hit.items
                    if isinstance(item, Nisba)
                ),
                None,
            )
            if step is None:
                break
            end = step[0]
            found.append(self._entities[step[1].entity])
        return (end, tuple(found)) if len(found) == 2 else None

    def _pair(self, start: int, subtypes: frozenset[str]) -> tuple[Entity, ...]:
        """The last two different parties named before, older first; a person counts for their state."""
        found: list[Entity] = []
        for named in self._before(start):
            party = None if named.located else self._party(named.entity)
            if party is not None and party.subtype in subtypes and party not in found:
                found.append(party)
            if len(found) == 2:
                return tuple(reversed(found))
        return ()

    def _before(self, start: int) -> Sequence[Named]:
        """What is named before a place, the nearest first."""
        last = bisect_left(self._starts, start)
        return self._named[max(0, last - NEARBY) : last][::-1]

    def _people_before(self, start: int) -> Sequence[Appearance]:
        """The people named before a place, the nearest first."""
        last = bisect_left(self._appearance_starts, start)
        return self._appearances[max(0, last - NEARBY) : last][::-1]

    def _party(self, entity: Entity) -> Entity | None:
        """The party that an entity is or speaks for."""
        if entity.stands_for:
            return self._entities.get(entity.stands_for)
        if entity.kind is Kind.PERSON:
            return self._state_of_person(entity)
        if entity.subtype in _PARTY_SUBTYPES:
            return entity
        return None

    def _state_of_person(self, person: Entity) -> Entity | None:
        if person.country:
            return self._entities.get(person.country)
        state = self._told_states.get(person.key)
        return self._entities.get(state) if state else None

    def _are_named(self, reading: Reading, at: int) -> bool:
        """Whether a person's name follows, at once or behind an adjective: «الرئيسان الروسي فلان و…»."""
        places = {at, *(reading.search.skip_spaces(stop) for stop, _ in reading.at(at, Nisba))}
        return any(
            self._appearances[n].start in places
            for n in range(bisect_left(self._appearance_starts, at), len(self._appearances))[:_NEXT]
        )

    def _people(self, start: int, group: Group) -> tuple[Entity, ...]:
        found: list[Entity] = []
        for appearance in self._people_before(start):
            offices = {t.title.office for t in appearance.titles} | {
                o.office for o in self._holders.by_person.get(appearance.person.key, ())
            }
            if not group.may_hold(offices):
                continue
            if appearance.person not in found:
                found.append(appearance.person)
            if len(found) == 2:
                return tuple(reversed(found))
        return ()

    def _own_state(self, start: int) -> tuple[Entity, ...]:
        for named in self._before(start):
            if named.entity.kind is Kind.PERSON:
                state = self._state_of_person(named.entity)
                return (state,) if state else ()
        return ()

    def _last_org(self, start: int, subtype: str, word: str) -> tuple[Entity, ...]:
        """The last organization of a subtype, or whose name begins with ``word`` (its article aside)."""
        bare = word[2:]
        for named in self._before(start):
            entity = named.entity
            if entity.kind is not Kind.ORGANIZATION:
                continue
            if subtype and entity.subtype == subtype:
                return (entity,)
            if word:
                names = (entity.label_ar, *entity.aliases)
                if any((phrase_key(name).split() or [""])[0] in (bare, word) for name in names):
                    return (entity,)
        return ()
