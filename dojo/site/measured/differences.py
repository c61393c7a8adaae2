"""What pages and figures say of difference quotients: their errors and their orders."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from solutions.ch1_foundations.k08_numerical_gradient import (
    central_difference,
    convergence_order,
    forward_difference,
)

Difference = Callable[[Callable[[float], float], float, float], float]

SCHEMES: dict[str, Difference] = {
    "forward": forward_difference,
    "central": central_difference,
}
EXPONENTS = range(3, 10)  # of the table's steps, 1e-3 to 1e-9


def median_error(scheme: str, eps: float) -> float:
    """Return the error for the sine, its median over 200 points from -3 to 3."""
    difference = SCHEMES[scheme]
    points = np.random.default_rng(0).uniform(-3, 3, 200).tolist()
    errors = [abs(difference(math.sin, t, eps) - math.cos(t)) for t in points]
    return float(np.median(errors))


def order(scheme: str, exponents: Sequence[int]) -> float:
    """Return the order for the sine at 1, measured with steps of 10**-exponent."""
    steps = [10.0**-exponent for exponent in exponents]
    return convergence_order(math.sin, math.cos, 1.0, steps, scheme)


def values() -> dict[str, float | str]:
    """Return what pages say of difference quotients."""
    numbers: dict[str, float | str] = {}
    for name in SCHEMES:
        for exponent in EXPONENTS:
            error = median_error(name, 10.0**-exponent)
            numbers[f"{name}.error{exponent}"] = error
        numbers[f"{name}.order"] = order(name, (1, 2, 3))
        numbers[f"{name}.rounding"] = order(name, (9, 10, 11))
    usual, best = numbers["central.error7"], numbers["central.error5"]
    numbers["usual_over_best"] = float(usual) / float(best)
    return numbers | _in_float32() | {"not_restored": _not_restored()}


def _in_float32() -> dict[str, float | str]:
    """Return the errors of a central difference whose arithmetic is float32."""
    numbers: dict[str, float | str] = {}
    for exponent in (3, 7):
        at, eps = np.float32(1), np.float32(10.0**-exponent)
        slope = (np.sin(at + eps) - np.sin(at - eps)) / (2 * eps)
        numbers[f"float32.error{exponent}"] = abs(float(slope) - math.cos(1))
    return numbers


def _not_restored() -> int:
    """Return how many of 1000 numbers + eps - 2 eps + eps does not give back."""
    x, eps = np.random.default_rng(0).uniform(-3, 3, 1000), 1e-5
    return int((x + eps - 2 * eps + eps != x).sum())
