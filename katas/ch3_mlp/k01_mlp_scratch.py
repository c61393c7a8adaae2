"""A multilayer perceptron from scratch: a bend between two layers makes them two.

Two affine layers on top of each other are one affine layer, whatever their size. With
ReLU between them they can do what no single one can, such as telling XOR. The rest is
care: weights that start small and unequal, images that become rows, and logits that no
softmax has touched. torch.relu, F.relu and F.prelu, also as methods and modules, are
forbidden.

Level: 2 of 5
Minutes: 35
Needs: softmax-regression
"""

import torch
from torch import Tensor

__all__ = ["relu", "prelu", "collapse_affine", "init_mlp", "mlp"]


def relu(X: Tensor) -> Tensor:
    """Return X where it is positive and 0 elsewhere.

    Parameters
    ----------
    X : Tensor of any shape
        Floats.

    Returns
    -------
    Tensor of X's shape
        Of X's dtype. Gradients flow to X: 1 where it is positive, 0 elsewhere, also
        where X is exactly 0.
    """
    raise NotImplementedError


def prelu(X: Tensor, alpha: float | Tensor) -> Tensor:
    """Return X where it is positive and alpha * X elsewhere.

    Parameters
    ----------
    X : Tensor of any shape
        Floats.
    alpha : float or Tensor without axes
        The slope below zero, any number: also above 1, zero, or negative. A tensor may
        need a gradient.

    Returns
    -------
    Tensor of X's shape
        Of X's dtype. Gradients flow to X, 1 where it is positive and alpha elsewhere,
        also where X is exactly 0; and to alpha, if it is a tensor that needs one.
    """
    raise NotImplementedError


def collapse_affine(
    W1: Tensor, b1: Tensor, W2: Tensor, b2: Tensor
) -> tuple[Tensor, Tensor]:
    """Return the one affine map that two without an activation between them are.

    For every X, X @ W + b is (X @ W1 + b1) @ W2 + b2.

    Parameters
    ----------
    W1 : Tensor of shape (D, H)
    b1 : Tensor of shape (H,)
    W2 : Tensor of shape (H, C)
    b2 : Tensor of shape (C,)
        Weights and biases of the first layer and of the second, of one dtype.

    Returns
    -------
    tuple of Tensor
        W of shape (D, C) and b of shape (C,).
    """
    raise NotImplementedError


def init_mlp(
    num_inputs: int,
    num_hiddens: int,
    num_outputs: int,
    *,
    std: float = 0.01,
    generator: torch.Generator | None = None,
) -> list[Tensor]:
    """Return the parameters of a perceptron with one hidden layer, ready to learn.

    Parameters
    ----------
    num_inputs, num_hiddens, num_outputs : int
        The sizes D, H and C of its layers.
    std : float
        Standard deviation of the weights, which are independent normal draws of mean 0.
    generator : torch.Generator, optional
        All that determines the draws; torch's global one by default. It is drawn from,
        never reseeded.

    Returns
    -------
    list of Tensor
        [W1, b1, W2, b2] of the shapes (D, H), (H,), (H, C) and (C,), of torch's default
        dtype. The biases are 0. All four are leaves that require a gradient.
    """
    raise NotImplementedError


def mlp(X: Tensor, params: list[Tensor]) -> Tensor:
    """Return the logits of a perceptron with one hidden layer of ReLUs.

    Parameters
    ----------
    X : Tensor of shape (N, D) or (N, 1, H, W)
        A batch of rows, or of images with D = H * W pixels, which are read row by row.
    params : list of Tensor
        [W1, b1, W2, b2], as `init_mlp` returns them, of X's dtype.

    Returns
    -------
    Tensor of shape (N, C)
        What the second layer gives; no activation and no softmax follow. Gradients flow
        to X and to all of `params`.
    """
    raise NotImplementedError
