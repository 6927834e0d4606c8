"""Linear models over named features: how strongly an act's context speaks for a candidate.

A head scores each candidate: the sum of its features' weights, made a probability by the logistic
function where several candidates may be right, by the softmax over all where one is. The weights are rows
of ``weights.tsv``, made by ``training/heads.py`` from annotated articles; a feature without a row weighs
nothing. No feature names a person, a state or a word of content, so that the weights tell of Arabic and of
news, not of the articles that they were learned from.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from kgbuild.text.tables import Row, read_table

_COLUMNS = ("head", "feature", "weight")
_THRESHOLD = "threshold"
_SHOWN = 3
_STEEPEST = 35.0
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Candidate(Generic[T]):
    """Something that a head may choose, and its features."""

    value: T
    features: Mapping[str, float]


class Heads:
    """The weights of all heads, read from one table."""

    def __init__(self, path: Path) -> None:
        """Read ``path``; the feature ``threshold`` of a head is the probability from which it chooses.

        Raises:
            DataFileError: for a weight that is no number or a feature that stands twice.
        """
        self._weights: dict[str, dict[str, float]] = {}
        for row in read_table(path, _COLUMNS):
            weights = self._weights.setdefault(row["head"], {})
            if not row["feature"] or row["feature"] in weights:
                raise row.malformed(f"the feature {row['feature']!r} is missing or stands twice")
            weights[row["feature"]] = _number(row)

    @classmethod
    def of(cls, rows: Iterable[tuple[str, str, float]]) -> "Heads":
        """Heads with these weights: rows of head, feature, weight."""
        made = cls.__new__(cls)
        made._weights = {}
        for head, feature, weight in rows:
            made._weights.setdefault(head, {})[feature] = weight
        return made

    def knows(self, head: str) -> bool:
        """Whether the table has weights for a head."""
        return head in self._weights

    def threshold(self, head: str) -> float:
        """The probability from which a head's candidates count."""
        return self._weights.get(head, {}).get(_THRESHOLD, 0.5)

    def probability(self, head: str, features: Mapping[str, float]) -> float:
        """How probable a candidate with these features is, in (0, 1)."""
        total = self._total(head, features)
        return 1 / (1 + math.exp(-max(-_STEEPEST, min(_STEEPEST, total))))

    def reasons(self, head: str, features: Mapping[str, float]) -> str:
        """The features that spoke for a candidate most, heaviest first: ``clause +1.2, marker=على +0.8``."""
        weights = self._weights.get(head, {})
        told = [(weights.get(name, 0.0) * value, name) for name, value in features.items() if name != "bias"]
        best = sorted((item for item in told if item[0] > 0), key=lambda item: (-item[0], item[1]))
        return ", ".join(f"{name} {weight:+.1f}" for weight, name in best[:_SHOWN])

    def ranked(self, head: str, candidates: Sequence[Candidate[T]]) -> list[tuple[float, Candidate[T]]]:
        """Candidates with their probabilities, the most probable first; ties keep their order."""
        scored = [(self.probability(head, one.features), one) for one in candidates]
        return sorted(scored, key=lambda item: -item[0])

    def shares(self, head: str, candidates: Sequence[Candidate[T]]) -> list[tuple[float, Candidate[T]]]:
        """Candidates of which one is right, with probabilities that sum to 1, the most probable first."""
        if not candidates:
            return []
        alike = {id(one.features): one.features for one in candidates}
        known = {key: self._total(head, features) for key, features in alike.items()}
        totals = [known[id(one.features)] for one in candidates]
        most = max(totals)
        powers = [math.exp(total - most) for total in totals]
        scored = [(power / sum(powers), one) for power, one in zip(powers, candidates, strict=True)]
        return sorted(scored, key=lambda item: -item[0])

    def _total(self, head: str, features: Mapping[str, float]) -> float:
        weights = self._weights.get(head, {})
        known = zip(map(weights.get, features), features.values(), strict=True)
        return math.fsum([weight * value for weight, value in known if weight is not None])


def _number(row: Row) -> float:
    try:
        weight = float(row["weight"])
    except ValueError as error:
        raise row.malformed(f"weight {row['weight']!r} is not a number") from error
    if not math.isfinite(weight):
        raise row.malformed(f"weight {row['weight']!r} is not finite")
    return weight
