"""Training loop: the loss falls, in a net that is not trained as it should be.

A colleague's loop has run for months. Learning is jerky, dropout seems to do nothing,
and the memory fills a little more with each batch, until a long epoch ends in an error.

Level: 3 of 5
Minutes: 30
Needs: train-and-evaluate
Hunts: train-and-evaluate
Only: train_one_epoch
"""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn

__all__ = ["train_one_epoch"]

Batches = Iterable[tuple[Tensor, Tensor]]


def train_one_epoch(
    model: nn.Module,
    loader: Batches,
    criterion: Callable[[Tensor, Tensor], Tensor],
    optimizer: Any,
    device: str | torch.device = "cpu",
) -> dict[str, float]:
    """Train a classifier for one epoch, in place, and return how it did on the way.

    Each batch is one step of the optimizer along the gradient of that batch's loss and
    of no other, also if gradients are there on arrival. Every submodule trains in
    training mode, whatever mode it arrives in.

    Parameters
    ----------
    model : nn.Module
        From a batch X to scores (n, C). It is on the device; what is frozen in it,
        requires_grad=False, stays as it is.
    loader : iterable of pairs (X, y)
        Batches of samples and labels, y of shape (n,) with integers from 0 to C - 1,
        on any device. The last one may be short. It is gone through once and is used
        for nothing else: it may have no length and no `.dataset`, and samples of the
        data set may be missing in it.
    criterion : callable
        Takes scores and labels and returns the mean loss of the batch, a tensor without
        axes.
    optimizer : object
        With the methods `zero_grad()` and `step()`.
    device : str or torch.device
        Where batches are moved before they are used.

    Returns
    -------
    dict of float
        "loss", the mean loss over the samples that were seen (not over the batches: the
        last may be short), and "accuracy", the share of them whose largest score is
        that of their label. Both are of the scores that the steps were made from, in
        training mode. Python floats; no graph of an earlier batch is kept alive.
    """
    total, hits, count = 0.0, 0, 0
    for X, y in loader:
        X, y = X.to(device), y.to(device)
        scores = model(X)  # (n, C)
        loss = criterion(scores, y)
        loss.backward()
        optimizer.step()
        total += loss * len(y)
        hits += int((scores.argmax(1) == y).sum())
        count += len(y)
    return {"loss": total / count, "accuracy": hits / count}
