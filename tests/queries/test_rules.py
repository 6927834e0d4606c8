import importlib.util
from collections.abc import Sequence
from pathlib import Path

import pytest

from kgbuild.errors import DataFileError
from kgbuild.querying.rules import derived_quads, run_checks
from kgbuild.store.embedded import Store
from kgbuild.vocab import DA, DERIVED_GRAPH, RDFS

_SPEC = importlib.util.spec_from_file_location("small_graph", Path(__file__).with_name("small_graph.py"))
assert _SPEC
assert _SPEC.loader
small = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(small)
Graph, act, mention = small.Graph, small.act, small.mention


SELECTORS = (
    "men:y-e oa:hasSelector men:y-ep , men:y-eq . men:y-ep oa:start {start} ; oa:end {end} . "
    "men:y-eq oa:exact 'abc' ."
)
TIME = 'tim:{} da:earliest "{}T00:00:00Z"^^xsd:dateTime ; da:latest "{}T00:00:00Z"^^xsd:dateTime .'


STATES = (
    "ent:lavrov da:country ent:russia . ent:moscow da:standsFor ent:russia . ent:blinken da:country ent:usa ."
)
ACCUSATION = act("x", "Accuse", "da:agent ent:usa ; da:addressee ent:russia ; da:topic topic:cyber", start=10)
OFFER = act("x", "Propose", "da:agent ent:usa ; da:addressee ent:russia ; da:topic topic:cyber", start=10)


def test_the_story_passes_every_check(store: Store) -> None:
    checks = run_checks(store)
    assert len(checks) == 9
    assert {check.question.id: check.answer.rows for check in checks if not check.passed} == {}


GOOD = """
art:a da:outlet ent:o ; dcterms:identifier "a" . ent:o a da:Organization ; rdfs:label "o"@en .
ent:p a da:Person ; rdfs:label "p"@en .
act:x a da:State ; da:agent ent:p ; da:hasAttribution att:x ; da:hasMention men:x .
att:x a da:Attribution ; da:ofAct act:x ; da:inArticle art:a ; da:attributedTo ent:o .
""" + mention("x", "a", 3)


@pytest.mark.parametrize(
    ("check", "fault"),
    [
        ("act-without-evidence", "act:y a da:Meet ; da:hasAttribution att:x ."),
        ("act-without-evidence", "act:y a da:Meet ; da:hasAttribution att:x ; da:hasMention men:none ."),
        ("act-without-attribution", "act:y a da:Visit ; da:hasMention men:x ."),
        ("dangling-within", "act:x da:within act:nowhere . act:nowhere da:content act:x ."),
        (
            "dangling-within",
            "act:x da:within act:z . act:z a da:State ; da:hasMention men:x ; da:hasAttribution att:x .",
        ),
        ("content-cycle", "act:x da:within act:x ; da:content act:x ."),
        ("attribution-cycle", "att:x da:relayedBy att:y . att:y da:relayedBy att:x ."),
        (
            "chain-not-ending-at-outlet",
            "att:x da:relayedBy att:y . "
            "att:y a da:Attribution ; da:inArticle art:a ; da:attributedTo ent:p .",
        ),
        ("undescribed-entity", "act:x da:addressee ent:nobody ."),
        ("undescribed-entity", "ent:p da:country ent:nowhere ."),
        ("offsets-out-of-order", SELECTORS.format(start=9, end=4)),
        ("offsets-out-of-order", SELECTORS.format(start=4, end=9)),
        (
            "content-asserted",
            "act:x da:within act:z . act:z a da:State ; da:content act:x ; da:agent ent:p ; "
            "da:hasMention men:x ; da:hasAttribution att:z . "
            "att:z a da:Attribution ; da:inArticle art:a ; da:attributedTo ent:o .",
        ),
    ],
)
def test_each_check_finds_its_fault(check: str, fault: str) -> None:
    assert [one.question.id for one in run_checks(Graph(GOOD)) if not one.passed] == []
    failed = [one.question.id for one in run_checks(Graph(GOOD, fault)) if not one.passed]
    assert check in failed


def test_a_check_tells_no_more_than_its_limit() -> None:
    faults = "".join(f"act:y{n} a da:Meet ." for n in range(9))
    checks = {one.question.id: one.answer for one in run_checks(Graph(faults), limit=3)}
    assert len(checks["act-without-evidence"].rows) == 3
    assert checks["act-without-evidence"].truncated


@pytest.mark.parametrize("denier", ["russia", "lavrov", "moscow"])
def test_a_denial_answers_the_accusation_before_it(denier: str) -> None:
    denial = act("y", "Deny", f"da:agent ent:{denier}", start=20)
    graph = Graph(STATES, ACCUSATION, denial)
    assert graph.links(DA.denies) == graph.links(DA.repliesTo) == {("y", "x")}


