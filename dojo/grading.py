"""What graders import: the ladder of comparisons, known mistakes, forbidden oracles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from dojo.compare.ladder import (
    assert_close,
    assert_equal,
    assert_fresh,
    assert_that,
    assert_type,
    assert_within,
    raises,
)
from dojo.compare.mismatch import Mismatch

__all__ = [
    "Mismatch", "assert_close", "assert_equal", "assert_fresh", "assert_that",
    "assert_type", "assert_within", "binomial_band", "forbids", "mistake",
    "numerical_gradient", "raises", "slow",
]  # fmt: skip


def binomial_band(n: int, p: float) -> tuple[float, float]:
    """Return the band that the share of successes in `n` trials leaves by chance.

    The probability of that is 1e-7.

    By Hoeffding's inequality P(|share - p| >= t) <= 2 exp(-2 n t²), so the bound holds
    for every `p` and needs no normal approximation.

    References
    ----------
    Hoeffding (1963), "Probability inequalities for sums of bounded random variables",
    JASA 58, theorem 1.
    """
    t = float(np.sqrt(np.log(2 / 1e-7) / (2 * n)))
    return p - t, p + t


def numerical_gradient(
    f: Callable[[Any], Any], x: np.ndarray, eps: float = 1e-6
) -> np.ndarray:
    """Return the slope of a scalar function by central differences, in float64.

    Parameters
    ----------
    f : callable
        Takes an array of x's shape, returns a scalar. It is given a copy each time.
    x : ndarray of any shape
    eps : float
        Half the distance between the two points; 1e-6 leaves an error of about 1e-9.
    """
    x = np.array(x, dtype=np.float64)
    slope = np.empty_like(x)
    for at in np.ndindex(x.shape):
        above, below = x.copy(), x.copy()
        above[at] += eps
        below[at] -= eps
        slope[at] = (float(f(above)) - float(f(below))) / (2 * eps)
    return slope


def mistake(function: str, says: str) -> Callable[[Any], Any]:
    """Mark a wrong answer to `function`; its own name is the code that `explain` takes.

    Parameters
    ----------
    function : str
        The public name that it answers.
    says : str
        The cause and the remedy, a sentence. Both are read from the file's text, so
        they must be plain strings.
    """

    def mark(answer: Any) -> Any:
        if not (function.isidentifier() and says):
            raise ValueError("mistake() takes a function's name and a sentence")
        return answer

    return mark


def forbids(*oracles: str) -> pytest.MarkDecorator:
    """Mark a test (or a file: `pytestmark`) whose answers may not call these.

    A name under torch, such as "torch.conv2d", also closes the functional form, the
    tensor method and the modules that are built on it.
    """
    return pytest.mark.forbids(*oracles)


def slow(seconds: float) -> pytest.MarkDecorator:
    """Mark a test that trains: it has its own time limit, and runs last."""
    return pytest.mark.slow(seconds)
