import importlib.util
from pathlib import Path

import pytest

from kgbuild.querying.catalog import questions
from kgbuild.store.embedded import Store

_SPEC = importlib.util.spec_from_file_location("small_graph", Path(__file__).with_name("small_graph.py"))
assert _SPEC
assert _SPEC.loader
small = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(small)
Graph, act, article, named = small.Graph, small.act, small.article, small.named

NAMES = [
    "balance-of-acts",
    "contested-topics",
    "mentioned-together",
    "positions-over-time",
    "relay-chains",
    "silent-parties",
    "slowest-answers",
    "told-by-one-outlet",
    "what-changed-between",
    "who-speaks-for-whom",
]

WORLD = (
    named("usa", "russia", "iran", "geneva")
    + named("putin", "lavrov", kind="Person")
    + named("tass", "daily", "weekly", kind="Organization")
    + "ent:lavrov da:country ent:russia . ent:putin da:country ent:russia .\n"
    + article("a", "daily", "2021-07-10")
    + article("b", "weekly", "2021-09-01")
    + article("c", "daily")
)


def when(n: str, day: str) -> str:
    return f'act:{n} da:time tim:{n} . tim:{n} da:earliest "{day}T00:00:00Z"^^xsd:dateTime .\n'


@pytest.mark.parametrize("name", NAMES)
def test_each_says_what_it_asks_in_both_languages(name: str, store: Store) -> None:
    question = questions()[name]
    assert question.question_en.endswith("?")
    assert question.question_ar.endswith("؟")
    assert not Graph().ask(name)
    for parameter in question.parameters:
        assert parameter.about


def test_positions_come_in_the_order_of_their_days() -> None:
    graph = Graph(
        WORLD,
        act("late", "Agree", "da:agent ent:usa ; da:topic topic:cyber", "b"),
        act("early", "Reject", "da:agent ent:usa ; da:topic topic:cyber", "b", 9)
        + when("early", "2021-06-01"),
        act("nowhere", "Reject", "da:agent ent:usa ; da:topic topic:cyber", "c"),
        act("met", "Meet", "da:agent ent:usa ; da:topic topic:cyber", "a"),
        act("vague", "State", "da:agent ent:usa ; da:topic topic:other", "a", 20),
        act("carried", "Report", "da:agent ent:tass ; da:topic topic:cyber", "a", 30),
    )
    assert graph.ask("positions-over-time", "who", "about", "day", "basis", "type", "act") == [
        ("USA", "cybersecurity", "2021-06-01", "time of the act", "reject", "early"),
        ("USA", "cybersecurity", "2021-09-01", "day of publication", "agree", "late"),
    ]
    assert not graph.ask("positions-over-time", "act", actor="russia")
    assert not graph.ask("positions-over-time", "act", topic="trade")


def test_who_speaks_for_whom_by_word_and_by_office() -> None:
    graph = Graph(
        WORLD,
        act("x", "State", "da:agent ent:lavrov ; da:onBehalfOf ent:russia", "a"),
        act("y", "State", "da:agent ent:putin", "b"),
        "ent:putin da:heldRole ten:now , ent:old . "
        'ten:now da:roleOf ent:russia ; da:fromYear 2012 ; rdfs:label "President"@en . '
        "ent:lavrov da:heldRole ten:then . ten:then da:roleOf ent:usa ; da:fromYear 1990 ; da:toYear 1999 .",
    )
    assert graph.ask("who-speaks-for-whom", "who", "for_whom", "basis", "role", "article") == [
        ("LAVROV", "RUSSIA", "stated", "", "a"),
        ("PUTIN", "RUSSIA", "by office", "President", "b"),
    ]
    assert not graph.ask("who-speaks-for-whom", "who", side="iran")


def test_contested_topics_count_quarrels_and_who_has_them() -> None:
    graph = Graph(
        WORLD,
        act("x", "Accuse", "da:agent ent:usa ; da:topic topic:cyber", "a"),
        act("y", "Deny", "da:agent ent:russia ; da:topic topic:cyber", "a", 9),
        act("z", "State", "da:agent ent:russia ; da:topic topic:cyber", "b"),
        act("u", "Demand", "da:agent ent:usa ; da:topic topic:trade", "b", 9),
        act("v", "Praise", "da:agent ent:usa ; da:topic topic:climate", "b", 20),
        act("w", "Reject", "da:agent ent:usa ; da:topic topic:other", "b", 30),
    )
    assert graph.ask("contested-topics", "about", "contesting", "acts", "share", "parties") == [
        ("cybersecurity", 2, 3, 66, 2),
        ("trade", 1, 1, 100, 1),
    ]


