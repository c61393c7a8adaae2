"""Where a learner is: the status of each kata, which is the current, which is next."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dojo.errors import UserError
from dojo.kata.catalog import Kata, katas
from dojo.kata.stubs import is_started
from dojo.learner.progress import (
    GOOD,
    FunctionProgress,
    State,
    answer_of,
    grader_of,
    new_function_progress,
    new_kata_progress,
)
from dojo.verdict.verdicts import NOT_STARTED, PASSED

STARTED = "started"
CHANGED = "changed since passed"
GRADER_CHANGED = "grader changed since passed"


@dataclass(frozen=True)
class Status:
    """A learner's status with a kata, told without running anything.

    Parameters
    ----------
    state : str
        not started, started, passed, changed since passed, grader changed since passed.
    passed, total : int
        Functions, when they were graded last; optional ones do not count.
    due : bool
        Whether the recorded verdict is not of these files: answers or grader changed.
    """

    state: str
    passed: int
    total: int
    due: bool

    @property
    def word(self) -> str:
        """The state as a list shows it: "3 of 7" for what is begun."""
        return f"{self.passed} of {self.total}" if self.state == STARTED else self.state


def status_of(kata: Kata, state: State) -> Status:
    """Return the learner's status with a kata."""
    progress = state["katas"].get(kata.slug) or new_kata_progress()
    known = {
        name: progress["functions"].get(name) or new_function_progress()
        for name in kata.functions
    }
    functions = [known[name] for name in kata.required]
    answer, grader, started = answer_of(kata), grader_of(kata), is_started(kata)
    files = {(function["answer"], function["grader"]) for function in known.values()}
    graded = files <= {(answer, grader)}
    passed = sum(f["state"] in GOOD for f in functions)
    if graded and passed == len(functions):
        word = PASSED
    else:
        word = _since_passed(functions, answer) or (STARTED if started else NOT_STARTED)
    due = not graded and (started or bool(progress["attempts"]))
    return Status(word, passed if started else 0, len(functions), due)


def _since_passed(functions: list[FunctionProgress], answer: str) -> str:
    """Return what changed since every function had passed; empty if not all have."""
    passes = [function["passed"] for function in functions]
    if not all(passes):
        return ""
    changed = any(once and once["answer"] != answer for once in passes)
    return CHANGED if changed else GRADER_CHANGED


def graded_states(kata: Kata, state: State) -> dict[str, str]:
    """Return the states of functions, of those that were graded as the files are."""
    progress = state["katas"].get(kata.slug) or new_kata_progress()
    answer, grader = answer_of(kata), grader_of(kata)
    return {
        name: function["state"]
        for name, function in progress["functions"].items()
        if (function["answer"], function["grader"]) == (answer, grader)
    }


def has_passed(kata: Kata, state: State) -> bool:
    """Tell whether the learner has passed a kata, now or once."""
    progress = state["katas"].get(kata.slug)
    once = status_of(kata, state).state in (PASSED, CHANGED, GRADER_CHANGED)
    return once or bool(progress and progress["passed_at"])


def next_kata(root: Path, state: State, after: Kata | None = None) -> Kata | None:
    """Return the next kata that is not passed, round the end; None if all are."""
    every = katas(root)
    start = every.index(after) + 1 if after in every else 0
    for kata in every[start:] + every[:start]:
        if kata != after and status_of(kata, state).state != PASSED:
            return kata
    return None


def current_kata(root: Path, state: State) -> Kata:
    """Return the kata that the learner is at: the last one, or the first to be done."""
    every = katas(root)
    if not every:
        raise UserError(
            f"there is no kata in {root / 'solutions'}; clone the whole tree"
        )
    last = next((kata for kata in every if kata.slug == state["current"]), None)
    if last and status_of(last, state).state != PASSED:
        return last
    return next_kata(root, state, last) or last or every[0]
