"""Two-layer backpropagation: the chain rule, walked from the cost back to each weight.

The forward pass leaves behind the activations of both layers. Going back, each layer
turns the slope of the cost at its output into the slopes at its weights, its bias and
its input; the last is where the layer before goes on. Everything is NumPy: the torch
functions that do the same, and `backward`, are forbidden.

Level: 3 of 5
Minutes: 45
Needs: activation-gradients, gradient-check
"""

import numpy as np

__all__ = ["bce_cost", "bce_cost_from_logits", "two_layer_backward"]


def bce_cost(A: np.ndarray, Y: np.ndarray) -> float:
    """Return the mean binary cross-entropy of predicted probabilities.

    Parameters
    ----------
    A : ndarray of shape (1, m)
        Probabilities of the label 1, a column per sample, strictly between 0 and 1.
        They are taken as they are to within 1e-9 of 0 and 1.
    Y : ndarray of shape (1, m)
        Labels from 0 to 1, of integers or floats; a label between the two is soft and
        means the probability that the true answer is 1.

    Returns
    -------
    float
        In nats per sample. The guess 1/2 costs log(2) whatever the labels.
    """
    raise NotImplementedError


def bce_cost_from_logits(Z: np.ndarray, Y: np.ndarray) -> float:
    """Return the mean binary cross-entropy of sigmoid(Z), computed from Z itself.

    Parameters
    ----------
    Z : ndarray of shape (1, m)
        Logits, a column per sample: sigmoid(Z) is the probability of the label 1.
        Values up to 1e4 in size must neither overflow nor lose digits.
    Y : ndarray of shape (1, m)
        Labels from 0 to 1, of integers or floats, as in `bce_cost`.

    Returns
    -------
    float
        In nats per sample. A logit of 1e4 for the label 0 costs 1e4.
    """
    raise NotImplementedError


def two_layer_backward(
    params: dict[str, np.ndarray],
    cache: dict[str, np.ndarray],
    X: np.ndarray,
    Y: np.ndarray,
) -> dict[str, np.ndarray]:
    """Return the gradients of the mean binary cross-entropy of a two-layer network.

    The network is A1 = tanh(Z1) with Z1 = W1 X + b1, then A2 = sigmoid(Z2) with
    Z2 = W2 A1 + b2; the cost is `bce_cost(A2, Y)`.

    Parameters
    ----------
    params : dict
        "W1" of shape (n_1, n_x), "b1" (n_1, 1), "W2" (1, n_1) and "b2" (1, 1).
    cache : dict
        What the forward pass left: "Z1" and "A1" of shape (n_1, m), "A2" of shape
        (1, m). It may hold more, but need not.
    X : ndarray of shape (n_x, m)
        A column per sample.
    Y : ndarray of shape (1, m)
        Labels from 0 to 1, of integers or floats, as in `bce_cost`.

    Returns
    -------
    dict
        "dW1", "db1", "dW2" and "db2", each of the shape of its parameter.
    """
    raise NotImplementedError
