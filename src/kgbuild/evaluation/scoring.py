"""Scoring rows against the gold, article by article."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from kgbuild.evaluation.alignment import align
from kgbuild.evaluation.gold import GoldArticle
from kgbuild.evaluation.judging import Pair, judge_mentions, judge_missed, judge_spurious
from kgbuild.evaluation.names import Naming
from kgbuild.evaluation.rows import ActRow, MentionRow, act_rows, mention_rows
from kgbuild.evaluation.scores import Judgement, Scores


def score(
    gold: Sequence[GoldArticle], acts: Iterable[Mapping[str, Any]], mentions: Iterable[Mapping[str, Any]]
) -> Scores:
    """Score rows of ``kgbuild acts`` and ``kgbuild mentions`` against the gold.

    Rows of documents that the gold lacks are left out.

    Raises:
        DataFileError: if a row is malformed; names the row and the field.
    """
    acts_of: dict[str, list[ActRow]] = defaultdict(list)
    for act in act_rows(acts):
        acts_of[act.document].append(act)
    mentions_of: dict[str, list[MentionRow]] = defaultdict(list)
    for mention in mention_rows(mentions):
        mentions_of[mention.document].append(mention)
    unseen = [one.id for one in gold if one.id not in acts_of and one.id not in mentions_of]
    judgements = (
        judgement
        for article in gold
        for judgement in _judge_article(article, acts_of.get(article.id, []), mentions_of.get(article.id, []))
    )
    return Scores.of(judgements, unseen)


def _judge_article(
    article: GoldArticle, acts: Sequence[ActRow], mentions: Sequence[MentionRow]
) -> Iterator[Judgement]:
    yield from judge_mentions(article, mentions)
    aligned = align(article.acts, acts)
    found, used = {i for i, _ in aligned}, {k for _, k in aligned}
    for i, wanted in enumerate(article.acts):
        if i not in found:
            yield from judge_missed(article.id, wanted)
    for k, act in enumerate(acts):
        if k not in used:
            yield from judge_spurious(article.id, act)
    naming = Naming.of(article, mentions)
    for i, k in aligned:
        yield from Pair(article.id, article.acts[i], acts[k], naming).judge()
