"""Known mistakes: one is the learner's if it fails wherever the answer does, alike.

Alike means at the same rung with the same numbers, in every failing test, and enough of
them: several unequal numbers, not one zero.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from dojo.kata.bank import Mistake, View
from dojo.verdict.replay import expects_error
from dojo.verdict.verdicts import BESIDES, FAILED, Diagnosis, Outcome

SAME = 1e-9  # relative: two answers with the same cause agree this closely
ROUNDED = {np.dtype(np.float32): 1e-5, np.dtype(np.float16): 2e-3}  # in these, less
BY_CHANCE = 16  # bits: a number of no more may be a float32 because it is simple
ENOUGH = 2  # unequal numbers that make evidence
Replayed = Callable[[pytest.Function, Mistake], Outcome]
ViewOf = Callable[[Mistake], View | None]


def known_mistake(
    outcomes: dict[str, Outcome],
    mistakes: list[Mistake],
    items: list[pytest.Function],
    replayed: Replayed,
    view_of: ViewOf = lambda mistake: None,
) -> Diagnosis | None:
    """Return the known mistake that explains most of the failing tests, if any does.

    If it explains a part of them only, and another one explains the rest, both are
    named.

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
    view_of : callable, optional
        Takes a mistake, returns its view.
    """
    search = Search(outcomes, items, replayed, view_of)
    each = [member for mistake in mistakes for member in mistake.each]
    best, explains = None, frozenset[str]()
    for mistake in each:
        explained = search.explained_by(mistake, len(explains))
        if len(explained) > len(explains):
            best, explains = mistake, explained
    if best is None:
        return None
    rest = [test for test in search.failing if test not in explains]
    other = search.second([m for m in each if m.code != best.code], rest)
    if other:
        says = f"{best.says} Besides, {other.code}: {other.says}"
        return Diagnosis(best.code, says, frozenset(search.failing))
    rest.sort(key=lambda test: not is_missing(outcomes[test]))
    besides = outcomes[rest[0]].because if rest else ""
    return Diagnosis(best.code, with_besides(best.says, besides), explains)


def with_besides(says: str, besides: str) -> str:
    """Return a sentence, and after it what does not hold besides."""
    if not besides:
        return says
    return f"{says}{BESIDES} {besides}."


def _failed(outcome: Outcome | None) -> bool:
    return outcome is not None and outcome.state == FAILED


class Search:
    """What a mistake has to explain, and how it is asked.

    Parameters
    ----------
    outcomes, items, replayed, view_of
        As `known_mistake` takes them.
    """

    def __init__(
        self,
        outcomes: dict[str, Outcome],
        items: list[pytest.Function],
        replayed: Replayed,
        view_of: ViewOf,
    ) -> None:
        self.outcomes, self.replayed, self.view_of = outcomes, replayed, view_of
        ran = [item for item in items if item.nodeid in outcomes]
        failing = [item for item in ran if _failed(outcomes[item.nodeid])]
        self.failing = [item.nodeid for item in failing]
        # The bank's answers are short: they may lack a check of the input.
        telling = [item for item in failing if not expects_error(item)]
        # What raised is no evidence of numbers, so it comes last.
        self.telling = sorted(telling, key=lambda i: _raised(outcomes[i.nodeid]))
        others = [item for item in ran if item not in failing]
        self.others = [item for item in others if not expects_error(item)]

    def explained_by(self, mistake: Mistake, least: int = 0) -> frozenset[str]:
        """Return the failing tests that a mistake explains.

        None if it contradicts any test, or cannot explain more than `least` of them.
        """
        view = self.view_of(mistake)
        explained: set[str] = set()
        numbers: set[float] = set()
        words, undecided, of_dtype = False, 0, True
        for place, item in enumerate(self.telling):
            if len(explained) + len(self.telling) - place <= least:
                return frozenset()
            theirs, mine = self.replayed(item, mistake), self.outcomes[item.nodeid]
            if not _failed(theirs) or (mine.rung != "dtype" and _only_dtype(theirs)):
                continue
            if is_missing(mine) and not is_missing(theirs):
                continue
            if _raised(mine) and theirs.values is not None:
                if not words and len(numbers) < ENOUGH:
                    return frozenset()
                continue
            if _cannot_be_compared(mine, theirs):
                undecided += 1
                continue
            if not same(*_viewed(view, mine, theirs)):
                return frozenset()
            explained.add(item.nodeid)
            of_dtype &= theirs.rung == "dtype"
            numbers |= _numbers(_viewed(view, mine, theirs)[0])
            words = words or _has_words(mine)
        enough = len(explained) > least and (words or len(numbers) >= ENOUGH)
        if not enough or undecided > len(explained):
            return frozenset()
        elsewhere = (self.replayed(item, mistake) for item in self.others)
        if any(_failed(o) and (of_dtype or not _only_dtype(o)) for o in elsewhere):
            return frozenset()
        return frozenset(explained)

    def second(self, mistakes: list[Mistake], rest: list[str]) -> Mistake | None:
        """Return the mistake that explains all that another one leaves."""
        items = [item for item in self.telling if item.nodeid in rest]
        if not items or len(items) < len(rest):
            return None
        for mistake in mistakes:
            possible = _failed(self.replayed(items[0], mistake))
            if possible and self.explained_by(mistake) >= set(rest):
                return mistake
        return None


def _raised(mine: Outcome) -> bool:
    """Tell whether an answer raised, where a mistake's usual form may not."""
    ended = mine.rung in ("returned", "finite") and mine.values is None
    return ended and bool(mine.got) and not is_missing(mine)


