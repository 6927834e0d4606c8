"""Graphs of any size in the shape of real ones, for measuring.

    python benchmarks/generate.py 1000000 kg-1m     # a store of a million triples

A batch of articles is drawn with a seed, in the proportions of a hundred news articles (below), and mapped,
linked and derived from as a build does. Some articles tell again what one before them told, as agencies'
news are printed by several outlets. Larger graphs are copies of the batch: each has IRIs of its own, other
actors in the same roles and other days, so that no two copies tell the same. The copies are streamed into
the store. Equal arguments give equal graphs.
"""

import argparse
import io
import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
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

# What a hundred annotated news articles hold of acts and mentions, by kind; what a build makes of them has
# fewer acts and more topics, of which the larger figure is taken.
ACTS_AN_ARTICLE, MENTIONS_AN_ARTICLE = 22, 35
CAST = {"people": 4, "states": 3, "bodies": 2}
"""Who acts in an article …"""
BYSTANDERS = {"people": 3, "states": 4, "bodies": 3, "cities": 4}
"""… and who is only named there."""
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
ANSWERS = {"Accuse": "Deny", "Propose": "Agree", "Request": "Reject", "Demand": "Reject", "Invite": "Agree"}
TWO_TOPICS, TWO_AGENTS, ADDRESSED = 0.5, 0.12, 0.37
NEGATED, CONDITIONAL, TIMED, PLACED, RELAYED = 0.015, 0.035, 0.32, 0.17, 0.2
WITHIN, FORESEEN, NIL, BEHALF, ANSWERED = 0.3, 0.08, 0.2, 0.05, 0.1
UNDATED, RETOLD, ACTS_RETOLD = 0.3, 0.12, 0.4
NEWSMAKERS = [
    "donald-trump", "vladimir-putin", "bashar-al-assad", "mike-pompeo", "recep-tayyip-erdogan",
    "joe-biden", "emmanuel-macron",
    "sergey-lavrov", "kim-jong-un", "mahmoud-abbas", "dmitry-peskov", "barack-obama",
    "mevlut-cavusoglu", "moon-jae-in",
    "hassan-rouhani", "antonio-guterres", "angela-merkel", "antony-blinken", "benjamin-netanyahu",
    "united-states", "russia", "iran", "syria", "united-kingdom", "saudi-arabia", "china", "turkey",
    "israel", "france", "ukraine", "egypt",
    "washington-d-c", "tehran", "moscow", "ankara", "damascus", "geneva", "beijing", "jerusalem",
    "paris", "brussels",
    "united-nations", "un-security-council", "white-house", "european-union", "nato", "kremlin", "isis",
    "reuters", "tass", "afp", "ria-novosti", "interfax", "anadolu",
    "al-khaleej", "sky-news-arabia", "bbc-arabic", "al-arabiya", "cnn-arabic", "al-jazeera",
]  # fmt: skip
"""Whom a hundred news articles name most often; all others come after them."""

_RENAMED = re.compile(
    rb"(?<=/)[0-9a-f]{20}(?=[>-])|(?<=nil-)[0-9a-f]{20}|(?<=/entity/)[a-z][a-z0-9_-]*(?=>)"
    rb'|(?<=")batch(?=-[0-9])|(?<=")20[0-9]{2}-[0-9]{2}-[0-9]{2}(?=T00:00:00Z")'
)
_GRAPH = re.compile(rb" <[^<>]*> \.\n")


