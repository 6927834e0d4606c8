import importlib.util
import itertools
from collections.abc import Sequence
from pathlib import Path

import pyoxigraph as ox
import pytest

from kgbuild.errors import DataFileError
from kgbuild.graph.ontology import ontology_quads
from kgbuild.querying.catalog import read_folder
from kgbuild.querying.rules import derived_quads, run_checks
from kgbuild.resources import data_path
from kgbuild.store.embedded import Store
from kgbuild.vocab import ACT, ATTRIBUTION, DA, DERIVED_GRAPH, RDFS, RULE

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


def text(term: object) -> str:
    """IRI or lexical form."""
    return str(getattr(term, "value", term))


def facts(quads: Sequence[ox.Quad], subject: object) -> dict[str, set[str]]:
    """Local names of properties and values of a node."""
    found: dict[str, set[str]] = {}
    for quad in quads:
        if quad.subject == subject:
            name = quad.predicate.value.rpartition("#")[2].rpartition("/")[2]
            found.setdefault(name, set()).add(small.local(getattr(quad.object, "value", quad.object)))
    return found


def test_every_link_says_which_rule_drew_it_from_what_and_why() -> None:
    denial = act("y", "Deny", "da:agent ent:russia", start=20)
    found = derived_quads(Graph(STATES, ACCUSATION, denial))
    ours = [q.subject for q in found if q.predicate.value == DA.byRule and small.local(q.object) == "denies"]
    (derivation,) = set(ours)
    assert facts(found, derivation) == {
        "type": {"diplomatic-acts#Derivation"},
        "byRule": {"denies"},
        "derivedSubject": {"y"},
        "derivedObject": {"x"},
        "derivedProperty": {"diplomatic-acts#denies", "diplomatic-acts#repliesTo"},
        "wasDerivedFrom": {"x", "y"},
        "wasGeneratedBy": {"run"},
        "comment": {
            "act:y denies act:x, by the rule denies",
            "act:y repliesTo act:x, by the rule denies",
        },
    }
    (rule,) = {q.object for q in found if q.subject == derivation and q.predicate.value == DA.byRule}
    (why,) = facts(found, rule)["comment"]
    assert why.startswith("same article, the denial stands after the accusation")


def test_every_derived_link_has_a_derivation_and_the_other_way_round(store: Store) -> None:
    found = derived_quads(store)
    links = {
        (text(q.subject), q.predicate.value, text(q.object))
        for q in found
        if text(q.subject).startswith((ACT, ATTRIBUTION))
    }
    told: set[tuple[str, str, str]] = set()
    for one in {q.subject for q in found if q.predicate.value == DA.byRule}:
        subjects, objects, properties = (
            {text(q.object) for q in found if q.subject == one and q.predicate.value == predicate}
            for predicate in (DA.derivedSubject, DA.derivedObject, DA.derivedProperty)
        )
        told |= set(itertools.product(subjects, properties, objects))
    assert links
    assert told == links


def test_the_rules_and_their_names_in_the_ontology_are_the_same() -> None:
    labels = {
        text(quad.subject): text(quad.object)
        for quad in ontology_quads()
        if quad.predicate.value == RDFS.label and text(quad.subject).startswith(RULE)
        if isinstance(quad.object, ox.Literal) and quad.object.language == "en"
    }
    rules = read_folder(data_path("queries", "derive"))
    assert labels == {RULE + rule.id: rule.title for rule in rules.values()}
    assert all(rule.about for rule in rules.values())


TENURE = "ent:p a da:Person ; da:heldRole ten:t . ten:t a da:RoleTenure ; da:fromYear 2018 {} ."


def in_role(act_rest: str, more: str, until: str = "") -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = Graph(
        TENURE.format(until), act("x", "State", f"da:agent ent:p {act_rest}"), more
    ).links(DA.inRole)
    return found


def issued(day: str) -> str:
    return f'art:a dcterms:issued "{day}T00:00:00Z"^^xsd:dateTime .'


def test_an_office_is_that_of_the_year_of_the_act() -> None:
    assert in_role("", issued("2018-05-01")) == {("x", "t")}
    assert in_role("", issued("2021-05-01"), "; da:toYear 2022") == {("x", "t")}
    assert in_role("; da:time tim:x", TIME.format("x", "2019-01-01", "2019-12-31")) == {("x", "t")}


@pytest.mark.parametrize(
    ("rest", "more", "until"),
    [
        ("", issued("2017-12-31"), ""),
        ("", issued("2022-01-01"), "; da:toYear 2022"),
        ("", issued("2023-01-01"), "; da:toYear 2022"),
        ("", "", ""),
        ("; da:time tim:x", issued("2021-05-01") + TIME.format("x", "2011-01-01", "2011-01-01"), ""),
        ("; da:time tim:x", TIME.format("x", "2019-12-31", "2020-01-01"), ""),
        ("; da:hasMention men:z", issued("2021-05-01") + "men:z da:inArticle art:b . "
         + issued("2022-05-01").replace("art:a", "art:b"), ""),
    ],
)  # fmt: skip
def test_an_office_of_another_or_an_unknown_year_is_not_drawn(rest: str, more: str, until: str) -> None:
    assert not in_role(rest, more, until)


