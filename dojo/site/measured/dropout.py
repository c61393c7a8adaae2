"""What pages and figures say of dropout: means, spreads, and its price in training."""

from __future__ import annotations

import sys
from functools import cache

import numpy as np

from dojo.data import digits
from dojo.site.measured.kept import Arrays, kept
from solutions.ch1_foundations import k01_activations, k04_inverted_dropout
from solutions.ch1_foundations import k07_weight_init as init
from solutions.ch1_foundations.k01_activations import relu
from solutions.ch1_foundations.k04_inverted_dropout import (
    dropout_backward,
    dropout_forward,
    dropout_mask,
)
from solutions.ch1_foundations.k07_weight_init import init_params

KEEPS = (1.0, 0.8, 0.5, 0.2)
WIDTH, STEPS, BATCH, RATE = 64, 600, 64, 0.1


@cache
def million_ones(keep_prob: float) -> tuple[float, float, float]:
    """Return the mean of a mask of a million, and mean and spread of ones under it."""
    ones, shape = np.ones((1000, 1000)), (1000, 1000)
    dropped, _ = dropout_forward(ones, keep_prob, np.random.default_rng(0))
    mask = dropout_mask(shape, keep_prob, np.random.default_rng(0))
    return float(mask.mean()), float(dropped.mean()), float(dropped.std())


def ten_layers(keep_prob: float) -> tuple[list[float], list[float]]:
    """Return the means of ones after 0 to 10 masks, divided each time and never."""
    rng, A = np.random.default_rng(0), np.ones((200, 1000))
    never, means = np.ones_like(A), ([1.0], [1.0])
    for _ in range(10):
        A, mask = dropout_forward(A, keep_prob, rng)
        if mask is None:
            raise AssertionError("dropout draws a mask while training")
        never = never * mask
        means[0].append(float(A.mean()))
        means[1].append(float(never.mean()))
    return means


def values() -> dict[str, float | str]:
    """Return what pages say of dropout."""
    mask, mean, std = million_ones(0.8)
    sources = [k01_activations, k04_inverted_dropout, init, sys.modules[__name__]]
    arrays = kept("dropout", sources, _price)
    numbers: dict[str, float | str] = {
        "mask.mean": mask,
        "mean": mean,
        "std": std,
        "std_of_half": million_ones(0.5)[2],
        "ten_layers": ten_layers(0.8)[0][-1],
        "steps": STEPS,
    }
    return numbers | {f"loss{keep}": float(arrays[str(keep)]) for keep in KEEPS}


def _price() -> Arrays:
    """Return the full network's loss on the training digits after equal training."""
    data = digits()
    X = data.train_images.reshape(len(data.train_images), -1).T / 255  # (784, m)
    return {str(k): np.array(_loss_after(k, X, data.train_labels)) for k in KEEPS}


def _loss_after(keep_prob: float, X: np.ndarray, labels: np.ndarray) -> float:
    rng = np.random.default_rng(0)
    params = init_params([len(X), WIDTH, 10], "relu", rng)
    for _ in range(STEPS):
        at = rng.integers(len(labels), size=BATCH)
        for name, grad in _gradients(params, X[:, at], labels[at], keep_prob, rng):
            params[name] -= RATE * grad
    Z = params["W2"] @ relu(params["W1"] @ X + params["b1"]) + params["b2"]
    P = _softmax(Z)
    return float(-np.log(P[labels, np.arange(len(labels))]).mean())


def _gradients(
    params: dict[str, np.ndarray],
    X: np.ndarray,
    labels: np.ndarray,
    keep_prob: float,
    rng: np.random.Generator,
) -> list[tuple[str, np.ndarray]]:
    m = len(labels)
    A1 = relu(params["W1"] @ X + params["b1"])
    A, mask = dropout_forward(A1, keep_prob, rng)
    if mask is None:
        raise AssertionError("dropout draws a mask while training")
    P = _softmax(params["W2"] @ A + params["b2"])
    dZ2 = (P - np.eye(10)[:, labels]) / m  # (10, m)
    dZ1 = dropout_backward(params["W2"].T @ dZ2, mask, keep_prob) * (A1 > 0)
    return [
        ("W2", dZ2 @ A.T),
        ("b2", dZ2.sum(axis=1, keepdims=True)),
        ("W1", dZ1 @ X.T),
        ("b1", dZ1.sum(axis=1, keepdims=True)),
    ]


def _softmax(Z: np.ndarray) -> np.ndarray:
    P: np.ndarray = np.exp(Z - Z.max(axis=0))
    P /= P.sum(axis=0)
    return P
