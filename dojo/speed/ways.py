"""The ways to do a ladder's task, each with arguments of its own, and their results."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch

from dojo.kata.ladders import Ladder
from dojo.speed.messages import ANSWER, NAIVE, REFERENCE, TORCH
from dojo.speed.rounds import Way

EXACT, SINGLE = 1e-9, 1e-4  # of the largest entry: in float64, and in float32


def ways(
    ladder: Ladder, reference: Any, answer: Any = None, seed: int = 0
) -> dict[str, Way]:
    """Return the ways to do a task; each does it again each time that it is called.

    Parameters
    ----------
    ladder : Ladder
    reference, answer : module
        With the kata's public functions; the answer may be left out.
    seed : int
        Of the arguments.
    """

    def given() -> tuple[Any, ...]:
        return ladder.given(np.random.default_rng(seed))

    found = {ANSWER: _called(ladder, answer, given())} if answer else {}
    found[REFERENCE] = _called(ladder, reference, given())
    found[NAIVE] = _bound(ladder.naive, given())
    tensors = (ladder.torch_given or as_tensors)(*given())
    found[TORCH] = _bound(ladder.torch, tensors)
    return found


def _called(ladder: Ladder, kata: Any, given: tuple[Any, ...]) -> Way:
    if ladder.answer:
        return _bound(ladder.answer, (kata, *given))
    (name,) = ladder.task.functions
    return _bound(getattr(kata, name), given)


def _bound(function: Callable[..., Any], given: tuple[Any, ...]) -> Way:
    return lambda: function(*given)


def as_tensors(*given: Any) -> tuple[Any, ...]:
    """Return arguments with tensors in the place of arrays, also inside containers."""
    return tuple(_as_tensor(value) for value in given)


def _as_tensor(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return torch.from_numpy(value)
    if isinstance(value, dict):
        return {name: _as_tensor(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_as_tensor(part) for part in value)
    return value


def difference(got: Any, want: Any) -> str:
    """Return in words how two results differ; empty if their numbers are the same.

    Where any of them is of float32, so was what all of them were made from.
    """
    mine, theirs = list(_arrays(got)), list(_arrays(want))
    shapes = [array.shape for array in mine], [array.shape for array in theirs]
    if shapes[0] != shapes[1]:
        return f"it has the shapes {shapes[0]}, not {shapes[1]}"
    single = any(array.dtype == np.float32 for array in (*mine, *theirs))
    for left, right in zip(mine, theirs, strict=True):
        scale = float(np.abs(right).max(initial=1e-30))
        off = float(np.abs(left - right).max(initial=0.0)) / scale
        if not off <= (SINGLE if single else EXACT):
            return f"it is off by {off:.1e} of the largest entry"
    return ""


def _arrays(result: Any) -> Iterator[np.ndarray[Any, Any]]:
    """Yield the arrays of a result; those of a dict in the order of their names."""
    if isinstance(result, torch.Tensor):
        yield result.detach().numpy()
    elif isinstance(result, dict):
        for name in sorted(result):
            yield from _arrays(result[name])
    elif isinstance(result, list | tuple):
        for part in result:
            yield from _arrays(part)
    else:
        yield np.asarray(result)
