"""Small cases counted by hand."""

from typing import Any

import pytest

from kgbuild.errors import DataFileError
from kgbuild.evaluation import Counts, Figure, GoldArticle, Scores, score
from kgbuild.evaluation.gold import gold_article
from kgbuild.evaluation.record import Record

Row = dict[str, Any]

RUSSIA = {"iri": "e/russia", "label_en": "Russia", "wikidata": "Q159"}
USA = {"iri": "e/usa", "label_en": "United States", "wikidata": "Q30"}
LAVROV = {"iri": "e/lavrov", "label_en": "Sergey Lavrov"}


def gold_entity(start: int, end: int, name: str = "Russia", kind: str = "Place", **more: Any) -> Row:
    return {"start": start, "end": end, "type": kind, "canonical_en": name, "wikidata": None, **more}


ENTITIES = [
    gold_entity(0, 5, "Russia", wikidata="Q159"),
    gold_entity(10, 16, "United States"),
    gold_entity(20, 26, "Sergey Lavrov", "Person"),
]


def gold_act(
    kind: str = "Propose", trigger: int = 30, evidence: tuple[int, int] = (30, 60), **more: Any
) -> Row:
    act: Row = {
        "type": kind,
        "trigger": "x" * 5,
        "trigger_start": trigger,
        "evidence": "y" * (evidence[1] - evidence[0]),
        "evidence_start": evidence[0],
        "agent": ["Russia"],
        "addressee": [],
        "reported_by": [],
        "topics": [],
        "negated": False,
        "conditional": False,
    }
    return act | more


def gold(*acts: Row, entities: list[Row] | None = None) -> GoldArticle:
    content = {"id": "a", "entities": ENTITIES if entities is None else entities, "acts": list(acts)}
    return gold_article(Record(content, "gold"))


def act(kind: str = "Propose", trigger: int = 30, evidence: tuple[int, int] = (30, 60), **more: Any) -> Row:
    row: Row = {
        "document": "a",
        "type": kind,
        "trigger": {"text": "x", "start": trigger, "end": trigger + 5},
        "evidence": {"text": "y", "start": evidence[0], "end": evidence[1]},
        "agent": [RUSSIA],
        "addressee": [],
        "reported_by": [],
        "topics": [],
        "negated": False,
        "conditional": False,
    }
    return row | more


def mention(start: int, end: int, kind: str = "Place", entity: Row | None = None) -> Row:
    return {"document": "a", "text": "…", "start": start, "end": end, "type": kind, "entity": entity}


def counts(article: GoldArticle, acts: list[Row], mentions: list[Row] | None = None) -> dict[Figure, Counts]:
    return dict(score([article], acts, mentions or []).figures)


def test_a_right_act_is_detected_typed_and_whole() -> None:
    found = counts(gold(gold_act()), [act()])
    assert found[Figure.DETECTED] == found[Figure.TYPED] == found[Figure.ACT] == Counts(1, 0, 0)


def test_missed_and_spurious_acts_cost_one_each() -> None:
    scores = score([gold(gold_act())], [act("Reject", 100, (100, 130))], [])
    assert scores.figures[Figure.ACT] == Counts(0, 1, 1)
    assert scores.by_type == {"Propose": Counts(0, 0, 1), "Reject": Counts(0, 1, 0)}


def test_an_optional_act_costs_nothing_missed_or_misread_and_counts_when_right() -> None:
    optional = gold(gold_act(optional=True))
    assert counts(optional, [])[Figure.ACT] == Counts()
    assert counts(optional, [act("Reject")])[Figure.ACT] == Counts()
    assert counts(optional, [act()])[Figure.ACT] == Counts(1, 0, 0)


def test_an_alternative_type_is_right_and_counts_for_its_own_row() -> None:
    scores = score([gold(gold_act("State", alt_types=["Accuse"]))], [act("Accuse")], [])
    assert scores.figures[Figure.TYPED] == Counts(1, 0, 0)
    assert scores.by_type == {"Accuse": Counts(1, 0, 0)}


