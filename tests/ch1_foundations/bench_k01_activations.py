"""The ladders of the activations: one array, entry by entry or all at once."""

import math

import numpy as np
import torch
from torch.nn import functional as F

from dojo.grading import Ladder


def array(rng):
    return (rng.normal(scale=3, size=(128, 256)).astype(np.float32),)


def entry_by_entry(formula):
    """Return the loop that applies a formula of numbers to each entry."""

    def loop(z):
        result = np.empty_like(z)
        for at, entry in np.ndenumerate(z):
            result[at] = formula(entry)
        return result

    return loop


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


def rectified(z):
    return max(z, 0.0)


def leaky(z):
    return z if z > 0 else 0.01 * z


LADDERS = (
    Ladder(
        "sigmoid", "128 × 256 numbers", array, entry_by_entry(sigmoid), torch.sigmoid
    ),
    Ladder("tanh", "128 × 256 numbers", array, entry_by_entry(math.tanh), torch.tanh),
    Ladder("relu", "128 × 256 numbers", array, entry_by_entry(rectified), torch.relu),
    Ladder(
        "leaky_relu", "128 × 256 numbers", array, entry_by_entry(leaky), F.leaky_relu
    ),
)
