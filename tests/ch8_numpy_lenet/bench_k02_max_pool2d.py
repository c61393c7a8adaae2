"""The ladder of max pooling with arrays: forward and back."""

import numpy as np
import torch
from torch.nn import functional as F

from dojo.grading import Ladder


def images_and_slopes(rng):
    shapes = ((32, 6, 28, 28), (32, 6, 14, 14))
    return tuple(rng.normal(size=shape).astype(np.float32) for shape in shapes)


def forward_and_back(kata, X, dY):
    Y, cache = kata.max_pool2d_forward(X, 2)
    return Y, kata.max_pool2d_backward(dY, cache)


def window_by_window(X, dY):
    Y, dX = np.empty_like(dY), np.zeros_like(X)
    for n, c, i, j in np.ndindex(dY.shape):
        window = X[n, c, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2]
        row, column = divmod(int(window.argmax()), 2)
        Y[n, c, i, j] = window[row, column]
        dX[n, c, 2 * i + row, 2 * j + column] += dY[n, c, i, j]
    return Y, dX


def leaves(X, dY):
    return torch.tensor(X, requires_grad=True), torch.tensor(dY)


def with_torch(X, dY):
    Y = F.max_pool2d(X, 2)
    return Y, *torch.autograd.grad(Y, X, dY)


LADDERS = (
    Ladder(
        ("max_pool2d_forward", "max_pool2d_backward"),
        "32 images of 6 × 28 × 28, a window of 2 × 2",
        images_and_slopes,
        window_by_window,
        with_torch,
        forward_and_back,
        leaves,
    ),
)