def test_a_wrong_type_costs_both_types_and_the_act() -> None:
    scores = score([gold(gold_act("Propose"))], [act("Demand")], [])
    assert scores.figures[Figure.DETECTED] == Counts(1, 0, 0)
    assert scores.figures[Figure.TYPED] == scores.figures[Figure.ACT] == Counts(0, 1, 1)
    assert scores.by_type == {"Propose": Counts(0, 0, 1), "Demand": Counts(0, 1, 0)}


@pytest.mark.parametrize(
    ("evidence", "aligned"),
    [
        ((30, 60), True),
        ((45, 75), True),  # half of the shorter span, 15 of 45
        ((46, 76), False),  # 14 of 30 is less than half
        ((0, 199), True),  # inside, 30 of 199 is 0.1507
        ((0, 201), False),  # inside, 30 of 201 is 0.1493
    ],
)
def test_evidence_aligns_from_half_of_the_shorter_span(evidence: tuple[int, int], aligned: bool) -> None:
    found = counts(gold(gold_act()), [act(trigger=500, evidence=evidence)])
    assert (found[Figure.DETECTED].tp == 1) is aligned


def test_triggers_align_even_where_the_evidence_is_apart() -> None:
    found = counts(gold(gold_act(trigger=30)), [act(trigger=34, evidence=(200, 210))])
    assert found[Figure.DETECTED] == Counts(1, 0, 0)
    found = counts(gold(gold_act(trigger=30)), [act(trigger=35, evidence=(200, 210))])
    assert found[Figure.DETECTED] == Counts(0, 1, 1)


def test_the_same_trigger_goes_before_the_same_evidence() -> None:
    by_trigger = act("Deny", trigger=30, evidence=(30, 40))
    by_evidence = act("Propose", trigger=70, evidence=(30, 60))
    scores = score([gold(gold_act())], [by_evidence, by_trigger], [])
    assert scores.by_type == {"Propose": Counts(0, 1, 1), "Deny": Counts(0, 1, 0)}


def test_each_row_tells_one_act_and_the_first_of_equals_wins() -> None:
    found = counts(gold(gold_act(), gold_act(agent=["United States"])), [act()])
    assert found[Figure.DETECTED] == Counts(1, 0, 1)
    assert found[Figure.ACT] == Counts(1, 0, 1)


@pytest.mark.parametrize(
    ("wanted", "found", "right"),
    [
        (["Russia"], [RUSSIA], True),
        (["Russia"], [USA], False),
        (["Russia"], [], False),
        (["Russia", "United States"], [RUSSIA], True),  # F1 0.667
        (["Russia"], [RUSSIA, USA], True),  # F1 0.667
        (["Russia"], [RUSSIA, USA, LAVROV, {"iri": "e/un", "label_en": "UN"}], False),  # F1 0.4
        (["Nowhere Named"], [USA], True),  # the gold places the agent nowhere
        ([], [], True),
        ([], [USA], False),
        (["Sergey Lavrov"], [{"iri": "e/x", "label_en": "Sergei Lavrov"}], True),
        (["Sergey Lavrov"], [{"iri": "e/x", "label_en": "Ivan Lavrov"}], False),
        (["Russia"], [{"iri": "e/x", "label_en": "Moscow"}], True),  # metonym
        (["Russia"], [{"iri": "e/x", "label_en": "Government of Russia"}], True),
        (["Russia"], [{"iri": "e/x", "wikidata": "Q159"}], True),
    ],
)
def test_an_act_is_right_from_half_of_its_agents(wanted: list[str], found: list[Row], right: bool) -> None:
    result = counts(gold(gold_act(agent=wanted)), [act(agent=found)])
    assert (result[Figure.ACT] == Counts(1, 0, 0)) is right


def test_an_entity_named_in_the_same_place_is_the_same() -> None:
    unnamed = {"iri": "e/nil", "label_ar": "روسيا"}
    article = gold(gold_act())
    assert counts(article, [act(agent=[unnamed])])[Figure.ACT].tp == 0
    assert counts(article, [act(agent=[unnamed])], [mention(0, 5, entity=unnamed)])[Figure.ACT].tp == 1


