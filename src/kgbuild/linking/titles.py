"""Title phrases: reading them («نائب وزير الخارجية الروسي»), and finding who is meant."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kgbuild.linking.gazetteer import Gazetteer, Office
from kgbuild.linking.grammar import COUNTERPART, HONORIFIC, Institution, Title, TitleWord
from kgbuild.linking.vocabulary import InstitutionForm, Nisba, Reading, TitleForm
from kgbuild.model import Entity, Kind

Named = Callable[[int], tuple[int, Entity] | None]
"""Gives the end and the entity of the place or organization named at a place of the search text."""

_OPENING = "(\"'«“”[ "
_CLOSING = ")\"'»“”]"
_LAM = "\u0644"


@dataclass(frozen=True, slots=True)
class TitlePhrase:
    """A title noun with what follows it, at ``[start, end)`` of the search text.

    ``states`` are keys that nisba adjectives say; ``of`` is what is headed or spoken for; ``to`` is where an
    envoy is sent; ``institution`` is one named without its state («المتحدث باسم الخارجية»).
    """

    start: int
    end: int
    title: Title
    states: tuple[str, ...] = ()
    of: Entity | None = None
    to: Entity | None = None
    institution: Institution | None = None
    construct: bool = False
    former: bool = False

    @property
    def complete(self) -> bool:
        """Whether it can stand without a name after it."""
        return not self.construct or bool(self.of or self.states)

    @property
    def specific(self) -> bool:
        """Whether it says whose title it is."""
        return bool(self.of or self.states)


def read_titles(reading: Reading, named: Named) -> list[TitlePhrase]:
    """Every title phrase of an article, flat, by start; at one start the longest."""
    found: list[TitlePhrase] = []
    last = -1
    for hit, form in reading.all(TitleForm):
        if hit.start < last:
            continue
        same_start = [
            _complemented(reading, TitlePhrase(hit.start, other.end, item.title, construct=item.construct), named)
            for other in reading.starts[hit.start]
            if other.end == hit.end
            for item in other.items
            if isinstance(item, TitleForm)
        ]
        del form
        best = max(same_start, key=lambda phrase: (phrase.complete, phrase.end))
        found.append(best)
        last = best.end
    return found


def _complemented(reading: Reading, phrase: TitlePhrase, named: Named) -> TitlePhrase:
    """Extend a phrase over nisba adjectives, modifiers, and names after it."""
    while True:
        at = reading.search.skip_spaces(phrase.end)
        step = _nisba(reading, phrase, at) or _name(reading, phrase, at, named) or _word(reading, phrase, at, named)
        if step is None:
            return phrase
        phrase = step


def _nisba(reading: Reading, phrase: TitlePhrase, at: int) -> TitlePhrase | None:
    for end, nisba in reading.at(at, Nisba):
        if nisba.gender == phrase.title.gender and nisba.entity not in phrase.states:
            return replace(phrase, end=end, states=(*phrase.states, nisba.entity))
    return None


def _name(reading: Reading, phrase: TitlePhrase, at: int, named: Named) -> TitlePhrase | None:
    """What is headed: right after a construct form, or behind a ``ل``."""
    if phrase.of is not None or not phrase.title.of:
        return None
    if phrase.construct and not phrase.states:
        found = named(at)
        if found:
            return replace(phrase, end=found[0], of=found[1])
    text = reading.search.text
    if text[at : at + 1] == _LAM and phrase.title.of != "state":
        found = named(at + 1)
        if found:
            return replace(phrase, end=found[0], of=found[1])
    return None


def _word(reading: Reading, phrase: TitlePhrase, at: int, named: Named) -> TitlePhrase | None:
    for end, word in reading.at(at, TitleWord):
        if word.part == "modifier":
            return replace(phrase, end=end, former=phrase.former or word.meaning == "former")
        linked = _linked(reading, phrase, end, word, named)
        if linked:
            return linked
    return None


def _linked(
    reading: Reading, phrase: TitlePhrase, end: int, word: TitleWord, named: Named
) -> TitlePhrase | None:
    text = reading.search.text
    at = reading.search.skip_spaces(end)
    opened = at
    while opened < len(text) and text[opened] in _OPENING:
        opened += 1
    found = named(opened)
    if found is None:
        for stop, form in reading.at(opened, InstitutionForm):
            if word.meaning == "speaks-for" and form.how != "construct":
                return replace(phrase, end=stop, institution=form.institution)
        return None
    stop, entity = found
    if opened > at and stop < len(text) and text[stop] in _CLOSING:
        stop += 1
    if word.meaning == "speaks-for":
        return replace(phrase, end=stop, of=entity) if phrase.of is None else None
    if phrase.title.of and phrase.to is None and phrase.complete:
        return replace(phrase, end=stop, to=entity)
    return None


@dataclass(frozen=True, slots=True)
class Holders:
    """Who holds which office, by the gazetteer; asked with title phrases."""

    gazetteer: Gazetteer
    by_person: Mapping[str, tuple[Office, ...]]

    @classmethod
    def of(cls, gazetteer: Gazetteer) -> "Holders":
        """Index a gazetteer's offices."""
        found: dict[str, list[Office]] = {}
        for office in gazetteer.offices:
            found.setdefault(office.person, []).append(office)
        return cls(gazetteer, {person: tuple(offices) for person, offices in found.items()})

    def state_of(self, entity: Entity) -> str:
        """Key of the state that an entity is or belongs to; its own key when it belongs to none."""
        return entity.stands_for or entity.country or entity.key

    def office_fits(self, office: Office, phrase: TitlePhrase) -> bool:
        """Whether an office can be what a phrase names, years aside."""
        if not phrase.title.may_mean(office.office):
            return False
        body = self.gazetteer.entities[office.of]
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
        seats = {"seat", "presidency", "government"}
        both_seats = body.subtype in seats and named.subtype in seats
        return both_seats and self.state_of(body) == self.state_of(named)

    def fits(self, person: Entity, phrase: TitlePhrase, year: int | None) -> bool:
        """Whether a person holds, in ``year``, what a phrase names (at any time for a former title)."""
        gender = self.gazetteer.genders.get(person.key)
        if gender and gender != phrase.title.gender:
            return False
        return any(
            (year is None or phrase.former or office.held_in(year)) and self.office_fits(office, phrase)
            for office in self.by_person.get(person.key, ())
        )

    def holders(self, phrase: TitlePhrase, year: int) -> list[Entity]:
        """Everybody who holds, in ``year``, what a phrase names; by key."""
        people = sorted(self.by_person)
        return [
            self.gazetteer.entities[person]
            for person in people
            if self.fits(self.gazetteer.entities[person], phrase, year)
        ]


