"""Graphs of any size in the shape of real ones, for measuring.

    python benchmarks/generate.py 1000000 kg-1m     # a store of a million triples

A batch of articles is drawn with a seed, in the proportions of a hundred annotated news articles (below),
and mapped, linked and derived from as a build does. Larger graphs are copies of the batch: each has IRIs
of its own, other actors in the same roles and other days, so that no two articles tell the same. The copies
are streamed into the store. Equal arguments give equal graphs.
"""

import argparse
import io
import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

import pyoxigraph as ox

from kgbuild.graph.entities import described, entities_quads
from kgbuild.graph.mapping import article_quads
from kgbuild.graph.ontology import interaction_classes, label, ontology_quads
from kgbuild.linking.gazetteer import Gazetteer
from kgbuild.model import (
    ActMention,
    Argument,
    Article,
    Basis,
    Candidate,
    Certainty,
    Decision,
    Entity,
    Extraction,
    Kind,
    Link,
    Mention,
    Polarity,
    Precision,
    Role,
    Span,
    Tense,
    TimeExpression,
    Trigger,
)
from kgbuild.querying.rules import derived_quads
from kgbuild.resources import data_path
from kgbuild.store.embedded import Store
from kgbuild.vocab import DA, PREFIXES, act_classes, topics

BATCH = 200
"""Articles that are drawn one by one; what is larger is copies of these."""
FIRST_DAY, LAST_DAY = date(2015, 1, 1), date(2021, 12, 31)

# Acts and mentions a hundred annotated news articles hold, by kind.
ACTS_AN_ARTICLE, MENTIONS_AN_ARTICLE = 22, 35
TYPES = {
    "State": 687, "Criticize": 134, "Announce": 130, "Accuse": 117, "Meet": 100, "Other": 98, "Request": 82,
    "Negotiate": 74, "Agree": 72, "Reject": 67, "Promise": 65, "Demand": 61, "Report": 60, "Praise": 53,
    "Attack": 45, "Sanction": 43, "Warn": 43, "Propose": 35, "Deny": 32, "ExpressHope": 27, "Sign": 25,
    "Withdraw": 25, "Threaten": 25, "Launch": 20, "ExpressReadiness": 18, "Invite": 10, "Call": 7,
    "Extradite": 4,
}  # fmt: skip
TOPICS = {
    "bilateral-relations": 372, "syria": 301, "other": 283, "palestine": 260, "iran-nuclear": 235,
    "trade": 182, "terrorism": 179, "human-rights": 172, "arms-control": 131, "ukraine": 57, "migration": 41,
    "strategic-stability": 41, "energy": 38, "extradition": 33, "climate": 29, "elections": 22, "libya": 19,
    "prisoners": 11, "cyber": 11,
}  # fmt: skip
TWO_TOPICS, TWO_AGENTS, ADDRESSED = 0.11, 0.12, 0.37
NEGATED, CONDITIONAL, TIMED, PLACED, RELAYED, WITHIN, FORESEEN, NIL = (
    0.015,
    0.035,
    0.32,
    0.17,
    0.2,
    0.3,
    0.08,
    0.2,
)

_RENAMED = re.compile(
    rb"(?<=/)[0-9a-f]{20}(?=[>-])|(?<=nil-)[0-9a-f]{20}|(?<=/entity/)[a-z][a-z0-9_-]*(?=>)"
    rb'|(?<=")batch(?=-[0-9])|(?<=")20[0-9]{2}-[0-9]{2}-[0-9]{2}(?=T00:00:00Z")'
)
_GRAPH = re.compile(rb" <[^<>]*> \.\n")


