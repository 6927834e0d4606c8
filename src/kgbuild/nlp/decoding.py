"""Stanza's models that write letters from letters, run greedily: expansions of tokens, and lemmas.

Stanza works with logarithms and asks each row of each step for its letter. Here probabilities are added as
they are, and rows that have ended leave the batch; the likeliest letter is the same.
"""

from collections.abc import Sequence
from typing import Any

import torch
from stanza.models.common.seq2seq_constant import EOS, EOS_ID, PAD_ID, SOS, SOS_ID, UNK, UNK_ID, VOCAB_PREFIX
from stanza.models.common.seq2seq_model import Seq2SeqModel
from stanza.models.common.seq2seq_modules import SoftDotAttention
from stanza.models.common.vocab import DeltaVocab
from torch import Tensor
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

_LEAVE = 4
"""Rows leave the batch once a fourth of it has ended."""


def fits(model: object) -> bool:
    """Whether a model is of the kind that :class:`Writer` runs."""
    return (
        isinstance(model, Seq2SeqModel)
        and bool(model.copy)
        and not model.edit
        and model.contextual_embedding is None
        and isinstance(model.decoder.attention_layer, SoftDotAttention)
    )


class Writer:
    """Writes letters from letters."""

    def __init__(self, model: Seq2SeqModel, vocab: Any, *, unknown: bool) -> None:
        """Use the weights of a model that :func:`fits`.

        Args:
            model: the model.
            vocab: its letters.
            unknown: whether it may write the sign of an unknown letter.

        """
        self._model = model.eval()
        self._vocab = vocab
        self._unknown = unknown

    def __call__(self, words: Sequence[str], tags: Sequence[int] = ()) -> list[list[str]]:
        """The letters written for each word; ``tags`` are ids of parts of speech, if the model reads them."""
        vocab = DeltaVocab(list(words), self._vocab)
        sources = [vocab.map([SOS, *word, EOS]) for word in words]
        order = sorted(range(len(words)), key=lambda i: (len(sources[i]), i), reverse=True)
        source = torch.full((len(words), len(sources[order[0]])), PAD_ID)
        for row, place in enumerate(order):
            source[row, : len(sources[place])] = torch.tensor(sources[place])
        chosen = torch.tensor([tags[place] for place in order]) if tags else None
        written = self._written(source, [len(sources[place]) for place in order], chosen)
        result: list[list[str]] = [[] for _ in words]
        for ids, place in zip(written, order, strict=True):
            result[place] = vocab.unmap(ids)
        return result

    def _written(self, source: Tensor, lengths: list[int], tags: Tensor | None) -> list[list[int]]:
        model = self._model
        size = model.vocab_size
        extra = max(int(source.max()) + 1 - size, 0)
        inputs = model.embedding(source.masked_fill(source >= size, UNK_ID))
        if tags is not None:
            inputs = torch.cat((model.pos_embedding(tags)[:, None], inputs), 1)
            lengths = [length + 1 for length in lengths]
        packed, (hidden, cell) = model.encoder(pack_padded_sequence(inputs, lengths, batch_first=True))
        context = pad_packed_sequence(packed, batch_first=True)[0]
        hidden = torch.cat((hidden[-1], hidden[-2]), 1)
        cell = torch.cat((cell[-1], cell[-2]), 1)
        padding = torch.arange(context.shape[1]) >= torch.tensor(lengths)[:, None]
        padding = torch.zeros(padding.shape).masked_fill_(padding, -torch.inf)
        written: list[list[int]] = [[] for _ in lengths]
        rows = list(range(len(lengths)))
        last = torch.full((len(rows),), SOS_ID)
        running = [True] * len(rows)
        for _ in range(model.max_dec_len):
            hidden, cell = model.decoder.lstm_cell(model.embedding(last), (hidden, cell))
            chances = self._chances(hidden, context, padding, source, extra)
            found = chances.argmax(1)
            last = found.masked_fill(found >= size, UNK_ID) if extra else found
            for place, letter in enumerate(found.tolist()):
                if letter == EOS_ID:
                    running[place] = False
                elif running[place]:
                    written[rows[place]].append(letter)
            left = sum(running)
            if not left:
                break
            if left * _LEAVE <= len(rows) * (_LEAVE - 1):
                kept = torch.tensor([place for place, runs in enumerate(running) if runs])
                hidden, cell, context = hidden[kept], cell[kept], context[kept]
                padding, source, last = padding[kept], source[kept], last[kept]
                rows = [row for row, runs in zip(rows, running, strict=True) if runs]
                running = [True] * left
        return written

    def _chances(
        self, hidden: Tensor, context: Tensor, padding: Tensor, source: Tensor, extra: int
    ) -> Tensor:
        """How likely each letter is next: written from what is known, or copied from the source."""
        model = self._model
        attention = model.decoder.attention_layer
        seen = torch.baddbmm(padding[:, :, None], context, attention.linear_in(hidden)[:, :, None])[:, :, 0]
        weighted = torch.bmm(torch.softmax(seen, 1)[:, None], context)[:, 0]
        state = torch.tanh(attention.linear_out(torch.cat((weighted, hidden), 1)))
        copied = torch.sigmoid(model.copy_gate(state))
        chances = torch.softmax(model.dec2vocab(state), 1) * (1 - copied)
        if extra:
            chances = torch.cat((chances, chances[:, UNK_ID, None].expand(-1, extra)), 1)
        skipped = seen.shape[1] - source.shape[1]  # the part of speech cannot be copied
        chances.scatter_add_(1, source, torch.softmax(seen[:, skipped:], 1) * copied)
        if not self._unknown:
            chances[:, UNK_ID] = -1.0
        return chances


def expansions(writer: Writer, tokens: Sequence[str]) -> list[str]:
    """What tokens of several words are expanded to; a token itself where the model finds a single word."""
    found = []
    for token, letters in zip(tokens, writer(tokens), strict=True):
        written = "".join(letter for letter in letters if letter not in VOCAB_PREFIX)
        found.append(written if written.strip() and " " in written else token)
    return found


def lemmas(writer: Writer, words: Sequence[str], tags: Sequence[int]) -> list[str]:
    """Lemmas of words; a word itself where the model finds none."""
    found = []
    for word, letters in zip(words, writer(words, tags), strict=True):
        written = "".join(letters)
        found.append(word if not written or UNK in written else written)
    return found
