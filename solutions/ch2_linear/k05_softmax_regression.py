"""Softmax regression and accuracy: one linear layer and one loop can read digits.

The net gives each class a score, the loss compares the scores with the truth, and each
batch is a step. What is hard is the bookkeeping: gradients of a mean or of a sum, a
last batch that is shorter than the others, and a net that must be put in training mode
to learn and in evaluation mode to be judged.

Level: 2 of 5
Minutes: 40
Needs: linreg-scratch, softmax-cross-entropy
"""

from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn

__all__ = ["Accumulator", "accuracy", "evaluate_accuracy", "train_epoch", "fit"]

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
    metric = Accumulator(2)  # hits, samples
    with torch.no_grad():
        for X, y in data_iter:
            metric.add(accuracy(net(X), y), len(y))
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
    metric = Accumulator(3)  # sum of losses, hits, samples
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
        metric.add(N * mean.item(), accuracy(y_hat, y), N)
    return metric[0] / metric[2], metric[1] / metric[2]


def fit(
    net: Net,
    train_iter: Batches,
    test_iter: Batches,
    loss: Loss,
    num_epochs: int,
    updater: Updater,
) -> list[tuple[float, float, float]]:
    """Train a net for some epochs, and judge it after each.

    Parameters
    ----------
    net, loss, updater
        As `train_epoch` takes them.
    train_iter : iterable of (X, y)
        Batches to learn from, gone through once an epoch.
    test_iter : iterable of (X, y)
        Batches to be judged by, gone through after each epoch, and never trained on.
    num_epochs : int
        How many epochs.

    Returns
    -------
    list of tuple of float
        For each epoch the mean loss and the accuracy that `train_epoch` returns, and
        the share of the test samples that are classified right after it.
    """
    history = []
    for _ in range(num_epochs):
        trained = train_epoch(net, train_iter, loss, updater)
        history.append((*trained, evaluate_accuracy(net, test_iter)))
    return history
