"""The ladders of pooling: forward with and without channels, and back."""

import torch
from torch.nn import functional as F

from dojo.grading import Ladder


def image(rng):
    return torch.tensor(rng.normal(size=(64, 64))).float(), (3, 3)


def images(rng):
    return torch.tensor(rng.normal(size=(4, 6, 28, 28))).float(), 2


def slopes_and_images(rng):
    X, size = images(rng)
    return torch.tensor(rng.normal(size=(4, 6, 14, 14))).float(), X, size, size


def place_by_place(X, size):
    h, w = size
    Y = torch.zeros(X.shape[0] - h + 1, X.shape[1] - w + 1)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = X[i : i + h, j : j + w].max()
    return Y


def window_by_window(X, size):
    N, C, H, W = X.shape
    Y = torch.zeros(N, C, H // size, W // size)
    for n, c, i, j in torch.cartesian_prod(*map(torch.arange, Y.shape)).tolist():
        top, left = i * size, j * size
        Y[n, c, i, j] = X[n, c, top : top + size, left : left + size].max()
    return Y


def winner_by_winner(dY, X, size, stride):
    dX = torch.zeros_like(X)
    for n, c, i, j in torch.cartesian_prod(*map(torch.arange, dY.shape)).tolist():
        top, left = i * stride, j * stride
        place = int(X[n, c, top : top + size, left : left + size].argmax())
        dX[n, c, top + place // size, left + place % size] += dY[n, c, i, j]
    return dX


def graph(dY, X, size, stride):
    """Return what torch's way back needs; building it is the way forward."""
    leaf = X.clone().requires_grad_()
    return F.max_pool2d(leaf, size, stride), leaf, dY


def back(Y, leaf, dY):
    return torch.autograd.grad(Y, leaf, dY, retain_graph=True)[0]


LADDERS = (
    Ladder(
        "pool2d",
        "an image of 64 × 64, a window of 3 × 3",
        image,
        place_by_place,
        lambda X, size: F.max_pool2d(X[None, None], size, 1)[0, 0],
    ),
    Ladder(
        "pool2d_nchw",
        "4 images of 6 × 28 × 28, a window of 2 × 2",
        images,
        window_by_window,
        F.max_pool2d,
    ),
    Ladder(
        "maxpool2d_backward",
        "4 images of 6 × 28 × 28, a window of 2 × 2, back",
        slopes_and_images,
        winner_by_winner,
        back,
        torch_given=graph,
    ),
)
