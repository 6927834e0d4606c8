"""Which stretches of an article are mentions: recognized names and gazetteer names, made flat."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from kgbuild.linking.gazetteer import Gazetteer, Name, institution_key
from kgbuild.linking.vocabulary import InstitutionForm, Nisba, Reading, Vocabulary
from kgbuild.model import Analysis, Entity, Kind
from kgbuild.text.folding import fold_key

_ALEF = "\u0627"
_WAW = "\u0648"
_MEEM = "\u0645"
_TANWIN_FATH = "\u064b"


@dataclass(frozen=True, slots=True)
class Spot:
    """A stretch of search text that may be a mention.

    ``names`` are the gazetteer names under it, () for one that only the models recognized;
    ``recognized`` is the kind that the models gave to this very stretch.
    """

    start: int
    end: int
    kind: Kind
    names: tuple[Name, ...] = ()
    recognized: Kind | None = None

    @property
    def sure(self) -> bool:
        """Whether nothing more is needed for it to be a mention."""
        return self.recognized is not None or any(not name.weak for name in self.names)

    def overlaps(self, other: "Spot") -> bool:
        """Whether the two share a character."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: "Spot") -> bool:
        """Whether ``other`` lies inside."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Bare:
    """An institution named without its state («الخارجية»)."""

    start: int
    end: int
    form: InstitutionForm


def gazetteer_spots(reading: Reading, gazetteer: Gazetteer) -> tuple[list[Spot], list[Bare]]:
    """Names of the gazetteer, institutions composed with their states, and institutions without one."""
    spots: list[Spot] = []
    for hit in reading.hits:
        names = tuple(item for item in hit.items if isinstance(item, Name))
        for kind in dict.fromkeys(name.entity.kind for name in names):
            of_kind = tuple(name for name in names if name.entity.kind is kind)
            spots.append(Spot(hit.start, hit.end, kind, of_kind))
    bare: list[Bare] = []
    for hit, form in reading.all(InstitutionForm):
        if form.how == "short" and not _noun_before_allows(reading, hit.start, hit.before):
            continue
        composed = _composed(reading, gazetteer, hit.end, form)
        if composed:
            end, entity = composed
            spots.append(Spot(hit.start, end, Kind.ORGANIZATION, (Name(entity.label_ar, entity, False),)))
        elif form.how != "construct":
            bare.append(Bare(hit.start, hit.end, form))
    return spots, bare


def _noun_before_allows(reading: Reading, start: int, before: str) -> bool:
    """«السياسة الخارجية»: after a definite noun the form is an adjective."""
    article = "\u0627\u0644"
    previous = "" if before else reading.search.previous_word(start)
    return article not in previous[:4]


def _composed(
    reading: Reading, gazetteer: Gazetteer, end: int, form: InstitutionForm
) -> tuple[int, Entity] | None:
    institution = form.institution
    at = reading.search.skip_spaces(end)
    if form.how == "construct":
        for stop, name in reading.at(at, Name):
            key = institution_key(institution, name.entity)
            if key in gazetteer.entities:
                return stop, gazetteer.entities[key]
        return None
    for stop, nisba in reading.at(at, Nisba):
        key = f"{institution.key}-of-{nisba.entity}"
        if nisba.gender == institution.gender and key in gazetteer.entities:
            return stop, gazetteer.entities[key]
    return None


def recognized_spots(reading: Reading, analysis: Analysis) -> list[Spot]:
    """What the models recognized, in search text."""
    found = []
    for mention in analysis.mentions:
        start, end = reading.search.locate(mention.span)
        if start < end:
            found.append(Spot(start, end, mention.kind, recognized=mention.kind))
    return found


def settle(spots: Iterable[Spot], same_person: Callable[[str, Name], bool], text: str) -> list[Spot]:
    """Make one flat list: of overlapping spots the longest stays, gazetteer names before recognized ones.

    ``same_person`` tells whether a recognized full name can be a longer spelling of a person's name.
    """
    known = [spot for spot in spots if spot.names]
    recognized = [spot for spot in spots if not spot.names]
    known = _supported(known, recognized)
    chosen = _longest(known)
    result = list(chosen)
    for spot in recognized:
        inside = [other for other in chosen if spot.contains(other)]
        crossing = [other for other in chosen if spot.overlaps(other) and not spot.contains(other)]
        if crossing or len(inside) > 1:
            continue
        if not inside:
            result.append(spot)
            continue
        merged = _merged(spot, inside[0], same_person, text)
        if merged is not None:
            result.remove(inside[0])
            result.append(merged)
    return _longest(result)


def _supported(known: Sequence[Spot], recognized: Sequence[Spot]) -> list[Spot]:
    """Mark the gazetteer's spots whose very stretch, or its end, the models recognized as the same kind."""
    ends = {(spot.end, spot.kind): spot for spot in recognized}
    found = []
    for spot in known:
        other = ends.get((spot.end, spot.kind))
        if other and abs(other.start - spot.start) <= 2:
            found.append(Spot(spot.start, spot.end, spot.kind, spot.names, spot.kind))
        else:
            found.append(spot)
    return found


