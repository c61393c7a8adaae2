"""Runs a test again with another answer in the place of the first."""

from __future__ import annotations

import pytest

from dojo.answer.answers import Answers
from dojo.kata.bank import Mistake
from dojo.kata.catalog import Kata
from dojo.verdict.outcomes import OUTCOME
from dojo.verdict.pytest_private import run_again
from dojo.verdict.run import Run
from dojo.verdict.selection import is_slow
from dojo.verdict.verdicts import Outcome


class Replay:
    """The quick tests of one function, ready to run again.

    Parameters
    ----------
    run : Run
    kata : Kata
    items : list of pytest.Item
        All its tests; those that train are left out.
    """

    def __init__(self, run: Run, kata: Kata, items: list[pytest.Item]) -> None:
        self._run, self._kata = run, kata
        self.items = [item for item in items if not is_slow(item)]

    def outcome(
        self, item: pytest.Item, answers: Answers, seed: int | None = None
    ) -> Outcome:
        """Return what a test finds if `answers` stand for the kata."""
        with self._run.replay_of(self._kata, answers, seed):
            run_again(item)
        return item.stash[OUTCOME]

    def outcome_of_mistake(self, item: pytest.Item, mistake: Mistake) -> Outcome:
        """Return what a test finds of the reference with a known mistake in it."""
        return self.outcome(item, self._run.seam.with_mistake(self._kata, mistake))


def expects_error(item: pytest.Item) -> bool:
    """Tell whether a test asks for an error: it uses `raises`."""
    return "raises" in item.function.__code__.co_names  # type: ignore[attr-defined]  # a function's item has one
