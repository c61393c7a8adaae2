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
        shapes = {"conv1": (6, 1, 5, 5), "conv2": (16, 6, 5, 5), "fc1": (120, 400)}
        shapes |= {"fc2": (84, 120), "fc3": (num_classes, 84)}
        self.params: Params = {}
        for layer, shape in shapes.items():
            std = init_std(math.prod(shape[1:]), "relu")
            self.params[f"{layer}.weight"] = std * rng.standard_normal(shape)
            self.params[f"{layer}.bias"] = np.zeros(shape[0])

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
        return _forward(X, self._params_for(X))[0]

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
        params = self._params_for(X)
        Z, convs, inputs = _forward(X, params)
        loss, dZ = _cross_entropy(Z, y)
        return loss, _backward(dZ, params, convs, inputs)

    def _params_for(self, X: np.ndarray) -> Params:
        """Return the parameters in the precision of X, so that it decides the speed."""
        dtype = np.result_type(X, np.float32)  # integers become floats
        return {name: p.astype(dtype, copy=False) for name, p in self.params.items()}


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
    for name, p in params.items():
        v = velocity.setdefault(name, np.zeros_like(p))
        v *= momentum
        v += grads[name]
        p -= lr * v


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
    velocity: Params = {}
    losses = []
    for _ in range(epochs):
        total, order = 0.0, rng.permutation(len(y))
        for start in range(0, len(y), batch_size):
            batch = order[start : start + batch_size]
            loss, grads = net.loss_and_grads(X[batch], y[batch])
            sgd_momentum_(net.params, grads, velocity, lr)
            total += loss * len(batch)
        losses.append(total / len(y))
    return losses


def _forward(
    X: np.ndarray, params: Params
) -> tuple[np.ndarray, list[tuple], list[np.ndarray]]:
    """Return the logits, what convolutions leave, and what every other layer reads."""
    A1, conv1 = _conv_forward(X, params["conv1.weight"], params["conv1.bias"])
    A2, conv2 = _conv_forward(A1, params["conv2.weight"], params["conv2.bias"])
    A3 = A2.reshape(len(X), -1)  # (N, 400)
    A4 = relu(A3 @ params["fc1.weight"].T + params["fc1.bias"])  # (N, 120)
    A5 = relu(A4 @ params["fc2.weight"].T + params["fc2.bias"])  # (N, 84)
    Z = A5 @ params["fc3.weight"].T + params["fc3.bias"]
    return Z, [conv1, conv2], [A1, A3, A4, A5]


def _backward(
    dZ: np.ndarray, params: Params, convs: list[tuple], inputs: list[np.ndarray]
) -> Params:
    """Return the gradients of all parameters, from the last layer to the first."""
    A1, A3, A4, A5 = inputs
    W1, W2, W3 = params["fc1.weight"], params["fc2.weight"], params["fc3.weight"]
    g: Params = {}
    dZ, g["fc3.weight"], g["fc3.bias"] = _linear_backward(dZ, A5, W3)
    dZ, g["fc2.weight"], g["fc2.bias"] = _linear_backward(dZ, A4, W2)
    dZ, g["fc1.weight"], g["fc1.bias"] = _linear_backward(dZ, A3, W1)
    dZ = dZ.reshape(-1, 16, 5, 5)
    dA1, g["conv2.weight"], g["conv2.bias"] = _conv_backward(dZ, convs[1])
    _, g["conv1.weight"], g["conv1.bias"] = _conv_backward(dA1 * (A1 > 0), convs[0])
    return g


def _conv_forward(
    X: np.ndarray, W: np.ndarray, b: np.ndarray
) -> tuple[np.ndarray, tuple]:
    """Return the maps after convolution, ReLU and pooling, and what is left for later.

    ReLU never falls, so pooling may come first, and leaves it a quarter of the work.
    """
    Z, conv = conv2d_forward(X, W, b)
    P, pool = max_pool2d_forward(Z, 2)
    return relu(P), (conv, pool)


def _conv_backward(
    dY: np.ndarray, cache: tuple
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the slopes at what the convolution read, at its weights and biases."""
    conv, pool = cache
    return conv2d_backward(max_pool2d_backward(dY, pool), conv)


def _linear_backward(
    dZ: np.ndarray, A: np.ndarray, W: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the slopes before the ReLU that left A, at the weights and the biases."""
    return dZ @ W * (A > 0), dZ.T @ A, dZ.sum(axis=0)


def _cross_entropy(Z: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the mean loss of the logits, and its slope: prediction minus truth."""
    rows = np.arange(len(y))
    Z = Z - Z.max(axis=1, keepdims=True)  # no power is above 1
    power = np.exp(Z)
    total = power.sum(axis=1, keepdims=True)
    loss = np.mean(np.log(total[:, 0]) - Z[rows, y])
    dZ = power / total
    dZ[rows, y] -= 1
    return float(loss), dZ / len(y)
