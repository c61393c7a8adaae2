"""The ladders of softmax and cross-entropy: a batch of scores, sample by sample."""

import math

import torch
from torch.nn import functional as F

from dojo.grading import Ladder


def scores(rng):
    return (torch.tensor(rng.normal(size=(128, 50))).float(),)


def scores_and_labels(rng):
    return *scores(rng), torch.tensor(rng.integers(0, 50, size=128))


def probabilities(row):
    power = [math.exp(score - max(row)) for score in row]
    total = sum(power)
    return [p / total for p in power]


def softmax_by_rows(O):
    return torch.tensor([probabilities(row) for row in O.tolist()])


def loss_by_rows(logits, y):
    rows = zip(logits.tolist(), y.tolist(), strict=True)
    losses = [-math.log(probabilities(row)[label]) for row, label in rows]
    return torch.tensor(sum(losses) / len(losses))


def slopes_by_rows(logits, y):
    slopes = softmax_by_rows(logits)
    for row, label in zip(slopes, y.tolist(), strict=True):
        row[label] -= 1
        row /= len(y)
    return slopes


def graph(logits, y):
    """Return what torch's way back needs; building it is the way forward."""
    leaf = logits.clone().requires_grad_()
    return F.cross_entropy(leaf, y), leaf


def back(loss, leaf):
    return torch.autograd.grad(loss, leaf, retain_graph=True)[0]


LADDERS = (
    Ladder(
        "softmax",
        "128 samples of 50 scores",
        scores,
        softmax_by_rows,
        lambda O: F.softmax(O, -1),
    ),
    Ladder(
        "cross_entropy",
        "128 samples of 50 scores",
        scores_and_labels,
        loss_by_rows,
        F.cross_entropy,
    ),
    Ladder(
        "cross_entropy_grad",
        "128 samples of 50 scores",
        scores_and_labels,
        slopes_by_rows,
        back,
        torch_given=graph,
    ),
)
