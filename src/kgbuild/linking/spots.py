"""Which stretches of an article are mentions: recognized names and gazetteer names, made flat."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from kgbuild.linking.gazetteer import Gazetteer, Name, institution_key
from kgbuild.linking.grammar import Clitics, Cue, Group, TitleWord
from kgbuild.linking.matcher import Hit
from kgbuild.linking.vocabulary import InstitutionForm, Item, Nisba, Reading, TitleForm, Vocabulary
from kgbuild.model import Analysis, Entity, Kind
from kgbuild.text.folding import fold_key

_ALEF = "\u0627"
_WAW = "\u0648"
_MEEM = "\u0645"
_KAF = "\u0643"
_TANWIN_FATH = "\u064b"
_SHORT = 4
"""Letters below which a name is not looked for behind ``ك`` ("like"): «كسرت» is a verb."""


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

    def contains(self, other: "Spot") -> bool:
        """Whether ``other`` lies inside."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Bare:
    """An institution named without its state («الخارجية»)."""

    start: int
    end: int
    form: InstitutionForm


def gazetteer_spots(
    reading: Reading, gazetteer: Gazetteer, clitics: Clitics
) -> tuple[list[Spot], list[Bare]]:
    """Names of the gazetteer, institutions composed with their states, and institutions without one."""
    spots: list[Spot] = []
    for hit in reading.hits:
        names = tuple(item for item in hit.items if isinstance(item, Name))
        if hit.before.endswith(_KAF) and hit.end - hit.start < _SHORT:
            continue
        for kind in dict.fromkeys(name.entity.kind for name in names):
            of_kind = tuple(name for name in names if name.entity.kind is kind)
            spots.append(Spot(hit.start, hit.end, kind, of_kind))
    named = {(spot.start, spot.end) for spot in spots}
    bare: list[Bare] = []
    for hit, form in reading.all(InstitutionForm):
        if (
            form.how == "short"
            and not hit.before
            and clitics.definite(reading.search.previous_word(hit.start))
        ):
            continue  # «السياسة الخارجية»: after a definite noun the form is an adjective
        composed = _composed(reading, gazetteer, hit.end, form)
        if composed:
            end, entity = composed
            if (hit.start, end) in named:
                continue
            spots.append(Spot(hit.start, end, Kind.ORGANIZATION, (Name(entity.label_ar, entity, False),)))
        elif form.how != "construct" and form.institution.bare:
            bare.append(Bare(hit.start, hit.end, form))
    return spots, bare


def _composed(
    reading: Reading, gazetteer: Gazetteer, end: int, form: InstitutionForm
) -> tuple[int, Entity] | None:
    institution = form.institution
    at = reading.search.skip_spaces(end)
    if form.how == "construct":
        for stop, name in reading.at(at, Name):
            if name.weak:
                continue
            key = institution_key(institution, name.entity)
            if key in gazetteer.entities:
                return stop, gazetteer.entities[key]
        return None
    for stop, nisba in reading.at(at, Nisba):
        key = f"{institution.key}-of-{nisba.entity}"
        if nisba.gender == institution.gender and key in gazetteer.entities:
            return stop, gazetteer.entities[key]
    return None


def recognized_spots(reading: Reading, analysis: Analysis, vocabulary: Vocabulary) -> list[Spot]:
    """What the models recognized, in search text, without titles and what cannot be a name."""
    found = []
    for mention in analysis.mentions:
        start, end = reading.search.locate(mention.span)
        start, end = _trimmed(reading, start, end)
        if mention.kind is Kind.PERSON:
            start = _behind_titles(reading, start, end)
        if start < end and _can_be_name(reading, vocabulary, start, end):
            found.append(Spot(start, end, mention.kind, recognized=mention.kind))
    return found


def _trimmed(reading: Reading, start: int, end: int) -> tuple[int, int]:
    text = reading.search.text
    while start < end and not text[start].isalnum():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def _behind_titles(reading: Reading, start: int, end: int) -> int:
    """Where a person's name begins behind the title nouns that were taken for a part of it."""
    while True:
        stops = [hit.end for hit in reading.starts.get(start, ()) if _has(hit, TitleForm)]
        at = reading.search.skip_spaces(max(stops, default=start))
        if not stops or at >= end:
            return start
        start = at