class World:
    """The actors of the gazetteer; some are in the news far more often than others."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        known = [entity for _, entity in sorted(gazetteer.entities.items())]
        self.tenures = gazetteer.tenures
        self.entities = gazetteer.entities
        self.people = [one for one in known if one.kind is Kind.PERSON]
        self.states = [one for one in known if one.subtype == "country"]
        self.cities = [one for one in known if one.subtype == "city"]
        self.agencies = [one for one in known if one.subtype == "agency"]
        self.outlets = [one for one in known if one.subtype == "outlet"] or self.agencies
        self.bodies = [
            one for one in known if one.kind is Kind.ORGANIZATION and one.subtype not in {"agency", "outlet"}
        ]


def articles(world: World, count: int, rng: random.Random) -> Iterator[tuple[Extraction, Entity]]:
    """Draw ``count`` articles with their outlets."""
    for number in range(count):
        outlet = _often(world.outlets, rng)
        issued = FIRST_DAY + timedelta(days=rng.randrange((LAST_DAY - FIRST_DAY).days))
        yield _article(world, f"batch-{number}", outlet, issued, rng), outlet


def _article(world: World, name: str, outlet: Entity, issued: date, rng: random.Random) -> Extraction:
    cast = [_often(world.people, rng) for _ in range(4)] + [_often(world.states, rng) for _ in range(3)]
    cast += [_often(world.bodies, rng) for _ in range(2)]
    cast = [_stranger(one, name) if rng.random() < NIL and one.kind is Kind.PERSON else one for one in cast]
    text: list[str] = []
    length = 0
    acts: list[ActMention] = []
    for number in range(max(1, round(rng.gauss(ACTS_AN_ARTICLE, 8)))):
        act_type = _weighed(TYPES, rng)
        about = tuple({_weighed(TOPICS, rng) for _ in range(2 if rng.random() < TWO_TOPICS else 1)})
        joint = act_type in interaction_classes() or rng.random() < TWO_AGENTS
        parties = rng.sample(cast, 3)
        agents = tuple(dict.fromkeys(parties[: 2 if joint else 1]))
        hearers = tuple(parties[2:]) if rng.random() < ADDRESSED and parties[2] not in agents else ()
        arguments = [Argument(Role.AGENT, one, "subject") for one in agents]
        arguments += [Argument(Role.ADDRESSEE, one, "marker") for one in hearers]
        if rng.random() < RELAYED:
            arguments.append(Argument(Role.REPORTED_BY, _often(world.agencies, rng), "marker"))
        if rng.random() < PLACED:
            arguments.append(Argument(Role.PLACE, _often(world.cities, rng), "marker"))
        words = " ".join(
            [label(DA.NS + act_type, "ar")]
            + [one.label_ar for one in (*agents, *hearers)]
            + [label(topics()[topic], "ar") for topic in sorted(about)]
        )
        evidence = Span(length, length + len(words))
        trigger = Span(length, length + len(label(DA.NS + act_type, "ar")))
        text.append(words)
        length += len(words) + 1
        outer = [n for n, one in enumerate(acts) if one.within is None]
        acts.append(
            ActMention(
                Trigger(trigger, "generated", act_type),
                tuple(arguments),
                evidence,
                tuple(sorted(about)),
                _time(issued, trigger, rng) if rng.random() < TIMED else None,
                Polarity.NEGATED if rng.random() < NEGATED else Polarity.AFFIRMED,
                Tense.FUTURE if rng.random() < FORESEEN else Tense.PAST,
                rng.choices(list(Certainty), [0.95, 0.03, 0.02])[0],
                evidence if rng.random() < CONDITIONAL else None,
                rng.choice(outer) if outer and rng.random() < WITHIN else None,
                rng.choice((0.6, 0.8, 0.9, 1.0)),
            )
        )
        del number
    article = Article(name, "\n".join(text), f"https://news.example/{name}", outlet.label_ar, issued, text[0])
    links = tuple(_link(act, one) for act in acts for one in act.entities(Role.AGENT))
    return Extraction(article, (), links[:MENTIONS_AN_ARTICLE], tuple(acts), ())


def _link(act: ActMention, entity: Entity) -> Link:
    mention = Mention(act.trigger.span, entity.label_ar, entity.kind)
    if entity.is_nil:
        return Link(mention, Decision.NIL, entity)
    return Link(mention, Decision.LINKED, entity, (Candidate(entity, 1.0, "generated"),))


def _stranger(one: Entity, name: str) -> Entity:
    digits = random.Random(f"{name} {one.key}").getrandbits(80)
    return Entity(f"nil-{digits:020x}", one.kind, one.label_ar)


def _time(issued: date, span: Span, rng: random.Random) -> TimeExpression:
    day = issued - timedelta(days=rng.choice((0, 0, 1, 1, 2, 7, 30)))
    if rng.random() < 0.5:
        return TimeExpression(span, str(day.day), Precision.UNKNOWN, Basis.UNRESOLVED)
    return TimeExpression(span, day.isoformat(), Precision.DAY, Basis.PUBLICATION, day, day)


def _often(things: Sequence[Entity], rng: random.Random) -> Entity:
    """Of a list the first far more often than the last (as 1/n, by inversion)."""
    return things[min(len(things) - 1, int(len(things) ** rng.random()) - 1)]


def _weighed(shares: Mapping[str, int], rng: random.Random) -> str:
    return rng.choices(list(shares), list(shares.values()))[0]


class _Source:
    """An Oxigraph store as rules ask it."""

    def __init__(self, quads: Iterable[ox.Quad]) -> None:
        self.store = ox.Store()
        self.store.bulk_extend(quads)

    def query(self, text: str) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        """Run SPARQL."""
        return self.store.query(text, prefixes=dict(PREFIXES))


def batch(world: World, seed: int) -> list[bytes]:
    """N-Quads of the articles that are drawn and of what the rules derive from them."""
    rng = random.Random(seed)
    quads: list[ox.Quad] = []
    for extraction, outlet in articles(world, BATCH, rng):
        quads += article_quads(extraction, outlet)
    common = [*ontology_quads(), *_described(world)]
    source = _Source(ox.Quad(q.subject, q.predicate, q.object) for q in [*quads, *common])
    quads += derived_quads(source)
    return [f"{quad} .\n".encode() for quad in quads]


def _described(world: World) -> list[ox.Quad]:
    described_ones = described(frozenset(world.entities), world.entities, world.tenures)
    return entities_quads(described_ones, world.tenures)


def copies(world: World, lines: Sequence[bytes], triples: int, seed: int) -> Iterator[bytes]:
    """Copies of the batch as N-Quads, until there are ``triples`` of them or a little more."""
    done, number = 0, 0
    whole = b"".join(lines)
    groups = [world.people, world.states, world.cities, world.bodies, world.agencies, world.outlets]
    keys = [[one.key.encode() for one in group] for group in groups]
    while done < triples:
        rng = random.Random(f"{seed} {number}")
        other: dict[bytes, bytes] = {}
        for group in keys:
            other.update(zip(group, _near_shuffle(group, rng), strict=True))
        shift = timedelta(days=rng.randrange(-200, 200))
        data = _RENAMED.sub(_renamer(other, number, shift), whole)
        yield data
        done += len(lines)
        number += 1


def _near_shuffle(group: list[bytes], rng: random.Random) -> list[bytes]:
    """Neighbors change places, so that who is often in the news remains so."""
    order = sorted(range(len(group)), key=lambda n: (n + 1) * rng.uniform(0.3, 3))
    return [group[n] for n in order]


def _renamer(other: Mapping[bytes, bytes], number: int, shift: timedelta):  # type: ignore[no-untyped-def]
    mark = f"{number:05x}".encode()
    name = f"copy{number}".encode()
    seen: dict[bytes, bytes] = {}

    def rename(found: re.Match[bytes]) -> bytes:
        word = found[0]
        if word in seen:
            return seen[word]
        if word == b"batch":
            new = name
        elif len(word) == 20 and b"-" not in word and not word.isalpha() and word not in other:
            new = mark + word[5:]
        elif word[:2] == b"20" and len(word) == 10 and word[4:5] == b"-":
            new = (date.fromisoformat(word.decode()) + shift).isoformat().encode()
        else:
            new = other.get(word, word)
        seen[word] = new
        return new

    return rename


def generate(folder: Path, triples: int, seed: int = 5) -> int:
    """Make a store of about ``triples`` triples (of its merged graph) in ``folder``; returns how many."""
    world = World(Gazetteer.load(data_path("seeds", "entities")))
    lines = batch(world, seed)
    with Store.open(folder, write=True) as store:
        common = [*ontology_quads(), *_described(world)]
        store.database.bulk_extend(common)
        store.database.bulk_extend(ox.Quad(q.subject, q.predicate, q.object) for q in common)
        for data in copies(world, lines, triples - len(common), seed):
            store.database.bulk_load(io.BytesIO(data), ox.RdfFormat.N_QUADS)
            store.database.bulk_load(io.BytesIO(_GRAPH.sub(b" .\n", data)), ox.RdfFormat.N_TRIPLES)
        store.settle()
        return sum(1 for _ in store.database.quads_for_pattern(None, None, None, ox.DefaultGraph()))


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("triples", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=5)
    given = parser.parse_args()
    unknown = {*TYPES} - act_classes().keys() | {*TOPICS} - topics().keys()
    if unknown:
        raise SystemExit(f"The ontology lacks {', '.join(sorted(unknown))}. Change TYPES and TOPICS.")
    count = generate(given.folder, given.triples, given.seed)
    print(f"{count} triples in {given.folder}")


if __name__ == "__main__":
    main()
