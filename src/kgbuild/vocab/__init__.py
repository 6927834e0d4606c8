"""Every IRI that kgbuild writes or asks for, and what the ontology says of the act classes.

The namespaces below are classes of plain strings (``DA.Propose``), fit for ``rdflib.URIRef`` and for
``pyoxigraph.NamedNode`` alike. Tests hold that the terms of :class:`DA` and those that
``ontology/diplomatic-acts.ttl`` declares are the same.
"""

from kgbuild.vocab.acts import DA
from kgbuild.vocab.bases import (
    ACT,
    ARTICLE,
    ARTICLE_GRAPH,
    ATTRIBUTION,
    BASE,
    CONDITION,
    DERIVATION,
    DERIVED_GRAPH,
    ENTITIES_GRAPH,
    ENTITY,
    MENTION,
    ONTOLOGY_GRAPH,
    PROVENANCE_GRAPH,
    QUARANTINE_GRAPH,
    REPORT,
    RULE,
    RUN,
    TENURE,
    TIME_NODE,
    WIKIDATA,
)
from kgbuild.vocab.borrowed import CAMEO, DCTERMS, OA, OWL, PLOVER, PROV, RDF, RDFS, SKOS, TOPIC, XSD
from kgbuild.vocab.ontology import act_classes, read_act_classes, report_name, subtype_classes, topics
from kgbuild.vocab.prefixes import PREFIXES
from kgbuild.vocab.values import BASES, CERTAINTIES, DECISIONS, KINDS, POLARITIES, PRECISIONS, TENSES

__all__ = [
    "ACT",
    "ARTICLE",
    "ARTICLE_GRAPH",
    "ATTRIBUTION",
    "BASE",
    "BASES",
    "CAMEO",
    "CERTAINTIES",
    "CONDITION",
    "DA",
    "DCTERMS",
    "DECISIONS",
    "DERIVATION",
    "DERIVED_GRAPH",
    "ENTITIES_GRAPH",
    "ENTITY",
    "KINDS",
    "MENTION",
    "OA",
    "ONTOLOGY_GRAPH",
    "OWL",
    "PLOVER",
    "POLARITIES",
    "PRECISIONS",
    "PREFIXES",
    "PROV",
    "PROVENANCE_GRAPH",
    "QUARANTINE_GRAPH",
    "RDF",
    "RDFS",
    "REPORT",
    "RULE",
    "RUN",
    "SKOS",
    "TENSES",
    "TENURE",
    "TIME_NODE",
    "TOPIC",
    "WIKIDATA",
    "XSD",
    "act_classes",
    "read_act_classes",
    "report_name",
    "subtype_classes",
    "topics",
]
