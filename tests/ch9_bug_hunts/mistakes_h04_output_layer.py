"""What is wrong at the output layer that the hunt begins with."""

import numpy as np

from dojo.grading import mistake
from solutions.ch2_linear.k04_softmax_cross_entropy import log_softmax, softmax


@mistake(
    "bce_cost_from_logits",
    "The sigmoid is applied twice: the formula for logits has it inside, and takes Z as it is.",
)
def takes_the_sigmoid_for_a_logit(Z, Y):
    A = 1 / (1 + np.exp(-Z))
    return float(np.mean(Y * np.logaddexp(0, -A) + (1 - Y) * np.logaddexp(0, A)))


@mistake(
    "two_layer_backward",
    "The slope of tanh stands at the output, which is a sigmoid: with cross-entropy the two cancel to A2 - Y.",
)
def bends_the_output_by_tanh(params, cache, X, Y):
    m = X.shape[1]
    A1, A2 = cache["A1"], cache["A2"]

    dA2 = ((1 - Y) / (1 - A2) - Y / A2) / m  # (1, m)
    dZ2 = dA2 * (1 - A2**2)
    dW2 = dZ2 @ A1.T  # (1, m) (m, n_1)
    db2 = dZ2.sum(axis=1, keepdims=True)

    dZ1 = params["W2"].T @ dZ2 * (1 - A1**2)  # (n_1, 1) (1, m), then tanh'
    dW1 = dZ1 @ X.T  # (n_1, m) (m, n_x)
    db1 = dZ1.sum(axis=1, keepdims=True)
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}


@mistake(
    "cross_entropy",
    "Probabilities are taken for scores, so softmax is applied twice: hand the logits on as they are.",
)
def takes_probabilities_for_scores(logits, y, reduction="mean"):
    p = softmax(logits, dim=1)
    losses = -log_softmax(p, dim=1).gather(1, y.unsqueeze(1)).squeeze(1)  # (N,)
    return {"none": losses, "mean": losses.mean(), "sum": losses.sum()}[reduction]
