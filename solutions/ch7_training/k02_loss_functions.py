"""Loss functions: a price for each error, and one number for all of them.

A loss decides which errors are dear, and with that what a network learns: the mean or
the median, a probability or a count. What goes wrong is rarely the formula. It is the
logarithm of 0, a number that was to be a logarithm, or a mean over the wrong count.
All losses of torch are forbidden here, also as modules; `torch.log_softmax` is not.

Level: 3 of 5
Minutes: 45
Needs: softmax-cross-entropy
"""

import torch
from torch import Tensor

__all__ = [
    "l1_loss",
    "mse_loss",
    "smooth_l1_loss",
    "bce_loss",
    "bce_with_logits",
    "nll_loss",
    "cross_entropy",
    "poisson_nll",
    "kl_div",
]


def _reduced(losses: Tensor, reduction: str) -> Tensor:
    """Return all losses, their mean or their sum."""
    if reduction == "none":
        return losses
    return losses.mean() if reduction == "mean" else losses.sum()


def l1_loss(x: Tensor, y: Tensor, reduction: str = "mean") -> Tensor:
    """Return the absolute errors |x - y|.

    Parameters
    ----------
    x : Tensor of any shape
        Predictions, floats.
    y : Tensor of x's shape and dtype
        Truths.
    reduction : str
        "mean" over all entries, their "sum", or "none" for an error each.

    Returns
    -------
    Tensor without axes, or of x's shape for "none"
        Of x's dtype. Gradients flow to x and y, and are finite where x equals y.
    """
    return _reduced((x - y).abs(), reduction)


def mse_loss(x: Tensor, y: Tensor, reduction: str = "mean") -> Tensor:
    """Return the squared errors (x - y)², without a factor 1/2.

    Parameters
    ----------
    x : Tensor of any shape
        Predictions, floats.
    y : Tensor of x's shape and dtype
        Truths.
    reduction : str
        "mean" over all entries, their "sum", or "none" for an error each.

    Returns
    -------
    Tensor without axes, or of x's shape for "none"
        Of x's dtype. Gradients flow to x and y.
    """
    return _reduced((x - y) ** 2, reduction)


def smooth_l1_loss(
    x: Tensor, y: Tensor, beta: float = 1.0, reduction: str = "mean"
) -> Tensor:
    """Return the smooth absolute errors, which have no corner at 0.

    With d = |x - y| an error costs d² / (2 beta) below `beta`, and d - beta / 2 from
    there on.

    Parameters
    ----------
    x : Tensor of any shape
        Predictions, floats.
    y : Tensor of x's shape and dtype
        Truths.
    beta : float
        0 or more, where the parabola ends; with 0 it is the absolute error, and its
        gradients are finite too.
    reduction : str
        "mean" over all entries, their "sum", or "none" for an error each.

    Returns
    -------
    Tensor without axes, or of x's shape for "none"
        Of x's dtype. Gradients flow to x and y.

    References
    ----------
    Girshick (2015), "Fast R-CNN", section 2.3, equation 3, for beta 1.
    """
    d = (x - y).abs()
    if beta == 0:
        return _reduced(d, reduction)
    # The branch that is not taken has a slope too, so it must not divide by 0.
    return _reduced(torch.where(d < beta, d**2 / (2 * beta), d - beta / 2), reduction)


def bce_loss(p: Tensor, y: Tensor, reduction: str = "mean") -> Tensor:
    """Return the binary cross-entropy -(y log p + (1 - y) log(1 - p)).

    Each of the two logarithms counts as -100 where it is smaller, so that a loss is at
    most 100, also at a p of exactly 0 or 1.

    Parameters
    ----------
    p : Tensor of any shape
        Probabilities of a 1, floats from 0 to 1.
    y : Tensor of p's shape and dtype
        Truths from 0 to 1; they need not be whole.
    reduction : str
        "mean" over all entries, their "sum", or "none" for a loss each.

    Returns
    -------
    Tensor without axes, or of p's shape for "none"
        Of p's dtype. Gradients flow to p, and are finite where it is between 0 and 1.
    """
    hit, miss = p.log().clamp(min=-100), (-p).log1p().clamp(min=-100)
    return _reduced(-(y * hit + (1 - y) * miss), reduction)


def bce_with_logits(
    x: Tensor, y: Tensor, pos_weight: Tensor | None = None, reduction: str = "mean"
) -> Tensor:
    """Return the binary cross-entropy of p = sigmoid(x), computed from x.

    It is -(w y log p + (1 - y) log(1 - p)), where w is `pos_weight`, or 1.

    Parameters
    ----------
    x : Tensor of any shape
        Logits, floats. Values up to 1e4 in size, of either sign, give finite losses and
        gradients: the loss of -200 with the truth 1 is 200.
    y : Tensor of x's shape and dtype
        Truths from 0 to 1; they need not be whole.
    pos_weight : Tensor, optional
        Of a shape that can be broadcast to x's, such as (C,) for x of shape (N, C). The
        mean divides by the number of entries, whatever the weights.
    reduction : str
        "mean" over all entries, their "sum", or "none" for a loss each.

    Returns
    -------
    Tensor without axes, or of x's shape for "none"
        Of x's dtype. Gradients flow to x.
    """
    surprise = torch.logaddexp(-x, torch.zeros_like(x))  # -log(sigmoid(x))
    weight = 1 if pos_weight is None else 1 + (pos_weight - 1) * y
    # -log(1 - sigmoid(x)) is x more than that, and nothing overflows.
    return _reduced((1 - y) * x + weight * surprise, reduction)


