"""What a person should look at: names that nothing known was found for, and acts of low confidence."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from kgbuild.model import ActMention, Decision, Extraction, Link, Role, Span
from kgbuild.review.applying import HOW
from kgbuild.review.cells import shown
from kgbuild.review.corrections import Correction
from kgbuild.review.decisions import ACT, NAME

KEY_LENGTH: Final = 20
_AROUND: Final = 60
"""Characters of the text shown on either side of a name."""
_LONGEST: Final = 300
_DASH: Final = "…"


@dataclass(frozen=True, slots=True)
class Item:
    """One row to decide on. ``start`` and ``end`` are those of the name or of the act's trigger."""

    kind: str
    surface: str
    context: str
    type: str
    agent: str
    addressee: str
    confidence: float
    suggestions: str
    mentions: int
    document: str
    article: str
    start: int
    end: int
    decision: str = ""
    by: str = ""
    note: str = ""


def items(
    extraction: Extraction,
    decided: Mapping[tuple[str, int, int, str], Correction],
    *,
    below: float,
    everything: bool = False,
) -> list[Item]:
    """The names and acts of an article to look at, names first, each by place.

    Args:
        extraction: what was read out of the article, corrections included.
        decided: corrections by place.
        below: acts of a lower confidence are listed.
        everything: list every act, and what was decided already with its decision.

    """
    key = extraction.article.content_hash[:KEY_LENGTH]
    found = [*_names(extraction, key, everything), *_acts(extraction, key, below, everything)]
    result = []
    for item in found:
        before = decided.get((item.article, item.start, item.end, item.kind))
        if before is None:
            result.append(item)
        elif everything:
            result.append(_with(item, before))
    return result


def _names(extraction: Extraction, key: str, everything: bool) -> Iterator[Item]:
    """One item for all mentions of a name that were read as the same entity."""
    groups: dict[str, list[Link]] = {}
    for link in sorted(extraction.links, key=lambda one: one.mention.span):
        by_hand = bool(link.candidates) and link.candidates[0].why == HOW
        if link.decision is not Decision.LINKED or (everything and by_hand):
            groups.setdefault(link.entity.key, []).append(link)
    for links in groups.values():
        first = links[0]
        span = first.mention.span
        candidates = first.candidates[:3]
        yield Item(
            NAME,
            shown(first.mention.surface),
            _around(extraction, span),
            first.entity.kind.value,
            "",
            "",
            candidates[0].score if first.decision is Decision.AMBIGUOUS and candidates else 0.0,
            " ".join(candidate.entity.key for candidate in candidates),
            len(links),
            shown(extraction.article.id),
            key,
            span.start,
            span.end,
        )


def _acts(extraction: Extraction, key: str, below: float, everything: bool) -> Iterator[Item]:
    text = extraction.article.text
    for act in extraction.acts:
        span = act.trigger.span
        if everything or act.confidence < below:
            yield Item(
                ACT,
                shown(span.of(text)),
                _cut(shown(act.evidence.of(text))),
                act.trigger.act_type,
                _keys(act, Role.AGENT),
                _keys(act, Role.ADDRESSEE),
                act.confidence,
                act.trigger.row,
                1,
                shown(extraction.article.id),
                key,
                span.start,
                span.end,
            )


def _keys(act: ActMention, role: Role) -> str:
    return "+".join(dict.fromkeys(entity.key for entity in act.entities(role)))


def _around(extraction: Extraction, span: Span) -> str:
    text = extraction.article.text
    zone = next((z.span for z in extraction.zones if z.span.contains(span)), Span(0, len(text)))
    start, end = max(zone.start, span.start - _AROUND), min(zone.end, span.end + _AROUND)
    before = _DASH if start > zone.start else ""
    after = _DASH if end < zone.end else ""
    return before + shown(text[start:end]) + after


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + _DASH


def _with(item: Item, before: Correction) -> Item:
    return replace(item, decision=before.decision, by=before.by, note=before.note)