class World:
    """The actors of the gazetteer; some are in the news far more often than others."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        ranks = {key: number for number, key in enumerate(NEWSMAKERS)}
        ordered = sorted(gazetteer.entities.items(), key=lambda one: (ranks.get(one[0], len(ranks)), one[0]))
        known = [entity for _, entity in ordered]
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

    def some(self, shares: Mapping[str, int], name: str, rng: random.Random) -> list[Entity]:
        """Draw as many of each group as ``shares`` says; some of the people are known to nobody."""
        drawn = [_often(getattr(self, group), rng) for group, count in shares.items() for _ in range(count)]
        return [
            _stranger(one, name) if one.kind is Kind.PERSON and rng.random() < NIL else one for one in drawn
        ]


@dataclass(frozen=True, slots=True)
class Content:
    """What an act is, apart from the words that tell of it; ``day`` is a vague time where it is a text."""

    act_type: str
    agents: tuple[Entity, ...]
    hearers: tuple[Entity, ...]
    topics: tuple[str, ...]
    place: Entity | None
    day: date | str | None
    tense: Tense


@dataclass(frozen=True, slots=True)
class Draft:
    """An article that was drawn, to be told again by another."""

    issued: date
    contents: tuple[Content, ...]
    extraction: Extraction
    outlet: Entity


def articles(world: World, count: int, rng: random.Random) -> Iterator[tuple[Extraction, Entity]]:
    """Draw ``count`` articles with their outlets."""
    drafts: list[Draft] = []
    for number in range(count):
        source = rng.choice(drafts[-10:]) if drafts and rng.random() < RETOLD else None
        drafts.append(_draft(world, f"batch-{number}", source, rng))
        yield drafts[-1].extraction, drafts[-1].outlet


def _draft(world: World, name: str, source: Draft | None, rng: random.Random) -> Draft:
    outlet = _often(world.outlets, rng)
    issued = FIRST_DAY + timedelta(days=rng.randrange((LAST_DAY - FIRST_DAY).days))
    cast = world.some(CAST, name, rng)
    contents: list[Content] = []
    if source:
        issued = source.issued
        contents += [one for one in source.contents if rng.random() < ACTS_RETOLD]
    for _ in range(max(1, round(rng.gauss(ACTS_AN_ARTICLE, 8)) - len(contents))):
        contents.append(_content(cast, issued, world, rng))
        asked = contents[-1]
        if asked.act_type in ANSWERS and asked.hearers and rng.random() < ANSWERED:
            reply = ANSWERS[asked.act_type]
            contents.append(Content(reply, asked.hearers[:1], (), asked.topics, None, asked.day, Tense.PAST))
    extraction = _told(world, name, contents, None if rng.random() < UNDATED else issued, outlet, rng)
    return Draft(issued, tuple(contents), extraction, outlet)


def _content(cast: Sequence[Entity], issued: date, world: World, rng: random.Random) -> Content:
    act_type = _weighed(TYPES, rng)
    about = {_weighed(TOPICS, rng) for _ in range(2 if rng.random() < TWO_TOPICS else 1)}
    joint = act_type in interaction_classes() or rng.random() < TWO_AGENTS
    parties = rng.sample(cast, 3)
    agents = tuple(dict.fromkeys(parties[: 2 if joint else 1]))
    hearers = tuple(parties[2:]) if rng.random() < ADDRESSED and parties[2] not in agents else ()
    day: date | str | None = None
    if rng.random() < TIMED:
        that_day = issued - timedelta(days=rng.choice((0, 0, 1, 1, 2, 7, 30)))
        day = str(that_day.day) if rng.random() < 0.5 else that_day
    return Content(
        act_type,
        agents,
        hearers,
        tuple(sorted(about)),
        _often(world.cities, rng) if rng.random() < PLACED else None,
        day,
        Tense.FUTURE if rng.random() < FORESEEN else Tense.PAST,
    )


def _told(
    world: World,
    name: str,
    contents: Sequence[Content],
    issued: date | None,
    outlet: Entity,
    rng: random.Random,
) -> Extraction:
    """Put the contents into words, a line each, and the bystanders into a last one."""
    lines: list[str] = []
    length = 0
    acts: list[ActMention] = []
    links: list[Link] = []
    for content in contents:
        head = label(DA.NS + content.act_type, "ar")
        named = (*content.agents, *content.hearers)
        about = [label(topics()[topic], "ar") for topic in content.topics]
        words = " ".join([head, *(one.label_ar for one in named), *about])
        evidence = Span(length, length + len(words))
        at = evidence.start + len(head) + 1
        for one in named:
            links.append(_link(Span(at, at + len(one.label_ar)), one))
            at += len(one.label_ar) + 1
        outer = [n for n, one in enumerate(acts) if one.within is None]
        acts.append(
            ActMention(
                Trigger(Span(evidence.start, evidence.start + len(head)), "generated", content.act_type),
                tuple(_arguments(content, world, rng)),
                evidence,
                content.topics,
                _time(content.day, evidence),
                Polarity.NEGATED if rng.random() < NEGATED else Polarity.AFFIRMED,
                content.tense,
                rng.choices(list(Certainty), [0.95, 0.03, 0.02])[0],
                evidence if rng.random() < CONDITIONAL else None,
                rng.choice(outer) if outer and rng.random() < WITHIN else None,
                rng.choice((0.6, 0.8, 0.9, 1.0)),
            )
        )
        lines.append(words)
        length += len(words) + 1
    bystanders = world.some(BYSTANDERS, name, rng)
    links = links[: MENTIONS_AN_ARTICLE - len(bystanders)]
    for one in bystanders:
        links.append(_link(Span(length, length + len(one.label_ar)), one))
        length += len(one.label_ar) + 1
    lines.append(" ".join(one.label_ar for one in bystanders))
    url = f"https://news.example/{name}"
    article = Article(name, "\n".join(lines), url, outlet.label_ar, issued, lines[0])
    return Extraction(article, (), tuple(links), tuple(acts), ())


def _arguments(content: Content, world: World, rng: random.Random) -> Iterator[Argument]:
    for one in content.agents:
        state = world.entities.get(one.country or "") if rng.random() < BEHALF else None
        yield Argument(Role.AGENT, one, "subject", None, state)
    for one in content.hearers:
        yield Argument(Role.ADDRESSEE, one, "marker")
    if rng.random() < RELAYED:
        yield Argument(Role.REPORTED_BY, _often(world.agencies, rng), "marker")
    if content.place:
        yield Argument(Role.PLACE, content.place, "marker")


def _link(span: Span, entity: Entity) -> Link:
    mention = Mention(span, entity.label_ar, entity.kind)
    if entity.is_nil:
        return Link(mention, Decision.NIL, entity)
    return Link(mention, Decision.LINKED, entity, (Candidate(entity, 1.0, "generated"),))


def _stranger(one: Entity, name: str) -> Entity:
    digits = random.Random(f"{name} {one.key}").getrandbits(80)
    return Entity(f"nil-{digits:020x}", one.kind, one.label_ar)


def _time(day: date | str | None, span: Span) -> TimeExpression | None:
    if day is None:
        return None
    if isinstance(day, str):
        return TimeExpression(span, day, Precision.UNKNOWN, Basis.UNRESOLVED)
    return TimeExpression(span, day.isoformat(), Precision.DAY, Basis.EXPLICIT, day, day)


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
