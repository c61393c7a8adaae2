"""Forward pass: it runs, the shapes are right, and the outputs are not.

A colleague wrote these functions and tried them on one network: three inputs, three
hidden units, a batch of three samples. Every shape came out as it should, so nobody
looked further.

Level: 2 of 5
Minutes: 25
Needs: vectorized-forward
Hunts: vectorized-forward
"""

from collections.abc import Callable
from itertools import pairwise

import numpy as np

__all__ = [
    "param_shapes",
    "count_parameters",
    "neuron_forward",
    "stack_columns",
    "layer_forward",
    "two_layer_forward",
]


def param_shapes(layer_dims: list[int]) -> dict[str, tuple[int, int]]:
    """Return the shape of every weight matrix and bias of a network.

    Parameters
    ----------
    layer_dims : list of int
        The sizes n_0, n_1, ..., n_L: inputs, hidden layers, outputs. At least two.

    Returns
    -------
    dict of str to tuple of int
        For each layer l from 1 to L: "Wl" with (n_l, n_{l-1}), "bl" with (n_l, 1).
    """
    shapes = {}
    for layer, (n_in, n_out) in enumerate(pairwise(layer_dims), start=1):
        shapes[f"W{layer}"], shapes[f"b{layer}"] = (n_out, n_in), (n_out, 1)
    return shapes


def count_parameters(layer_dims: list[int]) -> int:
    """Return how many numbers a network learns: all its weights and biases.

    Parameters
    ----------
    layer_dims : list of int
        The sizes n_0, n_1, ..., n_L, as in `param_shapes`.

    Returns
    -------
    int
    """
    return sum(rows * columns for rows, columns in param_shapes(layer_dims).values())


def neuron_forward(
    w: np.ndarray, b: float, x: np.ndarray, g: Callable[[np.ndarray], np.ndarray]
) -> float:
    """Return what one neuron makes of one sample.

    Parameters
    ----------
    w : ndarray of shape (n_x, 1)
        The neuron's weights.
    b : float
        Its bias.
    x : ndarray of shape (n_x, 1)
        The sample.
    g : callable
        The activation. It takes an array of any shape, or a number, and acts on each
        entry by itself.

    Returns
    -------
    float
        g of the weighted sum of the inputs plus the bias.
    """
    z = w.T @ x + b  # (1, n_x) (n_x, 1) -> (1, 1)
    return g(z).item()


def stack_columns(samples: list[np.ndarray]) -> np.ndarray:
    """Return the samples side by side, as the columns of one matrix.

    Parameters
    ----------
    samples : list of ndarray of shape (n_x,) or (n_x, 1)
        At least one, in float64; both shapes may occur in one list.

    Returns
    -------
    ndarray of shape (n_x, m), float64
        Column i is sample i.
    """
    return np.array([sample.ravel() for sample in samples])


def layer_forward(
    W: np.ndarray,
    b: np.ndarray,
    A_prev: np.ndarray,
    g: Callable[[np.ndarray], np.ndarray],
) -> tuple[np.ndarray, np.ndarray]:
    """Return the activations and the weighted sums of a layer, for all samples at once.

    Parameters
    ----------
    W : ndarray of shape (n_l, n_{l-1})
        A row of weights for each neuron.
    b : ndarray of shape (n_l, 1)
        A bias for each neuron, the same for every sample.
    A_prev : ndarray of shape (n_{l-1}, m)
        What the layer before puts out, one column per sample.
    g : callable
        The activation. It takes an array of any shape, or a number, and acts on each
        entry by itself.

    Returns
    -------
    A : ndarray of shape (n_l, m)
        The activations g(Z).
    Z : ndarray of shape (n_l, m)
        The weighted sums plus biases: row j, column i is neuron j on sample i.
    """
    Z = W @ A_prev + b.ravel()  # (n_l, n_{l-1}) (n_{l-1}, m)
    return g(Z), Z


def two_layer_forward(
    params: dict[str, np.ndarray],
    X: np.ndarray,
    g1: Callable[[np.ndarray], np.ndarray],
    g2: Callable[[np.ndarray], np.ndarray],
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Return the output of a two-layer network, and what a backward pass will need.

    Parameters
    ----------
    params : dict
        "W1" of shape (n_1, n_x), "b1" (n_1, 1), "W2" (n_2, n_1) and "b2" (n_2, 1), in
        any order.
    X : ndarray of shape (n_x, m)
        A column per sample.
    g1, g2 : callable
        The activations of the hidden layer and of the output layer. Each takes an array
        of any shape, or a number, and acts on each entry by itself.

    Returns
    -------
    A2 : ndarray of shape (n_2, m)
        The activations of the output layer.
    cache : dict
        "Z1" and "A1" of shape (n_1, m), "Z2" and "A2" of shape (n_2, m): the weighted
        sums and the activations of both layers.
    """
    A1, Z1 = layer_forward(params["W1"], params["b1"], X, g1)
    A2, Z2 = layer_forward(params["W2"], params["b2"], X, g2)
    return A2, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}
