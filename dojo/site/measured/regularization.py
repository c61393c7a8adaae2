"""What pages and figures say of L2 regularization: polynomials, and two weights."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from solutions.ch1_foundations.k03_l2_regularization import (
    add_l2_grads,
    frobenius_sq,
    l2_cost,
    l2_step,
)

DEGREE, POINTS, NOISE, SEED = 9, 10, 0.25, 2
STRENGTHS = (0.0, 0.01, 10.0)
CURVATURE, CENTER = np.array([[0.2, 2.0]]), np.array([[3.0, 2.0]])  # of a toy loss


@dataclass(frozen=True)
class Fit:
    """A polynomial at the minimum of its penalized cost, and how far it is off."""

    params: dict[str, np.ndarray]
    size: float  # the squared norm of its weights
    penalty: float
    off_points: float  # mean squared distance from the points it was fitted to
    off_truth: float  # and from the curve that they were drawn from

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return the values at places of shape (n,)."""
        values: np.ndarray = (self.params["W1"] @ powers(x) + self.params["b1"])[0]
        return values


def powers(x: np.ndarray) -> np.ndarray:
    """Return x, x² and so on, a row each: inputs of shape (DEGREE, n)."""
    return x ** np.arange(1, DEGREE + 1)[:, None]


def truth(x: np.ndarray) -> np.ndarray:
    """Return the curve that the points were drawn from."""
    values: np.ndarray = np.sin(np.pi * x)
    return values


def points() -> tuple[np.ndarray, np.ndarray]:
    """Return places and noisy values."""
    x = np.linspace(-1, 1, POINTS)
    return x, truth(x) + NOISE * np.random.default_rng(SEED).standard_normal(POINTS)


@cache
def fitted(lam: float) -> Fit:
    """Return the polynomial of least cost, 1/(2m) times the squares, with the penalty.

    Raises
    ------
    RuntimeError
        If the reference's gradient is not zero there.
    """
    x, y = points()
    X = powers(x)
    middle = X.mean(axis=1, keepdims=True)  # the bias is free: it takes up the means
    rows = np.vstack([(X - middle).T, np.sqrt(lam) * np.eye(DEGREE)])
    sides = np.concatenate([y - y.mean(), np.zeros(DEGREE)])
    W1 = np.linalg.lstsq(rows, sides, rcond=None)[0][None]  # (1, DEGREE)
    params = {"W1": W1, "b1": y.mean() - W1 @ middle}
    error = W1 @ X + params["b1"] - y
    loss_grads = {"dW1": error @ X.T / POINTS, "db1": error.mean(axis=1, keepdims=True)}
    slopes = add_l2_grads(loss_grads, params, lam, POINTS)
    if max(float(np.abs(slope).max()) for slope in slopes.values()) > 1e-8:
        raise RuntimeError(f"the gradient at the minimum is not zero: {slopes}")
    fine = np.linspace(-1, 1, 1001)
    off = float(np.mean((W1 @ powers(fine) + params["b1"] - truth(fine)) ** 2))
    size, penalty = frobenius_sq(W1), l2_cost(params, lam, POINTS)
    return Fit(params, size, penalty, float(np.mean(error**2)), off)


def shrunk(strengths: np.ndarray) -> np.ndarray:
    """Return the minima of a quadratic loss with penalties, of shape (n, 2).

    Each is where steps of the reference come to rest; m is 1.
    """
    rests = []
    for lam in strengths:
        params, lr = {"W1": CENTER.copy()}, 1 / (CURVATURE.max() + lam)
        for _ in range(400):
            grads = {"dW1": CURVATURE * (params["W1"] - CENTER)}
            params = l2_step(params, grads, float(lr), float(lam), 1)
        rests.append(params["W1"][0])
    return np.array(rests)


def values() -> dict[str, float | str]:
    """Return what pages say of L2 regularization."""
    numbers: dict[str, float | str] = {}
    for lam in STRENGTHS:
        fit = fitted(lam)
        numbers |= {
            f"size{lam:g}": f"{fit.size:,.0f}",
            f"points{lam:g}": fit.off_points,
            f"truth{lam:g}": fit.off_truth,
        }
    return numbers
