"""A call of an answer in words: as it would be typed, or the shapes of what was given.

What is shown is what was given, also where the answer changed it: copies are made
before the call.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from dojo.compare.mismatch import kind_of

TYPED = 68  # characters of a call that fits beside its label on a line
LONGEST = 150  # of one that says shapes
FEW = 12  # entries of what is written out on a line
MANY = 200  # entries of an array that is written out where all is shown
CASTS = {
    torch.float32: "", torch.int64: "", torch.bool: "", torch.float64: ".double()",
    torch.float16: ".half()", torch.bfloat16: ".bfloat16()", torch.int32: ".int()",
}  # fmt: skip
_WHOLE = re.compile(r"\.0(?=[,\]]|$)")
_NUMBERS = re.compile(r"\b(nan|inf)\b")


@dataclass(frozen=True)
class Call:
    """One call.

    Parameters
    ----------
    function : str
        Such as "sigmoid", "LeNet" or "LeNet.forward".
    args : tuple
    kwargs : dict
    before : pair of copies, or None
        The same before the call, with None for what cannot be copied; None where the
        answer may change what it is given.
    names : tuple of str
        What the positional arguments are called.
    number : int
        Which of the test's calls of this function it is, from 1.
    """

    function: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    before: Any
    names: tuple[str, ...]
    number: int = 1

    def line(self) -> str:
        """Return the call as it is typed if that fits, else with shapes."""
        named = self._given()
        code = [None if self._may_differ(v) else _code(v, name) for name, v in named]
        text = self._text(code)
        if None in code or len(text) > TYPED:
            pairs = zip(named, code, strict=True)
            text = self._text([_shaped(*given, short) for given, short in pairs])
        which = f"  (call {self.number} of this test)" if self.number > 1 else ""
        return (text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…") + which

    def whole(self) -> list[str]:
        """Return the call's line and each argument with its entries, as lines."""
        named = [] if self.before is None else self._given()
        texts = [f"{name} = {_written_out(value)}" for name, value in named]
        return [self.line(), *(line for text in texts for line in text.split("\n"))]

    def _given(self) -> list[tuple[str, Any]]:
        """Return each argument with its name, as it was before the call."""
        before: tuple[list[Any], dict[str, Any]] = self.before or ([], {})
        args, kwargs = before
        args = [*args, *[None] * (len(self.args) - len(args))]
        names = (*self.names, *["x"] * len(self.args))
        values = [_merged(*pair) for pair in zip(args, self.args, strict=True)]
        given = list(zip(names, values, strict=False))
        return given + [(k, _merged(kwargs.get(k), v)) for k, v in self.kwargs.items()]

    def _may_differ(self, value: Any) -> bool:
        arrays = isinstance(value, np.ndarray | torch.Tensor | list | dict)
        return self.before is None and arrays

    def _text(self, arguments: list[str | None]) -> str:
        keys = [""] * len(self.args) + [f"{key}=" for key in self.kwargs]
        words = []
        for key, argument in zip(keys, arguments, strict=True):
            said = str(argument)
            shape_says_it = said.startswith(f"{key[:-1]}: ")
            words.append(said if shape_says_it else key + said)
        return f"{self.function}({', '.join(words)})"


def _merged(value: Any, live: Any) -> Any:
    """Return what was copied before the call, and the thing itself where none was."""
    if isinstance(value, dict):
        values = live if isinstance(live, dict) else {}
        return {key: _merged(item, values.get(key)) for key, item in value.items()}
    if isinstance(value, list):
        kept = live if isinstance(live, list | tuple) else []
        now = [*kept, *[None] * len(value)]
        items = [_merged(item, now[place]) for place, item in enumerate(value)]
        return tuple(items) if isinstance(live, tuple) else items
    both = isinstance(value, torch.Tensor) and isinstance(live, torch.Tensor)
    if both and live.requires_grad:
        return value.clone().requires_grad_()
    return live if value is None else value


def _code(value: Any, name: str) -> str | None:
    """Return code for a value; None if there is none that is short."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool | int | float):
        return _NUMBERS.sub(r"np.\1", repr(value))
    if isinstance(value, str):
        return repr(value)
    if isinstance(value, np.ndarray | torch.Tensor):
        return _array_code(value)
    if isinstance(value, list | tuple | dict):
        return _container_code(value, name)
    return name  # a net, a generator, a function


def _array_code(value: np.ndarray | torch.Tensor) -> str | None:
    """Return code that makes the same array or tensor, to the last digit."""
    if not 0 < int(np.prod(value.shape)) <= FEW:
        return None
    if isinstance(value, torch.Tensor) and value.is_meta:
        return None
    entries = _NUMBERS.sub(r"np.\1", repr(value.tolist()))
    entries = _WHOLE.sub(".", entries)
    if isinstance(value, torch.Tensor):
        grad = ".requires_grad_()" if value.requires_grad else ""
        cast = CASTS.get(value.dtype, f".to({value.dtype})")
        return f"torch.tensor({entries}){cast}{grad}"
    usual = value.dtype == np.asarray(value.tolist()).dtype
    return f"np.array({entries}{'' if usual else f', np.{value.dtype}'})"


def _container_code(value: Any, name: str) -> str | None:
    items = list(value.values() if isinstance(value, dict) else value)
    code = [_code(item, name) for item in items[: FEW + 1]]
    texts = [text for text in code if text is not None]
    if len(texts) < len(items) or len(items) > FEW:
        return None
    if isinstance(value, dict):
        pairs = zip(value, texts, strict=True)
        return f"{{{', '.join(f'{key!r}: {text}' for key, text in pairs)}}}"
    inside = ", ".join(texts)
    if isinstance(value, list):
        return f"[{inside}]"
    return f"({inside},)" if len(texts) == 1 else f"({inside})"


def _shaped(name: str, value: Any, code: str | None) -> str:
    """Return an argument's shape and dtype, or its code where it is no array."""
    if isinstance(value, np.ndarray | torch.Tensor):
        kind = "array" if isinstance(value, np.ndarray) else "tensor"
        dtype = str(value.dtype).removeprefix("torch.")
        return f"{name}: {dtype} {kind} of shape {tuple(value.shape)}"
    if code is not None and len(code) <= TYPED // 2:
        return code
    if isinstance(value, dict):
        return f"{name}: dict of {', '.join(map(str, value)) or 'nothing'}"
    return f"{name}: {kind_of(value)}"


def _written_out(value: Any) -> str:
    """Return a value with its entries, on several lines where it is an array."""
    if isinstance(value, dict):
        lines = [f"{key}: {_written_out(item)}" for key, item in value.items()]
        return "\n".join(["a dict", *lines]).replace("\n", "\n  ")
    arrays = (np.ndarray, torch.Tensor)
    if isinstance(value, list | tuple) and any(isinstance(v, arrays) for v in value):
        lines = [kind_of(value), *map(_written_out, value)]
        return "\n".join(lines).replace("\n", "\n  ")
    if isinstance(value, np.ndarray | torch.Tensor):
        return _entries(value)
    return _code(value, kind_of(value)) or repr(value)


def _entries(value: np.ndarray | torch.Tensor) -> str:
    if isinstance(value, torch.Tensor):
        if value.is_meta:
            return kind_of(value)
        value = value.detach().cpu()
    text = np.array2string(np.asarray(value.tolist()), separator=", ", threshold=MANY)
    kind = kind_of(value)
    return f"{kind}\n{text}".replace("\n", "\n  ") if value.ndim else f"{kind} {text}"
