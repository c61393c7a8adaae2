"""A broken rung of the ladder, and the words for what came instead."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from dojo.compare.context import comparing


class Mismatch(AssertionError):
    """A broken rung of the ladder.

    Parameters
    ----------
    rung : str
        What broke: returned, type, shape, dtype, finite, aliased, values, gradient,
        statistics, raises, unchanged, forbidden or imports.
    because : str
        The truth that was violated.
    got, want : str
        What came and what was expected, a line each.
    where : str, optional
        The place, a line.
    values : pair of arrays, optional
        The raw answer and the raw expectation, for the diagnosis.

    Attributes
    ----------
    claim : str
        What the compared value must be, below the values: "has shape (2, 3)".
    compared : object
        The value that was compared, as the test had it.
    path : tuple
        The keys that lead from it to the part that broke.
    at : tuple or None
        The entry that is shown.
    tolerance : float
        Relative, where values were compared.
    """

    claim = ""
    compared: Any = None
    path: tuple[Any, ...] = ()
    at: tuple[int, ...] | None = None
    tolerance = 0.0

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

    @classmethod
    def below_values(
        cls,
        rung: str,
        claim: str,
        got: str,
        want: str = "",
        values: tuple[Any, Any] | None = None,
    ) -> Mismatch:
        """Return a mismatch that has its own words: no sentence about values fits."""
        mismatch = cls(
            rung, f"what this test compares {claim}", got, want, values=values
        )
        mismatch.claim = claim
        return mismatch

    def reworded(self, because: str, where: str) -> Mismatch:
        """Return the same mismatch with other words."""
        told = type(self)(self.rung, because, self.got, self.want, where, self.values)
        vars(told).update(vars(self) | {"because": because, "where": where})
        return told

    def text(self) -> str:
        """Return the message: at most four lines."""
        lines = [self.because]
        lines += [f"returned: {self.got}"] if self.got else []
        lines += [f"expected: {self.want}"] if self.want else []
        lines += [f"where:    {self.where}"] if self.where else []
        return "\n".join(lines)


class NotKept(Mismatch):
    """A result is not of the kind that the annotation promises."""


class NotStarted(Mismatch):
    """The answer still raises NotImplementedError."""


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
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return f"{value:.6g}"
    try:
        text = " ".join(repr(value).split())
    except Exception as error:  # the learner's own __repr__ may be broken
        text = f"<repr raised {type(error).__name__}>"
    return text if len(text) <= limit else text[: limit - 1] + "…"


def has_type_of(got: Any, want: Any) -> bool:
    """Tell whether an answer is of the type that the expectation asks for."""
    if isinstance(want, torch.Tensor) and comparing().tensors:
        return isinstance(got, torch.Tensor)
    if isinstance(want, np.ndarray | torch.Tensor):
        return isinstance(got, np.ndarray) or (
            want.ndim == 0 and isinstance(got, np.generic)
        )
    if isinstance(want, bool | np.bool_):
        return isinstance(got, bool | np.bool_)
    if isinstance(got, bool | np.bool_):
        return False
    if isinstance(want, int | np.integer):
        return isinstance(got, int | np.integer)
    if isinstance(want, float | np.floating):
        return isinstance(got, float | int | np.floating | np.integer)
    return isinstance(got, type(want))


def named_type(want: Any) -> str:
    """Return the type that is asked for, in a learner's words."""
    if isinstance(want, torch.Tensor) and comparing().tensors:
        return f"a tensor of shape {tuple(want.shape)}"
    if isinstance(want, np.ndarray | torch.Tensor):
        return f"an array of shape {tuple(want.shape)}"
    return named_kind(type(want))


def named_kind(kind: type) -> str:
    """Return a type's name with its article."""
    names = {"bool_": "bool", "float64": "float", "int64": "int", "str": "string"}
    name = names.get(kind.__name__, kind.__name__)
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def asked_for(kind: str, got: Any) -> str:
    """Return the type that is asked for and, where there is one, the way to it.

    Parameters
    ----------
    kind : str
        In a learner's words: "a float", "an array of shape (2, 3)".
    got : object
        What came instead.
    """
    way = _way_to(kind.split()[1], got)
    return f"{kind} ({way})" if way else kind


def _way_to(kind: str, got: Any) -> str:
    """Return what makes a value such a kind, x standing for the value."""
    many = isinstance(got, np.ndarray | torch.Tensor)
    tensor = isinstance(got, torch.Tensor)
    if kind in ("float", "int", "bool") and _is_one(got):
        return f"{kind}(x) or x.item()" if many else f"{kind}(x)"
    if kind == "array" and (tensor or isinstance(got, list | tuple)):
        return "x.detach().numpy()" if tensor else "np.array(x)"
    if kind == "tensor" and isinstance(got, np.ndarray | list | tuple):
        return "torch.from_numpy(x)" if many else "torch.tensor(x)"
    if kind == "list" and (many or isinstance(got, tuple | set | dict)):
        return "x.tolist()" if many else "list(x)"
    return "tuple(x)" if kind == "tuple" and isinstance(got, list) else ""


def _is_one(got: Any) -> bool:
    """Tell whether a value is one number, whatever it is wrapped in."""
    if isinstance(got, np.ndarray | torch.Tensor):
        return int(np.prod(got.shape)) == 1
    return isinstance(got, bool | int | float | np.generic)


def bare(value: Any) -> Any:
    """Return a builtin value without what a subclass may have overridden."""
    if isinstance(value, bool):
        return value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return int.__int__(value)
    if isinstance(value, float):
        return float.__float__(value)
    if isinstance(value, list):
        return [bare(item) for item in list.__iter__(value)]
    if isinstance(value, tuple):
        return tuple(bare(item) for item in tuple.__iter__(value))
    if isinstance(value, dict):
        return {bare(key): bare(item) for key, item in dict.items(value)}
    return value


def assert_kept(promise: str, result: Any, name: str) -> None:
    """Fail unless a result is of the kind that an annotation promises beyond doubt.

    A plain test of values could let a 0-d array or a list pass.
    """
    kinds = {
        "float": 1.0, "int": 1, "bool": True, "str": "", "np.ndarray": np.zeros(()),
        "Tensor": torch.zeros(()), "torch.Tensor": torch.zeros(()),
    }  # fmt: skip
    if promise not in kinds:
        return
    words = {"np.ndarray": "an array", "Tensor": "a tensor", "torch.Tensor": "a tensor"}
    want = words.get(promise) or named_type(kinds[promise])
    because = f"{name} returns {want}"
    if result is None:
        raise NotKept("returned", because, "None: is a return missing?", want)
    if not has_type_of(result, kinds[promise]):
        asked = asked_for(want, result)
        raise NotKept("type", because, kind_of(result), asked, "", (result, None))