@dataclass(frozen=True, slots=True)
class Appearance:
    """A person named at ``[start, end)`` of the search text, with the titles given there."""

    start: int
    end: int
    person: Entity
    titles: tuple[TitlePhrase, ...] = ()


class TitleResolver:
    """Finds the person that a title phrase without a name stands for."""

    def __init__(self, holders: Holders, appearances: Sequence[Appearance], year: int | None) -> None:
        """``appearances`` are the article's, by start."""
        self._holders = holders
        self._appearances = appearances
        self._year = year

    def resolve(self, phrase: TitlePhrase) -> Entity | None:
        """The person, or the state or body whose title it is when nobody is known; None when unclear."""
        if phrase.title.office == HONORIFIC or not phrase.complete:
            return None
        if phrase.title.office == COUNTERPART:
            return self._counterpart(phrase)
        before = [a for a in reversed(self._appearances) if a.end <= phrase.start]
        after = [a for a in self._appearances if a.start >= phrase.end]
        for appearance in (*before, *after):
            if self._given(appearance, phrase):
                return appearance.person
        for appearance in (*before, *after):
            if self._holders.fits(appearance.person, phrase, self._year):
                return appearance.person
        if phrase.specific and self._year is not None:
            known = self._holders.holders(phrase, self._year)
            if len(known) == 1 and phrase.title.office != "official":
                return known[0]
        return self._owner(phrase)

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
        for appearance in reversed([a for a in self._appearances if a.end <= phrase.start]):
            offices = {title.title.office for title in appearance.titles} or {
                office.office
                for office in self._holders.by_person.get(appearance.person.key, ())
                if self._year is None or office.held_in(self._year)
            }
            for office in sorted(offices - {HONORIFIC, COUNTERPART}):
                as_office = replace(phrase, title=replace(phrase.title, office=office, of="state"))
                for gender in ("m", "f"):
                    asked = replace(as_office, title=replace(as_office.title, gender=gender))
                    named = [a.person for a in self._appearances if self._holders.fits(a.person, asked, self._year)]
                    known = named[:1] or (self._holders.holders(asked, self._year) if self._year else [])
                    if len(known) == 1:
                        return known[0]
            break
        return self._owner(phrase)

    def _owner(self, phrase: TitlePhrase) -> Entity | None:
        if phrase.of is not None:
            return phrase.of
        entities = self._holders.gazetteer.entities
        return entities.get(phrase.states[0]) if phrase.states else None


