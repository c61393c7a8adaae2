"""What came back, read off the arguments: one of them, or the truth for others."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import permutations
from typing import Any

import numpy as np
import torch

from dojo.compare.mismatch import shorten
from dojo.diagnosis.cases import Case, called, is_plain, numbers
from dojo.diagnosis.readings import Reading

SMALL = 4_096  # entries of an argument up to which the truth is asked for others
PATIENCE = 0.06  # seconds for which the reference is asked about other arguments

# What may have been made of an argument before it came back, entry by entry …
EACH: dict[str, Callable[[np.ndarray], Any]] = {
    "{} itself": lambda x: x,
    "the sign of {}": np.sign,
    "{} with the opposite sign": np.negative,
    "the size of {}, without its sign": np.abs,
    "the square of {}": np.square,
    "the square root of {}": np.sqrt,
    "the exponential of {}": np.exp,
    "the logarithm of {}": np.log,
    "1 over {}": np.reciprocal,
}
# … or of all its entries together.
WHOLE: dict[str, Callable[[np.ndarray], Any]] = {
    "{}, transposed": lambda x: x.T,
    "the sum of {}": np.sum,
    "the mean of {}": np.mean,
    "the sum of {} over axis 0": lambda x: np.sum(x, axis=0),
    "the sum of {} over the last axis": lambda x: np.sum(x, axis=-1),
    "the mean of {} over axis 0": lambda x: np.mean(x, axis=0),
    "the mean of {} over the last axis": lambda x: np.mean(x, axis=-1),
    "the first entry of {} along axis 0": lambda x: x[0],
    "the last entry of {} along axis 0": lambda x: x[-1],
    "the first entry of {} along the last axis": lambda x: x[..., 0],
    "the last entry of {} along the last axis": lambda x: x[..., -1],
    "the number of entries of {}": lambda x: np.asarray(float(x.size)),
    "the shape of {}": lambda x: np.asarray(x.shape, float),
}

# What the truth may have been worked out for, in the place of an argument.
CHANGED: dict[str, Callable[[Any], Any]] = {
    "{} were 1": lambda x: x * 0 + 1,
    "{} were 0": lambda x: x * 0,
    "{} were one less": lambda x: x - 1 if isinstance(x, int) else None,
    "{} were one more": lambda x: x + 1 if isinstance(x, int) else None,
    "{} were half as large": lambda x: x / 2 if isinstance(x, float) else None,
    "{} were twice as large": lambda x: 2 * x if isinstance(x, float) else None,
    "{} had the opposite sign": lambda x: -x,
    "{} had no sign": abs,
    "{} were its square": lambda x: x**2,
    "{} were 1 over it": lambda x: 1 / x if _of(x, "abs") is not None else None,
    "{} were 1 minus it": lambda x: 1 - x,
    "{} were its exponential": lambda x: _of(x, "exp"),
    "{} were its logarithm": lambda x: _of(x, "log"),
    "{} were its square root": lambda x: _of(x, "sqrt"),
    "{} were its arctanh": lambda x: _of(x, "arctanh"),
    "{} were transposed": lambda x: x.T if x.ndim > 1 else None,
    "{} were flipped on its first axis": lambda x: _flipped(x, (0,)),
    "{} were flipped on its last axis": lambda x: _flipped(x, (-1,)),
    "{} were flipped on all axes": lambda x: (
        _flipped(x, tuple(range(x.ndim))) if x.ndim > 1 else None
    ),
}


def arguments_themselves(case: Case) -> Iterator[Reading]:
    """Yield an argument, or what may be made of it, that came back."""
    for name, value in _parts(case.arguments):
        array = numbers(value)
        if array is None:
            continue
        for words, make in (EACH | WHOLE if array.ndim else EACH).items():
            holds = partial(_is_made_of, name=name, make=make)
            if holds(case):
                says = f"what came back is {words.format(name)}"
                yield Reading("argument", says, name, holds)


def _is_made_of(case: Case, name: str, make: Callable[[np.ndarray], Any]) -> bool:
    """Tell whether what came back is made of an argument."""
    array = numbers(dict(_parts(case.arguments)).get(name))
    try:
        with np.errstate(all="ignore"):
            return array is not None and case.fits(make(array))
    except (IndexError, ValueError):
        return False


def other_functions(case: Case) -> Iterator[Reading]:
    """Yield another function that gives what came back, for the same arguments."""
    for name, function in case.known.others.items():
        for arguments in _suiting(function, case.arguments):
            result = case.part_of(called(function, arguments))
            if result is not None and case.fits(result):
                call = f"{name}({', '.join(arguments)})"
                says = f"what came back is {call} itself"
                yield Reading("other-function", says, name)
                break


def _suiting(
    function: Callable[..., Any], arguments: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    """Yield the arguments that a function may take: those it must have, then all."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return
    must = [p.name for p in parameters if p.default is p.empty]
    may = [p.name for p in parameters if p.name in arguments]
    if must and is_plain(dict(arguments)) and set(must) <= set(arguments):
        yield {name: arguments[name] for name in must}
        if may != must:
            yield {name: arguments[name] for name in may}


