"""What came back is one number, or right except at a border, or where z is 0 …."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from dojo.diagnosis.cases import Case, numbers
from dojo.diagnosis.readings import Reading

LEAST = 3  # the size of an axis that has an inside
EDGES = {
    "in the last row": (slice(None, -1), slice(None)),
    "in the first row": (slice(1, None), slice(None)),
    "in the last column": (slice(None), slice(None, -1)),
    "in the first column": (slice(None), slice(1, None)),
    "in the last row and the last column": (slice(None, -1), slice(None, -1)),
    "in the first row and the first column": (slice(1, None), slice(1, None)),
    "at the border": (slice(1, -1), slice(1, -1)),
}


def everything_alike(case: Case) -> Iterator[Reading]:
    """Yield that all that came back is one number."""
    got = case.got
    if not got.size or case.is_cut or not (got == got.flat[0]).all():
        return
    if got.flat[0] == 0:
        yield Reading("constant", "every number that came back is 0", "constant")
    elif got.size > 1 or case.want.ndim == 0:
        says = f"every number that came back is {got.flat[0]:.6g}"
        yield Reading("constant", says, "constant")


def clipped(case: Case) -> Iterator[Reading]:
    """Yield a number that nothing which came back passes, though the truth does."""
    wrong, got, want = _wrong(case), case.got, case.want
    if wrong is None or not wrong.ndim or wrong.all() or not np.isfinite(got).all():
        return
    for bound, beyond, words in (
        (got.max(), want > got.max(), "above"),
        (got.min(), want < got.min(), "below"),
    ):
        if np.array_equal(wrong, beyond) and (got[wrong] == bound).all():
            says = f"nothing that came back is {words} {bound:.6g}, the rest is right"
            yield Reading("clipped", says, "clipped")


def at_an_edge(case: Case) -> Iterator[Reading]:
    """Yield an edge of the last two axes at which alone it is wrong."""
    wrong = _wrong(case)
    if wrong is None or wrong.ndim < 2:
        return
    for words, inner in EDGES.items():
        if not wrong[(..., *inner)].any():
            says = f"only entries {words} are wrong; all others are right"
            yield Reading("border", says, "border")


def has_an_inside(case: Case) -> bool:
    """Tell whether a case is evidence for an edge: wrong at it, and right inside."""
    if case.got.ndim < 2 or min(case.got.shape[-2:]) < LEAST:
        return False
    wrong = _wrong(case)
    several = wrong is not None and np.sum(wrong) >= LEAST
    return bool(several) and _tells(case.want[..., 1:-1, 1:-1])


def along_the_first_axis(case: Case) -> Iterator[Reading]:
    """Yield that only the first, or only the last, is right of what the axis holds."""
    wrong = _wrong(case)
    if wrong is None or wrong.ndim < 2 or len(wrong) < 2:
        return
    each = np.any(wrong, axis=tuple(range(1, wrong.ndim)))
    for place, words in ((0, "first"), (-1, "last")):
        if (
            not each[place]
            and np.sum(each) == len(wrong) - 1
            and _tells(case.want[place])
        ):
            says = f"only the {words} entry along axis 0 is right; all others are wrong"
            yield Reading("one-of-all", says, "one")


def where_an_argument_is(case: Case) -> Iterator[Reading]:
    """Yield a range of an argument's values in which alone it is wrong."""
    wrong = _wrong(case)
    if wrong is None or not wrong.ndim or wrong.all():
        return
    for name, value in case.arguments.items():
        array = numbers(value)
        if array is None or array.shape != wrong.shape or not _tells(array):
            continue
        ranges = {"0": array == 0, "below 0": array < 0, "above 0": array > 0}
        for words, there in ranges.items():
            if np.array_equal(wrong, there):
                says = f"only where {name} is {words} is it wrong, elsewhere right"
                yield Reading("one-range", says, f"range of {name}")


def _wrong(case: Case) -> np.ndarray[Any, Any] | None:
    """Return which entries are wrong; None if they cannot be set side by side."""
    got, want = case.got, case.want
    if got.shape != want.shape:
        return None
    scale = float(np.abs(want[np.isfinite(want)]).max(initial=0.0))
    right = np.isclose(got, want, case.exact, case.exact * scale, equal_nan=True)
    return np.asarray(~right)


def _tells(entries: np.ndarray) -> bool:
    """Tell whether entries that are right are evidence: two unequal ones."""
    return bool(np.unique(entries).size > 1)