@pytest.mark.parametrize(
    ("rest", "article", "start"),
    [
        ("da:agent ent:china", "a", 20),
        ("da:agent ent:russia", "a", 5),
        ("da:agent ent:russia", "b", 20),
        ("da:agent ent:russia ; da:addressee ent:china", "a", 20),
        ("da:agent ent:russia ; da:topic topic:trade", "a", 20),
    ],
)
def test_a_denial_of_something_else_answers_nothing(rest: str, article: str, start: int) -> None:
    assert not Graph(STATES, ACCUSATION, act("y", "Deny", rest, article, start)).links(DA.denies)


@pytest.mark.parametrize(("act_type", "link"), [("Reject", DA.rejects), ("Agree", DA.accepts)])
def test_an_answer_to_an_offer(act_type: str, link: str) -> None:
    about = "da:agent ent:lavrov ; da:topic topic:cyber"
    assert Graph(STATES, OFFER, act("y", act_type, about, start=20)).links(link) == {("y", "x")}
    for other in (
        act("y", act_type, "da:agent ent:lavrov ; da:topic topic:trade", start=20),
        act("y", act_type, "da:agent ent:usa ; da:topic topic:cyber", start=20),
        act("y", act_type, about, start=2),
        act("y", act_type, about + " ; da:addressee ent:china", start=20),
        act("y", act_type, about + " ; da:agent ent:usa", start=20),
        act("y", act_type, about + " ; da:agent ent:china", start=20),
        act("y", act_type, about + " ; da:agent ent:blinken", start=20),
        act("y", act_type, about + " ; da:conditionalOn cond:y", start=20),
        act("y", act_type, about, start=20) + "att:y da:tense da:FutureTense .",
        act("y", act_type, about, start=20)
        + act("z", "Demand", "da:agent ent:iran ; da:addressee ent:russia ; da:topic topic:cyber", start=15),
        act("y", act_type, about, start=600),
        act("y", act_type, about, start=20).replace("da:Affirmed", "da:Negated"),
    ):
        assert ("y", "x") not in Graph(STATES, OFFER, other).links(link)


PEOPLE = "ent:p a da:Person . ent:q a da:Person ."


def test_an_answer_that_names_the_proposer_may_stand_far_off() -> None:
    far = act(
        "y", "Agree", "da:agent ent:lavrov ; da:addressee ent:blinken ; da:topic topic:cyber", start=5000
    )
    assert Graph(STATES, OFFER, far).links(DA.accepts) == {("y", "x")}


def test_declining_to_comment_refuses_nothing() -> None:
    about = "da:agent ent:lavrov ; da:topic topic:cyber"
    assert not Graph(STATES, OFFER, act("y", "DeclineComment", about, start=20)).links(DA.rejects)


def test_of_two_demands_the_last_is_answered() -> None:
    second = act(
        "z", "Demand", "da:agent ent:iran ; da:addressee ent:russia ; da:topic topic:cyber", start=15
    )
    answer = act("y", "Reject", "da:agent ent:lavrov ; da:topic topic:cyber", start=20)
    assert Graph(STATES, OFFER, second, answer).links(DA.rejects) == {("y", "z")}


def test_what_a_denial_tells_as_its_content_is_denied() -> None:
    """«He stressed that the accusations are void»: the accusation stands within the denial, and after it."""
    denial = act("y", "Deny", "da:agent ent:lavrov", start=5)
    assert Graph(STATES, ACCUSATION, denial, "act:x da:within act:y .").links(DA.denies) == {("y", "x")}


def same(first: str, second: str, act_type: str = "Meet", more: str = PEOPLE) -> set[tuple[str, str]]:
    parts = (act("x", act_type, first, "a"), act("y", act_type, second, "b"))
    found: set[tuple[str, str]] = Graph(more, *parts).links(DA.sameStatementAs)
    return found


def test_one_meeting_told_twice_without_a_day_is_the_same() -> None:
    both = "da:agent ent:p , ent:q ; da:place ent:geneva"
    assert same(both, both) == {("x", "y")}


@pytest.mark.parametrize(
    "other",
    [
        "da:agent ent:p ; da:place ent:geneva",
        "da:agent ent:p , ent:q , ent:r ; da:place ent:geneva",
        "da:agent ent:p , ent:q ; da:addressee ent:r ; da:place ent:geneva",
        "da:agent ent:p , ent:q ; da:place ent:paris",
        "da:agent ent:p , ent:q",
    ],
)
def test_meetings_of_others_or_elsewhere_are_not_the_same(other: str) -> None:
    assert not same("da:agent ent:p , ent:q ; da:place ent:geneva", other)


def test_statements_as_such_are_never_taken_for_the_same() -> None:
    both = "da:agent ent:p ; da:addressee ent:q ; da:topic topic:cyber"
    assert same(both, both, "Accuse")
    assert not same(both, both, "State")
    assert not same(both.replace("cyber", "other"), both.replace("cyber", "other"), "Accuse")


