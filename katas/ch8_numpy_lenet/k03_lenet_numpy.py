"""LeNet from nothing but arrays: what a framework does, written out once.

Nothing here is new. Convolution and pooling are those of this chapter, linear layers
those of chapter 1 with a sample in each row, and the way back visits the same layers in
the opposite order. What remains is bookkeeping: which numbers of the way forward are
needed again, and which gradient belongs to which weights.

Level: 5 of 5
Minutes: 90
Needs: weight-init, train-numpy-network, conv2d-im2col, max-pool2d
"""

import math

import numpy as np

from solutions.ch1_foundations.k01_activations import relu
from solutions.ch1_foundations.k07_weight_init import init_std
from solutions.ch8_numpy_lenet.k01_conv2d_im2col import conv2d_backward, conv2d_forward
from solutions.ch8_numpy_lenet.k02_max_pool2d import (
    max_pool2d_backward,
    max_pool2d_forward,
)

__all__ = ["LeNetNumpy", "sgd_momentum_", "train"]

Params = dict[str, np.ndarray]


class LeNetNumpy:
    """A classifier of images of 32x32 pixels, with the numbers of torch's LeNet.

    conv1 (6 filters of 5x5), ReLU, 2x2 max pooling, conv2 (16 filters of 5x5), ReLU,
    2x2 max pooling, flatten, fc1 (120 outputs), ReLU, fc2 (84), ReLU, fc3. There is no
    padding, a convolution has stride 1 and does not flip its filters, a linear layer
    gives A W^T + b, and the maps are flattened in the order channel, row, column. This
    kata is written in NumPy alone.

    Parameters
    ----------
    rng : np.random.Generator
        What the first weights are drawn from: an equal state gives equal weights, and
        the next net drawn from it has others.
    num_classes : int
        Outputs of fc3.

    Attributes
    ----------
    params : dict of str to ndarray
        The ten arrays by torch's names, all float64 or all float32: conv1.weight (6, 1,
        5, 5), conv1.bias (6,), conv2.weight (16, 6, 5, 5), conv2.bias (16,), fc1.weight
        (120, 400), fc1.bias (120,), fc2.weight (84, 120), fc2.bias (84,), fc3.weight
        (num_classes, 84), fc3.bias (num_classes,). At first any finite numbers will do,
        as long as no two filters of a convolution have equal weights, and no two units
        of fc1 or of fc2.
        The methods use what the dict holds when they are called: its arrays may have
        been changed, or others of the same shapes put in their places.

    References
    ----------
    LeCun, Bottou, Bengio & Haffner (1998), "Gradient-based learning applied to document
    recognition", Proceedings of the IEEE 86(11), section II.B; with today's activation,
    pooling and output.
    """

    def __init__(self, rng: np.random.Generator, num_classes: int = 10) -> None:
        raise NotImplementedError

    def forward(self, X: np.ndarray) -> np.ndarray:
        """Return the logits, which no activation or softmax has touched.

        The parameters stay as they are.

        Parameters
        ----------
        X : ndarray of shape (N, 1, 32, 32)
            A batch of images, float64 or float32.

        Returns
        -------
        ndarray of shape (N, num_classes)
            In the precision of X, if the parameters have it too.
        """
        raise NotImplementedError

    def loss_and_grads(self, X: np.ndarray, y: np.ndarray) -> tuple[float, Params]:
        """Return the mean cross-entropy of a batch and its gradients.

        The loss of a sample is -ln of the probability that the softmax of its logits
        gives to its true class. Logits up to 1e4 in size must not overflow, and a true
        class whose probability rounds to 0 must still have a finite loss. The slope of
        ReLU at 0 is 0, and of equal maxima in a window the first has the gradient. The
        parameters stay as they are.

        Parameters
        ----------
        X : ndarray of shape (N, 1, 32, 32)
            A batch of images, float64 or float32.
        y : ndarray of shape (N,)
            True classes, of any integer dtype.

        Returns
        -------
        loss : float
            The mean over the samples, a Python float.
        grads : dict of str to ndarray
            For each parameter, under its name and of its shape, the slope of the mean
            loss, in the precision of X, if the parameters have it too. The arrays are
            new in every call: nothing is added to what an earlier one returned.
        """
        raise NotImplementedError


def sgd_momentum_(
    params: Params, grads: Params, velocity: Params, lr: float, momentum: float = 0.9
) -> None:
    """Take one step of gradient descent with momentum, in place.

    For each parameter v becomes momentum * v + g, and then p becomes p - lr * v.

    Parameters
    ----------
    params : dict of str to ndarray, changed in place
        The arrays themselves change, whatever their shapes and layouts in memory. A
        float32 array stays float32.
    grads : dict of str to ndarray
        The gradient of each parameter, under its name. It is left as it is.
    velocity : dict of str to ndarray, changed in place
        Each v, under the name of its parameter. It may be empty (at the first step it
        is), and then each v counts as zeros. Afterwards it has an array for each
        parameter.
    lr, momentum : float
        How far a step goes, and how much of the last one's v lives on.
    """
    raise NotImplementedError


def train(
    net: LeNetNumpy,
    X: np.ndarray,
    y: np.ndarray,
    *,
    epochs: int,
    batch_size: int,
    lr: float,
    rng: np.random.Generator,
) -> list[float]:
    """Train a net in place by stochastic gradient descent with momentum 0.9.

    Each epoch goes through all samples once, in a new random order and in batches of
    `batch_size`; the last one holds what remains. For each batch `loss_and_grads` is
    called once, and its gradients make one step: v becomes 0.9 v + g, p becomes p - lr
    v. Each v starts at zero, and lives on from epoch to epoch.

    Parameters
    ----------
    net : LeNetNumpy, changed in place
        Or any other object with a dict `params` and a method `loss_and_grads(X, y)`:
        nothing else of it is used. The arrays in `params` change themselves.
    X : ndarray of shape (N, ...)
        Images, as `loss_and_grads` takes them.
    y : ndarray of shape (N,)
        Their true classes, of any integer dtype.
    epochs, batch_size : int
        How often to go through the samples, and how many make a batch.
    lr : float
        The learning rate.
    rng : np.random.Generator
        All that determines the orders. It is drawn from, never seeded anew.

    Returns
    -------
    list of float
        For each epoch the mean loss over its samples (not over its batches: the last
        may be short), each as `loss_and_grads` returned it, before the batch's step.
    """
    raise NotImplementedError
