"""Corrections on one article's extraction: the same places and words, or an issue that says so."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from kgbuild.model import ActMention, Argument, Candidate, Decision, Entity, Extraction, Issue, Link, Span
from kgbuild.review.cells import shown
from kgbuild.review.corrections import Correction
from kgbuild.review.decisions import ACCEPT, ACT, NAME, REJECT, ROLES
from kgbuild.review.entities import Entities

STAGE: Final = "review"
HOW: Final = "review"
"""What :attr:`kgbuild.model.Argument.how` and a candidate's ``why`` say of what a person decided."""
UNMATCHED: Final = "correction-unmatched"
UNKNOWN_ENTITY: Final = "correction-unknown-entity"
REJECTED_ACT: Final = "act-rejected"


def apply(extraction: Extraction, corrections: Iterable[Correction], entities: Entities) -> Extraction:
    """Put the corrections of an article into what was read out of it.

    What a person accepted or corrected has confidence 1. What they rejected leaves the graph: a name with
    the roles that it plays, an act with its trigger as an issue; acts told within it belong to the act around
    it. A decision about a name that nothing known was found for holds for every mention of it.
    Every correction leaves an issue behind: what it did, or that it no longer finds its place.
    """
    work = _Work(extraction, entities)
    rows = sorted(corrections)
    for one in rows:
        if one.kind == NAME:
            work.name(one)
    for one in rows:
        if one.kind == ACT:
            work.act(one)
    return work.result()


def took_effect(extraction: Extraction, corrections: Iterable[Correction]) -> list[Correction]:
    """Those of the corrections that :func:`apply` put into ``extraction``."""
    done = {(issue.span, issue.code.partition("-")[0]) for issue in extraction.issues if issue.stage == STAGE}
    return [one for one in corrections if (Span(one.start, one.end), one.kind) in done]


