"""The fifteen commonest constructions of diplomatic news, twenty sentences each (``constructions.tsv``)."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from kgbuild.extraction.extractor import Extracted
from kgbuild.linking import Linker
from kgbuild.model import ActMention, Polarity, Role
from kgbuild.text.tables import Row, read_table
from kgbuild.vocab import act_classes, report_name

Extract = Callable[[str], Extracted]
Names = frozenset[str]

TABLE = Path(__file__).with_name("constructions.tsv")
ROWS = read_table(TABLE, ("construction", "sentence", "acts", "xfail"))
SENTENCES_EACH = 20
CONSTRUCTIONS = 15
SHARE_THAT_PASSES = 0.95
JOINT = frozenset({"Meet", "Negotiate", "Call", "Sign"})
KEYS = ("to", "by", "for", "within", "evidence", "if")
FLAGS = ("neg", "cond")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One act that a reader finds in a sentence; several values of a field are equally right."""

    types: frozenset[str]
    triggers: frozenset[str]
    agents: frozenset[Names]
    more: Mapping[str, str]
    flags: frozenset[str]

    def differences(self, act: ActMention, acts: tuple[ActMention, ...], text: str) -> list[str]:
        """What is wrong with an act that stands on one of the triggers; empty when nothing is."""
        found: dict[str, object] = {}
        wanted: dict[str, object] = {}
        kind = report_name(act.trigger.act_type)
        if kind not in self.types:
            found["type"], wanted["type"] = kind, sorted(self.types)
        agents = _keys(act, Role.AGENT)
        if kind in JOINT:
            agents |= _keys(act, Role.ADDRESSEE)
        if agents not in self.agents:
            found["agent"], wanted["agent"] = sorted(agents), [sorted(a) for a in self.agents]
        for name, role in (("to", Role.ADDRESSEE), ("by", Role.REPORTED_BY)):
            if name in self.more and _keys(act, role) not in _choices(self.more[name]):
                found[name], wanted[name] = sorted(_keys(act, role)), self.more[name]
        if "for" in self.more:
            states = {a.on_behalf_of.key for a in act.arguments if a.role is Role.AGENT and a.on_behalf_of}
            if states != {self.more["for"]}:
                found["for"], wanted["for"] = sorted(states), self.more["for"]
        if "within" in self.more:
            outer = "" if act.within is None else acts[act.within].trigger.span.of(text)
            if outer not in self.more["within"].split("/"):
                found["within"], wanted["within"] = outer, self.more["within"]
        if self.more.get("evidence", "") not in act.evidence.of(text):
            found["evidence"], wanted["evidence"] = act.evidence.of(text), self.more["evidence"]
        if (act.polarity is Polarity.NEGATED) != ("neg" in self.flags):
            found["negated"], wanted["negated"] = act.polarity is Polarity.NEGATED, "neg" in self.flags
        hangs = "cond" in self.flags or "if" in self.more
        if (act.condition is not None) != hangs:
            found["conditional"], wanted["conditional"] = act.condition is not None, hangs
        elif act.condition is not None and self.more.get("if", "") not in act.condition.of(text):
            found["condition"], wanted["condition"] = act.condition.of(text), self.more["if"]
        return [f"{key} is {found[key]!r}, should be {wanted[key]!r}" for key in found]


def _keys(act: ActMention, role: Role) -> Names:
    return frozenset(entity.key for entity in act.entities(role))


def _choices(cell: str) -> frozenset[Names]:
    return frozenset(frozenset(choice.split("+")) for choice in cell.split("/"))


def sentence(row: Row) -> str:
    return row["sentence"].replace("\\n", "\n")


def wanted_acts(row: Row) -> list[Wanted]:
    """Read the ``acts`` cell of a row; a cell that makes no sense is an error of the table."""
    acts = []
    for cell in row["acts"].split(" ; "):
        parts = cell.split("|")
        if len(parts) != 4:
            raise row.malformed(f"an act has four parts, separated by |: {cell}")
        items = [item for item in parts[3].split(", ") if item.strip()]
        more = dict(item.strip().split("=", 1) for item in items if "=" in item)
        flags = frozenset(item.strip() for item in items if "=" not in item)
        if unknown := [*(set(more) - set(KEYS)), *(flags - set(FLAGS))]:
            raise row.malformed(f"unknown: {', '.join(unknown)}")
        types, triggers = frozenset(parts[0].split("/")), frozenset(parts[1].split("/"))
        acts.append(Wanted(types, triggers, _choices(parts[2]), more, flags))
    return acts


def _parameters() -> list[object]:
    return [
        pytest.param(
            row,
            id=f"{row['construction']}-{row.line}",
            marks=[pytest.mark.xfail(reason=row["xfail"], strict=True)] if row["xfail"] else [],
        )
        for row in ROWS
    ]


@pytest.mark.parametrize("row", _parameters())
def test_constructions(extract: Extract, row: Row) -> None:
    text = sentence(row)
    acts = tuple(extract(text).acts)
    for wanted in wanted_acts(row):
        there = [act for act in acts if act.trigger.span.of(text) in wanted.triggers]
        assert there, (
            f"no act on {'/'.join(sorted(wanted.triggers))}; "
            f"acts: {[(act.trigger.act_type, act.trigger.span.of(text)) for act in acts]}"
        )
        answers = [wanted.differences(act, acts, text) for act in there]
        assert [] in answers, (there[0].trigger.span.of(text), answers[0])


def test_the_table_is_whole() -> None:
    counts = Counter(row["construction"] for row in ROWS)
    assert list(counts.values()) == [SENTENCES_EACH] * CONSTRUCTIONS
    assert len({row["sentence"] for row in ROWS}) == len(ROWS)


def test_so_many_rows_pass_as_should() -> None:
    assert sum(not row["xfail"] for row in ROWS) >= SHARE_THAT_PASSES * len(ROWS)


def test_the_table_names_what_there_is() -> None:
    known = set(Linker.load().entities) | {""}
    types = set(act_classes().values())
    for row in ROWS:
        text = sentence(row)
        for act in wanted_acts(row):
            assert act.types <= types, row.line
            words = [*act.triggers, act.more.get("evidence", ""), act.more.get("if", "")]
            missing = [word for word in words if word not in text]
            assert not missing, (row.line, missing)
            named = {key for keys in act.agents for key in keys}
            for more in ("to", "by", "for"):
                named |= {key for keys in _choices(act.more.get(more, "")) for key in keys}
            unknown = {key for key in named - known if "-of-" not in key}
            assert not unknown, (row.line, unknown)
