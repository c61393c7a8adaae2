"""Relations between a wrong answer and the truth that name the cause by themselves."""

from __future__ import annotations

import re

import numpy as np

from dojo.diagnosis.quantities import meanings
from dojo.verdict.verdicts import Diagnosis, Outcome

EXACT, EXACT_FLOAT32 = 1e-9, 1e-5
Pair = tuple[np.ndarray, np.ndarray]


def of_outcomes(
    failed: list[Outcome], axes: dict[str, tuple[str, ...]]
) -> Diagnosis | None:
    """Return the relation that holds in every failing test, or None.

    Parameters
    ----------
    failed : list of Outcome
        All failing tests of one function. A test that failed without numbers, or at a
        rung that says nothing of values, rules every relation out; statistics, which
        are never exact, do not.
    axes : dict
        The names of each argument's axes.
    """
    failed = [outcome for outcome in failed if outcome.rung != "statistics"]
    if not failed or any(o.rung not in ("values", "gradient", "shape") for o in failed):
        return None
    pairs = [_pair(outcome) for outcome in failed]
    if any(pair is None for pair in pairs):
        return None
    numeric = [pair for pair in pairs if pair is not None]
    if any(_close(got, want) for got, want in numeric):
        return None  # too near the truth for any relation to be seen
    if sum(np.unique(got[np.isfinite(got)]).size for got, _ in numeric) < 2:
        return None
    return (
        _factor(numeric, failed, axes)
        or _moved(numeric)
        or _offset(numeric)
        or _missing_sum(numeric)
        or _border(numeric)
    )


def _pair(outcome: Outcome) -> Pair | None:
    if outcome.values is None:
        return None
    try:
        got, want = (np.asarray(value) for value in outcome.values)
    except (TypeError, ValueError):  # lists of unequal lengths are no array
        return None
    if got.dtype.kind not in "fiu" or want.dtype.kind not in "fiu":
        return None
    # Where the truth itself is a finite difference, float32 is as exact as it gets.
    rough = np.float32 in (got.dtype, want.dtype) or outcome.tolerance > EXACT
    exact = np.float32 if rough else np.float64
    return got.astype(exact), want.astype(exact)


def _precision(array: np.ndarray) -> float:
    return EXACT_FLOAT32 if array.dtype == np.float32 else EXACT


def _close(one: np.ndarray, other: np.ndarray) -> bool:
    if one.shape != other.shape:
        return False
    scale = float(np.abs(other[np.isfinite(other)]).max(initial=0.0))
    exact = _precision(other)
    return bool(np.allclose(one, other, exact, exact * scale, equal_nan=True))


def _factor(
    pairs: list[Pair], failed: list[Outcome], axes: dict[str, tuple[str, ...]]
) -> Diagnosis | None:
    factors = [_one_factor(got, want) for got, want in pairs]
    sizes = [factor for factor in factors if factor is not None]
    if len(sizes) < len(pairs):
        return None
    exact = [_precision(got) for got, _ in pairs]
    names = [dict(meanings(outcome, axes)) for outcome in failed]
    for name in names[0]:
        meant = [values.get(name, np.nan) for values in names]
        if np.all(
            np.abs(np.subtract(sizes, meant)) <= np.multiply(exact, np.abs(meant))
        ):
            number = "" if re.fullmatch(r"-?\d+(/\d+)?", name) else f" = {sizes[0]:.6g}"
            if name == "-1":
                return Diagnosis(
                    "sign", "Every entry has the wrong sign: the factor is -1."
                )
            text = f"Every entry is off by the constant factor {name}{number}."
            return Diagnosis("factor", text)
    if np.ptp(sizes) <= max(exact) * abs(sizes[0]):
        return Diagnosis(
            "factor", f"Every entry is off by the constant factor {sizes[0]:.6g}."
        )
    return None


def _one_factor(got: np.ndarray, want: np.ndarray) -> float | None:
    if (
        got.shape != want.shape
        or not np.isfinite(got).all()
        or not np.isfinite(want).all()
    ):
        return None
    at = np.unravel_index(int(np.argmax(np.abs(want))), want.shape) if want.ndim else ()
    if want[at] == 0 or got[at] == 0:
        return None
    factor = float(got[at] / want[at])
    if f"{factor:.6g}" == "1":  # nothing that a reader could use
        return None
    return factor if not _close(got, want) and _close(got, factor * want) else None


def _moved(pairs: list[Pair]) -> Diagnosis | None:
    if all(
        got.ndim >= 2 and _close(np.swapaxes(got, -1, -2), want) for got, want in pairs
    ):
        return Diagnosis(
            "transposed", "The answer is the transpose of what it should be."
        )
    shapes = all(got.shape == want.shape for got, want in pairs)
    for axes, words in (
        ((-1,), "last axis"),
        ((-2,), "last but one axis"),
        ((-2, -1), "last two axes"),
    ):
        deep = all(got.ndim >= len(axes) and got.ndim >= -min(axes) for got, _ in pairs)
        if (
            shapes
            and deep
            and all(_close(np.flip(got, axes), want) for got, want in pairs)
        ):
            return Diagnosis("flipped", f"The answer is reversed along the {words}.")
    return None


def _offset(pairs: list[Pair]) -> Diagnosis | None:
    offsets = []
    for got, want in pairs:
        if got.shape != want.shape or got.size < 2 or not np.isfinite(got - want).all():
            return None
        offset = float((got - want).flat[0])
        if offset == 0 or not _close(got, want + offset):
            return None
        offsets.append(offset)
    if np.ptp(offsets) > EXACT * abs(offsets[0]):
        return None
    return Diagnosis(
        "offset", f"Every entry is off by the same amount, {offsets[0]:+.6g}."
    )


def _missing_sum(pairs: list[Pair]) -> Diagnosis | None:
    for axis in (0, -1, 1):
        for what, total in (("sum", np.sum), ("mean", np.mean)):
            if all(
                got.ndim > (axis if axis >= 0 else 0)
                and got.size > want.size
                and _close(np.reshape(total(got, axis=axis), -1), want.ravel())
                for got, want in pairs
            ):
                says = f"A {what} over axis {axis} is missing: with it, all is right."
                return Diagnosis("missing-sum", says)
    return None


def _border(pairs: list[Pair]) -> Diagnosis | None:
    inner_entries = 0
    for got, want in pairs:
        if got.shape != want.shape or got.ndim < 2 or min(got.shape[-2:]) < 3:
            return None
        inner = (..., slice(1, -1), slice(1, -1))
        if not _close(got[inner], want[inner]):
            return None
        inner_entries += np.unique(want[inner]).size
    if inner_entries < 2:
        return None
    return Diagnosis(
        "border", "Only entries at the border are wrong; all inner ones are right."
    )
