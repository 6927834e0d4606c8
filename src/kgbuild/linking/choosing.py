"""Choosing among the entities that a name may mean, and making entities for names that nobody knows."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kgbuild.linking.gazetteer import Gazetteer, Name, month
from kgbuild.linking.offices import Appearance, Holders, Period
from kgbuild.linking.spots import Spot, similar
from kgbuild.linking.titles import TitlePhrase
from kgbuild.linking.vocabulary import Nisba, Reading
from kgbuild.model import Article, Candidate, Decision, Entity, Kind
from kgbuild.text.folding import fold_key

FULL_NAME = 4
"""Weight of a full name of the entity elsewhere in the article."""
TITLE = 3
"""Weight of a title before the name that the entity holds."""
COUNTRY = 2
"""Weight of the entity's country being named in the article, or of its adjective."""
IN_OFFICE = 1
"""Weight of holding any office when the article was written."""
UNSHARED = 1
"""Weight of the name being marked as sure for the entity."""
_NEVER = month(9999, 12)
_MOST = FULL_NAME + TITLE + COUNTRY + IN_OFFICE + UNSHARED


@dataclass(frozen=True, slots=True)
class Choice:
    """How a spot was decided."""

    decision: Decision
    entity: Entity
    candidates: tuple[Candidate, ...]


@dataclass(slots=True)
class Setting:
    """What an article says that helps to choose: full names, states in play, its time."""

    holders: Holders
    period: Period | None
    full: set[str] = field(default_factory=set)
    """Keys of entities named by a full or otherwise unmistakable name."""
    states: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(
        cls, gazetteer: Gazetteer, holders: Holders, article: Article, reading: Reading, spots: Iterable[Spot]
    ) -> "Setting":
        """Read it off the spots that are mentions for sure."""
        at = month(article.date.year, article.date.month) if article.date else None
        setting = cls(holders, (at, at) if at is not None else None)
        for spot in spots:
            sure = {name.entity.key: name.entity for name in spot.names if not name.weak}
            one = next(iter(sure.values())) if len(sure) == 1 else None
            if one is None:
                continue
            if one.kind is not Kind.PERSON or " " in reading.search.text[spot.start : spot.end]:
                setting.full.add(one.key)
            if one.kind is not Kind.PERSON:
                setting.states[one.country or one.key] += 1
        for _, nisba in reading.all(Nisba):
            setting.states[nisba.entity] += 1
        del gazetteer
        return setting

    def score(self, name: Name, title: TitlePhrase | None) -> tuple[int, str]:
        """Weight of a candidate and the reasons for it."""
        entity, reasons = name.entity, []
        score = 0
        checks = (
            (entity.key in self.full, FULL_NAME, "full-name"),
            (title is not None and self.holders.fits(entity, title, self.period), TITLE, "title"),
            (self.states[entity.country or entity.key] > 0, COUNTRY, "country"),
            (self._in_office(entity), IN_OFFICE, "in-office"),
            (not name.weak, UNSHARED, "unshared"),
        )
        for holds, weight, reason in checks:
            if holds:
                score += weight
                reasons.append(reason)
        return score, "+".join(reasons) or "name"

    def _in_office(self, entity: Entity) -> bool:
        offices = self.holders.by_person.get(entity.key, ())
        return any(self.period is None or office.held_in(*self.period) for office in offices)

    def choose(self, names: Sequence[Name], title: TitlePhrase | None) -> Choice:
        """Decide among names (not empty): the best entity, or AMBIGUOUS when two are equally good."""
        best: dict[str, tuple[int, str, Name]] = {}
        for name in names:
            score, why = self.score(name, title)
            if name.entity.key not in best or score > best[name.entity.key][0]:
                best[name.entity.key] = (score, why, name)
        order = sorted(best.values(), key=lambda entry: (-entry[0], entry[2].entity.key))
        if len(order) == 1:
            entity = order[0][2].entity
            return Choice(Decision.LINKED, entity, (Candidate(entity, 1.0, order[0][1]),))
        candidates = tuple(Candidate(name.entity, round(score / _MOST, 2), why) for score, why, name in order)
        tie = order[0][0] == order[1][0]
        return Choice(Decision.AMBIGUOUS if tie else Decision.LINKED, candidates[0].entity, candidates)


def probable_period(appearances: Iterable[Appearance], holders: Holders) -> Period | None:
    """When an article without a date can have been written, by the offices it gives to people.

    None when it gives no known office, or offices that nobody ever held together.
    """
    first, last = 0, _NEVER
    for appearance in appearances:
        offices = [
            office
            for title in appearance.titles
            if not title.former and title.specific
            for office in holders.by_person.get(appearance.person.key, ())
            if holders.office_fits(office, title)
        ]
        if offices:
            first = max(first, min(office.first for office in offices))
            last = min(last, max(_NEVER if office.last is None else office.last for office in offices))
    return (first, last) if 0 < first <= last else None


def nil_entity(article_hash: str, kind: Kind, name: str) -> Entity:
    """The entity of a name that the gazetteer lacks; equal for equal folded names within an article.

    ``article_hash`` is the article's content hash.
    """
    digest = hashlib.sha256(f"{article_hash}{fold_key(name)}".encode("utf-8", "surrogatepass"))
    return Entity(f"nil-{digest.hexdigest()[:20]}", kind, " ".join(name.split()))


def same_person(full: str, name: Name) -> bool:
    """Whether a recognized full name (folded) can be a longer spelling of a person of the gazetteer.

    «سيرغيه لافروف» can be Sergey Lavrov, «إريك ترامب» cannot be Donald Trump: the first name decides.
    """
    first = full.split()[0]
    spellings = (name.entity.label_ar, *name.entity.aliases)
    firsts = {fold_key(spelling).split()[0] for spelling in spellings if " " in spelling.strip()}
    return any(similar(first, other) for other in firsts)
