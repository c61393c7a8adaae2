"""Which of several failing tests says most: the plainest example.

First come failures that show an exact difference, before a missing error, a statistic
and a time that ran out; then usual numbers before extreme ones, an example by hand
before random data, few entries before many. Nothing else counts but the file's order.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from dojo.verdict.verdicts import Outcome

LATE = ("raises", "statistics")  # rungs that show no exact difference
EXTREME = 1e3  # from here on a number is no plain example
EMPTY = 9  # the class of what has no entry to look at


def plainness(outcome: Outcome, draws: bool) -> tuple[int, ...]:
    """Return a failure's place among those of its function; the least is the plainest.

    Parameters
    ----------
    outcome : Outcome
    draws : bool
        Whether the test draws random data.
    """
    if outcome.rung == "time":
        return True, False, False, 0  # the one that ran out came first
    want = outcome.values[1] if outcome.values else None
    given = list(_arrays(list(outcome.arguments.values())))
    shown = list(_arrays(want))
    extreme = any(map(_is_extreme, [*given, *shown]))
    entries = max(sum(a.size for a in given), sum(a.size for a in shown))
    tens = len(str(max(0, entries - 1)))  # up to ten entries, up to a hundred …
    empty = entries == 0 and bool(given or shown)
    return outcome.rung in LATE, extreme, draws, EMPTY if empty else tens


def _arrays(value: Any) -> Iterator[np.ndarray]:
    """Yield the arrays and numbers in nested containers."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            yield from _arrays(item)
    elif isinstance(value, torch.Tensor):
        if not value.is_meta:
            yield value.detach().cpu().to(torch.float64).numpy()
    elif isinstance(value, np.ndarray | np.number | int | float):
        yield np.asarray(value)


def _is_extreme(array: np.ndarray) -> bool:
    if array.dtype.kind not in "fiu" or not array.size:
        return False
    if array.dtype.kind in "iu" and not array.ndim:
        return False  # a size, or a count of steps
    with np.errstate(all="ignore"):
        return not bool(np.abs(array.astype(np.float64)).max() < EXTREME)
