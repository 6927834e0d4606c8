"""Arabic time expressions in a stretch of text, and the days that they mean.

What an expression means follows from the article's day of publication:

* a full date, or a year, means itself (:attr:`Basis.EXPLICIT`);
* «أمس», «الشهر الماضي», «يونيو الماضي» count from publication (:attr:`Basis.PUBLICATION`);
* a weekday alone is the last one up to publication, since news tells what happened; with «الماضي» the
  last before, with «المقبل» the first after it; beside «أمس» or «اليوم» the weekday decides;
* a day and month, or a month, without a year or direction is the nearest to publication;
* what has nothing to count from keeps its text and has no days (:attr:`Basis.UNRESOLVED`).

``precision`` is DAY, MONTH or YEAR when the days are exactly a day, month or year of the Gregorian
calendar; other stretches (a week, a range of days, a Hijri month) have their days and UNKNOWN precision,
and unresolved expressions have UNKNOWN precision and no days.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta

from kgbuild.model import Basis, Precision, Span, TimeExpression
from kgbuild.text import days
from kgbuild.text.days import Days
from kgbuild.text.folding import fold
from kgbuild.text.time_rules import TimeMatch, match_times
from kgbuild.text.time_words import TimeVocabulary, bundled_time_words

_WEEK_BLUR = timedelta(days=3)
"""«قبل أسبوعين» is fourteen days ago, give or take half a week."""

_IMPLIED_UNITS = {"d": "day", "m": "month", "y": "year"}

_Meaning = tuple[Days | None, Basis]
_UNRESOLVED: _Meaning = (None, Basis.UNRESOLVED)


def find_times(
    text: str, window: Span, published: date | None, vocabulary: TimeVocabulary | None = None
) -> list[TimeExpression]:
    """Find the time expressions within ``window``, in textual order and without overlaps.

    Args:
        text: the article's text.
        window: the stretch to look in, such as a sentence; offsets in the result are those of ``text``.
        published: the article's day of publication; without it only full dates and years have days.
        vocabulary: table of time words; the bundled one if not given.

    Raises:
        DataFileError: if the bundled table is malformed.

    """
    folded = fold(window.of(text))
    words = (vocabulary or bundled_time_words()).words(folded.text)
    found: list[TimeExpression] = []
    for match in match_times(words):
        inner = folded.span(words[match.start].start, words[match.end - 1].end)
        span = Span(window.start + inner.start, window.start + inner.end)
        try:
            stretch, basis = _MEANINGS[match.rule](match, published)
        except (ValueError, OverflowError):  # no such day («31 فبراير»), or one beyond the calendars
            stretch, basis = _UNRESOLVED
        first, last = stretch or (None, None)
        found.append(TimeExpression(span, span.of(text), _precision(stretch), basis, first, last))
    return found


def _precision(stretch: Days | None) -> Precision:
    """Tell whether a stretch is exactly a day, a month or a year."""
    if stretch is None:
        return Precision.UNKNOWN
    first, last = stretch
    if first == last:
        return Precision.DAY
    if stretch == days.month(first.year, first.month):
        return Precision.MONTH
    return Precision.YEAR if stretch == days.year(first.year) else Precision.UNKNOWN


def _from_publication(stretch: Days | None) -> _Meaning:
    """Give the meaning of what was counted from publication, if anything was."""
    return _UNRESOLVED if stretch is None else (stretch, Basis.PUBLICATION)


def _direction_of_unit(match: TimeMatch) -> tuple[str, int] | None:
    """Give unit and direction of «العام الماضي» or «هذا العام» within a match."""
    if "this_unit" in match.groups:
        return match.groups["this_unit"].unit, 0
    if "unit" in match.groups:
        return match.groups["unit"].unit, match.groups["unit_direction"].value
    return None


def _month_or_date(match: TimeMatch, published: date | None) -> _Meaning:
    """Resolve a month, or days of it, of either calendar."""
    month = match.groups["month"]
    is_hijri = month.letter == "H"
    first_day = match.value("day")
    last_day = match.value("to") or first_day
    year = match.value("year")
    if year is not None:
        if is_hijri:
            return days.hijri(year, month.value, first_day, last_day), Basis.EXPLICIT
        if first_day is None or last_day is None:
            return days.month(year, month.value), Basis.EXPLICIT
        return _in_order(
            date(year, month.value, first_day), date(year, month.value, last_day)
        ), Basis.EXPLICIT
    if published is None:
        return _UNRESOLVED
    candidates = (days.hijri_in_years if is_hijri else days.in_years)(
        published, month.value, first_day, last_day
    )
    unit = _direction_of_unit(match)
    if unit is not None and unit[0] == "year":
        candidates = [stretch for stretch in candidates if stretch[0].year == published.year + unit[1]]
    return _from_publication(days.chosen(candidates, published, match.value("direction")))


def _in_order(first: date, last: date) -> Days:
    """Give the stretch between two days, which must be in order."""
    if last < first:
        raise ValueError(f"{last} is before {first}")
    return first, last


def _day_of_month(match: TimeMatch, published: date | None) -> _Meaning:
    """Resolve «الخامس من الشهر الماضي» and «يوم 15 الجاري»."""
    unit, direction = _direction_of_unit(match) or ("month", match.value("direction") or 0)
    if published is None or unit != "month":
        return _UNRESOLVED
    first, _ = days.month_away(published, direction)
    return _from_publication(days.one(first.replace(day=match.groups["day"].value)))


def _relative_day(match: TimeMatch, published: date | None) -> _Meaning:
    """Resolve «أمس», «اليوم الخميس»; «هذا اليوم» is a day that the text speaks of, whichever it is."""
    weekday = match.value("weekday")
    if published is None or ("this" in match.groups and weekday is None):
        return _UNRESOLVED
    day = published + timedelta(days=match.groups["relative"].value)
    return _from_publication(days.one(day if weekday is None else days.weekday_near(day, weekday)))


def _weekday(match: TimeMatch, published: date | None) -> _Meaning:
    """Resolve «الأربعاء», «الأحد المقبل», and the night «ليل الاثنين الثلاثاء», which is of both days."""
    if published is None:
        return _UNRESOLVED
    weekday, direction = match.groups["weekday"].value, match.value("direction")
    if direction is None:
        day = days.weekday_at_or_before(published, weekday)
        follows = match.value("morning") == weekday % 7 + 1
        return _from_publication((day, day + timedelta(days=1) if follows else day))
    return _from_publication(days.one(days.weekday_away(published, weekday, direction)))


def _unit(match: TimeMatch, published: date | None) -> _Meaning:
    """Resolve «الأسبوع الماضي», «الشهر الجاري», «هذا العام»."""
    found = _direction_of_unit(match)
    if published is None or found is None:
        return _UNRESOLVED
    unit, direction = found
    if unit == "week":
        return _from_publication(days.week_away(published, direction))
    if unit == "month":
        return _from_publication(days.month_away(published, direction))
    return _from_publication(days.year(published.year + direction))


def _year(match: TimeMatch, _published: date | None) -> _Meaning:
    """Resolve «عام 1999», «1442 هـ»."""
    era = match.groups.get("era")
    year = match.groups["year"].value
    is_hijri = era is not None and era.unit == "hijri"
    return (days.hijri_year(year) if is_hijri else days.year(year)), Basis.EXPLICIT


def _ago(match: TimeMatch, published: date | None) -> _Meaning:
    """Resolve «قبل ثلاثة أيام»; «قبل يوم من القمة» counts from the summit, and «قبل أيام» does not say."""
    counted = match.groups["counted"]
    unit = _IMPLIED_UNITS.get(counted.letter, counted.unit)
    count = match.value("count") or counted.value or (1 if counted.letter in _IMPLIED_UNITS else 0)
    if published is None or count == 0 or match.behind.letter == "f":
        return _UNRESOLVED
    if unit == "day":
        return _from_publication(days.one(published - timedelta(days=count)))
    if unit == "week":
        middle = published - timedelta(weeks=count)
        return _from_publication((middle - _WEEK_BLUR, middle + _WEEK_BLUR))
    if unit == "month":
        return _from_publication(days.month_away(published, -count))
    if unit == "year":
        return _from_publication(days.year(published.year - count))
    return _UNRESOLVED


def _vague(_match: TimeMatch, _published: date | None) -> _Meaning:
    """Leave «مؤخرا» and the like as they are."""
    return _UNRESOLVED


def _digits(match: TimeMatch, _published: date | None) -> _Meaning:
    """Resolve 16/6/2021 (day first, as Arabic writes) and 2021-06-16."""
    numbers = [int(part) for part in re.split("[-/.]", match.groups["digits"].unit)]
    year, month, day = numbers if numbers[0] > 31 else reversed(numbers)
    return days.one(date(year, month, day)), Basis.EXPLICIT


_MEANINGS: dict[str, Callable[[TimeMatch, date | None], _Meaning]] = {
    "date": _month_or_date,
    "day-of-month": _day_of_month,
    "month": _month_or_date,
    "relative-day": _relative_day,
    "weekday": _weekday,
    "unit": _unit,
    "year": _year,
    "ago": _ago,
    "vague": _vague,
    "digits": _digits,
}
