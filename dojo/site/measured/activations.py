"""What pages say of activations and their slopes over many inputs."""

from __future__ import annotations

import numpy as np

from solutions.ch1_foundations.k01_activations import relu, sigmoid, tanh
from solutions.ch1_foundations.k02_activation_gradients import (
    dead_units,
    relu_grad,
    sigmoid_grad,
    sparsity,
    tanh_grad,
)


def activations() -> dict[str, float | str]:
    """Return the means of outputs, and how far tanh is from NumPy's."""
    z = np.random.default_rng(0).standard_normal(100_000)
    fine = np.linspace(-20, 20, 400_001)
    return {
        "sigmoid.mean": float(sigmoid(z).mean()),
        "tanh.mean": float(tanh(z).mean()),
        "tanh.error": float(np.abs(tanh(fine) - np.tanh(fine)).max()),
    }


def slopes() -> dict[str, float | str]:
    """Return the mean slopes, and how sparse and how dead ReLU's units are."""
    z = np.random.default_rng(0).standard_normal(100_000)
    Z = z.reshape(100, 1000)
    small = np.random.default_rng(0).standard_normal((5, 8))
    return {
        "sigmoid": float(sigmoid_grad(z).mean()),
        "tanh": float(tanh_grad(z).mean()),
        "relu": float(relu_grad(z).mean()),
        "sparsity": sparsity(relu(Z)),
        "dead": int(dead_units(Z).sum()),
        "small.sparsity": sparsity(relu(small)),
        "small.dead": int(dead_units(small).sum()),
    }
