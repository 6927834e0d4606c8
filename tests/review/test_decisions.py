"""What a person may write as a decision."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.review.decisions import ACT, CORRECT, NAME, Decision, Reference, decision


@pytest.mark.parametrize("kind", [ACT, NAME])
@pytest.mark.parametrize("word", ["accept", "reject", "undo", "Accept", " REJECT "])
def test_words_hold_for_names_and_acts(kind: str, word: str) -> None:
    assert decision(kind, word) == Decision(word.strip().lower())


@pytest.mark.parametrize(
    "text",
    [
        "Q159",
        "https://www.wikidata.org/wiki/Q159",
        "http://www.wikidata.org/entity/Q159",
        "https://www.wikidata.org/entity/Q159",
        "wd:Q159",
    ],
)
def test_a_wikidata_item_in_every_form(text: str) -> None:
    assert decision(NAME, text).entity == Reference("Q159")


@pytest.mark.parametrize("text", ["russia", "ent:russia", "https://w3id.org/kgbuild/entity/russia"])
def test_an_entity_in_every_form(text: str) -> None:
    assert decision(NAME, text).entity == Reference("russia")


def test_a_new_item_can_be_given_a_label() -> None:
    assert decision(NAME, "Q42 Douglas Adams").entity == Reference("Q42", "Douglas Adams")


def test_a_type_alone_and_changes() -> None:
    assert decision(ACT, "Reject") == Decision("reject")
    assert decision(ACT, "Propose") == Decision(CORRECT, type="Propose")
    read = decision(ACT, "type=Propose; agent=russia addressee=united-states+china reported_by=")
    assert read.type == "Propose"
    assert read.roles == {
        "agent": (Reference("russia"),),
        "addressee": (Reference("united-states"), Reference("china")),
        "reported_by": (),
    }


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        (ACT, "Proposal", "Propose"),
        (ACT, "type=Proposal", "Propose"),
        (ACT, "agent = russia", "without spaces"),
        (ACT, "agent=russia agent=china", "twice"),
        (ACT, "place=geneva", "cannot be changed"),
        (ACT, "agent=روسيا", "names no entity"),
        (ACT, "agent=a=b", "no change"),
        (NAME, "روسيا", "names no entity"),
        (NAME, "russia Russia", "only a Wikidata id"),
        (NAME, "Q42 " + "x" * 201, "200"),
        (NAME, "../../etc/passwd", "names no entity"),
    ],
)
def test_what_makes_no_sense_is_told(kind: str, text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        decision(kind, text)


@given(st.sampled_from([ACT, NAME]), st.text(max_size=60))
def test_any_text_is_read_or_refused(kind: str, text: str) -> None:
    try:
        action = decision(kind, text).action
    except ValueError:
        return
    assert action in {"accept", "reject", "undo", CORRECT}
