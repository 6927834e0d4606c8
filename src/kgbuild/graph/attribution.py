"""Who vouches for an act, through whom: the chain from the innermost speaker to the outlet.

"RT writes that TASS says that Peskov says that Russia is ready" has three layers around the readiness:
Peskov, TASS, RT. Each layer becomes one node a voice; a node is relayed by every node of the next layer,
so two agencies that carry one statement stand side by side.
"""

from collections.abc import Callable, Sequence

import pyoxigraph as ox

from kgbuild.graph import iris
from kgbuild.graph.terms import triple
from kgbuild.model import ActMention, Article, Entity, Role
from kgbuild.vocab import CERTAINTIES, DA, POLARITIES, RDF, TENSES

Layers = tuple[tuple[Entity, ...], ...]


def layers(
    acts: Sequence[ActMention], index: int, outlet: Entity, is_media: Callable[[Entity], bool]
) -> Layers:
    """The voices between ``acts[index]`` and its reader, innermost layer first, the outlet last.

    They are the agents of each act that it is told within, from the inside out; then those whom the
    text credits (``reported_by`` of the act and of the acts around it), people before media; then the
    outlet. A voice appears once, in its innermost place; the outlet only at the end.
    """
    speakers: list[tuple[Entity, ...]] = []
    credited: list[Entity] = []
    at: int | None = index
    for _ in acts:
        if at is None:
            break
        act = acts[at]
        credited.extend(act.entities(Role.REPORTED_BY))
        at = act.within
        if at is not None:
            speakers.append(acts[at].entities(Role.AGENT))
    people = tuple(entity for entity in credited if not is_media(entity))
    media = tuple(entity for entity in credited if is_media(entity))
    seen = {outlet.key}
    kept: list[tuple[Entity, ...]] = []
    for layer in (*speakers, people, media):
        fresh = {entity.key: entity for entity in layer if entity.key not in seen}
        seen |= fresh.keys()
        if fresh:
            kept.append(tuple(fresh.values()))
    return (*kept, (outlet,))


def attribution_triples(article: Article, act: ActMention, act_iri: str, voices: Layers) -> list[ox.Triple]:
    """The chain as nodes: the innermost ones tell the act's polarity, tense and certainty."""
    found: list[ox.Triple] = []
    source = iris.article_iri(article)
    outer: list[str] = []
    for layer in reversed(voices[1:]):
        nodes = [iris.relay_iri(article, entity.key, outer) for entity in layer]
        for node, entity in zip(nodes, layer, strict=True):
            found.extend(_node(node, entity, outer, source))
        outer = nodes
    qualities = (POLARITIES[act.polarity], TENSES[act.tense], CERTAINTIES[act.certainty])
    for entity in voices[0]:
        node = iris.attribution_iri(article, act_iri, entity.key, outer, qualities)
        found.extend(_node(node, entity, outer, source))
        found.append(triple(act_iri, DA.hasAttribution, node))
        found.append(triple(node, DA.ofAct, act_iri))
        for predicate, quality in zip((DA.polarity, DA.tense, DA.certainty), qualities, strict=True):
            found.append(triple(node, predicate, quality))
    return found


def _node(node: str, who: Entity, outer: Sequence[str], source: str) -> list[ox.Triple]:
    return [
        triple(node, RDF.type, DA.Attribution),
        triple(node, DA.attributedTo, iris.entity_iri(who.key)),
        triple(node, DA.inArticle, source),
        *(triple(node, DA.relayedBy, one) for one in outer),
    ]
