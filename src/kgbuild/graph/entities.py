"""Entities and the offices they held, as RDF."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict

import pyoxigraph as ox

from kgbuild.errors import DataFileError
from kgbuild.graph import iris
from kgbuild.graph.terms import integer, script_language, triple, worded
from kgbuild.model import Entity, Tenure
from kgbuild.vocab import DA, ENTITIES_GRAPH, KINDS, RDF, RDFS, SKOS, WIKIDATA, subtype_classes

_WIKIDATA_ID = re.compile(r"Q[1-9][0-9]*\Z")


def entity_triples(entity: Entity) -> list[ox.Triple]:
    """What is known of one entity: kinds, labels, spellings, country, Wikidata item.

    Raises:
        DataFileError: if its key or its Wikidata id is malformed.
    """
    iri = iris.entity_iri(entity.key)
    found = [triple(iri, RDF.type, one) for one in entity_classes(entity)]
    if entity.label_en:
        found.append(triple(iri, RDFS.label, worded(entity.label_en, "en")))
    if entity.label_ar:
        found.append(triple(iri, RDFS.label, worded(entity.label_ar, "ar")))
    for alias in entity.aliases:
        if alias not in {entity.label_ar, entity.label_en}:
            found.append(triple(iri, SKOS.altLabel, worded(alias, script_language(alias))))
    if entity.country:
        found.append(triple(iri, DA.country, iris.entity_iri(entity.country)))
    if entity.stands_for:
        found.append(triple(iri, DA.standsFor, iris.entity_iri(entity.stands_for)))
    if entity.wikidata:
        if not _WIKIDATA_ID.match(entity.wikidata):
            raise DataFileError(
                f"{entity.key}: {entity.wikidata!r} is no Wikidata id. Write it as Q and digits, or leave "
                "the cell empty."
            )
        found.append(triple(iri, SKOS.exactMatch, WIKIDATA + entity.wikidata))
    return found


def entity_classes(entity: Entity) -> list[str]:
    """IRIs of the classes that an entity belongs to."""
    finer = subtype_classes().get(entity.subtype or "")
    return [KINDS[entity.kind], *([finer] if finer else ()), *([DA.NilEntity] if entity.is_nil else ())]


def tenure_triples(tenure: Tenure) -> list[ox.Triple]:
    """One tenure of office, hung on its holder."""
    iri = iris.tenure_iri(asdict(tenure))
    found = [
        triple(iris.entity_iri(tenure.person), DA.heldRole, iri),
        triple(iri, RDF.type, DA.RoleTenure),
        triple(iri, RDFS.label, worded(tenure.title_ar, "ar")),
        triple(iri, DA.roleOf, iris.entity_iri(tenure.of)),
    ]
    if tenure.title_en:
        found.append(triple(iri, RDFS.label, worded(tenure.title_en, "en")))
    if tenure.from_year is not None:
        found.append(triple(iri, DA.fromYear, integer(tenure.from_year)))
    if tenure.to_year is not None:
        found.append(triple(iri, DA.toYear, integer(tenure.to_year)))
    return found


def described(keys: Iterable[str], known: Mapping[str, Entity], tenures: Iterable[Tenure]) -> list[Entity]:
    """The known entities under ``keys`` and all that their descriptions point to, sorted by key.

    These are countries, states stood for, and what the offices of people among them are offices of.

    Raises:
        DataFileError: if an entity points to a key that ``known`` lacks.
    """
    offices: dict[str, list[str]] = {}
    for tenure in tenures:
        offices.setdefault(tenure.person, []).append(tenure.of)
    found: dict[str, Entity] = {}
    waiting = [(key, "an article") for key in sorted(set(keys))]
    while waiting:
        key, source = waiting.pop()
        if key in found:
            continue
        entity = known.get(key)
        if entity is None:
            raise DataFileError(
                f"{source} refers to the entity {key!r}, which the gazetteer lacks. Add a row with that id, "
                "or correct the reference."
            )
        found[key] = entity
        pointers = [entity.country, entity.stands_for, *offices.get(key, ())]
        waiting.extend((pointer, key) for pointer in pointers if pointer and pointer not in found)
    return [found[key] for key in sorted(found)]


def entities_quads(entities: Iterable[Entity], tenures: Iterable[Tenure] = ()) -> list[ox.Quad]:
    """The entities graph, sorted; of ``tenures`` only those whose holder is among ``entities``."""
    graph = ox.NamedNode(ENTITIES_GRAPH)
    given = {entity.key: entity for entity in entities}
    triples = [one for key in sorted(given) for one in entity_triples(given[key])]
    triples += [one for tenure in tenures if tenure.person in given for one in tenure_triples(tenure)]
    return sorted({ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples}, key=str)
