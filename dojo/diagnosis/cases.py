"""Cases: what came back beside what was due, part by part, in each failing test.

What came back is what the function itself returned in its last call, and what was due
is what the reference returns for the same arguments. Where the reference cannot be
asked (its arguments draw at random, or change), the two sides of the failed comparison
stand for them.
"""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from dojo.verdict.verdicts import Outcome

EXACT, EXACT_FLOAT32 = 1e-9, 1e-5
PLAIN = (np.ndarray, np.generic, torch.Tensor, int, float, str, types.NoneType)
CALLABLE = (types.FunctionType, types.BuiltinFunctionType, types.MethodType, np.ufunc)
LOOKED_AT = 2_000  # entries of an array that are counted as evidence


@dataclass(frozen=True)
class Known:
    """What is known of a function besides its tests.

    Parameters
    ----------
    truth : callable or None
        The reference's function; None for a class.
    others : dict
        The other functions that can be called on the same arguments, by name.
    axes : dict
        The names of each argument's axes.
    seconds : float
        How long the reference takes for one call.
    """

    truth: Callable[..., Any] | None = None
    others: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    axes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    seconds: float = 0.0

    def due(self, arguments: Mapping[str, Any]) -> Any:
        """Return what the reference gives for these arguments; None if it cannot."""
        if self.truth is None or not is_plain(dict(arguments)):
            return None
        return called(self.truth, arguments)


@dataclass(frozen=True)
class Case:
    """One wrong part of one result.

    Parameters
    ----------
    got, want : ndarray
        What came back, and what was due.
    outcome : Outcome
        Of the test.
    known : Known
    part : str
        Its key in a dict of results, or its place among several.
    exact : float
        How closely numbers of one cause agree, relatively.
    is_logical : bool
        Whether both are made of True and False.
    is_call : bool
        Whether this is what the function itself gave back, and not what a test made of
        it before it compared.
    is_cut : bool
        Whether integers came back where floats were due.
    """

    got: np.ndarray
    want: np.ndarray
    outcome: Outcome
    known: Known = field(default_factory=Known)
    part: str = ""
    exact: float = EXACT
    is_logical: bool = False
    is_call: bool = False
    is_cut: bool = False

    @property
    def arguments(self) -> dict[str, Any]:
        """The arguments of the call, by name."""
        return self.outcome.arguments

    def fits(self, other: Any) -> bool:
        """Tell whether what came back has exactly these numbers."""
        array = numbers(other)
        if array is None or array.shape != self.got.shape:
            return False
        return close(self.got, array, self.exact)

    def pair(self) -> tuple[np.ndarray, np.ndarray] | None:
        """Return the entries side by side, without NaN where NaN was due; or None."""
        if self.got.shape != self.want.shape or not self.want.size:
            return None
        kept = ~(np.isnan(self.got) & np.isnan(self.want))
        got, want = self.got[kept], self.want[kept]
        finite = np.isfinite(got).all() and np.isfinite(want).all()
        return (got, want) if finite and got.size else None

    def part_of(self, result: Any) -> Any:
        """Return the part of a result of the function that this case is about."""
        return dict(parts(result)).get(self.part)


def close(one: np.ndarray, other: np.ndarray, exact: float) -> bool:
    """Compare up to the rounding that another order of operations brings."""
    if one.shape != other.shape:
        return False
    with np.errstate(all="ignore"):
        if one.size and not _near(one.flat[-1], other.flat[-1], other, exact):
            return False  # the quick look that most comparisons end with
        scale = float(np.abs(other[np.isfinite(other)]).max(initial=0.0))
        return bool(np.allclose(one, other, exact, exact * scale, equal_nan=True))


def _near(one: Any, other: Any, whole: np.ndarray, exact: float) -> bool:
    if not (np.isfinite(one) and np.isfinite(other)):
        return True
    apart = abs(one - other)
    return bool(apart <= exact * abs(other)) or bool(
        apart <= 2 * exact * np.nanmax(np.abs(whole))
    )


