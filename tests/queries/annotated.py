"""The annotated articles of the evaluation as extractions, and a store built from them.

The annotations go through the real mapping, so that a question is scored on what a graph could hold if
extraction made no error. Nothing of the questions is known here. Where the annotations say more than an
extraction can hold, or say it otherwise, this is what is taken:

- Entities are those of the gazetteer with that English name; others are NIL entities of their article.
- A capital that acts is annotated as its state already; a nominal mention counts as a mention.
- A time that a statement has from the one before it (``time_inherited``) is its time.
- ``modality`` (planned, hypothetical …) is the future tense, ``alleged`` and ``hedged`` are certainties.
- ``Call`` is a phone call, which has two parties: with one it is the next reading that is annotated.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from kgbuild.graph.entities import described, entities_quads
from kgbuild.graph.iris import digest
from kgbuild.graph.mapping import article_quads, named_acts
from kgbuild.graph.ontology import ontology_quads
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
from kgbuild.vocab import DERIVED_GRAPH, ENTITIES_GRAPH, ONTOLOGY_GRAPH

Annotation = Mapping[str, Any]

_ROLES = (
    ("agent", Role.AGENT),
    ("addressee", Role.ADDRESSEE),
    ("reported_by", Role.REPORTED_BY),
    ("place", Role.PLACE),
)
_NOT_YET = frozenset({"planned", "hypothetical", "desired", "expected", "proposed"})


@dataclass(frozen=True, slots=True)
class Annotated:
    """An article's annotations, the extraction made of them, and the acts' IRIs in their order."""

    acts: tuple[Annotation, ...]
    extraction: Extraction
    iris: tuple[str, ...]

    @property
    def id(self) -> str:
        """The article's id."""
        return self.extraction.article.id


@cache
def gazetteer() -> Gazetteer:
    """The bundled gazetteer."""
    return Gazetteer.load(data_path("seeds", "entities"))


@cache
def _by_name() -> Mapping[str, Entity]:
    found: dict[str, Entity] = {}
    for key, entity in sorted(gazetteer().entities.items()):
        found.setdefault(entity.label_en or key, entity)
    return found


def annotated(gold: Path, texts: Path) -> Iterator[Annotated]:
    """Every annotated article of ``gold/*.json``; its text is ``texts/ID.txt``."""
    for path in sorted(gold.glob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        text = (texts / f"{data['id']}.txt").read_bytes().decode("utf-8")
        extraction = _extraction(data, text)
        yield Annotated(tuple(data["acts"]), extraction, tuple(named.iri for named in named_acts(extraction)))


def build(folder: Path, articles: list[Annotated]) -> None:
    """Build the store of these articles in ``folder``, as the pipeline does."""
    with Store.open(folder, write=True) as store:
        store.replace_graph(ONTOLOGY_GRAPH, ontology_quads())
        for one in articles:
            store.replace_article(one.extraction, article_quads(one.extraction))
        known, tenures = gazetteer().entities, gazetteer().tenures
        entities = described(store.referenced_entities(), known, tenures)
        store.replace_graph(ENTITIES_GRAPH, entities_quads(entities, tenures))
        store.replace_graph(DERIVED_GRAPH, [])
        store.replace_graph(DERIVED_GRAPH, derived_quads(store))
        store.settle()


def _extraction(data: Annotation, text: str) -> Extraction:
    article = Article(data["id"], text, outlet=data["outlet"], title=data["title"])
    kinds = {one["canonical_en"]: Kind(one["type"]) for one in data["entities"] if one["type"] in set(Kind)}

    def entity(name: str) -> Entity:
        known = _by_name().get(name)
        if known:
            return known
        key = f"nil-{digest('nil', article.id, name)}"
        return Entity(key, kinds.get(name, Kind.ORGANIZATION), name, name)

    links = tuple(
        _link(one, entity(one["canonical_en"])) for one in data["entities"] if one["type"] in set(Kind)
    )
    acts = tuple(_act(one, text, entity) for one in data["acts"])
    return Extraction(article, (), links, acts, ())


def _link(one: Annotation, entity: Entity) -> Link:
    mention = Mention(Span(one["start"], one["end"]), one["mention"], entity.kind)
    if entity.is_nil:
        return Link(mention, Decision.NIL, entity)
    return Link(mention, Decision.LINKED, entity, (Candidate(entity, 1.0, "annotated"),))


def _act(one: Annotation, text: str, entity: Any) -> ActMention:
    start, words = one["evidence_start"], one["evidence"]
    evidence = Span(start, start + len(words))
    assert evidence.of(text) == words
    act_type = one["type"]
    if act_type == "Call" and len(one["agent"]) + len(one["addressee"]) < 2:
        act_type = one["alt_types"][0]
    modality = one.get("modality")
    certainty = Certainty.POSSIBLE if modality == "alleged" else Certainty.CERTAIN
    trigger = Span(one["trigger_start"], one["trigger_start"] + len(one["trigger"]))
    return ActMention(
        Trigger(trigger, "annotated", act_type),
        tuple(Argument(role, entity(name), "annotated") for key, role in _ROLES for name in one[key]),
        evidence,
        tuple(one["topics"]),
        _time(one, text, evidence),
        Polarity.NEGATED if one["negated"] else Polarity.AFFIRMED,
        Tense.FUTURE if modality in _NOT_YET else Tense.PAST,
        Certainty.PROBABLE if one.get("hedged") else certainty,
        _condition(one, text, evidence),
        one["nested_in"],
    )


def _time(one: Annotation, text: str, evidence: Span) -> TimeExpression | None:
    words = one["time"] or one.get("time_inherited", {}).get("expr")
    if not words:
        return None
    at = text.find(words, evidence.start)
    at = at if at >= 0 else text.find(words)
    span = Span(at, at + len(words)) if at >= 0 else evidence
    if "time_iso" not in one:
        return TimeExpression(span, words, Precision.UNKNOWN, Basis.UNRESOLVED)
    day = date.fromisoformat(one["time_iso"])
    return TimeExpression(span, words, Precision.DAY, Basis.EXPLICIT, day, day)


def _condition(one: Annotation, text: str, evidence: Span) -> Span | None:
    words = one.get("condition_ar")
    if not words:
        return None
    at = text.index(words, one.get("condition_start", evidence.start))
    return Span(at, at + len(words))
