"""Matrix products in whole numbers: a quarter of the time of single precision on processors with VNNI.

Weights are bytes with a scale a row, which is how they are stored (:func:`kgbuild.nlp.encoder.packed`), so
nothing is lost of them. Each row of the input becomes bytes too, scaled by its own largest value, so that a
piece whose vector has one large entry does not cost the others their precision (vector-wise quantization;
Dettmers et al., LLM.int8(), 2022, section 2). The sums are exact: what comes of a row depends neither
on the rows beside it nor on the order of summation.
"""

from collections.abc import Sequence
from functools import cache

import torch
from torch import Tensor, nn
from torch.nn import functional

ROWS = 32
"""Products are made of a multiple of so many rows: each number of rows has a kernel of its own."""
_TINY = 1e-9
_ZERO = 128
"""The unsigned byte that stands for 0: oneDNN multiplies unsigned bytes by signed ones."""
_EXACT = 512
"""Columns whose products (at most 127 times 128) sum up to less than 2 ** 24, which single precision
holds exactly."""


class IntegerLinear:
    """``x @ weight.T + bias`` of one or several linear layers side by side, computed with bytes."""

    def __init__(self, layers: Sequence[nn.Linear]) -> None:
        """Take over the weights of linear layers that read the same input."""
        weight = torch.cat([layer.weight.detach() for layer in layers])
        self._scale = weight.abs().amax(1).clamp(min=_TINY) / 127
        self._weight = torch.round(weight / self._scale[:, None]).to(torch.int8)
        self._bias = torch.cat([layer.bias.detach() for layer in layers])
        self._kernel = _Kernel(self._weight, self._scale) if kernel_is_exact() else None

    def __call__(self, rows: Tensor, out: Tensor | None = None) -> Tensor:
        """The product: (n, inputs) to (n, outputs), single precision. ``n`` is a multiple of ``ROWS``."""
        peak = torch.maximum(rows.amax(1, keepdim=True), -rows.amin(1, keepdim=True)).clamp_(min=_TINY)
        signed = (rows * (127 / peak)).round_().to(torch.int8)
        if self._kernel is None:
            product = exact_product(signed, self._weight, self._scale)
        else:
            product = self._kernel(signed)
        return torch.addcmul(self._bias, product, peak / 127, out=product if out is None else out)


def exact_product(signed: Tensor, weight: Tensor, scale: Tensor) -> Tensor:
    """What the kernel for bytes computes, bit for bit, where there is none to trust: slower.

    Args:
        signed: (n, inputs), int8.
        weight: (outputs, inputs), int8.
        scale: (outputs), single precision, by which the sums are multiplied.

    """
    total = torch.zeros(len(signed), len(weight), dtype=torch.int32)
    for start in range(0, weight.shape[1], _EXACT):
        part = slice(start, start + _EXACT)
        total += functional.linear(signed[:, part].float(), weight[:, part].float()).to(torch.int32)
    return total.float() * scale


@cache
def kernel_is_exact() -> bool:
    """Whether oneDNN multiplies bytes without loss here.

    On processors without VNNI it adds two products in 16 bits, which the largest bytes overflow; and torch
    may be built without oneDNN.
    """
    generator = torch.Generator().manual_seed(1)
    weight = torch.randint(-127, 128, (64, 1536), generator=generator).to(torch.int8)
    signed = torch.randint(-127, 128, (ROWS, 1536), generator=generator).to(torch.int8)
    weight[:16], signed[:8] = 127, 127
    weight[16:32], signed[8:16] = -127, -127
    scale = torch.rand(64, generator=generator)
    try:
        found = _Kernel(weight, scale)(signed.clone())
    except (RuntimeError, AttributeError):
        return False
    return torch.equal(found, exact_product(signed, weight, scale))


class _Kernel:
    """oneDNN's product of bytes with one matrix, times a scale an output."""

    def __init__(self, weight: Tensor, scale: Tensor) -> None:
        self._packed: Tensor = torch.ops.onednn.qlinear_prepack(weight, [16 * ROWS, weight.shape[1]])
        self._scale = scale
        self._zeros = torch.zeros(len(scale), dtype=torch.int64)

    def __call__(self, signed: Tensor) -> Tensor:
        """``signed`` is used up."""
        levels = signed.view(torch.uint8).bitwise_xor_(_ZERO)
        product: Tensor = torch.ops.onednn.qlinear_pointwise(
            levels,
            1.0,
            _ZERO,
            self._packed,
            self._scale,
            self._zeros,
            None,
            1.0,
            0,
            torch.float32,
            "none",
            [],
            "",
        )
        return product
