"""What graders import: the ladder of comparisons, known mistakes, forbidden oracles."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

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
from dojo.compare.spies import Spy
from dojo.kata.ladders import Ladder

if TYPE_CHECKING:
    from torch import Tensor

__all__ = [
    "Ladder", "Mismatch", "Spy", "assert_close", "assert_equal", "assert_fresh",
    "assert_that", "assert_type", "assert_within", "binomial_band", "forbids",
    "mistake", "numerical_gradient", "once", "raises", "sgd_step_", "slow",
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


def sgd_step_(
    parameters: Iterable[Tensor], lr: float, weight_decay: float = 0.0
) -> None:
    """Take a step of torch's SGD, by the function that its optimizer calls.

    The first optimizer of a process imports torch's compiler: a second in which a
    learner waits, if nothing else of a grader makes one.

    Parameters
    ----------
    parameters : iterable of Tensor
        Leaves; those with a gradient are changed in place.
    lr : float
    weight_decay : float
        What of each parameter is added to its gradient.
    """
    import torch
    from torch.optim.sgd import sgd

    moved = [p for p in parameters if p.grad is not None]
    grads = [p.grad for p in moved if p.grad is not None]
    with torch.no_grad():
        sgd(
            moved, grads, [None] * len(moved), lr=lr, weight_decay=weight_decay,
            momentum=0.0, dampening=0.0, nesterov=False, maximize=False,
        )  # fmt: skip


def once(answer: Any, make: Callable[[], Any]) -> Any:
    """Return what `make` returns; for one file of answers it is called once.

    Several tests can look at one run, and each also stands alone. What it raises is
    raised in each of them.

    Parameters
    ----------
    answer : object
        A function or class that was imported from `katas`, and that `make` calls.
    make : callable
        A function of the grader's, always the same one; it takes nothing, and nothing
        that it returns may be changed.
    """
    return answer._once(make)


def mistake(
    function: str | list[str],
    says: str,
    *,
    view: Callable[[dict[str, Any], Any], Any] | None = None,
    **family: list[Any],
) -> Callable[[Any], Any]:
    """Mark a wrong answer to `function`; its own name is the code that `explain` takes.

    All that is given is read from the file's text, so it must stand there plainly.

    Parameters
    ----------
    function : str or list of str
        The public name that it answers; several, if one definition answers them.
    says : str
        The cause and the remedy, a sentence.
    view : callable, optional
        Where chance is involved: takes the arguments of a call by name, and what came
        back, and returns what does not depend on the draw. Two answers with this
        mistake are told by that, not by the numbers that a test compared.
    **family : list
        Values that are tried in turn, such as ``eps=[1e-12, 1e-8]``. The answer takes
        them by keyword only, and ``{eps}`` in the sentence is the one that fits.
    """
    names = [function] if isinstance(function, str) else function

    def mark(answer: Any) -> Any:
        if not (names and all(name.isidentifier() for name in names) and says):
            raise ValueError("mistake() takes a function's name and a sentence")
        if family and not _takes(answer, family):
            raise ValueError(
                f"{answer.__name__} takes {', '.join(family)} by keyword only, and "
                "each has values to try"
            )
        return answer

    return mark


def _takes(answer: Any, family: dict[str, list[Any]]) -> bool:
    """Tell whether an answer takes by keyword only what its family varies."""
    parameters = inspect.signature(answer).parameters
    kinds = [getattr(parameters.get(name), "kind", None) for name in family]
    by_keyword = all(kind is inspect.Parameter.KEYWORD_ONLY for kind in kinds)
    return by_keyword and inspect.isfunction(answer) and all(family.values())


def forbids(*oracles: str) -> pytest.MarkDecorator:
    """Mark a test (or a file: `pytestmark`) whose answers may not call these.

    A name under torch, such as "torch.conv2d", also closes the functional form, the
    tensor method and the modules that are built on it. "torch.optim" closes all
    optimizers, "torch.distributions" all distributions.
    """
    return pytest.mark.forbids(*oracles)


def slow(seconds: float) -> pytest.MarkDecorator:
    """Mark a test that trains: it has its own time limit, and runs last."""
    return pytest.mark.slow(seconds)
