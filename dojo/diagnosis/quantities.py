"""What a constant factor may be equal to: numbers, arguments, sizes of axes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from dojo.verdict.verdicts import Outcome


def meanings(
    outcome: Outcome, axes: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[str, float]]:
    """Yield what a factor may be equal to: numbers, sizes, scalar arguments."""
    yield from (("-1", -1.0), ("2", 2.0), ("1/2", 0.5))
    scalars, sizes = _quantities(outcome.arguments, axes)
    for name, value in [*scalars.items(), *sizes.items()]:
        if value == 0.0 or not np.isfinite(value):
            continue
        yield f"-{name}", -value
        yield f"-1/{name}", -1 / value
        if value == 1.0:
            continue
        yield name, value
        yield f"1/{name}", 1 / value
        yield f"{name}²", value**2
        yield f"1/{name}²", 1 / value**2
        if 0 < value < 1:
            yield f"1 - {name}", 1 - value
            yield f"1/(1 - {name})", 1 / (1 - value)
            yield f"√{name}", value**0.5
            yield f"1/√{name}", value**-0.5
    for name, value in sizes.items():
        if value > 1:
            yield f"√{name}", value**0.5
            yield f"1/√{name}", value**-0.5


def sizes_of(
    arguments: dict[str, Any], axes: Mapping[str, tuple[str, ...]]
) -> list[tuple[str, int]]:
    """Return the sizes of the arguments' axes that have a name of their own."""
    _, sizes = _quantities(arguments, axes)
    return [(name, int(size)) for name, size in sizes.items() if name.isidentifier()]


def _quantities(
    arguments: dict[str, Any], axes: Mapping[str, tuple[str, ...]]
) -> tuple[dict[str, float], dict[str, float]]:
    """Return the scalar arguments and the sizes of the arrays' axes, by name.

    An axis has the name that the docstring gives it, else that of its place.
    """
    scalars: dict[str, float] = {}
    sizes: dict[str, float] = {}
    for name, value in arguments.items():
        if isinstance(value, bool):
            continue
        if isinstance(value, int | float | np.number):
            scalars[name] = float(value)
        elif hasattr(value, "shape") and hasattr(value, "dtype"):
            shape = tuple(value.shape)
            words = axes.get(name, ())
            for axis, size in enumerate(shape):
                place = f"{name}.shape[{axis}]"
                word = words[axis] if len(words) == len(shape) else place
                sizes.setdefault(word if word.isidentifier() else place, float(size))
            sizes[f"{name}.size"] = float(np.prod(shape))
    return scalars, sizes
