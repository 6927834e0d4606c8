"""The text encoder as the product runs it: in whole numbers, without padding."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from kgbuild.nlp.encoder import Encoder, EncoderOutput, Layer, embed
from kgbuild.nlp.integers import ROWS, IntegerLinear

_AT_ONCE = 1024
"""Pieces of whole sentences that go through the layers at once."""
_BLOCK = 16 * ROWS
"""Pieces that go through a part of a layer at once: what they need in between stays small."""
_KEPT = 4
"""States that are kept: Stanza's taggers read no more than the last four."""


class IntegerEncoder(nn.Module):
    """An encoder whose matrices are multiplied in bytes, for reading only.

    Sentences lie one after the other, without padding, and see only themselves. What comes of one does
    not depend on those beside it, to the last bit.
    """

    _hf_peft_config_loaded = False  # Stanza asks whether adapters are to be switched off

    def __init__(self, encoder: Encoder) -> None:
        """Take over an encoder's weights; those of its layers are rounded to bytes."""
        super().__init__()
        self.config = encoder.config
        self._tables = encoder.embeddings
        self._layers = [_IntegerLayer(layer) for layer in encoder.layers]

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor,
        *,
        output_hidden_states: bool = True,  # noqa: ARG002
    ) -> EncoderOutput:
        """Encode padded sentences; arguments as of :meth:`kgbuild.nlp.encoder.Encoder.forward`.

        Of the hidden states, only the last four are returned.
        """
        lengths: list[int] = attention_mask.sum(1).tolist()
        shape = (*input_ids.shape, self.config.hidden_size)
        whole = [torch.zeros(shape) for _ in range(min(_KEPT, len(self._layers) + 1))]
        for start, stop in _batches(lengths):
            states = self._states(
                [ids[:n] for ids, n in zip(input_ids[start:stop], lengths[start:stop], strict=True)]
            )
            for target, state in zip(whole, states, strict=True):
                rows = torch.split(state[: sum(lengths[start:stop])], lengths[start:stop])
                for row, vectors in enumerate(rows, start):
                    target[row, : len(vectors)] = vectors
        return EncoderOutput(tuple(whole))

    def read(self, sentences: Sequence[Sequence[int]], places: Sequence[Sequence[int]]) -> list[Tensor]:
        """The last four states at some pieces of sentences.

        Args:
            sentences: indices of the pieces of each, from one to as many as the encoder can read at once.
            places: for each sentence the places of the pieces that are asked for.

        Returns:
            States (places of all sentences, hidden size), in their order, the deepest last.

        """
        found: list[list[Tensor]] = []
        for start, stop in _batches([len(ids) for ids in sentences]):
            first, rows = 0, []
            for ids, asked in zip(sentences[start:stop], places[start:stop], strict=True):
                rows += [first + place for place in asked]
                first += len(ids)
            chosen = torch.tensor(rows)
            states = self._states([torch.tensor(ids) for ids in sentences[start:stop]])
            found.append([state[chosen] for state in states])
        return [torch.cat(parts) for parts in zip(*found, strict=True)]

    def _states(self, sentences: list[Tensor]) -> list[Tensor]:
        """The last states of sentences one after the other, with rows at the end that say nothing."""
        ends = [0]
        for ids in sentences:
            ends.append(ends[-1] + len(ids))
        hidden = torch.zeros(-(-ends[-1] // ROWS) * ROWS, self.config.hidden_size)
        for ids, (start, stop) in zip(sentences, pairwise(ends), strict=True):
            hidden[start:stop] = embed(self._tables, ids[None])[0]
        states = [hidden]
        for layer in self._layers:
            states.append(layer(states[-1], ends))
        return states[-_KEPT:]


class _IntegerLayer:
    """One layer; see :class:`kgbuild.nlp.encoder.Layer`."""

    def __init__(self, layer: Layer) -> None:
        inputs, merged = (cast("nn.ModuleDict", layer.attention[name]) for name in ("self", "output"))
        self._heads = layer.heads
        self._inputs = _product(inputs, "query", "key", "value")
        self._merge = _product(merged, "dense")
        self._merge_norm = merged["LayerNorm"]
        self._widen = _product(layer.intermediate, "dense")
        self._narrow = _product(layer.output, "dense")
        self._narrow_norm = layer.output["LayerNorm"]

    def __call__(self, hidden: Tensor, ends: list[int]) -> Tensor:
        """The next state of sentences that lie between ``ends``."""
        blocks = [slice(start, start + _BLOCK) for start in range(0, len(hidden), _BLOCK)]
        projected = torch.empty(len(hidden), 3 * hidden.shape[1])
        for block in blocks:
            self._inputs(hidden[block], projected[block])
        seen = torch.zeros_like(hidden)
        for start, stop in pairwise(ends):
            if start < stop:  # Stanza reads long sentences in slices, of which short ones have none
                seen[start:stop] = self._attend(projected[start:stop])
        result = torch.empty_like(hidden)
        for block in blocks:
            result[block] = self._feed(hidden[block], seen[block])
        return result

    def _attend(self, projected: Tensor) -> Tensor:
        """What the pieces of one sentence see of each other."""
        pieces = len(projected)
        query, key, value = projected.view(1, pieces, 3, self._heads, -1).permute(2, 0, 3, 1, 4)
        seen = functional.scaled_dot_product_attention(query, key, value)
        return seen[0].transpose(0, 1).reshape(pieces, -1)

    def _feed(self, rows: Tensor, seen: Tensor) -> Tensor:
        rows = self._merge_norm(self._merge(seen).add_(rows))
        inner = torch.ops.aten.gelu_(self._widen(rows))
        out: Tensor = self._narrow_norm(self._narrow(inner).add_(rows))
        return out


def _batches(lengths: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Ranges of sentences that go through the layers at once."""
    start = 0
    while start < len(lengths):
        stop, pieces = start, 0
        while stop < len(lengths) and (stop == start or pieces + lengths[stop] <= _AT_ONCE):
            pieces += lengths[stop]
            stop += 1
        yield start, stop
        start = stop


def _product(layers: nn.ModuleDict, *names: str) -> IntegerLinear:
    return IntegerLinear([cast("nn.Linear", layers[name]) for name in names])
