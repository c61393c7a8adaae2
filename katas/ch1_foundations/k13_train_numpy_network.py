"""Train a NumPy network: what is chosen by hand, and what the gradient then finds.

The sizes of the layers, the learning rate and the number of steps are chosen before
training, and no gradient changes them: they are hyperparameters. Weights and biases are
what training finds. Each iteration goes forward, measures the cost, goes back, and
takes one step downhill with all parameters at once.

Level: 3 of 5
Minutes: 45
Needs: l2-regularization, weight-init, deep-backprop
"""

from dataclasses import dataclass

import numpy as np

from solutions.ch1_foundations.k03_l2_regularization import l2_cost
from solutions.ch1_foundations.k07_weight_init import init_params
from solutions.ch1_foundations.k11_two_layer_backprop import bce_cost_from_logits
from solutions.ch1_foundations.k12_deep_backprop import deep_backward, deep_forward

__all__ = ["update_params", "fit", "predict"]


@dataclass(frozen=True)
class HyperParams:
    """What is chosen before training, and stays as it is.

    Parameters
    ----------
    layer_dims : list of int
        The sizes n_0, n_1, ..., n_L: inputs, hidden layers, and 1 output.
    activations : list of str
        L names, that of layer l at index l - 1: "relu", "tanh", "sigmoid" or
        "identity". The last one is "sigmoid".
    learning_rate : float
        How far a step goes along the gradient.
    iterations : int
        The number of steps, 0 or more.
    lam : float
        The strength of the L2 penalty.
    seed : int
        Of the generator that draws the first weights.
    """

    layer_dims: list[int]
    activations: list[str]
    learning_rate: float
    iterations: int
    lam: float = 0.0
    seed: int = 0


def update_params(
    params: dict[str, np.ndarray], grads: dict[str, np.ndarray], lr: float
) -> dict[str, np.ndarray]:
    """Return the parameters after one step of gradient descent.

    Parameters
    ----------
    params : dict
        "W1", "b1" and so on, in any order.
    grads : dict
        "dW1", "db1" and so on, each of the shape of its parameter, in any order. It may
        hold more than that.
    lr : float
        The learning rate.

    Returns
    -------
    dict
        Each parameter, under its name, less `lr` times its gradient. The arrays are
        new: those in `params` stay as they are.
    """
    raise NotImplementedError


def fit(
    X: np.ndarray, Y: np.ndarray, hp: HyperParams
) -> tuple[dict[str, np.ndarray], list[float]]:
    """Return the parameters of a network after training, and how its cost developed.

    Gradient descent on all samples at once. The cost is the mean binary cross-entropy
    plus hp.lam / (2m) times the sum of all squared weights, biases not counted.

    Parameters
    ----------
    X : ndarray of shape (n_0, m)
        A column per sample.
    Y : ndarray of shape (1, m)
        Labels from 0 to 1, int64 or float64.
    hp : HyperParams
        Its `learning_rate` is the same in every iteration.

    Returns
    -------
    params : dict
        "Wl" of shape (n_l, n_{l-1}) and "bl" of shape (n_l, 1) for each layer l from 1
        to L, after hp.iterations steps. Before the first one the biases are 0, and the
        weights are independent draws of mean 0 from a generator of their own, which
        hp.seed alone determines: an equal seed gives equal draws, whatever the number
        of iterations. Their standard deviation is between 1/2 and 2 times
        sqrt(1 / n_{l-1}), as that of `init_params` is.
    costs : list of float
        One for each iteration: the cost with the parameters before its step.
    """
    raise NotImplementedError


def predict(
    params: dict[str, np.ndarray],
    X: np.ndarray,
    activations: list[str],
    threshold: float = 0.5,
) -> np.ndarray:
    """Return the label that a network gives to each sample.

    Parameters
    ----------
    params : dict
        "W1", "b1" and so on, in any order.
    X : ndarray of shape (n_0, m)
        A column per sample.
    activations : list of str
        L names, as in `HyperParams`; the last one is "sigmoid".
    threshold : float
        A probability.

    Returns
    -------
    ndarray of shape (1, m), of integers
        1 where the output is above `threshold`, else 0.
    """
    raise NotImplementedError
