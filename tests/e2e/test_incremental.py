"""What changes is made again, and nothing else; whatever the order and the engine, the bytes are the same."""

import json
import shutil
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

import kgbuild.stages
from kgbuild.checking import result_of
from kgbuild.config import Settings, Work
from kgbuild.derived import Derived
from kgbuild.errors import UsageError
from kgbuild.graph.serialize import nquads
from kgbuild.pipeline import Summary, build, check, remove
from kgbuild.resources import data_path
from kgbuild.store.embedded import Store
from kgbuild.validation import Report, validate_graphs
from kgbuild.validation.check import Types

SAMPLES = Path(__file__).resolve().parents[2] / "seeds" / "articles"
ONE = SAMPLES / "01-information-security-offer.txt"
TWO = SAMPLES / "02-new-start-extension.txt"
Warm = Callable[[str], Settings]


@pytest.fixture
def warm(demo: Path, tmp_path: Path) -> Warm:
    """Return a function that makes an empty store with the language models' output for the samples."""

    def make(name: str) -> Settings:
        shutil.copytree(demo / "nlp", tmp_path / name / "nlp")
        return Settings(tmp_path / name, work=Work(jobs=0))

    return make


def run(settings: Settings, *paths: Path) -> Summary:
    return build(paths, settings, lambda *_: None)


def graph(settings: Settings) -> bytes:
    with Store.open(settings.store) as store:
        return nquads(store.quads())


def keys(settings: Settings) -> list[str]:
    with Store.open(settings.store) as store:
        return sorted(store.articles())


def tagged(settings: Settings) -> dict[str, int]:
    """When each output of the language models was written."""
    return {path.name: path.stat().st_mtime_ns for path in (settings.store / "nlp").rglob("*.json")}


def made(settings: Settings) -> dict[str, int]:
    """When each article was made, by id."""
    with Store.open(settings.store) as store:
        paths = {doc: settings.store / "records" / f"{key}.json" for key, doc in store.articles().items()}
    return {document: path.stat().st_mtime_ns for document, path in paths.items()}


def test_workers_engines_and_batches_do_not_show_in_the_bytes(warm: Warm) -> None:
    inline = warm("inline")
    run(inline, ONE, TWO)
    for name, work in (
        ("pool", Work(jobs=2)),
        ("dask", Work(jobs=1, engine="dask")),
    ):
        if name == "dask":
            pytest.importorskip("distributed")
        settings = replace(warm(name), work=work)
        summary = run(settings, TWO, ONE)
        assert summary.closes
        assert graph(settings) == graph(inline)
        assert (settings.store / "issues.jsonl").read_bytes() == (inline.store / "issues.jsonl").read_bytes()


def test_nothing_changed_nothing_done(warm: Warm) -> None:
    settings = warm("kg")
    first = run(settings, ONE, TWO)
    before, when = graph(settings), made(settings)
    again = run(settings, ONE, TWO)
    assert (again.unchanged, again.stored) == (2, 2)
    assert again.report == first.report
    assert (again.counts, again.issues) == (first.counts, first.issues)
    assert graph(settings) == before
    assert made(settings) == when


def test_the_report_of_a_build_is_that_of_a_full_check(warm: Warm) -> None:
    settings = warm("kg")
    summary = run(settings, ONE, TWO)
    with Store.open(settings.store) as store:
        full = check(store, lambda *_: None)
        kept = {result_of(row) for header in store.headers() for row in header.results}
    assert kept == set(full.results)
    assert summary.report is not None
    assert summary.report.headline() == full.headline()
    assert summary.report.counts == full.counts
    assert not summary.report.results


