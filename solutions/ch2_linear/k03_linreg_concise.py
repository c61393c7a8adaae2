"""Linear regression with torch.nn: the same search, made of parts that are there.

A loader makes the batches, a module holds the parameters, an optimizer takes the step.
What is left to write is the loop, and it is the same for every model, loss and
optimizer. What is left to know is which convention each part has: a loss without its
half trains with steps that are twice as long.

Level: 1 of 5
Minutes: 20
Needs: linreg-scratch
"""

from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

__all__ = ["load_array", "make_linreg", "train", "huber_loss"]


def load_array(
    data_arrays: tuple[Tensor, ...], batch_size: int, is_train: bool = True
) -> DataLoader:
    """Return a loader of the rows of some tensors, in batches.

    Each time it is gone through it yields every sample once. All batches have
    `batch_size` samples, but the last one holds what remains.

    Parameters
    ----------
    data_arrays : tuple of Tensor
        One or more, of shapes (N, ...): row i of each belongs to sample i. A batch has
        a part for each of them, in their order.
    batch_size : int
        At least 1.
    is_train : bool
        Whether the samples come in a random order, a new one each time, drawn from
        torch's global generator; if not, they come in the order in which they are
        given.

    Returns
    -------
    DataLoader
    """
    return DataLoader(TensorDataset(*data_arrays), batch_size, shuffle=is_train)


def make_linreg(in_features: int, std: float = 0.01) -> nn.Sequential:
    """Return a linear model with one output, its nn.Linear at index 0.

    Nothing else in it changes a prediction: it is X Wᵀ + b. The weight is drawn from
    the normal distribution with mean 0, by torch's global generator; the bias is 0.
    Both learn.

    Parameters
    ----------
    in_features : int
        D, how many features a sample has.
    std : float
        The standard deviation of the weight.

    Returns
    -------
    nn.Sequential
        From (N, D) to (N, 1), float32.
    """
    linear = nn.Linear(in_features, 1)
    nn.init.normal_(linear.weight, std=std)
    nn.init.zeros_(linear.bias)
    return nn.Sequential(linear)


def train(
    net: nn.Module,
    data_iter: Iterable[tuple[Tensor, Tensor]],
    loss: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
    num_epochs: int,
) -> list[float]:
    """Train a net in place and return the mean loss of each epoch.

    An epoch goes through `data_iter` once, and each batch is one step of the optimizer
    along the gradient of that batch's loss and of no other, also if gradients are there
    on arrival.

    Parameters
    ----------
    net : nn.Module
        Any, from X to predictions; it arrives in training mode.
    data_iter : iterable of pairs (X, y)
        Batches of samples and labels, such as a DataLoader; the last one may be short.
        It can be gone through again.
    loss : callable
        Takes predictions and labels and returns their mean loss, a tensor without axes.
    optimizer : torch.optim.Optimizer
        Any that has the net's parameters.
    num_epochs : int

    Returns
    -------
    list of float
        For each epoch the mean loss over its samples (not over its batches: the last
        may be short), each taken before its batch's step.
    """
    losses = []
    for _ in range(num_epochs):
        total, count = 0.0, 0
        for X, y in data_iter:
            batch_loss = loss(net(X), y)
            optimizer.zero_grad()
            batch_loss.backward()
            optimizer.step()
            total += batch_loss.item() * len(y)
            count += len(y)
        losses.append(total / count)
    return losses


def huber_loss(y_hat: Tensor, y: Tensor, delta: float = 1.0) -> Tensor:
    """Return the mean of Huber's loss: a parabola near zero, a straight line far out.

    Up to `delta` a residual r costs r²/2, beyond it delta · (|r| - delta/2), so that
    neither the loss nor its slope jumps. In this function `F.huber_loss` is forbidden.

    Parameters
    ----------
    y_hat : Tensor of any shape
        The predictions.
    y : Tensor of y_hat's shape and dtype
        The labels.
    delta : float
        Where the parabola ends, above 0.

    Returns
    -------
    Tensor without axes
        Of y_hat's dtype. Gradients flow to y_hat.

    References
    ----------
    Huber (1964), "Robust estimation of a location parameter", Annals of Mathematical
    Statistics 35(1), section 3.
    """
    r = (y_hat - y).abs()
    return torch.where(r <= delta, r**2 / 2, delta * (r - delta / 2)).mean()
