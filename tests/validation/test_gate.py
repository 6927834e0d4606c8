"""The gate: acts that fail a violation wait in quarantine, the rest is committed, and the counts close."""

import importlib.util
import json
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType

import pyoxigraph as ox
import pytest
from click.testing import CliRunner

import kgbuild.stages
from kgbuild.cli import main
from kgbuild.config import Settings
from kgbuild.graph.mapping import article_quads, named_acts
from kgbuild.graph.serialize import serialize
from kgbuild.model import Entity, Extraction
from kgbuild.quarantine import withhold
from kgbuild.stages import Stages
from kgbuild.store.embedded import Store
from kgbuild.store.parts import nquads
from kgbuild.validation import Report, validate_graphs, validate_quads
from kgbuild.validation.gate import gate
from kgbuild.validation.results import SH
from kgbuild.vocab import ARTICLE, ATTRIBUTION, DA, ENTITIES_GRAPH, OA, QUARANTINE_GRAPH, RDF, XSD

PATH = Path(__file__).parents[1] / "graph" / "story.py"
Change = Callable[[list[ox.Quad]], list[ox.Quad]]
OUT_OF_RANGE = ox.Literal("7", datatype=ox.NamedNode(XSD.decimal))


@pytest.fixture(scope="module")
def story() -> ModuleType:
    spec = importlib.util.spec_from_file_location("story", PATH)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def checker(quads: Sequence[ox.Quad], story: ModuleType) -> Callable[[Sequence[ox.Quad]], Report]:
    """What checks an article's graph beside the story's entities."""
    from kgbuild.graph.entities import entities_quads

    entities = entities_quads(story.KNOWN.values(), story.TENURES)
    name = str(quads[0].graph_name.value)  # type: ignore[union-attr]
    return lambda some: validate_graphs([(name, some)], entities)


def act_of(extraction: Extraction, act_type: str) -> str:
    return next(one.iri for one in named_acts(extraction) if one.mention.trigger.act_type == act_type)


def changed(
    quads: Sequence[ox.Quad], subject: str, predicate: str, value: ox.NamedNode | ox.Literal | None
) -> list[ox.Quad]:
    """The quads with another value, or with none."""
    node, way = ox.NamedNode(subject), ox.NamedNode(predicate)
    kept = [quad for quad in quads if (quad.subject, quad.predicate) != (node, way)]
    if value is not None:
        kept.append(ox.Quad(node, way, value, quads[0].graph_name))
    return sorted(kept, key=str)


def value_of(quads: Sequence[ox.Quad], subject: str, predicate: str) -> str:
    node, way = ox.NamedNode(subject), ox.NamedNode(predicate)
    found = [q.object for q in quads if (q.subject, q.predicate) == (node, way)]
    return next(one.value for one in found if isinstance(one, ox.NamedNode))


def subjects(quads: Sequence[ox.Quad]) -> set[str]:
    return {str(quad.subject.value) for quad in quads}  # type: ignore[union-attr]


def test_what_conforms_passes_untouched(story: ModuleType) -> None:
    offer = story.offer()
    quads = article_quads(offer)
    check = checker(quads, story)
    assert withhold(offer, quads, check(quads), check) == (offer, quads, [])


