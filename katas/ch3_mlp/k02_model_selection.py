"""Model selection: what a model is worth shows on data that it has not seen.

A model that can do more fits its training data better, whatever they are, noise
included. So part of the data is kept back: one part to choose the model by, another,
looked at once, to say what the choice is worth. Where data are few, K folds take turns.

Level: 2 of 5
Minutes: 45
Needs: linreg-closed-form
"""

import math

import torch
from torch import Tensor

__all__ = [
    "train_val_test_split",
    "k_fold_indices",
    "poly_features",
    "fit_polynomial",
    "diagnose",
]


def train_val_test_split(
    n: int,
    ratios: tuple[float, float, float],
    *,
    generator: torch.Generator | None = None,
) -> tuple[Tensor, Tensor, Tensor]:
    """Return the indices of a training, a validation and a test set, drawn at random.

    Every index from 0 to n - 1 is in exactly one of the three.

    Parameters
    ----------
    n : int
        Number of samples.
    ratios : tuple of 3 floats
        Shares of the three sets, each above 0; they add up to 1.
    generator : torch.Generator, optional
        All that determines who goes where: each way to divide the samples is as likely
        as any other. Torch's global one by default. It is drawn from, never reseeded.

    Returns
    -------
    train, val, test : Tensor of shape (size,)
        Indices, int64. Each size differs from n · ratio by at most 1.
    """
    raise NotImplementedError


def k_fold_indices(
    n: int, k: int, *, generator: torch.Generator | None = None
) -> list[tuple[Tensor, Tensor]]:
    """Return k pairs of training and validation indices; each sample validates once.

    Parameters
    ----------
    n : int
        Number of samples, which k need not divide.
    k : int
        Number of folds, from 2 to n.
    generator : torch.Generator, optional
        All that determines who is in which fold: each way to divide the samples is as
        likely as any other. Torch's global one by default. It is drawn from, never
        reseeded.

    Returns
    -------
    list of k tuples (train, val) of Tensor
        Indices, int64. `val` is a fold, and `train` is every sample that is not in it.
        The sizes of two folds differ by at most 1.
    """
    raise NotImplementedError


def poly_features(x: Tensor, degree: int) -> Tensor:
    """Return the powers of x, each over its factorial.

    Parameters
    ----------
    x : Tensor of shape (n,) or (n, 1)
        Floats.
    degree : int
        The highest power, from 0 to 30.

    Returns
    -------
    Tensor of shape (n, degree + 1)
        Column i is x^i / i!, so column 0 is 1, also where x is 0. Of x's dtype.
    """
    raise NotImplementedError


def fit_polynomial(x: Tensor, y: Tensor, degree: int) -> Tensor:
    """Return the coefficients for which the polynomial fits y best.

    The polynomial is `poly_features(x, degree) @ coefficients`; its sum of squared
    errors is the least that there is. `torch.linalg.lstsq` is allowed here.

    Parameters
    ----------
    x : Tensor of shape (n,) or (n, 1)
        Floats, more different ones than `degree`.
    y : Tensor of shape (n,)
        What to fit, of x's dtype.
    degree : int
        From 0 to 19. Features of high degrees are nearly dependent: in float64 one of
        degree 12 must still fit at least as well as one of degree 3, and one of degree
        19 at least as well as a straight line.

    Returns
    -------
    Tensor of shape (degree + 1,)
        The constant first. Of x's dtype.
    """
    raise NotImplementedError


def diagnose(train_loss: float, val_loss: float, target: float, gap: float) -> str:
    """Return what is wrong with a model, if anything, by its two losses.

    Parameters
    ----------
    train_loss, val_loss : float
        Mean losses on the training and the validation samples.
    target : float
        The largest training loss that is good enough.
    gap : float
        By how much the validation loss may be above the training loss.

    Returns
    -------
    str
        "underfit" if the training loss is above the target, whatever the other loss;
        else "overfit" if the validation loss is above the training loss by more than
        the gap; else "ok". What is just on a limit is within it.
    """
    raise NotImplementedError
