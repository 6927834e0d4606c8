"""One article's extraction as RDF: the graph that docs/graph.md describes, node by node."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from kgbuild.graph import iris
from kgbuild.graph.attribution import attribution_triples, layers
from kgbuild.graph.entities import entity_triples
from kgbuild.graph.mentions import act_mention_triples, condition_triples, entity_mention_triples
from kgbuild.graph.ontology import event_classes, interaction_classes, is_media, label, topic_iri, topic_label
from kgbuild.graph.terms import day, string, triple, uri, worded
from kgbuild.model import ActMention, Article, Entity, Extraction, Role, TimeExpression
from kgbuild.vocab import (
    BASES,
    DA,
    DCTERMS,
    PRECISIONS,
    RDF,
    RDFS,
    report_name,
)

_ROLES = ((Role.AGENT, DA.agent), (Role.ADDRESSEE, DA.addressee), (Role.PLACE, DA.place))
_ARROWS = {"en": "→", "ar": "←"}
_COMMAS = {"en": ", ", "ar": "، "}


@dataclass(frozen=True, slots=True)
class NamedAct:
    """An act mention with the IRI of its act and of the act that it is told within."""

    iri: str
    mention: ActMention
    within: str | None


def named_acts(extraction: Extraction) -> tuple[NamedAct, ...]:
    """The article's act mentions with their acts' IRIs, in the order of ``extraction.acts``."""
    acts = extraction.acts
    names = iris.act_iris(extraction.article, acts, event_classes())
    return tuple(
        NamedAct(iri, act, None if act.within is None else names[act.within])
        for iri, act in zip(names, acts, strict=True)
    )


def article_quads(extraction: Extraction, outlet: Entity | None = None) -> list[ox.Quad]:
    """The graph of one article, sorted and without repetitions.

    Args:
        extraction: what was read out of the article.
        outlet: the gazetteer's entity for the article's outlet; without it the outlet is the NIL
            organization of that name.

    Raises:
        DataFileError: if an act type or a topic is not in the ontology, or an entity key is malformed.
        ValueError: if ``within`` leads out of the article's acts or in a circle.
    """
    graph = ox.NamedNode(_graph_of(extraction))
    triples = _triples(extraction, outlet)
    return sorted({ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples}, key=str)


def article_nquads(extraction: Extraction, outlet: Entity | None = None) -> bytes:
    """What :func:`article_quads` gives, as N-Quads: made in half the time."""
    lines = sorted(set(map(str, _triples(extraction, outlet))))
    ending = f" <{_graph_of(extraction)}> .\n"
    return (ending.join(lines) + ending).encode()


def _graph_of(extraction: Extraction) -> str:
    return iris.article_graph(iris.article_key(extraction.article))


def _triples(extraction: Extraction, outlet: Entity | None) -> list[ox.Triple]:
    """The statements of an article's graph, in no order, some of them more than once."""
    article = extraction.article
    publisher = outlet or iris.outlet_entity(article.outlet)
    triples = list(article_triples(article, publisher))
    nil: dict[str, Entity] = {publisher.key: publisher} if publisher.is_nil else {}
    for link in extraction.links:
        triples += entity_mention_triples(article, link)
        if link.entity.is_nil:
            nil.setdefault(link.entity.key, link.entity)
    for index, named in enumerate(named_acts(extraction)):
        voices = layers(extraction.acts, index, publisher, lambda entity: is_media(entity.subtype))
        triples += act_triples(article, named)
        triples += attribution_triples(article, named.mention, named.iri, voices)
        triples += act_mention_triples(article, named.mention, named.iri)
        for argument in named.mention.arguments:
            for entity in (argument.entity, argument.on_behalf_of):
                if entity and entity.is_nil:
                    nil.setdefault(entity.key, entity)
    for key in sorted(nil):
        triples += entity_triples(nil[key])
    return triples


