"""What a person corrected in an article: who decided what about which words."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from kgbuild.graph import iris
from kgbuild.graph.entities import entity_triples
from kgbuild.graph.mapping import named_acts
from kgbuild.graph.mentions import target_triples
from kgbuild.graph.terms import script_language, triple, worded
from kgbuild.model import Entity, Extraction, Span
from kgbuild.vocab import BASE, OA, PROV, RDF, RDFS

CORRECTION: Final = BASE + "correction/"
REVIEWER: Final = BASE + "reviewer/"
_AGENT: Final = PROV.NS + "Agent"


@dataclass(frozen=True, slots=True)
class Revision:
    """One decision that took effect: where, on what kind of thing, what it said, and who decided.

    ``kind`` is ``act`` or ``name``; for an act ``span`` is that of its trigger. ``by`` may be empty.
    """

    span: Span
    kind: str
    decision: str
    by: str = ""


def correction_quads(
    extraction: Extraction, revisions: Iterable[Revision], added: Iterable[Entity] = ()
) -> list[ox.Quad]:
    """The corrections of one article as ``oa:Annotation`` nodes of its graph, sorted.

    Each has the words that it is about as target and the mentions that it accepted or changed as bodies; of
    what was rejected it alone tells. It is attributed to who decided. The entities ``added``, which no
    gazetteer row describes, are described here.
    """
    mentions = _mentions(extraction)
    triples = [one for entity in added for one in entity_triples(entity)]
    article = extraction.article
    for one in revisions:
        parts = (article.content_hash, one.kind, [one.span.start, one.span.end], one.decision, one.by)
        digest = iris.digest("correction", *parts)
        iri, target = CORRECTION + digest, f"{CORRECTION}{digest}-t"
        triples += [
            triple(iri, RDF.type, OA.Annotation),
            triple(iri, RDFS.label, worded(f"{one.kind}: {one.decision}", "en")),
            triple(iri, OA.hasTarget, target),
            *target_triples(article, target, one.span),
            *(triple(iri, OA.hasBody, mention) for mention in mentions.get((one.kind, one.span), ())),
        ]
        if one.by:
            reviewer = REVIEWER + iris.digest("reviewer", one.by)
            triples += [
                triple(reviewer, RDF.type, _AGENT),
                triple(reviewer, RDFS.label, worded(one.by, script_language(one.by))),
                triple(iri, PROV.wasAttributedTo, reviewer),
            ]
    graph = ox.NamedNode(iris.article_graph(iris.article_key(extraction.article)))
    return sorted({ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples}, key=str)


def _mentions(extraction: Extraction) -> dict[tuple[str, Span], list[str]]:
    """IRIs of the mentions in the article's graph, by what they are of and where they stand."""
    article = extraction.article
    found: dict[tuple[str, Span], list[str]] = {}
    for named in named_acts(extraction):
        iri = iris.act_mention_iri(article, named.mention, named.iri)
        found.setdefault(("act", named.mention.trigger.span), []).append(iri)
    for link in extraction.links:
        iri = iris.entity_mention_iri(article, link.mention.span, link.entity.key)
        found.setdefault(("name", link.mention.span), []).append(iri)
    return found
