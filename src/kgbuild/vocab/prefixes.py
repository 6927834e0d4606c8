"""The prefixes of queries and files."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from kgbuild.vocab.acts import DA
from kgbuild.vocab.bases import (
    ACT,
    ARTICLE,
    ATTRIBUTION,
    CONDITION,
    DERIVATION,
    ENTITY,
    MENTION,
    RULE,
    TENURE,
    TIME_NODE,
    WIKIDATA,
)
from kgbuild.vocab.borrowed import CAMEO, DCTERMS, OA, OWL, PLOVER, PROV, RDF, RDFS, SKOS, TOPIC, XSD

PREFIXES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "act": ACT,
        "art": ARTICLE,
        "att": ATTRIBUTION,
        "cameo": CAMEO,
        "cond": CONDITION,
        "da": DA.NS,
        "dcterms": DCTERMS.NS,
        "der": DERIVATION,
        "ent": ENTITY,
        "men": MENTION,
        "oa": OA.NS,
        "org": "http://www.w3.org/ns/org#",
        "owl": OWL.NS,
        "plover": PLOVER,
        "prov": PROV.NS,
        "rdf": RDF.NS,
        "rdfs": RDFS.NS,
        "rule": RULE,
        "schema": "https://schema.org/",
        "sem": "http://semanticweb.cs.vu.nl/2009/11/sem/",
        "sh": "http://www.w3.org/ns/shacl#",
        "skos": SKOS.NS,
        "ten": TENURE,
        "tim": TIME_NODE,
        "time": "http://www.w3.org/2006/time#",
        "topic": TOPIC.NS,
        "wd": WIKIDATA,
        "xsd": XSD.NS,
    }
)
