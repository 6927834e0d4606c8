"""Vectors of words that depend on their spelling alone: computed once for each, and kept."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

KEPT = 16_384
"""Spellings whose vectors are kept; with one more, all are forgotten. 20 MB for 300 numbers each."""
_MARKS = "[?？︖﹖⁇!！︕﹗‼]+$"
_QUESTION = re.compile("^[?？︖﹖⁇]" + _MARKS)
_EXCLAMATION = re.compile("^[!！︕﹗‼]" + _MARKS)


def simple(spelling: str) -> str:
    """The spelling that Stanza's tagger and parser read: several marks of a question become one."""
    if spelling[0].isalnum():
        return spelling
    return _EXCLAMATION.sub("!", _QUESTION.sub("?", spelling))


class Spellings:
    """A table of vectors by spelling."""

    def __init__(self, compute: Callable[[Sequence[str]], Tensor], width: int, kept: int = KEPT) -> None:
        """Vectors are ``compute(spellings)``, each of ``width`` numbers; ``kept`` of them are remembered."""
        self._compute = compute
        self._kept = kept
        self._table = torch.empty(kept, width)
        self._rows: dict[str, int] = {}

    def __call__(self, spellings: Sequence[str]) -> Tensor:
        """Vectors (words, width) of spellings, in their order."""
        lacking = sorted(set(spellings).difference(self._rows))
        if len(self._rows) + len(lacking) > self._kept:
            self._rows.clear()
            lacking = sorted(set(spellings))
            if len(lacking) > self._kept:
                computed = self._compute(lacking)
                place = {spelling: row for row, spelling in enumerate(lacking)}
                return computed[[place[s] for s in spellings]]
        if lacking:
            start = len(self._rows)
            self._table[start : start + len(lacking)] = self._compute(lacking)
            self._rows.update((spelling, row) for row, spelling in enumerate(lacking, start))
        rows = self._rows
        return self._table[torch.tensor([rows[s] for s in spellings])]


def read_letters(model: Any, letters: Sequence[Sequence[int]]) -> Tensor:
    """What Stanza's ``CharacterModel`` makes of words that are given as ids of their letters.

    Returns:
        (words, size), in the order of ``letters``.

    """
    order = sorted(range(len(letters)), key=lambda i: (len(letters[i]), i), reverse=True)
    lengths = [len(letters[i]) for i in order]
    ids = torch.zeros(len(order), lengths[0], dtype=torch.int64)
    for row, place in enumerate(order):
        ids[row, : lengths[row]] = torch.tensor(letters[place])
    packed = pack_padded_sequence(model.char_emb(ids), lengths, batch_first=True)
    start = [
        state.expand(-1, len(order), -1).contiguous()
        for state in (model.charlstm_h_init, model.charlstm_c_init)
    ]
    states, _last = model.charlstm.lstm(packed, tuple(start))
    weights = torch.sigmoid(model.char_attn(states.data))
    summed = pad_packed_sequence(states._replace(data=states.data * weights), batch_first=True)[0].sum(1)
    result = torch.empty_like(summed)
    result[order] = summed
    return result
