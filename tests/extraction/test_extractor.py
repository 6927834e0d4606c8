"""What the extraction reads in sentences written for it, by construction."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kgbuild.extraction.extractor import Extracted
from kgbuild.model import ActMention, Polarity, Role, Tense
from kgbuild.text.tables import Row, read_table
from kgbuild.vocab import report_name

Extract = Callable[[str], Extracted]
TABLE = Path(__file__).with_name("sentences.tsv")
CASES = list(read_table(TABLE, ("construction", "sentence", "acts")))


def keys(act: ActMention, role: Role) -> set[str]:
    return {entity.key for entity in act.entities(role)}


def names(cell: str) -> set[str]:
    return set(filter(None, cell.split("+")))


@pytest.mark.parametrize("row", CASES, ids=[f"{row['construction']}-{row.line}" for row in CASES])
def test_sentences(extract: Extract, row: Row) -> None:
    text = row["sentence"]
    found = extract(text)
    by_trigger = {act.trigger.span.of(text): act for act in found.acts}
    before: ActMention | None = None
    for wanted in row["acts"].split(" ; "):
        act_type, trigger, agents, addressees, flags = wanted.split("|")
        assert trigger in by_trigger, [(a.trigger.act_type, a.trigger.span.of(text)) for a in found.acts]
        act = by_trigger[trigger]
        assert report_name(act.trigger.act_type) == act_type
        assert keys(act, Role.AGENT) == names(agents)
        if addressees:
            assert keys(act, Role.ADDRESSEE) == names(addressees)
        assert (act.polarity is Polarity.NEGATED) == ("neg" in flags.split())
        assert (act.condition is not None) == ("cond" in flags.split())
        if "in" in flags.split():
            assert act.within is not None
            assert found.acts[act.within] is before
        for flag in flags.split():
            if flag.startswith("by="):
                assert keys(act, Role.REPORTED_BY) == {flag.removeprefix("by=")}
            if flag.startswith("at="):
                assert keys(act, Role.PLACE) == {flag.removeprefix("at=")}
            if flag.startswith("on="):
                assert act.time is not None
                assert act.time.text == flag.removeprefix("on=").replace("_", " ")
        if "future" in flags.split():
            assert act.tense is Tense.FUTURE
        before = act


def test_a_statement_of_nobody_known_is_kept_without_an_agent(extract: Extract) -> None:
    found = extract("قال مسؤول كبير إن المحادثات ستستأنف قريبا.")
    assert [act.entities(Role.AGENT) for act in found.acts] == [()]


def test_a_source_line_credits_the_agency(extract: Extract) -> None:
    text = (
        "قال بيسكوف إن الحوار مع واشنطن صعب لكنه يتقدم في سياق التفاهمات القائمة بين البلدين.\n"
        "وأضاف أن موعد الجولة المقبلة من المشاورات لم يحدد بعد.\n"
        "المصدر: رويترز"
    )
    found = extract(text)
    told = [act for act in found.acts if act.within is None]
    assert [keys(act, Role.REPORTED_BY) for act in told] == [{"reuters"}] * 2


def test_what_somebody_unnamed_does_is_an_act(extract: Extract) -> None:
    found = extract("رفض مسؤول كبير المقترح الجديد.")
    assert [(act.trigger.act_type, act.entities(Role.AGENT)) for act in found.acts] == [("Reject", ())]
    assert found.triggers == 1


def test_what_may_come_from_somebody_unnamed_is_an_issue(extract: Extract) -> None:
    found = extract("من المنتظر أن يرفض البرلمان المقترح الجديد.")
    assert not found.acts
    assert [issue.code for issue in found.issues] == ["trigger-without-agent"]
    assert found.triggers == 1


@pytest.mark.parametrize(
    "text",
    [
        "ويتوقع أن تستأنف المحادثات قريبا.",
        "قالت ميركل في لقاء مع الجزيرة إن الحوار مستمر.",
        "وسط إجراءات أمنية مشددة.",
    ],
    ids=["impersonal", "interview", "adjective"],
)
def test_what_looks_like_an_act_and_is_none(extract: Extract, text: str) -> None:
    found = extract(text)
    assert [act.trigger.span.of(text) for act in found.acts if act.trigger.row != "qala"] == []
    assert found.triggers == len(found.acts) + len(found.issues)


def test_a_verbal_noun_without_parties_is_no_trigger(extract: Extract) -> None:
    found = extract("تستمر المفاوضات منذ أسابيع.")
    assert found.triggers == len(found.acts) == 0


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.lists(
        st.sampled_from([row["sentence"] for row in CASES] + ["«", "»", '"', "\n", "إذا", "وقال: "]),
        max_size=5,
    )
)
def test_spans_stay_in_the_text_and_counts_close(extract: Extract, parts: list[str]) -> None:
    text = " ".join(parts)
    found = extract(text)
    assert found.triggers == len(found.acts) + len(found.issues)
    for number, act in enumerate(found.acts):
        assert 0 <= act.evidence.start < act.evidence.end <= len(text)
        assert act.evidence.contains(act.trigger.span)
        assert act.within is None or act.within < number
        assert 0 <= act.confidence <= 1


def test_an_occasion_ends_with_its_speaker(extract: Extract) -> None:
    found = extract("قال لافروف، يوم الأربعاء، إن الحوار مستمر. وقال أنتوني بلينكن إن بلاده تدرس الأمر.")
    assert [act.time.text if act.time else None for act in found.acts] == ["يوم الأربعاء", None]


def test_a_time_that_stands_in_what_is_said_is_no_occasion(extract: Extract) -> None:
    found = extract("قال لافروف إن الوفد وصل يوم الأربعاء. وأضاف أن الحوار مستمر.")
    assert found.acts[-1].time is None


def test_what_the_words_settle_is_a_topic_and_what_they_hint_at_is_possible(extract: Extract) -> None:
    found = extract("قال لافروف إن القراصنة شنوا هجمات إلكترونية على بنوك كثيرة.")
    (act,) = found.acts
    assert act.topics == ("cyber",)
    assert not set(act.possible_topics) & set(act.topics)
