"""Runs a test again with another answer in the place of the first."""

from __future__ import annotations

import io
from contextlib import redirect_stderr, redirect_stdout

import pytest

from dojo.answer.answers import Answers
from dojo.kata.bank import Mistake
from dojo.kata.catalog import Kata
from dojo.verdict import outcomes
from dojo.verdict.pytest_private import set_up_again
from dojo.verdict.run import Run
from dojo.verdict.selection import is_slow
from dojo.verdict.verdicts import Outcome
from dojo.verdict.watched import watched


class Replay:
    """The quick tests of one function, ready to run again.

    Parameters
    ----------
    run : Run
    kata : Kata
    items : list of pytest.Function
        All its tests; those that train are left out.
    """

    def __init__(self, run: Run, kata: Kata, items: list[pytest.Function]) -> None:
        self.run, self.kata = run, kata
        self.items = [item for item in items if not is_slow(item)]

    def outcome(
        self, item: pytest.Function, answers: Answers, seed: int | None = None
    ) -> Outcome:
        """Return what a test finds if `answers` stand for the kata.

        What it prints is thrown away, and it is no part of the run's verdicts.
        """
        with self.run.replay_of(self.kata, answers, seed):
            return outcomes.of_call(self._call(item), item, self.run)

    def passes(
        self, item: pytest.Function, answers: Answers, seed: int | None = None
    ) -> bool:
        """Tell whether a test passes; nothing is made of what it finds."""
        with self.run.replay_of(self.kata, answers, seed):
            return self._call(item).excinfo is None

    def _call(self, item: pytest.Function) -> pytest.CallInfo[None]:
        def once() -> None:
            with set_up_again(item), watched(item, self.run):
                item.runtest()

        nowhere = io.StringIO()
        with redirect_stdout(nowhere), redirect_stderr(nowhere):
            return pytest.CallInfo.from_call(once, "call", KeyboardInterrupt)

    def outcome_of_mistake(self, item: pytest.Function, mistake: Mistake) -> Outcome:
        """Return what a test finds of the reference with a known mistake in it."""
        return self.outcome(item, self.run.seam.with_mistake(self.kata, mistake))


def expects_error(item: pytest.Function) -> bool:
    """Tell whether a test asks for an error: it uses `raises`."""
    return "raises" in item.function.__code__.co_names
