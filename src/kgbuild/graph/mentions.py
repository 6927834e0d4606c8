"""The mention layer: where in which article something is said, as Web Annotations."""

from collections.abc import Iterator

import pyoxigraph as ox

from kgbuild.graph import iris
from kgbuild.graph.ontology import topic_iri
from kgbuild.graph.terms import decimal, integer, string, triple, worded
from kgbuild.model import ActMention, Article, Decision, Link, Span
from kgbuild.vocab import DA, DECISIONS, OA, RDF


def act_mention_triples(article: Article, act: ActMention, act_iri: str) -> list[ox.Triple]:
    """The place that shows an act: evidence, trigger, rule, confidence, topics besides."""
    iri = iris.act_mention_iri(article, act, act_iri)
    evidence, trigger = iris.target_iri(iri, "e"), iris.target_iri(iri, "t")
    return [
        triple(act_iri, DA.hasMention, iri),
        triple(iri, RDF.type, DA.ActMention),
        triple(iri, DA.inArticle, iris.article_iri(article)),
        triple(iri, OA.hasBody, act_iri),
        triple(iri, DA.evidence, evidence),
        triple(iri, DA.trigger, trigger),
        triple(iri, DA.rule, string(act.trigger.row)),
        triple(iri, DA.confidence, decimal(act.confidence)),
        *(triple(iri, DA.possibleTopic, topic_iri(topic)) for topic in act.possible_topics),
        *target_triples(article, evidence, act.evidence),
        *target_triples(article, trigger, act.trigger.span),
    ]


def entity_mention_triples(article: Article, link: Link) -> list[ox.Triple]:
    """The place that names an entity, and how the decision for that entity was made."""
    iri = iris.entity_mention_iri(article, link.mention.span, link.entity.key)
    target = iris.target_iri(iri, "t")
    return [
        triple(iri, RDF.type, DA.EntityMention),
        triple(iri, DA.inArticle, iris.article_iri(article)),
        triple(iri, OA.hasBody, iris.entity_iri(link.entity.key)),
        triple(iri, OA.hasTarget, target),
        triple(iri, DA.decision, DECISIONS[link.decision]),
        triple(iri, DA.confidence, decimal(link_confidence(link))),
        *target_triples(article, target, link.mention.span),
    ]


def condition_triples(article: Article, span: Span) -> list[ox.Triple]:
    """A condition and the words that state it."""
    iri = iris.condition_iri(article, span)
    target = iris.target_iri(iri, "t")
    return [
        triple(iri, RDF.type, DA.Condition),
        triple(iri, DA.inArticle, iris.article_iri(article)),
        triple(iri, OA.hasTarget, target),
        *target_triples(article, target, span),
    ]


def target_triples(article: Article, iri: str, span: Span) -> Iterator[ox.Triple]:
    """A stretch of the article, by position and by quotation."""
    position, quotation = iri + "p", iri + "q"
    yield triple(iri, RDF.type, OA.SpecificResource)
    yield triple(iri, OA.hasSource, iris.article_iri(article))
    yield triple(iri, OA.hasSelector, position)
    yield triple(iri, OA.hasSelector, quotation)
    yield triple(position, RDF.type, OA.TextPositionSelector)
    yield triple(position, OA.start, integer(span.start))
    yield triple(position, OA.end, integer(span.end))
    yield triple(quotation, RDF.type, OA.TextQuoteSelector)
    yield triple(quotation, OA.exact, worded(span.of(article.text), article.language))


def link_confidence(link: Link) -> float:
    """The score of the chosen candidate; for a NIL entity, what the best refused one leaves of 1."""
    if link.decision is Decision.NIL:
        return round(1.0 - max((candidate.score for candidate in link.candidates), default=0.0), 2)
    scores = [c.score for c in link.candidates if c.entity.key == link.entity.key]
    return max(scores, default=1.0)
