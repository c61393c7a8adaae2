"""The ladder of cross-correlation: one image, one channel."""

import torch
from torch.nn import functional as F

from dojo.grading import Ladder


def image_and_kernel(rng):
    X, K = rng.normal(size=(64, 64)), rng.normal(size=(5, 5))
    return torch.tensor(X).float(), torch.tensor(K).float()


def place_by_place(X, K):
    kh, kw = K.shape
    Y = torch.zeros(X.shape[0] - kh + 1, X.shape[1] - kw + 1)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i : i + kh, j : j + kw] * K).sum()
    return Y


def with_torch(X, K):
    return F.conv2d(X[None, None], K[None, None])[0, 0]


LADDERS = (
    Ladder(
        "corr2d",
        "an image of 64 × 64, a kernel of 5 × 5",
        image_and_kernel,
        place_by_place,
        with_torch,
    ),
)
