"""Dropped units: a network that was better before it had dropout.

A colleague added dropout to a network that fitted its training set too well. It still
trains. But the same input gives another answer each time it is asked, and the answers
are worse than those of the net without dropout.

Level: 2 of 5
Minutes: 25
Needs: inverted-dropout
Hunts: inverted-dropout
"""

import numpy as np

__all__ = ["dropout_mask", "dropout_forward", "dropout_backward"]


def dropout_mask(
    shape: tuple[int, ...], keep_prob: float, rng: np.random.Generator
) -> np.ndarray:
    """Return a random mask that tells which entries stay.

    Parameters
    ----------
    shape : tuple of int
        Of any length; a size may be 0.
    keep_prob : float
        The probability to keep an entry, above 0; at most 1, which keeps all.
    rng : numpy.random.Generator
        The only source of randomness: an equal generator gives an equal mask, and the
        next call with the same one gives another.

    Returns
    -------
    ndarray of the given shape, bool
        True where an entry is kept. Each entry is drawn for itself, independently of
        all others: over the units, over the samples and over every further axis.
    """
    return rng.random(shape) > keep_prob


def dropout_forward(
    A: np.ndarray, keep_prob: float, rng: np.random.Generator, training: bool = True
) -> tuple[np.ndarray, np.ndarray | None]:
    """Return the activations after dropout, and the mask that made them.

    Parameters
    ----------
    A : ndarray of shape (n_l, m)
        Activations, one column per sample. Integers are taken as float64.
    keep_prob : float
        The probability to keep a unit, above 0; at most 1, which keeps all.
    rng : numpy.random.Generator
        The only source of randomness; each call draws a new mask from it.
    training : bool
        Whether to drop at all. If not, the values of `A` come back as they are.

    Returns
    -------
    A_dropped : ndarray of shape (n_l, m)
        Kept entries are divided by `keep_prob`, the others are 0. A float32 `A` gives
        float32.
    mask : ndarray of shape (n_l, m), bool, or None
        True where `A_dropped` keeps the entry of `A`, whatever its value: drawn for
        each unit of each sample independently. None if not `training`.

    References
    ----------
    Srivastava et al. (2014), "Dropout: a simple way to prevent neural networks from
    overfitting", JMLR 15, section 4; the division while training is in section 10.
    """
    mask = np.tile(dropout_mask((A.shape[0], 1), keep_prob, rng), A.shape[1])
    return A * mask / keep_prob, mask


def dropout_backward(dA: np.ndarray, mask: np.ndarray, keep_prob: float) -> np.ndarray:
    """Return the gradient with respect to the activations before dropout.

    Parameters
    ----------
    dA : ndarray of shape (n_l, m)
        Gradient of the loss with respect to the activations after dropout. Integers
        are taken as float64.
    mask : ndarray of shape (n_l, m), bool
        The mask of the forward pass: True where an entry was kept.
    keep_prob : float
        The probability of the forward pass, which need not be the share of True in
        `mask`.

    Returns
    -------
    ndarray of shape (n_l, m)
        A float32 `dA` gives float32.
    """
    return dA * mask
