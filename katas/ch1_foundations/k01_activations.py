"""Activation functions: a bend after every layer is what makes depth worth having.

Linear layers on top of one another are still one linear layer. Sigmoid squashes a
number into a probability, tanh is the same curve stretched and centred at zero, and
ReLU and its leaky kin bend once and never flatten above zero. Each acts on every entry
by itself; which one belongs at the output depends on the range that the task asks for.
The tanh of NumPy and of math, and the activations of torch, may not be called.

Level: 1 of 5
Minutes: 20
Needs: nothing
"""

import numpy as np

__all__ = ["sigmoid", "tanh", "relu", "leaky_relu", "output_activation"]


def sigmoid(z: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + exp(-z)), entry by entry.

    Parameters
    ----------
    z : ndarray of any shape
        Also without axes, and empty. Values up to 1000 in size must not overflow.

    Returns
    -------
    ndarray of z's shape
        Between 0 and 1; in float64 exactly 0 or 1 for no z up to 30 in size. A float32
        input gives float32, integers give float64, NaN gives NaN.
    """
    raise NotImplementedError


def tanh(z: np.ndarray) -> np.ndarray:
    """Return (exp(z) - exp(-z)) / (exp(z) + exp(-z)), entry by entry.

    Parameters
    ----------
    z : ndarray of any shape
        Also without axes, and empty. Values up to 1000 in size must not overflow.

    Returns
    -------
    ndarray of z's shape
        Between -1 and 1. A float32 input gives float32, integers give float64, NaN
        gives NaN.
    """
    raise NotImplementedError


def relu(z: np.ndarray) -> np.ndarray:
    """Return z where it is positive and 0 elsewhere.

    Parameters
    ----------
    z : ndarray of any shape
        Also without axes, and empty.

    Returns
    -------
    ndarray of z's shape
        A float32 input gives float32, integers give float64, NaN gives NaN.
    """
    raise NotImplementedError


def leaky_relu(z: np.ndarray, negative_slope: float = 0.01) -> np.ndarray:
    """Return z where it is positive and negative_slope * z elsewhere.

    Parameters
    ----------
    z : ndarray of any shape
        Also without axes, and empty.
    negative_slope : float
        Any slope: also above 1, zero, or negative.

    Returns
    -------
    ndarray of z's shape
        A float32 input gives float32, integers give float64, NaN gives NaN.
    """
    raise NotImplementedError


def output_activation(task: str) -> str:
    """Return the activation whose range fits what a task's output stands for.

    Parameters
    ----------
    task : str
        "binary": one probability. "multilabel": a probability for every label, each
        label on or off by itself. "multiclass": probabilities of classes of which
        exactly one is true. "regression": any real number.

    Returns
    -------
    str
        "sigmoid", "softmax" or "identity".

    Raises
    ------
    ValueError
        If the task is none of the four. A LookupError is as good.
    """
    raise NotImplementedError
