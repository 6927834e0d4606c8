"""Corrections on an extraction: what changes, what stays, and that nothing is dropped silently."""

from types import ModuleType

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.graph.corrections import Revision, correction_quads
from kgbuild.graph.mapping import article_quads
from kgbuild.model import Decision, Extraction, Kind, Role, Span
from kgbuild.review import Correction, Entities, added_entities, apply, took_effect
from kgbuild.vocab import OA, PROV, RDFS


def at(
    extraction: Extraction, kind: str, words: str, decision: str, nth: int = 0, by: str = "Reem"
) -> Correction:
    text, start = extraction.article.text, -1
    for _ in range(nth + 1):
        start = text.index(words, start + 1)
    key = extraction.article.content_hash[:20]
    return Correction(key, start, start + len(words), kind, words, decision, by)


def corrected(story: ModuleType, extraction: Extraction, *rows: Correction) -> Extraction:
    return apply(extraction, rows, Entities(story.KNOWN, rows))


def keys(extraction: Extraction, number: int, role: Role) -> list[str]:
    return [entity.key for entity in extraction.acts[number].entities(role)]


def codes(extraction: Extraction) -> list[str]:
    return [issue.code for issue in extraction.issues if issue.stage == "review"]


def closes(extraction: Extraction) -> bool:
    c = extraction.counts
    return c["mentions"] == c["linked"] + c["nil"] + c["ambiguous"] == len(extraction.links)


def test_a_nil_name_becomes_a_known_entity_in_links_and_acts(story: ModuleType) -> None:
    echo = story.echo()
    found = corrected(story, echo, at(echo, "name", "سالم العمري", "sergey-lavrov"))
    (link,) = [one for one in found.links if one.mention.surface == "سالم العمري"]
    assert (link.decision, link.entity) == (Decision.LINKED, story.LAVROV)
    assert keys(found, 2, Role.AGENT) == ["sergey-lavrov"]
    assert codes(found) == ["name-corrected"]
    assert found.counts["nil"] == 0
    assert closes(found)
    assert any("Reem" in issue.message for issue in found.issues)


def test_a_wikidata_id_finds_the_gazetteers_entity(story: ModuleType) -> None:
    echo = story.echo()
    found = corrected(story, echo, at(echo, "name", "سالم العمري", "Q58217 Somebody Else"))
    assert keys(found, 2, Role.AGENT) == ["sergey-lavrov"]
    assert added_entities(found) == {}


def test_a_new_wikidata_item_becomes_an_entity_described_in_the_article(story: ModuleType) -> None:
    echo = story.echo()
    row = at(echo, "name", "سالم العمري", "Q99 Salem al-Omari")
    found = corrected(story, echo, row)
    (entity,) = added_entities(found).values()
    assert (entity.key, entity.kind, entity.wikidata) == ("wd-Q99", Kind.PERSON, "Q99")
    assert (entity.label_ar, entity.label_en) == ("سالم العمري", "Salem al-Omari")
    quads = correction_quads(found, [], [entity])
    assert '"Salem al-Omari"@en' in {str(q.object) for q in quads if q.predicate.value == RDFS.label}


def test_a_rejected_name_leaves_its_roles_too(story: ModuleType) -> None:
    echo = story.echo()
    found = corrected(story, echo, at(echo, "name", "سالم العمري", "reject"))
    assert "سالم العمري" not in {link.mention.surface for link in found.links}
    assert keys(found, 2, Role.AGENT) == []
    assert found.counts["mentions"] == 3
    assert closes(found)


def test_a_decision_about_a_linked_name_is_about_that_mention_alone(story: ModuleType) -> None:
    offer = story.offer()
    found = corrected(story, offer, at(offer, "name", "روسيا", "reject"))
    assert keys(found, 2, Role.ADDRESSEE) == ["russia"]
    assert len(found.links) == len(offer.links) - 1


def test_an_accepted_name_stays_as_it_is(story: ModuleType) -> None:
    echo = story.echo()
    found = corrected(story, echo, at(echo, "name", "سالم العمري", "accept"))
    assert found.links == echo.links
    assert found.acts == echo.acts
    assert codes(found) == ["name-accepted"]


def test_an_ambiguous_name_that_is_accepted_is_linked(story: ModuleType) -> None:
    offer = story.offer()
    found = corrected(story, offer, at(offer, "name", "بوتين", "accept"))
    (link,) = [one for one in found.links if one.mention.surface == "بوتين"]
    assert (link.decision, link.entity) == (Decision.LINKED, story.PUTIN)
    assert found.counts["ambiguous"] == 0
    assert closes(found)


def test_two_spellings_of_nobody_known_can_be_one_name(story: ModuleType) -> None:
    echo = story.echo()
    found = corrected(story, echo, at(echo, "name", "بيسكوف", story.STRANGER.key))
    (link,) = [one for one in found.links if one.mention.surface == "بيسكوف"]
    assert (link.decision, link.entity) == (Decision.NIL, story.STRANGER)
    assert closes(found)
    assert article_quads(found)


