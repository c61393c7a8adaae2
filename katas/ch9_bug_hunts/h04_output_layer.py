"""Output layer: the loss falls, and stops far too early.

Three classifiers, three losses, and each of them learns a little. The loss of the first
never falls below 0.3, that of the second never below 1.46 for ten classes, and the
gradient of the third is not the slope of its cost.

Level: 3 of 5
Minutes: 35
Needs: two-layer-backprop, softmax-cross-entropy
Hunts: two-layer-backprop, softmax-cross-entropy
Only: bce_cost, bce_cost_from_logits, two_layer_backward, softmax, cross_entropy
"""

import numpy as np
from torch import Tensor

__all__ = [
    "bce_cost",
    "bce_cost_from_logits",
    "two_layer_backward",
    "logsumexp",
    "softmax",
    "log_softmax",
    "cross_entropy",
]


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
    return float(-np.mean(Y * np.log(A) + (1 - Y) * np.log1p(-A)))


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
    A = 1 / (1 + np.exp(-Z))
    return float(np.mean(Y * np.logaddexp(0, -A) + (1 - Y) * np.logaddexp(0, A)))


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
    m = X.shape[1]
    A1, A2 = cache["A1"], cache["A2"]

    dA2 = ((1 - Y) / (1 - A2) - Y / A2) / m  # (1, m)
    dZ2 = dA2 * (1 - A2**2)
    dW2 = dZ2 @ A1.T  # (1, m) (m, n_1)
    db2 = dZ2.sum(axis=1, keepdims=True)

    dZ1 = params["W2"].T @ dZ2 * (1 - A1**2)  # (n_1, 1) (1, m), then tanh'
    dW1 = dZ1 @ X.T  # (n_1, m) (m, n_x)
    db1 = dZ1.sum(axis=1, keepdims=True)
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}


def logsumexp(O: Tensor, dim: int = -1, keepdim: bool = False) -> Tensor:
    """Return log(sum(exp(O))) along an axis.

    Parameters
    ----------
    O : Tensor of any shape
        Scores, floats. Values up to 1e4 in size must not overflow, and other values
        along `dim` may be as small as the largest is large.
    dim : int
        The axis that is summed over; negative ones count from the end.
    keepdim : bool
        Whether the axis stays, with size 1.

    Returns
    -------
    Tensor of O's shape without the axis `dim`, or with size 1 there
        Of O's dtype. Gradients flow to O.
    """
    largest = O.amax(dim, keepdim=True)
    # No exponent is positive now, and the largest is 0: the sum is never below 1.
    total = (O - largest).exp().sum(dim, keepdim=True)
    result = largest + total.log()
    return result if keepdim else result.squeeze(dim)


def softmax(O: Tensor, dim: int = -1) -> Tensor:
    """Return exp(O), divided by its sum along an axis.

    Parameters
    ----------
    O : Tensor of any shape
        Scores, floats. Values up to 1e4 in size must not overflow, and other values
        along `dim` may be as small as the largest is large.
    dim : int
        The axis along which the result adds up to 1; negative ones count from the end.

    Returns
    -------
    Tensor of O's shape
        From 0 to 1, of O's dtype. Gradients flow to O.
    """
    power = (O - O.amax(dim, keepdim=True)).exp()
    return power / power.sum(dim, keepdim=True)


def log_softmax(O: Tensor, dim: int = -1) -> Tensor:
    """Return the logarithm of the softmax along an axis.

    Parameters
    ----------
    O : Tensor of any shape
        Scores, floats. Values up to 1e4 in size must not overflow, and other values
        along `dim` may be as small as the largest is large: the result is finite.
    dim : int
        The axis along which the probabilities add up to 1; negative ones count from
        the end.

    Returns
    -------
    Tensor of O's shape
        At most 0, of O's dtype. Gradients flow to O.
    """
    # The shift comes first: beside a score of 1e4, small differences would be rounded.
    shifted = O - O.amax(dim, keepdim=True)
    return shifted - logsumexp(shifted, dim, keepdim=True)


def cross_entropy(logits: Tensor, y: Tensor, reduction: str = "mean") -> Tensor:
    """Return minus the logarithm of the probability that softmax gives the true class.

    Parameters
    ----------
    logits : Tensor of shape (N, C)
        Scores of the classes, floats. Values up to 1e4 in size, of either sign, give a
        finite loss: the loss of a sample with logits (0, -200) and the label 1 is 200.
    y : Tensor of shape (N,)
        True classes from 0 to C - 1, int64.
    reduction : str
        "mean" over the samples, their "sum", or "none" for a loss each.

    Returns
    -------
    Tensor without axes, or of shape (N,) for "none"
        In nats, of the dtype of `logits`. Gradients flow to `logits`.
    """
    p = softmax(logits, dim=1)
    losses = -log_softmax(p, dim=1).gather(1, y.unsqueeze(1)).squeeze(1)  # (N,)
    return {"none": losses, "mean": losses.mean(), "sum": losses.sum()}[reduction]
