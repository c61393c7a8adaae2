"""Deep backpropagation: every layer goes back in the same three products.

A layer is handed the slope at its output. It makes of it the slopes at its weights, at
its biases and at its input, which is the output of the layer below, and needs nothing
but what it saw on the way forward. So a network of any depth is one loop forward, which
keeps what each layer saw, and one loop backward, which uses it up from the end.

Level: 4 of 5
Minutes: 60
Needs: l2-regularization, two-layer-backprop
"""

from collections.abc import Callable

import numpy as np

from solutions.ch1_foundations.k01_activations import relu, sigmoid, tanh
from solutions.ch1_foundations.k02_activation_gradients import (
    relu_grad,
    sigmoid_grad,
    tanh_grad,
)

__all__ = ["linear_backward", "activation_backward", "deep_forward", "deep_backward"]


def linear_backward(
    dZ: np.ndarray, A_prev: np.ndarray, W: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the gradients behind the weighted sums of a layer, Z = W A_prev + b.

    Parameters
    ----------
    dZ : ndarray of shape (n_l, m)
        Column i is the gradient of the loss of sample i alone. The cost is the mean of
        these losses, so the 1/m is not in dZ.
    A_prev : ndarray of shape (n_{l-1}, m)
        What the layer read, one column per sample.
    W : ndarray of shape (n_l, n_{l-1})
        Its weights.

    Returns
    -------
    dA_prev : ndarray of shape (n_{l-1}, m)
        The gradient with respect to A_prev, per sample as dZ is, without 1/m.
    dW : ndarray of shape (n_l, n_{l-1})
        The gradient of the cost, the mean over the samples, with respect to W.
    db : ndarray of shape (n_l, 1)
        The gradient of the cost with respect to b, a mean over the samples too.
    """
    m = dZ.shape[1]
    dW = dZ @ A_prev.T / m  # (n_l, m) (m, n_{l-1})
    db = dZ.sum(axis=1, keepdims=True) / m
    dA_prev = W.T @ dZ  # (n_{l-1}, n_l) (n_l, m)
    return dA_prev, dW, db


def activation_backward(dA: np.ndarray, Z: np.ndarray, activation: str) -> np.ndarray:
    """Return the gradient before an activation, from the gradient after it.

    Parameters
    ----------
    dA : ndarray of shape (n_l, m)
        The gradient with respect to A = g(Z).
    Z : ndarray of shape (n_l, m)
        What the activation g was given.
    activation : str
        The name of g: "relu", "tanh", "sigmoid" or "identity".

    Returns
    -------
    ndarray of shape (n_l, m)
        The gradient with respect to Z. The slope of ReLU at exactly 0 is taken as 0.
    """
    slopes: dict[str, Callable[[np.ndarray], np.ndarray]] = {
        "relu": relu_grad,
        "tanh": tanh_grad,
        "sigmoid": sigmoid_grad,
        "identity": np.ones_like,
    }
    return dA * slopes[activation](Z)


def deep_forward(
    params: dict[str, np.ndarray], X: np.ndarray, activations: list[str]
) -> tuple[np.ndarray, list[tuple[np.ndarray, np.ndarray]]]:
    """Return the output of a network of any depth, and what each layer saw.

    Parameters
    ----------
    params : dict
        For each layer l from 1 to L: "Wl" of shape (n_l, n_{l-1}) and "bl" of shape
        (n_l, 1), in any order.
    X : ndarray of shape (n_0, m)
        A column per sample.
    activations : list of str
        L names, that of layer l at index l - 1: "relu", "tanh", "sigmoid" or
        "identity". There may be one layer only.

    Returns
    -------
    AL : ndarray of shape (n_L, m)
        The activations of the last layer.
    caches : list of tuple of two ndarray
        One pair (A_prev, Z) for each layer, that of layer l at index l - 1: what it
        read, of shape (n_{l-1}, m), and its sums before the activation, (n_l, m).
    """
    functions = {
        "relu": relu,
        "tanh": tanh,
        "sigmoid": sigmoid,
        "identity": lambda Z: Z,
    }
    A, caches = X, []
    for layer, activation in enumerate(activations, start=1):
        Z = params[f"W{layer}"] @ A + params[f"b{layer}"]
        caches.append((A, Z))
        A = functions[activation](Z)
    return A, caches


def deep_backward(
    AL: np.ndarray,
    Y: np.ndarray,
    params: dict[str, np.ndarray],
    caches: list[tuple[np.ndarray, np.ndarray]],
    activations: list[str],
    lam: float = 0.0,
) -> dict[str, np.ndarray]:
    """Return the gradients of the cost with respect to every parameter of a network.

    The cost is the mean binary cross-entropy of AL, plus lam / (2m) times the sum of
    all squared weights. Biases are not penalized.

    Parameters
    ----------
    AL : ndarray of shape (1, m)
        The output of a sigmoid, from 0 to 1. Rounding may have made it exactly 0 or 1;
        the gradients must be right there too.
    Y : ndarray of shape (1, m)
        Labels from 0 to 1, of integers or floats.
    params : dict
        "W1", "b1" to "WL", "bL", as in `deep_forward`, in any order.
    caches : list of tuple of two ndarray
        What `deep_forward` left: (A_prev, Z) of layer l at index l - 1.
    activations : list of str
        L names, as in `deep_forward`; the last one is "sigmoid".
    lam : float
        The strength of the penalty.

    Returns
    -------
    dict
        "dW1", "db1" to "dWL", "dbL", each of the shape of its parameter.
    """
    m, grads = Y.shape[1], {}
    dZ = AL - Y  # (1, m): the slopes of loss and sigmoid in one, and no division
    for layer in range(len(activations), 0, -1):
        A_prev, W = caches[layer - 1][0], params[f"W{layer}"]
        dA_prev, dW, db = linear_backward(dZ, A_prev, W)
        grads[f"dW{layer}"], grads[f"db{layer}"] = dW + lam / m * W, db
        if layer > 1:
            Z, activation = caches[layer - 2][1], activations[layer - 2]
            dZ = activation_backward(dA_prev, Z, activation)
    return grads
