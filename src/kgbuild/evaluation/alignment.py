"""Which row of the system tells which gold act.

A pair is possible when the triggers overlap, or when the evidence does: at least half of the shorter
span, and an overlap ratio of at least 0.15. Among competing pairs the closest goes first, then the first
in the gold, then the first among the rows.
"""

from collections.abc import Sequence

from kgbuild.evaluation.gold import GoldAct
from kgbuild.evaluation.names import overlap_ratio, share_of_shorter
from kgbuild.evaluation.rows import ActRow

_LEAST_SHARE = 0.5
_LEAST_RATIO = 0.15
_TRIGGER_BONUS = 2.0


def align(gold: Sequence[GoldAct], acts: Sequence[ActRow]) -> list[tuple[int, int]]:
    """Positions in ``gold`` and ``acts`` that tell one act, closest pair first; each occurs at most once."""
    pairs: list[tuple[float, int, int]] = []
    for i, wanted in enumerate(gold):
        for k, act in enumerate(acts):
            closeness = _closeness(wanted, act)
            if closeness is not None:
                pairs.append((-closeness, i, k))
    aligned: dict[int, int] = {}
    taken: set[int] = set()
    for _, i, k in sorted(pairs):
        if i not in aligned and k not in taken:
            aligned[i] = k
            taken.add(k)
    return list(aligned.items())


def _closeness(wanted: GoldAct, act: ActRow) -> float | None:
    """How near the two are, in [0, 4]; ``None`` where they cannot be one act."""
    same_trigger = share_of_shorter(wanted.trigger, act.trigger) > 0
    ratio = overlap_ratio(wanted.evidence, act.evidence)
    if not same_trigger:
        share = share_of_shorter(wanted.evidence, act.evidence)
        if share < _LEAST_SHARE or ratio < _LEAST_RATIO:
            return None
    return _TRIGGER_BONUS * same_trigger + ratio + (act.type in wanted.accepted_types)