def test_an_office_of_somebody_else_is_not_drawn() -> None:
    graph = Graph(TENURE.format(""), act("x", "State", "da:agent ent:q"), issued("2021-01-01"))
    assert not graph.links(DA.inRole)


def unanswered(*more: str) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = Graph(STATES, OFFER, *more).links(DA.unansweredIn)
    return found


def test_an_offer_is_unanswered_when_nothing_could_be_its_answer() -> None:
    assert unanswered() == {("x", "run")}
    for other in (
        act("y", "Agree", "da:agent ent:lavrov ; da:topic topic:trade", "b"),
        act("y", "Agree", "da:agent ent:china ; da:topic topic:cyber", "b"),
        act("y", "State", "da:agent ent:lavrov ; da:topic topic:cyber", "b"),
        act("y", "Meet", "da:participant ent:lavrov , ent:china ; da:topic topic:cyber", "b"),
        act("y", "Meet", "da:participant ent:lavrov , ent:blinken ; da:topic topic:trade", "b"),
    ):
        assert unanswered(other) == {("x", "run")}


@pytest.mark.parametrize(
    "answer",
    [
        act("y", "Agree", "da:agent ent:lavrov ; da:topic topic:cyber", "b"),
        act("y", "Reject", "da:agent ent:moscow ; da:topic topic:cyber"),
        act("y", "DeclineComment", "da:agent ent:russia ; da:topic topic:cyber"),
        act("y", "Promise", "da:agent ent:russia"),
        act("y", "ExpressReadiness", "da:agent ent:russia ; da:topic topic:other"),
        act("y", "Meet", "da:participant ent:lavrov , ent:blinken ; da:topic topic:cyber", "b"),
    ],
)
def test_whatever_could_be_an_answer_keeps_an_offer_from_being_unanswered(answer: str) -> None:
    assert not unanswered(answer)


@pytest.mark.parametrize(
    "doubt",
    [
        "att:x da:tense da:FutureTense .",
        "act:x da:conditionalOn cond:x .",
        "act:x da:topic topic:other .",
        "act:x da:hasAttribution att:n . att:n da:polarity da:Negated .",
    ],
)
def test_what_is_no_plain_offer_is_not_called_unanswered(doubt: str) -> None:
    assert not unanswered(doubt)


def test_an_offer_without_addressee_or_topic_is_not_called_unanswered() -> None:
    for rest in ("da:agent ent:usa ; da:topic topic:cyber", "da:agent ent:usa ; da:addressee ent:russia"):
        assert not Graph(STATES, act("x", "Request", rest)).links(DA.unansweredIn)


OWN_WORD = "att:x da:certainty da:Certain ; da:attributedTo ent:blinken ."


def test_what_a_party_will_do_has_the_code_of_its_intent() -> None:
    future = OWN_WORD + "att:x da:tense da:FutureTense ."
    assert codes("Visit", STATES + future) == {"plover#AGREE", "cameo#03"}
    assert codes("Expel", STATES + future) == {"plover#THREATEN", "cameo#13"}
    negated = act("x", "Agree", "da:agent ent:usa").replace("Affirmed", "Negated")
    refusal = Graph(STATES, negated, OWN_WORD, "att:x da:tense da:PastTense .")
    assert {code for _, code in refusal.links(DA.codedAs)} == {"plover#REJECT", "cameo#12"}


@pytest.mark.parametrize(
    "doubt",
    [
        OWN_WORD.replace("blinken", "lavrov"),
        OWN_WORD.replace("Certain", "Possible"),
        OWN_WORD + "ent:blinken a da:Agency .",
        OWN_WORD + "act:x da:conditionalOn cond:x .",
        OWN_WORD + "act:x da:hasAttribution att:n . att:n da:polarity da:Negated .",
        OWN_WORD + "act:x da:hasAttribution att:n . att:n da:tense da:PastTense .",
        "",
    ],
)
def test_an_intent_that_another_tells_or_that_is_in_doubt_has_no_code(doubt: str) -> None:
    assert not codes("Visit", STATES + "att:x da:tense da:FutureTense ." + doubt)


def test_an_act_of_the_future_that_is_neither_joint_nor_hostile_has_no_intent_code() -> None:
    assert not codes("Release", STATES + OWN_WORD + "att:x da:tense da:FutureTense .")


def test_derivation_is_stable(store: Store) -> None:
    """What is derived does not change what is derived."""
    assert derived_quads(store) == store.quads(DERIVED_GRAPH)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT * {}", "CONSTRUCT"),
        ("CONSTRUCT {", "Correct"),
        ('CONSTRUCT { <urn:x> <urn:p> "text" } {}', "IRIs only"),
        ("CONSTRUCT { [] <urn:p> <urn:x> } {}", "IRIs only"),
    ],
)
def test_a_rule_that_is_none_is_named(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "bad.rq").write_text(f"# title: T\n\n{text}\n", encoding="utf-8")
    with pytest.raises(DataFileError, match=rf"(?s)bad\.rq.*{message}"):
        derived_quads(Graph(), tmp_path)


def test_graphs_are_built_of_what_is_given() -> None:
    parts: Sequence[str] = (STATES, OFFER)
    assert len(Graph(*parts).store) > len(Graph().store)
