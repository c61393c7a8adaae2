"""What pages and figures say of early stopping: a network that learns false labels."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cache

import numpy as np

from dojo.data import digits
from dojo.site.measured.kept import Arrays, kept
from solutions.ch1_foundations import (
    k06_early_stopping,
    k11_two_layer_backprop,
)
from solutions.ch1_foundations.k06_early_stopping import (
    EarlyStopping,
    best_epoch,
    frobenius_norm_sq,
)
from solutions.ch1_foundations.k11_two_layer_backprop import (
    bce_cost_from_logits,
    two_layer_backward,
)

Params = dict[str, np.ndarray]

ZERO, ONE = 3, 5  # the digits that are told apart
TRAIN, FALSE = 60, 0.2  # training images, and the share of labels that are turned
HIDDEN, BATCH, RATE, EPOCHS, PATIENCE = 30, 6, 0.1, 60, 8
SMALL, LARGE = 0.01, 1.0  # standard deviations of the first weights


@dataclass(frozen=True)
class Run:
    """The losses of each epoch, and the squared weights before it and at the end."""

    train: list[float]
    val: list[float]
    squares: list[float]

    @property
    def best(self) -> int:
        """The epoch of the smallest validation loss."""
        return best_epoch(self.val)

    @property
    def first_rise(self) -> int:
        """The first epoch whose validation loss is above that of the one before."""
        return int(np.argmax(np.diff(self.val) > 0)) + 1

    def stop(self, patience: int) -> tuple[int, int]:
        """Return after which epoch training stops, and which is the best until then."""
        stopping = EarlyStopping(patience)
        for epoch, loss in enumerate(self.val):
            if stopping.step(loss):
                return epoch, stopping.best_epoch
        raise RuntimeError(f"{EPOCHS} epochs do not use up a patience of {patience}")


@cache
def trained(std: float) -> Run:
    """Return a run whose first weights have this standard deviation."""
    sources = [k06_early_stopping, k11_two_layer_backprop, sys.modules[__name__]]
    arrays = kept(f"early-stopping-{std:g}", sources, lambda: _train(std))
    return Run(*(arrays[name].tolist() for name in ("train", "val", "squares")))


def values() -> dict[str, float | str]:
    """Return what pages say of early stopping."""
    run, large = trained(SMALL), trained(LARGE)
    stop, kept_epoch = run.stop(PATIENCE)
    hasty, hasty_best = run.stop(1)
    lowest = int(np.argmin(large.squares))
    return {
        "train": TRAIN,
        "false": f"{FALSE:.0%}",
        "epochs": EPOCHS,
        "patience": PATIENCE,
        "best": run.best,
        "best.loss": run.val[run.best],
        "last.loss": run.val[-1],
        "last.train": run.train[-1],
        "kept": kept_epoch,
        "stop": stop,
        "hasty": hasty,
        "hasty.loss": run.val[hasty_best],
        "squares.start": run.squares[0],
        "squares.best": run.squares[run.best + 1],
        "squares.last": run.squares[-1],
        "large.start": large.squares[0],
        "large.lowest": large.squares[lowest],
        "large.at": lowest,
        "large.last": large.squares[-1],
    }


def _pair(images: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the images of two digits as columns, and which are of the second one."""
    at = np.flatnonzero((labels == ZERO) | (labels == ONE))
    X: np.ndarray = images[at].reshape(len(at), -1).T / 255
    return X, (labels[at] == ONE).astype(float)[None]


def _train(std: float) -> Arrays:
    """Return losses and squared weights of a run; some training labels are false."""
    data, rng = digits(), np.random.default_rng(0)
    X, Y = (a[:, :TRAIN] for a in _pair(data.train_images, data.train_labels))
    X_val, Y_val = _pair(data.test_images, data.test_labels)
    Y = np.where(rng.random(Y.shape) < FALSE, 1 - Y, Y)
    params = {
        "W1": std * rng.standard_normal((HIDDEN, len(X))),
        "b1": np.zeros((HIDDEN, 1)),
        "W2": std * rng.standard_normal((1, HIDDEN)),
        "b2": np.zeros((1, 1)),
    }
    train, val, squares = [], [], [frobenius_norm_sq(params)]
    for _ in range(EPOCHS):
        for at in np.split(rng.permutation(TRAIN), TRAIN // BATCH):
            params = _step(params, X[:, at], Y[:, at])
        train.append(bce_cost_from_logits(_forward(params, X)[1], Y))
        val.append(bce_cost_from_logits(_forward(params, X_val)[1], Y_val))
        squares.append(frobenius_norm_sq(params))
    return {
        "train": np.array(train),
        "val": np.array(val),
        "squares": np.array(squares),
    }


def _forward(params: Params, X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    A1 = np.tanh(params["W1"] @ X + params["b1"])
    return A1, params["W2"] @ A1 + params["b2"]


def _step(params: Params, X: np.ndarray, Y: np.ndarray) -> Params:
    A1, Z2 = _forward(params, X)
    cache = {"A1": A1, "A2": 1 / (1 + np.exp(-Z2))}
    grads = two_layer_backward(params, cache, X, Y)
    return {name: p - RATE * grads[f"d{name}"] for name, p in params.items()}
