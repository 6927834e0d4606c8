"""The rules of Arabic time expressions, over the class letters of :mod:`kgbuild.text.time_words`.

At each word the longest match wins, and of equally long ones that of the first rule. A match that its
surroundings do not allow («الأمين العام الحالي», «صلاة الجمعة») is none.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from kgbuild.text.time_words import TimeWord

_EARLIER = "(?:I?L,?f?)?"
_IN_UNIT = "(?:t(?P<this_unit>U)|(?P<unit>U)(?P<unit_direction>[PNCQ]))"
_TAIL = f"(?:,?f?[yU]?(?P<year>Y)(?P<era>h)?|f?{_IN_UNIT}|(?P<direction>[PNCQ]))"

_RULES = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        # «الخميس 16 يونيو الماضي», «الخامس من يونيو/حزيران 2021», «28 و29 حزيران»
        (
            "date",
            "(?:p?d?t?[rT],?)?(?:p?d?W,?d?k?d?)?p?d?(?P<day>D|O(?=f))(?:[v-](?P<to>D))?f?m?(?P<month>[MH])"
            f"{_TAIL}?",
        ),
        # «الخامس من الشهر الماضي», «يوم 15 الجاري»
        ("day-of-month", f"(?:p?d?W,?)?d?(?P<day>D|O)f{_IN_UNIT}"),
        ("day-of-month", "d(?P<day>D)(?P<direction>[PNC])"),
        # «مطلع يونيو 2021», «يونيو الماضي», «ديسمبر من العام الماضي», «في مارس»
        ("month", f"b{{0,2}}m?(?P<month>[MH]){_TAIL}?"),
        # «أمس», «مساء اليوم الخميس», «في وقت سابق من اليوم»
        ("relative-day", f"{_EARLIER}p?d?(?P<this>t)?(?P<relative>[rT])(?:,?p?d?(?P<weekday>W))?"),
        # «يوم الأربعاء», «مساء الجمعة الماضي», «ليل الاثنين الثلاثاء»
        ("weekday", f"{_EARLIER}p?d?(?P<weekday>W)(?:(?P<direction>[PNQ])|[-/]?(?P<morning>W))?"),
        # «الأسبوع الماضي», «هذا العام», «في وقت سابق من الشهر الجاري»
        ("unit", f"{_EARLIER}b{{0,2}}{_IN_UNIT}"),
        # «عام 1999», «منذ 2009», «أواخر 2020»
        ("year", "b{0,2}[yU](?P<year>Y)(?P<era>h)?"),
        ("year", "b(?P<year>Y)(?P<era>h)?"),
        ("year", "(?<=[IiA])(?P<year>Y)(?P<era>h)?"),
        # «قبل ثلاثة أيام», «منذ يومين»
        ("ago", "A(?P<count>[nD#])?(?P<counted>[udmy])(?![WYDMHOTrn])"),
        # «الأيام القليلة الماضية», «مؤخرا», «في وقت سابق»
        ("vague", "R[.nOD]?[PNCQ]|I?V|I?L"),
        # 16/6/2021, 2021-06-16
        ("digits", "(?P<digits>Z)"),
    )
)


_FIRST = frozenset("AbdDHiILmMOprRtTUVWyYZ")
"""Letters that an expression can begin with."""


@dataclass(frozen=True, slots=True)
class TimeMatch:
    """A match of a rule: ``words[start:end]``, and the words that its named groups took."""

    rule: str
    words: Sequence[TimeWord]
    start: int
    end: int
    groups: dict[str, TimeWord]

    def value(self, group: str) -> int | None:
        """Give the value of a group's word; None when the group took no part."""
        word = self.groups.get(group)
        return None if word is None else word.value

    @property
    def letters(self) -> str:
        """The class letters of the match."""
        return "".join(word.letter for word in self.words[self.start : self.end])

    @property
    def before(self) -> TimeWord:
        """The word before the match; one of no class at the beginning."""
        return self.words[self.start - 1] if self.start else _NOTHING

    @property
    def behind(self) -> TimeWord:
        """The word behind the match; one of no class at the end."""
        return self.words[self.end] if self.end < len(self.words) else _NOTHING


_NOTHING = TimeWord("\n", "", 0, "", 0, 0)


def match_times(words: Sequence[TimeWord]) -> Iterator[TimeMatch]:
    """Find the time expressions in a row of words, from left to right and without overlaps."""
    letters = "".join(word.letter for word in words)
    position = 0
    while position < len(words):
        best: TimeMatch | None = None
        for name, pattern in _RULES if letters[position] in _FIRST else ():
            match = pattern.match(letters, position)
            if match is None or (best is not None and match.end() <= best.end):
                continue
            groups = {name: words[match.start(name)] for name, hit in match.groupdict().items() if hit}
            candidate = TimeMatch(name, words, position, match.end(), groups)
            if name not in _CHECKS or _CHECKS[name](candidate):
                best = candidate
        if best is None:
            position += 1
        else:
            yield best
            position = best.end


def _is_fixed(match: TimeMatch) -> bool:
    """Whether a year or direction says which year's day or month is meant."""
    return not match.groups.keys().isdisjoint(("year", "unit", "this_unit", "direction"))


def _date_allowed(match: TimeMatch) -> bool:
    """Whether a day and month are a date, and no score («2 صفر») or event's name («ثورة 25 يناير»)."""
    if _is_fixed(match):
        return True
    homograph = match.groups["month"].kind == "hijri-month-homograph"
    return match.before.letter != "e" and (not homograph or "m" in match.letters)


def _day_of_month_allowed(match: TimeMatch) -> bool:
    """Whether the unit is a month («الربع الأول من العام الجاري» is no day)."""
    unit = match.groups.get("unit") or match.groups.get("this_unit")
    return unit is None or unit.unit == "month"


def _month_allowed(match: TimeMatch) -> bool:
    """Whether a month without a day is one: beside a year, a direction, «شهر», «في» or its other name."""
    month, before = match.groups["month"], match.before
    if _is_fixed(match):
        return True
    if before.letter == "e":
        return False
    if month.unit == "pair" or match.words[match.start].letter in "mb":
        return True
    if before.letter in "Ii" or before.unit == "since":
        return True
    return month.kind == "month" and before.letter in "jfA"


def _relative_allowed(match: TimeMatch) -> bool:
    """Whether «اليوم» is "today" and not "the day" («في اليوم التالي», «لليوم الثاني»)."""
    today = match.groups["relative"]
    if today.letter != "T" or "weekday" in match.groups:
        return True
    if match.behind.letter in "zO":
        return False
    alone = match.words[match.start] is today
    return not (alone and (match.before.letter in "aI" or "ل" in today.prefix))


def _weekday_allowed(match: TimeMatch) -> bool:
    """Whether a weekday is one day, and not every such day («أيام الجمعة») or a prayer («صلاة الجمعة»)."""
    before = match.before
    return before.letter != "X" and not (before.letter == "u" and before.unit == "day")


def _unit_allowed(match: TimeMatch) -> bool:
    """Whether «العام» is the year, and not "general" («الأمين العام الحالي»)."""
    return match.before.letter != "g" or match.words[match.start].unit != "year"


_CHECKS: dict[str, Callable[[TimeMatch], bool]] = {
    "date": _date_allowed,
    "day-of-month": _day_of_month_allowed,
    "month": _month_allowed,
    "relative-day": _relative_allowed,
    "weekday": _weekday_allowed,
    "unit": _unit_allowed,
}
