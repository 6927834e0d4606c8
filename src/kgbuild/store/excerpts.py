"""Excerpts of the graph: some acts with all that any article says of them, small enough for memory.

An excerpt holds, of every act asked for, its own statements in all articles, its attributions with what
relays them, times and conditions, its mentions with their articles (and, in the articles asked for, the
places of the evidence), and what is known of its parties. Labels and quotations are left out, and
so is everything that was derived.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import Final

import pyoxigraph as ox

from kgbuild.vocab import ARTICLE, DA, ENTITY, MENTION, OA, ONTOLOGY_GRAPH, PREFIXES

_FOLLOWED: Final = frozenset(
    {
        DA.hasAttribution,
        DA.attributedTo,
        DA.relayedBy,
        DA.reportedTime,
        DA.time,
        DA.conditionalOn,
        DA.agent,
        DA.addressee,
        DA.participant,
        DA.onBehalfOf,
        DA.place,
        DA.country,
        DA.standsFor,
        DA.heldRole,
        DA.roleOf,
        DA.hasMention,
        DA.inArticle,
        DA.outlet,
        DA.evidence,
        OA.hasSelector,
    }
)
_MERGE: Final = ox.DefaultGraph()
_IN_ARTICLE: Final = ox.NamedNode(DA.inArticle)
_KEPT: Final = 4096
"""Descriptions of entities that are kept for the next excerpt."""


class Excerpt:
    """A small graph in memory; a source of answers as the store is."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._store = ox.Store()
        self._store.bulk_extend(ox.Quad(one.subject, one.predicate, one.object) for one in triples)

    def query(self, text: str) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        """Run SPARQL; SyntaxError when it is none."""
        return self._store.query(text, prefixes=dict(PREFIXES))


class Excerpts:
    """Makes excerpts of a database; ``derived`` are the properties of derived links, which are left out."""

    def __init__(self, database: ox.Store, derived: Collection[str]) -> None:
        self._database = database
        self._derived = frozenset(derived)
        self._entities: dict[str, tuple[ox.Triple, ...]] = {}
        ontology = database.quads_for_pattern(None, None, None, ox.NamedNode(ONTOLOGY_GRAPH))
        self._ontology = [quad.triple for quad in ontology if not _is_wording(quad.object)]

    def of(self, acts: Iterable[str], articles: Collection[str] = ()) -> Excerpt:
        """The excerpt of some acts (IRIs); evidence has its place in the articles with these keys only."""
        return Excerpt([*self._ontology, *self._triples(acts, frozenset(articles))])

    def _triples(self, acts: Iterable[str], articles: frozenset[str]) -> Iterator[ox.Triple]:
        waiting = sorted(set(acts))
        seen = set(waiting)
        while waiting:
            name = waiting.pop()
            triples = self._of_entity(name) if name.startswith(ENTITY) else self._said(name)
            if name.startswith(MENTION) and not _is_near(triples, articles):
                triples = tuple(one for one in triples if one.predicate == _IN_ARTICLE)
            for one in triples:
                yield one
                value = one.object
                if not isinstance(value, ox.NamedNode) or value.value in seen:
                    continue
                if one.predicate.value in _FOLLOWED:
                    seen.add(value.value)
                    waiting.append(value.value)

    def _of_entity(self, name: str) -> tuple[ox.Triple, ...]:
        """What is said of an entity; kept, since few entities do most of what is told."""
        if name not in self._entities:
            if len(self._entities) >= _KEPT:
                self._entities.clear()
            self._entities[name] = self._said(name)
        return self._entities[name]

    def _said(self, name: str) -> tuple[ox.Triple, ...]:
        """What articles and gazetteer say of a node, without words."""
        quads = self._database.quads_for_pattern(ox.NamedNode(name), None, None, _MERGE)
        return tuple(
            quad.triple
            for quad in quads
            if quad.predicate.value not in self._derived and not _is_wording(quad.object)
        )


def _is_near(triples: Iterable[ox.Triple], articles: frozenset[str]) -> bool:
    """Whether a mention, or a part of one, lies in one of these articles; a part does not say where."""
    places = [one.object for one in triples if one.predicate == _IN_ARTICLE]
    keys = {one.value.removeprefix(ARTICLE) for one in places if isinstance(one, ox.NamedNode)}
    return not places or not keys.isdisjoint(articles)


def _is_wording(term: object) -> bool:
    return isinstance(term, ox.Literal) and term.language is not None
