"""Relations between a wrong answer and the truth that hold in every entry."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dojo.diagnosis.cases import Case, close
from dojo.diagnosis.quantities import meanings
from dojo.diagnosis.readings import Reading


def factor(case: Case) -> Iterator[Reading]:
    """Yield each meaning of the one factor by which all entries are off."""
    size = _one_factor(case)
    if size is None:
        return
    for name, value in meanings(case.outcome, case.known.axes):
        if abs(size - value) > case.exact * abs(value):
            continue
        if name == "-1":
            says = "every entry has the wrong sign: the factor is -1"
            yield Reading("sign", says, "factor")
        else:
            says = f"every entry is off by the constant factor {name}"
            yield Reading("factor", says, "factor")


def plain_factor(case: Case) -> Iterator[Reading]:
    """Yield one factor without a meaning."""
    size = _one_factor(case)
    if size is None:
        return
    says = f"every entry is off by the constant factor {size:.6g}"
    yield Reading("factor", says, "factor")


def _one_factor(case: Case) -> float | None:
    pair = case.pair()
    if pair is None:
        return None
    got, want = pair
    at = int(np.argmax(np.abs(want)))
    if want[at] == 0 or got[at] == 0:
        return None
    factor = float(got[at] / want[at])
    if f"{factor:.6g}" == "1":  # nothing that a reader could use
        return None
    return factor if close(got, factor * want, case.exact) else None


def moved(case: Case) -> Iterator[Reading]:
    """Yield swapped axes, and axes that run backwards."""
    got, want = case.got, case.want
    if got.ndim >= 2 and close(np.swapaxes(got, -1, -2), want, case.exact):
        says = "what came back is the transpose of what it should be"
        yield Reading("transposed", says, "moved")
    if got.shape != want.shape:
        return
    for axes, words in (
        ((-1,), "last axis"),
        ((-2,), "last but one axis"),
        ((-2, -1), "last two axes"),
    ):
        deep = got.ndim >= -min(axes)
        if deep and close(np.flip(got, axes), want, case.exact):
            says = f"what came back is reversed along the {words}"
            yield Reading("flipped", says, "moved")


def offset(case: Case) -> Iterator[Reading]:
    """Yield one amount by which all entries are off."""
    pair = case.pair()
    if pair is None:
        return
    got, want = pair
    amount = float(got[0] - want[0])
    if f"{amount:+.6g}" != "+0" and close(got, want + amount, case.exact):
        says = f"every entry is off by the same amount, {amount:+.6g}"
        yield Reading("offset", says, "offset")


def mirrored(case: Case) -> Iterator[Reading]:
    """Yield one number that answer and truth add up to."""
    pair = case.pair()
    if pair is None:
        return
    got, want = pair
    total = float(got[0] + want[0])
    if f"{total:.6g}" not in ("0", "1") and close(got, total - want, case.exact):
        says = (
            f"what came back and what was expected add up to {total:.6g} in every "
            "entry: the part that varies has the wrong sign"
        )
        yield Reading("mirrored", says, "mirrored")


def missing_sum(case: Case) -> Iterator[Reading]:
    """Yield a sum or mean that would give the truth: there is an axis too many."""
    got, want = case.got, case.want
    if got.size <= want.size:
        return
    for axis in (0, -1, 1):
        if got.ndim <= max(axis, 0) or close(got, np.flip(got, axis), case.exact):
            continue  # what is the same along an axis has no mean that is missing
        for what, total in (("sum", np.sum), ("mean", np.mean)):
            made = total(got, axis=axis)
            if made.size == want.size and close(made.ravel(), want.ravel(), case.exact):
                says = f"a {what} over axis {axis} is missing: with it, all is right"
                yield Reading("missing-sum", says, "sum")
