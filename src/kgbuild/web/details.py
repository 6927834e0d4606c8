"""One act in full, out of the graph: who vouches for it, where it stands, what it answers, its Turtle."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import pyoxigraph as ox

from kgbuild.vocab import (
    ACT,
    ARTICLE,
    ATTRIBUTION,
    CONDITION,
    DA,
    ENTITY,
    MENTION,
    OA,
    PREFIXES,
    TENURE,
    TIME_NODE,
    TOPIC,
)

RELATIONS: Final = ("denies", "accepts", "rejects", "repliesTo", "contradicts", "sameStatementAs")
"""Properties of :class:`kgbuild.vocab.DA` that join two acts, the telling ones first."""
_OWN: Final = (ATTRIBUTION, MENTION, CONDITION, TIME_NODE)
_MOST: Final = 2000
_KEPT: Final = 4096
_DEEPEST: Final = 20


@dataclass(frozen=True, slots=True)
class Place:
    """Words of an article: ``start`` is -1 where the graph gives no offsets."""

    quote: str = ""
    start: int = -1
    end: int = -1


@dataclass(frozen=True, slots=True)
class Telling:
    """How one article tells the act; ``chain`` runs from the innermost voice to the outlet."""

    article: str
    evidence: Place
    trigger: Place
    rule: str
    confidence: str
    chain: tuple[tuple[str, ...], ...]
    polarity: tuple[str, ...]
    tense: tuple[str, ...]
    certainty: tuple[str, ...]
    possible_topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class When:
    """A time as said and the days that it can mean, as ISO days."""

    words: str
    precision: str
    basis: str
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Detail:
    """What the graph holds on one act beyond the index; keys as there."""

    places: tuple[str, ...]
    times: tuple[When, ...]
    conditions: tuple[str, ...]
    within: tuple[str, ...]
    content: tuple[str, ...]
    links: tuple[tuple[str, bool, str], ...]
    """Relation, whether it leads from this act (and not to it), and the other act's key."""
    codes: tuple[str, ...]
    tellings: tuple[Telling, ...]


