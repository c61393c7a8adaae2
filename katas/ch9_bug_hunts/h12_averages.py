"""Averages: every loss that is printed is wrong by a little, or by a factor.

The loops run, the losses fall, and the plots look as plots do. But the mean loss of an
epoch changes with the batch size, a search needs a learning rate of 100, and labels in
a flat vector make a loss of the wrong shape.

Level: 3 of 5
Minutes: 40
Needs: linreg-scratch, softmax-regression
Hunts: linreg-scratch, softmax-regression
Only: squared_loss, train_linreg, evaluate_accuracy, train_epoch
"""

from collections.abc import Callable, Iterable, Iterator

import torch
from torch import Tensor, nn

__all__ = [
    "data_iter",
    "squared_loss",
    "sgd",
    "train_linreg",
    "Accumulator",
    "accuracy",
    "evaluate_accuracy",
    "train_epoch",
]


def data_iter(
    batch_size: int,
    features: Tensor,
    labels: Tensor,
    *,
    generator: torch.Generator | None = None,
) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield all samples in batches, once each, in a random order.

    Each call makes a new order. All batches have `batch_size` samples, but the last one
    holds what remains.

    Parameters
    ----------
    batch_size : int
        At least 1; it may be larger than N.
    features : Tensor of shape (N, D)
    labels : Tensor of shape (N, 1)
    generator : torch.Generator, optional
        All that determines the order; torch's global one by default. It is drawn from,
        never reseeded.

    Yields
    ------
    X : Tensor of shape (batch_size, D), or fewer rows in the last batch
    y : Tensor of shape (batch_size, 1), or fewer rows
        The labels of these samples, in the same order.
    """
    for batch in torch.randperm(len(features), generator=generator).split(batch_size):
        yield features[batch], labels[batch]


def squared_loss(y_hat: Tensor, y: Tensor) -> Tensor:
    """Return half the squared error of each prediction.

    Parameters
    ----------
    y_hat : Tensor of shape (N, 1) or (N,)
        The predictions.
    y : Tensor of shape (N, 1) or (N,)
        The labels, of y_hat's dtype. They are paired with the predictions in order,
        also where one has the shape (N, 1) and the other (N,).

    Returns
    -------
    Tensor of y_hat's shape
        Neither summed nor averaged. Gradients flow to y_hat.
    """
    return (y_hat - y) ** 2 / 2


def sgd(params: list[Tensor], lr: float, batch_size: int) -> None:
    """Take one step of stochastic gradient descent, and clear the gradients.

    Each parameter moves by -lr times its gradient over `batch_size`: the gradients are
    those of a loss that was summed over the batch. Then they are zero, or None. No
    graph records the step. In this kata `torch.optim` is forbidden.

    Parameters
    ----------
    params : list of Tensor, changed in place
        Leaves that require a gradient, of any shape, with their gradients in `.grad`.
        They stay the same tensors in the same memory, and still require a gradient.
    lr : float
        The learning rate.
    batch_size : int
        How many samples the loss was summed over.
    """
    with torch.no_grad():
        for p in params:
            if p.grad is not None:  # what was not used has no gradient
                p -= lr * p.grad / batch_size
                p.grad.zero_()


def train_linreg(
    features: Tensor,
    labels: Tensor,
    lr: float,
    num_epochs: int,
    batch_size: int,
    *,
    generator: torch.Generator | None = None,
) -> tuple[Tensor, Tensor, list[float]]:
    """Return a linear model that stochastic gradient descent has found, and its losses.

    An epoch goes through all samples once, in a new random order and in batches of
    `batch_size`; the last one holds what remains. Each batch is one step along the
    gradient of its mean loss: that of a short batch is divided by its true size. Where
    the search starts is free, as long as it is within a few units of zero.

    Parameters
    ----------
    features : Tensor of shape (N, D), float32
    labels : Tensor of shape (N, 1), float32
    lr : float
        The learning rate.
    num_epochs, batch_size : int
        How often to go through the samples, and how many to a step.
    generator : torch.Generator, optional
        All that is drawn comes from it; from torch's global one by default. It is drawn
        from, never reseeded.

    Returns
    -------
    w : Tensor of shape (D, 1)
    b : Tensor of shape (1,)
        Both float32, detached from the graph.
    losses : list of float
        For each epoch the mean over all samples of half the squared error, with the
        weights that it ended with.

    References
    ----------
    Robbins & Monro (1951), "A stochastic approximation method", Annals of Mathematical
    Statistics 22(3), section 1.
    """
    w = features.new_zeros(features.shape[1], 1, requires_grad=True)
    b = features.new_zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        for X, y in data_iter(batch_size, features, labels, generator=generator):
            squared_loss(X @ w + b, y).mean().backward()
            sgd([w, b], lr, len(y))
        with torch.no_grad():
            losses.append(squared_loss(features @ w + b, labels).mean().item())
    return w.detach(), b.detach(), losses


Net = Callable[[Tensor], Tensor]  # an nn.Module, or a plain function
Batches = Iterable[tuple[Tensor, Tensor]]
Loss = Callable[[Tensor, Tensor], Tensor]
Updater = torch.optim.Optimizer | Callable[[int], None]


class Accumulator:
    """Sums of several quantities, which grow together.

    Parameters
    ----------
    n : int
        How many sums there are; each begins at 0.
    """

    def __init__(self, n: int) -> None:
        self.sums = [0.0] * n

    def add(self, *args: float | Tensor) -> None:
        """Add a number to each sum.

        Parameters
        ----------
        *args : float, int or Tensor without axes
            As many as there are sums, the first for the first.
        """
        pairs = zip(self.sums, args, strict=True)
        self.sums = [total + float(number) for total, number in pairs]

    def reset(self) -> None:
        """Set all sums back to 0."""
        self.sums = [0.0] * len(self.sums)

    def __getitem__(self, i: int) -> float:
        """Return a sum.

        Parameters
        ----------
        i : int
            Which one, from 0.

        Returns
        -------
        float
            As exact as Python's floats: also 2**24 and 1 more is told apart.
        """
        return self.sums[i]


def accuracy(y_hat: Tensor, y: Tensor) -> float:
    """Return how many samples have their largest score at their true class.

    Parameters
    ----------
    y_hat : Tensor of shape (N, C)
        Scores or probabilities, floats.
    y : Tensor of shape (N,)
        True classes, integers of any dtype.

    Returns
    -------
    float
        A count from 0.0 to N, a Python float.
    """
    return float((y_hat.argmax(1) == y).sum())


def evaluate_accuracy(net: Net, data_iter: Batches) -> float:
    """Return the share of all samples that a net classifies right.

    The net is judged in evaluation mode, if it is a module, and without building a
    graph. Afterwards all is as before: a net that was in training mode is so again,
    one that was in evaluation mode stays there, and so do parameters, gradients,
    buffers and autograd.

    Parameters
    ----------
    net : nn.Module or function
        Takes X, returns scores of shape (N, C).
    data_iter : iterable of (X, y)
        Batches, which need not be of one size: y is a Tensor of shape (N,), and there
        are N samples in X. Gone through once.

    Returns
    -------
    float
        From 0.0 to 1.0, a Python float.
    """
    training = isinstance(net, nn.Module) and net.training
    if isinstance(net, nn.Module):
        net.eval()
    metric = Accumulator(2)  # shares, batches
    with torch.no_grad():
        for X, y in data_iter:
            metric.add(accuracy(net(X), y) / len(y), 1)
    if isinstance(net, nn.Module):
        net.train(training)
    return metric[0] / metric[1]


def train_epoch(
    net: Net, train_iter: Batches, loss: Loss, updater: Updater
) -> tuple[float, float]:
    """Train a net for one epoch: a step for each batch.

    Parameters
    ----------
    net : nn.Module or function
        Takes X, returns scores of shape (N, C). A module is put in training mode.
    train_iter : iterable of (X, y)
        Batches, the last of which may be short; each is used once, in its turn.
    loss : callable
        Takes scores and labels, returns a value for each sample, of shape (N,), or
        their mean, without axes.
    updater : torch.optim.Optimizer or callable
        An optimizer steps on the gradient of the batch's mean loss, whatever gradients
        were there before. A callable is called with the number N of samples in the
        batch, when the gradient of the batch's summed loss has been added to the
        parameters' own; it moves the parameters and clears the gradients itself.

    Returns
    -------
    tuple of float
        The mean loss over all samples of the epoch, and the share of them that were
        classified right, each taken from the scores before its batch's step. Python
        floats.
    """
    if isinstance(net, nn.Module):
        net.train()
    metric = Accumulator(4)  # sum of losses, hits, samples, batches
    for X, y in train_iter:
        y_hat, N = net(X), len(y)
        mean = loss(y_hat, y).mean()  # the mean of a mean is itself
        if isinstance(updater, torch.optim.Optimizer):
            updater.zero_grad()
            mean.backward()
            updater.step()
        else:
            (N * mean).backward()
            updater(N)
        metric.add(mean.item(), accuracy(y_hat, y), N, 1)
    return metric[0] / metric[3], metric[1] / metric[2]
