"""IRIs as hashes of content: the same thing gets the same name in every build, on every machine.

A hash is the first 20 hex digits of the SHA-256 of a canonical JSON array whose first member names
the kind of thing, so that no two kinds can meet. The recipes are written down with their reasons in
``docs/decisions/0004-iris.md``.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias

from kgbuild.errors import DataFileError
from kgbuild.graph.ontology import label
from kgbuild.model import ActMention, Article, Entity, Kind, Precision, Role, Span, TimeExpression
from kgbuild.vocab import (
    ACT,
    ARTICLE,
    ARTICLE_GRAPH,
    ATTRIBUTION,
    CONDITION,
    DA,
    ENTITY,
    MENTION,
    TENURE,
    TIME_NODE,
)

Part: TypeAlias = "str | int | Sequence[Part] | None"

UNKNOWN_OUTLET = "nil-outlet-unknown"
_canonical = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_LOCAL_NAME = re.compile(r"[A-Za-z0-9_-]{1,120}\Z")
_NOT_A_TOPIC = frozenset({"other"})


def digest(*parts: Part) -> str:
    """First 20 hex digits of the SHA-256 of ``parts`` as canonical JSON."""
    return hashlib.sha256(_canonical(parts).encode("utf-8", "surrogatepass")).hexdigest()[:20]


def article_key(article: Article) -> str:
    """The 20 hex digits that name an article, its graph and its record."""
    return _content_hash(article)[:20]


@lru_cache(maxsize=64)
def _content_hash(article: Article) -> str:
    """The hash of all of the article, which every IRI of its graph begins with: kept, since it reads all."""
    return article.content_hash


def article_iri(article: Article) -> str:
    """IRI of the article."""
    return ARTICLE + article_key(article)


def article_graph(key: str) -> str:
    """Name of the graph of the article with this key."""
    return ARTICLE_GRAPH + key


def entity_iri(key: str) -> str:
    """IRI of the entity with this key.

    Raises:
        DataFileError: if the key cannot stand in an IRI unescaped.
    """
    if not _LOCAL_NAME.match(key):
        raise DataFileError(
            f"The entity key {key!r} cannot stand in an IRI. Use only the letters a-z and A-Z, digits, "
            "'-' and '_' in the id column of the gazetteer."
        )
    return ENTITY + key


def outlet_entity(name: str | None) -> Entity:
    """The NIL organization that stands for an outlet which no gazetteer row names."""
    shown = " ".join((name or "").split())
    if not shown:
        shown_ar, shown_en = (
            f"{label(DA.MediaOutlet, lang)} ({label(DA.NilEntity, lang)})" for lang in ("ar", "en")
        )
        return Entity(UNKNOWN_OUTLET, Kind.ORGANIZATION, shown_ar, label_en=shown_en)
    folded = unicodedata.normalize("NFKC", shown).casefold()
    return Entity(f"nil-{digest('outlet', folded)}", Kind.ORGANIZATION, shown, subtype="outlet")


def act_iris(article: Article, acts: Sequence[ActMention], events: frozenset[str]) -> tuple[str, ...]:
    """The IRI of each act mention's act, in the order of ``acts``.

    An act is shared by every telling of it that agrees in type, agents, addressees, topics and
    resolved day. Where one of these is not known well enough to identify it, and for the second and
    later speech acts of equal content in one article, the article and the spans enter the hash, so
    that two acts never fall together for want of information. ``events`` holds the act classes (local
    names) whose repeated mentions in one article are one act: meetings, visits, attacks.

    Raises:
        ValueError: if ``within`` points outside ``acts`` or runs in a circle.
    """
    parents: dict[str, set[str]] = {}
    found: dict[int, str] = {}
    used: set[str] = set()
    for index in _outer_first(acts):
        act = acts[index]
        outer = None if act.within is None else found[act.within]
        iri = shared_act_iri(act, events)
        told_before = iri in used and act.trigger.act_type not in events
        if iri is None or told_before or (outer and _reaches(parents, outer, iri)):
            iri = own_act_iri(article, act)
        used.add(iri)
        found[index] = iri
        if outer:
            parents.setdefault(iri, set()).add(outer)
    return tuple(found[index] for index in range(len(acts)))


def shared_act_iri(act: ActMention, events: frozenset[str]) -> str | None:
    """IRI of the act from its content alone, or ``None`` where its content does not identify it.

    It does when it happened on one resolved day, has an agent, all its parties are known entities,
    and, unless the type is in ``events``, it has a topic: "Lavrov said something on Monday" is told of
    too many acts.
    """
    parties = (*act.entities(Role.AGENT), *act.entities(Role.ADDRESSEE))
    day = resolved_day(act.time)
    topical = act.trigger.act_type in events or set(act.topics) - _NOT_A_TOPIC
    if not day or not topical or not act.entities(Role.AGENT) or any(p.is_nil for p in parties):
        return None
    return ACT + digest("act", *_content(act), day)


def own_act_iri(article: Article, act: ActMention) -> str:
    """IRI of an act that only this place of this article is known to tell."""
    spans = [act.trigger.span.start, act.trigger.span.end, act.evidence.start, act.evidence.end]
    return ACT + digest("act", *_content(act), [_content_hash(article), *spans])


def resolved_day(time: TimeExpression | None) -> str | None:
    """ISO form of the one day that the expression means, or ``None``."""
    if time is None or time.precision is not Precision.DAY or time.first is None or time.first != time.last:
        return None
    return time.first.isoformat()


def attribution_iri(
    article: Article, act: str, who: str, outer: Iterable[str], qualities: Sequence[str]
) -> str:
    """IRI of an innermost attribution: who vouches for which act, through whom, and how."""
    return ATTRIBUTION + digest(
        "attribution", _content_hash(article), act, who, sorted(outer), list(qualities)
    )


def relay_iri(article: Article, who: str, outer: Iterable[str]) -> str:
    """IRI of an outer attribution of a chain; acts told through the same relays share it."""
    return ATTRIBUTION + digest("relay", _content_hash(article), who, sorted(outer))


def act_mention_iri(article: Article, act: ActMention, act_iri: str) -> str:
    """IRI of the mention that shows an act."""
    spans = [act.trigger.span.start, act.trigger.span.end, act.evidence.start, act.evidence.end]
    return MENTION + digest("act-mention", _content_hash(article), spans, act.trigger.row, act_iri)


def entity_mention_iri(article: Article, span: Span, key: str) -> str:
    """IRI of the mention that names an entity."""
    return MENTION + digest("entity-mention", _content_hash(article), [span.start, span.end], key)


def condition_iri(article: Article, span: Span) -> str:
    """IRI of a condition."""
    return CONDITION + digest("condition", _content_hash(article), [span.start, span.end])


def target_iri(owner: str, letter: str) -> str:
    """IRI of the target of a mention or condition: ``…/mention/HASH-e``."""
    return f"{MENTION}{owner.rpartition('/')[2]}-{letter}"


def time_iri(time: TimeExpression, language: str) -> str:
    """IRI of a time; equal expressions of equal meaning share it."""
    first = time.first.isoformat() if time.first else None
    last = time.last.isoformat() if time.last else None
    return TIME_NODE + digest("time", time.text, language, time.precision, time.basis, first, last)


def tenure_iri(fields: Mapping[str, str | int | None]) -> str:
    """IRI of a tenure of office, from all of its fields."""
    return TENURE + digest("tenure", [[name, fields[name]] for name in sorted(fields)])


def _content(act: ActMention) -> tuple[Part, ...]:
    agents = sorted({entity.key for entity in act.entities(Role.AGENT)})
    addressees = sorted({entity.key for entity in act.entities(Role.ADDRESSEE)})
    return (act.trigger.act_type, agents, addressees, sorted(set(act.topics)))


def _outer_first(acts: Sequence[ActMention]) -> list[int]:
    """Positions such that an act comes after the act that it is within, else in textual order."""

    def depth(index: int) -> int:
        steps, at = 0, acts[index].within
        while at is not None:
            steps += 1
            if not 0 <= at < len(acts) or steps > len(acts):
                raise ValueError(f"act {index}: 'within' leads to no outermost act")
            at = acts[at].within
        return steps

    return sorted(range(len(acts)), key=lambda index: (depth(index), index))


def _reaches(parents: Mapping[str, set[str]], start: str, goal: str) -> bool:
    """Whether ``goal`` is ``start`` or an act that ``start`` is, directly or not, within."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        iri = waiting.pop()
        if iri == goal:
            return True
        if iri not in seen:
            seen.add(iri)
            waiting.extend(parents.get(iri, ()))
    return False