def _has(hit: Hit[Item], *kinds: type[Item]) -> bool:
    return any(isinstance(item, kinds) for item in hit.items)


def _can_be_name(reading: Reading, vocabulary: Vocabulary, start: int, end: int) -> bool:
    """Whether a recognized stretch is made of whole words and is no adjective, title or group noun."""
    search = reading.search
    before = search.text[search.word_start(start) : start]
    if (
        before not in vocabulary.clitics.proclitics
        or search.word_end(start) > end
        or search.word_end(end) > end
    ):
        return False
    common = (Nisba, TitleForm, TitleWord, InstitutionForm, Group, Cue)
    if any(hit.end == end and _has(hit, *common) for hit in reading.starts.get(start, ())):
        return False
    word = search.text[start:end]
    if " " in word:
        return True
    previous = "" if before else search.previous_word(start)
    accusative = word.endswith(_ALEF) and _accusative_noun(previous)
    return not (accusative or vocabulary.is_any_nisba(word))


def settle(spots: Iterable[Spot], same_person: Callable[[str, Name], bool], text: str) -> list[Spot]:
    """Make one flat list: of overlapping spots the longest stays, gazetteer names before recognized ones.

    ``same_person`` tells whether a recognized full name can be a longer spelling of a person's name.
    """
    known = [spot for spot in spots if spot.names]
    recognized = [spot for spot in spots if not spot.names]
    known = _supported(known, recognized)
    chosen = _longest(known)
    ends = [spot.end for spot in chosen]
    result = dict.fromkeys(chosen)
    for spot in recognized:
        first = bisect_right(ends, spot.start)
        touched: list[Spot] = []
        while first < len(chosen) and chosen[first].start < spot.end:
            touched.append(chosen[first])
            first += 1
        if not touched:
            result[spot] = None
        elif len(touched) == 1 and spot.contains(touched[0]):
            merged = _merged(spot, touched[0], same_person, text)
            if merged is not None:
                result.pop(touched[0], None)
                result[merged] = None
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
        if inner.sure and inner.end < spot.end:
            return None  # «ترامب سيلتقي»: what follows a surname is no name
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
        key=lambda s: (
            -(s.end - s.start),
            not s.sure,
            not s.names,
            s.recognized is None,
            s.start,
            s.kind.value,
        ),
    )
    for spot in order:
        places = range(spot.start, spot.end)
        if not taken.intersection(places):
            kept.append(spot)
            taken.update(places)
    return sorted(kept, key=lambda spot: spot.start)


def is_adjective(reading: Reading, vocabulary: Vocabulary, spot: Spot, source: str) -> bool:
    """Whether a country's name is an adjective here («هجوما روسيا», «المساهمة السعودية», «فصائل سورية»).

    Parts of speech do not help: taggers call foreign names adjectives as often as not.
    """
    word = reading.search.text[spot.start : spot.end]
    first = reading.search.word_start(spot.start) == spot.start
    previous = reading.search.previous_word(spot.start)
    if vocabulary.is_nisba(word):
        return first and vocabulary.clitics.definite(previous)
    if vocabulary.is_indefinite_nisba(word):
        return first and not reading.cues_before(spot.start)
    if not vocabulary.may_be_accusative_nisba(word):
        return False
    if _TANWIN_FATH in source[reading.search.span(spot.start, spot.end).start :][: len(word) + 4]:
        return True
    return first and _accusative_noun(previous) and not _ends_name(reading, spot.start)


def _ends_name(reading: Reading, place: int) -> bool:
    """Whether the word before ``place`` is itself a name: «اتهمت أوكرانيا روسيا» has two countries."""
    end = reading.search.text.rfind(" ", 0, place)
    return any(hit.end == end for hit, _ in reading.all(Name)) if end > 0 else False


def _accusative_noun(word: str) -> bool:
    """Whether a word is an indefinite accusative noun, so that what follows can be its adjective.

    Active participles («داعيا روسيا») look like one but take objects; they are told by their patterns.
    """
    if not word.endswith(_ALEF) or len(word) < 4 or word[-2] == _WAW:
        return False
    return not (word.startswith(_MEEM) or word[1] == _ALEF or word[2] == _ALEF)


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
    """Whether two folded words can be spellings of one foreign name (a third of the letters may differ)."""
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
