"""Judges: runs each test under its limits, and makes verdicts of what they found."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Generator
from contextlib import AbstractContextManager, nullcontext, suppress
from itertools import chain

import pytest

from dojo.answer.clock import OutOfTime
from dojo.answer.torch_state import import_for_gradients, import_for_optimizers
from dojo.compare.words import said
from dojo.errors import Interrupted
from dojo.kata.catalog import Hunt, Kata
from dojo.kata.signatures import uses_gradients, uses_optimizers
from dojo.verdict import outcomes
from dojo.verdict.budget import Budget
from dojo.verdict.plainest import plainness
from dojo.verdict.pytest_private import end_fixtures
from dojo.verdict.replay import Replay
from dojo.verdict.run import Run
from dojo.verdict.selection import SUBJECT, Selection, draws, is_slow
from dojo.verdict.verdicts import (
    FAILED,
    NOT_STARTED,
    PASSED,
    SKIPPED,
    Outcome,
    Verdict,
    gather,
    not_graded,
)
from dojo.verdict.watched import watched

READING = 5.0  # seconds in which what came back must say what it is


class Judge:
    """The judge of one run; a pytest plugin.

    Parameters
    ----------
    run : Run
    selection : Selection
    """

    def __init__(self, run: Run, selection: Selection) -> None:
        self._run, self._selection = run, selection
        # By kata's slug and function, then by test.
        self._outcomes = defaultdict[tuple[str, str], dict[str, Outcome]](dict)
        self._katas: dict[str, Kata] = {}
        self._budget = Budget(run.seconds)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Have done what no answer should be charged with."""
        for item in session.items:
            if SUBJECT in item.stash:
                kata, _ = item.stash[SUBJECT]
                self._katas[kata.slug] = kata
        if any(map(uses_optimizers, self._katas.values())):
            import_for_optimizers()
        if session.config.option.watched:  # it waits for the answer from here on
            if any(map(uses_gradients, self._katas.values())):
                import_for_gradients()
            for kata in self._katas.values():
                with suppress(Exception):  # a broken bank: the diagnosis will say it
                    self._run.seam.prepare_mistakes(kata)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        """Run a test under its time limit, with the witness told what is forbidden."""
        if SUBJECT not in item.stash:
            return (yield)
        kata, function = item.stash[SUBJECT]
        self._refuse_what_is_lost(item, kata, function)
        item.ihook.pytest_dojo_test(item=item, kata=kata, function=function)
        with watched(item, self._run), self._spending(item):
            return (yield)

    def _spending(self, item: pytest.Item) -> AbstractContextManager[None]:
        """Count a quick test's time."""
        kata, function = item.stash[SUBJECT]
        if is_slow(item):
            return nullcontext()
        return self._budget.spending(kata.slug, function)

    def _refuse_what_is_lost(
        self, item: pytest.Item, kata: Kata, function: str
    ) -> None:
        """Raise instead of a test whose result can change no verdict."""
        earlier = self._outcomes[kata.slug, function].values()
        if any(outcome.rung == "time" for outcome in earlier):
            raise outcomes.OutOfTimeBefore(f"{function} already ran out of time")
        failures = [o for o in earlier if o.state in (FAILED, NOT_STARTED)]
        if is_slow(item) and failures:
            raise outcomes.NotRun(failures)
        if not is_slow(item):
            self._budget.refuse(kata.slug, function)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Turn pytest's report into an outcome, and say it in the outcome's words."""
        option, style = item.config.option, item.config.option.tbstyle
        if SUBJECT in item.stash:
            option.tbstyle = "no"  # the outcome says it; pytest's excerpt takes 40 ms
        try:
            report = yield
        finally:
            option.tbstyle = style
        if SUBJECT in item.stash and (call.when == "call" or call.excinfo is not None):
            outcome = self._outcome_of(call, item)
            outcomes.rewrite(report, outcome)
            self._note(outcome)
            if isinstance(outcome.error, OutOfTime):
                self._note_stopped(outcome.error, item)
        return report

    def _outcome_of(self, call: pytest.CallInfo[None], item: pytest.Item) -> Outcome:
        """Return what a test found; what came back may not end the run, or hold it."""
        if call.excinfo is None:
            return outcomes.of_call(call, item, self._run)
        run = self._run
        try:
            with run.witness.watching("what came back"), run.clock.limit(READING):
                outcome = outcomes.of_call(call, item, run)
                if outcome.state == FAILED and isinstance(item, pytest.Function):
                    outcome.plainness = plainness(outcome, draws(item))
        except Interrupted:
            raise
        except BaseException as error:
            outcome = outcomes.unreadable(call, item, error)
        return outcome

    def _note_stopped(self, error: OutOfTime, item: pytest.Item) -> None:
        """Let no test of another function call what did not end."""
        kata, function = item.stash[SUBJECT]
        by = "" if error.culprit == function else f" when {function} called it"
        path = str(self._run.seam.path_of(kata))
        self._run.witness.stopped[path, error.culprit] = f"{error}{by}"

    def _note(self, outcome: Outcome) -> None:
        """Keep one outcome a test: an error of its end adds to no failure before."""
        of_function = self._outcomes[outcome.kata, outcome.function]
        earlier = of_function.get(outcome.test)
        if earlier is None or earlier.state == PASSED:
            of_function[outcome.test] = outcome

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Make the verdicts, have them explained, fail closed, publish."""
        for outcome in self._never_run():
            self._note(outcome)
        tests = [test.values() for test in self._outcomes.values()]
        verdicts = gather(list(chain.from_iterable(tests)))
        end_fixtures(session)
        for verdict in self._told(verdicts, session.config):
            self._explain(verdict, session.config)
        unfinished = any(v.state in (FAILED, NOT_STARTED) for v in verdicts)
        if unfinished and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        self._run.witness.end(int(session.exitstatus))
        session.config.hook.pytest_dojo_verdicts(
            verdicts=verdicts, run=self._run, whole=not self._selection.is_partial
        )
        if session.config.option.where:
            self._locate(verdicts, session.config)

    def _told(self, verdicts: list[Verdict], config: pytest.Config) -> list[Verdict]:
        """Return the failures whose cause may be said.

        A bug hunt asks what is wrong: its verdicts say what fails, and why only to
        one who asks.
        """
        tells = config.option.tell
        quiet = [k.slug for k in self._katas.values() if isinstance(k, Hunt)]
        failed = [verdict for verdict in verdicts if verdict.state == FAILED]
        return [verdict for verdict in failed if tells or verdict.kata not in quiet]

    def _locate(self, verdicts: list[Verdict], config: pytest.Config) -> None:
        """Have it found where the mistakes are, while there is time."""
        end = time.monotonic() + config.option.where
        for verdict in self._told(verdicts, config):
            seconds = end - time.monotonic()
            if seconds <= 0:
                break
            verdict.where = config.hook.pytest_dojo_locate(
                verdict=verdict, replay=self._replay(verdict), seconds=seconds
            )
            if verdict.where:
                config.hook.pytest_dojo_located(verdict=verdict, run=self._run)

    def _never_run(self) -> list[Outcome]:
        """Fail closed: a function with a test that did not run has not passed."""
        missing = []
        for (slug, function), items in self._selection.items.items():
            ran = self._outcomes[slug, function]
            left = [item.nodeid for item in items if item.nodeid not in ran]
            good = all(o.state in (PASSED, SKIPPED) for o in ran.values())
            if self._selection.is_graded and left and good:
                outcome = not_graded(slug, function, left[0])
                outcome.settled = False
                missing.append(outcome)
        return missing

    def _explain(self, verdict: Verdict, config: pytest.Config) -> None:
        kata, replay = self._katas[verdict.kata], self._replay(verdict)
        try:
            verdict.diagnosis = config.hook.pytest_dojo_diagnose(
                verdict=verdict, kata=kata, replay=replay
            )
        except Interrupted:
            raise
        except BaseException as error:  # a verdict stands without its diagnosis
            name = type(error).__name__
            verdict.trouble = f"{verdict.function}: {name}: {said(error)}"

    def _replay(self, verdict: Verdict) -> Replay:
        items = self._selection.items[verdict.kata, verdict.function]
        return Replay(self._run, self._katas[verdict.kata], items)
