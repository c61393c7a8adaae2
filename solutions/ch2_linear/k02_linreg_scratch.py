"""Linear regression from scratch: a search that sees a few samples at a time.

Each step looks at one small batch, asks which way the error falls, and moves a little.
The steps are noisy and cheap, and a few hundred of them end where the equation would.
Nothing of this needs the model to be a line, which is why the same loop trains every
network.

Level: 2 of 5
Minutes: 45
Needs: linreg-closed-form
"""

from collections.abc import Iterator

import torch
from torch import Tensor

__all__ = ["synthetic_data", "data_iter", "squared_loss", "sgd", "train_linreg"]


def synthetic_data(
    w: Tensor,
    b: float,
    n: int,
    *,
    noise: float = 0.01,
    generator: torch.Generator | None = None,
) -> tuple[Tensor, Tensor]:
    """Return samples of which the true weights and the bias are known.

    The features are standard normal, each entry drawn for itself. A label is the
    weighted sum of its features plus b plus Gaussian noise, drawn for each label.

    Parameters
    ----------
    w : Tensor of shape (D,) or (D, 1)
        The true weights, floats; they give their dtype to the data.
    b : float
        The true bias.
    n : int
        How many samples.
    noise : float
        The standard deviation of the noise; 0 adds none.
    generator : torch.Generator, optional
        All that determines the draws; torch's global one by default. It is drawn from,
        never reseeded.

    Returns
    -------
    features : Tensor of shape (n, D)
    labels : Tensor of shape (n, 1)
    """
    X = torch.randn(n, len(w), generator=generator, dtype=w.dtype)
    y = X @ w.reshape(-1, 1) + b  # (n, 1)
    return X, y + noise * torch.randn(y.shape, generator=generator, dtype=w.dtype)


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
    return (y_hat - y.reshape(y_hat.shape)) ** 2 / 2


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
            squared_loss(X @ w + b, y).sum().backward()
            sgd([w, b], lr, len(y))
        with torch.no_grad():
            losses.append(squared_loss(features @ w + b, labels).mean().item())
    return w.detach(), b.detach(), losses
