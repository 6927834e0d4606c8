from dataclasses import replace
from types import ModuleType

import pyoxigraph as ox
import pytest

from kgbuild.errors import DataFileError
from kgbuild.graph.entities import described, entities_quads, entity_triples
from kgbuild.model import Entity, Kind, Tenure
from kgbuild.vocab import DA, ENTITIES_GRAPH, RDF, SKOS

LABEL = "http://www.w3.org/2000/01/rdf-schema#label"


def objects(triples: list[ox.Triple], predicate: str) -> set[str]:
    return {str(t.object) for t in triples if t.predicate.value == predicate}


def test_an_entity_has_its_kinds_labels_spellings_and_wikidata_item(story: ModuleType) -> None:
    found = entity_triples(story.RUSSIA)
    assert objects(found, RDF.type) == {f"<{DA.Place}>", f"<{DA.Country}>"}
    assert objects(found, LABEL) == {'"Russia"@en', '"روسيا"@ar'}
    assert objects(found, SKOS.altLabel) == {'"الاتحاد الروسي"@ar'}
    assert objects(found, SKOS.exactMatch) == {"<http://www.wikidata.org/entity/Q159>"}


def test_a_spelling_that_is_the_label_is_not_said_twice_and_latin_ones_are_english() -> None:
    found = entity_triples(Entity("afp", Kind.ORGANIZATION, "فرانس برس", aliases=("فرانس برس", "AFP")))
    assert objects(found, SKOS.altLabel) == {'"AFP"@en'}


def test_a_nil_entity_is_marked() -> None:
    found = entity_triples(Entity("nil-1", Kind.PERSON, "س"))
    assert objects(found, RDF.type) == {f"<{DA.Person}>", f"<{DA.NilEntity}>"}


@pytest.mark.parametrize("wikidata", ["159", "Q0", "Q1 ", "q1", "Q1/../x"])
def test_a_malformed_wikidata_id_is_refused(wikidata: str) -> None:
    with pytest.raises(DataFileError, match="Wikidata"):
        entity_triples(Entity("a", Kind.PLACE, "أ", wikidata=wikidata))


def test_what_a_description_points_to_is_described_too(story: ModuleType) -> None:
    found = described(["geneva", "sergey-lavrov"], story.KNOWN, story.TENURES)
    assert [entity.key for entity in found] == ["geneva", "russia", "sergey-lavrov", "switzerland"]


def test_a_reference_to_nothing_names_its_source(story: ModuleType) -> None:
    known = {"moscow": story.MOSCOW}
    with pytest.raises(DataFileError, match=r"moscow refers to the entity 'russia'"):
        described(["moscow"], known, ())
    with pytest.raises(DataFileError, match="an article refers"):
        described(["nowhere"], known, ())


def test_tenures_come_with_their_holders_only(story: ModuleType) -> None:
    quads = entities_quads([story.LAVROV, story.RUSSIA], story.TENURES)
    assert {str(quad.graph_name) for quad in quads} == {f"<{ENTITIES_GRAPH}>"}
    tenures = [quad for quad in quads if str(quad.object) == f"<{DA.RoleTenure}>"]
    assert len(tenures) == 1
    years = [quad.object for quad in quads if quad.predicate.value == DA.fromYear]
    assert [str(year).partition("^")[0] for year in years] == ['"2004"']
    assert not [quad for quad in quads if quad.predicate.value == DA.toYear]


def test_the_order_of_entities_does_not_matter(story: ModuleType) -> None:
    given = [*story.KNOWN.values(), story.RUSSIA]
    assert entities_quads(given, story.TENURES) == entities_quads(given[::-1], story.TENURES[::-1])


def test_tenures_that_differ_in_anything_differ() -> None:
    one = Tenure("a", "رئيس", "President", "b", 2000, 2008)
    again = replace(one, from_year=2012, to_year=None)
    holder = Entity("a", Kind.PERSON, "أ")
    both = entities_quads([holder], [one, again])
    assert len([quad for quad in both if quad.predicate.value == DA.heldRole]) == 2
