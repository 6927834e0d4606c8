"""Corrections in a store: they change its graph, survive every build, and can be taken back."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kgbuild.cli import main
from kgbuild.config import Settings, Work
from kgbuild.errors import UsageError
from kgbuild.explain import explain
from kgbuild.graph.mapping import named_acts
from kgbuild.model import Extraction
from kgbuild.pipeline import build, correct, records
from kgbuild.review import Correction, Corrections
from kgbuild.store.embedded import Store

SAMPLES = Path(__file__).resolve().parents[2] / "seeds" / "articles"
SAMPLE = SAMPLES / "05-geneva-summit.txt"
UNPROCESSED = Work(jobs=0)


def quiet(_stage: str, _done: int, _total: int) -> None:
    pass


@pytest.fixture(scope="module")
def built(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of one article and of a file that is none, made of what the real models said of the samples."""
    folder = tmp_path_factory.mktemp("review")
    shutil.copytree(demo / "nlp", folder / "kg" / "nlp")
    for path in SAMPLES.glob(f"{SAMPLE.stem}.*"):
        shutil.copy(path, folder)
    (folder / "empty.txt").write_text("", encoding="utf-8")
    build([folder], Settings(folder / "kg", work=UNPROCESSED), quiet)
    return folder


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    """A copy of the store and its article, to change; the models' output comes along."""
    shutil.copytree(built, tmp_path / "copy")
    return tmp_path / "copy"


def settings(folder: Path) -> Settings:
    return Settings(folder / "kg", work=UNPROCESSED)


def article(folder: Path) -> Extraction:
    (extraction,) = records(folder / "kg")
    return extraction


def graph(folder: Path) -> list[str]:
    with Store.open(folder / "kg") as store:
        return [str(quad) for quad in store.quads()]


def codes(folder: Path) -> list[str]:
    lines = (folder / "kg" / "issues.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["code"] for line in lines]


def rejection(extraction: Extraction) -> Correction:
    act = extraction.acts[0]
    span = act.trigger.span
    words = span.of(extraction.article.text)
    return Correction(
        extraction.article.content_hash[:20], span.start, span.end, "act", words, "reject", "Reem"
    )


def test_a_correction_changes_the_graph_and_holds_in_later_builds(folder: Path) -> None:
    before = article(folder)
    summary = correct(Corrections([rejection(before)]), settings(folder), quiet)
    assert summary.closes
    assert summary.issues["act-rejected"] == 1
    after = article(folder)
    assert len(after.acts) == len(before.acts) - 1
    corrected = graph(folder)
    again = build([folder], settings(folder), quiet)
    assert again.unchanged == 1
    assert graph(folder) == corrected
    (folder / "kg" / "manifest.json").unlink()
    for path in (folder / "kg" / "records").iterdir():
        path.unlink()
    build([folder], settings(folder), quiet)
    assert graph(folder) == corrected
    assert codes(folder).count("act-rejected") == 1


def test_taking_a_correction_back_gives_the_graph_as_it_was(folder: Path) -> None:
    before, row = graph(folder), rejection(article(folder))
    correct(Corrections([row]), settings(folder), quiet)
    assert graph(folder) != before
    correct(Corrections([row]).merged([replace(row, decision="undo")]), settings(folder), quiet)
    assert graph(folder) == before
    assert not (folder / "kg" / "corrections.tsv").exists()


def test_a_correction_that_finds_no_place_is_an_issue(folder: Path) -> None:
    row = rejection(article(folder))
    before = graph(folder)
    lost = [
        replace(row, article="f" * 20, document="gone"),
        replace(row, start=row.start + 1, end=row.end + 1),
    ]
    summary = correct(Corrections(lost), settings(folder), quiet)
    assert summary.issues["correction-unmatched"] == 2
    assert codes(folder).count("correction-unmatched") == 2
    assert "empty-article" in codes(folder)
    assert graph(folder) == before


def test_other_tables_are_refused_and_nothing_is_kept(folder: Path) -> None:
    lexicon = folder / "lexicon"
    shutil.copytree(SAMPLES.parents[1] / "seeds" / "lexicon", lexicon)
    with (lexicon / "times.tsv").open("a", encoding="utf-8") as file:
        file.write("# one more comment\n")
    wanted = replace(settings(folder), lexicon=lexicon)
    with pytest.raises(UsageError, match="other models or tables"):
        correct(Corrections([rejection(article(folder))]), wanted, quiet)
    assert not (folder / "kg" / "corrections.tsv").exists()


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["review", "--store", str(folder / "kg"), *arguments])


def test_the_command_lists_writes_and_applies(folder: Path) -> None:
    shown = run(folder, "--below", "1")
    assert shown.exit_code == 0, shown.output
    assert "Acts to look at:" in shown.output
    table = folder / "review.tsv"
    assert run(folder, "--below", "1", "--out", str(table)).exit_code == 0
    refused = run(folder, "--out", str(table))
    assert refused.exit_code == 2
    assert "there already" in refused.output
    lines = table.read_text(encoding="utf-8").splitlines()
    columns = lines[0].split("\t")
    cells = next(row.split("\t") for row in lines[1:] if row.startswith("act\t"))
    cells[columns.index("decision")] = "type=Warn agent=sergey-lavrov"
    table.write_text("\n".join([lines[0], "\t".join(cells)]), encoding="utf-8")
    applied = run(folder, "--apply", str(table), "--by", "Reem")
    assert applied.exit_code == 0, applied.output
    assert "1 decisions applied, 1 kept" in applied.output
    place = int(cells[columns.index("start")])
    extraction = article(folder)
    (named,) = [one for one in named_acts(extraction) if one.mention.trigger.span.start == place]
    assert named.mention.trigger.act_type == "Warn"
    (told, *_) = explain(named.iri, [extraction], lambda _: None)
    corrections = [value for name, value in told.facts if name == "corrected"]
    assert any(value.endswith("→ Sergey Lavrov, by Reem") for value in corrections)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--apply", "review.tsv", "--all"), "give one of them"),
        (("--apply", "no-such.tsv"), "cannot be read"),
    ],
)
def test_wrong_use_is_told(folder: Path, arguments: tuple[str, ...], said: str) -> None:
    done = run(folder, *arguments)
    assert done.exit_code in {2, 3}
    assert said in done.output
