"""The ladders of a deep network: forward and back, a batch or sample by sample."""

from itertools import pairwise

import numpy as np
import torch
from torch.nn import functional as F

from dojo.grading import Ladder
from solutions.ch1_foundations.k12_deep_backprop import deep_backward, deep_forward

SIZES = (64, 48, 32, 1)
ACTIVATIONS = ["relu", "relu", "sigmoid"]


def network(rng):
    params = {}
    for layer, (before, after) in enumerate(pairwise(SIZES), 1):
        params[f"W{layer}"] = rng.normal(size=(after, before)) / np.sqrt(before)
        params[f"b{layer}"] = rng.normal(size=(after, 1))
    return params, rng.normal(size=(SIZES[0], 256)), ACTIVATIONS


def network_and_caches(rng):
    params, X, activations = network(rng)
    AL, caches = deep_forward(params, X, activations)
    Y = rng.integers(0, 2, size=AL.shape).astype(float)
    return AL, Y, params, caches, activations


def forward_by_samples(params, X, activations):
    outputs = [
        deep_forward(params, X[:, [i]], activations)[0] for i in range(X.shape[1])
    ]
    return np.hstack(outputs)


def back_by_samples(AL, Y, params, caches, activations):
    m = Y.shape[1]
    total = {f"d{name}": np.zeros_like(value) for name, value in params.items()}
    for i in range(m):
        own = [(A[:, [i]], Z[:, [i]]) for A, Z in caches]
        slopes = deep_backward(AL[:, [i]], Y[:, [i]], params, own, activations)
        for name, slope in slopes.items():
            total[name] += slope / m
    return total


def torch_logits(params, X):
    A = X
    for layer in range(1, len(SIZES)):
        Z = params[f"W{layer}"] @ A + params[f"b{layer}"]
        A = torch.relu(Z)
    return Z


def torch_forward(params, X, activations):
    return torch.sigmoid(torch_logits(params, X))


def graph(AL, Y, params, caches, activations):
    """Return what torch's way back needs; building it is the way forward."""
    leaves = {n: torch.tensor(v, requires_grad=True) for n, v in params.items()}
    logits = torch_logits(leaves, torch.tensor(caches[0][0]))
    loss = F.binary_cross_entropy_with_logits(logits, torch.tensor(Y))
    return loss, leaves


def back(loss, leaves):
    found = torch.autograd.grad(loss, list(leaves.values()), retain_graph=True)
    return {f"d{name}": slope for name, slope in zip(leaves, found, strict=True)}


LADDERS = (
    Ladder(
        "deep_forward",
        "256 samples, layers of 64, 48, 32 and 1",
        network,
        forward_by_samples,
        torch_forward,
        answer=lambda kata, *given: kata.deep_forward(*given)[0],
    ),
    Ladder(
        "deep_backward",
        "256 samples, layers of 64, 48, 32 and 1",
        network_and_caches,
        back_by_samples,
        back,
        torch_given=graph,
    ),
)