def defaults(case: Case) -> Iterator[Reading]:
    """Yield an argument that has no effect: what came back is right for its default."""
    if case.known.truth is None:
        return
    for name, parameter in inspect.signature(case.known.truth).parameters.items():
        default = parameter.default
        if default is parameter.empty or name not in case.arguments:
            continue
        if _alike(case.arguments[name], default):
            continue
        if _right_for(case, {**case.arguments, name: default}):
            says = (
                f"what came back is right for the default {name} = {shorten(default)}: "
                f"the {name} given has no effect"
            )
            yield Reading("no-effect", says, name)


def swapped(case: Case) -> Iterator[Reading]:
    """Yield two arguments, or two entries of one, that stand for one another."""
    names = list(case.arguments)
    for place, one in enumerate(names):
        value = case.arguments[one]
        is_pair = isinstance(value, tuple) and len(value) == 2
        if is_pair and _right_for(case, {**case.arguments, one: value[::-1]}):
            says = f"what came back is right for {one} with its two entries swapped"
            yield Reading("swapped", says, says)
        for other in names[place + 1 :]:
            if type(value) is not type(case.arguments[other]):
                continue
            turned = {**case.arguments, one: case.arguments[other], other: value}
            if _right_for(case, turned):
                says = f"what came back is right for {one} and {other} swapped"
                yield Reading("swapped", says, says)


def as_if(case: Case) -> Iterator[Reading]:
    """Yield an argument in whose place another value would make it right."""
    places = [(name, value) for name, value in _parts(case.arguments) if _size(value)]
    changes = _changes(case)
    calls = len(places) * (len(changes) + len(places))
    is_large = any(_size(value) > SMALL for _, value in places)
    takes_long = calls * case.known.seconds > PATIENCE
    if case.known.truth is None or is_large or takes_long:
        return
    for name, _ in places:
        for words, change in changes.items():
            holds = partial(_right_if_changed, name=name, change=change)
            if holds(case):
                says = f"what came back would be right if {words.format(name, name)}"
                yield Reading("as-if", says, says, holds)
    for (one, instead), (other, value) in permutations(places, 2):
        holds = partial(_right_if_replaced, name=one, other=other)
        if type(instead) is type(value) and holds(case):
            says = f"what came back would be right if {other} stood in place of {one}"
            yield Reading("as-if", says, says, holds)


def _changes(case: Case) -> dict[str, Callable[[Any], Any]]:
    """Return what an argument may be changed to, also by a function of the kata."""
    return CHANGED | {
        f"{{}} were {name}({{}})": partial(_result_of, function)
        for name, function in case.known.others.items()
    }


def _right_if_changed(case: Case, name: str, change: Callable[[Any], Any]) -> bool:
    value = dict(_parts(case.arguments)).get(name)
    new = _changed(change, value) if value is not None else None
    return new is not None and _right_for(case, _with(case.arguments, name, new))


def _right_if_replaced(case: Case, name: str, other: str) -> bool:
    given = dict(_parts(case.arguments))
    both = name in given and other in given
    return both and _right_for(case, _with(case.arguments, name, given[other]))


def _right_for(case: Case, arguments: Mapping[str, Any]) -> bool:
    result = case.part_of(case.known.due(arguments))
    return result is not None and case.fits(result)


def _parts(arguments: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the arguments by name, and the entries of a dict as params["W1"]."""
    for name, value in arguments.items():
        if isinstance(value, dict):
            yield from ((f'{name}["{key}"]', part) for key, part in value.items())
        else:
            yield name, value


def _with(arguments: Mapping[str, Any], name: str, new: Any) -> dict[str, Any]:
    """Return the arguments with one of them, or one entry of a dict, replaced."""
    whole, _, key = name.partition('["')
    if not key:
        return {**arguments, whole: new}
    return {**arguments, whole: {**arguments[whole], key[:-2]: new}}


def _size(value: Any) -> int:
    """Return how many numbers a value has that can be changed."""
    if isinstance(value, bool):
        return 0
    if isinstance(value, np.ndarray | torch.Tensor):
        return int(np.prod(value.shape))
    return int(isinstance(value, int | float | np.number))


def _changed(change: Callable[[Any], Any], value: Any) -> Any:
    """Return a changed argument; None for a change that means nothing for it."""
    try:
        with np.errstate(all="ignore"):
            return change(value.detach() if isinstance(value, torch.Tensor) else value)
    except Exception:  # of a function of the kata's, or of Python's arithmetic
        return None


def _result_of(function: Callable[..., Any], value: Any) -> Any:
    """Return what a function of the kata gives for one array, if it is as large."""
    result = function(value)
    return result if np.shape(result) == np.shape(value) != () else None


def _of(value: Any, name: str) -> Any:
    """Return a function of a floating-point argument, of NumPy's or torch's."""
    if isinstance(value, torch.Tensor):
        return getattr(torch, name)(value) if value.is_floating_point() else None
    is_float = isinstance(value, float) or np.asarray(value).dtype.kind == "f"
    return getattr(np, name)(value) if is_float else None


def _flipped(value: Any, axes: tuple[int, ...]) -> Any:
    if isinstance(value, torch.Tensor):
        return value.flip(axes) if value.ndim else None
    return np.flip(value, axes) if value.ndim else None


def _alike(one: Any, other: Any) -> bool:
    if one is None or other is None:
        return one is other
    one_array, other_array = numbers(one), numbers(other)
    if one_array is None or other_array is None:
        return bool(one == other)
    return bool(np.array_equal(one_array, other_array))
