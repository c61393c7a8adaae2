"""How the cost of a convolution grows with the batch and with the image.

The exponent is fitted: 1 means that twice as many images take twice the time. A side
has the exponent 2, for an image of twice the side has four times the pixels. The time
is that of the processor, to which a busy machine adds nothing.
"""

from time import process_time

import numpy as np
import pytest
import torch

from dojo.speed.rounds import measure
from solutions.ch6_convolution.k03_conv2d_channels import conv2d, conv2d_backward

BATCHES, SIDES = (4, 8, 16, 32, 64), (16, 24, 32, 48, 64)
STEP = ((1, 1), (1, 1))


def step(batch, side):
    """Return a convolution forward and back, to be called."""
    generator = torch.Generator().manual_seed(0)
    X = torch.randn(batch, 3, side, side, generator=generator)
    W = torch.randn(8, 3, 3, 3, generator=generator)
    dY = torch.randn(batch, 8, side, side, generator=generator)

    def forward_and_back():
        conv2d(X, W, None, *STEP)
        conv2d_backward(dY, X, W, *STEP)

    return forward_and_back


def exponents(sizes, found):
    """Return the exponent of each round, fitted to the logarithms."""
    logarithms = np.log(sizes)
    return [
        float(np.polyfit(logarithms, np.log([times[str(s)] for s in sizes]), 1)[0])
        for times in found.times
        if all(str(s) in times for s in sizes)
    ]


@pytest.mark.parametrize(
    ("what", "sizes", "of"),
    [
        ("the batch, images of 24 × 24", BATCHES, lambda n: step(n, 24)),
        ("the side, batches of 8", SIDES, lambda side: step(8, side)),
    ],
)
def test_growth(table, what, sizes, of):
    torch.set_num_threads(1)
    ways = {str(size): of(size) for size in sizes}
    for way in ways.values():
        way()
    smallest = str(sizes[0])
    fitted = exponents(sizes, measure(ways, 10.0, process_time, base=smallest))
    table.add(f"conv2d and its gradients, exponent of {what}", fitted, "")