CHAIN = (
    "att:x da:ofAct act:x ; da:inArticle art:a ; da:attributedTo ent:lavrov ; da:relayedBy att:t . "
    "att:t da:attributedTo ent:tass ; da:relayedBy att:o . att:o da:attributedTo ent:daily . "
    "att:y da:ofAct act:y ; da:inArticle art:a ; da:attributedTo ent:putin ; da:relayedBy att:o ."
)


def test_relays_are_counted_along_the_chain() -> None:
    graph = Graph(
        WORLD,
        act("x", "Extradite", "da:agent ent:russia"),
        act("y", "State", "da:agent ent:usa", start=9),
        CHAIN,
    )
    columns = ("length", "who", "said_by", "relays", "act")
    assert graph.ask("relay-chains", *columns) == [(2, "RUSSIA", "LAVROV", "DAILY, TASS", "x")]
    assert [row[0] for row in graph.ask("relay-chains", "act", least="1")] == ["x", "y"]
    assert not graph.ask("relay-chains", "act", least="3")


def test_what_is_new_between_two_days() -> None:
    graph = Graph(
        WORLD,
        act("known", "Reject", "da:agent ent:usa ; da:topic topic:cyber", "a") + when("known", "2021-05-01"),
        act("again", "Reject", "da:agent ent:usa ; da:topic topic:cyber", "a", 9),
        act("new", "Agree", "da:agent ent:usa ; da:topic topic:cyber", "b"),
        act("later", "Praise", "da:agent ent:usa ; da:topic topic:cyber", "b", 9)
        + when("later", "2022-02-01"),
        act("undated", "Accuse", "da:agent ent:usa ; da:topic topic:cyber", "c"),
        act("first", "Accuse", "da:agent ent:iran ; da:topic topic:trade", "a", 20),
    )
    columns = ("day", "who", "type", "before", "act")
    assert graph.ask("what-changed-between", *columns) == [
        ("2021-07-10", "IRAN", "accuse", "", "first"),
        ("2021-09-01", "USA", "agree", "reject", "new"),
    ]
    assert graph.ask("what-changed-between", "act", since="2021-08-01", actor="usa") == [("new",)]
    assert not graph.ask("what-changed-between", "act", since="2023-01-01", until="2023-12-31")


def test_answers_are_ordered_by_their_delay() -> None:
    graph = Graph(
        WORLD,
        act("offer", "Propose", "da:agent ent:usa", "a") + when("offer", "2021-06-01"),
        act("slow", "Reject", "da:agent ent:russia ; da:repliesTo act:offer", "b")
        + when("slow", "2021-08-01"),
        act("quick", "Agree", "da:agent ent:iran ; da:repliesTo act:offer", "a", 9)
        + when("quick", "2021-06-01"),
        act("before", "Agree", "da:agent ent:iran ; da:repliesTo act:offer", "a", 20)
        + when("before", "2021-05-01"),
        act("undated", "Agree", "da:agent ent:iran ; da:repliesTo act:offer", "c"),
    )
    assert graph.ask("slowest-answers", "days", "who", "asked_on", "answered_on", "act", "asked_act") == [
        (61, "RUSSIA", "2021-06-01", "2021-08-01", "slow", "offer"),
        (0, "IRAN", "2021-06-01", "2021-06-01", "quick", "offer"),
    ]


