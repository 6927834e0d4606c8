from dataclasses import replace
from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kgbuild.web.index import Act
from kgbuild.web.picture import flow, histogram, pairs
from kgbuild.web.render import groupby_month

PLAIN = Act("k", "State", "Assertive", (), (), (), (), None, None, (), True, False, False, False)
NAMES = st.lists(st.sampled_from("abcdefghij"), max_size=3, unique=True).map(tuple)
ACTS = st.lists(
    st.builds(
        lambda agents, addressees, day: replace(PLAIN, agents=agents, addressees=addressees, day=day),
        NAMES,
        NAMES,
        st.none() | st.dates(date(1950, 1, 1), date(2030, 12, 31)),
    ),
    max_size=60,
)


@given(ACTS)
def test_bars_of_the_flow_do_not_overlap_and_hold_their_ribbons(acts: list[Act]) -> None:
    found = flow(acts)
    for side, end in ((found.left, "agent"), (found.right, "addressee")):
        for above, below in pairwise(side):
            assert above.y + above.height < below.y
        for band in side:
            assert band.count == sum(r.count for r in found.ribbons if getattr(r, end) == band.key)
    counted = pairs(acts)
    assert all(counted[r.agent, r.addressee] == r.count for r in found.ribbons)
    assert bool(found.ribbons) == bool(counted)


@given(ACTS)
def test_every_act_is_in_a_column_or_counted_beside(acts: list[Act]) -> None:
    found = histogram(acts)
    assert sum(column.count for column in found.columns) + found.earlier + found.later + found.undated == len(
        acts
    )
    for column in found.columns:
        assert sum(stack.count for stack in column.stacks) == column.count <= found.highest
        assert column.first <= column.last
        assert all(stack.y >= -0.1 and stack.y + stack.height <= 120.1 for stack in column.stacks)


def test_an_act_of_long_ago_does_not_squeeze_the_others() -> None:
    acts = [replace(PLAIN, day=date(2021, month, 1)) for month in range(1, 13)]
    found = histogram([*acts, replace(PLAIN, day=date(1972, 5, 26))])
    assert not found.yearly
    assert (len(found.columns), found.earlier, found.later) == (12, 1, 0)
    found = histogram([*acts, replace(PLAIN, day=date(2031, 1, 1)), replace(PLAIN, day=date(1972, 5, 26))])
    assert (len(found.columns), found.earlier, found.later) == (12, 1, 1)


def test_acts_of_many_years_are_counted_by_year() -> None:
    acts = [replace(PLAIN, day=date(year, 3, 9)) for year in range(2001, 2021)]
    found = histogram(acts)
    assert found.yearly
    assert [column.count for column in found.columns] == [1] * 20
    assert (found.columns[0].first, found.columns[-1].last) == (date(2001, 1, 1), date(2020, 12, 31))


def test_december_ends_with_the_year() -> None:
    for year in (2021, 9999):
        assert histogram([replace(PLAIN, day=date(year, 12, 5))]).columns[0].last == date(year, 12, 31)


def test_what_is_dated_by_the_year_stands_under_the_year() -> None:
    exact = replace(PLAIN, day=date(2024, 1, 5), until=date(2024, 1, 5))
    monthly = replace(PLAIN, day=date(2024, 1, 1), until=date(2024, 1, 31))
    yearly = replace(PLAIN, day=date(2024, 1, 1), until=date(2024, 12, 31))
    first = date(2024, 1, 1)
    assert groupby_month([exact, monthly, yearly, PLAIN]) == [
        (first, False, [exact, monthly]),
        (first, True, [yearly]),
        (None, False, [PLAIN]),
    ]
