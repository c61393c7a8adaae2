"""What pages and figures say of difference quotients: their errors and their orders."""

from __future__ import annotations

import math
from collections.abc import Callable

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


def values() -> dict[str, float | str]:
    """Return what pages say of difference quotients."""
    numbers: dict[str, float | str] = {}
    points = np.random.default_rng(0).uniform(-3, 3, 200).tolist()
    for name, difference in SCHEMES.items():
        for exponent in EXPONENTS:
            eps = 10.0**-exponent
            errors = [abs(difference(math.sin, t, eps) - math.cos(t)) for t in points]
            numbers[f"{name}.error{exponent}"] = float(np.median(errors))
        for words, exponents in (("order", (1, 2, 3)), ("rounding", (9, 10, 11))):
            steps = [10.0**-exponent for exponent in exponents]
            order = convergence_order(math.sin, math.cos, 1.0, steps, name)
            numbers[f"{name}.{words}"] = order
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