class Reader:
    """Looks things up in a store's merged default graph, one pattern at a time."""

    def __init__(self, database: ox.Store) -> None:
        self._database = database
        # what is open for reading does not change
        self.evidence = lru_cache(_KEPT)(self._evidence)
        self.detail = lru_cache(_KEPT)(self._detail)

    def objects(self, subject: str, predicate: str) -> list[str]:
        """Values of the objects, sorted."""
        found = self._database.quads_for_pattern(
            ox.NamedNode(subject), ox.NamedNode(predicate), None, ox.DefaultGraph()
        )
        return sorted(getattr(quad.object, "value", "") for quad in found)

    def subjects(self, predicate: str, value: str) -> list[str]:
        """IRIs of the subjects, sorted."""
        found = self._database.quads_for_pattern(
            None, ox.NamedNode(predicate), ox.NamedNode(value), ox.DefaultGraph()
        )
        return sorted(getattr(quad.subject, "value", "") for quad in found)

    def _evidence(self, act: str) -> Place:
        """The words of the first place where an act is told."""
        for mention in self.objects(ACT + act, DA.hasMention)[:1]:
            return self._place(mention, DA.evidence)
        return Place()

    def _detail(self, act: str) -> Detail:
        """Everything on one act, by its key."""
        iri = ACT + act
        links = [
            (name, True, other.removeprefix(ACT))
            for name in RELATIONS
            for other in self.objects(iri, DA.NS + name)
        ]
        links += [
            (name, False, other.removeprefix(ACT))
            for name in RELATIONS
            for other in self.subjects(DA.NS + name, iri)
        ]
        return Detail(
            tuple(one.removeprefix(ENTITY) for one in self.objects(iri, DA.place)),
            tuple(self._when(one) for one in self.objects(iri, DA.time)),
            tuple(self._place(one, OA.hasTarget).quote for one in self.objects(iri, DA.conditionalOn)),
            tuple(one.removeprefix(ACT) for one in self.objects(iri, DA.within)),
            tuple(one.removeprefix(ACT) for one in self.objects(iri, DA.content)),
            tuple(_without_doubles(links)),
            tuple(_short(one) for one in self.objects(iri, DA.codedAs)),
            tuple(self._tellings(iri)),
        )

    def turtle(self, act: str) -> str:
        """The act and the nodes that are its own (attributions, mentions, times, conditions), in Turtle."""
        seen: set[str] = set()
        waiting = [ACT + act]
        triples: list[ox.Triple] = []
        while waiting and len(triples) < _MOST:
            subject = waiting.pop(0)
            if subject in seen:
                continue
            seen.add(subject)
            node = ox.NamedNode(subject)
            quads = self._database.quads_for_pattern(node, None, None, ox.DefaultGraph())
            for quad in sorted(quads, key=str):
                triples.append(quad.triple)
                value = getattr(quad.object, "value", "")
                if isinstance(quad.object, ox.NamedNode) and value.startswith(_OWN):
                    waiting.append(value)
        used = {name: iri for name, iri in PREFIXES.items() if any(iri in str(one) for one in triples)}
        data = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=used)
        return (data or b"").decode()

    def tenures(self, actor: str) -> list[dict[str, str]]:
        """Offices that an entity held: their labels, what they are of, and the years."""
        found = []
        for one in self.objects(ENTITY + actor, DA.heldRole):
            if one.startswith(TENURE):
                years = [(self.objects(one, iri) or [""])[0] for iri in (DA.fromYear, DA.toYear)]
                of = [key.removeprefix(ENTITY) for key in self.objects(one, DA.roleOf)]
                labels = self.labels(one)
                found.append({"from": years[0], "to": years[1], "of": (of or [""])[0], "iri": one, **labels})
        return sorted(found, key=lambda one: (one["from"], one["to"], one["iri"]), reverse=True)

    def labels(self, iri: str) -> dict[str, str]:
        """``rdfs:label`` by language."""
        found = self._database.quads_for_pattern(
            ox.NamedNode(iri), ox.NamedNode(PREFIXES["rdfs"] + "label"), None, ox.DefaultGraph()
        )
        literals = [quad.object for quad in found if isinstance(quad.object, ox.Literal)]
        return {one.language or "": one.value for one in sorted(literals, key=str)}

    def _tellings(self, iri: str) -> Iterator[Telling]:
        inner: dict[str, list[str]] = {}
        for node in self.objects(iri, DA.hasAttribution):
            for article in self.objects(node, DA.inArticle):
                inner.setdefault(article, []).append(node)
        for mention in self.objects(iri, DA.hasMention):
            for article in self.objects(mention, DA.inArticle):
                nodes = inner.get(article, [])
                yield Telling(
                    article.removeprefix(ARTICLE),
                    self._place(mention, DA.evidence),
                    self._place(mention, DA.trigger),
                    ", ".join(self.objects(mention, DA.rule)),
                    ", ".join(self.objects(mention, DA.confidence)),
                    tuple(self._chain(nodes)),
                    self._values(nodes, DA.polarity),
                    self._values(nodes, DA.tense),
                    self._values(nodes, DA.certainty),
                    tuple(topic.removeprefix(TOPIC.NS) for topic in self.objects(mention, DA.possibleTopic)),
                )

    def _values(self, nodes: list[str], predicate: str) -> tuple[str, ...]:
        values = {value for node in nodes for value in self.objects(node, predicate)}
        return tuple(sorted(value.removeprefix(DA.NS) for value in values))

    def _chain(self, nodes: list[str]) -> Iterator[tuple[str, ...]]:
        seen: set[str] = set()
        for _ in range(_DEEPEST):
            voices = {one for node in nodes for one in self.objects(node, DA.attributedTo)}
            if voices:
                yield tuple(sorted(one.removeprefix(ENTITY) for one in voices))
            seen.update(nodes)
            outer = {one for node in nodes for one in self.objects(node, DA.relayedBy)}
            nodes = sorted(outer - seen)
            if not nodes:
                return

    def _place(self, owner: str, predicate: str) -> Place:
        for target in self.objects(owner, predicate)[:1]:
            quote, start, end = "", -1, -1
            for selector in self.objects(target, OA.hasSelector):
                quote = next(iter(self.objects(selector, OA.exact)), quote)
                start = _number(self.objects(selector, OA.start), start)
                end = _number(self.objects(selector, OA.end), end)
            return Place(quote, start, end)
        return Place()

    def _when(self, node: str) -> When:
        wanted = (DA.expression, DA.precision, DA.basis, DA.earliest, DA.latest)
        words, precision, basis, first, last = (", ".join(self.objects(node, one)) for one in wanted)
        return When(words, precision.removeprefix(DA.NS), basis.removeprefix(DA.NS), first[:10], last[:10])


def _number(values: list[str], otherwise: int) -> int:
    return int(values[0]) if values and values[0].isdecimal() else otherwise


def _short(iri: str) -> str:
    for name in ("plover", "cameo"):
        if iri.startswith(PREFIXES[name]):
            return f"{name.upper()} {iri.removeprefix(PREFIXES[name])}"
    return iri


def _without_doubles(links: list[tuple[str, bool, str]]) -> Iterator[tuple[str, bool, str]]:
    """One link to each act and in each direction: ``repliesTo`` says nothing beside ``denies``."""
    seen: set[tuple[bool, str]] = set()
    symmetric: set[str] = set()
    for name, forward, other in links:
        if name in {"contradicts", "sameStatementAs"}:
            if other in symmetric:
                continue
            symmetric.add(other)
        if (forward, other) not in seen:
            seen.add((forward, other))
            yield name, forward, other
