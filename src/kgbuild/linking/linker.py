"""Linking an article: its mentions to entities, and what its titles and group nouns stand for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kgbuild.linking.choosing import Choice, Setting, nil_entity, same_person
from kgbuild.linking.gazetteer import Gazetteer, Name, Tenure
from kgbuild.linking.groups import GroupResolver, Named
from kgbuild.linking.matcher import phrase_key
from kgbuild.linking.people import FullName, ShortNames
from kgbuild.linking.spots import (
    Bare,
    Spot,
    gazetteer_spots,
    is_adjective,
    recognized_spots,
    settle,
    tag_lookup,
)
from kgbuild.linking.titles import Holders, TitlePhrase, TitleResolver, attach, read_titles
from kgbuild.linking.vocabulary import Reading, TitleForm, Vocabulary
from kgbuild.model import (
    Analysis,
    Article,
    Decision,
    Entity,
    Issue,
    Kind,
    Link,
    Mention,
    Referent,
    Zone,
    ZoneKind,
)
from kgbuild.resources import data_path

STAGE = "linking"


@dataclass(frozen=True, slots=True)
class Linked:
    """What linking made of one article. Links and referents are sorted by start and do not overlap."""

    links: tuple[Link, ...]
    referents: tuple[Referent, ...]
    issues: tuple[Issue, ...]


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
        self._zones = zones
        self._analysis = analysis
        self._reading = reading
        self._tags = tag_lookup(reading, analysis)
        self._issues: list[Issue] = []

    def run(self) -> Linked:
        """Find the mentions, decide them, and read titles and group nouns."""
        spots, bare = self._candidates()
        recognized = [s for s in recognized_spots(self._reading, self._analysis) if self._inside(s)]
        spots = [self._backed(spot) for spot in spots]
        sure = [spot for spot in spots if spot.sure]
        flat = settle([*spots, *recognized], same_person, self._reading.search.text)
        flat = [spot for spot in flat if spot.sure]
        setting = Setting.of(self._gazetteer, self._holders, self._article, self._reading, [*sure, *flat])
        phrases = self._titles(flat, setting)
        weak = [spot for spot in spots if not spot.sure]
        flat = _with(flat, self._supported(weak, setting, phrases))
        decided = self._decide(flat, setting, phrases)
        decided = self._short(decided)
        decided = self._institutions(decided, bare, phrases)
        links = tuple(self._link(one) for one in decided)
        referents = self._referents(decided, setting)
        return Linked(links, referents, tuple(self._issues))

    def _candidates(self) -> tuple[list[Spot], list[Bare]]:
        spots, bare = gazetteer_spots(self._reading, self._gazetteer)
        heads = [(hit.start, hit.end) for hit, _ in self._reading.all(TitleForm)]

        def in_head(start: int) -> bool:
            return any(first < start < last for first, last in heads)

        text = self._article.text
        return (
            [
                spot
                for spot in spots
                if self._inside(spot)
                and not is_adjective(self._reading, self._vocabulary, spot, self._tags, text)
                and not (self._is_short_form(spot) and in_head(spot.start))
            ],
            [one for one in bare if self._inside(one) and not in_head(one.start)],
        )

    def _is_short_form(self, spot: Spot) -> bool:
        first = self._reading.search.text[spot.start : self._reading.search.word_end(spot.start)]
        shorts = {phrase_key(form) for one in self._gazetteer.grammar.institutions for form in one.short}
        return first in shorts

    def _inside(self, spot: Spot | Bare) -> bool:
        """Whether a spot lies in a zone that is read."""
        if not self._zones:
            return True
        span = self._reading.search.span(spot.start, spot.end)
        return any(
            zone.span.contains(span) and zone.kind is not ZoneKind.BOILERPLATE for zone in self._zones
        )

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
            if self._inside(Spot(phrase.start, phrase.end, Kind.PERSON))
        ]

    def _title_before(self, start: int, phrases: Sequence[TitlePhrase]) -> TitlePhrase | None:
        text, end = self._reading.search.text, self._reading.search.word_start(start)
        if end != start:
            return None
        while end > 0 and start - end < 4 and text[end - 1] in " ،\"'«“”":
            end -= 1
        return next((phrase for phrase in phrases if phrase.end == end), None)

    def _supported(
        self, weak: Sequence[Spot], setting: Setting, phrases: Sequence[TitlePhrase]
    ) -> list[Spot]:
        """Weak names whose entity the article names in full elsewhere, or who hold the title before them."""
        found = []
        for spot in weak:
            title = self._title_before(spot.start, phrases)
            names = tuple(
                name
                for name in spot.names
                if name.entity.key in setting.full
                or (title is not None and self._holders.fits(name.entity, title, setting.year))
            )
            if names:
                found.append(replace(spot, names=names, recognized=spot.kind))
        return found

    def _decide(
        self, spots: Sequence[Spot], setting: Setting, phrases: Sequence[TitlePhrase]
    ) -> list[_Decided]:
        decided: list[_Decided] = []
        for spot in spots:
            if spot.names:
                choice = setting.choose(spot.names, self._title_before(spot.start, phrases))
            else:
                entity = nil_entity(self._article, spot.kind, self._surface(spot))
                choice = Choice(Decision.NIL, entity, ())
            if choice.decision is Decision.AMBIGUOUS:
                span = self._reading.search.span(spot.start, spot.end)
                keys = ", ".join(candidate.entity.key for candidate in choice.candidates)
                self._issues.append(
                    Issue(STAGE, "ambiguous-name", self._article.id, f"may name any of: {keys}", span)
                )
            decided.append(_Decided(spot, choice))
        return decided

    def _short(self, decided: list[_Decided]) -> list[_Decided]:
        """Let surnames that stand alone name who was named in full."""
        text = self._reading.search.text
        full = [
            FullName(one.spot.start, text[one.spot.start : one.spot.end], one.choice.entity)
            for one in decided
            if one.spot.kind is Kind.PERSON and " " in text[one.spot.start : one.spot.end]
        ]
        by_surname: dict[str, list[FullName]] = {}
        for person in full:
            for key in {self._short_names.surname(person.name), person.name.split()[0]}:
                by_surname.setdefault(key, []).append(person)
        result: list[_Decided] = []
        for one in decided:
            owners = by_surname.get(text[one.spot.start : one.spot.end], [])
            if one.choice.decision is Decision.NIL and one.spot.kind is Kind.PERSON and owners:
                before = [person for person in owners if person.start < one.spot.start]
                entity = (before[-1] if before else owners[0]).entity
                decision = Decision.NIL if entity.is_nil else Decision.LINKED
                result.append(_Decided(one.spot, Choice(decision, entity, ())))
            else:
                result.append(one)
        taken = {place for one in decided for place in range(one.spot.start, one.spot.end)}

        def free(start: int, end: int) -> bool:
            spot = Spot(start, end, Kind.PERSON)
            return not taken.intersection(range(start, end)) and self._inside(spot)

        for spot, entity in self._short_names.find(self._reading, full, free, self._tags):
            decision = Decision.NIL if entity.is_nil else Decision.LINKED
            result.append(_Decided(replace(spot, recognized=None), Choice(decision, entity, ())))
        return sorted(result, key=lambda one: one.spot.start)

    def _institutions(
        self, decided: list[_Decided], bare: Sequence[Bare], phrases: Sequence[TitlePhrase]
    ) -> list[_Decided]:
        """«الخارجية» alone is the ministry of that kind named last, or of the state whose minister was."""
        result = list(decided)
        taken = {place for one in decided for place in range(one.spot.start, one.spot.end)}
        taken |= {place for phrase in phrases for place in range(phrase.start, phrase.end)}
        for one in bare:
            if taken.intersection(range(one.start, one.end)):
                continue
            prefix = f"{one.form.institution.key}-of-"
            before = [
                d.choice.entity
                for d in decided
                if d.spot.end <= one.start and d.choice.entity.key.startswith(prefix)
            ]
            if before:
                entity = before[-1]
                name = Name(entity.label_ar, entity, False)
                spot = Spot(one.start, one.end, Kind.ORGANIZATION, (name,))
                result.append(_Decided(spot, Choice(Decision.LINKED, entity, ())))
                taken.update(range(one.start, one.end))
        return sorted(result, key=lambda one: one.spot.start)

    def _surface(self, spot: Spot) -> str:
        return self._reading.search.span(spot.start, spot.end).of(self._article.text)

    def _link(self, one: _Decided) -> Link:
        spot, choice = one.spot, one.choice
        span = self._reading.search.span(spot.start, spot.end)
        source = "gazetteer" if spot.names else "ner"
        mention = Mention(span, span.of(self._article.text), spot.kind, source)
        return Link(mention, choice.decision, choice.entity, choice.candidates)

    def _referents(self, decided: Sequence[_Decided], setting: Setting) -> tuple[Referent, ...]:
        known = {
            one.spot.start: (one.spot.end, one.choice.entity)
            for one in decided
            if one.spot.kind is not Kind.PERSON
        }
        phrases = [
            phrase
            for phrase in read_titles(self._reading, known.get)
            if self._inside(Spot(phrase.start, phrase.end, Kind.PERSON))
        ]
        people = [
            (one.spot.start, one.spot.end, one.choice.entity)
            for one in decided
            if one.spot.kind is Kind.PERSON
        ]
        appearances, ranges, used = attach(self._reading, phrases, people, self._holders)
        found: list[tuple[int, int, tuple[Entity, ...], str]] = [
            (first, last, (appearance.person,), "name")
            for (first, last), appearance in zip(ranges, appearances, strict=True)
        ]
        covered = {place for first, last, _, _ in found for place in range(first, last)}
        resolver = TitleResolver(self._holders, appearances, setting.year)
        for phrase in phrases:
            if phrase in used or covered.intersection(range(phrase.start, phrase.end)):
                continue
            entity = resolver.resolve(phrase)
            if entity is not None:
                found.append((phrase.start, phrase.end, (entity,), "title"))
                covered.update(range(phrase.start, phrase.end))
        for one in decided:
            place = range(one.spot.start, one.spot.end)
            if one.spot.kind is not Kind.PERSON and not covered.intersection(place):
                found.append((one.spot.start, one.spot.end, (one.choice.entity,), "name"))
                covered.update(place)
        named = [Named(start, end, entities[0]) for start, end, entities, _ in sorted(found, key=lambda f: f[0])]
        groups = GroupResolver(self._gazetteer, self._holders, named, appearances)
        for standing in groups.read(self._reading):
            place = range(standing.start, standing.end)
            if covered.intersection(place) or not self._inside(Spot(standing.start, standing.end, Kind.PERSON)):
                continue
            covered.update(place)
            if standing.entities:
                found.append((standing.start, standing.end, standing.entities, standing.how))
            else:
                span = self._reading.search.span(standing.start, standing.end)
                message = f"nobody named before fits a group noun of the kind {standing.means}"
                self._issues.append(Issue(STAGE, "unresolved-group", self._article.id, message, span))
        found.sort(key=lambda entry: entry[0])
        return tuple(
            Referent(self._reading.search.span(start, end), entities, how)
            for start, end, entities, how in found
        )


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
