"""Linking an article: its mentions to entities, and what its titles and group nouns stand for."""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kgbuild.linking.choosing import Choice, Setting, nil_entity, same_person
from kgbuild.linking.gazetteer import Gazetteer, Name
from kgbuild.linking.groups import Named
from kgbuild.linking.matcher import phrase_key
from kgbuild.linking.offices import Holders
from kgbuild.linking.people import FullName, ShortNames, nearest
from kgbuild.linking.referents import COLLECTIVE, ReferentFinder
from kgbuild.linking.spots import (
    Bare,
    Spot,
    gazetteer_spots,
    is_adjective,
    recognized_spots,
    settle,
    similar,
    tag_lookup,
)
from kgbuild.linking.titles import TitlePhrase, read_titles
from kgbuild.linking.vocabulary import Nisba, Reading, TitleForm, Vocabulary
from kgbuild.model import (
    Analysis,
    Article,
    Candidate,
    Decision,
    Entity,
    Issue,
    Kind,
    Link,
    Mention,
    Referent,
    Span,
    Tenure,
    Zone,
    ZoneKind,
)
from kgbuild.resources import data_path

STAGE = "linking"


@dataclass(frozen=True, slots=True)
class Linked:
    """What linking made of one article. Links and referents are sorted by start and do not overlap.

    ``nisbas`` are the nisba adjectives («الروسي», ``how`` is ``nisba``), inside titles too: they name
    nothing by themselves but say whose act a verbal noun is.
    """

    links: tuple[Link, ...]
    referents: tuple[Referent, ...]
    issues: tuple[Issue, ...]
    nisbas: tuple[Referent, ...] = ()


@dataclass(frozen=True, slots=True)
class _Decided:
    """A spot with its decision."""

    spot: Spot
    choice: Choice


class Linker:
    """Links mentions to a gazetteer that was read once; holds no state between articles."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        """Build the automaton over the gazetteer's names."""
        self._gazetteer = gazetteer
        self._vocabulary = Vocabulary(gazetteer)
        self._holders = Holders.of(gazetteer)
        self._short_names = ShortNames(gazetteer.grammar.particles, self._vocabulary.clitics)
        self._outlets: dict[str, Entity] = {}
        for name in gazetteer.names:
            if name.entity.kind is Kind.ORGANIZATION:
                self._outlets.setdefault(phrase_key(name.text), name.entity)
                self._outlets.setdefault(phrase_key(name.entity.label_en or ""), name.entity)

    @classmethod
    def load(cls, folder: Path | None = None) -> "Linker":
        """Read the gazetteer of a folder (the bundled one when None).

        Raises:
            DataFileError: if a table is malformed.
        """
        return cls(Gazetteer.load(folder or data_path("seeds", "entities")))

    @property
    def entities(self) -> Mapping[str, Entity]:
        """Every entity of the gazetteer by key, the institutions of every state included."""
        return self._gazetteer.entities

    @property
    def tenures(self) -> tuple[Tenure, ...]:
        """Who held which office when."""
        return self._gazetteer.tenures

    @property
    def content_hash(self) -> str:
        """SHA-256 (hex) of the gazetteer's tables."""
        return self._gazetteer.content_hash

    def outlet(self, name: str | None) -> Entity | None:
        """The organization of that name, Arabic or English; None when the gazetteer has none."""
        return self._outlets.get(phrase_key(name)) if name else None

    def link(self, article: Article, zones: Sequence[Zone], analysis: Analysis) -> Linked:
        """Link one article.

        Args:
            article: the article.
            zones: its lines; those of boilerplate are passed over. Without any, all of it is read.
            analysis: what the models say, empty for the gazetteer alone.

        """
        reading = self._vocabulary.read(article.text)
        return _Linking(self, article, zones, analysis, reading).run()