def nll_loss(
    logp: Tensor,
    y: Tensor,
    weight: Tensor | None = None,
    ignore_index: int = -100,
    reduction: str = "mean",
) -> Tensor:
    """Return minus the log-probability of the true class, times the class's weight.

    Parameters
    ----------
    logp : Tensor of shape (N, C)
        Log-probabilities, floats.
    y : Tensor of shape (N,)
        True classes from 0 to C - 1, int64, or `ignore_index`.
    weight : Tensor of shape (C,), optional
        Of logp's dtype, a positive factor for each class; all 1 by default.
    ignore_index : int
        Samples with this label, which may be a class or none, do not count: their loss
        is 0 whatever `logp` says, and no gradient flows from them.
    reduction : str
        "sum" of the losses, "none" for a loss each, or "mean": the sum of the losses
        over the sum of the weights of the samples that count.

    Returns
    -------
    Tensor without axes, or of shape (N,) for "none"
        Of logp's dtype. Gradients flow to `logp`.
    """
    counts = y != ignore_index
    label = y.where(counts, 0)
    each = torch.ones_like(logp[:, 0]) if weight is None else weight[label]  # (N,)
    picked = logp.gather(1, label.unsqueeze(1)).squeeze(1)  # (N,)
    # where, and not times 0: a logp of -inf that is ignored would become NaN.
    losses = (-each * picked).where(counts, 0.0)
    if reduction == "none":
        return losses
    total = losses.sum()
    return total / each[counts].sum() if reduction == "mean" else total


def cross_entropy(
    x: Tensor,
    y: Tensor,
    weight: Tensor | None = None,
    ignore_index: int = -100,
    reduction: str = "mean",
) -> Tensor:
    """Return the `nll_loss` of the log-softmax of logits.

    Parameters
    ----------
    x : Tensor of shape (N, C)
        Logits, floats. Values up to 1e4 in size, of either sign, give finite losses:
        that of the logits (0, -200) with the label 1 is 200.
    y : Tensor of shape (N,)
        True classes from 0 to C - 1, int64, or `ignore_index`.
    weight : Tensor of shape (C,), optional
        Of x's dtype, a positive factor for each class; all 1 by default.
    ignore_index : int
        Samples with this label do not count, as in `nll_loss`.
    reduction : str
        "sum" of the losses, "none" for a loss each, or "mean": the sum of the losses
        over the sum of the weights of the samples that count.

    Returns
    -------
    Tensor without axes, or of shape (N,) for "none"
        Of x's dtype. Gradients flow to x.
    """
    return nll_loss(torch.log_softmax(x, 1), y, weight, ignore_index, reduction)


def poisson_nll(
    x: Tensor,
    y: Tensor,
    log_input: bool = True,
    eps: float = 1e-8,
    reduction: str = "mean",
) -> Tensor:
    """Return the surprise at a count under a Poisson distribution, but for log(y!).

    Parameters
    ----------
    x : Tensor of any shape
        Predictions, floats: the logarithm of the expected count, for a loss of
        exp(x) - y x; or with `log_input` False that count itself, 0 or more, for a loss
        of x - y log(x + eps).
    y : Tensor of x's shape and dtype
        Counts, 0 or more.
    log_input : bool
        Which of the two x is.
    eps : float
        Used only where x is the count itself.
    reduction : str
        "mean" over all entries, their "sum", or "none" for a loss each.

    Returns
    -------
    Tensor without axes, or of x's shape for "none"
        Of x's dtype. Gradients flow to x.
    """
    losses = x.exp() - y * x if log_input else x - y * (x + eps).log()
    return _reduced(losses, reduction)


def kl_div(log_q: Tensor, p: Tensor, reduction: str = "batchmean") -> Tensor:
    """Return the terms p (log p - log q) of the divergence of q from the truth p.

    Parameters
    ----------
    log_q : Tensor of shape (N, ...)
        Logarithms of the probabilities that are believed in, finite floats.
    p : Tensor of log_q's shape and dtype
        True probabilities, no logarithms. One that is 0 adds 0.
    reduction : str
        "batchmean", the sum of all terms over the size N of the first axis; "mean" over
        all entries, their "sum", or "none" for a term each.

    Returns
    -------
    Tensor without axes, or of log_q's shape for "none"
        In nats, of log_q's dtype. Gradients flow to `log_q`, and to p where it is
        positive.
    """
    terms = torch.xlogy(p, p) - p * log_q  # xlogy(0, 0) is 0, the limit
    if reduction == "batchmean":
        return terms.sum() / len(terms)
    return _reduced(terms, reduction)
