"""The ladder: returned, type, shape, dtype, finite, not aliased, values, statistics.

Each comparison climbs from the cheapest truth to the dearest and stops at the first one
that is broken, because a wrong shape makes every statement about values meaningless.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

from dojo.compare.context import comparing
from dojo.compare.mismatch import (
    Mismatch,
    NotKept,
    asked_for,
    bare,
    has_type_of,
    kind_of,
    named_kind,
    named_type,
    shorten,
)
from dojo.compare.words import part_words, said

# Agreement that a correct answer reaches whatever the order of its sums.
TOLERANCE = {
    "float64": (1e-10, 1e-12),
    "float32": (1e-5, 1e-6),
    "float16": (1e-2, 1e-3),
}
RUNGS = (
    "returned", "type", "shape", "dtype", "finite", "aliased", "values", "gradient",
    "statistics",
)  # fmt: skip
_isclose = np.isclose  # an answer may put another function under the name


def count_assertion() -> None:
    """Note that a test compared something."""
    comparing().count += 1


def _plain(value: Any) -> np.ndarray:
    """Return a value as a plain array that no subclass can argue with."""
    if isinstance(value, torch.Tensor):
        value = value.detach().as_subclass(torch.Tensor).cpu()
        if value.dtype == torch.bfloat16:
            value = value.float()
        return np.asarray(value.resolve_conj().resolve_neg())
    return np.array(value, subok=False)


def _same_dtype(got: Any, want: Any) -> bool:
    if not isinstance(want, np.ndarray | torch.Tensor):
        return True
    got, want = (str(array.dtype).removeprefix("torch.") for array in (got, want))
    if got == want:
        return True
    got, want = (
        np.dtype(name) if name in np.sctypeDict else None for name in (got, want)
    )
    if got is None or want is None:
        return False
    return got.kind == want.kind and want.kind in "iu"  # any width of integer will do


def assert_close(
    got: Any,
    want: Any,
    because: str,
    *,
    rtol: float | None = None,
    atol: float | None = None,
    rung: str = "values",
) -> None:
    """Climb the ladder: returned, type, shape, dtype, finite, values.

    Parameters
    ----------
    got : array, tensor or number
        What the learner's function returned.
    want : array, tensor, number, nested list, or a dict or tuple of those
        The truth. Its kind is binding: a tensor asks for a tensor (in a NumPy kata for
        an array), an array or a list for an array of its dtype, a float for a number
        (np.float64 is as good). Of a dict or a tuple each part is a comparison of its
        own; keys that the truth lacks do no harm.
    because : str
        The truth that a difference in the values violates, as a sentence. Below the
        values a rung has its own words.
    rtol, atol : float, optional
        Allowed difference |got - want| <= atol + rtol * |want|. By default that of the
        dtype, with `atol` scaled to the largest expected value.
    rung : str
        The name of the last rung: values, gradient or statistics.

    Raises
    ------
    Mismatch
        At the first broken rung.
    """
    if isinstance(want, dict | tuple):
        return _parts_close(got, want, because, rtol=rtol, atol=atol, rung=rung)
    count_assertion()
    if isinstance(want, list):
        want = np.array(want, dtype=np.float64)
    try:
        _climb(got, want, because, rtol, atol, rung)
    except Mismatch as mismatch:
        mismatch.compared = got
        raise


def _parts_close(
    got: Any, want: dict[Any, Any] | tuple[Any, ...], because: str, **how: Any
) -> None:
    """Compare each part by itself; of several that differ tell of the lowest rung."""
    _same_parts(got, want)
    keys = list(want) if isinstance(want, dict) else range(len(want))
    broken = []
    for key in keys:
        try:
            assert_close(got[key], want[key], because, **how)
        except Mismatch as mismatch:
            mismatch.path = (key, *mismatch.path)
            broken.append(mismatch)
    if broken:
        first = min(broken, key=lambda mismatch: RUNGS.index(mismatch.rung))
        others = [part_words(m.path[:1], want) for m in broken if m is not first]
        if others:
            first.where += (
                f"{'; ' if first.where else ''}wrong too: {', '.join(others)}"
            )
        first.compared, first.values = got, (got, want)
        raise first


def _same_parts(got: Any, want: dict[Any, Any] | tuple[Any, ...]) -> None:
    """Raise unless a result has the parts that are compared; more keys do no harm."""
    mismatch = None
    if not isinstance(got, dict if isinstance(want, dict) else tuple):
        mismatch = _not_of_type(got, want)
    elif isinstance(want, dict) and not set(want) <= set(got):
        claim = f"has the keys {', '.join(map(str, want))}"
        keys = f"the keys {', '.join(map(str, got)) or 'none'}"
        mismatch = Mismatch.below_values("type", claim, keys)
    elif len(got) != len(want) and isinstance(want, tuple):
        claim, came = f"is a tuple of {len(want)}", kind_of(got)
        mismatch = Mismatch.below_values("type", claim, came)
    if mismatch:
        count_assertion()
        mismatch.compared, mismatch.values = got, (got, want)
        raise mismatch


def _climb(
    got: Any,
    want: Any,
    because: str,
    rtol: float | None,
    atol: float | None,
    rung: str,
) -> None:
    """Climb from what was returned to the values of one array, tensor or number."""
    _climb_to_shape(got, want)
    _climb_to_dtype(got, want)
    got_values, want_values = _plain(got), _plain(want)
    if {want_values.dtype.kind, got_values.dtype.kind}.isdisjoint("fc"):
        differs = got_values != want_values
    else:
        _climb_to_finite(got_values, want_values)
        rtol, atol = _tolerances(want_values, rtol, atol)
        differs = ~_isclose(got_values, want_values, rtol, atol, equal_nan=True)
    if differs.any():
        mismatch = _difference(rung, because, got_values, want_values, differs)
        mismatch.tolerance = rtol or 0.0
        raise mismatch


def _tolerances(
    want: np.ndarray, rtol: float | None, atol: float | None
) -> tuple[float, float]:
    """Return the tolerances that were given, else those of the expected dtype."""
    name = str(want.dtype if want.dtype.kind in "fc" else np.dtype(float))
    default_rtol, default_atol = TOLERANCE.get(name, TOLERANCE["float64"])
    largest = np.abs(want[np.isfinite(want)]).max(initial=0.0)
    return (
        default_rtol if rtol is None else rtol,
        default_atol * max(1.0, largest) if atol is None else atol,
    )


def _not_of_type(got: Any, want: Any) -> Mismatch:
    """Return the mismatch of a value that is nothing, or of another type."""
    kind = named_type(want)
    if got is None:
        came = "None: is a return missing?"
        return Mismatch.below_values("returned", f"is {kind}", came, kind)
    return Mismatch.below_values(
        "type", f"is {kind}", kind_of(got), asked_for(kind, got)
    )


def _climb_to_shape(got: Any, want: Any) -> None:
    if got is None:
        raise _not_of_type(got, want)
    values = None
    if isinstance(got, np.ndarray | np.generic | torch.Tensor | float | int):
        values = (_plain(got), _plain(want))
    if not has_type_of(got, want):
        mismatch = _not_of_type(got, want)
        mismatch.values = values
        raise mismatch
    came, asked = (f"shape {tuple(np.shape(value))}" for value in (got, want))
    if came != asked:
        raise Mismatch.below_values("shape", f"has {asked}", came, asked, values)


def _climb_to_dtype(got: Any, want: Any) -> None:
    if not _same_dtype(got, want):
        came, asked = (f"dtype {a.dtype}".replace("torch.", "") for a in (got, want))
        values = (_plain(got), _plain(want))
        raise Mismatch.below_values("dtype", f"has {asked}", came, asked, values)


def _climb_to_finite(got: np.ndarray, want: np.ndarray) -> None:
    broken = ~np.isfinite(got) & np.isfinite(want)
    if broken.any():
        claim = "is finite where the truth is"
        mismatch = _difference("finite", "", got, want, broken)
        mismatch.because, mismatch.claim = f"what this test compares {claim}", claim
        raise mismatch


def _difference(
    rung: str, because: str, got: np.ndarray, want: np.ndarray, differs: np.ndarray
) -> Mismatch:
    """Return the mismatch of two arrays at the entry that is furthest off."""
    with np.errstate(all="ignore"):
        if got.dtype.kind == "b" or want.dtype.kind == "b":
            off = differs.astype(float)
        else:
            off = np.where(differs, np.abs(got - want), -1.0)
        off = np.where(np.isnan(off), np.inf, off)
    at = np.unravel_index(int(np.argmax(off)), off.shape) if off.ndim else ()
    got_text, want_text = shorten(got[at][()]), shorten(want[at][()])
    if got_text == want_text:
        got_text, want_text = (repr(array[at][()].item()) for array in (got, want))
    place = f"at [{', '.join(map(str, at))}] of shape {got.shape}" if got.ndim else ""
    count = f"; {int(differs.sum())} of {got.size} entries differ"
    where = place + (count if got.size > 1 else "")
    mismatch = Mismatch(rung, because, got_text, want_text, where, (got, want))
    mismatch.at = tuple(map(int, at))
    return mismatch


def assert_equal(got: Any, want: Any, because: str) -> None:
    """Compare what has no tolerance: strings, integers, tuples, lists, dicts of those.

    Raises
    ------
    Mismatch
        If the types differ in kind (rung type) or the values differ (rung values).
    """
    count_assertion()
    mismatch = None
    if (got is None and want is not None) or not has_type_of(got, want):
        mismatch = _not_of_type(got, want)
        mismatch.values = None if got is None else (got, want)
    else:
        same = bare(got) == want
        if not (isinstance(same, bool | np.bool_) and same):
            mismatch = _unequal(got, want, because)
    if mismatch:
        mismatch.compared = got
        raise mismatch


def _unequal(got: Any, want: Any, because: str) -> Mismatch:
    """Return the mismatch of two values; of lists and dicts it says which part."""
    path, came, asked = _first_difference(bare(got), want)
    got_text, want_text = shorten(got), shorten(want)
    if path and "…" in got_text[-1] + want_text[-1]:
        got_text, want_text = shorten(came), shorten(asked)
    if isinstance(came, list) and len(came) != len(asked):
        got_text = f"{len(came)} entries: {got_text}"
        want_text = f"{len(asked)} entries: {want_text}"
    mismatch = Mismatch("values", because, got_text, want_text, values=(got, want))
    mismatch.path = path
    return mismatch


def _first_difference(got: Any, want: Any) -> tuple[tuple[Any, ...], Any, Any]:
    """Return the keys of the first part that differs, in lists and dicts; the parts."""
    keys: list[Any] = []
    if isinstance(got, list) and isinstance(want, list) and len(got) == len(want):
        keys = list(range(len(got)))
    elif isinstance(got, dict) and isinstance(want, dict) and list(got) == list(want):
        keys = list(want)
    for key in keys:
        if got[key] != want[key]:
            path, came, asked = _first_difference(got[key], want[key])
            return (key, *path), came, asked
    return (), got, want


def assert_that(
    truth: Any, because: str, got: Any = "", want: Any = "", *, rung: str = "values"
) -> None:
    """Fail with `because` unless `truth` holds.

    Parameters
    ----------
    truth : bool
    because : str
        The truth that is violated, as a sentence.
    got, want : object
        What came back and what was expected: a text is a line of fact, anything else is
        put into words. Without them a failure shows no more than the kind of what was
        returned, and `dojo check` complains.
    rung : str
        The rung that breaks.
    """
    count_assertion()
    if bool(truth):
        return
    values = None if isinstance(got, str) and not got else (got, want)
    got, want = (v if isinstance(v, str) else shorten(v) for v in (got, want))
    raise Mismatch(rung, because, got, want, "", values)


def assert_type(got: Any, kind: type, because: str) -> None:
    """Fail on the rung type unless an answer is a list, a dict or what `kind` is.

    Both facts are words: "a tuple of 2", "a dict".
    """
    count_assertion()
    if isinstance(got, kind):
        return
    words = kind_of(got), asked_for(named_kind(kind), got)
    rung = "returned" if got is None else "type"
    raise Mismatch(rung, because, *words, "", words)


def assert_within(value: Any, low: float, high: float, because: str) -> None:
    """Fail on the rung statistics unless low <= value <= high."""
    count_assertion()
    if not low <= float(value) <= high:
        values = (np.array(float(value)), np.array((low + high) / 2))
        want = f"between {low:.6g} and {high:.6g}"
        raise Mismatch("statistics", because, f"{float(value):.6g}", want, "", values)


def assert_fresh(got: Any, given: Any, because: str) -> None:
    """Fail on the rung aliased if an answer shares memory with what it was given."""
    count_assertion()
    if np.may_share_memory(_view(got), _view(given)):
        raise Mismatch("aliased", because, "memory of the input", "a new array")


def _view(value: Any) -> np.ndarray:
    return (
        value.detach().numpy() if isinstance(value, torch.Tensor) else np.asarray(value)
    )


@contextmanager
def raises(*errors: type[BaseException], because: str) -> Iterator[None]:
    """Expect the block to raise one of `errors`, as `pytest.raises` with a reason."""
    count_assertion()
    names = " or ".join(error.__name__ for error in errors)
    try:
        yield
    except NotKept as error:
        raise Mismatch("raises", because, f"no error, {error.got}", names) from error
    except Mismatch:
        raise
    except errors:
        return
    except Exception as error:
        came = f"{type(error).__name__}: {said(error)}"
        raise Mismatch("raises", because, came, names) from error
    raise Mismatch("raises", because, "no error", names)
