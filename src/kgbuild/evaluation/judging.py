"""Comparing what the system said of one article with its gold, one thing at a time."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kgbuild.evaluation.gold import GoldAct, GoldArticle, GoldEntity, Names
from kgbuild.evaluation.names import Naming, share_of_shorter
from kgbuild.evaluation.rows import ActRow, EntityRef, MentionRow
from kgbuild.evaluation.scores import Counts, Figure, Judgement, Problem

JOINT_TYPES = frozenset({"Meet", "Negotiate", "Call", "Sign"})
"""What parties do together: agents and addressees count as one set of participants."""

_LARGEST_START_SHIFT = 3
_SAME_PLACE = 0.5
_RIGHT_AGENTS = 0.5
_HIT, _WRONG, _MISSED = Counts(tp=1), Counts(fp=1), Counts(fn=1)
_CONFUSED = _WRONG + _MISSED


def judge_mentions(article: GoldArticle, mentions: Sequence[MentionRow]) -> Iterator[Judgement]:
    """Whether each scored name was found and linked, and which mentions name nothing."""
    taken: set[int] = set()
    for entity in article.entities:
        if not entity.scored:
            continue
        hits = (n for n, one in enumerate(mentions) if n not in taken and _is_mention_of(entity, one))
        hit = next(hits, None)
        if hit is None:
            problem = Problem(Figure.MENTION, article.id, entity.span, f"missed {entity.kind}: {entity.name}")
            yield Judgement(Figure.MENTION, _MISSED, problem=problem)
        else:
            taken.add(hit)
            yield Judgement(Figure.MENTION, _HIT)
        if entity.wikidata:
            yield _judge_link(article.id, entity, mentions)
    unscored = [entity.span for entity in article.entities if not entity.scored]
    for n, one in enumerate(mentions):
        if n not in taken and not any(share_of_shorter(one.span, span) > 0 for span in unscored):
            problem = Problem(Figure.MENTION, article.id, one.span, f"spurious {one.kind}: {one.text}")
            yield Judgement(Figure.MENTION, _WRONG, problem=problem)


def judge_missed(article: str, wanted: GoldAct) -> Iterator[Judgement]:
    """A gold act that no row tells; an optional one costs nothing."""
    if not wanted.optional:
        message = f"missed {wanted.type}: {wanted.evidence_text}"
        yield from _unaligned(
            wanted.type, _MISSED, Problem(Figure.DETECTED, article, wanted.evidence, message)
        )


def judge_spurious(article: str, act: ActRow) -> Iterator[Judgement]:
    """A row that tells no gold act."""
    message = f"spurious {act.type}: {act.evidence_text}"
    yield from _unaligned(act.type, _WRONG, Problem(Figure.DETECTED, article, act.evidence, message))


def _unaligned(act_type: str, counts: Counts, problem: Problem) -> Iterator[Judgement]:
    """A missed or spurious act counts against finding, typing and the whole."""
    yield Judgement(Figure.DETECTED, counts, problem=problem)
    yield Judgement(Figure.TYPED, counts)
    yield Judgement(Figure.ACT, counts)
    yield Judgement(Figure.TYPED, counts, act_type)


def _is_mention_of(entity: GoldEntity, mention: MentionRow) -> bool:
    return (
        mention.kind == entity.kind
        and mention.span.end == entity.span.end
        and abs(mention.span.start - entity.span.start) <= _LARGEST_START_SHIFT
    )


def _judge_link(article: str, entity: GoldEntity, mentions: Sequence[MentionRow]) -> Judgement:
    for mention in mentions:
        same = mention.entity is not None and mention.entity.wikidata == entity.wikidata
        if same and share_of_shorter(entity.span, mention.span) >= _SAME_PLACE:
            return Judgement(Figure.LINK, _HIT)
    problem = Problem(Figure.LINK, article, entity.span, f"not linked to {entity.wikidata}: {entity.name}")
    return Judgement(Figure.LINK, _MISSED, problem=problem)


@dataclass(frozen=True, slots=True)
class Pair:
    """A gold act and the row that tells it, in an article with its names."""

    article: str
    gold: GoldAct
    act: ActRow
    naming: Naming

    @property
    def has_right_type(self) -> bool:
        """Whether the row's type is one that the gold accepts."""
        return self.act.type in self.gold.accepted_types

    @property
    def _agent_readings(self) -> tuple[Names, ...]:
        """Whom the gold accepts as agents; of what parties do together, with whom they do it."""
        readings = self.gold.agent_readings
        if self.gold.type in JOINT_TYPES:
            return tuple(names + self.gold.addressee_readings[0] for names in readings)
        return readings

    def accepts(self, agents: Sequence[EntityRef]) -> bool:
        """Whether these agents, in place of the row's own, would be right."""
        found = tuple(agents)
        if self.gold.type in JOINT_TYPES:
            found += self.act.addressee
        best = max(_participant_f1(self._participants(names, found)) for names in self._agent_readings)
        return best >= _RIGHT_AGENTS

    def judge(self) -> Iterator[Judgement]:
        """All figures of an aligned act; nothing for an optional one that was read as another type."""
        gold, act = self.gold, self.act
        if gold.optional and not self.has_right_type:
            return
        yield Judgement(Figure.DETECTED, _HIT)
        yield from self._judge_type()
        yield self._judge_whole()
        if gold.type not in JOINT_TYPES:
            yield self._judge_role(Figure.ADDRESSEE, gold.addressee_readings, act.addressee)
        if gold.reported_by_readings[0] or not gold.reporter_inferred:
            yield self._judge_role(Figure.REPORTED_BY, gold.reported_by_readings, act.reported_by)
        if gold.topics:
            yield self._judge_topics()
        yield self._judge_flag(Figure.NEGATED, wanted=gold.negated, found=act.negated)
        yield self._judge_flag(Figure.CONDITIONAL, wanted=gold.conditional, found=act.conditional)

    def _judge_type(self) -> Iterator[Judgement]:
        """Any accepted type counts as the row's own; a wrong one costs both types."""
        if self.has_right_type:
            yield Judgement(Figure.TYPED, _HIT)
            yield Judgement(Figure.TYPED, _HIT, self.act.type)
        else:
            yield Judgement(Figure.TYPED, _CONFUSED, problem=self._problem(Figure.TYPED, self.act.type))
            yield Judgement(Figure.TYPED, _MISSED, self.gold.type)
            yield Judgement(Figure.TYPED, _WRONG, self.act.type)

    def _judge_whole(self) -> Judgement:
        """Right type and right agents: F1 of at least 0.5 over the participants of the best reading."""
        readings, found = self._agent_readings, self.act.agent
        if self.gold.type in JOINT_TYPES:
            found = found + self.act.addressee
        if self.has_right_type and self.accepts(self.act.agent):
            return Judgement(Figure.ACT, _HIT)
        if not self.has_right_type:  # told as a problem of the type already
            return Judgement(Figure.ACT, _CONFUSED)
        return Judgement(Figure.ACT, _CONFUSED, problem=self._role_problem(Figure.ACT, readings[0], found))

    def _judge_role(self, figure: Figure, readings: Sequence[Names], found: Sequence[EntityRef]) -> Judgement:
        """The reading that the row comes nearest to."""
        counted = [self._participants(names, found) for names in readings]
        best = max(counted, key=lambda c: (c.tp - c.fp - c.fn, c.tp))
        problem = self._role_problem(figure, readings[0], found) if best.fp or best.fn else None
        return Judgement(figure, best, problem=problem)

    def _judge_topics(self) -> Judgement:
        if not self.gold.topics.isdisjoint(self.act.topics):
            return Judgement(Figure.TOPIC, _HIT)
        problem = self._problem(Figure.TOPIC, _listed(sorted(self.act.topics)), sorted(self.gold.topics))
        return Judgement(Figure.TOPIC, _MISSED, problem=problem)

    def _judge_flag(self, figure: Figure, *, wanted: bool, found: bool) -> Judgement:
        counts = Counts(int(wanted and found), int(found and not wanted), int(wanted and not found))
        problem = (
            None if wanted == found else self._problem(figure, str(found).lower(), (str(wanted).lower(),))
        )
        return Judgement(figure, counts, problem=problem)

    def _participants(self, names: Names, found: Sequence[EntityRef]) -> Counts:
        """Counts over the names that the gold places; where it places one nowhere, no entity is wrong."""
        placed = [name for name in names if self.naming.is_placed(name)]
        hits = sum(any(self.naming.denotes(name, entity) for entity in found) for name in placed)
        wrong = sum(not any(self.naming.denotes(name, entity) for name in names) for entity in found)
        return Counts(hits, wrong if len(placed) == len(names) else 0, len(placed) - hits)

    def _role_problem(self, figure: Figure, names: Names, found: Sequence[EntityRef]) -> Problem:
        return self._problem(figure, _listed(entity.label for entity in found), names)

    def _problem(self, figure: Figure, found: str, wanted: Iterable[str] | None = None) -> Problem:
        expected = f", not {_listed(wanted)}" if wanted is not None else ""
        message = f"{self.gold.type} read with {figure} {found}{expected}: {self.gold.evidence_text}"
        if figure is Figure.TYPED:
            message = f"{self.gold.type} read as {found}: {self.gold.evidence_text}"
        return Problem(figure, self.article, self.gold.evidence, message)


def _participant_f1(counts: Counts) -> float:
    """F1 as printed; nobody wanted and nobody found is right."""
    return counts.rounded_f1 if counts != Counts() else 1.0


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "-"
