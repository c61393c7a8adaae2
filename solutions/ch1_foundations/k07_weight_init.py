"""Weight initialization: a deep network starts well if no layer changes the scale.

A layer that multiplies the size of its signal by 1.5 does so fifty times in a row: the
signal explodes, and at 0.5 it vanishes, forward and backward alike. Each z is a sum of
fan_in terms, so its variance is fan_in times that of a weight: weights of variance
1 / fan_in keep the scale. ReLU throws half of the signal away and needs twice as much.

Level: 3 of 5
Minutes: 40
Needs: activations
"""

from collections.abc import Callable

import numpy as np

from solutions.ch1_foundations.k01_activations import relu, tanh

__all__ = [
    "deep_linear_gain",
    "init_std",
    "xavier_uniform_bound",
    "init_params",
    "propagate_std",
]


def deep_linear_gain(w: float, depth: int) -> float:
    """Return the factor by which a chain of linear layers scales its input.

    Parameters
    ----------
    w : float
        What each layer multiplies by; it may be 0 or negative.
    depth : int
        The number of layers, 0 or more.

    Returns
    -------
    float
        With its sign: two layers of -3 have gain 9, three have -27, and no layer has 1.
    """
    return float(w) ** depth


def init_std(fan_in: int, activation: str) -> float:
    """Return the standard deviation of weights that keep the scale of the signal.

    Parameters
    ----------
    fan_in : int
        The number of inputs of a unit.
    activation : str
        "tanh" or "identity", for a variance of 1 / fan_in; "relu", for 2 / fan_in.

    Returns
    -------
    float
        The square root of the variance.

    Raises
    ------
    ValueError
        If the activation is none of the three.

    References
    ----------
    LeCun et al. (1998), "Efficient BackProp", section 4.6, for 1 / fan_in.
    He et al. (2015), "Delving deep into rectifiers", section 2.2, for 2 / fan_in.
    """
    variances = {"tanh": 1 / fan_in, "identity": 1 / fan_in, "relu": 2 / fan_in}
    if activation not in variances:
        known = ", ".join(variances)
        raise ValueError(f"activation must be one of {known}, got {activation!r}")
    return float(np.sqrt(variances[activation]))


def xavier_uniform_bound(fan_in: int, fan_out: int, gain: float = 1.0) -> float:
    """Return the bound a of Xavier's uniform distribution from -a to a.

    Parameters
    ----------
    fan_in, fan_out : int
        The numbers of inputs and of outputs of a layer.
    gain : float
        Scales the weights, and so the bound.

    Returns
    -------
    float
        The bound at which the weights have variance gain² · 2 / (fan_in + fan_out).

    References
    ----------
    Glorot & Bengio (2010), "Understanding the difficulty of training deep feedforward
    neural networks", equation 16.
    """
    return float(gain * np.sqrt(6 / (fan_in + fan_out)))  # U(-a, a) has variance a² / 3


def init_params(
    layer_dims: list[int], activation: str, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """Return fresh parameters of a network of fully connected layers.

    Parameters
    ----------
    layer_dims : list of int
        The sizes n_0, n_1, ..., n_L: inputs, hidden layers, outputs.
    activation : str
        "tanh", "identity" or "relu".
    rng : numpy.random.Generator
        The only source of randomness.

    Returns
    -------
    dict of str to ndarray
        For each layer l from 1 to L, the last one included: "Wl" of shape
        (n_l, n_{l-1}), independent normal draws of mean 0 and standard deviation
        ``init_std(n_{l-1}, activation)``; and "bl" of shape (n_l, 1), zeros.

    Raises
    ------
    ValueError
        If the activation is none of the three.
    """
    params = {}
    for layer in range(1, len(layer_dims)):
        n_in, n_out = layer_dims[layer - 1], layer_dims[layer]
        W = init_std(n_in, activation) * rng.standard_normal((n_out, n_in))
        params[f"W{layer}"], params[f"b{layer}"] = W, np.zeros((n_out, 1))
    return params


def propagate_std(
    x: np.ndarray,
    depth: int,
    std_fn: Callable[[int], float],
    activation: str,
    rng: np.random.Generator,
) -> list[float]:
    """Return how the spread of the signal develops on its way through a deep network.

    Parameters
    ----------
    x : ndarray of shape (n, m)
        The input, one column per sample.
    depth : int
        The number of layers; each has n inputs and n units.
    std_fn : callable
        Takes fan_in, returns the standard deviation of a layer's weights.
    activation : str
        "tanh", "identity" or "relu"; it comes after every layer.
    rng : numpy.random.Generator
        The only source of randomness. Each layer gets new weights, independent normal
        draws of mean 0, and no bias.

    Returns
    -------
    list of float
        The standard deviation of each layer's z, before the activation, over all units
        and samples at once.
    """
    g = {"tanh": tanh, "identity": lambda z: z, "relu": relu}[activation]
    n, stds = len(x), []
    A = x
    for _ in range(depth):
        Z = std_fn(n) * rng.standard_normal((n, n)) @ A
        stds.append(float(Z.std()))
        A = g(Z)
    return stds
