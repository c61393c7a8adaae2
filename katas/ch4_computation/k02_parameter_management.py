"""Parameters: a net knows them by name, and a shared one only once.

An nn.Parameter that is an attribute of a module, or stands in a ParameterList or a
ParameterDict that is one, has a name, and by names a net is counted, frozen in parts
and saved. A parameter that two layers share is one parameter: it is counted once, and
its gradient is the sum of what comes from both.

Level: 2 of 5
Minutes: 35
Needs: module-building
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

__all__ = [
    "count_parameters",
    "named_shapes",
    "freeze",
    "ListDense",
    "DictDense",
    "TiedMLP",
]


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
    raise NotImplementedError


def named_shapes(net: nn.Module) -> dict[str, tuple[int, ...]]:
    """Return the shape of each parameter of a net by its name.

    Frozen ones are there too, buffers are not. A parameter that is shared is there
    once, under the first of its names.

    Parameters
    ----------
    net : nn.Module
        Any.

    Returns
    -------
    dict of str to tuple of int
        The keys are the names that torch gives, such as "0.weight".
    """
    raise NotImplementedError


def freeze(net: nn.Module, prefix: str) -> int:
    """Freeze the parameters whose names start with a prefix, and say how many.

    They no longer require a gradient. All others are left as they are, frozen or not.

    Parameters
    ----------
    net : nn.Module, changed in place
        Any.
    prefix : str
        As in `str.startswith`: "conv1" is also the start of "conv10.weight", and "" of
        every name.

    Returns
    -------
    int
        How many parameters (tensors, not numbers) have such a name, also if some were
        frozen before. One that is shared counts once, by the first of its names.
    """
    raise NotImplementedError


class ListDense(nn.Module):
    """Four matrices in a ParameterList, one product after the other.

    Its parameters are three of shape (4, 4) and, last, one of shape (4, 1). They are in
    one nn.ParameterList, whose name is free, all learn, and none starts at zero or with
    an infinite number.
    """

    def __init__(self) -> None:
        raise NotImplementedError

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
        raise NotImplementedError


class DictDense(nn.Module):
    """Three matrices in a ParameterDict, of which each call uses one.

    Its parameters are linear1 of shape (4, 4), linear2 of shape (4, 1) and linear3 of
    shape (4, 2). These are the keys of one nn.ParameterDict, whose name is free; all
    learn, and none starts at zero or with an infinite number.
    """

    def __init__(self) -> None:
        raise NotImplementedError

    def forward(self, x: Tensor, choice: str = "linear1") -> Tensor:
        """Return x times the matrix of that name.

        Parameters
        ----------
        x : Tensor of shape (N, 4)
            Of the parameters' dtype.
        choice : str
            linear1, linear2 or linear3; any other raises an error.

        Returns
        -------
        Tensor of shape (N, 4), (N, 1) or (N, 2)
        """
        raise NotImplementedError


class TiedMLP(nn.Module):
    """A perceptron whose middle layer is used twice.

    It has three nn.Linear with biases: from num_inputs to num_hiddens, from num_hiddens
    to num_hiddens, and from num_hiddens to num_outputs. Nothing else in it has
    parameters, and their names are free.

    Parameters
    ----------
    num_inputs, num_hiddens, num_outputs : int
        The widths of the input, the hidden layers and the output.
    """

    def __init__(
        self, num_inputs: int = 784, num_hiddens: int = 256, num_outputs: int = 10
    ) -> None:
        raise NotImplementedError

    def forward(self, X: Tensor) -> Tensor:
        """Return the outputs of first, shared, shared and last, in this order.

        ReLU follows each of the four uses but the last. Each use is a call of the
        layer, so hooks on it run.

        Parameters
        ----------
        X : Tensor of shape (N, num_inputs)
            Of the parameters' dtype.

        Returns
        -------
        Tensor of shape (N, num_outputs)
        """
        raise NotImplementedError
