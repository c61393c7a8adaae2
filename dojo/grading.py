"""What graders import: the ladder of comparisons, known mistakes, forbidden oracles.

`assert_close` climbs from the cheapest truth to the dearest (type, shape, dtype,
finite, values) and stops at the first one that is broken, because a wrong shape makes
every statement about values meaningless. A broken rung is a `Mismatch`: data first,
text second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
import torch

__all__ = [
    "Mismatch", "assert_close", "assert_equal", "assert_fresh", "assert_that",
    "assert_within", "binomial_band", "forbids", "mistake", "numerical_gradient",
    "raises", "slow",
]  # fmt: skip

# Agreement that a correct answer reaches whatever the order of its sums.
TOLERANCE = {"float64": (1e-10, 1e-12), "float32": (1e-5, 1e-6), "float16": (1e-2, 1e-3)}
asserted = 0  # how many comparisons ran: `dojo check` reads it to find idle tests
wants_tensors = True  # whether the kata that is graded answers in tensors or in arrays


class Mismatch(AssertionError):
    """A broken rung of the ladder.

    Parameters
    ----------
    rung : str
        What broke: returned, type, shape, dtype, finite, aliased, values, gradient,
        statistics, speed, raises, unchanged, forbidden or imports.
    because : str
        The truth that was violated.
    got, want : str
        What came and what was expected, a line each.
    where : str, optional
        The place, a line.
    values : pair of arrays, optional
        The raw answer and the raw expectation, for the diagnosis.
    """

    def __init__(
        self,
        rung: str,
        because: str,
        got: str = "",
        want: str = "",
        where: str = "",
        values: tuple[Any, Any] | None = None,
    ) -> None:
        self.rung, self.because, self.got, self.want = rung, because, got, want
        self.where, self.values = where, values
        super().__init__(self.text())

    def text(self) -> str:
        """Return the message: at most four lines."""
        lines = [self.because]
        lines += [f"returned: {self.got}"] if self.got else []
        lines += [f"expected: {self.want}"] if self.want else []
        lines += [f"where:    {self.where}"] if self.where else []
        return "\n".join(lines)


class NotStarted(Mismatch):
    """The answer still raises NotImplementedError."""


def count_assertion() -> None:
    """Note that a test compared something."""
    global asserted
    asserted += 1


def kind_of(value: Any) -> str:
    """Return what a value is, in a learner's words."""
    if value is None:
        return "None"
    if isinstance(value, np.ndarray) and type(value) is np.ndarray:
        shape = f"shape {value.shape}" if value.ndim else "no axes (0-d)"
        return f"an array of {shape}, {value.dtype}"
    if isinstance(value, torch.Tensor):
        return f"a tensor of shape {tuple(value.shape)}, {str(value.dtype)[6:]}"
    if isinstance(value, bool | int | float | str | np.generic):
        return f"{type(value).__name__} {shorten(value)}"
    if isinstance(value, list | tuple | dict | set):
        return f"a {type(value).__name__} of {len(value)}"
    return f"a {type(value).__name__}"


def shorten(value: Any, limit: int = 60) -> str:
    """Return a value's text on one line, cut at `limit` characters."""
    if isinstance(value, float | np.floating):
        return f"{value:.6g}"
    try:
        text = " ".join(repr(value).split())
    except Exception as error:  # the learner's own __repr__ may be broken
        text = f"<repr raised {type(error).__name__}>"
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _has_type_of(got: Any, want: Any) -> bool:
    """Tell whether an answer is of the type that the expectation asks for."""
    if isinstance(want, torch.Tensor) and wants_tensors:
        return isinstance(got, torch.Tensor)
    if isinstance(want, np.ndarray | torch.Tensor):
        return isinstance(got, np.ndarray) or (want.ndim == 0 and isinstance(got, np.generic))
    if isinstance(want, bool | np.bool_):
        return isinstance(got, bool | np.bool_)
    if isinstance(got, bool | np.bool_):
        return False
    if isinstance(want, int | np.integer):
        return isinstance(got, int | np.integer)
    if isinstance(want, float | np.floating):
        return isinstance(got, float | int | np.floating | np.integer)
    return isinstance(got, type(want))


def _named_type(want: Any) -> str:
    if isinstance(want, torch.Tensor) and wants_tensors:
        return f"a tensor of shape {tuple(want.shape)}"
    if isinstance(want, np.ndarray | torch.Tensor):
        return f"an array of shape {tuple(want.shape)}"
    names = {"bool_": "bool", "float64": "float", "int64": "int", "str": "string"}
    name = type(want).__name__
    name = names.get(name, name)
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def _plain(value: Any) -> np.ndarray:
    """Return a value as a plain array that no subclass can argue with."""
    if isinstance(value, torch.Tensor):
        value = value.detach().as_subclass(torch.Tensor).cpu()
        if value.dtype == torch.bfloat16:
            value = value.float()
        return value.resolve_conj().resolve_neg().numpy()
    return np.array(value, subok=False)


