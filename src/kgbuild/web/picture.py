"""Geometry of the drawings that the server makes itself: who addressed whom, and acts over time."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from kgbuild.web.families import FAMILIES
from kgbuild.web.index import Act

_GAP: Final = 10.0
_MOST_COLUMNS: Final = 48
_MOSTLY: Final = 0.85
WIDTH: Final = 640.0


@dataclass(frozen=True, slots=True)
class Band:
    """An actor at one side of the flow: ``y`` and ``height`` of its bar."""

    key: str
    count: int
    y: float
    height: float

    @property
    def middle(self) -> float:
        """Where its label stands."""
        return self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Ribbon:
    """Acts of one actor towards another; ``path`` is the outline in SVG, from left bar to right bar."""

    agent: str
    addressee: str
    count: int
    family: str
    path: str


@dataclass(frozen=True, slots=True)
class Flow:
    """Who addressed whom: agents at one side, addressees at the other."""

    left: tuple[Band, ...]
    right: tuple[Band, ...]
    ribbons: tuple[Ribbon, ...]
    height: float


def pairs(acts: Iterable[Act]) -> Counter[tuple[str, str]]:
    """How many acts each actor addressed to each other one."""
    return Counter(
        (agent, addressee)
        for act in acts
        for agent in act.agents
        for addressee in act.addressees
        if agent != addressee
    )


def flow(acts: Sequence[Act], *, most: int = 7, width: float = WIDTH, unit: float = 9.0) -> Flow:
    """Lay out the pairs among the ``most`` busiest agents and addressees, thickest first.

    Args:
        acts: the acts to draw.
        most: most bars at each side.
        width: of the ribbons, between the inner edges of the bars.
        unit: height of one act; made smaller where the picture would be taller than about 420.
    """
    counted = pairs(acts)
    senders = [key for key, _ in _busiest(counted, 0)[:most]]
    targets = [key for key, _ in _busiest({p: n for p, n in counted.items() if p[0] in senders}, 1)[:most]]
    shown = {p: n for p, n in counted.items() if p[0] in senders and p[1] in targets}
    total = sum(shown.values())
    if not total:
        return Flow((), (), (), 0.0)
    scale = min(unit, 420.0 / total)
    left, right = (
        _bands(_busiest(shown, 0), scale),
        _bands(_busiest(shown, 1), scale),
    )
    at = {("l", one.key): one.y for one in left} | {("r", one.key): one.y for one in right}
    main = _main_families(acts)
    ribbons = []
    order = {one.key: n for n, one in enumerate(right)}
    for one in left:
        row = [(p, n) for p, n in shown.items() if p[0] == one.key]
        for (agent, addressee), count in sorted(row, key=lambda item: order[item[0][1]]):
            thick = count * scale
            y0, y1 = at["l", agent], at["r", addressee]
            at["l", agent] += thick
            at["r", addressee] += thick
            ribbons.append(
                Ribbon(agent, addressee, count, main[agent, addressee], _ribbon(width, y0, y1, thick))
            )
    height = max(one[-1].y + one[-1].height for one in (left, right))
    return Flow(tuple(left), tuple(right), tuple(ribbons), height)


def _busiest(
    counted: dict[tuple[str, str], int] | Counter[tuple[str, str]], side: int
) -> list[tuple[str, int]]:
    sums: Counter[str] = Counter()
    for pair, count in counted.items():
        sums[pair[side]] += count
    return sorted(sums.items(), key=lambda item: (-item[1], item[0]))


def _bands(counts: Sequence[tuple[str, int]], scale: float) -> list[Band]:
    found, y = [], 0.0
    for key, count in counts:
        height = count * scale
        pad = max(0.0, 20.0 - height)  # room for the label
        found.append(Band(key, count, round(y + pad / 2, 2), round(height, 2)))
        y += height + pad + _GAP
    return found


def _main_families(acts: Iterable[Act]) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], Counter[str]] = {}
    for act in acts:
        for pair in pairs([act]):
            found.setdefault(pair, Counter())[act.family] += 1
    return {
        pair: min(counts, key=lambda family: (-counts[family], FAMILIES.index(family)))
        for pair, counts in found.items()
    }


def _ribbon(width: float, y0: float, y1: float, thick: float) -> str:
    mid = width / 2
    return (
        f"M0 {y0:.2f}C{mid:.0f} {y0:.2f} {mid:.0f} {y1:.2f} {width:.0f} {y1:.2f}"
        f"V{y1 + thick:.2f}C{mid:.0f} {y1 + thick:.2f} {mid:.0f} {y0 + thick:.2f} 0 {y0 + thick:.2f}Z"
    )


@dataclass(frozen=True, slots=True)
class Stack:
    """A part of a column: acts of one family."""

    family: str
    count: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    """Acts of a month, or of a year where months would be too many."""

    first: date
    last: date
    count: int
    x: float
    stacks: tuple[Stack, ...]
    label: bool
    """Whether its label is shown."""


@dataclass(frozen=True, slots=True)
class Histogram:
    """Acts over time; ``yearly`` says what a column is."""

    columns: tuple[Column, ...]
    yearly: bool
    step: float
    highest: int
    undated: int
    earlier: int = 0
    later: int = 0


def histogram(acts: Sequence[Act], *, width: float = WIDTH, height: float = 120.0) -> Histogram:
    """Count dated acts by month, in the 48 that hold the most; by year where those hold too few of the acts.

    An act of long ago that an article recalls, or one foreseen, shall not squeeze all others into one
    column: what lies before the first column and after the last is counted in ``earlier`` and ``later``.
    """
    days = sorted(act.day for act in acts if act.day)
    undated = len(acts) - len(days)
    if not days:
        return Histogram((), False, 0.0, 0, undated)
    first, last, held = _fullest([_number(day, yearly=False) for day in days])
    yearly = held < _MOSTLY * len(days)
    if yearly:
        first, last, held = _fullest([_number(day, yearly=True) for day in days])
    counts: dict[int, Counter[str]] = {}
    for act in acts:
        if act.day:
            counts.setdefault(_number(act.day, yearly=yearly), Counter())[act.family] += 1
    slots = range(first, last + 1)
    highest = max(counts[slot].total() for slot in slots if slot in counts)
    step = width / max(len(slots), 12)
    every = max(1, len(slots) // 8)
    columns = []
    for n, slot in enumerate(slots):
        found, y, stacks = counts.get(slot, Counter()), height, []
        for family in FAMILIES:
            if found[family]:
                tall = found[family] / highest * height
                y -= tall
                stacks.append(Stack(family, found[family], round(y, 2), round(tall, 2)))
        start = date(slot, 1, 1) if yearly else date(slot // 12, slot % 12 + 1, 1)
        place = round(n * step, 2)
        columns.append(
            Column(start, _last(start, yearly), found.total(), place, tuple(stacks), n % every == 0)
        )
    earlier = sum(_number(day, yearly=yearly) < first for day in days)
    return Histogram(
        tuple(columns), yearly, round(step, 2), highest, undated, earlier, len(days) - held - earlier
    )


def _number(day: date, *, yearly: bool) -> int:
    """Number of the day's month or year, counted from the year 0."""
    return day.year if yearly else day.year * 12 + day.month - 1


def _fullest(numbers: Sequence[int]) -> tuple[int, int, int]:
    """Of the runs of 48 months or years the one that holds the most of the sorted ``numbers``.

    The first and the last number in it, and how many it holds; of equal runs the latest.
    """
    best, start = (0, 0, 0), 0
    for end, number in enumerate(numbers):
        while numbers[start] <= number - _MOST_COLUMNS:
            start += 1
        if end - start + 1 >= best[2]:
            best = numbers[start], number, end - start + 1
    return best


def _last(first: date, yearly: bool) -> date:
    if yearly or first.month == 12:
        return date(first.year, 12, 31)
    return date.fromordinal(date(first.year, first.month + 1, 1).toordinal() - 1)
