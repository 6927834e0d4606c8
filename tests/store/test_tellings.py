import sqlite3
from pathlib import Path

import pytest

from kgbuild.errors import StoreError
from kgbuild.store.tellings import FILE, Member, Tellings
from kgbuild.vocab import ACT, ATTRIBUTION, ENTITY

ONE, TWO = "0" * 20, "1" * 20


def fill(tellings: Tellings) -> None:
    tellings.put(ONE, "digest", ENTITY + "wire", [ACT + "x", ACT + "y", ATTRIBUTION + "a"])
    tellings.put(TWO, "other", ENTITY + "paper", [ACT + "x", ACT + "z"])


def test_who_tells_of_what(tmp_path: Path) -> None:
    with Tellings.open(tmp_path) as tellings:
        fill(tellings)
        assert list(tellings.articles()) == [(ONE, "digest"), (TWO, "other")]
        assert tellings.nodes(ONE) == [ACT + "x", ACT + "y", ATTRIBUTION + "a"]
        assert tellings.tellers(ACT + "x") == [ONE, TWO]
        assert list(tellings.acts(ACT)) == [ACT + "x", ACT + "y", ACT + "z"]
        tellings.drop(ONE)
        assert tellings.tellers(ACT + "x") == [TWO]
        assert tellings.tellers(ACT + "y") == tellings.nodes(ONE) == []


def test_groups_of_what_a_rule_compares(tmp_path: Path) -> None:
    with Tellings.open(tmp_path) as tellings:
        fill(tellings)
        for act, kind in (("x", ("g", "2")), ("y", ("g", "1")), ("z", ("alone", "1"))):
            tellings.classify("rule", ACT + act, kind)
        assert list(tellings.groups("rule")) == ["g"]
        assert list(tellings.groups("another")) == []
        assert tellings.group_of("rule", ACT + "z") == "alone"
        both = frozenset(
            {ENTITY.removeprefix("https://w3id.org/kgbuild/") + name for name in ("wire", "paper")}
        )
        wire = frozenset({one for one in both if one.endswith("wire")})
        assert tellings.members("rule", "g") == [
            Member(ACT + "y", "1", frozenset({ONE}), wire),
            Member(ACT + "x", "2", frozenset({ONE, TWO}), both),
        ]
        tellings.classify("rule", ACT + "x", None)
        assert tellings.group_of("rule", ACT + "x") is None
        tellings.drop(ONE)
        assert tellings.members("rule", "g") == []


def test_what_was_not_settled_is_undone(tmp_path: Path) -> None:
    with Tellings.open(tmp_path) as tellings:
        fill(tellings)
        tellings.settle(state="first")
        tellings.clear()
        assert tellings.mark("state") == ""
    with Tellings.open(tmp_path) as tellings:
        assert tellings.mark("state") == "first"
        assert len(list(tellings.articles())) == 2
        tellings.clear()
        tellings.settle()
        assert list(tellings.articles()) == []


@pytest.mark.parametrize("damage", [b"", b"no table at all", b"SQLite format 3\x00" + b"\xff" * 4096])
def test_a_damaged_table_is_made_anew(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / FILE).write_bytes(damage)
    with Tellings.open(tmp_path) as tellings:
        assert list(tellings.articles()) == []
        fill(tellings)
        tellings.settle()


def test_a_table_of_another_version_is_made_anew(tmp_path: Path) -> None:
    with Tellings.open(tmp_path) as tellings:
        fill(tellings)
        tellings.settle(format="0", state="first")
    with Tellings.open(tmp_path) as tellings:
        assert tellings.mark("state") == ""


def test_a_disk_that_refuses_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be written"), Tellings.open(tmp_path / "missing"):
        pass
    with pytest.raises(StoreError, match=r"full.*Free space"), Tellings.open(tmp_path):
        raise sqlite3.OperationalError("database or disk is full")
