"""Known mistakes: one is the learner's if it fails wherever the answer does, alike.

Alike means at the same rung with the same numbers, in every failing test, and enough of
them: several unequal numbers, not one zero.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from dojo.kata.bank import Mistake
from dojo.verdict.replay import expects_error
from dojo.verdict.verdicts import BESIDES, FAILED, Diagnosis, Outcome

SAME = 1e-9  # relative: two answers with the same cause agree this closely
SAME_FLOAT32 = 1e-5
ENOUGH = 2  # unequal numbers that make evidence
Replayed = Callable[[pytest.Function, Mistake], Outcome]


def known_mistake(
    outcomes: dict[str, Outcome],
    mistakes: list[Mistake],
    items: list[pytest.Function],
    replayed: Replayed,
) -> Diagnosis | None:
    """Return the known mistake that explains most of the failing tests, if any does.

    Parameters
    ----------
    outcomes : dict
        What each test found of the learner's answer, by node id.
    mistakes : list of Mistake
        The known mistakes of the function.
    items : list of pytest.Function
        Its quick tests.
    replayed : callable
        Takes an item and a mistake, returns the outcome.
    """
    failing = [item for item in items if _failed(outcomes.get(item.nodeid))]
    # The bank's answers are short: they may lack a check of the input.
    telling = [item for item in failing if not expects_error(item)]
    others = [
        item
        for item in items
        if item.nodeid in outcomes and item not in failing and not expects_error(item)
    ]
    best, explains = None, set[str]()
    for mistake in mistakes:
        explained = _explained(outcomes, telling, mistake, replayed, len(explains))
        if len(explained) > len(explains) and not any(
            _failed(replayed(item, mistake)) for item in others
        ):
            best, explains = mistake, explained
    if best is None:
        return None
    rest = [item.nodeid for item in failing if item.nodeid not in explains]
    besides = outcomes[rest[0]].because if rest else ""
    return _diagnosis(best, besides, frozenset(explains))


def _failed(outcome: Outcome | None) -> bool:
    return outcome is not None and outcome.state == FAILED


def _diagnosis(mistake: Mistake, besides: str, tests: frozenset[str]) -> Diagnosis:
    """Return a mistake's words, what does not hold besides, and what it explains."""
    says = mistake.says
    if besides:
        says += f"{BESIDES} {besides}."
    return Diagnosis(mistake.code, says, tests)


def _explained(
    outcomes: dict[str, Outcome],
    failing: list[pytest.Function],
    mistake: Mistake,
    replayed: Replayed,
    least: int,
) -> set[str]:
    """Return the failing tests that a mistake explains.

    None if it contradicts one, or cannot explain more than `least` of them.
    """
    explained: set[str] = set()
    numbers: set[float] = set()
    words = False
    for place, item in enumerate(failing):
        if len(explained) + len(failing) - place <= least:
            return set()
        theirs, mine = replayed(item, mistake), outcomes[item.nodeid]
        if not _failed(theirs):
            continue
        if not same(mine, theirs):
            return set()
        explained.add(item.nodeid)
        numbers |= _numbers(mine)
        words = words or _has_words(mine)
    return explained if words or len(numbers) >= ENOUGH else set()


def _has_words(outcome: Outcome) -> bool:
    """Tell whether a failure is evidence without numbers: a word, an error text."""
    if outcome.values is not None:
        return isinstance(outcome.values[0], str)
    return outcome.rung in ("finite", "returned") and bool(outcome.got)


def same(one: Outcome, other: Outcome) -> bool:
    """Tell whether two failures broke the same rung with the same numbers."""
    rungs = {one.rung, other.rung}
    if len(rungs) > 1 and rungs != {"dtype", "values"}:
        return False  # the same numbers may break dtype in one style, values in another
    if one.values is None or other.values is None:
        return one.values is other.values and one.got == other.got
    return _equal(one.values[0], other.values[0], dtype=len(rungs) == 1)


def _equal(one: Any, other: Any, dtype: bool = True) -> bool:
    if isinstance(one, torch.Tensor) or isinstance(other, torch.Tensor):
        one, other = (
            np.asarray(v.detach()) if hasattr(v, "detach") else v for v in (one, other)
        )
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(_equal, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_equal(one[k], other[k]) for k in one)
    try:
        one_array, other_array = np.asarray(one), np.asarray(other)
        if one_array.dtype.kind not in "fciub" or other_array.dtype.kind not in "fciub":
            return bool(one == other)
        if one_array.shape != other_array.shape:
            return False
        if dtype and one_array.dtype != other_array.dtype:
            return False
        return _close(one_array, other_array)
    except (TypeError, ValueError):
        return False


def _close(one: np.ndarray, other: np.ndarray) -> bool:
    """Compare up to the rounding that another order of operations brings."""
    same = SAME_FLOAT32 if other.dtype == np.float32 else SAME
    finite = np.abs(other[np.isfinite(other)])
    least = float(same * 0.1 * finite.max(initial=0.0))
    return bool(np.allclose(one, other, same, least, equal_nan=True))


def _numbers(outcome: Outcome) -> set[float]:
    """Return the unequal finite numbers that a failing answer gave."""
    if outcome.values is None:
        return set()
    numbers: set[float] = set()
    waiting: list[Any] = [outcome.values[0]]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list | tuple):
            waiting.extend(value)
        elif isinstance(value, np.ndarray | np.generic | float | int | bool):
            array = np.asarray(value)
            if array.dtype.kind in "fiub":
                flat = array.astype(float).ravel()
                numbers.update(np.round(flat[np.isfinite(flat)], 12).tolist()[:100])
    return numbers
