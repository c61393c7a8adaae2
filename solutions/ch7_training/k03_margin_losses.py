"""Margin losses: being right is not enough, it takes a lead.

A margin loss compares scores or distances, and what it wants is their order, with some
room to spare. Whoever has the room pays nothing and sends no gradient, so training
turns to those that are still close. All losses of torch are forbidden here, also as
modules; torch's distances, similarities and `softplus` are not.

Level: 3 of 5
Minutes: 40
Needs: loss-functions
"""

import torch
from torch import Tensor

__all__ = [
    "margin_ranking",
    "soft_margin",
    "multi_margin",
    "multilabel_margin",
    "hinge_embedding",
    "cosine_embedding",
    "triplet_margin",
]


def _reduced(losses: Tensor, reduction: str) -> Tensor:
    """Return all losses, their mean or their sum."""
    if reduction == "none":
        return losses
    return losses.mean() if reduction == "mean" else losses.sum()


def margin_ranking(
    input1: Tensor,
    input2: Tensor,
    target: Tensor,
    margin: float = 0.0,
    *,
    reduction: str = "mean",
) -> Tensor:
    """Return the losses of pairs of scores of which one is to be the larger.

    A pair costs max(0, margin - target · (input1 - input2)).

    Parameters
    ----------
    input1, input2 : Tensor of any shape
        Scores, floats, of one shape.
    target : Tensor of that shape and dtype
        1 where the first score is to be the larger, -1 where the second is.
    margin : float
        The lead from which on a pair costs nothing.
    reduction : str
        "mean" over all pairs, their "sum", or "none" for a loss each.

    Returns
    -------
    Tensor without axes, or of the scores' shape for "none"
        Of their dtype. Gradients flow to both scores.
    """
    return _reduced((margin - target * (input1 - input2)).clamp(min=0), reduction)


def soft_margin(input: Tensor, target: Tensor, *, reduction: str = "mean") -> Tensor:
    """Return the logistic losses log(1 + exp(-target · input)).

    Parameters
    ----------
    input : Tensor of any shape
        Scores, floats. Those up to 1e4 in size, of either sign, give finite losses and
        gradients: a score of -200 with the target 1 costs 200.
    target : Tensor of input's shape and dtype
        1 or -1, the sign that the score is to have.
    reduction : str
        "mean" over all entries, their "sum", or "none" for a loss each.

    Returns
    -------
    Tensor without axes, or of input's shape for "none"
        Of input's dtype. Gradients flow to `input`.
    """
    lead = target * input
    return _reduced(torch.logaddexp(-lead, torch.zeros_like(lead)), reduction)


def multi_margin(
    input: Tensor,
    target: Tensor,
    p: int = 1,
    margin: float = 1.0,
    weight: Tensor | None = None,
    *,
    reduction: str = "mean",
) -> Tensor:
    """Return the losses of samples whose true class is to lead all other classes.

    A sample of class t costs the sum of max(0, margin - input[t] + input[j])^p over all
    classes j but t, times weight[t], divided by the number C of classes.

    Parameters
    ----------
    input : Tensor of shape (N, C)
        Scores of the classes, floats.
    target : Tensor of shape (N,)
        True classes from 0 to C - 1, int64.
    p : int
        The power of each shortfall, 1 or 2.
    margin : float
        The lead from which on a class costs nothing.
    weight : Tensor of shape (C,), optional
        Of input's dtype, a factor for each true class; all 1 by default.
    reduction : str
        "mean", the sum divided by N whatever the weights; "sum"; or "none" for a loss
        each.

    Returns
    -------
    Tensor without axes, or of shape (N,) for "none"
        Of input's dtype. Gradients flow to `input`.

    References
    ----------
    Crammer & Singer (2001), "On the algorithmic implementation of multiclass
    kernel-based vector machines", Journal of Machine Learning Research 2.
    """
    true = target.unsqueeze(1)
    shortfall = (margin - input.gather(1, true) + input).clamp(min=0) ** p  # (N, C)
    losses = shortfall.scatter(1, true, 0.0).sum(1) / input.shape[1]
    return _reduced(losses if weight is None else weight[target] * losses, reduction)