def test_statements_of_one_outlet_alone() -> None:
    graph = Graph(
        WORLD,
        act("alone", "Accuse", "da:agent ent:usa", "a"),
        act("shared", "Accuse", "da:agent ent:iran", "a", 9) + "act:shared da:hasMention men:again .",
        small.mention("again", "b", 0),
        act("same", "Accuse", "da:agent ent:iran ; da:sameStatementAs act:twin", "a", 20),
        act("twin", "Accuse", "da:agent ent:iran", "b", 9),
        act("own", "Accuse", "da:agent ent:iran ; da:sameStatementAs act:other", "a", 30),
        act("other", "Accuse", "da:agent ent:iran", "c"),
        act("told", "Accuse", "da:agent ent:iran ; da:within act:alone", "a", 40),
        act("met", "Meet", "da:agent ent:iran", "a", 50),
    )
    assert graph.ask("told-by-one-outlet", "outlet_name", "who", "act") == [
        ("DAILY", "USA", "alone"),
        ("DAILY", "IRAN", "own"),
        ("DAILY", "IRAN", "other"),
    ]
    assert not graph.ask("told-by-one-outlet", "act", outlet="weekly")


def test_the_balance_of_acts() -> None:
    graph = Graph(
        WORLD,
        act("x", "Praise", "da:agent ent:usa ; da:addressee ent:iran"),
        act("y", "Visit", "da:agent ent:usa ; da:participant ent:iran", start=9),
        act("z", "Accuse", "da:agent ent:russia ; da:addressee ent:usa", start=20),
        act("s", "State", "da:agent ent:iran", start=30),
        act("n", "Attack", "da:agent ent:usa ; da:addressee ent:iran", start=40).replace(
            "Affirmed", "Negated"
        ),
    )
    columns = ("who", "cooperative", "confronting", "balance")
    assert graph.ask("balance-of-acts", *columns) == [("USA", 2, 0, 2), ("RUSSIA", 0, 1, -1)]
    assert graph.ask("balance-of-acts", *columns, towards="iran") == [("USA", 2, 0, 2)]


def test_silent_are_those_for_whom_nobody_speaks() -> None:
    graph = Graph(
        WORLD,
        act("x", "Accuse", "da:agent ent:usa ; da:addressee ent:iran"),
        act("y", "Request", "da:agent ent:usa ; da:addressee ent:iran , ent:russia", "b", 9),
        act("z", "State", "da:agent ent:lavrov", start=20),
        act("m", "Meet", "da:agent ent:iran", start=30),
    )
    assert graph.ask("silent-parties", "who", "addressed", "accused", "articles") == [("IRAN", 2, 1, 2)]


def test_mentioned_together_in_two_articles() -> None:
    def mentions(where: str, *keys: str) -> str:
        return "".join(
            f"men:{where}-{key} a da:EntityMention ; oa:hasBody ent:{key} ; da:inArticle art:{where} .\n"
            for key in keys
        )

    graph = Graph(
        WORLD,
        mentions("a", "usa", "russia", "daily", "iran"),
        mentions("b", "russia", "usa"),
        mentions("c", "daily", "usa"),
    )
    assert graph.ask("mentioned-together", "one", "other", "articles") == [("RUSSIA", "USA", 2)]
    assert graph.ask("mentioned-together", "one", "other", least="1", **{"with": "iran"}) == [
        ("IRAN", "RUSSIA"),
        ("IRAN", "USA"),
    ]


VOICE = "att:{n} da:inArticle art:{a} ; da:attributedTo ent:daily ; da:tense da:{tense}Tense .\n"


def told(n: str, act_type: str, rest: str, where: str = "a", start: int = 0, tense: str = "Past") -> str:
    """An act with all that the questions ask of its attribution."""
    return str(act(n, act_type, rest, where, start)) + VOICE.format(n=n, a=where, tense=tense)


def test_silence_about_a_proposal_may_be_said() -> None:
    graph = Graph(
        WORLD,
        told("s", "State", "da:agent ent:lavrov"),
        told("p", "Propose", "da:agent ent:russia ; da:addressee ent:usa ; da:within act:s", start=9),
        told("n", "Other", "da:agent ent:usa ; da:addressee ent:russia ; da:within act:s", start=20).replace(
            "Affirmed", "Negated"
        ),
        told("q", "Request", "da:agent ent:iran ; da:addressee ent:usa", start=30),
        told("answered", "Propose", "da:agent ent:usa ; da:addressee ent:iran", start=40),
        told("r", "Reject", "da:agent ent:iran ; da:repliesTo act:answered", start=50),
    )
    assert graph.ask("proposals-without-answer", "who", "status", "act") == [
        ("RUSSIA", "said to be unanswered", "p"),
        ("IRAN", "no answer told", "q"),
    ]


