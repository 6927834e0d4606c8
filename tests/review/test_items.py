"""What a person is shown, and that what they fill in is read again."""

from pathlib import Path
from types import ModuleType

from kgbuild.model import Extraction
from kgbuild.review import Corrections, Entities, Item, apply, items, read_decisions, text_table, write_table


def listed(extraction: Extraction, corrections: Corrections, everything: bool = False) -> list[Item]:
    decided = {one.place: one for one in corrections}
    return items(extraction, decided, below=0.9, everything=everything)


def test_names_without_an_entity_and_unsure_acts_are_listed(story: ModuleType) -> None:
    found = [
        (i.kind, i.surface, i.type) for e in (story.offer(), story.echo()) for i in listed(e, Corrections())
    ]
    assert found == [
        ("name", "بوتين", "Person"),
        ("act", "عرضت", "Propose"),
        ("name", "سالم العمري", "Person"),
    ]


def test_a_row_says_all_that_is_needed_to_decide(story: ModuleType) -> None:
    (name, act) = listed(story.offer(), Corrections())
    assert name.suggestions == "vladimir-putin"
    assert "والتقى بوتين وبايدن" in name.context
    assert (act.agent, act.addressee, act.confidence) == ("russia", "united-states", 0.8)
    assert act.context.startswith("روسيا عرضت")
    assert len(listed(story.offer(), Corrections(), everything=True)) == 1 + len(story.offer().acts)


def test_a_filled_in_table_is_applied_and_not_asked_again(story: ModuleType, tmp_path: Path) -> None:
    echo = story.echo()
    lines = write_table(listed(echo, Corrections())).splitlines()
    columns, cells = lines[0].split("\t"), lines[1].split("\t")
    cells[columns.index("decision")] = "Q58217"
    path = tmp_path / "review.tsv"
    path.write_text("\n".join([lines[0], "\t".join(cells)]) + "\n", encoding="utf-8")
    corrections = Corrections().merged(read_decisions(path, "Reem"))
    assert [(one.by, one.document, one.decision) for one in corrections] == [("Reem", "echo", "Q58217")]
    corrected = apply(echo, corrections, Entities(story.KNOWN, corrections))
    assert listed(corrected, corrections) == []
    again = [item for item in listed(corrected, corrections, everything=True) if item.kind == "name"]
    assert [(item.decision, item.by) for item in again] == [("Q58217", "Reem")]


def test_the_text_is_for_reading(story: ModuleType) -> None:
    text = text_table(listed(story.offer(), Corrections()))
    assert text.splitlines()[0] == "Names without a known entity: 1"
    assert "  بوتين  Person (perhaps vladimir-putin)  [offer " in text
    assert "Acts to look at: 1\n  0.80  Propose  عرضت  russia → united-states  [offer " in text
