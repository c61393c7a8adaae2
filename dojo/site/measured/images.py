"""What pages say of windows over images: float32 sums, and shifts before pooling."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from dojo.data import lenet_digits
from solutions.ch6_convolution.k01_corr2d import corr2d
from solutions.ch6_convolution.k04_pool2d import pool2d_nchw

IMAGES = 1000  # of the training digits


def correlation() -> dict[str, float | str]:
    """Return by how much a cast to float32 changes a cross-correlation."""
    generator = torch.Generator().manual_seed(0)
    X = torch.randn(30, 30, dtype=torch.float64, generator=generator)
    K = torch.randn(5, 5, dtype=torch.float64, generator=generator)
    errors = (corr2d(X.float(), K.float()) - corr2d(X, K)).abs()
    return {"cast.mean": float(errors.mean()), "cast.largest": float(errors.max())}


def pooling() -> dict[str, float | str]:
    """Return by how much a shift of one pixel changes images, and what pooling leaves.

    Each share is a mean over images: the length of the change over that of the image.
    """
    X = lenet_digits().train_images[:IMAGES].double()
    shifted = F.pad(X, (1, 0))[..., :-1]  # to the right; the border is blank
    pooled = {1: (X, shifted)} | {
        k: (pool2d_nchw(X, k), pool2d_nchw(shifted, k)) for k in (2, 4)
    }
    return {
        f"change{k}": float((_length(b - a) / _length(a)).mean())
        for k, (a, b) in pooled.items()
    }


def _length(X: torch.Tensor) -> torch.Tensor:
    """Return the length of each image, taken as a vector."""
    return X.square().sum((1, 2, 3)).sqrt()
