from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.web.filters import Filter, read_filter
from kgbuild.web.pages import Browser


@pytest.mark.parametrize(
    ("query", "types"),
    [
        ({"type": "Propose"}, {"Propose"}),
        ({"type": "Interaction"}, {"Meet"}),
        ({"polarity": "negated"}, {"Extradite"}),
        ({"actor": "united-states", "role": "agent"}, {"Accuse"}),
        ({"actor": "united-states", "role": "addressee"}, {"Propose", "Deny"}),
        ({"actor": "russia", "whom": "united-states"}, {"Propose", "Deny"}),
        ({"since": "2021-06-01", "until": "2021-06-30"}, {"Meet", "ExpressReadiness"}),
        ({"undated": "yes"}, {"Accuse", "Deny"}),
        ({"topic": "bilateral-relations"}, {"ExpressReadiness"}),
    ],
)
def test_each_filter_keeps_what_it_names(site: Browser, query: Mapping[str, str], types: set[str]) -> None:
    chosen, strange = read_filter(query, site.index)
    assert {act.type for act in chosen.acts(site.index)} == types
    assert strange == ()
    assert chosen.query() == dict(query)


def test_an_outlet_keeps_what_its_articles_tell(site: Browser) -> None:
    for outlet in site.index.outlets:
        chosen, _ = read_filter({"outlet": outlet}, site.index)
        for act in chosen.acts(site.index):
            assert outlet in {site.index.articles[key].outlet for key in act.articles}


def test_values_that_mean_nothing_are_told_and_passed_over(site: Browser) -> None:
    chosen, strange = read_filter(
        {"actor": "atlantis", "since": "yesterday", "topic": "cyber", "polarity": "", "x": "y"}, site.index
    )
    assert strange == ("actor", "since")
    assert chosen == Filter(topic="cyber")


@given(
    st.dictionaries(
        st.sampled_from(
            ["actor", "role", "whom", "type", "topic", "outlet", "polarity", "since", "until", "undated"]
        ),
        st.one_of(
            st.text(max_size=200), st.sampled_from(["russia", "cyber", "agent", "2021-07-15", "yes", "Meet"])
        ),
    )
)
def test_any_address_is_read(site: Browser, query: Mapping[str, str]) -> None:
    chosen, strange = read_filter(query, site.index)
    assert set(strange) <= query.keys()
    assert set(chosen.acts(site.index)) <= set(site.index.acts)
    again, none = read_filter(chosen.query(), site.index)
    assert (again, none) == (chosen, ())
