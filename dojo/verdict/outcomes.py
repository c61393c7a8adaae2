"""Turns what a test raised into an outcome: rung, because, facts, the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from dojo.answer.limits import OutOfTime
from dojo.answer.witness import WITNESS, LeftOut, place_in, where_in
from dojo.compare.mismatch import Mismatch, NotStarted
from dojo.verdict.verdicts import FAILED, NOT_STARTED, PASSED, SKIPPED, Outcome

OUTCOME = pytest.StashKey[Outcome]()  # what a test found when it ran last
LINE_LIMIT = 60  # characters of an error that a report keeps
PRINTED_LIMIT = 2_000  # characters of captured output that a report keeps


class Crashed(BaseException):
    """A test that ended the process in an earlier try; it is not run again."""


class OutOfTimeBefore(BaseException):
    """A test of a function that ran out of time in an earlier test."""


class NotRun(BaseException):
    """A slow test of a function that already failed a quick one."""


def of_call(
    call: pytest.CallInfo[None], kata: str, function: str, test: str, path: Path
) -> Outcome:
    """Return the outcome of one test's call.

    Parameters
    ----------
    call : CallInfo
        What pytest caught.
    kata, function, test : str
    path : Path
        The file of answers.
    """
    outcome = Outcome(kata, function, test, PASSED, seconds=call.duration)
    outcome.arguments = dict(WITNESS.calls.get(function, {}))
    if call.excinfo is not None:
        outcome.state = FAILED
        _describe(outcome, call.excinfo.value, path)
        outcome.line = place_in(str(path), call.excinfo.value.__traceback__)
        outcome.error = call.excinfo.value
    return outcome


def _describe(outcome: Outcome, error: BaseException, path: Path) -> None:
    function, where = outcome.function, where_in(str(path), error.__traceback__)
    if isinstance(error, LeftOut):
        outcome.state, outcome.because = SKIPPED, f"{function} is optional and left out"
    elif isinstance(error, NotRun):
        outcome.state, outcome.because = (
            SKIPPED,
            f"{function} fails a quicker test first",
        )
        if all(earlier.state == NOT_STARTED for earlier in error.args[0]):
            outcome.state, outcome.rung = NOT_STARTED, "returned"
            outcome.because = f"{function} is not started"
    elif isinstance(error, Mismatch):
        outcome.state = NOT_STARTED if isinstance(error, NotStarted) else FAILED
        outcome.rung, outcome.because = error.rung, error.because
        outcome.got, outcome.want, outcome.where = error.got, error.want, error.where
        outcome.values, outcome.tolerance = error.values, error.tolerance
    elif isinstance(error, NotImplementedError) and not error.args:
        outcome.state, outcome.rung = NOT_STARTED, "returned"
        outcome.because = f"{function} is not started"
    elif isinstance(error, Crashed):
        crash = error.args[0]
        outcome.rung, outcome.because = "returned", crash["because"]
        outcome.where = crash["where"]
    elif isinstance(error, OutOfTime | OutOfTimeBefore):
        outcome.rung, outcome.because = "time", f"{function} {error}"
        if isinstance(error, OutOfTimeBefore):
            outcome.because = str(error)
        outcome.where = where
    elif type(error).__name__ == "Failed" and "DID NOT RAISE" in str(error):
        outcome.rung, outcome.because = "raises", f"{function} must raise an error here"
        outcome.got, outcome.want = (
            "no error",
            str(error).removeprefix("DID NOT RAISE").strip(),
        )
    elif isinstance(error, MemoryError):
        outcome.rung, outcome.because = "returned", f"{function} ran out of memory"
        outcome.got, outcome.where = _said(error), where
    elif type(error) is AssertionError and not where:  # the grader's own
        outcome.rung, outcome.because = "values", str(error).partition("\n")[0]
    else:
        outcome.rung, outcome.because = "returned", f"{function} must return, not raise"
        outcome.got = f"{type(error).__name__}: {_said(error)}"
        outcome.where = where


def _said(error: BaseException) -> str:
    """Return an error's first line, cut; the quotes of a KeyError are no part of it."""
    try:
        text = str(error.args[0] if isinstance(error, KeyError) else error)
    except Exception as broken:  # an error's own __str__ may be broken
        text = f"its text raised {type(broken).__name__}"
    line = text.partition("\n")[0] or "no message"
    return line if len(line) <= LINE_LIMIT else line[: LINE_LIMIT - 1] + "…"


def rewrite(found: pytest.TestReport, outcome: Outcome) -> None:
    """Let a report say what the outcome says, and cut what the answer printed."""
    found.dojo_state = outcome.state  # type: ignore[attr-defined]  # read by the plugin
    found.sections = [(name, _cut(str(text))) for name, text in found.sections]
    outcome.printed = "".join(text for name, text in found.sections if "stdout" in name)
    if outcome.state == PASSED:
        return
    if outcome.state == SKIPPED:
        found.outcome = "skipped"
        found.longrepr = (found.location[0], found.location[1] or 0, outcome.because)
    else:
        found.outcome = "failed"
        found.longrepr = "\n".join(outcome.lines())


def _cut(text: str) -> str:
    if len(text) <= PRINTED_LIMIT:
        return text
    return f"{text[:PRINTED_LIMIT]}\n… cut: {len(text):,} characters were printed"