def test_a_meeting_takes_two_and_signing_is_none() -> None:
    both = "da:agent ent:usa , ent:iran ; da:participant ent:usa , ent:iran"
    graph = Graph(
        WORLD,
        told("m", "Meet", both),
        told("alone", "Meet", "da:agent ent:usa ; da:participant ent:usa", start=9),
        told("sign", "Sign", both, start=20),
        told("plan", "Agree", "da:agent ent:usa , ent:russia", start=30),
        told("planned", "Meet", both + " ; da:within act:plan", start=40, tense="Future"),
        told("consent", "Agree", "da:agent ent:usa , ent:russia", start=50),
    )
    assert graph.ask("who-met-whom", "participants", "status", "act") == [
        ("IRAN, USA", "held or under way", "m"),
        ("RUSSIA, USA", "held or under way", "plan"),
        ("IRAN, USA", "planned", "planned"),
    ]


def test_positions_on_a_topic_leave_out_the_deed_that_is_only_offered() -> None:
    about = "da:topic topic:extradition ; "
    graph = Graph(
        WORLD,
        told("offer", "ExpressReadiness", about + "da:agent ent:putin"),
        told(
            "own", "Extradite", about + "da:agent ent:russia ; da:within act:offer", start=9, tense="Future"
        ),
        told(
            "theirs", "Extradite", about + "da:agent ent:usa ; da:within act:offer", start=20, tense="Future"
        ),
        told("if", "Agree", about + "da:agent ent:usa ; da:within act:offer", start=30, tense="Future"),
        told("talks", "Negotiate", about + "da:agent ent:usa", start=40),
        told("off-topic", "State", "da:topic topic:trade ; da:agent ent:usa", start=50),
    )
    assert sorted(row[0] for row in graph.ask("extradition-positions", "act")) == ["offer", "theirs"]


def test_silence_beside_talks_is_a_tension() -> None:
    topic = "da:topic topic:cyber ; "
    parts = (
        WORLD,
        told("s", "State", "da:agent ent:lavrov"),
        told(
            "n", "Other", topic + "da:agent ent:usa ; da:addressee ent:russia ; da:within act:s", start=9
        ).replace("Affirmed", "Negated"),
        "".join(f'act:{n} rdfs:label "{n}"@en .\n' for n in ("s", "n", "t", "u")),
    )
    talks = topic + "da:agent ent:usa , ent:russia ; da:participant ent:usa , ent:russia"
    columns = ("kind", "act", "other_act")
    expected = [("one side does not answer and yet talks", "s", "t")]
    assert Graph(*parts, told("t", "Negotiate", talks, "b")).ask("disagreements", *columns) == expected
    for other in (
        told("t", "Negotiate", talks, "b", tense="Future"),
        told("t", "Negotiate", talks.replace("cyber", "trade"), "b"),
        told("t", "Negotiate", talks.replace("ent:russia", "ent:iran"), "b"),
    ):
        assert not Graph(*parts, other).ask("disagreements", *columns)


def test_offices_are_those_of_the_articles_year() -> None:
    offices = (
        'ten:o da:roleOf ent:russia ; da:fromYear 1990 ; da:toYear 1999 ; rdfs:label "Old"@en . '
        'ten:n da:roleOf ent:russia ; da:fromYear 2012 ; rdfs:label "New"@en . '
        "ent:putin da:heldRole ten:o , ten:n .\n"
    )

    def roles(where: str, *more: str) -> list[tuple[object, ...]]:
        mention = f"men:e oa:hasBody ent:putin ; da:inArticle art:{where} .\n"
        found: list[tuple[object, ...]] = Graph(WORLD, offices, mention, *more).ask(
            "roles", "role", "article"
        )
        return found

    dated = (
        told("d", "State", "da:agent ent:usa", "c")
        + when("d", "1995-01-01")
        + "tim:d da:precision da:DayPrecision ."
    )
    assert roles("a") == [("New", "a")]
    assert roles("c") == [("New", "c")]
    assert roles("c", dated) == [("Old", "c")]
