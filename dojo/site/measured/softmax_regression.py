"""Trains softmax regression on the shipped digits: once, then kept in build/."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from torch import Tensor, nn

from dojo.data import digits
from dojo.site.measured.kept import Arrays, kept
from solutions.ch2_linear import k05_softmax_regression
from solutions.ch2_linear.k05_softmax_regression import evaluate_accuracy, fit

EPOCHS, BATCH, RATE = 10, 64, 0.1


@dataclass(frozen=True)
class Run:
    """What training gave: a weight image for each class, and a row for each epoch."""

    weights: np.ndarray  # (10, 28, 28)
    history: np.ndarray  # (EPOCHS, 3): loss, training accuracy, test accuracy
    untrained: float


class _Shuffled:
    """Batches in a new order each time they are gone through."""

    def __init__(self, X: Tensor, y: Tensor, generator: torch.Generator) -> None:
        self.X, self.y, self.generator = X, y, generator

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        order = torch.randperm(len(self.y), generator=self.generator)
        return ((self.X[at], self.y[at]) for at in torch.split(order, BATCH))


@cache
def trained() -> Run:
    """Return the run from seed 0."""
    sources = [k05_softmax_regression, sys.modules[__name__]]
    arrays = kept("softmax-regression", sources, _train)
    return Run(arrays["weights"], arrays["history"], float(arrays["untrained"]))


def _train() -> Arrays:
    generator = torch.Generator().manual_seed(0)
    X, y, X_test, y_test = map(torch.from_numpy, digits())
    X, X_test = (images.flatten(1).float() / 255 for images in (X, X_test))
    net = nn.Linear(784, 10)
    net.weight.data = 0.01 * torch.randn(10, 784, generator=generator)
    net.bias.data = torch.zeros(10)
    test, loss = [(X_test, y_test)], nn.CrossEntropyLoss()
    untrained = evaluate_accuracy(net, test)
    optimizer = torch.optim.SGD(net.parameters(), RATE)
    train = _Shuffled(X, y, generator)
    history = fit(net, train, test, loss, EPOCHS, optimizer)
    weights = net.weight.detach().reshape(10, 28, 28).numpy()
    return {
        "weights": weights,
        "history": np.array(history),
        "untrained": np.array(untrained),
    }


def values() -> dict[str, float | str]:
    """Return what pages say of the run."""
    run = trained()
    (first, *_), (loss, train, test) = run.history[0].tolist(), run.history[-1].tolist()
    return {
        "epochs": EPOCHS,
        "batch": BATCH,
        "untrained": run.untrained,
        "first.loss": first,
        "first.share": float(run.history[0, 2]),
        "loss": loss,
        "train": train,
        "test": test,
    }
