"""Which parts of LeNet in NumPy are the learner's: those that pass as they are now."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from dojo.kata.catalog import Kata, find
from dojo.kata.stubs import is_started
from dojo.learner.progress import GOOD, State, answer_of, grader_of
from dojo.verdict.verdicts import NOT_STARTED, Record
from dojo.worker.net_parts import PARTS, Part

Grade = Callable[[list[Kata]], list[Record]]


class Choice(NamedTuple):
    """Whose a part is; if it is not the learner's, what says so."""

    part: Part
    is_own: bool
    why: str


def choices(root: Path, state: State, grade: Grade) -> list[Choice]:
    """Choose the side of each part.

    A recorded verdict counts only if it is of the very files that are there; other
    files that are begun are graded.

    Parameters
    ----------
    root : Path
        The clone.
    state : State
        What the log says.
    grade : callable
        Grades katas; it is called once, or not at all.
    """
    katas = {part.kata: find(root, part.kata)[0] for part in PARTS}
    begun = [kata for kata in katas.values() if is_started(kata)]
    known = {
        (kata.slug, name): _recorded(kata, name, state)
        for kata in begun
        for name in _names(kata)
    }
    due = [k for k in begun if any(not known[k.slug, name] for name in _names(k))]
    for record in grade(due) if due else []:
        known[record["kata"], record["function"]] = record["state"]
    return [_choice(part, known) for part in PARTS]


def _names(kata: Kata) -> list[str]:
    return [name for part in PARTS if part.kata == kata.slug for name in part.names]


def _recorded(kata: Kata, name: str, state: State) -> str:
    """Return the verdict on a function as it is now; empty if there is none."""
    progress = state["katas"].get(kata.slug)
    function = progress["functions"].get(name) if progress else None
    if function is None or function["answer"] != answer_of(kata):
        return ""
    return function["state"] if function["grader"] == grader_of(kata) else ""


def _choice(part: Part, known: dict[tuple[str, str], str]) -> Choice:
    states = {n: known.get((part.kata, n), NOT_STARTED) for n in part.names}
    lacking = {name: state for name, state in states.items() if state not in GOOD}
    if not lacking:
        return Choice(part, True, "")
    if len(lacking) == len(states) == 1 or set(states.values()) == {NOT_STARTED}:
        return Choice(part, False, next(iter(lacking.values())))
    told = ", ".join(f"{name} {_is(state)}" for name, state in lacking.items())
    shared = "" if len(lacking) == len(states) else "; one reads the other's cache"
    return Choice(part, False, told + shared)


def _is(state: str) -> str:
    return f"is {state}" if state == NOT_STARTED else state
