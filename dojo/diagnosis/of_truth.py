"""What came back, read off the truth: something was made of it, or left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from dojo.diagnosis.cases import Case
from dojo.diagnosis.readings import Reading

POSITIONS = 64  # of a smaller array in a larger one that are looked at
Made = Callable[[np.ndarray], np.ndarray]

ENTRY_BY_ENTRY: dict[str, Made] = {
    "the square of the truth": np.square,
    "the square root of the truth": np.sqrt,
    "the reciprocal of the truth, 1 over it": np.reciprocal,
    "the logarithm of the truth": np.log,
    "the exponential of the truth": np.exp,
    "the truth without its sign": np.abs,
    "1 minus the truth": lambda x: 1 - x,
    "the truth rounded to whole numbers": np.round,
    "the truth cut to whole numbers": np.trunc,
    "the truth rounded to 2 digits": lambda x: np.round(x, 2),
    "the truth rounded to 4 digits": lambda x: np.round(x, 4),
    "the truth clipped to 0 and 1": lambda x: np.clip(x, 0, 1),
    "the truth where it is positive, and 0 elsewhere": lambda x: np.maximum(x, 0),
    "the sign of the truth": np.sign,
}
ORDERED: dict[str, Made] = {
    "the truth, sorted": lambda x: np.sort(x, axis=-1),
    "the truth, sorted from the largest": lambda x: np.sort(x, axis=-1)[..., ::-1],
    "the order that would sort the truth": lambda x: np.argsort(x, axis=-1),
    "the running sum of the truth along its first axis": lambda x: np.cumsum(x, 0),
    "the running sum of the truth along its last axis": lambda x: np.cumsum(x, -1),
    "the truth moved on by one along its first axis": lambda x: np.roll(x, 1, 0),
    "the truth moved back by one along its first axis": lambda x: np.roll(x, -1, 0),
    "the truth moved on by one along its last axis": lambda x: np.roll(x, 1, -1),
    "the truth moved back by one along its last axis": lambda x: np.roll(x, -1, -1),
}
TOTALS: dict[str, Callable[..., np.ndarray]] = {
    "sum": np.sum,
    "mean": np.mean,
    "maximum": np.max,
    "minimum": np.min,
}
AXES = {None: "all entries", 0: "axis 0", -1: "the last axis"}


def functions_of_truth(case: Case) -> Iterator[Reading]:
    """Yield what was made of the truth, entry by entry or in its order."""
    if case.got.shape != case.want.shape:
        return
    if case.is_logical:
        if case.fits(1 - case.want):
            says = "True and False are swapped in every entry"
            yield Reading("of-the-truth", says, says)
        return
    made = ENTRY_BY_ENTRY | (ORDERED if case.got.ndim else {})
    for words, make in made.items():
        with np.errstate(all="ignore"):
            if case.fits(make(case.want)):
                says = f"what came back is {words}"
                yield Reading("of-the-truth", says, words)


def totals(case: Case) -> Iterator[Reading]:
    """Yield a sum, a mean or one entry where the entries themselves are due."""
    want = case.want
    if case.got.shape == want.shape or not case.got.size <= want.size > 0:
        return
    if not want.ndim:
        return
    for name, total in TOTALS.items():
        for axis, words in AXES.items():
            for keeps in (False, True):
                if case.fits(total(want, axis=axis, keepdims=keeps)):
                    says = f"the {name} over {words} came back, the entries are due"
                    yield Reading("total", says, "total")
    for place, words in ((0, "first"), (-1, "last")):
        for axis in {0, want.ndim - 1}:
            if case.fits(np.take(want, place, axis)):
                along = f" along axis {axis}" if want.ndim > 1 else ""
                says = f"only the {words} entry{along} of what is due came back"
                yield Reading("total", says, "total")


def only_the_shape(case: Case) -> Iterator[Reading]:
    """Yield that all numbers are right, and stand in an array of another shape."""
    got, want = case.got, case.want
    alike = got.shape != want.shape and got.size == want.size
    if alike and case.fits(want.reshape(got.shape)):
        says = "all numbers that came back are right, only their shape is not"
        yield Reading("only-the-shape", says, "shape")


def cut(case: Case) -> Iterator[Reading]:
    """Yield that the truth lost what is behind the point: integers came back."""
    alike = case.is_cut and case.got.shape == case.want.shape
    if alike and case.fits(np.trunc(case.want)):
        says = "what came back is the truth cut to whole numbers"
        yield Reading("of-the-truth", says, says)


def another_order(case: Case) -> Iterator[Reading]:
    """Yield that the right numbers came back in another order."""
    got, want = case.got.ravel(), case.want.ravel()
    if got.size != want.size or got.size < 3 or np.unique(want).size < 3:
        return
    if case.fits(np.sort(want)[np.argsort(np.argsort(got))].reshape(case.got.shape)):
        says = "the right numbers came back in another order"
        yield Reading("another-order", says, "order")


def inside(case: Case) -> Iterator[Reading]:
    """Yield that the truth stands inside what came back, or the other way round."""
    got, want = case.got, case.want
    if got.ndim != want.ndim or got.ndim < 1 or not want.size or not got.size:
        return
    more = np.subtract(got.shape, want.shape)
    if not more.any() or ((more < 0).any() and (more > 0).any()):
        return
    large, small = (got, want) if more.max() > 0 else (want, got)
    what = (
        "the truth stands in what came back, with more {}"
        if more.max() > 0
        else "a part of the truth came back, which has more {}"
    )
    for words in _places_of(small, large, case.exact):
        yield Reading("inside", what.format(words), "inside")


def _places_of(small: np.ndarray, large: np.ndarray, exact: float) -> Iterator[str]:
    """Yield where entries stand that a larger array has more of, exactly and at all."""
    ends = np.subtract(large.shape, small.shape)
    if np.prod(ends + 1) > POSITIONS or small.size < 2:
        return
    for start in np.ndindex(*(ends + 1)):
        window = tuple(map(slice, start, np.add(start, small.shape)))
        if not _same(large[window], small, exact):
            continue
        if not any(start):
            yield "at its end"
        elif np.array_equal(start, ends):
            yield "at its start"
        elif np.array_equal(np.multiply(start, 2), ends):
            yield "all around"
        yield "beside it"
        return


def _same(one: np.ndarray, other: np.ndarray, exact: float) -> bool:
    return bool(np.allclose(one, other, exact, exact, equal_nan=True))