def multilabel_margin(
    input: Tensor, target: Tensor, *, reduction: str = "mean"
) -> Tensor:
    """Return the losses of samples with several true classes, which are to lead by 1.

    A sample costs the sum of max(0, 1 - input[t] + input[j]) over all its true classes
    t and all classes j that are not true, divided by the number C of classes.

    Parameters
    ----------
    input : Tensor of shape (N, C)
        Scores of the classes, floats.
    target : Tensor of shape (N, C)
        In each row the true classes, in any order, none of them twice, int64; then a -1
        if there is room. What stands after the first -1 does not count.
    reduction : str
        "mean" over the samples, their "sum", or "none" for a loss each.

    Returns
    -------
    Tensor without axes, or of shape (N,) for "none"
        Of input's dtype. Gradients flow to `input`.
    """
    counts = (target >= 0).long().cumprod(1)  # 1 up to the first -1
    true = torch.zeros_like(target).scatter_add(1, target.clamp(min=0), counts) > 0
    # (N, C, C): of each pair of classes, by how much the first lacks its lead.
    shortfall = (1 - input.unsqueeze(2) + input.unsqueeze(1)).clamp(min=0)
    pairs = true.unsqueeze(2) & ~true.unsqueeze(1)
    losses = shortfall.where(pairs, 0.0).sum((1, 2)) / input.shape[1]
    return _reduced(losses, reduction)


def hinge_embedding(
    input: Tensor, target: Tensor, margin: float = 1.0, *, reduction: str = "mean"
) -> Tensor:
    """Return the losses of distances that are to be small, or larger than a margin.

    Parameters
    ----------
    input : Tensor of any shape
        Distances, floats.
    target : Tensor of input's shape and dtype
        1 where the two belong together, which costs the distance itself; -1 where they
        do not, which costs max(0, margin - distance).
    margin : float
        The distance from which on those that do not belong together cost nothing.
    reduction : str
        "mean" over all entries, their "sum", or "none" for a loss each.

    Returns
    -------
    Tensor without axes, or of input's shape for "none"
        Of input's dtype. Gradients flow to `input`.
    """
    apart = (margin - input).clamp(min=0)
    return _reduced(torch.where(target == 1, input, apart), reduction)


def cosine_embedding(
    input1: Tensor,
    input2: Tensor,
    target: Tensor,
    margin: float = 0.0,
    *,
    reduction: str = "mean",
) -> Tensor:
    """Return the losses of pairs of vectors that are to point one way, or not to.

    Parameters
    ----------
    input1, input2 : Tensor of shape (N, D)
        Vectors, floats, of any length but 0.
    target : Tensor of shape (N,)
        1 where two vectors belong together, which costs 1 less the cosine of the angle
        between them; -1 where they do not, which costs max(0, cosine - margin).
    margin : float
        The cosine up to which those that do not belong together cost nothing.
    reduction : str
        "mean" over the pairs, their "sum", or "none" for a loss each.

    Returns
    -------
    Tensor without axes, or of shape (N,) for "none"
        Of the vectors' dtype. Gradients flow to both vectors.
    """
    lengths = input1.norm(dim=1) * input2.norm(dim=1)
    cosine = (input1 * input2).sum(1) / lengths  # (N,)
    apart = (cosine - margin).clamp(min=0)
    return _reduced(torch.where(target == 1, 1 - cosine, apart), reduction)


def _distance(x: Tensor, y: Tensor, p: float, eps: float) -> Tensor:
    """Return the p-norm of each difference, (N,)."""
    return ((x - y + eps).abs() ** p).sum(1) ** (1 / p)


def triplet_margin(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    margin: float = 1.0,
    p: float = 2.0,
    eps: float = 1e-6,
    swap: bool = False,
    *,
    reduction: str = "mean",
) -> Tensor:
    """Return the losses of anchors that are to be nearer to one vector than to another.

    A triplet costs max(0, margin + d(anchor, positive) - d(anchor, negative)), where
    d(x, y) is the p-norm of x - y + eps, with eps added to each entry.

    Parameters
    ----------
    anchor, positive, negative : Tensor of shape (N, D)
        Vectors, floats: the second is to be near the first, and the third far from it.
    margin : float
        By how much nearer.
    p : float
        The order of the norm, at least 1 and finite.
    eps : float
        Keeps the slope of a distance finite where two vectors are equal.
    swap : bool
        Whether d(positive, negative) takes the place of d(anchor, negative) where it is
        the smaller of the two.
    reduction : str
        "mean" over the triplets, their "sum", or "none" for a loss each.

    Returns
    -------
    Tensor without axes, or of shape (N,) for "none"
        Of the vectors' dtype. Gradients flow to all three.

    References
    ----------
    Schroff, Kalenichenko & Philbin (2015), "FaceNet", section 3.1.
    Balntas et al. (2016), "Learning local feature descriptors with triplets and shallow
    convolutional neural networks", section 3.2, for `swap`.
    """
    near = _distance(anchor, positive, p, eps)
    far = _distance(anchor, negative, p, eps)
    if swap:
        far = far.minimum(_distance(positive, negative, p, eps))
    return _reduced((margin + near - far).clamp(min=0), reduction)
