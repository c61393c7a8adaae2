"""Classification report: one number hides which class a net is wrong about.

The accuracy counts every sample alike, so a class with few samples hardly shows in it.
The confusion matrix keeps all that is known: how often each class was taken for which.
Precision reads a column of it and recall a row, and what is 0 / 0 has to be said.

Level: 2 of 5
Minutes: 30
Needs: nothing
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

__all__ = ["confusion_matrix", "precision_recall_f1", "classification_report"]


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
    counts = torch.bincount(true * num_classes + pred, minlength=num_classes**2)
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
    report["macro avg"] = _entry(scores.mean(1), N)
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
