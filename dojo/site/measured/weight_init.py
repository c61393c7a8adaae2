"""What pages and figures say of initial weights: the signal through fifty layers."""

from __future__ import annotations

import sys
from functools import cache

import numpy as np
import torch

from dojo.site.measured.kept import Arrays, kept
from solutions.ch1_foundations import k01_activations, k07_weight_init
from solutions.ch1_foundations.k01_activations import relu
from solutions.ch1_foundations.k07_weight_init import propagate_std

WIDE, SAMPLES, DEPTH = 256, 200, 50
SEEDS = 10
LAYERS = (1, 2, 10, DEPTH)  # of the table
ROWS = (("relu", 0.5), ("relu", 1), ("relu", 2), ("relu", 4), ("tanh", 1),
        ("identity", 1))  # fmt: skip


@cache
def spread(activation: str, gain: float, seed: int = 0) -> list[float]:
    """Return the standard deviation of each layer's z; its weights have gain/n."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((WIDE, SAMPLES))
    return propagate_std(x, DEPTH, lambda n: float(np.sqrt(gain / n)), activation, rng)


def values() -> dict[str, float | str]:
    """Return what pages say of initial weights."""
    numbers: dict[str, float | str] = {
        f"{activation}{gain:g}.layer{layer}": spread(activation, gain)[layer - 1]
        for activation, gain in ROWS
        for layer in LAYERS
    }
    numbers["unscaled"] = spread("relu", WIDE)[-1]
    sources = [k01_activations, k07_weight_init, sys.modules[__name__]]
    for name, last in kept("fifty-layers", sources, _last_layers).items():
        numbers |= {
            f"{name}.least": float(last.min()),
            f"{name}.median": float(np.median(last)),
            f"{name}.greatest": float(last.max()),
        }
    return numbers | _units()


def _last_layers() -> Arrays:
    """Return layer 50 over the seeds, for each activation with the gain that fits."""
    return {
        name: np.array([spread(name, gain, seed)[-1] for seed in range(SEEDS)])
        for name, gain in (("relu", 2), ("tanh", 1), ("identity", 1))
    }


def _units() -> dict[str, float | str]:
    """Return the variance of a sum of four, ReLU's mean square, torch's default."""
    rng = np.random.default_rng(0)
    W, x = rng.standard_normal((100_000, 4)) / 2, rng.standard_normal((100_000, 4))
    z = np.random.default_rng(0).standard_normal(1_000_000)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        layer = torch.nn.Linear(784, 256)
    return {
        "sum_of_four.variance": float((W * x).sum(axis=1).var()),
        "relu.mean_square": float(np.square(relu(z)).mean()),
        "torch.variance": 784 * float(layer.weight.detach().var()),
    }
