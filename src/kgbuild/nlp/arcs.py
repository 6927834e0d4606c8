"""Stanza's graph parser, its scores computed sentence by sentence.

Stanza scores all pairs of words of all sentences of a batch as if each were as long as the longest. Here a
sentence has only its own pairs, and its scores depend on no other sentence.
"""

from collections.abc import Sequence
from typing import Any

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

Parsed = list[tuple[int, str]]
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
        self._all = [s for s in (self._labels, self._arcs, self._order, self._distance) if s is not None]
        self._biases = torch.cat([scorer.bias for scorer in self._all[1:]])[:, None, None]

    def __call__(self, *inputs: Any, resolve_head_constraints: bool = False) -> list[Parsed]:
        """Parse a batch; arguments as of ``GraphParser.predict``."""
        lengths: Sequence[int] = inputs[-3]
        padded = self._parser.embed(*inputs)
        rows = [states[:length] for states, length in zip(padded, lengths, strict=True)]
        if not resolve_head_constraints:
            return self.trees(torch.cat(rows), lengths)
        return [self._mended(row) for row in rows]

    def trees(self, states: Tensor, lengths: Sequence[int]) -> list[Parsed]:
        """Heads and relations of the words of sentences, whose states lie one after the other.

        Args:
            states: (words and roots of all sentences, hidden size).
            lengths: words of each sentence, and one for its root.

        """
        pairs = [scorer.halves(states) for scorer in self._all]
        between = torch.stack([first for first, _ in pairs[1:]])
        others = torch.stack([second for _, second in pairs[1:]])
        heads: list[int] = []
        trees = []
        start = 0
        for length in lengths:
            part = slice(start, start + length)
            scores = torch.baddbmm(self._biases, between[:, part], others[:, part].transpose(1, 2))
            tree = best_tree(self._scored(list(scores)))
            trees.append(tree)
            heads += (tree + start).tolist()
            start += length
        first, second = pairs[0]
        chosen = torch.bmm(
            first.view(len(states), -1, second.shape[1]), second[torch.tensor(heads)][:, :, None]
        )
        labels = (chosen[:, :, 0] + self._labels.bias).argmax(1).tolist()
        name = self._parser.vocab["deprel"].id2unit
        found: list[Parsed] = []
        start = 0
        for tree, length in zip(trees, lengths, strict=True):
            relations = [name(label + VOCAB_PREFIX_SIZE) for label in labels[start + 1 : start + length]]
            found.append(list(zip(tree.tolist()[1:], relations, strict=True)))
            start += length
        return found

    def _mended(self, states: Tensor) -> Parsed:
        """One sentence's tree, mended where a head has two subjects or two objects."""
        scores = self._arc_scores(states)
        labels: NDArray[np.float32] = functional.log_softmax(self._labels(states), 1).transpose(1, 2).numpy()
        vocabulary = self._parser.vocab["deprel"]
        heads, chosen = resolve_head_constraint_violations(scores, labels, best_tree(scores), vocabulary)
        relations = vocabulary.unmap([label + VOCAB_PREFIX_SIZE for label in chosen])
        return list(zip(heads[1:].tolist(), relations, strict=True))

    def _arc_scores(self, states: Tensor) -> NDArray[np.float32]:
        return self._scored([scorer(states)[:, 0] for scorer in self._all[1:]])

    def _scored(self, matrices: Sequence[Tensor]) -> NDArray[np.float32]:
        """Logarithm of how likely each word (row) hangs on each (column); index 0 is the root."""
        scores, *others = matrices
        places = torch.arange(len(scores))
        offset = places[None, :] - places[:, None]
        if self._order is not None:
            scores = scores + functional.logsigmoid(others.pop(0) * torch.sign(offset).float())
        if self._distance is not None:
            expected = 1 + functional.softplus(others.pop(0))
            scores = scores - torch.log((offset.abs().float() - expected) ** 2 / 2 + 1)
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
        self.bias: Tensor = bilinear.bias.detach()

    def halves(self, states: Tensor) -> tuple[Tensor, Tensor]:
        """What the words are as dependents, (words, outputs times other), and as heads, (words, other)."""
        scorer = self._scorer
        first = functional.pad(scorer.hidden_func(scorer.W1(states)), (0, 1), value=1.0)
        second = functional.pad(scorer.hidden_func(scorer.W2(states)), (0, 1), value=1.0)
        return first @ self._weight, second

    def __call__(self, states: Tensor) -> Tensor:
        """Scores: (words, size) to (dependents, outputs, heads)."""
        first, second = self.halves(states)
        between = first.view(-1, self._other)
        scores: Tensor = (between @ second.T).view(len(states), -1, len(states)) + self.bias[:, None]
        return scores
