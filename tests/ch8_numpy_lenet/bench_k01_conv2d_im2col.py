"""The ladders of convolution with arrays: forward and back, at four sizes."""

import numpy as np
import torch
from torch.nn import functional as F

from dojo.grading import Ladder


def sized(images, kernels):
    """Return what draws images, kernels, biases and slopes of some shapes."""

    def given(rng):
        height, width = images[2] - kernels[2] + 1, images[3] - kernels[3] + 1
        slopes = (images[0], kernels[0], height, width)
        shapes = (images, kernels, kernels[:1], slopes)
        return tuple(rng.normal(size=shape).astype(np.float32) for shape in shapes)

    return given


def forward_and_back(kata, X, W, b, dY):
    Y, cache = kata.conv2d_forward(X, W, b)
    return Y, *kata.conv2d_backward(dY, cache)


def place_by_place(X, W, b, dY):
    kernels, (kh, kw) = W.reshape(len(W), -1), W.shape[2:]
    Y, dX, dW = np.empty_like(dY), np.zeros_like(X), np.zeros_like(kernels)
    for n, i, j in np.ndindex(len(X), *dY.shape[2:]):
        place = (n, slice(None), slice(i, i + kh), slice(j, j + kw))
        patch, slopes = X[place].ravel(), dY[n, :, i, j]
        Y[n, :, i, j] = kernels @ patch + b
        dW += np.outer(slopes, patch)
        dX[place] += (slopes @ kernels).reshape(W.shape[1:])
    return Y, dX, dW.reshape(W.shape), dY.sum((0, 2, 3))


def leaves(X, W, b, dY):
    found = [torch.tensor(array, requires_grad=True) for array in (X, W, b)]
    return *found, torch.tensor(dY)


def with_torch(X, W, b, dY):
    Y = F.conv2d(X, W, b)
    return Y, *torch.autograd.grad(Y, (X, W, b), dY)


LADDERS = (
    Ladder(
        ("conv2d_forward", "conv2d_backward"),
        "LeNet's first: 64 images of 1 × 32 × 32, 6 kernels of 5 × 5",
        sized((64, 1, 32, 32), (6, 1, 5, 5)),
        place_by_place,
        with_torch,
        forward_and_back,
        leaves,
    ),
    Ladder(
        ("conv2d_forward", "conv2d_backward"),
        "LeNet's second: 64 images of 6 × 14 × 14, 16 kernels of 5 × 5",
        sized((64, 6, 14, 14), (16, 6, 5, 5)),
        place_by_place,
        with_torch,
        forward_and_back,
        leaves,
    ),
    Ladder(
        ("conv2d_forward", "conv2d_backward"),
        "32 images of 3 × 32 × 32, 32 kernels of 3 × 3",
        sized((32, 3, 32, 32), (32, 3, 3, 3)),
        place_by_place,
        with_torch,
        forward_and_back,
        leaves,
    ),
    Ladder(
        ("conv2d_forward", "conv2d_backward"),
        "16 images of 32 × 32 × 32, 64 kernels of 3 × 3",
        sized((16, 32, 32, 32), (64, 32, 3, 3)),
        place_by_place,
        with_torch,
        forward_and_back,
        leaves,
    ),
)