def _merged(spot: Spot, inner: Spot, same_person: Callable[[str, Name], bool], text: str) -> Spot | None:
    """What becomes of a recognized stretch around one gazetteer name; None leaves the name as it is."""
    if (spot.start, spot.end) == (inner.start, inner.end):
        return None
    if spot.kind is Kind.PERSON:
        if inner.kind is not Kind.PERSON:
            return spot
        full = text[spot.start : spot.end]
        names = tuple(name for name in inner.names if same_person(full, name))
        return Spot(spot.start, spot.end, Kind.PERSON, names, Kind.PERSON)
    if spot.kind is Kind.ORGANIZATION and inner.kind is not Kind.ORGANIZATION:
        return spot
    return None


def _longest(spots: Iterable[Spot]) -> list[Spot]:
    """Greedily the longest, then sure before weak, then recognized kind; sorted by start."""
    kept: list[Spot] = []
    taken: set[int] = set()
    order = sorted(
        spots,
        key=lambda s: (-(s.end - s.start), not s.sure, not s.names, s.recognized is None, s.start, s.kind.value),
    )
    for spot in order:
        places = range(spot.start, spot.end)
        if not taken.intersection(places):
            kept.append(spot)
            taken.update(places)
    return sorted(kept, key=lambda spot: spot.start)


def is_adjective(
    reading: Reading, vocabulary: Vocabulary, spot: Spot, tags: Callable[[int], str], source: str
) -> bool:
    """Whether «روسيا» is no country here but an adjective in the accusative («هجوما روسيا»).

    The models' part of speech decides where there is one. Otherwise an indefinite accusative noun before
    it does, which is not an active participle: those («داعيا روسيا») take objects.
    """
    word = reading.search.text[spot.start : spot.end]
    if spot.recognized is Kind.PLACE or not vocabulary.may_be_accusative_nisba(word):
        return False
    if _TANWIN_FATH in source[reading.search.span(spot.start, spot.end).start :][: len(word) + 4]:
        return True
    if reading.search.word_start(spot.start) != spot.start:
        return False
    previous = reading.search.previous_word(spot.start)
    if not previous.endswith(_ALEF) or len(previous) < 4 or previous[-2] == _WAW:
        return False
    if tags(spot.start) == "ADJ":
        return True
    participle = previous.startswith(_MEEM) or previous[1] == _ALEF or previous[2:3] == _ALEF
    return not participle


def tag_lookup(reading: Reading, analysis: Analysis) -> Callable[[int], str]:
    """Part of speech of the word at a place of the search text; empty where the models say nothing."""
    tags: dict[int, str] = {}
    for sentence in analysis.sentences:
        for token in sentence.tokens:
            for word in token.words:
                start, end = reading.search.locate(word.span)
                if start < end:
                    tags[start] = word.upos
    return lambda place: tags.get(place, "")


def similar(one: str, other: str) -> bool:
    """Whether two folded words can be spellings of one foreign name: at most a third of the letters differ."""
    if one == other:
        return True
    shorter, longer = sorted((fold_key(one), fold_key(other)), key=len)
    if len(shorter) < 3 or len(longer) - len(shorter) > 2:
        return False
    row = list(range(len(longer) + 1))
    for i, a in enumerate(shorter, 1):
        diagonal, row[0] = row[0], i
        for j, b in enumerate(longer, 1):
            diagonal, row[j] = row[j], min(diagonal + (a != b), row[j] + 1, row[j - 1] + 1)
    return row[-1] * 3 <= len(longer)