FAULTS: dict[str, tuple[str, str, ox.NamedNode | ox.Literal | None]] = {
    "no label": ("act", "http://www.w3.org/2000/01/rdf-schema#label", None),
    "two words for one": ("act", RDF.type, ox.NamedNode(DA.Act)),
    "nobody known": ("act", DA.agent, ox.NamedNode("https://w3id.org/kgbuild/entity/atlantis")),
    "confidence out of range": ("mention", DA.confidence, OUT_OF_RANGE),
    "no trigger": ("mention", DA.trigger, None),
    "polarity of no kind": ("attribution", DA.polarity, ox.NamedNode(DA.PastTense)),
    "end before start": ("position", OA.end, ox.Literal("0", datatype=ox.NamedNode(XSD.integer))),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_act_is_held_back_with_all_that_is_its_own(fault: str, story: ModuleType) -> None:
    offer = story.offer()
    quads = article_quads(offer)
    check = checker(quads, story)
    act = act_of(offer, "Meet")
    mention = value_of(quads, act, DA.hasMention)
    where = {
        "act": act,
        "mention": mention,
        "attribution": value_of(quads, act, DA.hasAttribution),
        "position": f"{value_of(quads, mention, DA.evidence)}p",
    }
    subject, predicate, value = FAULTS[fault]
    broken = changed(quads, where[subject], predicate, value)
    report = check(broken)
    assert not report.conforms
    gated = gate(broken, report, check)
    assert gated.acts == {act}
    assert not gated.mentions
    assert check(gated.kept).conforms
    assert set(gated.kept) | set(gated.held) == set(broken)
    assert not set(gated.kept) & set(gated.held)
    assert not subjects(gated.kept) & {act, mention, f"{mention}-e", f"{mention}-t"}
    assert ox.NamedNode(act) not in {quad.object for quad in gated.kept}
    others = {one.iri for one in named_acts(offer)} - {act}
    assert others <= subjects(gated.kept)


def test_what_is_told_within_a_held_act_is_held_with_it(story: ModuleType) -> None:
    """Without the saying around it, the offer would stand there as a fact."""
    offer = story.offer()
    quads = article_quads(offer)
    check = checker(quads, story)
    outer, inner = act_of(offer, "State"), act_of(offer, "Propose")
    gated = gate(
        changed(quads, outer, DA.topic, ox.Literal("cyber")),
        check(changed(quads, outer, DA.topic, ox.Literal("cyber"))),
        check,
    )
    assert gated.acts == {outer, inner}
    assert check(gated.kept).conforms


def test_an_outer_act_stays_when_what_it_tells_is_held(story: ModuleType) -> None:
    offer = story.offer()
    quads = article_quads(offer)
    check = checker(quads, story)
    outer, inner = act_of(offer, "State"), act_of(offer, "Propose")
    broken = changed(quads, inner, DA.addressee, ox.NamedNode(outer))
    gated = gate(broken, check(broken), check)
    assert gated.acts == {inner}
    assert outer in subjects(gated.kept)
    assert not [
        quad
        for quad in gated.kept
        if quad.predicate.value == DA.content and quad.object == ox.NamedNode(inner)
    ]
    assert check(gated.kept).conforms


def test_a_faulty_voice_holds_back_all_that_it_relays(story: ModuleType) -> None:
    offer = story.offer()
    quads = article_quads(offer)
    check = checker(quads, story)
    outlet = next(
        str(quad.subject.value)  # type: ignore[union-attr]
        for quad in quads
        if str(quad.subject).startswith(f"<{ATTRIBUTION}") and quad.predicate.value == DA.attributedTo
        if not [
            q for q in quads if q.subject == quad.subject and q.predicate.value in {DA.relayedBy, DA.ofAct}
        ]
    )
    broken = changed(quads, outlet, DA.inArticle, None)
    gated = gate(broken, check(broken), check)
    assert check(gated.kept).conforms
    relayed = {
        q.subject for q in quads if q.predicate.value == DA.relayedBy and q.object == ox.NamedNode(outlet)
    }
    assert relayed
    assert not relayed & {quad.subject for quad in gated.kept}
    assert gated.acts < {one.iri for one in named_acts(offer)}


def test_a_faulty_name_is_held_back_alone(story: ModuleType) -> None:
    echo = story.echo()
    quads = article_quads(echo)
    check = checker(quads, story)
    mention = next(
        str(q.subject.value)  # type: ignore[union-attr]
        for q in quads
        if q.predicate.value == DA.decision and q.object == ox.NamedNode(DA.Linked)
    )
    broken = changed(quads, mention, DA.confidence, OUT_OF_RANGE)
    kept, left, held = withhold(echo, broken, check(broken), check)
    assert check(left).conforms
    assert kept.acts == echo.acts
    assert len(kept.links) == len(echo.links) - 1
    assert kept.counts["quarantined_mentions"] == 1
    assert kept.counts["mentions"] == kept.counts["linked"] + kept.counts["nil"] + kept.counts["ambiguous"]
    assert mention in subjects(held)


def test_an_entity_that_fails_takes_along_who_names_it(story: ModuleType) -> None:
    echo = story.echo()
    quads = article_quads(echo)
    check = checker(quads, story)
    stranger = "https://w3id.org/kgbuild/entity/" + story.STRANGER.key
    broken = changed(quads, stranger, "http://www.w3.org/2000/01/rdf-schema#label", None)
    gated = gate(broken, check(broken), check)
    assert check(gated.kept).conforms
    assert ox.NamedNode(stranger) not in {quad.object for quad in gated.kept}
    assert stranger not in subjects(gated.kept)
    assert len(gated.acts) == 2, "his statement and what is told within it"


def test_a_node_that_nothing_points_to_is_held_back(story: ModuleType) -> None:
    offer = story.offer()
    quads = article_quads(offer)
    check = checker(quads, story)
    stray = ox.Quad(
        ox.NamedNode(ATTRIBUTION + "0" * 20),
        ox.NamedNode(RDF.type),
        ox.NamedNode(DA.Attribution),
        quads[0].graph_name,
    )
    gated = gate([*quads, stray], check([*quads, stray]), check)
    assert gated.held == (stray,)
    assert not gated.acts


def test_what_an_article_lacks_itself_is_only_reported(story: ModuleType) -> None:
    offer = story.offer()
    quads = article_quads(offer)
    check = checker(quads, story)
    (article,) = (one for one in subjects(quads) if one.startswith(ARTICLE))
    broken = changed(quads, article, DA.contentHash, None)
    assert withhold(offer, broken, check(broken), check) == (offer, broken, [])


def test_quarantine_tells_what_and_why(story: ModuleType) -> None:
    offer = story.offer()
    quads = article_quads(offer)
    check = checker(quads, story)
    act = act_of(offer, "Meet")
    broken = changed(quads, act, DA.agent, ox.NamedNode("https://w3id.org/kgbuild/entity/atlantis"))
    extraction, kept, held = withhold(offer, broken, check(broken), check)
    assert {str(quad.graph_name.value) for quad in held} == {QUARANTINE_GRAPH}  # type: ignore[union-attr]
    assert held == sorted(held, key=str)
    moved = {(q.subject, q.predicate, q.object) for q in broken} - {
        (q.subject, q.predicate, q.object) for q in kept
    }
    assert moved <= {(q.subject, q.predicate, q.object) for q in held}
    results = [q.subject for q in held if q.object == ox.NamedNode(SH + "ValidationResult")]
    facts = {q.predicate.value.removeprefix(SH): q.object for q in held if q.subject == results[0]}
    assert facts["focusNode"] == ox.NamedNode(act)
    assert facts["resultSeverity"] == ox.NamedNode(SH + "Violation")
    said = [q.object for q in held if q.predicate.value == SH + "resultMessage"]
    assert {one.language for one in said if isinstance(one, ox.Literal)} == {"en", "ar"}
    (issue,) = [one for one in extraction.issues if one.code == "quarantined"]
    assert "must be an entity that the graph describes" in issue.message
    assert issue.span is not None
    assert len(extraction.acts) == len(offer.acts) - 1
    assert extraction.counts["quarantined"] == 1


def test_acts_told_within_keep_their_place_when_one_before_them_goes(story: ModuleType) -> None:
    offer = story.offer()
    quads = article_quads(offer)
    check = checker(quads, story)
    broken = changed(quads, act_of(offer, "Meet"), RDF.type, ox.NamedNode(DA.Act))
    kept, _, _ = withhold(offer, broken, check(broken), check)
    outer = [kept.acts[act.within].trigger.act_type for act in kept.acts if act.within is not None]
    inner = [act.trigger.act_type for act in kept.acts if act.within is not None]
    assert list(zip(inner, outer, strict=True)) == [("Propose", "State"), ("Extradite", "State")]


def corrupting(extraction: Extraction, outlet: Entity | None = None) -> bytes:
    """A mapping that is wrong about every meeting."""
    quads = article_quads(extraction, outlet)
    meetings = [
        q.subject for q in quads if q.predicate.value == RDF.type and q.object == ox.NamedNode(DA.Meet)
    ]
    for meeting in meetings:
        quads = changed(quads, str(meeting.value), DA.place, ox.Literal("Geneva"))  # type: ignore[union-attr]
    return nquads(sorted(quads, key=str))


@pytest.fixture
def broken_store(story: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store into which a wrong mapping has put the story, and the input that it was made of."""
    folder = tmp_path / "kg"
    monkeypatch.setattr(kgbuild.stages, "article_nquads", corrupting)
    stages = Stages(Settings(folder))
    rows = []
    with Store.open(folder, write=True) as store:
        for extraction in (story.offer(), story.echo()):
            article = extraction.article
            counts = {"triggers": len(extraction.acts), "acts": len(extraction.acts), "trigger_issues": 0}
            decisions = Counter(str(link.decision) for link in extraction.links)
            counts |= {
                "mentions": len(extraction.links),
                **{k: decisions[k] for k in ("linked", "nil", "ambiguous")},
            }
            store.commit(
                stages.part(
                    Extraction(article, extraction.zones, extraction.links, extraction.acts, (), counts)
                )
            )
            rows.append(
                {
                    "id": article.id, "text": article.text, "title": article.title, "url": article.url,
                    "outlet": article.outlet, "date": str(article.date), "language": article.language,
                }
            )  # fmt: skip
    (tmp_path / "input.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return folder


def _rows(found: object) -> list[ox.QuerySolution]:
    assert isinstance(found, ox.QuerySolutions)
    return list(found)


def test_a_build_holds_back_what_fails_commits_the_rest_and_says_so(broken_store: Path) -> None:
    arguments = [
        "build",
        str(broken_store.parent / "input.jsonl"),
        "--store",
        str(broken_store),
        "--jobs",
        "0",
    ]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 1, done.output
    assert "2 in quarantine" in done.output
    assert "does not conform" in done.output
    with Store.open(broken_store) as store:
        counts = Counter(store.manifest()["counts"])
        acts = [act for extraction in store.records() for act in extraction.acts]
        held = store.quads(QUARANTINE_GRAPH)
        committed = store.quads()
        assert QUARANTINE_GRAPH not in store.graph_names()
        assert not _rows(store.query("SELECT * { ?act a da:Meet }"))
        assert _rows(store.query(f"SELECT * {{ GRAPH <{QUARANTINE_GRAPH}> {{ ?act a da:Meet }} }}"))
        assert not _rows(store.query("SELECT * { ?report a sh:ValidationReport }"))
    assert counts["triggers"] == counts["acts"] + counts["quarantined"] + counts["trigger_issues"]
    assert (counts["acts"], counts["quarantined"]) == (len(acts), 2)
    assert validate_quads(committed).conforms, validate_quads(committed).to_text()
    assert not {q.graph_name for q in committed} & {q.graph_name for q in held}
    issues = [
        json.loads(line) for line in (broken_store / "issues.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert [issue["code"] for issue in issues].count("quarantined") == 2

    checked = CliRunner().invoke(main, ["validate", "--store", str(broken_store)])
    assert checked.exit_code == 0, checked.output
    rows = CliRunner().invoke(main, ["acts", "--store", str(broken_store)]).output.splitlines()
    assert len(rows) == len(acts)
    assert not [row for row in rows if json.loads(row)["type"] == "Meet"]


def test_another_build_says_it_again_and_changes_nothing(broken_store: Path) -> None:
    arguments = [
        "build",
        str(broken_store.parent / "input.jsonl"),
        "--store",
        str(broken_store),
        "--jobs",
        "0",
    ]
    seen = []
    for _ in range(2):
        done = CliRunner().invoke(main, arguments)
        assert done.exit_code == 1
        with Store.open(broken_store) as store:
            seen.append(
                (
                    serialize(store.quads(), "nquads"),
                    store.quads(QUARANTINE_GRAPH),
                    done.output.splitlines()[-1],
                )
            )
    assert seen[0] == seen[1]


def test_quarantine_goes_when_its_article_goes(broken_store: Path) -> None:
    arguments = [
        "build",
        str(broken_store.parent / "input.jsonl"),
        "--store",
        str(broken_store),
        "--jobs",
        "0",
    ]
    CliRunner().invoke(main, arguments)
    other = broken_store.parent / "input.jsonl"
    other.write_text(other.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    CliRunner().invoke(main, [*arguments, "--prune"])
    with Store.open(broken_store) as store:
        reports = [
            q for q in store.quads(QUARANTINE_GRAPH) if q.object == ox.NamedNode(SH + "ValidationReport")
        ]
        assert len(reports) == 1
        assert ENTITIES_GRAPH in store.graph_names()
