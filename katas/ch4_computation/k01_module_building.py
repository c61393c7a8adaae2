"""Modules and blocks: a net is a tree of modules, and torch knows what hangs in it.

Whatever is set as an attribute of a module and is a module or a parameter itself is
registered: listed, moved, saved and put in training mode with it. A list, or a tensor,
is not. A layer is called, net(X), and not its `forward`, because the call also runs the
hooks that others have put on it.

Level: 2 of 5
Minutes: 40
Needs: mlp-scratch
"""

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

__all__ = ["MLP", "MySequential", "Parallel", "FixedHiddenMLP", "repeat_block"]


class MLP(nn.Module):
    """A perceptron with one hidden layer: linear, ReLU, linear.

    The two layers are nn.Linear with a bias, start as torch starts them, and are all
    that has parameters in it. Their names are free. Both are called, so hooks on them
    run.

    Parameters
    ----------
    num_inputs, num_hiddens, num_outputs : int
        The widths of the input, the hidden layer and the output.
    """

    def __init__(
        self, num_inputs: int = 784, num_hiddens: int = 256, num_outputs: int = 10
    ) -> None:
        raise NotImplementedError

    def forward(self, X: Tensor) -> Tensor:
        """Return the outputs, which no activation has touched.

        Parameters
        ----------
        X : Tensor of shape (N, num_inputs)
            Of the parameters' dtype.

        Returns
        -------
        Tensor of shape (N, num_outputs)
        """
        raise NotImplementedError


class MySequential(nn.Module):
    """Modules one after the other: nn.Sequential, written anew and not derived from it.

    Its children, their names, and so the keys of its state_dict are those of an
    nn.Sequential that is given the same.

    Parameters
    ----------
    *args : nn.Module, or one OrderedDict of them
        Any number, also none. Their names are "0", "1" and so on, or the keys of the
        OrderedDict. One that is given twice is there twice.
    """

    def __init__(self, *args: Any) -> None:
        raise NotImplementedError

    def forward(self, X: Tensor) -> Tensor:
        """Return what the last module makes of what the one before it makes, and so on.

        Each is called as often as it was given, so hooks on it run.

        Parameters
        ----------
        X : Tensor
            Whatever the first module takes; without modules it is returned.

        Returns
        -------
        Tensor
        """
        raise NotImplementedError


class Parallel(nn.Module):
    """Two nets side by side: both get the same input, and their outputs are joined.

    Parameters
    ----------
    net1, net2 : nn.Module
        They are its two parts, under free names, also if they are one and the same.
    dim : int
        The axis along which the outputs are joined; below 0 it counts from the end.
    """

    def __init__(self, net1: nn.Module, net2: nn.Module, dim: int = 1) -> None:
        raise NotImplementedError

    def forward(self, X: Tensor) -> Tensor:
        """Return the output of net1 and, behind it along `dim`, that of net2.

        Both are called, so hooks on them run.

        Parameters
        ----------
        X : Tensor
            Whatever both take.

        Returns
        -------
        Tensor
            Of the outputs' shape but along `dim`, where their sizes add up.
        """
        raise NotImplementedError


class FixedHiddenMLP(nn.Module):
    """A net with a constant weight, a layer that is used twice, and a loop.

    Its parameters are those of one nn.Linear from 20 to 20, with a bias. Its one buffer
    is a constant matrix c of shape (20, 20): it does not learn, is the same in every
    call, moves with the net and is in its state_dict. Its values are free, and so are
    the names.
    """

    constant: Tensor

    def __init__(self) -> None:
        raise NotImplementedError

    def forward(self, X: Tensor) -> Tensor:
        """Return a sum that is at most 1 in size.

        H = linear(relu(linear(X) @ c + 1)). While the absolute values of all of H add
        up to more than 1, H is halved. The sum of H is returned.

        Parameters
        ----------
        X : Tensor of shape (N, 20)
            Of the parameters' dtype.

        Returns
        -------
        Tensor without axes
            Gradients flow through all steps. The layer is called, so hooks on it run,
            twice.
        """
        raise NotImplementedError


def repeat_block(factory: Callable[[], nn.Module], n: int) -> nn.Sequential:
    """Return n blocks one after the other, each with parameters of its own.

    Parameters
    ----------
    factory : callable
        Makes a block; it is called n times, without arguments.
    n : int
        How many; may be 0.

    Returns
    -------
    nn.Sequential
        Its children are the blocks, in the order in which they were made. Their names
        are free.
    """
    raise NotImplementedError
