"""What every page needs, read from the graph once: acts, actors and articles, small and in memory.

An aggregate over a million triples takes SPARQL seconds; over these tuples it takes milliseconds.
Nothing is kept of mentions, attributions and text: pages look them up where they show them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Final

import pyoxigraph as ox

from kgbuild.store.embedded import Store
from kgbuild.vocab import (
    ACT,
    ARTICLE,
    DA,
    DCTERMS,
    ENTITY,
    PREFIXES,
    RDF,
    SKOS,
    WIKIDATA,
    act_classes,
    topics,
)
from kgbuild.web.families import family_of

_KINDS: Final = ("Person", "Organization", "Place", "Event")
_TOLD: Final = """SELECT ?act ?article ?polarity {
    ?voice da:ofAct ?act ; da:inArticle ?article . OPTIONAL { ?voice da:polarity ?polarity } }"""
_NAMES: Final = """SELECT ?entity ?label (LANG(?label) AS ?language) {
    VALUES ?kind { da:Person da:Organization da:Place da:Event } ?entity a ?kind ; rdfs:label ?label }"""


@dataclass(frozen=True, slots=True)
class Actor:
    """An entity: who or what acts, is addressed, publishes or is named."""

    key: str
    label_en: str = ""
    label_ar: str = ""
    kind: str = ""
    wikidata: str = ""
    known: bool = True
    """Whether the gazetteer knows it (and it is no NIL entity)."""

    def name(self, language: str) -> str:
        """Label in ``language``, else in the other one, else the key."""
        first, second = (self.label_ar, self.label_en) if language == "ar" else (self.label_en, self.label_ar)
        return first or second or self.key

    def language(self, language: str) -> str:
        """The language that :meth:`name` answers in when asked for ``language``."""
        wanted = self.label_ar if language == "ar" else self.label_en
        return language if wanted else ("ar" if self.label_ar else "en")


@dataclass(frozen=True, slots=True)
class Source:
    """An article, as the graph describes it."""

    key: str
    id: str
    title: str
    day: date | None
    outlet: str
    url: str


@dataclass(frozen=True, slots=True)
class Act:
    """An act; entities by key, topics by notation, articles by key. ``day`` is the first it can mean."""

    key: str
    type: str
    family: str
    agents: tuple[str, ...]
    addressees: tuple[str, ...]
    behalf: tuple[str, ...]
    topics: tuple[str, ...]
    day: date | None
    until: date | None
    articles: tuple[str, ...]
    affirmed: bool
    negated: bool
    within: bool
    conditional: bool


@dataclass(frozen=True)
class Index:
    """Acts, newest first and the undated last; actors and articles by key."""

    acts: tuple[Act, ...]
    actors: Mapping[str, Actor]
    articles: Mapping[str, Source]
    triples: int
    by_key: Mapping[str, Act] = field(repr=False, default_factory=dict)

    def actor(self, key: str) -> Actor:
        """The entity with this key; one that the graph does not describe has its key for a name."""
        return self.actors.get(key) or Actor(key)

    @cached_property
    def by_actor(self) -> Mapping[str, tuple[Act, ...]]:
        """Acts in which an entity is agent, addressee or spoken for, in the order of :attr:`acts`."""
        found: dict[str, list[Act]] = {}
        for act in self.acts:
            for key in dict.fromkeys((*act.agents, *act.addressees, *act.behalf)):
                found.setdefault(key, []).append(act)
        return {key: tuple(acts) for key, acts in found.items()}

    @cached_property
    def by_article(self) -> Mapping[str, tuple[Act, ...]]:
        """Acts that an article tells."""
        found: dict[str, list[Act]] = {}
        for act in self.acts:
            for key in act.articles:
                found.setdefault(key, []).append(act)
        return {key: tuple(acts) for key, acts in found.items()}

    @cached_property
    def by_id(self) -> Mapping[str, str]:
        """Key of the article with an id."""
        return {source.id: key for key, source in self.articles.items()}

    @cached_property
    def outlets(self) -> tuple[str, ...]:
        """Keys of the organizations that published articles, sorted by key."""
        return tuple(sorted({source.outlet for source in self.articles.values() if source.outlet}))


def read_index(store: Store) -> Index:
    """Read the index from a store's merged default graph.

    Raises:
        StoreError: if the store was closed.
    """
    graph = _Graph(store.database)
    articles = _articles(graph)
    types = {
        subject.removeprefix(ACT): name
        for name in sorted(act_classes())
        for subject in graph.instances(DA.NS + name)
    }
    agents, addressees = graph.keys(DA.agent, ENTITY), graph.keys(DA.addressee, ENTITY)
    behalf = graph.keys(DA.onBehalfOf, ENTITY)
    notations = {iri: name for name, iri in topics().items()}
    about = {
        act: [notations[iri] for iri in iris if iri in notations]
        for act, iris in graph.keys(DA.topic, "").items()
    }
    times = graph.keys(DA.time, "")
    earliest, latest = graph.days(DA.earliest), graph.days(DA.latest)
    told, polarities = _told(graph)
    within, conditional = graph.keys(DA.within, ""), graph.keys(DA.conditionalOn, "")
    acts = []
    for key, name in types.items():
        iri = ACT + key
        moments = sorted(times.get(iri, ()))
        firsts = sorted(earliest[one] for one in moments if one in earliest)
        lasts = sorted(latest[one] for one in moments if one in latest)
        said = polarities.get(iri, set())
        acts.append(
            Act(
                key,
                name,
                family_of()[name],
                tuple(sorted(agents.get(iri, ()))),
                tuple(sorted(addressees.get(iri, ()))),
                tuple(sorted(behalf.get(iri, ()))),
                tuple(sorted(about.get(iri, ()))),
                firsts[0] if firsts else None,
                lasts[-1] if lasts else None,
                tuple(sorted(told.get(iri, ()))),
                DA.Affirmed in said,
                DA.Negated in said,
                iri in within,
                iri in conditional,
            )
        )
    acts.sort(key=lambda act: act.key)
    acts.sort(key=lambda act: act.day or date.min, reverse=True)
    return Index(
        tuple(acts),
        _actors(graph),
        articles,
        graph.size(),
        {act.key: act for act in acts},
    )


class _Graph:
    """The merged default graph by predicate; terms as strings."""

    def __init__(self, database: ox.Store) -> None:
        self._database = database

    def pairs(self, predicate: str) -> Iterator[tuple[str, ox.NamedNode | ox.Literal]]:
        """Subjects' IRIs and objects of a predicate."""
        found = self._database.quads_for_pattern(None, ox.NamedNode(predicate), None, ox.DefaultGraph())
        for quad in found:
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode | ox.Literal):
                yield quad.subject.value, quad.object

    def rows(self, query: str) -> Iterator[tuple[str, ...]]:
        """Values of a SELECT query's rows; the empty string where one is not bound."""
        found = self._database.query(query, prefixes=dict(PREFIXES))
        if isinstance(found, ox.QuerySolutions):
            for solution in found:
                yield tuple(getattr(term, "value", "") for term in solution)

    def instances(self, kind: str) -> Iterator[str]:
        """IRIs of what has this class for a type."""
        found = self._database.quads_for_pattern(
            None, ox.NamedNode(RDF.type), ox.NamedNode(kind), ox.DefaultGraph()
        )
        for quad in found:
            if isinstance(quad.subject, ox.NamedNode):
                yield quad.subject.value

    def keys(self, predicate: str, namespace: str) -> dict[str, list[str]]:
        """Objects of a predicate, without their namespace, by subject's IRI."""
        found: dict[str, list[str]] = {}
        for subject, value in self.pairs(predicate):
            found.setdefault(subject, []).append(value.value.removeprefix(namespace))
        return found

    def days(self, predicate: str) -> dict[str, date]:
        """Objects of a predicate as days, by subject's IRI; what is no day is left out."""
        return {subject: day for subject, value in self.pairs(predicate) if (day := _day(value.value))}

    def size(self) -> int:
        """Triples of the graph: half of the quads, since each stands in the default graph too."""
        return len(self._database) // 2


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _told(graph: _Graph) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Articles that tell an act and the polarities they tell it with, by the act's IRI."""
    articles: dict[str, set[str]] = {}
    polarities: dict[str, set[str]] = {}
    for act, article, polarity in graph.rows(_TOLD):
        articles.setdefault(act, set()).add(article.removeprefix(ARTICLE))
        if polarity:
            polarities.setdefault(act, set()).add(polarity)
    return articles, polarities


