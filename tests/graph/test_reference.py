"""The generated page of the ontology is the one in docs/reference, and leaves nothing out."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from kgbuild.cli import main
from kgbuild.graph.ontology import ontology_triples
from kgbuild.graph.reference import reference_page
from kgbuild.vocab import DA, OWL, RDF, topics

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "ontology.md"


def test_the_page_in_docs_is_in_step() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference_page(), (
        "Run: kgbuild ontology reference -o docs/reference/ontology.md"
    )


def test_every_term_of_ours_has_a_section_and_no_link_is_dead() -> None:
    page = reference_page()
    wanted = {
        triple.subject.value.removeprefix(DA.NS)  # type: ignore[union-attr]
        for triple in ontology_triples()
        if triple.predicate.value == RDF.type
        and str(triple.object).startswith(f"<{OWL.NS}")
        and str(triple.subject).startswith(f"<{DA.NS}")
    }
    sections = re.findall(r"(?m)^### (\w+)$", page)
    assert set(sections) == wanted
    anchors = {name.lower() for name in sections}
    assert set(re.findall(r"\]\(#([^)]+)\)", page)) <= anchors
    for name in topics():
        assert f"| `{name}` |" in page
    assert "| `CONSULT` |" in page
    assert "| `016` |" in page
    assert "](../../queries/derive/denies.rq)" in page


def test_a_section_tells_all_of_a_term() -> None:
    page = reference_page()
    (section,) = re.findall(r"(?ms)^### Visit$.*?(?=^##)", page)
    for part in (
        "`da:Visit`",
        "زيارة",
        "- subclass of: [Meet](#meet)",
        "- close match: `cameo:042`",
        "- example: ",
    ):
        assert part in section


def test_the_command_prints_or_writes_it(tmp_path: Path) -> None:
    shown = CliRunner().invoke(main, ["ontology", "reference"])
    assert shown.exit_code == 0
    assert shown.output == reference_page()
    path = tmp_path / "ontology.md"
    assert CliRunner().invoke(main, ["ontology", "reference", "-o", str(path)]).exit_code == 0
    assert path.read_text(encoding="utf-8") == reference_page()


@pytest.mark.parametrize("place", ["no-folder/page.md"])
def test_a_file_that_cannot_be_written_is_named(tmp_path: Path, place: str) -> None:
    failed = CliRunner().invoke(main, ["ontology", "reference", "-o", str(tmp_path / place)])
    assert failed.exit_code != 0
