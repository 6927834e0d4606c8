"""Where the IRIs of kgbuild begin, and the names of its graphs."""

from typing import Final

BASE: Final = "https://w3id.org/kgbuild/"

ENTITY: Final = BASE + "entity/"
ACT: Final = BASE + "act/"
ATTRIBUTION: Final = BASE + "attribution/"
MENTION: Final = BASE + "mention/"
CONDITION: Final = BASE + "condition/"
TIME_NODE: Final = BASE + "time/"
ARTICLE: Final = BASE + "article/"
TENURE: Final = BASE + "tenure/"
DERIVATION: Final = BASE + "derivation/"
RULE: Final = BASE + "rule/"
REPORT: Final = BASE + "report/"
WIKIDATA: Final = "http://www.wikidata.org/entity/"

RUN: Final = BASE + "run"
ARTICLE_GRAPH: Final = BASE + "graph/article/"
ENTITIES_GRAPH: Final = BASE + "graph/entities"
ONTOLOGY_GRAPH: Final = BASE + "graph/ontology"
DERIVED_GRAPH: Final = BASE + "graph/derived"
PROVENANCE_GRAPH: Final = BASE + "graph/provenance"
QUARANTINE_GRAPH: Final = BASE + "graph/quarantine"
"""What did not conform, with the reports that say why; never part of the merged default graph."""
