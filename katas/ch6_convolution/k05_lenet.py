"""LeNet: two convolutions and three linear layers, enough to read handwriting.

Convolution and pooling turn an image into few, telling features; linear layers decide
what they mean. The only arithmetic is the size of what the first hands to the second.
The training loop is short, and a slip in it rarely crashes: it trains a little worse,
or reports a number that is a little off.

Level: 2 of 5
Minutes: 30
Needs: pool2d
"""

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

__all__ = ["num_flat_features", "LeNet", "train_lenet", "accuracy"]


def num_flat_features(x: Tensor) -> int:
    """Return how many numbers one sample of a batch has.

    Parameters
    ----------
    x : Tensor of shape (N, ...)
        A batch: the first axis counts the samples, at least one axis follows.

    Returns
    -------
    int
        The product of all sizes but the first.
    """
    raise NotImplementedError


class LeNet(nn.Module):
    """A classifier of square images: conv1, conv2, then fc1, fc2 and fc3.

    conv1 (6 filters of 5x5), activation, 2x2 max pooling, conv2 (16 filters of 5x5),
    activation, 2x2 max pooling, flatten, fc1 (120 outputs), activation, fc2 (84),
    activation, fc3. There is no padding, and all five layers have biases. They are the
    attributes conv1, conv2 (nn.Conv2d), fc1, fc2, fc3 (nn.Linear) and start as torch
    starts them.

    Parameters
    ----------
    in_channels : int
        Channels of the images.
    num_classes : int
        Outputs of fc3.
    in_size : int
        Height and width of the images, at least 16. With 32 pixels fc1 has 400 inputs,
        with 28 it has 256.
    activation : callable
        A class or factory that is called without arguments and returns a module.

    References
    ----------
    LeCun, Bottou, Bengio & Haffner (1998), "Gradient-based learning applied to document
    recognition", Proceedings of the IEEE 86(11), section II.B; with today's activation,
    pooling and output.
    """

    def __init__(
        self,
        in_channels: int = 1,
        num_classes: int = 10,
        in_size: int = 32,
        activation: Callable[[], nn.Module] = nn.ReLU,
    ) -> None:
        raise NotImplementedError

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits, which no activation or softmax has touched.

        Parameters
        ----------
        x : Tensor of shape (N, in_channels, in_size, in_size)
            A batch of images.

        Returns
        -------
        Tensor of shape (N, num_classes)

        Raises
        ------
        ValueError
            If x has no batch axis: one image is a batch of one, (1, C, H, W). Any other
            error will do.
        """
        raise NotImplementedError


def train_lenet(
    net: nn.Module,
    images: Tensor,
    labels: Tensor,
    *,
    epochs: int = 4,
    batch_size: int = 32,
    lr: float = 0.05,
    momentum: float = 0.9,
    generator: torch.Generator | None = None,
) -> list[float]:
    """Train a classifier in place by stochastic gradient descent with momentum.

    Each epoch goes through all samples once, in a new random order and in batches of
    `batch_size`; the last one holds what remains. Each batch is one step of
    `torch.optim.SGD` (which may be used) on the mean cross-entropy of its logits.
    Momentum starts at zero and lives on from epoch to epoch.

    Parameters
    ----------
    net : nn.Module
        Any classifier, (N, C, H, W) to logits (N, classes). It is put in training mode.
    images : Tensor of shape (N, C, H, W)
        In the net's dtype.
    labels : Tensor of shape (N,)
        True classes, int64.
    epochs, batch_size : int
        How often to go through the samples, and how many to a step.
    lr, momentum : float
        As in `torch.optim.SGD`.
    generator : torch.Generator, optional
        All that determines the orders; torch's global one by default. It is drawn from,
        never reseeded.

    Returns
    -------
    list of float
        For each epoch the mean loss over its samples (not over its batches: the last
        may be short), each taken before its batch's step.
    """
    raise NotImplementedError


def accuracy(net: nn.Module, images: Tensor, labels: Tensor) -> float:
    """Return the share of samples whose largest logit is that of their true class.

    The net is judged in evaluation mode and without building a graph. Afterwards it is
    as before: every submodule in the mode it had, parameters, gradients and buffers
    untouched.

    Parameters
    ----------
    net : nn.Module
        Any classifier, (N, C, H, W) to logits (N, classes).
    images : Tensor of shape (N, C, H, W)
        At least one, in the net's dtype.
    labels : Tensor of shape (N,)
        True classes, int64.

    Returns
    -------
    float
        From 0.0 to 1.0, a Python float.
    """
    raise NotImplementedError