def is_missing(outcome: Outcome) -> bool:
    """Tell whether None came back, where something was due."""
    return outcome.got.startswith("None:")


def contradicts(theirs: Outcome | None) -> bool:
    """Tell whether a mistake that finds this cannot be that of an answer that passes.

    Parameters
    ----------
    theirs : Outcome or None
        Of the mistake, in a test that the answer passes; None if it is not known.
    """
    return theirs is not None and _failed(theirs) and not _only_dtype(theirs)


def _only_dtype(theirs: Outcome) -> bool:
    """Tell whether the usual form of a mistake has the right numbers in another dtype.

    Where the mistake is one of numbers, this is not a part of it.
    """
    if theirs.rung != "dtype" or theirs.values is None:
        return False
    return _equal(*theirs.values, dtype=False)


def _cannot_be_compared(mine: Outcome, theirs: Outcome) -> bool:
    """Tell whether the usual form of a mistake hides the numbers that it would give.

    It may overflow where another form is careful, or have another dtype, which some
    tests look at before there are numbers.
    """
    if _raised(theirs) and mine.values is not None:
        return mine.rung in ("values", "gradient")
    if {mine.rung, theirs.rung} != {"dtype", "values"}:
        return False
    given = [o.values[0] for o in (mine, theirs) if o.values and o.rung == "dtype"]
    # Of a result of several parts, which may differ in shape, none is empty.
    return bool(given) and getattr(given[0], "shape", (1,))[:1] == (0,)


def _viewed(
    view: View | None, mine: Outcome, theirs: Outcome
) -> tuple[Outcome, Outcome]:
    """Return two outcomes with what their calls have in common for their numbers."""
    if view is None or mine.returned is None or theirs.returned is None:
        return mine, theirs
    try:
        seen = [view(o.arguments, o.returned) for o in (mine, theirs)]
    except Exception:  # a view is written for what is promised, not for every answer
        return mine, theirs
    if any(value is None for value in seen):
        return mine, theirs
    one, other = (
        replace(outcome, values=(value, None))
        for outcome, value in zip((mine, theirs), seen, strict=True)
    )
    return one, other


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
    if is_missing(one) and is_missing(other):
        return True  # whether a return is there, or gave None, the text alone tells
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
    except (RuntimeError, TypeError, ValueError):  # tensors in a graph, in a container
        return False


def _close(one: np.ndarray, other: np.ndarray) -> bool:
    """Compare up to the rounding that another order of operations brings."""
    same = max(map(_precision, (one, other)))
    finite = np.abs(other[np.isfinite(other)])
    least = float(same * 0.1 * finite.max(initial=0.0))
    return bool(np.allclose(one, other, same, least, equal_nan=True))


def _precision(array: np.ndarray) -> float:
    """Return how closely numbers like these agree, by what they were computed in.

    A Python float that came out of float32, by `.item()` say, has only its digits.
    """
    if array.dtype != np.float64 or array.ndim or not np.isfinite(array):
        return ROUNDED.get(array.dtype, SAME)
    with np.errstate(all="ignore"):
        if np.float32(array) != array:
            return SAME
    scaled = np.ldexp(np.frexp(array)[0], BY_CHANCE)
    return SAME if scaled == np.rint(scaled) else ROUNDED[np.dtype(np.float32)]


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
        elif isinstance(value, torch.Tensor):
            waiting.append(value.detach().numpy(force=True))
        elif isinstance(value, np.ndarray | np.generic | float | int | bool):
            array = np.asarray(value)
            if array.dtype.kind in "fiub":
                flat = array.astype(float).ravel()
                numbers.update(np.round(flat[np.isfinite(flat)], 12).tolist()[:100])
    return numbers