def known_keys(extraction: Extraction, outlet: Entity | None = None) -> frozenset[str]:
    """Keys of the known entities that the article's graph refers to."""
    entities = [link.entity for link in extraction.links]
    for act in extraction.acts:
        entities += [argument.entity for argument in act.arguments]
        entities += [argument.on_behalf_of for argument in act.arguments if argument.on_behalf_of]
    if outlet:
        entities.append(outlet)
    return frozenset(entity.key for entity in entities if not entity.is_nil)


def article_triples(article: Article, publisher: Entity) -> Iterator[ox.Triple]:
    """What is known of the article itself."""
    iri = iris.article_iri(article)
    yield triple(iri, RDF.type, DA.Article)
    yield triple(iri, DCTERMS.identifier, string(article.id))
    yield triple(iri, DCTERMS.language, string(article.language))
    yield triple(iri, DA.outlet, iris.entity_iri(publisher.key))
    yield triple(iri, DA.contentHash, string(article.content_hash))
    if article.title:
        yield triple(iri, DCTERMS.title, worded(article.title, article.language))
    if article.date:
        yield triple(iri, DCTERMS.issued, day(article.date))
    if article.url:
        yield triple(iri, DA.url, uri(article.url))


def act_triples(article: Article, named: NamedAct) -> Iterator[ox.Triple]:
    """The act layer: what was done, by whom, to whom, about what, when and where."""
    iri, act = named.iri, named.mention
    act_type = act.trigger.act_type
    report_name(act_type)  # refuses a type that the ontology lacks
    yield triple(iri, RDF.type, DA.NS + act_type)
    for language in ("en", "ar"):
        yield triple(iri, RDFS.label, worded(act_label(act, language), language))
    for role, predicate in _ROLES:
        for entity in act.entities(role):
            yield triple(iri, predicate, iris.entity_iri(entity.key))
    if act_type in interaction_classes():
        for entity in (*act.entities(Role.AGENT), *act.entities(Role.ADDRESSEE)):
            yield triple(iri, DA.participant, iris.entity_iri(entity.key))
    for argument in act.arguments:
        if argument.role is Role.AGENT and argument.on_behalf_of:
            yield triple(iri, DA.onBehalfOf, iris.entity_iri(argument.on_behalf_of.key))
    for topic in act.topics:
        yield triple(iri, DA.topic, topic_iri(topic))
    if act.time:
        yield triple(iri, DA.time, iris.time_iri(act.time, article.language))
        yield from time_triples(act.time, article.language)
    if named.within:
        yield triple(iri, DA.within, named.within)
        yield triple(named.within, DA.content, iri)
    if act.condition:
        yield triple(iri, DA.conditionalOn, iris.condition_iri(article, act.condition))
        yield from condition_triples(article, act.condition)


def time_triples(time: TimeExpression, language: str) -> Iterator[ox.Triple]:
    """A time as said, and the days that it can mean."""
    iri = iris.time_iri(time, language)
    yield triple(iri, RDF.type, DA.Time)
    yield triple(iri, DA.expression, worded(time.text, language))
    yield triple(iri, DA.precision, PRECISIONS[time.precision])
    yield triple(iri, DA.basis, BASES[time.basis])
    if time.first:
        yield triple(iri, DA.earliest, day(time.first))
    if time.last:
        yield triple(iri, DA.latest, day(time.last))


def act_label(act: ActMention, language: str) -> str:
    """``Propose: Russia → United States (cyber)``, or the same in Arabic."""
    said = label(DA.NS + act.trigger.act_type, language)
    agents = _names(act.entities(Role.AGENT), language)
    addressees = _names(act.entities(Role.ADDRESSEE), language)
    parties = f" {_ARROWS[language]} ".join(filter(None, (agents or "?", addressees)))
    about = _COMMAS[language].join(topic_label(topic, language) for topic in sorted(set(act.topics)))
    return f"{said}: {parties} ({about})" if about else f"{said}: {parties}"


def _names(entities: Sequence[Entity], language: str) -> str:
    by_key = {entity.key: entity for entity in entities}
    names = [
        (entity.label_en if language == "en" else entity.label_ar)
        or entity.label_ar
        or entity.label_en
        or key
        for key, entity in sorted(by_key.items())
    ]
    return _COMMAS[language].join(names)
