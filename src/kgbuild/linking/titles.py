"""Title phrases: reading them («نائب وزير الخارجية الروسي»), and finding who is meant."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from kgbuild.linking.grammar import (
    LAST_MINISTRY,
    Group,
    Institution,
    Title,
    TitleWord,
)
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
    envoy is sent; ``institution`` is one named without its state («المتحدث باسم الخارجية»), and
    ``ministry`` whether one is meant that was named before («المتحدث باسم الوزارة»).
    ``through`` is set when another title stands inside, so that a name after it is that one's.
    """

    start: int
    end: int
    title: Title
    states: tuple[str, ...] = ()
    of: Entity | None = None
    to: Entity | None = None
    institution: Institution | None = None
    ministry: bool = False
    through: bool = False
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
            _complemented(
                reading, TitlePhrase(hit.start, other.end, item.title, construct=item.construct), named
            )
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


def _complemented(
    reading: Reading, phrase: TitlePhrase, named: Named, *, nested: bool = False
) -> TitlePhrase:
    """Extend a phrase over nisba adjectives, modifiers, and names after it.

    ``nested`` is the title inside another («المتحدث باسم الرئيس»), which holds no third.
    """
    while True:
        at = reading.search.skip_spaces(phrase.end)
        step = (
            _nisba(reading, phrase, at)
            or _name(reading, phrase, at, named)
            or _word(reading, phrase, at, named, nested)
        )
        if step is None:
            return phrase
        phrase = step


def _nisba(reading: Reading, phrase: TitlePhrase, at: int) -> TitlePhrase | None:
    several = " " in reading.search.text[phrase.start : phrase.end]  # «رئيس الحكومة الفرنسية»
    for end, nisba in reading.at(at, Nisba):
        agrees = nisba.gender == phrase.title.gender or (several and nisba.gender in "mf")
        if agrees and nisba.entity not in phrase.states:
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


def _word(reading: Reading, phrase: TitlePhrase, at: int, named: Named, nested: bool) -> TitlePhrase | None:
    for end, word in reading.at(at, TitleWord):
        if word.part == "modifier":
            return replace(phrase, end=end, former=phrase.former or word.meaning == "former")
        linked = _linked(reading, phrase, end, word, named, nested)
        if linked:
            return linked
    return None


def _linked(
    reading: Reading, phrase: TitlePhrase, end: int, word: TitleWord, named: Named, nested: bool
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
        if word.meaning == "speaks-for" and not nested:
            return _linked_noun(reading, phrase, opened, named)
        return None
    stop, entity = found
    if opened > at and stop < len(text) and text[stop] in _CLOSING:
        stop += 1
    if word.meaning == "speaks-for":
        return replace(phrase, end=stop, of=entity) if phrase.of is None else None
    if phrase.title.of == "org" and entity.kind is Kind.ORGANIZATION and not phrase.specific:
        return replace(phrase, end=stop, of=entity)  # «مسؤول السياسة الخارجية في الاتحاد الأوروبي»
    if phrase.title.sent and phrase.to is None and phrase.complete:
        return replace(phrase, end=stop, to=entity)
    return None


def _linked_noun(reading: Reading, phrase: TitlePhrase, at: int, named: Named) -> TitlePhrase | None:
    """«المتحدث باسم الوزارة», «المتحدث باسم الرئيس الإيراني»: a noun spoken for instead of a name."""
    for stop, group in reading.at(at, Group):
        if group.means == LAST_MINISTRY:
            return replace(phrase, end=stop, ministry=True)
    for stop, form in reading.at(at, TitleForm):
        inner = TitlePhrase(at, stop, form.title, construct=form.construct)
        inner = _complemented(reading, inner, named, nested=True)
        if inner.states or inner.of:
            return replace(phrase, end=inner.end, states=inner.states, of=inner.of, through=True)
    return None