class _Work:
    """One extraction while corrections change it."""

    def __init__(self, extraction: Extraction, entities: Entities) -> None:
        self._extraction = extraction
        self._entities = entities
        self._links = list(extraction.links)
        self._acts: list[ActMention] = list(extraction.acts)
        self._dropped: set[int] = set()
        self._issues: list[Issue] = []

    def name(self, one: Correction) -> None:
        """Apply a correction of a name."""
        anchor = next((link for link in self._links if self._is_at(link.mention.span, one)), None)
        if anchor is None:
            self._unmatched(one)
            return
        meaning = one.meaning
        if meaning.action == ACCEPT:
            self._put(anchor, anchor.entity)
            self._tell(one, "name-accepted", f"{one.surface!r} was accepted as it is")
        elif meaning.action == REJECT:
            self._replace_in_acts(anchor, None)
            self._links = [link for link in self._links if not _same_name(link, anchor)]
            self._tell(one, "name-rejected", f"{one.surface!r} was rejected as a name")
        elif meaning.entity is not None:
            entity = self._entities.find(meaning.entity, self._local(), anchor.entity.kind)
            if entity is None:
                self._unknown(one, meaning.entity.name)
                return
            self._replace_in_acts(anchor, entity)
            self._put(anchor, entity)
            self._tell(one, "name-corrected", f"{one.surface!r} was decided to be {_label(entity)}")

    def act(self, one: Correction) -> None:
        """Apply a correction of an act."""
        places = [n for n, act in enumerate(self._acts) if self._is_at(act.trigger.span, one)]
        if not places:
            self._unmatched(one)
            return
        number, meaning = places[0], one.meaning
        act = self._acts[number]
        if meaning.action == REJECT:
            self._dropped.add(number)
            self._tell(one, REJECTED_ACT, f"{act.trigger.act_type} at {one.surface!r} was rejected")
            return
        changes: list[str] = []
        if meaning.type not in (None, act.trigger.act_type):
            changes.append(f"type {act.trigger.act_type} → {meaning.type}")
            act = replace(act, trigger=replace(act.trigger, act_type=meaning.type))
        for role, references in meaning.roles.items():
            local = self._local()
            found = [(r.name, self._entities.find(r, local)) for r in references]
            unknown = next((name for name, entity in found if entity is None), None)
            if unknown is not None:
                self._unknown(one, unknown)
                return
            before = act.entities(ROLES[role])
            after = tuple(entity for _, entity in found if entity is not None)
            changes.append(f"{role} {_labels(before)} → {_labels(after)}")
            others = tuple(a for a in act.arguments if a.role is not ROLES[role])
            act = replace(act, arguments=(*(Argument(ROLES[role], e, HOW) for e in after), *others))
        self._acts[number] = replace(act, confidence=1.0)
        code = "act-corrected" if changes else "act-accepted"
        self._tell(one, code, "; ".join(changes) or f"{act.trigger.act_type} at {one.surface!r} was accepted")

    def result(self) -> Extraction:
        """The extraction as it is now; its counts close."""
        links = tuple(self._links)
        decisions = Counter(link.decision for link in links)
        acts = _without(self._acts, self._dropped)
        counts = {
            **self._extraction.counts,
            "mentions": len(links),
            "linked": decisions[Decision.LINKED],
            "nil": decisions[Decision.NIL],
            "ambiguous": decisions[Decision.AMBIGUOUS],
            "acts": len(acts),
            "trigger_issues": self._extraction.counts.get("trigger_issues", 0) + len(self._dropped),
        }
        issues = (*self._extraction.issues, *self._issues)
        return replace(self._extraction, links=links, acts=acts, issues=issues, counts=counts)

    def _is_at(self, span: Span, one: Correction) -> bool:
        here = (span.start, span.end) == (one.start, one.end)
        return here and shown(span.of(self._extraction.article.text)) == one.surface

    def _replace_in_acts(self, anchor: Link, new: Entity | None) -> None:
        """Put ``new`` (or nobody) wherever acts have the entity that ``anchor`` was read as."""
        places = [link.mention.span for link in self._links if _same_name(link, anchor)]

        def meant(entity: Entity | None, span: Span | None) -> bool:
            if entity is None or entity.key != anchor.entity.key:
                return False
            return entity.is_nil or (span is not None and any(span.overlaps(place) for place in places))

        for number, act in enumerate(self._acts):
            arguments = []
            for one in act.arguments:
                behalf = new if meant(one.on_behalf_of, one.span) else one.on_behalf_of
                if not meant(one.entity, one.span):
                    arguments.append(replace(one, on_behalf_of=behalf))
                elif new is not None:
                    arguments.append(replace(one, entity=new, on_behalf_of=behalf, how=HOW))
            self._acts[number] = replace(act, arguments=tuple(dict.fromkeys(arguments)))

    def _put(self, anchor: Link, entity: Entity) -> None:
        """Link the mentions that ``anchor`` stands for to ``entity``."""
        decision = Decision.NIL if entity.is_nil else Decision.LINKED
        for number, link in enumerate(self._links):
            if _same_name(link, anchor):
                others = (c for c in link.candidates if c.entity.key != entity.key)
                chosen = () if entity.is_nil else (Candidate(entity, 1.0, HOW), *others)
                self._links[number] = replace(link, decision=decision, entity=entity, candidates=chosen)

    def _local(self) -> list[Entity]:
        return [link.entity for link in self._links]

    def _tell(self, one: Correction, code: str, what: str) -> None:
        by = f", by {one.by}" if one.by else ""
        note = f": {one.note}" if one.note else ""
        span = Span(one.start, one.end)
        self._issues.append(Issue(STAGE, code, self._extraction.article.id, f"{what}{by}{note}", span))

    def _unmatched(self, one: Correction) -> None:
        self._tell(one, UNMATCHED, f"no {one.kind} stands at {one.surface!r} any more ({one.decision})")

    def _unknown(self, one: Correction, name: str) -> None:
        what = f"{one.decision!r} for {one.surface!r} names {name}, which the gazetteer lacks"
        self._tell(one, UNKNOWN_ENTITY, what)


def _same_name(link: Link, anchor: Link) -> bool:
    """Whether a decision about the mention ``anchor`` is one about ``link`` too.

    Mentions of a name that nothing known was found for share one entity, and so do those that may name the
    same several. Where the mention was linked, the other mentions of that entity may be right.
    """
    if anchor.decision is Decision.LINKED:
        return link.mention.span == anchor.mention.span
    return link.entity.key == anchor.entity.key and link.decision is anchor.decision


def _without(acts: Sequence[ActMention], dropped: set[int]) -> tuple[ActMention, ...]:
    """The acts that stay; what was told within a dropped one is told within the act around that."""
    numbers = {old: new for new, old in enumerate(n for n in range(len(acts)) if n not in dropped)}
    kept = []
    for old in numbers:
        outer = acts[old].within
        while outer is not None and outer in dropped:
            outer = acts[outer].within
        kept.append(replace(acts[old], within=None if outer is None else numbers[outer]))
    return tuple(kept)


def _label(entity: Entity) -> str:
    return entity.label_en or entity.label_ar


def _labels(entities: Iterable[Entity]) -> str:
    return " and ".join(_label(entity) for entity in entities) or "nobody"
