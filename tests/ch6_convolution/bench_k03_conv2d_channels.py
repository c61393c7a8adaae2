"""The ladders of convolution with channels: forward, by one pixel, and back."""

import torch
from torch.nn import functional as F

from dojo.grading import Ladder

ONE = (1, 1)


def images(rng, kernel=3):
    X, W = rng.normal(size=(4, 3, 16, 16)), rng.normal(size=(8, 3, kernel, kernel))
    b = rng.normal(size=8)
    return tuple(torch.tensor(array).float() for array in (X, W, b))


def images_to_pad(rng):
    return *images(rng), ONE, ONE


def images_to_mix(rng):
    return images(rng, kernel=1)


def slopes_and_images(rng):
    X, W, _ = images(rng)
    return torch.tensor(rng.normal(size=(4, 8, 16, 16))).float(), X, W, ONE, ONE


def places(size):
    """Yield each image, output channel, row and column."""
    yield from torch.cartesian_prod(*map(torch.arange, size)).tolist()


def place_by_place(X, W, b, stride=ONE, padding=(0, 0)):
    (kh, kw), (ph, pw) = W.shape[2:], padding
    X = F.pad(X, (pw, pw, ph, ph))
    Y = torch.zeros(len(X), len(W), X.shape[2] - kh + 1, X.shape[3] - kw + 1)
    for n, o, i, j in places(Y.shape):
        Y[n, o, i, j] = (X[n, :, i : i + kh, j : j + kw] * W[o]).sum() + b[o]
    return Y


def slope_by_slope(dY, X, W, stride, padding):
    (kh, kw), (ph, pw) = W.shape[2:], padding
    padded = F.pad(X, (pw, pw, ph, ph))
    dX, dW, db = torch.zeros_like(padded), torch.zeros_like(W), torch.zeros(len(W))
    for n, o, i, j in places(dY.shape):
        slope = dY[n, o, i, j]
        dX[n, :, i : i + kh, j : j + kw] += slope * W[o]
        dW[o] += slope * padded[n, :, i : i + kh, j : j + kw]
        db[o] += slope
    return dX[:, :, ph:-ph, pw:-pw], dW, db


def graph(dY, X, W, stride, padding):
    """Return what torch's way back needs; building it is the way forward."""
    leaves = [X.clone(), W.clone(), torch.zeros(len(W))]
    for leaf in leaves:
        leaf.requires_grad_()
    return F.conv2d(*leaves, stride, padding), leaves, dY


def back(Y, leaves, dY):
    return torch.autograd.grad(Y, leaves, dY, retain_graph=True)


LADDERS = (
    Ladder(
        "conv2d",
        "4 images of 3 × 16 × 16, 8 kernels of 3 × 3",
        images_to_pad,
        place_by_place,
        F.conv2d,
    ),
    Ladder(
        "conv1x1",
        "4 images of 3 × 16 × 16, 8 kernels of 1 × 1",
        images_to_mix,
        place_by_place,
        F.conv2d,
    ),
    Ladder(
        "conv2d_backward",
        "4 images of 3 × 16 × 16, 8 kernels of 3 × 3, back",
        slopes_and_images,
        slope_by_slope,
        back,
        torch_given=graph,
    ),
)
