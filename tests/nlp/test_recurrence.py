import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence

from kgbuild.nlp.recurrence import PaddedLSTM, replaceable


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 30), min_size=1, max_size=6), st.integers(0, 2**32))
def test_states_are_those_of_torch(lengths: list[int], seed: int) -> None:
    torch.manual_seed(seed)
    lstm = nn.LSTM(5, 7, batch_first=True, bidirectional=True).eval()
    lengths = sorted(lengths, reverse=True)
    packed = pack_padded_sequence(torch.randn(len(lengths), lengths[0], 5), lengths, batch_first=True)
    with torch.inference_mode():
        expected, _ = lstm(packed)
        found, _ = PaddedLSTM(lstm)(packed)
    assert torch.allclose(found.data, expected.data, atol=1e-5)
    assert torch.equal(found.batch_sizes, expected.batch_sizes)


@pytest.mark.parametrize(
    "module",
    [
        nn.LSTM(5, 7, batch_first=True),
        nn.LSTM(5, 7, num_layers=2, bidirectional=True),
        nn.LSTM(5, 7, bias=False, bidirectional=True),
        nn.LSTM(5, 7, proj_size=3, bidirectional=True),
        nn.Linear(5, 7),
        None,
    ],
)
def test_other_modules_are_left_alone(module: object) -> None:
    assert not replaceable(module)
