"""A two-layer network that learns to tell two bent clouds of points apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dojo.site.measured.gradient_check import Arrays, forward
from solutions.ch1_foundations.k07_weight_init import init_params
from solutions.ch1_foundations.k09_gradient_check import gradient_check
from solutions.ch1_foundations.k11_two_layer_backprop import (
    bce_cost,
    two_layer_backward,
)

SIZES, STEPS, RATE = [2, 8, 1], 2000, 1.0
POINTS, NOISE = 60, 0.12  # in a cloud, and the spread of its points
RANGE = (-2.3, 2.3)  # of both axes
CELLS = 40  # in a row of the picture


@dataclass(frozen=True)
class Learned:
    """The points, what the network says on a grid before and after, and how well."""

    X: np.ndarray  # (2, m)
    Y: np.ndarray  # (1, m)
    range: tuple[float, float]  # of both axes
    start: np.ndarray  # (CELLS, CELLS): 1 where it says 1, the top row first
    end: np.ndarray
    before: float  # shares of points that are told right
    after: float
    checked: float  # the ratio of the gradient check at the start
    steps: int


def learned() -> Learned:
    """Return a run of gradient descent with the references' functions."""
    X, Y = _clouds(np.random.default_rng(0))
    params = init_params(SIZES, "tanh", np.random.default_rng(1))
    start, before = _says(params), _share(params, X, Y)
    grads = two_layer_backward(params, forward(params, X), X, Y)
    checked = gradient_check(
        lambda tried: bce_cost(forward(tried, X)["A2"], Y), params, grads
    )
    for _ in range(STEPS):
        grads = two_layer_backward(params, forward(params, X), X, Y)
        params = {
            name: value - RATE * grads[f"d{name}"] for name, value in params.items()
        }
    share = _share(params, X, Y)
    return Learned(
        X, Y, RANGE, start, _says(params), before, share, float(checked), STEPS
    )


def _clouds(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return two half circles that hold on to one another, and their labels."""
    t = np.linspace(0, np.pi, POINTS)
    upper = np.stack([np.cos(t) - 0.5, np.sin(t) - 0.25])
    lower = np.stack([0.5 - np.cos(t), 0.25 - np.sin(t)])
    X = 1.3 * np.concatenate([upper, lower], axis=1)
    Y = np.repeat([[1, 0]], POINTS, axis=1)
    return X + NOISE * rng.standard_normal(X.shape), Y


def _share(params: Arrays, X: np.ndarray, Y: np.ndarray) -> float:
    return float(np.mean((forward(params, X)["A2"] > 0.5) == Y))


def _says(params: Arrays) -> np.ndarray:
    """Return 1 where the network says 1, on a grid over the picture."""
    low, high = RANGE
    at = low + (high - low) * (np.arange(CELLS) + 0.5) / CELLS
    grid = np.stack([np.tile(at, CELLS), np.repeat(at[::-1], CELLS)])
    says: np.ndarray = forward(params, grid)["A2"].reshape(CELLS, CELLS) > 0.5
    return says.astype(float)
