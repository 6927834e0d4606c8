from datetime import date

from kgbuild.store.embedded import Store
from kgbuild.vocab import act_classes
from kgbuild.web.counts import by_size
from kgbuild.web.families import FAMILIES, family_of
from kgbuild.web.index import Actor
from kgbuild.web.pages import Browser
from kgbuild.web.reading import read_index


def test_every_act_class_has_a_family() -> None:
    assert family_of().keys() == act_classes().keys()
    assert set(family_of().values()) <= set(FAMILIES)
    assert family_of()["Visit"] == "Interaction"
    assert family_of()["Deny"] == "Responsive"
    assert family_of()["Release"] == "Material"
    assert family_of()["Other"] == "Other"


def test_acts_are_read_with_their_roles_and_days(site: Browser) -> None:
    offers = [act for act in site.index.acts if act.type == "Propose"]
    assert [(act.agents, act.addressees, act.topics) for act in offers] == [
        (("russia",), ("united-states",), ("cyber",))
    ]
    assert offers[0].day == offers[0].until == date(2021, 7, 15)
    assert offers[0].within
    assert offers[0].conditional


def test_an_act_told_twice_is_one_act_of_two_articles(site: Browser) -> None:
    meetings = [act for act in site.index.acts if act.type == "Meet"]
    assert [len(act.articles) for act in meetings] == [2]


def test_polarity_is_that_of_the_attributions(site: Browser) -> None:
    deeds = [act for act in site.index.acts if act.type == "Extradite"]
    assert any(act.negated for act in deeds)
    assert any(act.affirmed for act in deeds)


def test_newest_come_first_and_undated_last(site: Browser) -> None:
    days = [act.day for act in site.index.acts]
    known = [day for day in days if day]
    assert known == sorted(known, reverse=True)
    assert None not in days[: len(known)]
    assert None in days


def test_actors_have_labels_kinds_and_wikidata(site: Browser) -> None:
    lavrov = site.index.actor("sergey-lavrov")
    assert (lavrov.name("en"), lavrov.name("ar")) == ("Sergey Lavrov", "سيرغي لافروف")
    assert (lavrov.kind, lavrov.wikidata, lavrov.known) == ("Person", "Q58217", True)
    stranger = site.index.actor("nil-00c0ffee00c0ffee00c0")
    assert (stranger.name("en"), stranger.language("en"), stranger.known) == ("سالم العمري", "ar", False)
    assert site.index.actor("nobody") == Actor("nobody", called="nobody")


def test_reading_twice_gives_the_same(store: Store) -> None:
    assert read_index(store) == read_index(store)


def test_articles_know_their_outlet(site: Browser) -> None:
    names = {site.index.actor(source.outlet).label_ar for source in site.index.articles.values()}
    assert names == {"وكالة تاس", "صحيفة الصدى"}
    assert {source.outlet for source in site.index.articles.values()} == set(site.index.outlets)


def test_topics_stand_by_size_and_the_rest_last(site: Browser) -> None:
    few, many = site.index.acts[:1], site.index.acts[:4]
    groups = {"other": site.index.acts, "trade": few, "cyber": many, "energy": few}
    assert [topic for topic, _ in by_size(groups)] == ["cyber", "energy", "trade", "other"]


def test_the_newest_acts_are_those_of_the_newest_articles(site: Browser) -> None:
    found = site.counts.outlines["newest"]
    articles = list(site.index.articles)
    assert [act.within for act in found] == [False] * len(found)
    assert len({act.key for act in found}) == len(found) >= 2
    assert len(found) <= 2 * len(articles)
    assert articles[0] in found[0].articles