def _same_dtype(got: Any, want: Any) -> bool:
    if not isinstance(want, np.ndarray | torch.Tensor):
        return True
    got, want = (str(array.dtype).removeprefix("torch.") for array in (got, want))
    if got == want:
        return True
    got, want = (np.dtype(name) if name in np.sctypeDict else None for name in (got, want))
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
        got_text, want_text = (f"dtype {a.dtype}".replace("torch.", "") for a in (got, want))
        raise Mismatch("dtype", because, got_text, want_text, "", values)
    if want_values.dtype.kind not in "fc" and got_values.dtype.kind not in "fc":
        differs = got_values != want_values
    else:
        _climb_to_finite(got_values, want_values, because)
        name = str(want_values.dtype if want_values.dtype.kind in "fc" else np.dtype(float))
        default_rtol, default_atol = TOLERANCE.get(name, TOLERANCE["float64"])
        finite = np.abs(want_values[np.isfinite(want_values)])
        rtol = default_rtol if rtol is None else rtol
        atol = default_atol * max(1.0, finite.max(initial=0.0)) if atol is None else atol
        differs = ~np.isclose(got_values, want_values, rtol, atol, equal_nan=True)
    if differs.any():
        raise _difference(rung, because, got_values, want_values, differs)


def _climb_to_shape(got: Any, want: Any, because: str) -> None:
    values = None
    if isinstance(got, np.ndarray | np.generic | torch.Tensor | float | int):
        values = (_plain(got), _plain(want))
    if got is None:
        raise Mismatch("returned", because, "None: is a return missing?", _named_type(want))
    if not _has_type_of(got, want):
        raise Mismatch("type", because, kind_of(got), _named_type(want), "", values)
    got_shape, want_shape = tuple(np.shape(got)), tuple(np.shape(want))
    if got_shape != want_shape:
        raise Mismatch("shape", because, f"shape {got_shape}", f"shape {want_shape}", "", values)


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
        got_text, want_text = repr(got[at][()]), repr(want[at][()])
    place = f"at [{', '.join(map(str, at))}] of shape {got.shape}; " if got.ndim else ""
    count = f"{int(differs.sum())} of {got.size} entries differ" if got.ndim else ""
    return Mismatch(rung, because, got_text, want_text, (place + count).strip(), (got, want))


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
    if not _has_type_of(got, want):
        raise Mismatch("type", because, kind_of(got), _named_type(want), "", (got, want))
    same = got == want
    if not (isinstance(same, bool | np.bool_) and same):
        raise Mismatch("values", because, shorten(got), shorten(want), "", (got, want))


def assert_that(
    truth: Any, because: str, got: str = "", want: str = "", *, rung: str = "values"
) -> None:
    """Fail with `because` unless `truth` holds; `got` and `want` are lines of fact."""
    count_assertion()
    if not bool(truth):
        raise Mismatch(rung, because, got, want)


def assert_within(value: Any, low: float, high: float, because: str) -> None:
    """Fail on the rung statistics unless low <= value <= high."""
    count_assertion()
    if not low <= float(value) <= high:
        values = (np.array(float(value)), np.array((low + high) / 2))
        want = f"between {low:.6g} and {high:.6g}"
        raise Mismatch("statistics", because, f"{float(value):.6g}", want, "", values)


def binomial_band(n: int, p: float) -> tuple[float, float]:
    """Return the band that the share of successes in `n` trials leaves once in ten million runs.

    By Hoeffding's inequality P(|share - p| >= t) <= 2 exp(-2 n t²), so the bound holds for
    every `p` and needs no normal approximation.

    References
    ----------
    Hoeffding (1963), "Probability inequalities for sums of bounded random variables",
    JASA 58, theorem 1.
    """
    t = float(np.sqrt(np.log(2 / 1e-7) / (2 * n)))
    return p - t, p + t


def assert_fresh(got: Any, given: Any, because: str) -> None:
    """Fail on the rung aliased if an answer shares memory with what it was given."""
    count_assertion()
    if np.may_share_memory(_view(got), _view(given)):
        raise Mismatch("aliased", because, "memory of the input", "a new array")


def _view(value: Any) -> np.ndarray:
    return value.detach().numpy() if isinstance(value, torch.Tensor) else np.asarray(value)


@contextmanager
def raises(*errors: type[BaseException], because: str) -> Iterator[None]:
    """Expect the block to raise one of `errors`, as `pytest.raises` with a reason."""
    count_assertion()
    names = " or ".join(error.__name__ for error in errors)
    try:
        yield
    except Mismatch:
        raise
    except errors:
        return
    except Exception as error:
        came = f"{type(error).__name__}: {shorten(str(error))}"
        raise Mismatch("raises", because, came, names) from error
    raise Mismatch("raises", because, "no error", names)


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
    """Mark a test that trains: its own time limit; it runs last and never for a diagnosis."""
    return pytest.mark.slow(seconds)
