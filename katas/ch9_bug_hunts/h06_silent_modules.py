"""Silent modules: layers that can be built, called and trained, and do not learn.

A colleague wrote a few modules by hand. An optimizer takes them, and one of them has
nothing for it; another never moves; the weights of a third cannot be loaded into a net
of somebody else's.

Level: 2 of 5
Minutes: 25
Needs: parameter-management, custom-layers
Hunts: parameter-management, custom-layers
Only: count_parameters, ListDense, MyLinear, BilinearReduce
"""

import torch
from torch import Tensor, nn

__all__ = ["count_parameters", "ListDense", "MyLinear", "BilinearReduce"]


def count_parameters(net: nn.Module, trainable_only: bool = True) -> int:
    """Return how many numbers the parameters of a net have together.

    Buffers are no parameters. A parameter that is shared counts once.

    Parameters
    ----------
    net : nn.Module
        Any.
    trainable_only : bool
        Whether only those count that require a gradient.

    Returns
    -------
    int
    """
    return sum(
        p.numel() for p in net.parameters() if p.requires_grad or not trainable_only
    )


class ListDense(nn.Module):
    """Four matrices in a ParameterList, one product after the other.

    Its parameters are three of shape (4, 4) and, last, one of shape (4, 1). They are in
    one nn.ParameterList, whose name is free, all learn, and none starts at zero or with
    an infinite number.
    """

    def __init__(self) -> None:
        super().__init__()
        shapes = [(4, 4), (4, 4), (4, 4), (4, 1)]
        self.params = [nn.Parameter(torch.randn(*shape) / 2) for shape in shapes]

    def forward(self, X: Tensor) -> Tensor:
        """Return X times the first matrix, times the second, and so on.

        Parameters
        ----------
        X : Tensor of shape (N, 4)
            Of the parameters' dtype.

        Returns
        -------
        Tensor of shape (N, 1)
        """
        for W in self.params:
            X = X @ W


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
        super().__init__()
        self.weight = nn.Parameter(torch.randn(in_units, units) / in_units**0.5)
        self.bais = nn.Parameter(torch.zeros(units))

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
        return torch.relu(X @ self.weight + self.bais)


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
        super().__init__()
        self.weight = nn.Parameter(torch.randn(n, n, k) / n)

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
        return torch.einsum("ni,nj,ijk->nk", X, X, self.weight.data)
