"""Names what is wrong: a known mistake, or a relation that holds on every entry.

A known mistake is the learner's if wherever it fails, the learner's answer fails at the
same rung with the same numbers. Where none fits, a relation between answer and truth
may speak (a constant factor, a transpose …), if it holds exactly in every failing test.
Otherwise nothing is said: no diagnosis beats a guess.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np
import torch

from dojo.answer.seam import Answers, spliced
from dojo.diagnosis import relations
from dojo.kata import bank
from dojo.kata.catalog import Kata
from dojo.kata.signatures import axes_of
from dojo.verdict.replay import Stage, expects_error
from dojo.verdict.verdicts import FAILED, Diagnosis, Outcome, Verdict

SAME = 1e-9  # relative: two answers with the same cause agree this closely
SAME_FLOAT32 = 1e-5
Replay = Callable[[Any, bank.Mistake], Outcome]
ENOUGH = 2  # unequal numbers that make evidence


def diagnose(verdict: Verdict, kata: Kata, stage: Stage) -> Diagnosis | None:
    """Return what is wrong with a failed function, or None if nothing is sure.

    Parameters
    ----------
    verdict : Verdict
        What the run found.
    kata : Kata
    stage : Stage
        The function's tests, ready to run with other answers.
    """
    found = {outcome.test: outcome for outcome in verdict.outcomes}
    failed = [outcome for outcome in verdict.outcomes if outcome.state == FAILED]
    if any(outcome.got.startswith("None:") for outcome in failed):
        return None  # the missing return comes first, whatever else is wrong

    def replay(item: Any, known: bank.Mistake) -> Outcome:
        return stage.outcome(item, kata, spliced_mistake(kata, known))

    known = bank.of_function(kata, verdict.function)
    named = known_mistake(found, known, stage.items, replay)
    return named or relations.of_outcomes(failed, axes_of(kata, verdict.function))


@cache
def spliced_mistake(kata: Kata, known: bank.Mistake) -> Answers:
    """Return the reference with a known mistake in it."""
    return spliced(kata, known.function, bank.answer(kata, known))


def known_mistake(
    found: dict[str, Outcome],
    known: list[bank.Mistake],
    items: list[Any],
    replay: Replay,
) -> Diagnosis | None:
    """Return the known mistake that explains most of the failing tests, if any does.

    Parameters
    ----------
    found : dict
        What each test found of the learner's answer, by node id.
    known : list of Mistake
        The known mistakes of the function.
    items : list of pytest.Item
        Its quick tests.
    replay : callable
        Takes an item and a mistake, returns the outcome.
    """
    items = [item for item in items if item.nodeid in found]
    items.sort(key=lambda item: found[item.nodeid].state != FAILED)
    best: tuple[int, Diagnosis] | None = None
    for one in known:
        explained = _explained(found, items, partial(_replayed, replay, one))
        if explained is None or (best is not None and len(explained) <= best[0]):
            continue
        rest = [found[item.nodeid] for item in items if item.nodeid not in explained]
        rest = [outcome for outcome in rest if outcome.state == FAILED]
        says = one.says
        if rest:
            truth = rest[0].because
            says += f" Something else is wrong besides; this does not hold: {truth}."
        best = len(explained), Diagnosis(one.code, says)
    return best[1] if best else None


def _replayed(replay: Replay, known: bank.Mistake, item: Any) -> Outcome:
    return replay(item, known)


def _explained(
    found: dict[str, Outcome], items: list[Any], replay: Any
) -> set[str] | None:
    """Return the tests that a mistake explains; None if it contradicts one."""
    explained, numbers, words = set(), set(), False
    for item in items:
        if expects_error(item):
            continue  # the bank's answers are short: they may lack a check of the input
        theirs, mine = replay(item), found[item.nodeid]
        if theirs.state != FAILED:
            continue
        if mine.state != FAILED or not same(mine, theirs):
            return None
        explained.add(item.nodeid)
        numbers |= _numbers(mine)
        words = words or _has_words(mine)
    return explained if words or len(numbers) >= ENOUGH else None


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
        alike = one.got == other.got or one.rung == "unchanged"
        return one.values is other.values and alike
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
    found: set[float] = set()
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
                found.update(np.round(flat[np.isfinite(flat)], 12).tolist()[:100])
    return found
