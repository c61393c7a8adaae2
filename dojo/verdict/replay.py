"""Runs a test again with another answer in the place of the first."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from copy import deepcopy
from types import ModuleType
from typing import Any

import pytest
import torch

from dojo.answer.answers import Answers
from dojo.errors import Interrupted
from dojo.kata.bank import Mistake
from dojo.kata.catalog import Kata, katas
from dojo.verdict import outcomes
from dojo.verdict.pytest_private import arguments_of, set_up_again
from dojo.verdict.run import Run
from dojo.verdict.selection import is_slow
from dojo.verdict.verdicts import Outcome
from dojo.verdict.watched import watched

COPIED = {"rng", "generator", "seed", "request"}  # fixtures that a copy can stand for


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
        self._given: dict[tuple[str, int], dict[str, Any] | None] = {}
        self.items = [item for item in items if not is_slow(item)]

    def outcome(
        self, item: pytest.Function, answers: Answers, seed: int | None = None
    ) -> Outcome:
        """Return what a test finds if `answers` stand for the kata.

        What it prints is thrown away, and it is no part of the run's verdicts.
        """
        with self.run.replay_of(self.kata, answers, seed):
            # With the run's own seed there will be many: one for each known mistake.
            given = self._given_to(item) if seed is None else None
            return outcomes.of_call(self._call(item, given), item, self.run)

    def passes(
        self, item: pytest.Function, answers: Answers, seed: int | None = None
    ) -> bool:
        """Tell whether a test passes; nothing is made of what it finds.

        What it is called with is made once and then copied, where that can be done.
        """
        with self.run.replay_of(self.kata, answers, seed):
            given = self._given_to(item)
            return self._call(item, given).excinfo is None

    def _given_to(self, item: pytest.Function) -> dict[str, Any] | None:
        """Return a copy of a test's arguments; None if it has fixtures of its own."""
        key = item.nodeid, self.run.seed
        if key not in self._given:
            self._given[key] = None
            if is_plain(item):
                with set_up_again(item):
                    self._given[key] = arguments_of(item)
        given = self._given[key]
        return None if given is None else {n: _copy(v) for n, v in given.items()}

    def _call(
        self, item: pytest.Function, given: dict[str, Any] | None = None
    ) -> pytest.CallInfo[None]:
        """Run a test, with fixtures made anew or with the arguments given."""

        def once() -> None:
            if given is not None:
                with watched(item, self.run):
                    item.obj(**given)
                return
            with set_up_again(item), watched(item, self.run):
                item.runtest()

        nowhere = io.StringIO()
        with redirect_stdout(nowhere), redirect_stderr(nowhere):
            return pytest.CallInfo.from_call(once, "call", Interrupted)

    def outcome_of_mistake(self, item: pytest.Function, mistake: Mistake) -> Outcome:
        """Return what a test finds of the reference with a known mistake in it."""
        return self.outcome(item, self.run.seam.with_mistake(self.kata, mistake))

    def on_seed(self, item: pytest.Function, further: int) -> Outcome:
        """Return what a test finds of the same answer with a later seed."""
        answers = self.run.seam.answers(self.kata)
        return self.outcome(item, answers, self.run.seed + further)

    def own(self, function: str) -> Any:
        """Return the answer's own function without its guard; None if it has none."""
        answers = self.run.seam.answers(self.kata)
        thing = None if answers.broken else getattr(answers.module, function, None)
        return getattr(thing, "__wrapped__", thing)  # the guard keeps what it surrounds

    def surrounded(self, function: str, surround: Callable[[Any], Any]) -> Answers:
        """Return the answer, loaded anew, with something around one function of it."""
        answers = self.run.seam.load(self.kata, self.run.seam.path_of(self.kata))
        thing = getattr(answers.module, function)
        answers.replace(function, surround(getattr(thing, "__wrapped__", thing)))
        return answers

    def reference(self, slug: str = "") -> ModuleType:
        """Return the kata's reference, or that of another kata, by itself."""
        existing = {kata.slug: kata for kata in katas(self.run.root)}
        return self.run.seam.reference(existing.get(slug, self.kata))


def is_plain(item: pytest.Function) -> bool:
    """Tell whether a test has no fixtures but those that a copy can stand for."""
    own = getattr(item, "callspec", None)
    return (set(own.params if own else ()) | COPIED).issuperset(item.fixturenames)


def _copy(value: Any) -> Any:
    """Return a copy that draws what the first one would have drawn."""
    if isinstance(value, torch.Generator):
        other = torch.Generator()
        other.set_state(value.get_state())
        return other
    return deepcopy(value)


def expects_error(item: pytest.Function) -> bool:
    """Tell whether a test asks for an error: it uses `raises`."""
    return "raises" in item.function.__code__.co_names
