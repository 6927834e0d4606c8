"""Keeping acts that do not conform out of the graph, and telling what was kept out and why."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pyoxigraph as ox

from kgbuild.graph.iris import article_key, entity_mention_iri
from kgbuild.graph.mapping import named_acts
from kgbuild.model import Decision, Extraction, Issue
from kgbuild.validation import Report, Severity
from kgbuild.validation.gate import Check, Gated, gate
from kgbuild.validation.quarantine import quarantine_quads

_RESTS = "what belongs to it, or what it is told within, does not conform."


def withhold(
    extraction: Extraction, quads: Sequence[ox.Quad], report: Report, check: Check
) -> tuple[Extraction, list[ox.Quad], list[ox.Quad]]:
    """Divide what was made of an article: what to commit as record and graph, and what goes to quarantine.

    The third is empty, and the first two are what was given, when the report conforms or only the
    article itself is at fault.
    """
    if report.conforms:
        return extraction, list(quads), []
    gated = gate(quads, report, check)
    if not gated.held:
        return extraction, list(quads), []
    held = quarantine_quads(article_key(extraction.article), gated, report)
    return _without(extraction, gated, report), list(gated.kept), held


def _without(extraction: Extraction, gated: Gated, report: Report) -> Extraction:
    """The record without the acts and mentions that are held back; the counts still close."""
    article = extraction.article
    named = named_acts(extraction)
    staying = [index for index, one in enumerate(named) if one.iri not in gated.acts]
    place = {old: new for new, old in enumerate(staying)}
    acts = tuple(
        replace(act, within=None if act.within is None else place[act.within])
        for act in (extraction.acts[index] for index in staying)
    )
    links = tuple(
        link
        for link in extraction.links
        if entity_mention_iri(article, link.mention.span, link.entity.key) not in gated.mentions
    )
    decisions = Counter(link.decision for link in links)
    counts = extraction.counts | {
        "acts": len(acts),
        "quarantined": len(extraction.acts) - len(acts),
        "mentions": len(links),
        "linked": decisions[Decision.LINKED],
        "nil": decisions[Decision.NIL],
        "ambiguous": decisions[Decision.AMBIGUOUS],
        "quarantined_mentions": len(extraction.links) - len(links),
    }
    why = _reasons(report)
    held = [
        Issue(
            "check",
            "quarantined",
            article.id,
            f"{one.mention.trigger.act_type} is not in the graph: {why.get(one.iri, _RESTS)}",
            one.mention.evidence,
        )
        for one in named
        if one.iri in gated.acts
    ]
    return replace(extraction, acts=acts, links=links, issues=(*extraction.issues, *held), counts=counts)


def _reasons(report: Report) -> dict[str, str]:
    """The first thing that is wrong with each node itself."""
    found: dict[str, str] = {}
    for result in report.results:
        if result.severity is Severity.VIOLATION:
            found.setdefault(result.focus, result.message())
    return found
