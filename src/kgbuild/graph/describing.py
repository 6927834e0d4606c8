"""A description of the data set itself, in VoID and DCAT, as Turtle: what it holds and how much of it.

Counts are of the merged graph, where a triple that several articles tell counts once. Nothing of it depends
on when it is made, so equal graphs have equal descriptions.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Final

import pyoxigraph as ox

from kgbuild.graph.terms import integer, iri_of, string, triple, worded
from kgbuild.vocab import BASE, DCTERMS, PREFIXES, RDF

VOID: Final = "http://rdfs.org/ns/void#"
DCAT: Final = "http://www.w3.org/ns/dcat#"
DATASET: Final = BASE + "dataset"
_TITLE: Final = "Diplomatic acts in Arabic news"


def description(quads: Iterable[ox.Quad]) -> list[ox.Triple]:
    """The data set with its counts, a partition a class and a property, a subset a named graph; sorted."""
    graphs: Counter[str] = Counter()
    merged: set[ox.Triple] = set()
    for quad in set(quads):
        graphs[iri_of(quad.graph_name)] += 1
        merged.add(quad.triple)
    properties = Counter(iri_of(one.predicate) for one in merged)
    classes = Counter(iri_of(one.object) for one in merged if one.predicate.value == RDF.type)
    found = [
        triple(DATASET, RDF.type, VOID + "Dataset"),
        triple(DATASET, RDF.type, DCAT + "Dataset"),
        triple(DATASET, DCTERMS.title, worded(_TITLE, "en")),
        triple(DATASET, VOID + "uriSpace", string(BASE)),
        triple(DATASET, VOID + "triples", integer(len(merged))),
        triple(DATASET, VOID + "distinctSubjects", integer(len({one.subject for one in merged}))),
        triple(DATASET, VOID + "distinctObjects", integer(len({one.object for one in merged}))),
        triple(DATASET, VOID + "properties", integer(len(properties))),
        triple(DATASET, VOID + "classes", integer(len(classes))),
    ]
    for kind, name, counts in (("property", "property", properties), ("class", "class", classes)):
        size = VOID + ("triples" if kind == "property" else "entities")
        for n, (iri, count) in enumerate(sorted(counts.items())):
            part = f"{DATASET}/{name}-{n}"
            found += [
                triple(DATASET, f"{VOID}{kind}Partition", part),
                triple(part, VOID + kind, iri),
                triple(part, size, integer(count)),
            ]
    for iri, count in sorted(graphs.items()):
        if iri:
            found += [
                triple(DATASET, VOID + "subset", iri),
                triple(iri, RDF.type, VOID + "Dataset"),
                triple(iri, VOID + "triples", integer(count)),
            ]
    return sorted(set(found), key=str)


def prefixes() -> dict[str, str]:
    """The prefixes of the description."""
    return {**PREFIXES, "void": VOID, "dcat": DCAT}
