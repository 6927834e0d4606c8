"""Arithmetic of days."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbuild.text import days

some_days = st.dates(date(1950, 1, 1), date(2070, 1, 1))


@settings(deadline=None)
@given(some_days, st.integers(-30, 30))
def test_month_away_is_a_whole_month(day: date, months: int) -> None:
    first, last = days.month_away(day, months)
    assert first.day == 1
    assert (last + timedelta(days=1)).day == 1
    assert (first.year - day.year) * 12 + first.month - day.month == months


@settings(deadline=None)
@given(some_days, st.integers(1, 7), st.integers(1, 3))
def test_weekday_away(day: date, weekday: int, steps: int) -> None:
    before, after = days.weekday_away(day, weekday, -steps), days.weekday_away(day, weekday, steps)
    assert before.isoweekday() == after.isoweekday() == weekday
    assert 7 * (steps - 1) < (day - before).days <= 7 * steps
    assert 7 * (steps - 1) < (after - day).days <= 7 * steps


@settings(deadline=None)
@given(some_days, st.integers(1, 7))
def test_weekday_near_is_at_most_three_days_away(day: date, weekday: int) -> None:
    near = days.weekday_near(day, weekday)
    assert near.isoweekday() == weekday
    assert abs((near - day).days) <= 3


@settings(deadline=None)
@given(some_days)
def test_weeks_lie_on_their_side_of_the_day(day: date) -> None:
    assert days.week_away(day, -1)[1] < day < days.week_away(day, 1)[0]
    first, last = days.week_away(day, 0)
    assert first <= day <= last


@settings(deadline=None)
@given(some_days, st.integers(1, 12), st.integers(1, 31))
def test_the_choice_follows_the_direction(day: date, month: int, number: int) -> None:
    candidates = days.in_years(day, month, number, number)
    past, coming = days.chosen(candidates, day, -1), days.chosen(candidates, day, 1)
    nearest = days.chosen(candidates, day, None)
    if (month, number) in {(2, 30), (2, 31), (4, 31), (6, 31), (9, 31), (11, 31)}:
        assert (past, coming, nearest) == (None, None, None)
    elif (month, number) != (2, 29):
        assert past is not None
        assert coming is not None
        assert past[1] < day < coming[0]
        assert nearest in (past, coming, (day, day))


def test_hijri_outside_its_table_is_refused() -> None:
    with pytest.raises(OverflowError):
        days.hijri(1200, 1, 1, 1)
    with pytest.raises(ValueError, match="day"):
        days.hijri(1442, 10, 30, 30)
    assert days.hijri_year(1442) == (date(2020, 8, 20), date(2021, 8, 8))
