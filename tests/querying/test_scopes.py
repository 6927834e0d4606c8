from pathlib import Path

import pytest

from kgbuild.errors import DataFileError
from kgbuild.querying.rules import properties, read_rules
from kgbuild.querying.scopes import Scope
from kgbuild.vocab import DA, RDF

QUERY = "CONSTRUCT { ?x da:denies ?y } WHERE { ?x da:agent ?y }"


def rules(folder: Path, header: str, query: str = QUERY) -> None:
    (folder / "own.rq").write_text(f"# title: T\n{header}\n\n{query}\n", encoding="utf-8")


def test_every_bundled_rule_says_what_it_looks_at() -> None:
    found = {rule.id: rule.extent for rule in read_rules()}
    assert all(extent.scope is not Scope.EVERYTHING for extent in found.values())
    assert found["unanswered"].scope is Scope.GRAPH
    same = found["same-statement"]
    assert same.alike == ((RDF.type,), (DA.agent,))
    assert (DA.hasAttribution, DA.tense) in same.copies


def test_a_rule_that_says_nothing_looks_at_everything(tmp_path: Path) -> None:
    rules(tmp_path, "# rule: none")
    (rule,) = read_rules(tmp_path)
    assert rule.extent.scope is Scope.EVERYTHING
    assert properties([rule]) == {DA.denies}


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("# scope: world", "not a scope: 'world'"),
        ("# scope: alike", "not a scope"),
        ("# scope: article da:agent", "not a scope"),
        ("# scope: alike agent", "'agent' is no property"),
        ("# scope: alike da:", "'da:' is no property"),
        ("# scope: alike nix:agent", "'nix:agent' is no property"),
        ("# scope: alike da:a/da:b/da:c", "is no property"),
        ("# scope: graph\n# copies: da:topic", "scope: alike"),
        ("# copies: da:topic", "not a scope"),
    ],
)
def test_a_scope_that_is_none_is_named(tmp_path: Path, header: str, message: str) -> None:
    rules(tmp_path, header)
    with pytest.raises(DataFileError, match=rf"own\.rq.*{message}"):
        read_rules(tmp_path)


@pytest.mark.parametrize("asked", ["?y da:denies ?z", "?y mine:denies ?z", "?y da:denies/da:agent ?z"])
def test_a_rule_with_a_scope_asks_for_nothing_derived(tmp_path: Path, asked: str) -> None:
    query = f"PREFIX mine: <{DA.NS}>\nCONSTRUCT {{ ?x da:denies ?y }} WHERE {{ ?x da:agent ?y . {asked} }}"
    rules(tmp_path, "# scope: article", query)
    with pytest.raises(DataFileError, match=r"own\.rq asks for da:denies, which rules derive"):
        read_rules(tmp_path)
    rules(tmp_path, "", query)
    assert read_rules(tmp_path)


def test_what_a_comment_names_is_not_asked_for(tmp_path: Path) -> None:
    rules(tmp_path, "# scope: article", QUERY.replace("WHERE {", "WHERE {\n  # da:denies is drawn here\n"))
    assert read_rules(tmp_path)
