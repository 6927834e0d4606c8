"""Arithmetic of days: the stretch of days that a time expression means, seen from a day of publication.

Every function gives the first and the last day, inclusive. All are pure; none asks what day it is.
"""

from calendar import monthrange
from datetime import date, timedelta

from hijridate import Gregorian, Hijri

Days = tuple[date, date]

_WEEK_STARTS = (1, 6, 7)
"""Weeks begin on Monday, Saturday or Sunday, as countries go (ISO numbers of weekdays)."""


def one(day: date) -> Days:
    """Give the stretch that is one day."""
    return day, day


def month(year: int, number: int) -> Days:
    """Give a Gregorian month."""
    return date(year, number, 1), date(year, number, monthrange(year, number)[1])


def month_away(day: date, months: int) -> Days:
    """Give the month that lies ``months`` after (or before) the month of ``day``."""
    index = day.year * 12 + day.month - 1 + months
    return month(index // 12, index % 12 + 1)


def year(number: int) -> Days:
    """Give a Gregorian year."""
    return date(number, 1, 1), date(number, 12, 31)


def week_away(day: date, weeks: int) -> Days:
    """Give the week that lies ``weeks`` after (or before) that of ``day``, wherever weeks are said to begin.

    For weeks in the past or future the stretch ends before or begins after ``day`` itself.
    """
    starts = [day - timedelta(days=(day.isoweekday() - start) % 7) for start in _WEEK_STARTS]
    first = min(starts) + timedelta(weeks=weeks)
    last = max(starts) + timedelta(weeks=weeks, days=6)
    if weeks < 0:
        last = min(last, day - timedelta(days=1))
    if weeks > 0:
        first = max(first, day + timedelta(days=1))
    return first, last


def weekday_at_or_before(day: date, weekday: int) -> date:
    """Give the last day with this ISO weekday that is not after ``day``."""
    return day - timedelta(days=(day.isoweekday() - weekday) % 7)


def weekday_away(day: date, weekday: int, direction: int) -> date:
    """Give the ``direction``-th day with this weekday strictly before (negative) or after ``day``."""
    if direction < 0:
        return weekday_at_or_before(day - timedelta(days=1), weekday) - timedelta(weeks=-direction - 1)
    return day + timedelta(days=(weekday - day.isoweekday() - 1) % 7 + 1) + timedelta(weeks=direction - 1)


def weekday_near(day: date, weekday: int) -> date:
    """Give the day with this weekday that is at most three days from ``day``."""
    return weekday_at_or_before(day + timedelta(days=3), weekday)


def chosen(candidates: list[Days], published: date, direction: int | None) -> Days | None:
    """Choose the stretch that an expression without a year means.

    Args:
        candidates: the stretches of several years.
        published: day of publication.
        direction: negative for the last that is over before ``published``, positive for the first that
            begins after it, 0 for the one that it lies in or else the nearest, None for the nearest.

    """
    if direction is not None and direction < 0:
        over = sorted(days for days in candidates if days[1] < published)
        return over[direction] if len(over) >= -direction else None
    if direction:
        coming = sorted(days for days in candidates if days[0] > published)
        return coming[direction - 1] if len(coming) >= direction else None
    return min(candidates, key=lambda days: (_distance(days, published), days), default=None)


def in_years(published: date, number: int, first_day: int | None, last_day: int | None) -> list[Days]:
    """Give a Gregorian month, or days of it, in the years around publication."""
    found: list[Days] = []
    for candidate in range(published.year - 3, published.year + 4):
        if first_day is None or last_day is None:
            found.append(month(candidate, number))
        elif max(first_day, last_day) <= monthrange(candidate, number)[1]:
            found.append((date(candidate, number, first_day), date(candidate, number, last_day)))
    return found


def hijri(year_number: int, number: int, first_day: int | None, last_day: int | None) -> Days:
    """Give a month of the Hijri calendar (Umm al-Qura), or days of it.

    Raises:
        ValueError: if there is no such day.
        OverflowError: if the year is outside the calendar's table (1343 to 1500).

    """
    if first_day is not None and last_day is not None:
        first, last = Hijri(year_number, number, first_day), Hijri(year_number, number, last_day)
    else:
        first = Hijri(year_number, number, 1)
        last = Hijri(year_number, number, first.month_length())
    return _gregorian(first), _gregorian(last)


def hijri_in_years(published: date, number: int, first_day: int | None, last_day: int | None) -> list[Days]:
    """Give a Hijri month, or days of it, in the years around publication; those that exist.

    Raises:
        OverflowError: if publication is outside the calendar's table.

    """
    around = Gregorian.fromdate(published).to_hijri().year
    found: list[Days] = []
    for candidate in range(around - 3, around + 4):
        try:
            found.append(hijri(candidate, number, first_day, last_day))
        except (ValueError, OverflowError):  # a 30th that this year's month lacks, or a year off the table
            continue
    return found


def hijri_year(number: int) -> Days:
    """Give a year of the Hijri calendar.

    Raises:
        OverflowError: if the year is outside the calendar's table.

    """
    return hijri(number, 1, 1, 1)[0], hijri(number, 12, None, None)[1]


def _gregorian(day: Hijri) -> date:
    """Convert to a plain date."""
    converted = day.to_gregorian()
    return date(converted.year, converted.month, converted.day)


def _distance(days: Days, day: date) -> int:
    """Days between ``day`` and the stretch; 0 inside it."""
    return max(0, (days[0] - day).days, (day - days[1]).days)