def test_a_place_joins_the_meetings_of_people_only() -> None:
    """States negotiate in Geneva about many things."""
    both = "da:agent ent:p , ent:q ; da:place ent:geneva"
    assert not same(both, both, "Negotiate", "ent:p a da:Country . ent:q a da:Country .")
    assert same(both + " ; da:topic topic:cyber", both + " ; da:topic topic:cyber", "Negotiate", "")


@pytest.mark.parametrize(
    "unlike",
    [
        "att:x da:tense da:FutureTense .",
        "act:x da:time tim:x ." + TIME.format("x", "2021-06-16", "2021-06-16"),
    ],
)
def test_a_planned_or_dated_act_is_not_the_same_by_its_topic_alone(unlike: str) -> None:
    talks = "da:agent ent:p , ent:q ; da:topic topic:cyber"
    assert not same(talks, talks, "Negotiate", unlike)
    assert same(talks, talks, "Negotiate", unlike + unlike.replace(":x ", ":y "))
    summit = "da:agent ent:p , ent:q ; da:place ent:geneva"
    assert same(summit, summit, "Meet", PEOPLE + unlike)


def test_times_that_exclude_each_other_keep_acts_apart() -> None:
    both = "da:agent ent:p , ent:q ; da:place ent:geneva ; da:time tim:{}"
    graph = Graph(
        act("x", "Meet", both.format("x"), "a"),
        act("y", "Meet", both.format("y"), "b"),
        TIME.format("x", "2021-06-16", "2021-06-16"),
        TIME.format("y", "2021-06-17", "2021-06-30"),
    )
    assert not graph.links(DA.sameStatementAs)


def test_opposite_attributions_of_one_act_contradict_each_other() -> None:
    graph = Graph(
        "act:x da:hasAttribution att:a , att:b , att:c . att:a da:polarity da:Affirmed . "
        "att:b da:polarity da:Negated . att:c da:polarity da:Affirmed ."
    )
    assert graph.links(DA.contradicts) == {("a", "b"), ("c", "b")}


def codes(act_type: str, more: str = "") -> set[str]:
    return {code for _, code in Graph(act("x", act_type, "da:agent ent:usa"), more).links(DA.codedAs)}


def test_a_code_needs_a_certain_act() -> None:
    assert codes("Meet") == {"cameo#04", "plover#CONSULT"}
    for doubt in (
        "att:x da:certainty da:Possible .",
        "att:x da:certainty da:Probable .",
        "att:x da:tense da:FutureTense .",
        "act:x da:conditionalOn cond:x .",
        "act:x da:hasAttribution att:y . att:y da:polarity da:Negated .",
    ):
        assert not codes("Meet", doubt)
    assert not codes("Other")


def test_words_have_their_code_even_of_a_condition_to_come() -> None:
    assert "plover#THREATEN" in codes(
        "Threaten", "act:x da:conditionalOn cond:x . att:x da:tense da:FutureTense ."
    )
    assert not codes("Threaten", "att:x da:certainty da:Possible .")


def test_acts_get_the_codes_of_their_class(store: Store) -> None:
    found = derived_quads(store)
    codes = {small.local(quad.object) for quad in found if quad.predicate.value == DA.codedAs}
    assert "plover#CONSULT" in codes
    assert {str(quad.graph_name) for quad in found} == {f"<{DERIVED_GRAPH}>"}
    assert found == sorted(found, key=str)


def test_every_link_says_which_rule_drew_it_and_why() -> None:
    denial = act("y", "Deny", "da:agent ent:russia", start=20)
    found = derived_quads(Graph(STATES, ACCUSATION, denial))
    (said,) = [str(quad.object) for quad in found if quad.predicate.value == RDFS.comment]
    assert said.startswith(
        '"denies act:x by the rule denies: same article, the denial stands after the accusation'
    )
    alone = derived_quads(Graph(STATES, ACCUSATION))
    assert not [quad for quad in alone if quad.predicate.value == RDFS.comment]


def test_derivation_is_stable(store: Store) -> None:
    """What is derived does not change what is derived."""
    assert derived_quads(store) == store.quads(DERIVED_GRAPH)


@pytest.mark.parametrize(("text", "message"), [("SELECT * {}", "CONSTRUCT"), ("CONSTRUCT {", "Correct")])
def test_a_rule_that_is_none_is_named(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "bad.rq").write_text(f"# title: T\n\n{text}\n", encoding="utf-8")
    with pytest.raises(DataFileError, match=rf"bad\.rq.*{message}"):
        derived_quads(Graph(), tmp_path)


def test_graphs_are_built_of_what_is_given() -> None:
    parts: Sequence[str] = (STATES, OFFER)
    assert len(Graph(*parts).store) > len(Graph().store)
