"""Softmax and cross-entropy: scores become probabilities, and the truth has a price.

Softmax turns scores into probabilities, and cross-entropy is the mean surprise at what
is true. On paper each is one line; in floating point they overflow, or meet log(0),
unless the largest score is taken out first. Torch's softmax, log_softmax, logsumexp,
one_hot, cross_entropy, nll_loss and kl_div are forbidden, also as methods and modules.

Level: 3 of 5
Minutes: 45
Needs: nothing
"""

import torch
from torch import Tensor

__all__ = [
    "one_hot",
    "logsumexp",
    "softmax",
    "log_softmax",
    "cross_entropy",
    "cross_entropy_grad",
    "entropy",
    "kl_divergence",
]


def one_hot(y: Tensor, num_classes: int) -> Tensor:
    """Return a row for each label, 1 at its class and 0 elsewhere.

    Parameters
    ----------
    y : Tensor of shape (N,)
        Classes from 0 to num_classes - 1, int64.
    num_classes : int
        How many classes there are, also those that no label has.

    Returns
    -------
    Tensor of shape (N, num_classes)
        Of torch's default float dtype.
    """
    zeros = torch.zeros(len(y), num_classes, device=y.device)
    return zeros.scatter(1, y.unsqueeze(1), 1.0)


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
    losses = -log_softmax(logits, dim=1).gather(1, y.unsqueeze(1)).squeeze(1)  # (N,)
    return {"none": losses, "mean": losses.mean(), "sum": losses.sum()}[reduction]


def cross_entropy_grad(logits: Tensor, y: Tensor) -> Tensor:
    """Return the gradient of the mean cross-entropy with respect to the logits.

    Parameters
    ----------
    logits : Tensor of shape (N, C)
        Scores of the classes, floats. Values up to 1e4 in size must not overflow.
    y : Tensor of shape (N,)
        True classes from 0 to C - 1, int64.

    Returns
    -------
    Tensor of shape (N, C)
        Of the dtype of `logits`.
    """
    truth = one_hot(y, logits.shape[1]).to(logits.dtype)
    return (softmax(logits, dim=1) - truth) / len(y)


def entropy(p: Tensor) -> Tensor:
    """Return the mean surprise at draws from a distribution, -sum(p log p).

    Parameters
    ----------
    p : Tensor of shape (..., C)
        Probabilities, floats that add up to 1 along the last axis. One that is 0 adds
        0. In float64 ten digits are right also where one class is almost certain and
        the others are 0 or at least 1e-9.

    Returns
    -------
    Tensor of shape (...)
        In nats, of p's dtype. Gradients flow to p where it is positive.
    """
    # xlogy(0, 0) is 0, the limit; 0 * log(0) would be NaN.
    return -torch.xlogy(p, p).sum(-1)


def kl_divergence(p: Tensor, q: Tensor) -> Tensor:
    """Return the surprise that believing q adds where p is true, sum(p log(p / q)).

    Parameters
    ----------
    p : Tensor of shape (N, C) or (C,)
        The true distributions, one a row; a vector is one distribution. A probability
        of 0 adds 0.
    q : Tensor of p's shape
        Those that are believed in, all above 0.

    Returns
    -------
    Tensor without axes
        The mean over the rows, in nats, of p's dtype. In float64 ten digits are right
        as long as no q is below 1e-9. Gradients flow to q, and to p where it is
        positive.
    """
    return (torch.xlogy(p, p) - torch.xlogy(p, q)).sum(-1).mean()
