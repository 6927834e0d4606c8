"""Who holds an office: by the gazetteer, and by what an article itself says."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kgbuild.linking.gazetteer import Gazetteer, Office
from kgbuild.linking.grammar import COUNTERPART, HONORIFIC
from kgbuild.linking.titles import TitlePhrase
from kgbuild.model import Entity, Kind

NEARBY = 100
"""How many mentions of people before a title, and after it, are looked at for who is meant."""
OFFICIAL = "official"
"""The class of office of titles that say nothing of the office («المسؤول»)."""
STATES = frozenset({"country", "territory"})
"""Subtypes of places that have governments."""
MINISTRY = "ministry"
"""Subtype of ministries."""
Period = tuple[int, int]
"""First and last month in which an article can have been written, as :func:`month` counts."""


@dataclass(frozen=True, slots=True)
class Holders:
    """Who holds which office, by the gazetteer; asked with title phrases."""

    gazetteer: Gazetteer
    by_person: Mapping[str, tuple[Office, ...]]
    by_office: Mapping[str, tuple[str, ...]]
    """People (keys, sorted) by the classes of office that they ever held."""

    @classmethod
    def of(cls, gazetteer: Gazetteer) -> "Holders":
        """Index a gazetteer's offices."""
        found: dict[str, list[Office]] = {}
        for office in gazetteer.offices:
            found.setdefault(office.person, []).append(office)
        people: dict[str, set[str]] = {}
        for office in gazetteer.offices:
            people.setdefault(office.office, set()).add(office.person)
        return cls(
            gazetteer,
            {person: tuple(offices) for person, offices in found.items()},
            {office: tuple(sorted(keys)) for office, keys in people.items()},
        )

    def state_of(self, entity: Entity) -> str:
        """Key of the state that an entity is or belongs to; its own key when it belongs to none."""
        return entity.stands_for or entity.country or entity.key

    def office_fits(self, office: Office, phrase: TitlePhrase) -> bool:
        """Whether an office can be what a phrase names, time aside."""
        body = self.gazetteer.entities[office.of]
        if not phrase.title.may_mean(office.office) or (phrase.ministry and body.subtype != MINISTRY):
            return False
        owners = {office.of, self.state_of(body)}
        if phrase.states and not owners.intersection(phrase.states):
            return False
        if phrase.institution and not office.of.startswith(f"{phrase.institution.key}-of-"):
            return False
        if phrase.of and not self._body_fits(body, phrase.of):
            return False
        if phrase.to:
            return office.to is not None and office.to in (phrase.to.key, self.state_of(phrase.to))
        return True

    def _body_fits(self, body: Entity, named: Entity) -> bool:
        if body.key == named.key or self.state_of(body) == named.key:
            return True
        seats = {"seat", "presidency"}
        both_seats = body.subtype in seats and named.subtype in seats
        return both_seats and self.state_of(body) == self.state_of(named)

    def fits(self, person: Entity, phrase: TitlePhrase, period: Period | None) -> bool:
        """Whether a person holds, in ``period``, what a phrase names (held it, if it says former)."""
        gender = self.gazetteer.genders.get(person.key)
        if gender and gender != phrase.title.gender:
            return False
        return any(
            _in_time(office, phrase, period) and self.office_fits(office, phrase)
            for office in self.by_person.get(person.key, ())
        )

    def holder(self, phrase: TitlePhrase, period: Period) -> Entity | None:
        """Who holds what a phrase names: in ``period`` for longest, and alone in that; None when unclear."""
        offices = [office for office in self.by_office if phrase.title.may_mean(office)]
        people = {person for office in offices for person in self.by_office[office]}
        held = sorted(((self._months(person, phrase, period), person) for person in people), reverse=True)
        if not held or held[0][0] == 0 or (len(held) > 1 and held[1][0] == held[0][0]):
            return None
        return self.gazetteer.entities[held[0][1]]

    def former_holder(self, phrase: TitlePhrase, period: Period) -> Entity | None:
        """Who left last, before ``period`` ends, the office that a phrase calls former; None when unclear."""
        left: dict[str, int] = {}
        for office in self.gazetteer.offices:
            gender = self.gazetteer.genders.get(office.person)
            if office.last is None or office.last > period[1] or gender != phrase.title.gender:
                continue
            if self.office_fits(office, phrase):
                left[office.person] = max(office.last, left.get(office.person, 0))
        ranked = sorted(((last, person) for person, last in left.items()), reverse=True)
        if not ranked or (len(ranked) > 1 and ranked[1][0] == ranked[0][0]):
            return None
        return self.gazetteer.entities[ranked[0][1]]

    def _months(self, person: str, phrase: TitlePhrase, period: Period) -> int:
        """How many months of ``period`` a person holds what a phrase names."""
        gender = self.gazetteer.genders.get(person)
        if gender and gender != phrase.title.gender:
            return 0
        first, last = period
        return max(
            (
                min(last, last if office.last is None else office.last) - max(first, office.first) + 1
                for office in self.by_person[person]
                if office.held_in(first, last) and self.office_fits(office, phrase)
            ),
            default=0,
        )


