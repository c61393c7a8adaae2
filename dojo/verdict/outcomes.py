"""Turns what a test raised into an outcome: rung, because, facts, the line."""

from __future__ import annotations

import numpy as np
import pytest

from dojo.answer import guard
from dojo.answer.answers import Broken, LeftOut, Unread
from dojo.answer.clock import OutOfTime, is_out_of_memory
from dojo.answer.lines import line_in, quoted_line_in
from dojo.answer.witness import CallsStopped
from dojo.compare.context import Comparing
from dojo.compare.mismatch import (
    Mismatch,
    NotStarted,
    kind_of,
    shorten,
)
from dojo.compare.parts import told_of
from dojo.compare.words import is_bare, plain, said
from dojo.verdict.budget import BudgetSpent
from dojo.verdict.lacking import lacked, owner_of, what_it_has
from dojo.verdict.run import Run
from dojo.verdict.selection import SUBJECT
from dojo.verdict.verdicts import FAILED, NOT_STARTED, PASSED, SKIPPED, Outcome

COMPARISONS = pytest.StashKey[Comparing]()  # what a test compared when it ran last
COMPARED = ("type", "values", "gradient", "statistics")  # rungs that show what came
MISSING = "None: is a return missing?"
GAVE_NONE = "None: its return gave None, or was not reached"
BOOLS = (bool, np.bool_)
TEXT_LIMIT = 2_000  # characters of each text of an outcome
PRINTED_LIMIT = 2_000  # characters of captured output that a report keeps


class Crashed(BaseException):
    """A test that ended the process in an earlier try; it is not run again.

    Parameters
    ----------
    because, where : str
    own : bool
        Whether the function's own call ended it, not the import of the file.
    """

    def __init__(self, because: str, where: str, own: bool = True) -> None:
        self.because, self.where, self.own = because, where, own
        super().__init__(because)


class OutOfTimeBefore(BaseException):
    """A test of a function that ran out of time in an earlier test."""


class NotRun(BaseException):
    """A slow test of a function that already failed a quick one.

    Parameters
    ----------
    failures : list of Outcome
        What the quick ones found.
    """

    def __init__(self, failures: list[Outcome]) -> None:
        self.failures = failures
        super().__init__()


def of_call(call: pytest.CallInfo[None], item: pytest.Item, run: Run) -> Outcome:
    """Return the outcome of one test's call."""
    kata, function = item.stash[SUBJECT]
    outcome = Outcome(kata.slug, function, item.nodeid, PASSED, seconds=call.duration)
    outcome.arguments = dict(run.witness.calls.get(function, {}))
    outcome.returned = run.witness.returned.get(function)
    if COMPARISONS in item.stash:  # the test has begun
        outcome.call = run.witness.made.get(function)
        outcome.comparisons = item.stash[COMPARISONS].count
    if call.excinfo is not None:
        error, path = call.excinfo.value, run.seam.path_of(kata)
        outcome.state, outcome.error = FAILED, error
        outcome.line = line_in(str(path), error.__traceback__)
        outcome.where = quoted_line_in(str(path), error.__traceback__)
        if call.when == "call" and _is_lookup(outcome, error, str(item.path)):
            _describe_lookup(outcome, error, run.witness.returned.get(function))
        else:
            result = run.witness.returned.get(function)
            _describe(outcome, error, result)
            _say_what_came(outcome, result)
        if outcome.call and outcome.got == MISSING:
            answers = run.seam.answers(kata)
            if answers.returns_value(outcome.call.function):
                outcome.got = GAVE_NONE
        if isinstance(error, LeftOut) and function not in kata.optional:
            outcome.state = FAILED
            _describe_end(outcome, error)
        if outcome.state == NOT_STARTED:
            _name_stray(outcome, run.seam.answers(kata).stray[0])
        _make_plain(outcome)
    if outcome.state == NOT_STARTED and function in kata.optional:
        outcome.state = SKIPPED
    return outcome


