"""Runs a test again with another answer in the place of the first."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from types import ModuleType
from typing import Any

import pytest

from dojo.answer.answers import Answers
from dojo.kata.bank import Mistake
from dojo.kata.catalog import Kata, katas
from dojo.verdict import outcomes
from dojo.verdict.pytest_private import set_up_again
from dojo.verdict.run import Run
from dojo.verdict.selection import is_slow
from dojo.verdict.verdicts import Outcome
from dojo.verdict.watched import watched

DRAWS = {"rng", "generator", "seed"}  # the fixtures of random data


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
        self._run, self._kata = run, kata
        self.items = [item for item in items if not is_slow(item)]

    def outcome(
        self, item: pytest.Function, answers: Answers, seed: int | None = None
    ) -> Outcome:
        """Return what a test finds if `answers` stand for the kata.

        What it prints is thrown away, and it is no part of the run's verdicts.
        """

        def once() -> None:
            with set_up_again(item), watched(item, self._run):
                item.runtest()

        nowhere = io.StringIO()
        with (
            self._run.replay_of(self._kata, answers, seed),
            redirect_stdout(nowhere),
            redirect_stderr(nowhere),
        ):
            call = pytest.CallInfo.from_call(once, "call", KeyboardInterrupt)
            return outcomes.of_call(call, item, self._run)

    def outcome_of_mistake(self, item: pytest.Function, mistake: Mistake) -> Outcome:
        """Return what a test finds of the reference with a known mistake in it."""
        return self.outcome(item, self._run.seam.with_mistake(self._kata, mistake))

    def on_seed(self, item: pytest.Function, further: int) -> Outcome:
        """Return what a test finds of the same answer with a later seed."""
        answers = self._run.seam.answers(self._kata)
        return self.outcome(item, answers, self._run.seed + further)

    def own(self, function: str) -> Any:
        """Return the answer's own function without its guard; None if it has none."""
        answers = self._run.seam.answers(self._kata)
        thing = None if answers.broken else getattr(answers.module, function, None)
        return getattr(thing, "__wrapped__", thing)  # the guard keeps what it surrounds

    def surrounded(
        self, function: str, surround: Callable[[Any], Callable[..., Any]]
    ) -> Answers:
        """Return the answer, loaded anew, with something around one function of it."""
        answers = self._run.seam.load(self._kata, self._run.seam.path_of(self._kata))
        own = getattr(answers.module, function).__wrapped__
        answers.replace(function, surround(own))
        return answers

    def reference(self, slug: str = "") -> ModuleType:
        """Return the kata's reference, or that of another kata, by itself."""
        existing = {kata.slug: kata for kata in katas(self._run.root)}
        return self._run.seam.reference(existing.get(slug, self._kata))

    def draws(self, item: pytest.Function) -> bool:
        """Tell whether a test has random data, so that a seed makes a difference."""
        return not DRAWS.isdisjoint(item.fixturenames)


def expects_error(item: pytest.Function) -> bool:
    """Tell whether a test asks for an error: it uses `raises`."""
    return "raises" in item.function.__code__.co_names
