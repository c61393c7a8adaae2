"""The ladder of two-layer backpropagation: a batch at once, or sample by sample."""

import numpy as np
import torch
from torch.nn import functional as F

from dojo.grading import Ladder

NAMES = ("W1", "b1", "W2", "b2")


def network(rng):
    """Return the parameters, what the forward pass left, X and Y."""
    n_x, n_1, m = 64, 48, 256
    X, Y = rng.normal(size=(n_x, m)), rng.integers(0, 2, size=(1, m)).astype(float)
    shapes = {"W1": (n_1, n_x), "b1": (n_1, 1), "W2": (1, n_1), "b2": (1, 1)}
    params = {name: rng.normal(size=shapes[name]) / 8 for name in NAMES}
    Z1 = params["W1"] @ X + params["b1"]
    A1 = np.tanh(Z1)
    A2 = 1 / (1 + np.exp(-(params["W2"] @ A1 + params["b2"])))
    return params, {"Z1": Z1, "A1": A1, "A2": A2}, X, Y


def sample_by_sample(params, cache, X, Y):
    m = X.shape[1]
    grads = {f"d{name}": np.zeros_like(params[name]) for name in NAMES}
    for i in range(m):
        x, a1, a2 = X[:, [i]], cache["A1"][:, [i]], cache["A2"][:, [i]]
        dz2 = (a2 - Y[:, [i]]) / m
        dz1 = params["W2"].T @ dz2 * (1 - a1**2)
        grads["dW2"] += dz2 @ a1.T
        grads["db2"] += dz2
        grads["dW1"] += dz1 @ x.T
        grads["db1"] += dz1
    return grads


def graph(params, cache, X, Y):
    """Return what torch's way back needs; building it is the way forward."""
    W1, b1, W2, b2 = leaves = [
        torch.tensor(params[name], requires_grad=True) for name in NAMES
    ]
    logits = W2 @ torch.tanh(W1 @ torch.tensor(X) + b1) + b2
    loss = F.binary_cross_entropy_with_logits(logits, torch.tensor(Y))
    return loss, leaves


def back(loss, leaves):
    found = torch.autograd.grad(loss, leaves, retain_graph=True)
    return {f"d{name}": slope for name, slope in zip(NAMES, found, strict=True)}


LADDERS = (
    Ladder(
        "two_layer_backward",
        "256 samples, layers of 64, 48 and 1",
        network,
        sample_by_sample,
        back,
        torch_given=graph,
    ),
)