def unreadable(
    call: pytest.CallInfo[None], item: pytest.Item, error: BaseException
) -> Outcome:
    """Return the outcome of a test whose result or error cannot be put into words."""
    kata, function = item.stash[SUBJECT]
    because = f"what {function} gives can be shown"
    outcome = Outcome(kata.slug, function, item.nodeid, FAILED, "returned", because)
    outcome.got = f"{type(error).__name__} when it is read: {said(error)}"
    outcome.seconds = call.duration
    return outcome


def _name_stray(outcome: Outcome, stray: str) -> None:
    """Say of a function that is not started what may be meant for its file."""
    if stray:
        outcome.because += f"; {stray} is not read"


def _make_plain(outcome: Outcome) -> None:
    """Clean and cut the texts, which hold words of the answer's own."""
    for name in ("because", "got", "want", "where", "came"):
        setattr(outcome, name, plain(getattr(outcome, name), TEXT_LIMIT))


def _say_what_came(outcome: Outcome, result: object) -> None:
    """Name the kind of what was returned where a test shows yes or no, or nothing."""
    arrays = outcome.values is not None and isinstance(outcome.values[0], np.ndarray)
    if outcome.rung not in COMPARED or arrays or isinstance(result, BOOLS):
        return  # an entry of a mask, or a bool that was returned, is a fact
    bare_want = bool(outcome.want) and is_bare(outcome.want)
    if is_bare(outcome.got) or bare_want:
        outcome.bare, outcome.came = True, "" if result is None else kind_of(result)
        if isinstance(result, list | tuple | dict):
            outcome.came += f": {shorten(result)}"


def _describe(outcome: Outcome, error: BaseException, result: object) -> None:
    """Say what an error of the answer, or of the time and place it ran in, means."""
    if isinstance(error, Mismatch):
        _describe_mismatch(outcome, told_of(error, outcome.function, result))
    elif isinstance(error, NotImplementedError) and not error.args:
        _describe_not_started(outcome)
    elif isinstance(error, NotImplementedError) and lacked(
        error, outcome.function, result
    ):
        _describe_lack(outcome, error, result)
    elif isinstance(error, NotRun):
        _describe_not_run(outcome, error)
    elif isinstance(error, LeftOut):  # only `Answers` knows what is optional
        outcome.state = SKIPPED
        outcome.because = f"{outcome.function} is optional and left out"
    elif isinstance(error, pytest.fail.Exception) and "DID NOT RAISE" in str(error):
        outcome.rung, outcome.got = "raises", "no error"
        outcome.because = f"{outcome.function} must raise an error here"
        outcome.want = str(error).removeprefix("DID NOT RAISE").strip()
    elif type(error) is AssertionError and outcome.line is None:  # the grader's own
        outcome.rung, outcome.because = "values", str(error).partition("\n")[0]
    else:
        _describe_end(outcome, error)


def _describe_mismatch(outcome: Outcome, error: Mismatch) -> None:
    outcome.state = NOT_STARTED if isinstance(error, NotStarted) else FAILED
    outcome.rung, outcome.because = error.rung, error.because
    outcome.got, outcome.want, outcome.where = error.got, error.want, error.where
    outcome.values, outcome.tolerance = error.values, error.tolerance
    outcome.settled = not isinstance(error, Broken)
    if isinstance(error, Unread):
        outcome.unread = True
        outcome.line, outcome.excerpt = error.fault.line, error.fault.excerpt


def _describe_not_started(outcome: Outcome) -> None:
    outcome.state, outcome.rung = NOT_STARTED, "returned"
    outcome.because = f"{outcome.function} is not started"


def _describe_not_run(outcome: Outcome, error: NotRun) -> None:
    outcome.state = SKIPPED
    outcome.because = f"{outcome.function} fails a quicker test first"
    if all(earlier.state == NOT_STARTED for earlier in error.failures):
        _describe_not_started(outcome)


