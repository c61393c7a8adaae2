"""What is wrong in the gradient check that the hunt begins with."""

import numpy as np

from dojo.grading import mistake
from solutions.ch1_foundations.k09_gradient_check import (
    _both_gradients,
    relative_difference,
    vector_to_params,
)


@mistake(
    "vector_to_params",
    "The parameters are float32, in which a step of 1e-7 is lost to rounding: keep theta's float64.",
)
def hands_out_float32(theta, spec):
    params, start = {}, 0
    for name, shape in spec:
        stop = start + int(np.prod(shape))
        params[name] = theta[start:stop].astype(np.float32).reshape(shape)
        start = stop
    return params


@mistake(
    "gradient_check",
    "The biases are left out, so a wrong db passes the check: every parameter takes part.",
)
def checks_the_matrices_alone(cost_fn, params, grads, eps=1e-7):
    weights = {name: p for name, p in params.items() if not name.startswith("b")}
    numeric, analytic, _ = _both_gradients(
        lambda moved: cost_fn(params | moved), weights, grads, eps
    )
    return relative_difference(numeric, analytic)


@mistake(
    "worst_coordinates",
    "The differences keep their sign, so gradients that are too large come last: rank by the size.",
)
def sorts_the_signed_errors(cost_fn, params, grads, k=5, eps=1e-7):
    numeric, analytic, spec = _both_gradients(cost_fn, params, grads, eps)
    errors = vector_to_params(numeric - analytic, spec)
    entries = [
        (name, at, float(error[at]))
        for name, error in errors.items()
        for at in np.ndindex(error.shape)
    ]
    return sorted(entries, key=lambda entry: entry[2], reverse=True)[:k]
