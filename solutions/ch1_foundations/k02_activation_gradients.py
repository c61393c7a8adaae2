"""Derivatives and saturation: a unit learns only where its activation has a slope.

Backpropagation multiplies by the activation's derivative. For sigmoid and tanh it can
be had from the output alone, but far from zero both are flat: they saturate. ReLU never
flattens above zero, but below zero its slope is 0, and a unit that stays there for
every sample is dead. At its bend ReLU has no derivative; a convention fills the gap.
The activations of torch, which know their derivatives, may not be called.

Level: 2 of 5
Minutes: 25
Needs: activations
"""

import numpy as np

from solutions.ch1_foundations.k01_activations import sigmoid, tanh

__all__ = [
    "sigmoid_grad",
    "sigmoid_grad_from_output",
    "tanh_grad",
    "tanh_grad_from_output",
    "relu_grad",
    "leaky_relu_grad",
    "sparsity",
    "dead_units",
]


def sigmoid_grad(z: np.ndarray) -> np.ndarray:
    """Return the derivative of sigmoid at z, entry by entry.

    Parameters
    ----------
    z : ndarray of any shape
        Inputs of sigmoid. Values up to 1000 in size must not overflow.

    Returns
    -------
    ndarray of z's shape
        Between 0 and 1/4. A float32 input gives float32, integers give float64, NaN
        gives NaN.
    """
    return sigmoid_grad_from_output(sigmoid(z))


def sigmoid_grad_from_output(a: np.ndarray) -> np.ndarray:
    """Return the derivative of sigmoid where its output is a, entry by entry.

    Parameters
    ----------
    a : ndarray of any shape
        Outputs of sigmoid: floats from 0 to 1.

    Returns
    -------
    ndarray of a's shape and dtype
        Between 0 and 1/4. NaN gives NaN.
    """
    return a * (1.0 - a)


def tanh_grad(z: np.ndarray) -> np.ndarray:
    """Return the derivative of tanh at z, entry by entry.

    Parameters
    ----------
    z : ndarray of any shape
        Inputs of tanh. Values up to 1000 in size must not overflow.

    Returns
    -------
    ndarray of z's shape
        Between 0 and 1. A float32 input gives float32, integers give float64, NaN gives
        NaN.
    """
    return tanh_grad_from_output(tanh(z))


def tanh_grad_from_output(a: np.ndarray) -> np.ndarray:
    """Return the derivative of tanh where its output is a, entry by entry.

    Parameters
    ----------
    a : ndarray of any shape
        Outputs of tanh: floats from -1 to 1.

    Returns
    -------
    ndarray of a's shape and dtype
        Between 0 and 1. NaN gives NaN.
    """
    return 1.0 - a**2


def relu_grad(z: np.ndarray, at_zero: float = 0.0) -> np.ndarray:
    """Return the slope of ReLU at z: 1 above zero, 0 below, `at_zero` at zero.

    Parameters
    ----------
    z : ndarray of any shape
        Inputs of ReLU.
    at_zero : float
        The slope to report where z is 0, any number. By default 0, as torch has it.

    Returns
    -------
    ndarray of z's shape
        Floats, never bool. A float32 input gives float32, integers give float64.
    """
    return leaky_relu_grad(z, negative_slope=0.0, at_zero=at_zero)


def leaky_relu_grad(
    z: np.ndarray, negative_slope: float = 0.01, at_zero: float | None = None
) -> np.ndarray:
    """Return the slope of Leaky ReLU: 1 above zero, `negative_slope` below.

    Parameters
    ----------
    z : ndarray of any shape
        Inputs of Leaky ReLU.
    negative_slope : float
        Any slope: also above 1, zero, or negative.
    at_zero : float or None
        The slope to report where z is 0, any number. None stands for `negative_slope`,
        as torch has it.

    Returns
    -------
    ndarray of z's shape
        Floats, never bool. A float32 input gives float32, integers give float64.
    """
    if at_zero is None:
        at_zero = negative_slope
    slopes = [1.0, at_zero, negative_slope]
    slope = np.select([z > 0, z == 0, z < 0], slopes, default=np.nan)
    return slope.astype(np.result_type(z, 0.0))  # float32 stays, integers become floats


def sparsity(A: np.ndarray) -> float:
    """Return the share of the entries that are exactly zero.

    Parameters
    ----------
    A : ndarray of any shape, not empty
        Activations. Both 0.0 and -0.0 are zeros; a tiny number is none.

    Returns
    -------
    float
        From 0 to 1.
    """
    return float(np.mean(A == 0))


def dead_units(Z: np.ndarray) -> np.ndarray:
    """Return which units a ReLU silences for every sample.

    Parameters
    ----------
    Z : ndarray of shape (n_l, m)
        Inputs of ReLU, a row for each unit and a column for each sample.

    Returns
    -------
    ndarray of shape (n_l,)
        Of dtype bool: True where z <= 0 for all m samples, so that no sample, with
        torch's slope of 0 at zero, sends a gradient through the unit.
    """
    return np.all(Z <= 0, axis=1)
