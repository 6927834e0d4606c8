from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import graph_diff, to_isomorphic

from kgbuild.errors import DataFileError
from kgbuild.graph.mapping import article_quads, known_keys, named_acts
from kgbuild.graph.serialize import turtle
from kgbuild.model import Extraction
from kgbuild.vocab import ARTICLE_GRAPH, DA, RDF, RDFS, XSD

GOLDEN = Path(__file__).parent / "golden"


def values(quads: list[ox.Quad], subject: str | None, predicate: str) -> set[str]:
    found = (q for q in quads if q.predicate.value == predicate)
    return {str(q.object) for q in found if subject is None or q.subject == ox.NamedNode(subject)}


@pytest.mark.parametrize("name", ["offer", "echo"])
def test_the_graph_of_an_article_is_the_golden_one(story: ModuleType, name: str) -> None:
    made = turtle(article_quads(getattr(story, name)()))
    golden = GOLDEN / f"{name}.ttl"
    expected = rdflib.Graph().parse(golden, format="turtle")
    found = rdflib.Graph().parse(data=made, format="turtle")
    _, missing, extra = graph_diff(to_isomorphic(expected), to_isomorphic(found))
    difference = "".join(
        f"{sign} {line}\n"
        for sign, graph in (("-", missing), ("+", extra))
        for line in sorted(graph.serialize(format="nt").splitlines())
        if line
    )
    assert not difference, f"{golden.name} (- expected, + found):\n{difference}"


def test_all_quads_lie_in_the_articles_own_graph_sorted_and_once(story: ModuleType) -> None:
    extraction = story.offer()
    quads = article_quads(extraction)
    graph = ox.NamedNode(ARTICLE_GRAPH + extraction.article.content_hash[:20])
    assert {quad.graph_name for quad in quads} == {graph}
    assert quads == sorted(set(quads), key=str)


def test_there_are_no_blank_nodes_and_only_the_datatypes_of_the_contract(story: ModuleType) -> None:
    allowed = {XSD.string, XSD.integer, XSD.decimal, XSD.boolean, XSD.dateTime, XSD.anyURI, RDF.langString}
    for quad in (*article_quads(story.offer()), *article_quads(story.echo())):
        assert isinstance(quad.subject, ox.NamedNode)
        if isinstance(quad.object, ox.Literal):
            assert quad.object.datatype.value in allowed
        else:
            assert isinstance(quad.object, ox.NamedNode)


def test_every_quad_survives_a_stay_in_the_store(story: ModuleType) -> None:
    quads = article_quads(story.offer())
    store = ox.Store()
    store.extend(quads)
    assert sorted(store, key=str) == quads


def test_one_statement_and_one_meeting_are_shared_by_both_articles(story: ModuleType) -> None:
    mine = {named.iri: named.mention.trigger.act_type for named in named_acts(story.offer())}
    theirs = {named.iri for named in named_acts(story.echo())}
    assert sorted(mine[iri] for iri in mine.keys() & theirs) == ["Extradite", "Meet", "State"]


def test_content_is_vouched_for_by_its_speaker_and_never_by_the_outlet_alone(story: ModuleType) -> None:
    quads = article_quads(story.offer())
    proposal = named_acts(story.offer())[1]
    (innermost,) = values(quads, proposal.iri, DA.hasAttribution)
    who = values(quads, innermost.strip("<>"), DA.attributedTo)
    assert who == {"<https://w3id.org/kgbuild/entity/sergey-lavrov>"}
    assert values(quads, innermost.strip("<>"), DA.relayedBy)


def test_a_negated_act_is_an_act_with_a_negated_attribution(story: ModuleType) -> None:
    extradition = named_acts(story.offer())[6]
    quads = article_quads(story.offer())
    (innermost,) = values(quads, extradition.iri, DA.hasAttribution)
    assert values(quads, innermost.strip("<>"), DA.polarity) == {f"<{DA.Negated}>"}


def test_the_outlet_is_the_gazetteers_where_it_is_known(story: ModuleType) -> None:
    quads = article_quads(story.offer(), story.TASS)
    assert values(quads, None, DA.outlet) == {"<https://w3id.org/kgbuild/entity/tass>"}
    assert "tass" in known_keys(story.offer(), story.TASS)


def test_an_article_without_an_outlet_is_vouched_for_all_the_same(story: ModuleType) -> None:
    extraction = replace(story.offer(), article=replace(story.offer().article, outlet=None))
    quads = article_quads(extraction)
    unknown = "https://w3id.org/kgbuild/entity/nil-outlet-unknown"
    assert values(quads, None, DA.outlet) == {f"<{unknown}>"}
    assert len(values(quads, unknown, RDFS.label)) == 2


def test_known_keys_are_those_of_mentions_and_arguments(story: ModuleType) -> None:
    keys = known_keys(story.echo())
    assert {"sergey-lavrov", "russia", "moscow", "geneva"} <= keys
    assert not any(key.startswith("nil-") for key in keys)


def test_an_article_without_acts_is_an_article(story: ModuleType) -> None:
    extraction = Extraction(story.offer().article, (), (), (), ())
    assert values(article_quads(extraction), None, RDF.type) >= {f"<{DA.Article}>"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [({"topics": ("weather",)}, "topic"), ({"type": "Dance"}, "act class")],
)
def test_what_the_ontology_lacks_is_refused(
    story: ModuleType, changes: dict[str, object], message: str
) -> None:
    extraction = story.offer()
    act = extraction.acts[0]
    act = replace(act, topics=changes.get("topics", act.topics))
    act = replace(act, trigger=replace(act.trigger, act_type=changes.get("type", "State")))
    with pytest.raises(DataFileError, match=message):
        article_quads(replace(extraction, acts=(act,)))