def test_a_build_that_dies_while_it_derives_is_made_good_by_the_next(
    warm: Warm, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, once = warm("kg"), warm("once")
    run(once, ONE, TWO)
    run(settings, ONE)
    for method in ("forget", "describe_rules"):  # before and after links were removed and added
        with monkeypatch.context() as patch:
            patch.setattr(Derived, method, _die)
            with pytest.raises(OSError, match="died"):
                run(settings, ONE, TWO)
    run(settings, ONE, TWO)
    assert graph(settings) == graph(once)
    with Store.open(settings.store) as store, Store.open(once.store) as other:
        assert store.manifest() == other.manifest()


def _die(*_: object) -> None:
    raise OSError("died")


def test_without_the_table_of_tellings_everything_is_derived_anew(warm: Warm) -> None:
    settings, once = warm("kg"), warm("once")
    run(once, ONE, TWO)
    run(settings, ONE)
    (settings.store / "tellings.sqlite").unlink()
    run(settings, ONE, TWO)
    assert graph(settings) == graph(once)


def test_one_changed_article_is_made_again_alone(warm: Warm, tmp_path: Path) -> None:
    settings, input_ = warm("kg"), tmp_path / "input"
    input_.mkdir()
    for path in (ONE, TWO):
        shutil.copy(path, input_)
        shutil.copy(path.with_suffix(".json"), input_)
    run(settings, input_)
    when = made(settings)
    metadata = input_ / ONE.with_suffix(".json").name
    fields = json.loads(metadata.read_text(encoding="utf-8"))
    metadata.write_text(json.dumps({**fields, "outlet": "ناشر آخر"}), encoding="utf-8")
    assert run(settings, input_).unchanged == 1
    changed = {document for document, moment in made(settings).items() if when[document] != moment}
    assert changed == {fields.get("id", ONE.stem)}
    once = warm("once")
    run(once, input_)
    assert graph(settings) == graph(once)


def test_another_lexicon_reads_again_without_tagging_again(warm: Warm, tmp_path: Path) -> None:
    settings, lexicon = warm("kg"), tmp_path / "lexicon"
    run(settings, ONE, TWO)
    before, output = graph(settings), tagged(settings)
    shutil.copytree(data_path("seeds", "lexicon"), lexicon)
    rows = (lexicon / "topics.tsv").read_text(encoding="utf-8").splitlines()
    head = next(n for n, row in enumerate(rows) if row and not row.startswith("#"))
    (lexicon / "topics.tsv").write_text("\n".join(rows[: head + 2]) + "\n", encoding="utf-8")
    edited = replace(settings, lexicon=lexicon)
    assert run(edited, ONE).stored == 2  # the other one is made again from its record
    assert tagged(edited) == output
    assert graph(edited) != before
    once = replace(warm("once"), lexicon=lexicon)
    run(once, ONE, TWO)
    assert graph(edited) == graph(once)
    run(settings, ONE, TWO)
    assert graph(settings) == before


def test_what_comes_out_as_before_is_neither_checked_nor_written_again(
    warm: Warm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, lexicon = warm("kg"), tmp_path / "lexicon"
    run(settings, ONE, TWO)
    shutil.copytree(data_path("seeds", "lexicon"), lexicon)
    rows = (lexicon / "topics.tsv").read_text(encoding="utf-8").splitlines()
    kept = [row for row in rows if "\tcyber\t" not in row]
    assert len(kept) < len(rows)
    (lexicon / "topics.tsv").write_text("\n".join(kept) + "\n", encoding="utf-8")
    checked: list[str] = []

    def checking(graphs: Iterable[tuple[str, Iterable[ox.Quad] | bytes]], *, types: Types) -> Report:
        pairs = list(graphs)
        checked.extend(name for name, _ in pairs)
        return validate_graphs(pairs, types=types)

    monkeypatch.setattr(kgbuild.stages, "validate_graphs", checking)
    edited, once = replace(settings, lexicon=lexicon), replace(warm("once"), lexicon=lexicon)
    assert run(edited, ONE, TWO).unchanged == 0
    assert len(checked) == 1
    run(once, ONE, TWO)
    assert graph(edited) == graph(once)
    for name in ("issues.jsonl", "manifest.json", *(f"records/{key}.json" for key in keys(once))):
        assert (edited.store / name).read_bytes() == (once.store / name).read_bytes()


def test_articles_that_are_not_given_stay_unless_told_otherwise(warm: Warm) -> None:
    settings, alone = warm("kg"), warm("alone")
    run(alone, TWO)
    run(settings, ONE, TWO)
    both = graph(settings)
    run(settings, TWO)
    assert graph(settings) == both
    assert run(replace(settings, prune=True), TWO).stored == 1
    assert graph(settings) == graph(alone)


def test_removed_articles_leave_nothing_behind(warm: Warm) -> None:
    settings, alone = warm("kg"), warm("alone")
    run(alone, TWO)
    run(settings, ONE, TWO)
    with Store.open(settings.store) as store:
        first = next(e.article.id for e in store.records() if e.article.text == ONE.read_text("utf-8"))
    with pytest.raises(UsageError, match="Nothing was removed"):
        remove([first, "no such article"], settings, lambda *_: None)
    summary = remove([first], settings, lambda *_: None)
    assert (summary.stored, summary.closes) == (1, True)
    assert graph(settings) == graph(alone)


def test_a_cut_off_recording_is_made_again(warm: Warm, demo: Path) -> None:
    settings = warm("kg")
    expected = {path.name: path.read_bytes() for path in (demo / "nlp").rglob("*.json")}
    run(settings, TWO)
    whole = graph(settings)
    for path in (settings.store / "nlp").rglob("*.json"):
        path.write_bytes(path.read_bytes()[:100])
    shutil.rmtree(settings.store / "records")
    run(settings, TWO)  # tags again
    assert graph(settings) == whole
    mended = [path for path in (settings.store / "nlp").rglob("*.json") if path.stat().st_size > 100]
    assert [path.read_bytes() for path in mended] == [expected[path.name] for path in mended]
    assert len(mended) == 1
