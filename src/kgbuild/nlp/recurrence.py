"""An LSTM over padded rows, where oneDNN runs all steps in one call."""

from typing import TypeGuard

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pad_packed_sequence

_BACKWARD = "_reverse"
States = tuple[Tensor, Tensor]


def replaceable(lstm: object) -> TypeGuard[nn.LSTM]:
    """Whether :class:`PaddedLSTM` can take the place of ``lstm``."""
    return (
        isinstance(lstm, nn.LSTM)
        and lstm.bidirectional
        and lstm.bias
        and lstm.num_layers == 1
        and lstm.proj_size == 0
    )


class PaddedLSTM(nn.Module):
    """Takes the place of a two-way LSTM of one layer over packed rows; the same states but for the last bits.

    torch runs packed rows step by step. Where a step is small and there are many, such as one a letter,
    nearly all of its time is spent between them. The direction that reads backwards is run forwards here,
    over rows turned around, so that both see their padding last.
    """

    def __init__(self, lstm: nn.LSTM) -> None:
        """Take over the weights of a :func:`replaceable` LSTM."""
        super().__init__()
        self._ways = nn.ModuleList(_one_way(lstm, suffix) for suffix in ("", _BACKWARD))

    def forward(self, packed: PackedSequence, _: States | None = None) -> tuple[PackedSequence, None]:
        """The states of every row, from zero; there are no last states, which nobody reads."""
        rows, lengths = pad_packed_sequence(packed, batch_first=True)
        return pack_padded_sequence(self.states(rows, lengths), lengths, batch_first=True), None

    def states(self, rows: Tensor, lengths: Tensor) -> Tensor:
        """States (rows, steps, twice the size) of padded rows; those of the padding say nothing."""
        turned = (lengths[:, None] - 1 - torch.arange(rows.shape[1])).clamp_(min=0)[:, :, None]
        there, back = self._ways
        ahead, _last = there(rows)
        behind, _last = back(rows.gather(1, turned.expand(-1, -1, rows.shape[2])))
        behind = behind.gather(1, turned.expand(-1, -1, behind.shape[2]))
        return torch.cat((ahead, behind), 2)


def _one_way(lstm: nn.LSTM, suffix: str) -> nn.LSTM:
    names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
    weights = lstm.state_dict()
    copy = nn.LSTM(lstm.input_size, lstm.hidden_size, batch_first=True)
    copy.load_state_dict({name: weights[name + suffix] for name in names})
    return copy.eval()
