"""Counts, the figures made of them, and the errors behind them, as values and as text."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kgbuild.model import Span

_DIGITS = 3
_FEWEST_FOR_MACRO = 4
_HEAD = ("precision", "recall", "F1", "right", "wrong", "missed")
_LONGEST_MESSAGE = 160


@dataclass(frozen=True, slots=True)
class Counts:
    """True positives, false positives and false negatives, and the ratios of them."""

    tp: int = 0
    fp: int = 0
    fn: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.tp + other.tp, self.fp + other.fp, self.fn + other.fn)

    @property
    def precision(self) -> float:
        """Right ones among those found; 0 when nothing was found."""
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else 0.0

    @property
    def recall(self) -> float:
        """Right ones among those wanted; 0 when nothing was wanted."""
        return self.tp / (self.tp + self.fn) if self.tp + self.fn else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 0 when both are."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    @property
    def rounded_f1(self) -> float:
        """F1 as printed: to three digits."""
        return round(self.f1, _DIGITS)

    def as_dict(self) -> dict[str, float | int]:
        """``p``, ``r`` and ``f1`` to three digits, and the counts."""
        return {
            "p": round(self.precision, _DIGITS),
            "r": round(self.recall, _DIGITS),
            "f1": self.rounded_f1,
            "tp": self.tp,
            "fp": self.fp,
            "fn": self.fn,
        }


class Figure(StrEnum):
    """What is counted, in the order of the pipeline."""

    MENTION = "mention"
    """A name was found: same kind, same end, start within three code points."""
    LINK = "wikidata_link"
    """A name was linked to its Wikidata id (recall only)."""
    DETECTED = "detected"
    """An act was found where the gold has one."""
    TYPED = "typed"
    """... and has an accepted type."""
    ACT = "act"
    """... and the right agents: the figure to watch."""
    ADDRESSEE = "addressee"
    REPORTED_BY = "reported_by"
    TOPIC = "topic"
    """At least one of the act's topics was found (recall only)."""
    NEGATED = "negated"
    CONDITIONAL = "conditional"


RATIOS = (
    Figure.MENTION,
    Figure.DETECTED,
    Figure.TYPED,
    Figure.ACT,
    Figure.ADDRESSEE,
    Figure.REPORTED_BY,
    Figure.NEGATED,
    Figure.CONDITIONAL,
)
"""The figures that have precision and recall."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that was missed, made up or read wrongly; ``figure`` is the first figure that it hurts."""

    figure: Figure
    article: str
    span: Span
    message: str

    def __str__(self) -> str:
        """One printable line of at most about 200 characters: ``article[start:end] message``."""
        visible = "".join(char if char.isprintable() else " " for char in self.message)
        plain = " ".join(visible.split())
        if len(plain) > _LONGEST_MESSAGE:
            plain = plain[: _LONGEST_MESSAGE - 1] + "…"
        return f"{self.article}[{self.span.start}:{self.span.end}] {plain}"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one comparison adds to one figure, or with ``act_type`` to that type's row of the table."""

    figure: Figure
    counts: Counts
    act_type: str | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Scores:
    """All figures over a set of articles.

    ``by_type`` is in the order in which the types were met, which the last digit of their mean can depend on.
    ``errors`` are sorted by figure, so that what went wrong first in the pipeline comes first.
    ``unseen`` are the gold articles for which the system has no row at all: a wrong document id shows there.
    """

    figures: Mapping[Figure, Counts]
    by_type: Mapping[str, Counts]
    errors: tuple[Problem, ...] = ()
    unseen: tuple[str, ...] = ()

    @classmethod
    def of(cls, judgements: Iterable[Judgement], unseen: Iterable[str] = ()) -> "Scores":
        """The sums of ``judgements``."""
        figures = {figure: Counts() for figure in Figure}
        by_type: dict[str, Counts] = {}
        problems: list[Problem] = []
        for one in judgements:
            if one.act_type is None:
                figures[one.figure] += one.counts
            else:
                by_type[one.act_type] = by_type.get(one.act_type, Counts()) + one.counts
            if one.problem:
                problems.append(one.problem)
        order = list(Figure)
        errors = sorted(problems, key=lambda problem: order.index(problem.figure))
        return cls(figures, by_type, tuple(errors), tuple(unseen))

    @property
    def type_macro_f1(self) -> float | None:
        """Mean F1 of the types with at least four gold acts; ``None`` where there is none."""
        wanted = [c.rounded_f1 for c in self.by_type.values() if c.tp + c.fn >= _FEWEST_FOR_MACRO]
        return round(sum(wanted) / len(wanted), _DIGITS) if wanted else None

    def as_dict(self) -> dict[str, Any]:
        """All figures as JSON values, ratios to three digits; a share of nothing is ``None``."""
        return {
            **{figure.value: self.figures[figure].as_dict() for figure in RATIOS},
            "type_macro_f1": self.type_macro_f1,
            "topic_accuracy": self._share(Figure.TOPIC),
            "wikidata_link_accuracy": self._share(Figure.LINK),
            "by_type": {name: counts.as_dict() for name, counts in sorted(self.by_type.items())},
        }

    def _share(self, figure: Figure) -> float | None:
        counts = self.figures[figure]
        return round(counts.recall, _DIGITS) if counts.tp + counts.fn else None

    def table(self) -> str:
        """The figures, then the act types that occur, in columns of plain text."""
        figures = {figure.value: self.figures[figure] for figure in RATIOS}
        width = max(map(len, [*figures, *self.by_type]))
        lines = [*_columns("", figures, width), ""]
        values = self.as_dict()
        for name in ("type_macro_f1", "topic_accuracy", "wikidata_link_accuracy"):
            shown = "-" if values[name] is None else f"{values[name]:.3f}"
            lines.append(f"{name.replace('_', ' ')}: {shown}")
        if self.by_type:
            lines += ["", *_columns("act type", dict(sorted(self.by_type.items())), width)]
        if self.unseen:
            lines += ["", f"no rows at all for: {', '.join(self.unseen)}"]
        return "\n".join(lines)


def _columns(title: str, rows: Mapping[str, Counts], width: int) -> list[str]:
    cells: list[Sequence[str]] = [(title, *_HEAD)]
    for name, counts in rows.items():
        ratios = (f"{ratio:.3f}" for ratio in (counts.precision, counts.recall, counts.f1))
        cells.append((name, *ratios, str(counts.tp), str(counts.fp), str(counts.fn)))
    return ["  ".join([row[0].ljust(width), *(cell.rjust(9) for cell in row[1:])]) for row in cells]
