"""Stanza's graph parser, its scores computed sentence by sentence.

Stanza scores all pairs of words of all sentences of a batch as if each were as long as the longest. Here a
sentence has only its own pairs, and its scores depend on no other sentence.
"""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from stanza.models.common.biaffine import DeepBiaffineScorer
from stanza.models.common.vocab import VOCAB_PREFIX_SIZE
from stanza.models.depparse.head_constraints import resolve_head_constraint_violations
from stanza.models.depparse.model import GraphParser
from torch import Tensor
from torch.nn import functional

from kgbuild.nlp.trees import best_tree

Parsed = list[list[int | str]]
"""Head and relation of each word."""


def fits(parser: object) -> bool:
    """Whether a parser is of the kind that :class:`ArcScorer` scores for."""
    return isinstance(parser, GraphParser) and not parser.args.get("use_arc_embedding")


class ArcScorer:
    """Takes the place of a graph parser's ``predict``."""

    def __init__(self, parser: GraphParser) -> None:
        """Use the weights of a parser that :func:`fits`."""
        self._parser = parser
        self._arcs = _Biaffine(parser.unlabeled)
        self._labels = _Biaffine(parser.deprel)
        self._order = _Biaffine(parser.linearization) if parser.args["linearization"] else None
        self._distance = _Biaffine(parser.distance) if parser.args["distance"] else None

    def __call__(self, *inputs: object, resolve_head_constraints: bool = False) -> list[Parsed]:
        """Parse a batch; arguments as of ``GraphParser.predict``."""
        *_, lengths, _, _ = inputs
        states = self._parser.embed(*inputs)
        return [
            self._parse(rows[:length], resolve_head_constraints)
            for rows, length in zip(states, lengths, strict=True)  # type: ignore[call-overload]
        ]

    def _parse(self, states: Tensor, resolve: bool) -> Parsed:
        scores = self._arc_scores(states)
        labels: NDArray[np.float32] = functional.log_softmax(self._labels(states), 1).transpose(1, 2).numpy()
        vocabulary = self._parser.vocab["deprel"]
        heads = best_tree(scores)
        chosen: Sequence[int]
        if resolve:
            heads, chosen = resolve_head_constraint_violations(scores, labels, heads, vocabulary)
        else:
            chosen = labels[np.arange(1, len(heads)), heads[1:]].argmax(1).tolist()
        relations = vocabulary.unmap([label + VOCAB_PREFIX_SIZE for label in chosen])
        return [[int(head), relation] for head, relation in zip(heads[1:], relations, strict=True)]

    def _arc_scores(self, states: Tensor) -> NDArray[np.float32]:
        """Logarithm of how likely each word (row) hangs on each (column); index 0 is the root."""
        scores = self._arcs(states)[:, 0]
        places = torch.arange(len(states))
        offset = places[None, :] - places[:, None]
        if self._order is not None:
            scores += functional.logsigmoid(self._order(states)[:, 0] * torch.sign(offset).float())
        if self._distance is not None:
            expected = 1 + functional.softplus(self._distance(states)[:, 0])
            scores -= torch.log((offset.abs().float() - expected) ** 2 / 2 + 1)
        scores.fill_diagonal_(-torch.inf)
        found: NDArray[np.float32] = functional.log_softmax(scores, 1).numpy()
        return found


class _Biaffine:
    """One of the parser's scorers of pairs."""

    def __init__(self, scorer: DeepBiaffineScorer) -> None:
        bilinear = scorer.scorer.W_bilin
        size, other, outputs = bilinear.weight.shape
        self._scorer = scorer
        self._other = other
        self._weight = bilinear.weight.detach().permute(0, 2, 1).reshape(size, outputs * other)
        self._bias = bilinear.bias.detach()[:, None]

    def __call__(self, states: Tensor) -> Tensor:
        """Scores: (words, size) to (dependents, outputs, heads)."""
        scorer = self._scorer
        first = functional.pad(scorer.hidden_func(scorer.W1(states)), (0, 1), value=1.0)
        second = functional.pad(scorer.hidden_func(scorer.W2(states)), (0, 1), value=1.0)
        between = (first @ self._weight).view(-1, self._other)
        scores: Tensor = (between @ second.T).view(len(states), -1, len(states)) + self._bias
        return scores
