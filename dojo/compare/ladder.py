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
    bare,
    has_type_of,
    kind_of,
    named_kind,
    named_type,
    shorten,
)

# Agreement that a correct answer reaches whatever the order of its sums.
TOLERANCE = {
    "float64": (1e-10, 1e-12),
    "float32": (1e-5, 1e-6),
    "float16": (1e-2, 1e-3),
}
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
    want : array, tensor, number or nested list
        The truth. Its kind is binding: a tensor asks for a tensor (in a NumPy kata for
        an array), an array or a list for an array of its dtype, a float for a number
        (np.float64 is as good).
    because : str
        The truth that a difference violates, as a sentence.
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
    count_assertion()
    if isinstance(want, list):
        want = np.array(want, dtype=np.float64)
    _climb_to_shape(got, want, because)
    got_values, want_values = _plain(got), _plain(want)
    values = (got_values, want_values)
    if not _same_dtype(got, want):
        got_text, want_text = (
            f"dtype {a.dtype}".replace("torch.", "") for a in (got, want)
        )
        raise Mismatch("dtype", because, got_text, want_text, "", values)
    if {want_values.dtype.kind, got_values.dtype.kind}.isdisjoint("fc"):
        differs = got_values != want_values
    else:
        _climb_to_finite(got_values, want_values, because)
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


def _climb_to_shape(got: Any, want: Any, because: str) -> None:
    values = None
    if isinstance(got, np.ndarray | np.generic | torch.Tensor | float | int):
        values = (_plain(got), _plain(want))
    if got is None:
        raise Mismatch(
            "returned", because, "None: is a return missing?", named_type(want)
        )
    if not has_type_of(got, want):
        raise Mismatch("type", because, kind_of(got), named_type(want), "", values)
    got_shape, want_shape = tuple(np.shape(got)), tuple(np.shape(want))
    if got_shape != want_shape:
        raise Mismatch(
            "shape", because, f"shape {got_shape}", f"shape {want_shape}", "", values
        )


def _climb_to_finite(got: np.ndarray, want: np.ndarray, because: str) -> None:
    broken = ~np.isfinite(got) & np.isfinite(want)
    if broken.any():
        raise _difference("finite", because, got, want, broken)


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
    place = f"at [{', '.join(map(str, at))}] of shape {got.shape}; " if got.ndim else ""
    count = f"{int(differs.sum())} of {got.size} entries differ" if got.ndim else ""
    return Mismatch(
        rung, because, got_text, want_text, (place + count).strip(), (got, want)
    )


def assert_equal(got: Any, want: Any, because: str) -> None:
    """Compare what has no tolerance: strings, integers, tuples, lists, dicts of those.

    Raises
    ------
    Mismatch
        If the types differ in kind (rung type) or the values differ (rung values).
    """
    count_assertion()
    if got is None and want is not None:
        raise Mismatch("returned", because, "None: is a return missing?", shorten(want))
    if not has_type_of(got, want):
        raise Mismatch("type", because, kind_of(got), named_type(want), "", (got, want))
    same = bare(got) == want
    if not (isinstance(same, bool | np.bool_) and same):
        raise Mismatch("values", because, shorten(got), shorten(want), "", (got, want))


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
    words = kind_of(got), named_kind(kind)
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
        came = f"{type(error).__name__}: {shorten(str(error))}"
        raise Mismatch("raises", because, came, names) from error
    raise Mismatch("raises", because, "no error", names)
