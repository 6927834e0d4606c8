import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from kgbuild.nlp import integers
from kgbuild.nlp.integers import ROWS, IntegerLinear, exact_product

INPUTS = 48


def layer(inputs: int = INPUTS, outputs: int = 20, seed: int = 1) -> nn.Linear:
    torch.manual_seed(seed)
    made = nn.Linear(inputs, outputs)
    nn.init.normal_(made.bias)
    return made


def rows_of(seed: int, size: float = 1.0, inputs: int = INPUTS) -> Tensor:
    return size * torch.randn(ROWS, inputs, generator=torch.Generator().manual_seed(seed))


@given(st.integers(0, 2**32), st.sampled_from([1e-4, 1.0, 300.0]))
@settings(max_examples=40)
def test_the_product_is_off_by_rounding_at_most(seed: int, size: float) -> None:
    """Half a step of the bytes in each entry of input and weights, as far as they add up."""
    linear, rows = layer(), rows_of(seed, size)
    with torch.inference_mode():
        found, expected = IntegerLinear([linear])(rows), linear(rows)
    step_in = rows.abs().amax(1, keepdim=True) / 127
    step_out = linear.weight.abs().amax(1) / 127
    bound = 0.5 * step_in * linear.weight.abs().sum(1) + 0.5 * step_out * (
        rows.abs().sum(1, keepdim=True) + 0.5 * INPUTS * step_in
    )
    assert bool(((found - expected).abs() <= bound * 1.001 + 1e-5).all())


def test_weights_that_are_bytes_already_lose_nothing() -> None:
    linear = layer()
    whole = torch.randint(-127, 128, linear.weight.shape)
    whole[:, 0] = 127
    linear.weight.data = whole * 0.01
    rows = torch.randint(-127, 128, (ROWS, INPUTS)).float()
    rows[:, 1] = 127
    with torch.inference_mode():
        assert torch.allclose(IntegerLinear([linear])(rows), linear(rows), rtol=1e-5, atol=1e-3)


def test_layers_side_by_side_give_what_each_gives() -> None:
    one, other, rows = layer(seed=1), layer(outputs=7, seed=2), rows_of(3)
    with torch.inference_mode():
        both = IntegerLinear([one, other])(rows)
        assert torch.equal(both, torch.cat((IntegerLinear([one])(rows), IntegerLinear([other])(rows)), 1))


@given(st.integers(0, 2**32), st.integers(1, 5))
@settings(max_examples=40)
def test_a_row_does_not_depend_on_those_beside_it(seed: int, blocks: int) -> None:
    product, rows = IntegerLinear([layer()]), rows_of(seed)
    company = torch.cat([rows_of(seed + n, 10.0**n) for n in range(1, blocks + 1)])
    with torch.inference_mode():
        alone = product(rows)
        assert torch.equal(product(torch.cat((company, rows)))[-ROWS:], alone)
        assert torch.equal(product(rows.flip(0)).flip(0), alone)


def test_rows_of_nothing_give_the_bias() -> None:
    linear = layer()
    with torch.inference_mode():
        found = IntegerLinear([linear])(torch.zeros(ROWS, INPUTS))
    assert torch.equal(found, linear.bias.detach().expand(ROWS, -1))


def test_without_a_kernel_to_trust_the_bits_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    linear, rows = layer(1536, 64), rows_of(5, inputs=1536)
    rows[:4], linear.weight.data[:8] = 3.0, 0.5
    with torch.inference_mode():
        fast = IntegerLinear([linear])(rows)
        monkeypatch.setattr(integers, "kernel_is_exact", lambda: False)
        slow = IntegerLinear([linear])(rows)
    assert torch.equal(fast, slow)


def test_the_largest_sums_are_exact() -> None:
    signed = torch.full((2, 1536), 127, dtype=torch.int8)
    signed[1] = -127
    weight = torch.full((1, 1536), 127, dtype=torch.int8)
    weight[0, 0] = 125
    total = exact_product(signed, weight, torch.ones(1))
    assert total.flatten().tolist() == [127 * 127 * 1536 - 254, -(127 * 127 * 1536 - 254)]


def test_a_kernel_that_loses_something_is_not_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    class Saturating(integers._Kernel):
        def __call__(self, signed: Tensor) -> Tensor:
            return super().__call__(signed).clamp(max=2.0**15)

    class Absent(integers._Kernel):
        def __call__(self, signed: Tensor) -> Tensor:
            raise RuntimeError("not built in")

    for kernel in (Saturating, Absent):
        monkeypatch.setattr(integers, "_Kernel", kernel)
        assert integers.kernel_is_exact.__wrapped__() is False