def test_an_alternative_agent_is_right() -> None:
    article = gold(gold_act(agent=["Sergey Lavrov"], alt_agents=["Russia", ["United States", "Russia"]]))
    assert counts(article, [act(agent=[RUSSIA])])[Figure.ACT].tp == 1
    assert counts(article, [act(agent=[RUSSIA, USA])])[Figure.ACT].tp == 1


def test_joint_acts_take_agents_and_addressees_together() -> None:
    article = gold(gold_act("Meet", agent=["Russia"], addressee=["United States"]))
    found = counts(article, [act("Meet", agent=[USA, RUSSIA])])
    assert found[Figure.ACT] == Counts(1, 0, 0)
    assert found[Figure.ADDRESSEE] == Counts()


def test_roles_count_participants() -> None:
    article = gold(gold_act(addressee=["United States"], reported_by=["Sergey Lavrov", "Unplaced"]))
    found = counts(article, [act(addressee=[RUSSIA, USA], reported_by=[USA])])
    assert found[Figure.ADDRESSEE] == Counts(1, 1, 0)
    assert found[Figure.REPORTED_BY] == Counts(0, 0, 1)  # the unplaced name makes any other free


def test_an_inferred_reporter_is_not_scored() -> None:
    article = gold(gold_act(reported_by=[], reported_by_inferred=["TASS"]))
    assert counts(article, [act(reported_by=[LAVROV])])[Figure.REPORTED_BY] == Counts()
    assert counts(gold(gold_act()), [act(reported_by=[LAVROV])])[Figure.REPORTED_BY] == Counts(0, 1, 0)


def test_topics_and_flags() -> None:
    article = gold(gold_act(topics=["cyber", "trade"], negated=True))
    found = counts(article, [act(topics=["trade"], conditional=True)])
    assert found[Figure.TOPIC] == Counts(1, 0, 0)
    assert found[Figure.NEGATED] == Counts(0, 0, 1)
    assert found[Figure.CONDITIONAL] == Counts(0, 1, 0)


def test_mentions_need_the_kind_the_end_and_nearly_the_start() -> None:
    rows = [mention(3, 5), mention(6, 16), mention(20, 26, "Place"), mention(20, 25, "Person")]
    assert counts(gold(), [], rows)[Figure.MENTION] == Counts(1, 3, 2)


def test_one_row_finds_one_mention() -> None:
    twice = gold(entities=[gold_entity(0, 5), gold_entity(1, 5)])
    assert counts(twice, [], [mention(0, 5)])[Figure.MENTION] == Counts(1, 0, 1)


@pytest.mark.parametrize("extra", [{"type": "Role"}, {"kind": "nominal"}, {"zone": "boilerplate"}])
def test_titles_and_boilerplate_are_free_found_or_missed(extra: Row) -> None:
    article = gold(entities=[gold_entity(0, 5) | extra])
    assert counts(article, [], [])[Figure.MENTION] == Counts()
    assert counts(article, [], [mention(4, 9, "Person")])[Figure.MENTION] == Counts()


def test_a_link_needs_the_id_and_half_of_the_span() -> None:
    article = gold()
    assert counts(article, [], [mention(0, 5, entity=RUSSIA)])[Figure.LINK] == Counts(1, 0, 0)
    assert counts(article, [], [mention(0, 5, entity=USA)])[Figure.LINK] == Counts(0, 0, 1)
    assert counts(article, [], [mention(3, 9, "Person", RUSSIA)])[Figure.LINK] == Counts(0, 0, 1)


def test_ratios_are_rounded_and_empty_ones_are_none() -> None:
    nothing = score([gold(entities=[])], [], []).as_dict()
    assert nothing["act"] == {"p": 0.0, "r": 0.0, "f1": 0.0, "tp": 0, "fp": 0, "fn": 0}
    assert nothing["type_macro_f1"] is None
    assert nothing["topic_accuracy"] is None
    assert nothing["wikidata_link_accuracy"] is None
    assert Counts(2, 1, 4).as_dict() == {"p": 0.667, "r": 0.333, "f1": 0.444, "tp": 2, "fp": 1, "fn": 4}