def numbers(value: Any) -> np.ndarray | None:
    """Return a value as an array of floats; None if it is not made of numbers."""
    if isinstance(value, torch.Tensor):
        value = value.detach().cpu().numpy() if not value.is_meta else None
    if isinstance(value, bool | np.bool_):
        return None
    if not isinstance(value, np.ndarray | np.generic | int | float | list | tuple):
        return None
    try:
        array = np.asarray(value)
    except (TypeError, ValueError, RuntimeError):  # lists of unequal lengths
        return None
    return array.astype(np.float64) if array.dtype.kind in "fiub" else None


def is_plain(value: Any) -> bool:
    """Tell whether a value can be given to the reference without changing anything."""
    if isinstance(value, dict):
        return all(map(is_plain, value.values()))
    if isinstance(value, list | tuple):
        return all(map(is_plain, value))
    return isinstance(value, PLAIN) or (
        isinstance(value, CALLABLE) and not inspect.isclass(value)
    )


def called(function: Callable[..., Any], arguments: Mapping[str, Any]) -> Any:
    """Return what a function of the reference gives; None if it cannot be called so."""
    try:
        with np.errstate(all="ignore"):
            return function(**arguments)
    except Exception:  # whatever it raises: these arguments do not fit
        return None


def parts(result: Any) -> Iterator[tuple[str, Any]]:
    """Yield the parts of a result by name: of a dict, or of several of any shape."""
    if isinstance(result, dict):
        yield from ((str(key), value) for key, value in result.items())
    elif isinstance(result, tuple) and numbers(result) is None:
        yield from ((f"[{place}]", value) for place, value in enumerate(result))
    else:
        yield "", result


def cases_of(outcome: Outcome, known: Known) -> list[Case]:
    """Return what is wrong in a failing test, a case for each wrong part.

    None are returned for a test whose numbers cannot be had.
    """
    return list(cases_of_call(outcome, known)) or _cases_of_comparison(outcome, known)


def cases_of_call(
    outcome: Outcome, known: Known, wrong_only: bool = True
) -> Iterator[Case]:
    """Yield a case for each part of what the last call gave back."""
    due = known.due(outcome.arguments) if outcome.returned is not None else None
    if due is None:
        return
    wanted = dict(parts(due))
    for part, value in parts(outcome.returned):
        got, want = numbers(value), numbers(wanted.get(part))
        if got is None or want is None:
            continue
        exact = _precision(value, wanted[part])
        if wrong_only and close(got, want, exact):
            continue
        logical = _is_logical(value) and _is_logical(wanted[part])
        cut = is_whole(value) and not is_whole(wanted[part])
        yield Case(got, want, outcome, known, part, exact, logical, True, cut)


def _cases_of_comparison(outcome: Outcome, known: Known) -> list[Case]:
    if outcome.values is None:
        return []
    got, want = (numbers(value) for value in outcome.values)
    if got is None or want is None:
        return []
    # Where the truth itself is a finite difference, float32 is as exact as it gets.
    rough = outcome.tolerance > EXACT
    exact = EXACT_FLOAT32 if rough else _precision(*outcome.values)
    if close(got, want, exact):
        return []
    return [Case(got, want, outcome, known, "", exact)]


def _precision(*values: Any) -> float:
    narrow = (str(getattr(value, "dtype", "")) for value in values)
    return EXACT_FLOAT32 if any("float32" in name for name in narrow) else EXACT


def extent(result: Any) -> int:
    """Return how many numbers a result has in its largest part, up to a limit."""
    arrays = (numbers(part) for _, part in parts(result))
    sizes = [array.size for array in arrays if array is not None]
    return min(max(sizes, default=0), LOOKED_AT)


def is_whole(value: Any) -> bool:
    """Tell whether a value is made of integers."""
    name = str(getattr(value, "dtype", type(value).__name__))
    return name.removeprefix("torch.").startswith(("int", "uint"))


def _is_logical(value: Any) -> bool:
    return str(getattr(value, "dtype", type(value).__name__)).endswith("bool")


def unequal(cases: list[Case]) -> int:
    """Return how many unequal numbers came back wrong."""
    found: set[float] = set()
    for case in cases:
        got = case.got
        if case.got.shape == case.want.shape:
            got = got[~np.isclose(got, case.want, case.exact, 0)]
        got = got.ravel()[:LOOKED_AT]
        found |= set(np.round(got[np.isfinite(got)], 12).tolist())
    return len(found)
