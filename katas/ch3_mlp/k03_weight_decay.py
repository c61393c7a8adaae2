"""Weight decay: a pull toward zero at each step, so a weight must earn its size.

Where there are more weights than samples, many settings fit the samples equally well.
Decay prefers the small ones. For plain gradient descent it is the same as a penalty on
the squared weights; for Adam it is not, hence AdamW. Biases and the scales of
normalization layers are left alone: they do not decide how much an input counts.

Level: 3 of 5
Minutes: 35
Needs: l2-regularization, linreg-scratch
"""

import torch
from torch import Tensor, nn

__all__ = [
    "l2_penalty",
    "sgd_step_with_decay",
    "decay_param_groups",
    "train_high_dim",
]


def l2_penalty(w: Tensor) -> Tensor:
    """Return half the sum of the squared weights.

    Parameters
    ----------
    w : Tensor of any shape
        Floats.

    Returns
    -------
    Tensor of shape ()
        Of w's dtype. Its gradient with respect to w is w itself, and it flows.
    """
    raise NotImplementedError


def sgd_step_with_decay(w: Tensor, grad: Tensor, lr: float, wd: float) -> Tensor:
    """Return the weights after one step of `torch.optim.SGD` with `weight_decay=wd`.

    The step goes down the gradient of loss + wd · l2_penalty(w). In this kata
    `torch.optim` is forbidden here.

    Parameters
    ----------
    w : Tensor of any shape
        Floats.
    grad : Tensor of w's shape
        The gradient of the loss alone.
    lr : float
        Learning rate.
    wd : float
        Strength of the decay; 0 is a plain step.

    Returns
    -------
    Tensor of w's shape
        Of w's dtype.
    """
    raise NotImplementedError


def decay_param_groups(net: nn.Module, wd: float) -> list[dict]:
    """Return the net's parameters in groups for an optimizer, some of them undecayed.

    Parameters
    ----------
    net : nn.Module
        Any module, with modules in it to any depth; a parameter may be used in several
        places.
    wd : float
        The decay of most parameters.

    Returns
    -------
    list of dict
        Each has "params", a list of parameters, and "weight_decay", a float. Every
        parameter of the net is in exactly one group, once. The decay is 0 for the
        parameters named `bias` and for all parameters of normalization layers (batch,
        instance, layer, group and RMS), whatever their names; it is `wd` for the
        others, whatever their shapes. The number of groups and the order are free.
    """
    raise NotImplementedError


def train_high_dim(
    lambd: float,
    *,
    n_train: int = 20,
    d: int = 200,
    num_epochs: int = 100,
    lr: float = 0.003,
    batch_size: int = 5,
    seed: int = 0,
) -> dict[str, float]:
    """Return what linear regression with weight decay makes of few samples.

    The inputs are standard normal, and y = 0.01 · (x_1 + … + x_d) + 0.05 + noise, with
    normal noise of standard deviation 0.01. The weights start at standard normal draws,
    the bias at 0.

    Each epoch goes through all training rows once, in a new random order and in batches
    of `batch_size`; the last one holds what remains. Each batch is one step of gradient
    descent on the mean over its rows of (y_hat - y)² / 2, plus `lambd` · l2_penalty of
    the weights; the bias has no penalty.

    Parameters
    ----------
    lambd : float
        Strength of the penalty.
    n_train, d : int
        Rows to train on, and inputs of each.
    num_epochs : int
        How often to go through the rows; 0 leaves the start.
    lr : float
        Learning rate.
    batch_size : int
        Rows to a step.
    seed : int
        Determines all that is random. The data and the start depend on it, on
        `n_train` and on `d`, and on nothing else.

    Returns
    -------
    dict of float
        "train" and "test" are the means of (y_hat - y)² / 2, without the penalty, over
        the training rows and over 100 further rows, both after the last step; "norm" is
        the root of the sum of the squared weights.
    """
    raise NotImplementedError
