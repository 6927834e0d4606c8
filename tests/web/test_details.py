import pyoxigraph as ox

from kgbuild.web.details import Reader
from kgbuild.web.pages import Browser


def key(site: Browser, act_type: str, **wanted: object) -> str:
    found = [
        act.key
        for act in site.index.acts
        if act.type == act_type and all(getattr(act, name) == value for name, value in wanted.items())
    ]
    assert found, act_type
    return found[0]


def test_a_told_act_has_its_chain_of_voices(site: Browser) -> None:
    detail = site.reader.detail(key(site, "Propose"))
    assert len(detail.tellings) == 1
    telling = detail.tellings[0]
    assert telling.chain[0] == ("sergey-lavrov",)
    assert len(telling.chain) >= 2
    assert (telling.rule, telling.confidence) == ("arada", "0.8")
    assert telling.polarity == ("Affirmed",)
    assert telling.possible_topics == ("trade",)


def test_evidence_stands_where_the_offsets_say(site: Browser) -> None:
    for act in site.index.acts:
        for telling in site.reader.detail(act.key).tellings:
            text = site.store.record(telling.article).article.text
            for place in (telling.evidence, telling.trigger):
                assert text[place.start : place.end] == place.quote != ""


def test_condition_time_and_content_are_found(site: Browser) -> None:
    detail = site.reader.detail(key(site, "Propose"))
    assert detail.conditions == ("إذا وافقت واشنطن على جدول الأعمال",)
    assert [(when.words, when.first) for when in detail.times] == [("اليوم الخميس", "2021-07-15")]
    outer = site.reader.detail(detail.within[0])
    assert key(site, "Propose") in outer.content


def test_a_denial_leads_to_the_accusation_and_back(site: Browser) -> None:
    accusation, denial = key(site, "Accuse"), key(site, "Deny")
    assert ("denies", True, accusation) in site.reader.detail(denial).links
    assert ("denies", False, denial) in site.reader.detail(accusation).links


def test_the_turtle_of_an_act_is_turtle_and_holds_its_evidence(site: Browser) -> None:
    for act in site.index.acts:
        text = site.reader.turtle(act.key)
        triples = list(ox.parse(text, format=ox.RdfFormat.TURTLE))
        assert len(triples) > 10
        assert site.reader.evidence(act.key).quote in text


def test_tenures_are_told_with_years(site: Browser) -> None:
    assert [(one["en"], one["from"], one["to"]) for one in site.reader.tenures("joe-biden")] == [
        ("President of the United States", "2021", "2025")
    ]
    assert site.reader.tenures("nobody") == []


def test_a_circle_of_relays_ends() -> None:
    store = ox.Store()
    da, att = "https://w3id.org/kgbuild/diplomatic-acts#", "https://w3id.org/kgbuild/attribution/"
    store.load(
        f"""<https://w3id.org/kgbuild/act/a> <{da}hasAttribution> <{att}1> ; <{da}hasMention> <https://x/m> .
        <https://x/m> <{da}inArticle> <https://w3id.org/kgbuild/article/k> .
        <{att}1> <{da}inArticle> <https://w3id.org/kgbuild/article/k> ; <{da}relayedBy> <{att}2> ;
          <{da}attributedTo> <https://w3id.org/kgbuild/entity/one> .
        <{att}2> <{da}relayedBy> <{att}1> ; <{da}attributedTo> <https://w3id.org/kgbuild/entity/two> .""",
        format=ox.RdfFormat.TURTLE,
    )
    assert Reader(store).detail("a").tellings[0].chain == (("one",), ("two",))