def test_macro_f1_is_over_types_with_four_gold_acts() -> None:
    four = [gold_act(trigger=at, evidence=(at, at + 9)) for at in (100, 200, 300, 400)]
    article = gold(*four, gold_act("Deny", 500, (500, 509)))
    rows = [act(trigger=at, evidence=(at, at + 9)) for at in (100, 200)]
    assert score([article], rows, []).type_macro_f1 == 0.667


def test_gold_without_any_rows_is_named() -> None:
    scores = score([gold(gold_act())], [act() | {"document": "b"}], [])
    assert scores.unseen == ("a",)
    assert scores.figures[Figure.ACT] == Counts(0, 0, 1)
    assert "no rows at all for: a" in scores.table()


def problems() -> Scores:
    article = gold(
        gold_act(topics=["cyber"], addressee=["United States"]),
        gold_act("Deny", 100, (100, 130)),
        gold_act("Accuse", 200, (200, 230), agent=["Sergey Lavrov"]),
    )
    rows = [act(), act("Reject", 200, (200, 230)), act("State", 300, (300, 330))]
    return score([article], rows, [mention(0, 5, entity=USA), mention(70, 75)])


def test_problems_are_listed_by_stage() -> None:
    listed = [str(error) for error in problems().errors]
    assert [line.split(": yyy")[0] for line in listed] == [
        "a[10:16] missed Place: United States",
        "a[20:26] missed Person: Sergey Lavrov",
        "a[70:75] spurious Place: …",
        "a[0:5] not linked to Q159: Russia",
        "a[100:130] missed Deny",
        "a[300:330] spurious State: y",
        "a[200:230] Accuse read as Reject",
        "a[30:60] Propose read with addressee -, not United States",
        "a[30:60] Propose read with topic -, not cyber",
    ]


def test_a_problem_takes_one_short_line() -> None:
    evidence = {"text": "a\u2028b\u202e\x1b[31m\n" + "z" * 500, "start": 0, "end": 9}
    scores = score([gold()], [act() | {"evidence": evidence}], [])
    line = str(scores.errors[-1])
    assert line.startswith("a[0:9] spurious Propose: a b [31m z")
    assert line.isprintable()
    assert len(line) < 200


def test_the_table_shows_figures_and_types() -> None:
    table = problems().table().splitlines()
    assert table[0].split() == ["precision", "recall", "F1", "right", "wrong", "missed"]
    assert ["act", "0.333", "0.333", "0.333", "1", "2", "2"] in [line.split() for line in table]
    assert ["Deny", "0.000", "0.000", "0.000", "0", "0", "1"] in [line.split() for line in table]
    assert "topic accuracy: 0.000" in table
    assert len({len(line) for line in table[:9]}) == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"type": None}, "act row 1: 'type' is None; expected a string"),
        ({"trigger": {"start": 3}}, "act row 1, trigger: 'end' is missing"),
        (
            {"trigger": {"start": 3, "end": 1}},
            "act row 1, trigger: 'end' is 1; expected an offset of at least 3",
        ),
        ({"trigger": {"start": -1, "end": 1}}, "'start' is -1; expected a number of code points"),
        ({"trigger": {"start": True, "end": 1}}, "'start' is True"),
        ({"evidence": "text"}, "act row 1, evidence: expected a JSON object, found str"),
        ({"agent": RUSSIA}, "act row 1: 'agent' is .* expected a list"),
        ({"agent": ["Russia"]}, "act row 1, agent 1: expected a JSON object"),
        ({"agent": [{"label_en": "Russia"}]}, "act row 1, agent 1: 'iri' is missing"),
        ({"topics": [1]}, "'topics' is .* expected a list of strings"),
        ({"negated": "no"}, "'negated' is 'no'; expected true or false"),
    ],
)
def test_a_malformed_row_is_named(change: Row, message: str) -> None:
    with pytest.raises(DataFileError, match=message):
        score([gold(gold_act())], [act() | change], [])
