"""Tabular pipeline: columns with gaps and words become numbers that a network takes.

Each number is brought to one scale, each word gets a column of its own, and what is
missing says so. Whatever is worked out for that comes from the training rows alone:
test rows that had a say in it would make the score too good. Prices are judged by their
logarithms, so that a tenth too much costs the same for a hut and for a palace.

Level: 3 of 5
Minutes: 50
Needs: model-selection
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn

__all__ = ["impute_and_standardize", "one_hot_columns", "log_rmse", "k_fold_score"]

MISSING = "NA"  # also the name of the column


def impute_and_standardize(train: Tensor, test: Tensor) -> tuple[Tensor, Tensor]:
    """Return both tables with every column centered and scaled, and no gaps.

    Mean and standard deviation of a column are those of its observed training values,
    and serve both tables: the test rows have no part in them.

    Parameters
    ----------
    train : Tensor of shape (n, D)
        Floats; NaN where a value is missing. Each column has an observed value.
    test : Tensor of shape (m, D)
        Of train's dtype, with NaN likewise.

    Returns
    -------
    train, test : Tensor of shape (n, D), Tensor of shape (m, D)
        (value - mean) / standard deviation, in train's dtype, for columns of any scale.
        The deviation is that of the population: the root of the mean square, n and not
        n - 1. A NaN becomes 0, which is what the mean becomes. A column whose observed
        training values are all equal is centered and not divided by anything.
    """
    missing = train.isnan()
    mean = train.nanmean(dim=0)
    std = (train - mean).square().nanmean(dim=0).sqrt()
    lowest = train.masked_fill(missing, torch.inf).amin(dim=0)
    highest = train.masked_fill(missing, -torch.inf).amax(dim=0)
    # Rounding gives equal values a deviation, too, so the values are compared.
    std = torch.where(lowest < highest, std, 1.0)
    train, test = ((table - mean) / std for table in (train, test))
    return train.masked_fill(train.isnan(), 0.0), test.masked_fill(test.isnan(), 0.0)


def one_hot_columns(
    train_col: list[str], test_col: list[str]
) -> tuple[Tensor, Tensor, list[str]]:
    """Return a column of words as columns of zeros and ones, one for each category.

    Parameters
    ----------
    train_col, test_col : list of str
        Each any length from 1. "NA" and "" say that the word is missing; no other word
        does.

    Returns
    -------
    train, test : Tensor of shape (n, C + 1), Tensor of shape (m, C + 1)
        Floats. Each row has a single 1: in the column of its category, or in the last
        column, NA, if the word is missing or does not occur in `train_col`.
    names : list of C + 1 str
        The categories of `train_col`, sorted as Python sorts strings, then "NA"; the
        names of the columns.
    """
    names = [*sorted(set(train_col) - {MISSING, ""}), MISSING]
    place = {name: i for i, name in enumerate(names)}
    eye = torch.eye(len(names))
    train, test = (
        eye[[place.get(word, len(names) - 1) for word in column]]
        for column in (train_col, test_col)
    )
    return train, test, names


def log_rmse(preds: Tensor, labels: Tensor) -> float:
    """Return the root of the mean squared difference of the logarithms.

    Parameters
    ----------
    preds : Tensor of shape (N,) or (N, 1)
        Floats. What is below 1 counts as 1, so that it has a logarithm.
    labels : Tensor of shape (N,) or (N, 1)
        Floats above 0, as they are; their shape need not be that of `preds`.

    Returns
    -------
    float
        A Python float.
    """
    error = preds.clamp(min=1).log() - labels.reshape(preds.shape).log()
    return error.square().mean().sqrt().item()


def k_fold_score(
    make_net: Callable[[], nn.Module],
    X: Tensor,
    y: Tensor,
    k: int,
    train_fn: Callable[..., tuple[float, float]],
) -> tuple[float, float]:
    """Return the mean training score and the mean validation score of k folds.

    Parameters
    ----------
    make_net : callable
        Takes nothing, returns a new net. It is called once for each fold, and each fold
        trains the net of its own.
    X : Tensor of shape (n, D)
        Features.
    y : Tensor of shape (n,) or (n, 1)
        Labels; row i belongs to row i of X.
    k : int
        Number of folds, from 2 to n, which k need not divide.
    train_fn : callable
        `train_fn(net, X_train, y_train, X_val, y_val)`, called once for each fold, with
        these five by position; returns (train_score, val_score). Every sample is in
        X_val of exactly one fold, and in X_train of all the others; how they are
        divided is free.

    Returns
    -------
    train_score, val_score : float
        Means over the folds, each fold counting the same whatever its size.
    """
    folds = torch.arange(len(X)).tensor_split(k)
    train_total, val_total = 0.0, 0.0
    for i, val in enumerate(folds):
        train = torch.cat([*folds[:i], *folds[i + 1 :]])
        scores = train_fn(make_net(), X[train], y[train], X[val], y[val])
        train_total += scores[0]
        val_total += scores[1]
    return train_total / k, val_total / k
