"""Scoring what was extracted against gold annotations.

Read the gold with :func:`read_gold`, and score rows in the form that ``kgbuild acts`` and
``kgbuild mentions`` print with :func:`score`. ``docs/data-formats.md`` describes rows and gold.
"""

from kgbuild.evaluation.gold import GoldAct, GoldArticle, GoldEntity, read_gold
from kgbuild.evaluation.rows import ActRow, EntityRef, MentionRow, read_rows
from kgbuild.evaluation.scores import Counts, Figure, Problem, Scores
from kgbuild.evaluation.scoring import score

__all__ = [
    "ActRow",
    "Counts",
    "EntityRef",
    "Figure",
    "GoldAct",
    "GoldArticle",
    "GoldEntity",
    "MentionRow",
    "Problem",
    "Scores",
    "read_gold",
    "read_rows",
    "score",
]
