import hashlib
import re
from dataclasses import replace
from datetime import date
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.errors import DataFileError
from kgbuild.graph import iris
from kgbuild.model import (
    ActMention,
    Argument,
    Article,
    Basis,
    Entity,
    Kind,
    Precision,
    Role,
    Span,
    TimeExpression,
    Trigger,
)

LOCAL = re.compile(r"https://w3id\.org/kgbuild/[a-z]+/[A-Za-z0-9_-]+\Z")
EVENTS = frozenset({"Meet", "Attack"})
A = Entity("a", Kind.PERSON, "أ")
B = Entity("b", Kind.PERSON, "ب")
NIL = Entity("nil-1", Kind.PERSON, "ن")
DAY = TimeExpression(Span(0, 1), "x", Precision.DAY, Basis.EXPLICIT, date(2021, 6, 16), date(2021, 6, 16))
MONTH = replace(DAY, precision=Precision.MONTH, last=date(2021, 6, 30))

anything = st.text(st.characters(exclude_categories=()), max_size=12)


def act(
    act_type: str = "Propose",
    start: int = 0,
    agents: tuple[Entity, ...] = (A,),
    addressees: tuple[Entity, ...] = (B,),
    topics: tuple[str, ...] = ("cyber",),
    time: TimeExpression | None = DAY,
    within: int | None = None,
) -> ActMention:
    arguments = (
        *(Argument(Role.AGENT, one, "") for one in agents),
        *(Argument(Role.ADDRESSEE, one, "") for one in addressees),
    )
    trigger = Trigger(Span(start, start + 1), "row", act_type)
    return ActMention(trigger, arguments, Span(start, start + 2), topics, time, within=within)


def named(*acts: ActMention, text: str = "x" * 40) -> tuple[str, ...]:
    return iris.act_iris(Article("id", text), acts, EVENTS)


@given(anything, anything, st.integers(0, 30), st.sampled_from(["Propose", "Meet"]), st.sets(anything))
def test_every_iri_has_a_safe_local_name(text: str, name: str, at: int, kind: str, topics: set[str]) -> None:
    article = Article(name, text, outlet=name)
    one = act(kind, at, topics=tuple(topics), time=replace(DAY, text=text))
    found = [
        iris.article_iri(article),
        *iris.act_iris(article, [one], EVENTS),
        iris.act_mention_iri(article, one, "x:a"),
        iris.entity_mention_iri(article, Span(0, at), name),
        iris.condition_iri(article, Span(0, at)),
        iris.target_iri(iris.condition_iri(article, Span(0, at)), "t"),
        iris.time_iri(replace(DAY, text=text), name),
        iris.attribution_iri(article, "x:a", name, [text], [name]),
        iris.relay_iri(article, name, [text]),
        iris.entity_iri(iris.outlet_entity(name).key),
        iris.tenure_iri({"person": name, "of": text, "year": at, "none": None}),
    ]
    assert all(LOCAL.match(iri) for iri in found)
    assert len(set(found)) == len(found)


@given(st.permutations([A, B]), st.permutations(["cyber", "trade", "energy"]))
def test_the_order_of_parties_and_topics_does_not_matter(parties: list[Entity], topics: list[str]) -> None:
    one = named(act("Meet", agents=tuple(parties), addressees=(), topics=tuple(topics)))
    other = named(act("Meet", agents=(A, B), addressees=(), topics=("cyber", "energy", "trade")))
    assert one == other


def test_one_act_told_by_two_articles_has_one_iri() -> None:
    assert named(act(start=3), text="one " * 10) == named(act(start=9), text="two " * 10)


@pytest.mark.parametrize(
    "other",
    [
        act("Request"),
        act(agents=(B,)),
        act(addressees=(A,)),
        act(addressees=()),
        act(topics=("trade",)),
        act(topics=("cyber", "trade")),
        act(time=replace(DAY, first=date(2021, 6, 17), last=date(2021, 6, 17))),
    ],
)
def test_acts_that_differ_in_content_have_different_iris(other: ActMention) -> None:
    assert named(act()) != named(other)


@pytest.mark.parametrize(
    "vague",
    [
        act(time=None),
        act(time=MONTH),
        act(time=replace(DAY, last=date(2021, 6, 17))),
        act(agents=()),
        act(agents=(NIL,)),
        act(addressees=(NIL,)),
        act(topics=()),
        act(topics=("other",)),
        act("Meet", time=None),
    ],
)
def test_what_does_not_identify_an_act_keeps_two_articles_apart(vague: ActMention) -> None:
    assert named(vague, text="one " * 10) != named(vague, text="two " * 10)
    assert named(vague) == named(vague)


def test_two_speech_acts_of_equal_content_in_one_article_stay_two() -> None:
    first, second = named(act("State", 0), act("State", 20))
    assert first != second
    assert first == named(act("State", 0))[0]


def test_two_mentions_of_one_meeting_in_one_article_are_one_act() -> None:
    first, second = named(act("Meet", 0, topics=()), act("Meet", 20, topics=()))
    assert first == second


def test_an_act_never_lies_within_itself() -> None:
    outer, inner = named(act("Meet", 0), act("Meet", 20, within=0))
    assert outer != inner
    # a meeting told within a statement that is told within that same meeting
    first, second, third = named(act("Meet", 0), act("State", 9, within=0), act("Meet", 20, within=1))
    assert len({first, second, third}) == 3


def test_the_outer_act_may_come_later_in_the_text() -> None:
    assert len(named(act("Propose", 0, within=1), act("State", 20))) == 2


@pytest.mark.parametrize("within", [(1, 0), (0, None), (None, 5), (None, -1)])
def test_within_must_lead_to_an_outermost_act(within: tuple[int | None, int | None]) -> None:
    with pytest.raises(ValueError, match="within"):
        named(act(within=within[0]), act(start=9, within=within[1]))


@pytest.mark.parametrize("key", ["", "a/b", "a b", "روسيا", "a.b", "x" * 121, "a\n"])
def test_an_entity_key_that_cannot_stand_in_an_iri_is_refused(key: str) -> None:
    with pytest.raises(DataFileError, match="gazetteer"):
        iris.entity_iri(key)


def test_outlets_without_a_row_are_told_apart_by_their_folded_names() -> None:
    assert iris.outlet_entity(None).key == iris.outlet_entity("  ").key == iris.UNKNOWN_OUTLET
    assert iris.outlet_entity("The  Times").key == iris.outlet_entity("the times").key
    assert iris.outlet_entity("The Times").key != iris.outlet_entity("The Post").key
    assert iris.outlet_entity("The Times").is_nil


def test_the_recipes_stay_as_they_are(story: ModuleType) -> None:
    """An IRI that changes from one version to the next breaks every link to it: change these on purpose."""
    content = b'["act","Propose",["a"],["b"],["cyber"],"2021-06-16"]'
    assert named(act()) == (f"https://w3id.org/kgbuild/act/{hashlib.sha256(content).hexdigest()[:20]}",)
    assert iris.article_key(story.offer().article) == "1c7c498128c633f0b3e0"
