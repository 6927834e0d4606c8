"""What an act may be about: every topic of the table, and what speaks for it."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from kgbuild.extraction.circumstances import Circumstances
from kgbuild.extraction.heads import Candidate
from kgbuild.extraction.lines import Line
from kgbuild.extraction.state import State
from kgbuild.model import Entity, Kind, Role, Span, ZoneKind

GENERAL = frozenset({"bilateral-relations", "other"})
"""Topics of acts that no other fits: these two have weights of their own, the others share theirs."""
_TITLES = frozenset({ZoneKind.TITLE, ZoneKind.SUBTITLE})
_COUNTRY = "country"
_SHARES = (0.05, 0.15, 0.3, 0.5, 0.75)
_MANY = 3
_SETTLES = 1.0
"""Weight of one word that settles a topic."""


@dataclass(slots=True)
class Subjects:
    """The weights of topics in an article's parts, worked out once an article."""

    lines: Sequence[Line]
    circumstances: Circumstances
    topics: Sequence[str]
    """All topics in order."""
    _article: dict[str, float] = field(default_factory=dict)
    _title: dict[str, float] = field(default_factory=dict)
    _start: dict[str, float] = field(default_factory=dict)
    _lines: dict[int, dict[str, float]] = field(default_factory=dict)
    _passages: dict[Span, dict[str, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        weigh = self.circumstances.weights
        self._article = weigh([t.folded for line in self.lines for t in line.toks])
        titles = [t.folded for line in self.lines if line.kind in _TITLES for t in line.toks]
        self._title = weigh(titles)
        first = self.lines[: 2 if self.lines and self.lines[0].kind in _TITLES else 1]
        self._start = weigh([t.folded for line in first for t in line.toks])

    def _line(self, line: Line) -> dict[str, float]:
        if line.span.start not in self._lines:
            self._lines[line.span.start] = self.circumstances.weights([t.folded for t in line.toks])
        return self._lines[line.span.start]

    def candidates(self, state: State, number: int) -> list[Candidate[str]]:
        """Every topic with what speaks for it as that of act ``number``."""
        act, told = state.acts[number], state.told[number]
        line = told.line
        first, last = line.sentence_range(told.trigger.index)
        weights = {
            "article": self._article,
            "title": self._title,
            "start": self._start,
            "line": self._line(line),
            "sentence": self._sentence(line, first, last),
            "evidence": self._evidence(state, number),
        }
        parts = [_Part(name, of, sum(of.values()), sorted(of.values())) for name, of in weights.items()]
        states = _states(state, line, Span(line.toks[first].span.start, line.toks[last - 1].span.end))
        parties = {
            e.key for e in state.discourse.states((*act.entities(Role.AGENT), *act.entities(Role.ADDRESSEE)))
        }
        common = {f"states={min(len(states), _MANY)}", f"parties={min(len(parties), _MANY)}"}
        known = {topic for part in parts for topic in part.weights} | GENERAL
        unseen = _features("", parts, common)
        return [
            Candidate(topic, _features(topic, parts, common) if topic in known else unseen)
            for topic in self.topics
        ]

    def _sentence(self, line: Line, first: int, last: int) -> dict[str, float]:
        span = Span(line.toks[first].span.start, line.toks[last - 1].span.end)
        if span not in self._passages:
            words = [t.folded for t in line.toks[first:last]]
            self._passages[span] = self.circumstances.weights(words)
        return self._passages[span]

    def settled(self, state: State, number: int) -> tuple[str, ...]:
        """The topic that the words of the act's evidence settle, if they do; never a general one."""
        weights = self._evidence(state, number)
        named = [topic for topic, weight in weights.items() if weight >= _SETTLES and topic not in GENERAL]
        return tuple(sorted(named, key=lambda topic: (-weights[topic], topic))[:1])

    def _evidence(self, state: State, number: int) -> dict[str, float]:
        evidence, line = state.acts[number].evidence, state.told[number].line
        if evidence not in self._passages:
            words = [t.folded for t in line.toks if evidence.overlaps(t.span)]
            self._passages[evidence] = self.circumstances.weights(words)
        return self._passages[evidence]


@dataclass(frozen=True, slots=True)
class _Part:
    """The weights of topics in one part, their sum, and they themselves in order."""

    name: str
    weights: Mapping[str, float]
    total: float
    ordered: Sequence[float]


def _features(topic: str, parts: Sequence[_Part], common: Collection[str]) -> dict[str, float]:
    """What speaks for a topic; of topics that no part shows all is the same."""
    general = f"topic={topic}" if topic in GENERAL else ""
    names = {general, *(f"{general}&{name}" for name in common)} if general else set()
    values = dict.fromkeys(names, 1.0)
    for part in parts:
        name, weight = part.name, part.weights.get(topic, 0.0)
        share = weight / part.total if part.total else 0.0
        values[name] = share
        level = bisect_left(_SHARES, share) if share else -1
        values[f"{name}={level}"] = 1.0
        if general:
            values[f"{general}&{name}"] = share
        rank = len(part.ordered) - bisect_right(part.ordered, weight) if share else _MANY
        values[f"{name}-rank={min(rank, _MANY)}"] = 1.0
        if part.total:
            values[f"{name}-mass={min(int(weight), 6)}"] = 1.0
    return dict(sorted(values.items()))


def _states(state: State, line: Line, span: Span) -> set[str]:
    """Keys of the states named in a stretch of a line."""
    found: set[str] = set()
    for referent in (*line.referents, *line.nisbas.values()):
        if span.overlaps(referent.span):
            found |= {actor.key for e in referent.entities if _is_state(actor := state.discourse.actor(e))}
    return found


def _is_state(entity: Entity) -> bool:
    return entity.kind is Kind.PLACE and entity.subtype == _COUNTRY