def test_type_and_roles_of_an_act_are_corrected(story: ModuleType) -> None:
    offer = story.offer()
    row = at(offer, "act", "عرضت", "type=Promise agent=sergey-lavrov+Q7747 addressee=")
    found = corrected(story, offer, row)
    act = found.acts[1]
    assert act.trigger.act_type == "Promise"
    assert keys(found, 1, Role.AGENT) == ["sergey-lavrov", "vladimir-putin"]
    assert keys(found, 1, Role.ADDRESSEE) == []
    assert {argument.how for argument in act.arguments} == {"review"}
    assert act.confidence == 1.0
    assert act.within == 0
    (issue,) = [one for one in found.issues if one.stage == "review"]
    assert issue.code == "act-corrected"
    assert issue.message == (
        "type Propose → Promise; agent Russia → Sergey Lavrov and Vladimir Putin; "
        "addressee United States → nobody, by Reem"
    )


def test_an_accepted_act_is_certain(story: ModuleType) -> None:
    offer = story.offer()
    found = corrected(story, offer, at(offer, "act", "عرضت", "accept"))
    assert found.acts[1].confidence == 1.0
    assert codes(found) == ["act-accepted"]


def test_what_was_told_within_a_rejected_act_belongs_to_the_act_around_it(story: ModuleType) -> None:
    offer = story.offer()
    found = corrected(story, offer, at(offer, "act", "قال", "reject"))
    assert len(found.acts) == len(offer.acts) - 1
    assert found.acts[0].trigger.act_type == "Propose"
    assert found.acts[0].within is None
    assert found.acts[5].within == 4
    assert found.counts["acts"] == 6
    assert found.counts["trigger_issues"] == 1
    assert codes(found) == ["act-rejected"]


def test_the_person_of_an_act_may_be_nobody_known(story: ModuleType) -> None:
    echo = story.echo()
    found = corrected(story, echo, at(echo, "act", "سلمت", f"agent={story.STRANGER.key}"))
    assert keys(found, 3, Role.AGENT) == [story.STRANGER.key]


@pytest.mark.parametrize(
    ("kind", "words", "decision", "code"),
    [
        ("act", "حوارا", "reject", "correction-unmatched"),
        ("name", "حوارا", "Q30", "correction-unmatched"),
        ("act", "عرضت", "agent=nobody-of-that-key", "correction-unknown-entity"),
        ("act", "عرضت", "agent=Q123456789", "correction-unknown-entity"),
        ("name", "لافروف", "nobody-of-that-key", "correction-unknown-entity"),
    ],
)
def test_what_finds_no_place_is_an_issue_and_changes_nothing(
    story: ModuleType, kind: str, words: str, decision: str, code: str
) -> None:
    offer = story.offer()
    row = at(offer, kind, words, decision)
    found = corrected(story, offer, row)
    assert codes(found) == [code]
    assert (found.acts, found.links) == (offer.acts, offer.links)
    assert took_effect(found, [row]) == []
    assert correction_quads(found, []) == []


def test_other_words_at_the_place_are_no_match(story: ModuleType) -> None:
    offer = story.offer()
    row = at(offer, "act", "عرضت", "reject")
    moved = Correction(row.article, row.start, row.end, row.kind, "عرضوا", row.decision)
    assert codes(corrected(story, offer, moved)) == ["correction-unmatched"]


def test_corrections_are_told_in_the_graph(story: ModuleType) -> None:
    offer = story.offer()
    rows = [at(offer, "act", "عرضت", "Promise"), at(offer, "act", "نفت", "reject", by="")]
    found = corrected(story, offer, *rows)
    revisions = [Revision(Span(r.start, r.end), r.kind, r.decision, r.by) for r in took_effect(found, rows)]
    quads = correction_quads(found, revisions)

    def objects(predicate: str) -> list[str]:
        found = [quad.object for quad in quads if quad.predicate.value == predicate]
        return [one.value for one in found if isinstance(one, ox.NamedNode | ox.Literal)]

    mentions = {str(quad.subject).strip("<>") for quad in article_quads(found)}
    assert len(objects(OA.hasBody)) == 1
    assert set(objects(OA.hasBody)) <= mentions
    assert len(objects(OA.hasTarget)) == 2
    assert len(objects(PROV.wasAttributedTo)) == 1
    assert set(objects(RDFS.label)) == {"act: Promise", "act: reject", "Reem"}
    assert set(objects(OA.exact)) == {"عرضت", "نفت"}
    assert quads == correction_quads(found, reversed(revisions))


@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.integers(1, 8), st.sampled_from(["reject", "accept"])), max_size=6
    )
)
def test_whatever_is_corrected_the_counts_close(
    story: ModuleType, places: list[tuple[int, int, str]]
) -> None:
    offer = story.offer()
    text = offer.article.text
    triggers = [(act.trigger.span.start, len(act.trigger.span)) for act in offer.acts]
    rows = {}
    for start, length, decision in [*places, *((s, n, "reject") for s, n in triggers[: len(places)])]:
        surface = " ".join(text[start : start + length].split())
        if surface:
            place = (start, start + length)
            rows[place] = Correction(
                offer.article.content_hash[:20], start, start + length, "act", surface, decision
            )
    found = corrected(story, offer, *rows.values())
    assert closes(found)
    assert found.counts["acts"] == len(found.acts)
    assert len(codes(found)) == len(rows)
    for number, act in enumerate(found.acts):
        assert act.within is None or act.within < number
