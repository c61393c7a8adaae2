"""Early stopping: the best network of a run is seldom the last one.

The training loss falls for as long as it is pushed; the loss on data that were held
back falls at first, and rises once the network begins to learn noise. So keep the
weights of the best epoch so far, go on for a while in case a better one comes, and then
go back to them. The validation set decides, never the test set.

Level: 2 of 5
Minutes: 30
Needs: nothing
"""

import copy
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

__all__ = [
    "frobenius_norm_sq",
    "best_epoch",
    "EarlyStopping",
    "fit_with_early_stopping",
]


def frobenius_norm_sq(params: dict[str, np.ndarray]) -> float:
    """Return the sum of the squared entries of all weight matrices.

    Logged once an epoch, it tells how far the weights have grown.

    Parameters
    ----------
    params : dict
        "W1" of shape (n_1, n_x) and "b1" (n_1, 1) for the first layer, "W2" and "b2"
        for the second, and so on for any number of layers, in any order.

    Returns
    -------
    float
        Only the matrices W count, the biases do not.
    """
    matrices = [params[name] for name in params if name.startswith("W")]
    return float(sum(np.sum(W**2) for W in matrices))


def best_epoch(val_losses: Sequence[float]) -> int:
    """Return the number of the epoch with the smallest loss, counted from 0.

    Parameters
    ----------
    val_losses : sequence of float
        A list or a tuple with the validation loss of each epoch. Some may be NaN or
        infinite, but not all.

    Returns
    -------
    int
        Of several equal ones the first. NaN is never the smallest.
    """
    return int(np.nanargmin(val_losses))


class EarlyStopping:
    """Watches a validation loss, keeps the best state, and tells when to stop.

    Parameters
    ----------
    patience : int
        How many steps in a row may bring no improvement, 1 or more.
    min_delta : float
        By how much a loss must be smaller than the best one to be an improvement.

    Attributes
    ----------
    best_loss : float
        The loss of the last improvement; infinite before the first.
    best_epoch : int
        The number of the step that brought it, counted from 0 over all steps. It means
        nothing before the first improvement.
    best_state : any
        A deep copy of the state that came with it; None before the first improvement.
    """

    def __init__(self, patience: int, min_delta: float = 0.0) -> None:
        self.patience = patience
        self.min_delta = min_delta
        self.best_loss = math.inf
        self.best_epoch = -1
        self.best_state: Any = None
        self.epoch = 0  # of the next step
        self.waited = 0  # steps since the last improvement

    def step(self, val_loss: float, state: Any = None) -> bool:
        """Take in the loss of an epoch, and return whether to stop now.

        Parameters
        ----------
        val_loss : float
            An improvement if it is smaller than best_loss - min_delta. NaN is none.
        state : any
            What belongs to this loss, such as a dict of arrays, which may be nested.
            On an improvement a deep copy of it is kept, so later changes to the
            original do not reach it. None if nothing is to be kept.

        Returns
        -------
        bool
            True if this and the steps before it, `patience` or more of them in a row,
            brought no improvement. It stays True with each further step that brings
            none.
        """
        if val_loss < self.best_loss - self.min_delta:
            self.best_loss, self.best_epoch = val_loss, self.epoch
            self.best_state = copy.deepcopy(state)
            self.waited = 0
        else:
            self.waited += 1
        self.epoch += 1
        return self.waited >= self.patience


def fit_with_early_stopping(
    train_step: Callable[[], Any],
    val_loss: Callable[[], float],
    get_state: Callable[[], Any],
    max_epochs: int,
    patience: int,
) -> tuple[Any, list[float]]:
    """Train until the validation loss has stopped falling, and return the best state.

    Parameters
    ----------
    train_step : callable
        Takes nothing and trains for one epoch. What it returns does not matter.
    val_loss : callable
        Takes nothing and returns the validation loss of the present weights.
    get_state : callable
        Takes nothing and returns the present weights, perhaps the very arrays that the
        next epoch will change in place.
    max_epochs : int
        How many epochs to train at most, 1 or more.
    patience : int
        As in `EarlyStopping`, with a min_delta of 0.

    Returns
    -------
    best_state : any
        A deep copy of the state of the epoch with the smallest validation loss, the
        first of equal ones; None if no loss was a number.
    val_losses : list of float
        The validation loss of each epoch that was trained, in order.

    Notes
    -----
    Each epoch calls train_step, val_loss and get_state once, in this order. Training
    ends after the epoch in which `EarlyStopping` says so, or after `max_epochs`.

    References
    ----------
    Prechelt (1998), "Early stopping, but when?", in Neural Networks: Tricks of the
    Trade, section 2.
    """
    stopping = EarlyStopping(patience)
    val_losses: list[float] = []
    for _ in range(max_epochs):
        train_step()
        val_losses.append(val_loss())
        if stopping.step(val_losses[-1], get_state()):
            break
    return stopping.best_state, val_losses