def _describe_end(outcome: Outcome, error: BaseException) -> None:
    """Say how a call ended that did not return."""
    function = outcome.function
    outcome.rung = "returned"
    if isinstance(error, Crashed):
        outcome.because, outcome.where = error.because, error.where
        outcome.settled = error.own
    elif isinstance(error, OutOfTime):
        outcome.rung, outcome.because = "time", f"{function} {error}"
        if error.culprit not in ("", function):
            outcome.because = f"{function} calls {error.culprit}, which {error}"
    elif isinstance(error, BudgetSpent):
        outcome.rung, outcome.because, outcome.settled = "time", str(error), error.own
    elif isinstance(error, CallsStopped):
        outcome.rung, outcome.because = "time", f"{function} {error}"
    elif isinstance(error, OutOfTimeBefore):
        outcome.rung, outcome.because = "time", str(error)
    elif is_out_of_memory(error):
        outcome.because, outcome.got = f"{function} ran out of memory", said(error)
    else:
        outcome.because = f"{function} must return, not raise"
        if not _is_in_answer(outcome, error):
            outcome.because = f"a test of {function} could not run to its end"
        outcome.got = f"{type(error).__name__}: {said(error)}"


def _is_lookup(outcome: Outcome, error: BaseException, grader: str) -> bool:
    """Tell whether the test raised when it took a result apart, not the answer."""
    words = (AssertionError, Mismatch, MemoryError, NotImplementedError)
    if not isinstance(error, Exception) or isinstance(error, words):
        return False
    in_test = line_in(grader, error.__traceback__) is not None
    return in_test and not _is_in_answer(outcome, error)


def _is_in_answer(outcome: Outcome, error: BaseException) -> bool:
    """Tell whether an error was raised while the answer ran."""
    guarded = line_in(guard.__file__, error.__traceback__) is not None
    return guarded or outcome.line is not None


def _describe_lookup(outcome: Outcome, error: BaseException, result: object) -> None:
    """Say of a result that the test could not take apart what it lacks.

    The answer returned, so it is never told that it must.
    """
    function = outcome.function
    outcome.rung, outcome.got = "type", kind_of(result)
    if lacked(error, function, result):
        _describe_lack(outcome, error, result)
        return
    if isinstance(error, KeyError) and isinstance(result, dict):
        keys = ", ".join(map(str, result)) or "none"
        outcome.because = (
            f"what {function} returns has the key {shorten(error.args[0])}"
        )
        outcome.got = f"the keys {keys}"
    else:
        outcome.because = f"{function} returns what its docstring promises"
        outcome.want = f"no {type(error).__name__} when it is read: {said(error)}"
    outcome.values = (outcome.got, outcome.because)


def _describe_lack(outcome: Outcome, error: BaseException, result: object) -> None:
    """Say of an object which method or attribute it lacks, and what it has."""
    function = outcome.function
    name = lacked(error, function, result)
    outcome.rung = "type"
    outcome.got = what_it_has(owner_of(error, result), name)
    kind = "a method" if name == "forward" else "something"
    outcome.because = f"{function} needs {kind} named {name}"
    outcome.values = (outcome.got, outcome.because)


def rewrite(report: pytest.TestReport, outcome: Outcome) -> None:
    """Let a report say what the outcome says, and cut what the answer printed."""
    report.dojo_state = outcome.state  # type: ignore[attr-defined]  # read where it is shown
    report.sections = [(name, plain(_cut(str(text)))) for name, text in report.sections]
    printed = [text for name, text in report.sections if "stdout" in name]
    outcome.printed = "".join(printed)
    if outcome.state == PASSED:
        return
    if outcome.state == SKIPPED:
        report.outcome = "skipped"
        place = report.location[0], report.location[1] or 0
        report.longrepr = (*place, outcome.because)
    else:
        report.outcome = "failed"
        report.longrepr = "\n".join(outcome.lines())


def _cut(text: str) -> str:
    if len(text) <= PRINTED_LIMIT:
        return text
    return f"{text[:PRINTED_LIMIT]}\n… cut: {len(text):,} characters were printed"