def attach(
    reading: Reading,
    phrases: Iterable[TitlePhrase],
    people: Sequence[tuple[int, int, Entity]],
    holders: Holders,
) -> tuple[list[Appearance], list[tuple[int, int]], set[TitlePhrase]]:
    """Give titles to the names that they stand beside.

    ``people`` are (start, end, entity), by start. Returns their appearances, the ranges that names and their
    titles cover together (one a person named, in the same order), and the phrases used.
    """
    by_end = {phrase.end: phrase for phrase in phrases}
    by_start = {phrase.start: phrase for phrase in phrases}
    starts = {start for start, _, _ in people}
    appearances: list[Appearance] = []
    ranges: list[tuple[int, int]] = []
    used: set[TitlePhrase] = set()
    for start, end, person in people:
        first, titles = _before(reading, start, by_end)
        if first == start:
            last, after = _after(reading, end, by_start, starts, person, holders)
        else:
            last, after = _after_comma(reading, end, by_start, starts, person, holders)
        titles = (*titles, *after)
        used.update(titles)
        appearances.append(Appearance(start, end, person, titles))
        ranges.append((first, last))
    return appearances, ranges, used


def _gap(reading: Reading, at: int, extra: str) -> int:
    """Where the text before ``at`` ends, spaces and the characters ``extra`` passed over (few of them)."""
    text, end = reading.search.text, at
    while end > 0 and at - end < 4 and (text[end - 1] == " " or text[end - 1] in extra):
        end -= 1
    return end


def _before(
    reading: Reading, start: int, by_end: Mapping[int, TitlePhrase]
) -> tuple[int, tuple[TitlePhrase, ...]]:
    first, titles = start, []
    while True:
        end = _gap(reading, first, "\u060c,\"'«“”:" if first == start else "\u060c,")
        phrase = by_end.get(end)
        if phrase is None or reading.search.word_start(first) != first:
            return first, tuple(reversed(titles))
        titles.append(phrase)
        first = phrase.start


def _after(
    reading: Reading,
    end: int,
    by_start: Mapping[int, TitlePhrase],
    names: set[int],
    person: Entity,
    holders: Holders,
) -> tuple[int, tuple[TitlePhrase, ...]]:
    """An apposition right after the name, with or without a comma or bracket."""
    text, at = reading.search.text, end
    while at < len(text) and at - end < 4 and (text[at] == " " or text[at] in "\u060c,\"'»”)("):
        at += 1
    phrase = by_start.get(at)
    if phrase is None or phrase.title.office in (HONORIFIC, COUNTERPART) or not phrase.complete:
        return end, ()
    if not phrase.specific and phrase.institution is None:
        return end, ()
    following = phrase.end
    while following < len(text) and following - phrase.end < 4 and text[following] in " \u060c,\"'«“”":
        following += 1
    if following in names:
        return end, ()
    offices = holders.by_person.get(person.key, ())
    if offices and not any(holders.office_fits(office, phrase) for office in offices):
        return end, ()
    owner = holders.state_of(phrase.of) if phrase.of else (phrase.states or ("",))[0]
    if not offices and person.country and owner and owner != person.country:
        return end, ()
    return phrase.end, (phrase,)


def _after_comma(
    reading: Reading,
    end: int,
    by_start: Mapping[int, TitlePhrase],
    names: set[int],
    person: Entity,
    holders: Holders,
) -> tuple[int, tuple[TitlePhrase, ...]]:
    """The same for a name that has a title before it already: only a known office counts."""
    if not holders.by_person.get(person.key):
        return end, ()
    return _after(reading, end, by_start, names, person, holders)