def _in_time(office: Office, phrase: TitlePhrase, period: Period | None) -> bool:
    if period is None:
        return True
    if phrase.former:
        return office.last is not None and office.last <= period[1]
    return office.held_in(*period)


@dataclass(frozen=True, slots=True)
class Appearance:
    """A person named at ``[start, end)`` of the search text, with the titles given there."""

    start: int
    end: int
    person: Entity
    titles: tuple[TitlePhrase, ...] = ()


class TitleResolver:
    """Finds the person that a title phrase without a name stands for."""

    def __init__(self, holders: Holders, appearances: Sequence[Appearance], period: Period | None) -> None:
        """``appearances`` are the article's, by start."""
        self._holders = holders
        self._appearances = appearances
        self._starts = [appearance.start for appearance in appearances]
        self._period = period
        self._known: dict[TitlePhrase, Entity | None] = {}

    def resolve(self, phrase: TitlePhrase) -> Entity | None:
        """The person, or the state or body whose title it is when nobody is known; None when unclear."""
        if phrase.title.office == HONORIFIC or not phrase.complete:
            return None
        if phrase.title.office == COUNTERPART:
            return self._counterpart(phrase)
        nearby = [*self._before(phrase), *self._after(phrase)]
        for appearance in nearby:
            if self._given(appearance, phrase):
                return appearance.person
        for appearance in nearby:
            if self._holders.fits(appearance.person, phrase, self._period):
                return appearance.person
        if phrase.specific:
            known = self._holder(phrase)
            if known is not None and phrase.title.office != OFFICIAL:
                return known
        return self._owner(phrase)

    def _holder(self, phrase: TitlePhrase) -> Entity | None:
        """Who holds, when the article was written, what a phrase names; asked once for equal phrases."""
        if self._period is None:
            return None
        anywhere = replace(phrase, start=0, end=0)
        if anywhere not in self._known:
            ask = self._holders.former_holder if phrase.former else self._holders.holder
            self._known[anywhere] = ask(anywhere, self._period)
        return self._known[anywhere]

    def _before(self, phrase: TitlePhrase) -> Sequence[Appearance]:
        """Appearances before a phrase, the nearest first."""
        last = bisect_left(self._starts, phrase.start)
        return self._appearances[max(0, last - NEARBY) : last][::-1]

    def _after(self, phrase: TitlePhrase) -> Sequence[Appearance]:
        """Appearances after a phrase, the nearest first."""
        first = bisect_left(self._starts, phrase.end)
        return self._appearances[first : first + NEARBY]

    def _given(self, appearance: Appearance, phrase: TitlePhrase) -> bool:
        """Whether the article itself gave this person such a title."""
        gender = self._holders.gazetteer.genders.get(appearance.person.key)
        if gender and gender != phrase.title.gender:
            return False
        return any(
            phrase.title.may_mean(title.title.office)
            and title.title.gender == phrase.title.gender
            and self._agree(title, phrase, appearance.person)
            for title in appearance.titles
        )

    def _agree(self, given: TitlePhrase, phrase: TitlePhrase, person: Entity) -> bool:
        if phrase.ministry and not (given.institution or (given.of and given.of.subtype == MINISTRY)):
            return False
        wanted = self._owners(phrase)
        if not wanted:
            return phrase.to is None or phrase.to == given.to
        has = self._owners(given) or ({person.country} if person.country else set())
        return bool(wanted & has)

    def _owners(self, phrase: TitlePhrase) -> set[str]:
        found = set(phrase.states)
        if phrase.of:
            found.add(phrase.of.key)
            if phrase.of.kind is Kind.PLACE:
                found.add(self._holders.state_of(phrase.of))
        return found

    def _counterpart(self, phrase: TitlePhrase) -> Entity | None:
        """«نظيره الأمريكي»: who holds the office of the person named last, in another state."""
        if not phrase.states:
            return None
        for appearance in self._before(phrase)[:1]:
            offices = {title.title.office for title in appearance.titles} or {
                office.office
                for office in self._holders.by_person.get(appearance.person.key, ())
                if self._period is None or office.held_in(*self._period)
            }
            for office in sorted(offices - {HONORIFIC, COUNTERPART}):
                as_office = replace(phrase, title=replace(phrase.title, office=office, of="state"))
                for gender in ("m", "f"):
                    asked = replace(as_office, title=replace(as_office.title, gender=gender))
                    named = [
                        a.person
                        for a in self._appearances
                        if self._holders.fits(a.person, asked, self._period)
                    ]
                    known = named[0] if named else None
                    if known is None:
                        known = self._holder(asked)
                    if known is not None:
                        return known
        return self._owner(phrase)

    def _owner(self, phrase: TitlePhrase) -> Entity | None:
        if phrase.of is not None:
            place = phrase.of.kind is Kind.PLACE and self._holders.state_of(phrase.of) == phrase.of.key
            return None if place and phrase.of.subtype not in STATES else phrase.of
        entities = self._holders.gazetteer.entities
        return entities.get(phrase.states[0]) if phrase.states and phrase.title.of else None
