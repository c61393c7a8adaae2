"""Trusted gradients: a right gradient fails the check, and a wrong one passes.

A colleague checks every gradient before a training. One that is right to the last digit
was rejected; a gradient of the biases that is twice too large went through. Neither
raised an error.

Level: 3 of 5
Minutes: 30
Needs: gradient-check
Hunts: gradient-check
"""

from collections.abc import Callable

import numpy as np

from solutions.ch1_foundations.k08_numerical_gradient import numerical_gradient

__all__ = [
    "params_to_vector",
    "vector_to_params",
    "relative_difference",
    "gradient_check",
    "worst_coordinates",
]

Spec = list[tuple[str, tuple[int, ...]]]
Cost = Callable[[dict[str, np.ndarray]], float]


def params_to_vector(params: dict[str, np.ndarray]) -> tuple[np.ndarray, Spec]:
    """Return all parameters as one vector, and what is needed to undo it.

    Parameters
    ----------
    params : dict of str to ndarray
        Arrays of one axis or more, in any memory layout; at least one array.

    Returns
    -------
    theta : ndarray of shape (n,)
        Every entry of every parameter: the parameters in the dict's order, each with
        its last index running fastest (C order).
    spec : list of (str, tuple of int)
        Name and shape of each parameter, in the same order.
    """
    theta = np.concatenate([p.ravel() for p in params.values()], dtype=np.float64)
    return theta, [(name, p.shape) for name, p in params.items()]


def vector_to_params(theta: np.ndarray, spec: Spec) -> dict[str, np.ndarray]:
    """Return the parameters that a vector holds: the inverse of `params_to_vector`.

    Parameters
    ----------
    theta : ndarray of shape (n,)
        The entries of the parameters one after the other, each in C order.
    spec : list of (str, tuple of int)
        Name and shape of each parameter, in the order of `theta`.

    Returns
    -------
    dict of str to ndarray
        An array of its shape under each name.
    """
    params, start = {}, 0
    for name, shape in spec:
        stop = start + int(np.prod(shape))
        params[name] = theta[start:stop].astype(np.float32).reshape(shape)
        start = stop
    return params


def relative_difference(a: np.ndarray, b: np.ndarray) -> float:
    """Return the distance between two arrays in proportion to their lengths.

    Parameters
    ----------
    a, b : ndarray of the same shape
        Any shape: all entries count as one long vector.

    Returns
    -------
    float
        The Euclidean norm of a - b, divided by the sum of the norms of a and of b:
        from 0 to 1, however small the arrays are. 0.0 when both are zero.
    """
    length = np.linalg.norm(a.ravel()) + np.linalg.norm(b.ravel())
    if length == 0:
        return 0.0
    return float(np.linalg.norm((a - b).ravel()) / length)


def _both_gradients(
    cost_fn: Cost,
    params: dict[str, np.ndarray],
    grads: dict[str, np.ndarray],
    eps: float,
) -> tuple[np.ndarray, np.ndarray, Spec]:
    """Return the measured and the given gradient as vectors, and their spec."""
    theta, spec = params_to_vector(params)
    numeric = numerical_gradient(
        lambda theta: cost_fn(vector_to_params(theta, spec)), theta, eps
    )
    # The order of grads is its own: only the names say what belongs together.
    analytic, _ = params_to_vector({name: grads["d" + name] for name, _ in spec})
    return numeric, analytic, spec


def gradient_check(
    cost_fn: Cost,
    params: dict[str, np.ndarray],
    grads: dict[str, np.ndarray],
    eps: float = 1e-7,
) -> float:
    """Return how far the given gradients are from measured ones.

    Parameters
    ----------
    cost_fn : callable
        Takes a dict with the names and shapes of `params` and returns the cost, as
        float or np.float64. It does not change its argument.
    params : dict of str to ndarray
        The point of the check, in float64. Every entry takes part, biases too.
    grads : dict of str to ndarray
        The gradient of each parameter under "d" + its name ("dW1" for "W1"), in any
        order.
    eps : float
        The step to each side of the central differences.

    Returns
    -------
    float
        The `relative_difference` of the two gradients, each taken as one vector over
        all parameters.
    """
    weights = {name: p for name, p in params.items() if not name.startswith("b")}
    numeric, analytic, _ = _both_gradients(
        lambda moved: cost_fn(params | moved), weights, grads, eps
    )
    return relative_difference(numeric, analytic)


def worst_coordinates(
    cost_fn: Cost,
    params: dict[str, np.ndarray],
    grads: dict[str, np.ndarray],
    k: int = 5,
    eps: float = 1e-7,
) -> list[tuple[str, tuple[int, ...], float]]:
    """Return where the given gradients are furthest from measured ones.

    Parameters
    ----------
    cost_fn, params, grads, eps
        As `gradient_check` takes them.
    k : int
        How many coordinates are wanted; all of them if there are no more than that.

    Returns
    -------
    list of (str, tuple of int, float)
        Name of the parameter, index into it, and |numeric - analytic| there; largest
        first, over all parameters together.
    """
    numeric, analytic, spec = _both_gradients(cost_fn, params, grads, eps)
    errors = vector_to_params(numeric - analytic, spec)
    entries = [
        (name, at, float(error[at]))
        for name, error in errors.items()
        for at in np.ndindex(error.shape)
    ]
    return sorted(entries, key=lambda entry: entry[2], reverse=True)[:k]
