"""Giving titles to the names that they stand beside, before them or in apposition."""

from collections.abc import Iterable, Mapping, Sequence

from kgbuild.linking.grammar import COUNTERPART, HONORIFIC
from kgbuild.linking.offices import Appearance, Holders, Period
from kgbuild.linking.titles import TitlePhrase
from kgbuild.linking.vocabulary import Reading
from kgbuild.model import Entity


def attach(
    reading: Reading,
    phrases: Iterable[TitlePhrase],
    people: Sequence[tuple[int, int, Entity]],
    holders: Holders,
    period: Period | None,
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
        if titles and _held_by_others(titles[0], person, holders, period):
            first, titles = start, ()
        if first == start:
            last, after = _after(reading, end, by_start, starts, person, holders)
        else:
            last, after = _after_comma(reading, end, by_start, starts, person, holders)
        titles = (*titles, *after)
        used.update(titles)
        appearances.append(Appearance(start, end, person, titles))
        ranges.append((first, last))
    return appearances, ranges, used


def _held_by_others(phrase: TitlePhrase, person: Entity, holders: Holders, period: Period | None) -> bool:
    """Whether a title is somebody else's («مرشد إيران، علي أكبر ولايتي», «زوجة الرئيس دونالد ترامب»)."""
    gender = holders.gazetteer.genders.get(person.key, phrase.title.gender)
    if gender != phrase.title.gender or (phrase.through and not holders.fits(person, phrase, None)):
        return True
    if person.is_nil or phrase.former or not phrase.specific or period is None:
        return False
    if phrase.title.of != "state" or phrase.title.office == COUNTERPART or phrase.title.covers:
        return False
    known = holders.holder(phrase, period)
    return known is not None and known != person and not holders.fits(person, phrase, None)


def _gap(reading: Reading, at: int, extra: str) -> int:
    """Where the text before ``at`` ends, spaces and the characters ``extra`` passed over (few of them)."""
    text, end = reading.search.text, at
    while end > 0 and at - end < 4 and (text[end - 1] == " " or text[end - 1] in extra):
        end -= 1
    return end


def _before(
    reading: Reading, start: int, by_end: Mapping[int, TitlePhrase]
) -> tuple[int, tuple[TitlePhrase, ...]]:
    first = start
    titles: list[TitlePhrase] = []
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
