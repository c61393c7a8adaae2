"""Train and evaluate: one loop that changes the net, and one that only looks at it.

Both go through batches, predict and compare; what sets them apart are the mode of the
net, the graph, and the step. A slip in either rarely crashes. It reports a mean that is
not the mean, judges a net with dropout on, or lets the memory fill until an hour later.

Level: 3 of 5
Minutes: 45
Needs: lenet, optimizers
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

__all__ = ["train_one_epoch", "evaluate", "run"]

Batches = Iterable[tuple[Tensor, Tensor]]


@dataclass
class TrainConfig:
    """What is chosen before training; it is given, there is nothing to write here."""

    batch_size: int = 16
    lr: float = 1e-4
    max_epochs: int = 100
    seed: int = 0


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
    model.train()
    total, hits, count = 0.0, 0, 0
    for X, y in loader:
        X, y = X.to(device), y.to(device)
        scores = model(X)  # (n, C)
        loss = criterion(scores, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
        hits += int((scores.argmax(1) == y).sum())
        count += len(y)
    return {"loss": total / count, "accuracy": hits / count}


def evaluate(
    model: nn.Module,
    loader: Batches,
    criterion: Callable[[Tensor, Tensor], Tensor],
    device: str | torch.device = "cpu",
) -> dict[str, Any]:
    """Judge a classifier on all batches of a loader, and change nothing.

    It is judged in evaluation mode and without building a graph. Afterwards every
    submodule has the mode that it had. Parameters, buffers, gradients, requires_grad,
    torch's random state and whether autograd is on are as before.

    Parameters
    ----------
    model, loader, criterion, device
        As `train_one_epoch` takes them.

    Returns
    -------
    dict
        "loss" and "accuracy" as `train_one_epoch` defines them; "preds" and "labels",
        tensors of shape (N,), int64, on the CPU: for each sample of all batches, in the
        order of the loader, the class with the largest score, and its label.
    """
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    total, preds, labels = 0.0, [], []
    with torch.no_grad():
        for X, y in loader:
            X, y = X.to(device), y.to(device)
            scores = model(X)  # (n, C)
            total += criterion(scores, y).item() * len(y)
            preds.append(scores.argmax(1).cpu())
            labels.append(y.cpu().long())
    for module, training in modes:
        module.training = training
    found = {"preds": torch.cat(preds), "labels": torch.cat(labels)}
    hits = int((found["preds"] == found["labels"]).sum())
    count = len(found["labels"])
    return {"loss": total / count, "accuracy": hits / count, **found}


def run(
    model: nn.Module,
    train_loader: Batches,
    val_loader: Batches,
    criterion: Callable[[Tensor, Tensor], Tensor],
    optimizer: Any,
    cfg: TrainConfig,
    stopper: Any = None,
) -> list[dict[str, float]]:
    """Train for some epochs, validate after each, and return the history.

    An epoch is `train_one_epoch` on the training data, on the CPU, and then `evaluate`
    on the validation data. The weights at the end are those of the last epoch: none are
    brought back.

    Parameters
    ----------
    model, criterion, optimizer
        As `train_one_epoch` takes them.
    train_loader, val_loader : iterable of pairs (X, y)
        As `train_one_epoch` takes them. Each can be gone through again.
    cfg : TrainConfig
        Only `max_epochs`, 1 or more, is used: optimizer and loaders are ready, and the
        random state is nobody's business here.
    stopper : object, optional
        With a method `step(val_loss, state)`, as `EarlyStopping` has it. After each
        epoch it is called once, with the validation loss and `model.state_dict()`; if
        it returns True, training ends after that epoch.

    Returns
    -------
    list of dict
        For each epoch that was trained "epoch", its number, an int, and the floats
        "train_loss", "train_accuracy", "val_loss" and "val_accuracy". Each number is
        one more than the one before; with which it begins is free.
    """
    history = []
    for epoch in range(cfg.max_epochs):
        trained = train_one_epoch(model, train_loader, criterion, optimizer)
        judged = evaluate(model, val_loader, criterion)
        history.append(
            {
                "epoch": epoch,
                "train_loss": trained["loss"],
                "train_accuracy": trained["accuracy"],
                "val_loss": judged["loss"],
                "val_accuracy": judged["accuracy"],
            }
        )
        if stopper is None:
            continue
        if stopper.step(judged["loss"], model.state_dict()):
            break
    return history
