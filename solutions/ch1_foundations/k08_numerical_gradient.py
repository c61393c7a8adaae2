"""Numerical differentiation: a function's own values are enough to measure its slope.

Gradients worked out by hand are easy to get wrong and hard to see wrong. A slope that
is measured, from one value a step before a point and one a step after it, needs no
algebra and can therefore be the judge. With both sides the error falls with the square
of the step, until rounding takes over: the smallest step is not the best one.

Level: 2 of 5
Minutes: 25
Needs: nothing
"""

from collections.abc import Callable, Sequence

import numpy as np

__all__ = [
    "forward_difference",
    "central_difference",
    "numerical_gradient",
    "convergence_order",
]


def forward_difference(f: Callable[[float], float], theta: float, eps: float) -> float:
    """Return the slope of the chord of `f` from `theta` to `theta + eps`.

    Parameters
    ----------
    f : callable
        Takes a number and returns a number.
    theta : float
        Where the slope is wanted; any sign and size.
    eps : float
        The step, positive. It is taken as it is, not in proportion to `theta`.

    Returns
    -------
    float
        For the cube at 1 with a step of 0.01: 3.0301, where the derivative is 3.
    """
    return (f(theta + eps) - f(theta)) / eps


def central_difference(f: Callable[[float], float], theta: float, eps: float) -> float:
    """Return the slope of the chord of `f` from `theta - eps` to `theta + eps`.

    Parameters
    ----------
    f : callable
        Takes a number and returns a number.
    theta : float
        Where the slope is wanted; any sign and size.
    eps : float
        The step to each side, positive. It is taken as it is, not in proportion to
        `theta`.

    Returns
    -------
    float
        For the cube at 1 with a step of 0.01: 3.0001, where the derivative is 3.
    """
    return (f(theta + eps) - f(theta - eps)) / (2 * eps)


def numerical_gradient(
    f: Callable[[np.ndarray], float], x: np.ndarray, eps: float = 1e-5
) -> np.ndarray:
    """Return the gradient of a scalar function, one central difference an entry.

    Parameters
    ----------
    f : callable
        Takes a float array of x's shape and returns a number, as float or np.float64.
        It does not change its argument.
    x : ndarray of any shape
        Where the gradient is wanted, in any memory layout; also without axes (0-d).
        Integers count as floats. Afterwards `x` is as before, bit for bit.
    eps : float
        The step to each side, taken as it is, while all other entries stay in place.

    Returns
    -------
    ndarray of x's shape
        In float64: the slope of `f` along each entry of `x`.
    """
    point = np.array(x, dtype=np.float64)  # a copy, so x itself is never touched
    gradient = np.empty_like(point)
    for at in np.ndindex(point.shape):
        above, below = point.copy(), point.copy()
        above[at] += eps
        below[at] -= eps
        gradient[at] = (f(above) - f(below)) / (2 * eps)
    return gradient


def convergence_order(
    f: Callable[[float], float],
    df: Callable[[float], float],
    theta: float,
    eps_list: Sequence[float],
    scheme: str,
) -> float:
    """Return the power of the step with which the error of a difference falls.

    The error is the distance between the difference and the derivative. An error that
    goes with eps to the power p is a straight line of slope p when log(error) is drawn
    over log(eps).

    Parameters
    ----------
    f, df : callable
        A function of one number, and its derivative.
    theta : float
        Where the difference is taken.
    eps_list : sequence of float
        At least two different positive steps, in any order and with any ratio. The
        error is not zero at any of them.
    scheme : str
        Which difference: "forward" or "central".

    Returns
    -------
    float
        The slope of that line: near 1 for forward and near 2 for central differences
        of a smooth function, and measured, not assumed.

    Raises
    ------
    ValueError
        If `scheme` is neither "forward" nor "central".
    """
    if scheme not in ("forward", "central"):
        raise ValueError(f'scheme must be "forward" or "central", got {scheme!r}')
    difference = forward_difference if scheme == "forward" else central_difference
    errors = [abs(difference(f, theta, eps) - df(theta)) for eps in eps_list]
    slope, _ = np.polyfit(np.log(eps_list), np.log(errors), deg=1)
    return float(slope)
