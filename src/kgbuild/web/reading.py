"""The index of the pages, read out of the graph: one pass over each property, and two queries."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

import pyoxigraph as ox

from kgbuild.store.embedded import Store
from kgbuild.text.folding import fold_key
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
from kgbuild.web.index import Act, Actor, Index, Source

_KINDS: Final = ("Person", "Organization", "Place", "Event")
_TOLD: Final = """SELECT ?act ?article ?polarity {
    ?voice da:ofAct ?act ; da:inArticle ?article . OPTIONAL { ?voice da:polarity ?polarity } }"""
_NAMES: Final = """SELECT ?entity ?label (LANG(?label) AS ?language) {
    VALUES ?kind { da:Person da:Organization da:Place da:Event } ?entity a ?kind ; rdfs:label ?label }"""
_SIZE: Final = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


def read_index(store: Store) -> Index:
    """Read the index from a store's merged default graph.

    Raises:
        StoreError: if the store was closed.
    """
    graph = _Graph(store.database)
    acts = sorted(_acts(graph), key=lambda act: act.key)
    acts.sort(key=_recency, reverse=True)
    actors = _actors(graph)
    return Index(tuple(acts), actors, _articles(graph, actors), graph.size())


def _recency(act: Act) -> tuple[date, int]:
    """The first day that the act can have; of acts with the same one, what is dated more exactly is newer."""
    if act.day is None:
        return date.min, 0
    return act.day, -((act.until or act.day) - act.day).days


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
        """Triples of the graph."""
        return int(next(iter(self.rows(_SIZE)))[0])


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _acts(graph: _Graph) -> Iterator[Act]:
    types = {subject: name for name in sorted(act_classes()) for subject in graph.instances(DA.NS + name)}
    agents, addressees = graph.keys(DA.agent, ENTITY), graph.keys(DA.addressee, ENTITY)
    behalf, times = graph.keys(DA.onBehalfOf, ENTITY), graph.keys(DA.time, "")
    notations = {iri: name for name, iri in topics().items()}
    about = graph.keys(DA.topic, "")
    earliest, latest = graph.days(DA.earliest), graph.days(DA.latest)
    told, polarities = _told(graph)
    within, conditional = graph.keys(DA.within, ""), graph.keys(DA.conditionalOn, "")
    for iri, name in types.items():
        moments = times.get(iri, ())
        said = polarities.get(iri, set())
        yield Act(
            iri.removeprefix(ACT),
            name,
            family_of()[name],
            tuple(sorted(agents.get(iri, ()))),
            tuple(sorted(addressees.get(iri, ()))),
            tuple(sorted(behalf.get(iri, ()))),
            tuple(sorted(notations[one] for one in about.get(iri, ()) if one in notations)),
            min((earliest[one] for one in moments if one in earliest), default=None),
            max((latest[one] for one in moments if one in latest), default=None),
            tuple(sorted(told.get(iri, ()))),
            DA.Affirmed in said,
            DA.Negated in said,
            iri in within,
            iri in conditional,
        )


def _told(graph: _Graph) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Articles that tell an act and the polarities they tell it with, by the act's IRI."""
    articles: dict[str, set[str]] = {}
    polarities: dict[str, set[str]] = {}
    for act, article, polarity in graph.rows(_TOLD):
        articles.setdefault(act, set()).add(article.removeprefix(ARTICLE))
        if polarity:
            polarities.setdefault(act, set()).add(polarity)
    return articles, polarities


def _articles(graph: _Graph, actors: Mapping[str, Actor]) -> dict[str, Source]:
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
    return {one.key: replace(one, called=_called(one, actors.get(one.outlet))) for one in found}


def _called(source: Source, outlet: Actor | None) -> str:
    return fold_key(source.title) + f"\n{fold_key(source.id)}\n" + (outlet.called if outlet else "")


def _actors(graph: _Graph) -> dict[str, Actor]:
    labels: dict[str, dict[str, str]] = {}
    for subject, text, language in graph.rows(_NAMES):
        names = labels.setdefault(subject, {})
        names[language] = min(text, names.get(language, text))
    kinds = {subject: kind for kind in reversed(_KINDS) for subject in graph.instances(DA.NS + kind)}
    wikidata: dict[str, str] = {}
    for subject, value in graph.pairs(SKOS.exactMatch):
        name = value.value.removeprefix(WIKIDATA)
        if name != value.value:
            wikidata[subject] = min(name, wikidata.get(subject, name))
    nil = set(graph.instances(DA.NilEntity))
    found = {}
    for subject in sorted({*labels, *kinds}):
        key = subject.removeprefix(ENTITY)
        if key != subject:
            names = labels.get(subject, {})
            english, arabic = names.get("en", ""), names.get("ar", "") or names.get("", "")
            found[key] = Actor(
                key,
                english,
                arabic,
                kinds.get(subject, ""),
                wikidata.get(subject, ""),
                subject not in nil,
                fold_key(f"{english} {arabic} {key}"),
            )
    return found
