"""Validation: the scores are splendid, and the net is not.

A colleague's validation scores are splendid, and do not agree with what the net does
afterwards on new data.

Level: 3 of 5
Minutes: 35
Needs: train-and-evaluate, classification-report
Hunts: train-and-evaluate, classification-report
Only: evaluate, run, classification_report
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

__all__ = [
    "train_one_epoch",
    "evaluate",
    "run",
    "confusion_matrix",
    "precision_recall_f1",
    "classification_report",
]

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
    total, preds, labels = 0.0, [], []
    with torch.no_grad():
        for X, y in loader:
            X, y = X.to(device), y.to(device)
            scores = model(X)  # (n, C)
            total += criterion(scores, y).item() * len(y)
            preds = [scores.argmax(1).cpu()]
            labels = [y.cpu().long()]
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
        judged = evaluate(model, train_loader, criterion)
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


def confusion_matrix(
    y_true: Sequence[int] | Tensor, y_pred: Sequence[int] | Tensor, num_classes: int
) -> Tensor:
    """Return how often each class was taken for which.

    Parameters
    ----------
    y_true, y_pred : list of int or Tensor of shape (N,)
        The true classes and the predicted ones, from 0 to C - 1. Tensors have any dtype
        of integers, also one byte wide; the two may be of different kinds.
    num_classes : int
        C, the number of classes. Some of them need not occur.

    Returns
    -------
    Tensor of shape (C, C), int64
        Entry [i, j] counts the samples of class i that were taken for class j: a row
        for each true class, a column for each predicted one.
    """
    true, pred = (torch.as_tensor(y).long() for y in (y_true, y_pred))
    counts = torch.bincount(pred * num_classes + true, minlength=num_classes**2)
    return counts.reshape(num_classes, num_classes)


def precision_recall_f1(
    cm: Tensor, zero_division: float = 0.0
) -> tuple[Tensor, Tensor, Tensor]:
    """Return precision, recall and F1 score of each class.

    With the hits tp, the false alarms fp and the misses fn of a class, its precision is
    tp / (tp + fp), its recall tp / (tp + fn), and its F1 score 2tp / (2tp + fp + fn).

    Parameters
    ----------
    cm : Tensor of shape (C, C)
        A confusion matrix, a row for each true class, integers or floats (which may be
        shares of samples). Not changed.
    zero_division : float
        What stands where a fraction is 0 / 0, and nowhere else: the precision of a
        class that was never predicted, the recall of one that never occurred, the F1
        score of one that did neither.

    Returns
    -------
    tuple of three Tensors of shape (C,)
        Floats, of cm's dtype if that is one of floats.

    References
    ----------
    van Rijsbergen (1979), "Information Retrieval", chapter 7: the F measure.
    """
    hits, predicted, true = cm.diagonal(), cm.sum(0), cm.sum(1)
    precision = _ratio(hits, predicted, zero_division)
    recall = _ratio(hits, true, zero_division)
    f1 = _ratio(2 * hits, predicted + true, zero_division)
    return precision, recall, f1


def _ratio(top: Tensor, bottom: Tensor, zero_division: float) -> Tensor:
    return torch.where(bottom == 0, zero_division, top / bottom)


def classification_report(
    y_true: Sequence[int] | Tensor,
    y_pred: Sequence[int] | Tensor,
    target_names: list[str],
) -> dict[str, Any]:
    """Return the scores of all classes and their averages, in scikit-learn's layout.

    Parameters
    ----------
    y_true, y_pred : list of int or Tensor of shape (N,)
        As `confusion_matrix` takes them; N is at least 1.
    target_names : list of str
        The names of all C classes, in the order of their numbers.

    Returns
    -------
    dict
        For each class its name, and below it a dict with "precision", "recall",
        "f1-score" and "support", the number of samples that are of this class. What is
        0 / 0 counts as 0.

        "accuracy" is the share of right predictions. "macro avg" and "weighted avg" are
        dicts with the keys of a class: the mean of the scores over all C classes, also
        those that never occur, and their mean weighted by the support. The support of
        both is N.

        Scores and the accuracy are Python floats, supports are Python numbers.
    """
    cm = confusion_matrix(y_true, y_pred, len(target_names)).double()
    scores, support = torch.stack(precision_recall_f1(cm)), cm.sum(1)  # (3, C), (C,)
    N = support.sum()
    report: dict[str, Any] = {
        name: _entry(scores[:, k], support[k]) for k, name in enumerate(target_names)
    }
    report["accuracy"] = (cm.trace() / N).item()
    report["macro avg"] = _entry(scores @ support / N, N)
    report["weighted avg"] = _entry(scores @ support / N, N)
    return report


def _entry(scores: Tensor, support: Tensor) -> dict[str, float]:
    precision, recall, f1 = scores.tolist()
    return {
        "precision": precision,
        "recall": recall,
        "f1-score": f1,
        "support": int(support),
    }
