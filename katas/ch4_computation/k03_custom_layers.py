"""Custom layers: a layer is a module whose arithmetic is one's own.

With parameters or without, a layer of one's own is used like torch's: it hangs in a
net, is called, follows train() and eval(), and autograd finds its gradients. That holds
as long as the arithmetic is done with the parameters themselves; .data takes the
numbers out of the graph, and the layer never learns.

Level: 2 of 5
Minutes: 35
Needs: parameter-management, inverted-dropout
"""

import torch
from torch import Tensor, nn

__all__ = ["CenteredLayer", "MyLinear", "MyDropout", "BilinearReduce"]


class CenteredLayer(nn.Module):
    """A layer without parameters that takes away the mean."""

    def forward(self, X: Tensor) -> Tensor:
        """Return X less the mean over all its elements.

        Parameters
        ----------
        X : Tensor of any shape
            Floats, at least one.

        Returns
        -------
        Tensor of X's shape
            Of X's dtype. Its mean is 0, in training and in evaluation mode, and
            gradients flow through both: through X and through the mean.
        """
        raise NotImplementedError


class MyLinear(nn.Module):
    """A linear layer with ReLU on its output, written with its own parameters.

    They are `weight` of shape (in_units, units) and `bias` of shape (units,); both
    learn, and the weight is not all zero at the start. It is not that of nn.Linear: it
    stands to the right of X, without a transpose. In this layer F.linear is forbidden,
    and nn.Linear, which calls it.

    Parameters
    ----------
    in_units, units : int
        How many numbers a sample has, and how many come out.
    """

    def __init__(self, in_units: int, units: int) -> None:
        raise NotImplementedError

    def forward(self, X: Tensor) -> Tensor:
        """Return relu(X @ weight + bias).

        Parameters
        ----------
        X : Tensor of shape (N, in_units)
            Of the parameters' dtype.

        Returns
        -------
        Tensor of shape (N, units)
            Gradients flow to X, weight and bias.
        """
        raise NotImplementedError


class MyDropout(nn.Module):
    """Inverted dropout as a layer: in training it drops, in evaluation it does nothing.

    In this layer F.dropout and its kin are forbidden, and nn.Dropout, which calls it.

    Parameters
    ----------
    p : float
        The probability to drop an entry, from 0.0 to 1.0.
    """

    def __init__(self, p: float) -> None:
        raise NotImplementedError

    def forward(self, X: Tensor) -> Tensor:
        """Return X with entries dropped at random and the others scaled up.

        In training mode each entry is dropped, for itself and anew in every call, with
        probability p, and is then 0; all others are divided by 1 - p. With p = 0 X
        comes back as it is, with p = 1 only zeros do. In evaluation mode X comes back
        as it is. What is drawn comes from torch's global generator, which is never
        reseeded.

        Parameters
        ----------
        X : Tensor of any shape
            Floats.

        Returns
        -------
        Tensor of X's shape
            Of X's dtype. Gradients flow to X through what was kept, with its factor.
        """
        raise NotImplementedError


class BilinearReduce(nn.Module):
    """A layer of products of two entries each: k forms in the n entries of a sample.

    Its one parameter is `weight` of shape (n, n, k), which learns; how it starts is
    free. There is no bias.

    Parameters
    ----------
    n, k : int
        How many numbers a sample has, and how many come out.
    """

    def __init__(self, n: int, k: int) -> None:
        raise NotImplementedError

    def forward(self, X: Tensor) -> Tensor:
        """Return for each sample x and each k the sum over i and j of W_ijk x_i x_j.

        Parameters
        ----------
        X : Tensor of shape (N, n)
            Of the parameter's dtype.

        Returns
        -------
        Tensor of shape (N, k)
            Gradients flow to X and weight.
        """
        raise NotImplementedError