class _Linking:
    """The linking of one article; the steps of :meth:`run` in their order."""

    def __init__(
        self, linker: Linker, article: Article, zones: Sequence[Zone], analysis: Analysis, reading: Reading
    ) -> None:
        self._gazetteer = linker._gazetteer
        self._vocabulary = linker._vocabulary
        self._holders = linker._holders
        self._short_names = linker._short_names
        self._article = article
        self._zones = sorted(zones, key=lambda zone: zone.span)
        self._zone_starts = [zone.span.start for zone in self._zones]
        self._hash = article.content_hash
        self._analysis = analysis
        self._reading = reading
        self._tags = tag_lookup(reading, analysis)
        self._issues: list[Issue] = []
        self._title_ends: dict[int, TitlePhrase] = {}

    def run(self) -> Linked:
        """Find the mentions, decide them, and read titles and group nouns."""
        spots, bare = self._candidates()
        recognized = [
            s
            for s in recognized_spots(self._reading, self._analysis, self._vocabulary)
            if self._inside(s.start, s.end)
        ]
        spots = [self._backed(spot) for spot in spots]
        sure = [spot for spot in spots if spot.sure]
        flat = settle([*spots, *recognized], same_person, self._reading.search.text)
        flat = [spot for spot in flat if spot.sure]
        setting = Setting.of(self._gazetteer, self._holders, self._article, self._reading, [*sure, *flat])
        phrases = self._titles(flat, setting)
        self._title_ends = {phrase.end: phrase for phrase in phrases}
        weak = [spot for spot in spots if not spot.sure]
        flat = _with(flat, self._supported(weak, setting))
        decided = self._decide(flat, setting)
        decided = self._short(decided)
        decided = self._institutions(decided, bare, phrases)
        links = tuple(self._link(one) for one in decided if one.choice.entity.subtype != COLLECTIVE)
        named = [Named(one.spot.start, one.spot.end, one.choice.entity, one.spot.kind) for one in decided]
        finder = ReferentFinder(
            self._gazetteer,
            self._holders,
            self._reading,
            self._inside,
            setting.period,
            self._vocabulary.clitics.inside,
        )
        referents, unresolved = finder.find(named)
        for span, means in unresolved:
            message = f"nobody named before fits a group noun of the kind {means}"
            self._issues.append(Issue(STAGE, "unresolved-group", self._article.id, message, span))
        return Linked(links, referents, tuple(self._issues), self._nisbas())

    def _nisbas(self) -> tuple[Referent, ...]:
        """The nisba adjectives of the article's lines, by start, each place once."""
        found: dict[Span, Referent] = {}
        for hit, nisba in self._reading.all(Nisba):
            if self._inside(hit.start, hit.end):
                span = self._reading.search.span(hit.start, hit.end)
                found.setdefault(span, Referent(span, (self._gazetteer.entities[nisba.entity],), "nisba"))
        return tuple(found[span] for span in sorted(found))

    def _candidates(self) -> tuple[list[Spot], list[Bare]]:
        spots, bare = gazetteer_spots(self._reading, self._gazetteer, self._vocabulary.clitics)
        heads = {place for hit, _ in self._reading.all(TitleForm) for place in range(hit.start + 1, hit.end)}
        text = self._article.text
        return (
            [
                spot
                for spot in spots
                if self._inside(spot.start, spot.end)
                and not is_adjective(self._reading, self._vocabulary, spot, text)
                and not (self._is_short_form(spot) and spot.start in heads)
            ],
            [one for one in bare if self._inside(one.start, one.end) and one.start not in heads],
        )

    def _is_short_form(self, spot: Spot) -> bool:
        first = self._reading.search.text[spot.start : self._reading.search.word_end(spot.start)]
        return first in self._vocabulary.short_forms

    def _inside(self, start: int, end: int) -> bool:
        """Whether a stretch of search text lies in a zone that is read."""
        if not self._zones:
            return True
        span = self._reading.search.span(start, end)
        number = bisect_right(self._zone_starts, span.start) - 1
        if number < 0:
            return False
        zone = self._zones[number]
        return zone.span.contains(span) and zone.kind is not ZoneKind.BOILERPLATE

    def _backed(self, spot: Spot) -> Spot:
        """A weak name behind a word that says what it is («صحيفة الرأي») is sure."""
        if spot.sure:
            return spot
        cues = self._reading.cues_before(self._reading.search.word_start(spot.start))
        for name in spot.names:
            for cue in cues:
                if cue.kind is spot.kind and cue.subtype in ("", name.entity.subtype):
                    return replace(spot, names=(name,), recognized=spot.kind)
        return spot

    def _named(self, spots: Sequence[Spot], setting: Setting) -> Callable[[int], tuple[int, Entity] | None]:
        known = {
            spot.start: (spot.end, setting.choose(spot.names, None).entity)
            for spot in spots
            if spot.names and spot.kind is not Kind.PERSON
        }
        return known.get

    def _titles(self, flat: Sequence[Spot], setting: Setting) -> list[TitlePhrase]:
        return [
            phrase
            for phrase in read_titles(self._reading, self._named(flat, setting))
            if self._inside(phrase.start, phrase.end)
        ]

    def _title_before(self, start: int) -> TitlePhrase | None:
        """The title phrase right before a name, a comma or quotation mark between at most."""
        text, end = self._reading.search.text, self._reading.search.word_start(start)
        if end != start:
            return None
        while end > 0 and start - end < 4 and text[end - 1] in " ،\"'«“”":
            end -= 1
        return self._title_ends.get(end)

    def _supported(self, weak: Sequence[Spot], setting: Setting) -> list[Spot]:
        """Weak names whose entity the article names in full elsewhere, or who hold the title before them."""
        found = []
        for spot in weak:
            title = self._title_before(spot.start)
            names = tuple(
                name
                for name in spot.names
                if name.entity.key in setting.full
                or (title is not None and self._holders.fits(name.entity, title, setting.period))
            )
            if names:
                found.append(replace(spot, names=names, recognized=spot.kind))
        return found

    def _decide(self, spots: Sequence[Spot], setting: Setting) -> list[_Decided]:
        decided: list[_Decided] = []
        for spot in spots:
            title = self._title_before(spot.start)
            misspelled = self._misspelled(spot, title, setting) if not spot.names else None
            if misspelled is not None:
                choice = Choice(Decision.LINKED, misspelled, (Candidate(misspelled, 0.8, "title+similar"),))
            elif spot.names:
                choice = setting.choose(spot.names, title)
            else:
                entity = nil_entity(self._hash, spot.kind, self._surface(spot))
                choice = Choice(Decision.NIL, entity, ())
            if choice.decision is Decision.AMBIGUOUS:
                span = self._reading.search.span(spot.start, spot.end)
                keys = ", ".join(candidate.entity.key for candidate in choice.candidates)
                self._issues.append(
                    Issue(STAGE, "ambiguous-name", self._article.id, f"may name any of: {keys}", span)
                )
            decided.append(_Decided(spot, choice))
        return decided

    def _misspelled(self, spot: Spot, title: TitlePhrase | None, setting: Setting) -> Entity | None:
        """The holder of the title before a name, when the name is almost theirs («أنتون سيلانوف»)."""
        if spot.kind is not Kind.PERSON or title is None or not title.specific or setting.period is None:
            return None
        holder = None if title.former else self._holders.holder(title, setting.period)
        words = self._reading.search.text[spot.start : spot.end].split()
        if holder is None or len(words) < 2:
            return None
        for name in (holder.label_ar, *holder.aliases):
            known = phrase_key(name).split()
            if len(known) == len(words) and all(map(similar, words, known)):
                return holder
        return None

    def _short(self, decided: list[_Decided]) -> list[_Decided]:
        """Let surnames that stand alone name who was named in full."""
        text = self._reading.search.text
        full = [
            FullName(one.spot.start, text[one.spot.start : one.spot.end], one.choice.entity)
            for one in decided
            if one.spot.kind is Kind.PERSON
            and " " in text[one.spot.start : one.spot.end]
            and self._family_name_last(one.choice.entity)
        ]
        by_surname: dict[str, list[FullName]] = {}
        for person in full:
            for key in {self._short_names.surname(person.name), person.name.split()[0]}:
                by_surname.setdefault(key, []).append(person)
        result: list[_Decided] = []
        for one in decided:
            owners = by_surname.get(text[one.spot.start : one.spot.end], [])
            if one.choice.decision is Decision.NIL and one.spot.kind is Kind.PERSON and owners:
                entity = nearest(owners, one.spot.start)
                decision = Decision.NIL if entity.is_nil else Decision.LINKED
                result.append(_Decided(one.spot, Choice(decision, entity, ())))
            else:
                result.append(one)
        taken = {place for one in decided for place in range(one.spot.start, one.spot.end)}

        def free(start: int, end: int) -> bool:
            return not taken.intersection(range(start, end)) and self._inside(start, end)

        for spot, entity in self._short_names.find(self._reading, full, free, self._tags):
            decision = Decision.NIL if entity.is_nil else Decision.LINKED
            result.append(_Decided(replace(spot, recognized=None), Choice(decision, entity, ())))
        return sorted(result, key=lambda one: one.spot.start)

    def _family_name_last(self, person: Entity) -> bool:
        """Whether the last word of a full name can stand for it; the gazetteer says so of its own people."""
        return person.is_nil or not any(" " not in name for name in (person.label_ar, *person.aliases))

    def _institutions(
        self, decided: list[_Decided], bare: Sequence[Bare], phrases: Sequence[TitlePhrase]
    ) -> list[_Decided]:
        """«الخارجية» alone is the ministry of that kind named last, or of the state whose minister was."""
        taken = {place for one in decided for place in range(one.spot.start, one.spot.end)}
        taken |= {place for phrase in phrases for place in range(phrase.start, phrase.end)}
        last: dict[str, Entity] = {}
        """The organization named last, by the class of institution in its key."""
        found: list[_Decided] = []
        waiting = sorted(bare, key=lambda one: (one.start, -one.end), reverse=True)
        for one in [*decided, None]:
            while waiting and (one is None or waiting[-1].start < one.spot.start):
                form = waiting.pop()
                entity = last.get(form.form.institution.key)
                if entity is not None and not taken.intersection(range(form.start, form.end)):
                    taken.update(range(form.start, form.end))
                    name = Name(entity.label_ar, entity, False)
                    spot = Spot(form.start, form.end, Kind.ORGANIZATION, (name,))
                    found.append(_Decided(spot, Choice(Decision.LINKED, entity, ())))
            if one is not None and one.spot.kind is Kind.ORGANIZATION:
                entity = one.choice.entity
                last[entity.key.removesuffix(f"-of-{entity.country}")] = entity
        return sorted([*decided, *found], key=lambda one: one.spot.start)

    def _surface(self, spot: Spot) -> str:
        return self._reading.search.span(spot.start, spot.end).of(self._article.text)

    def _link(self, one: _Decided) -> Link:
        spot, choice = one.spot, one.choice
        span = self._reading.search.span(spot.start, spot.end)
        source = "gazetteer" if spot.names else "ner"
        mention = Mention(span, span.of(self._article.text), spot.kind, source)
        return Link(mention, choice.decision, choice.entity, choice.candidates)


def _with(flat: Sequence[Spot], more: Sequence[Spot]) -> list[Spot]:
    """``flat`` and those of ``more`` that overlap nothing, the longest first; sorted by start."""
    taken = {place for spot in flat for place in range(spot.start, spot.end)}
    result = list(flat)
    for spot in sorted(more, key=lambda s: (s.start - s.end, s.start)):
        places = range(spot.start, spot.end)
        if not taken.intersection(places):
            result.append(spot)
            taken.update(places)
    return sorted(result, key=lambda spot: spot.start)