def _articles(graph: _Graph) -> dict[str, Source]:
    titles = {subject: value.value for subject, value in graph.pairs(DCTERMS.title)}
    days = graph.days(DCTERMS.issued)
    outlets = graph.keys(DA.outlet, ENTITY)
    urls = graph.keys(DA.url, "")
    found = [
        Source(
            subject.removeprefix(ARTICLE),
            value.value,
            titles.get(subject, ""),
            days.get(subject),
            (outlets.get(subject) or [""])[0],
            (urls.get(subject) or [""])[0],
        )
        for subject, value in graph.pairs(DCTERMS.identifier)
        if subject.startswith(ARTICLE)
    ]
    found.sort(key=lambda one: one.id)
    found.sort(key=lambda one: one.day or date.min, reverse=True)
    return {one.key: one for one in found}


def _actors(graph: _Graph) -> dict[str, Actor]:
    labels: dict[str, dict[str, str]] = {}
    for subject, text, language in graph.rows(_NAMES):
        labels.setdefault(subject, {}).setdefault(language, text)
    kinds = {subject: kind for kind in reversed(_KINDS) for subject in graph.instances(DA.NS + kind)}
    wikidata = {
        subject: value.value.removeprefix(WIKIDATA)
        for subject, value in graph.pairs(SKOS.exactMatch)
        if value.value.startswith(WIKIDATA)
    }
    nil = set(graph.instances(DA.NilEntity))
    found = {}
    for subject in sorted({*labels, *kinds}):
        key = subject.removeprefix(ENTITY)
        if key != subject:
            names = labels.get(subject, {})
            found[key] = Actor(
                key,
                names.get("en", ""),
                names.get("ar", "") or names.get("", ""),
                kinds.get(subject, ""),
                wikidata.get(subject, ""),
                subject not in nil,
            )
    return found
