"""What is wrong in the forward pass that the hunt begins with."""

import numpy as np

from dojo.grading import mistake
from solutions.ch1_foundations.k10_vectorized_forward import layer_forward


@mistake(
    "stack_columns",
    "The samples are the rows; put them side by side, as columns.",
)
def stacks_the_samples_as_rows(samples):
    return np.array([sample.ravel() for sample in samples])


@mistake(
    "layer_forward",
    "The biases are flattened and run along the samples; keep b a column, so that each belongs to a unit.",
)
def flattens_the_biases(W, b, A_prev, g):
    Z = W @ A_prev + b.ravel()  # (n_l, n_{l-1}) (n_{l-1}, m)
    return g(Z), Z


@mistake(
    "two_layer_forward",
    "The second layer reads X; its input is what the first one puts out: Z2 = W2 A1 + b2.",
)
def reads_the_input_again(params, X, g1, g2):
    A1, Z1 = layer_forward(params["W1"], params["b1"], X, g1)
    A2, Z2 = layer_forward(params["W2"], params["b2"], X, g2)
    return A2, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}
