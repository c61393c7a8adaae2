"""Every kata with the learner's status on one screen, and the next step."""

from __future__ import annotations

from pathlib import Path
from typing import TypedDict

from rich.console import Console

from dojo.kata.catalog import Kata, katas
from dojo.learner.attempts import Attempts
from dojo.learner.progress import State
from dojo.learner.status import Status, current_kata, status_of
from dojo.ui.notices import ledger_of
from dojo.ui.show import console, show_titled, working
from dojo.verdict.verdicts import NOT_STARTED, PASSED
from dojo.worker.grade import grade

SCHEMA = 1


class ListedKata(TypedDict):
    """A kata as `dojo list --json` has it."""

    kata: str
    chapter: str
    path: str
    title: str
    level: int
    minutes: int
    needs: list[str]
    state: str
    passed: int
    functions: int
    due: bool


class KataList(TypedDict):
    """The document that `dojo list --json` prints."""

    schema: int
    katas: list[ListedKata]


def statuses(root: Path, state: State | None = None) -> dict[Kata, Status]:
    """Return the learner's status with each kata, in the order of the tree."""
    if state is None:
        with ledger_of(root) as ledger:
            state = ledger.read()
    return {kata: status_of(kata, state) for kata in katas(root)}


def as_data(every: dict[Kata, Status]) -> KataList:
    """Return the list as data."""
    listed = [_listed(kata, status) for kata, status in every.items()]
    return {"schema": SCHEMA, "katas": listed}


def _listed(kata: Kata, status: Status) -> ListedKata:
    return {
        "kata": kata.slug,
        "chapter": kata.chapter,
        "path": kata.path.as_posix(),
        "title": kata.title,
        "level": kata.level,
        "minutes": kata.minutes,
        "needs": list(kata.needs),
        "state": status.state,
        "passed": status.passed,
        "functions": status.total,
        "due": status.due,
    }


def show_overview(root: Path) -> None:
    """Grade what changed, then print every kata's status and the next step."""
    state = _graded(root)
    every = statuses(root, state)
    out = console()
    passed = sum(status.state == PASSED for status in every.values())
    out.print(f"[bold]DL Katas[/] · {passed} of {len(every)} katas passed")
    chapter = ""
    for kata, status in every.items():
        if kata.chapter != chapter:
            chapter = kata.chapter
            out.print(f"\n{chapter}")
        _show_line(out, kata, status)
    out.print(f"\n{_next_step(root, state, every, out.is_terminal)}")


def _graded(root: Path) -> State:
    """Return the state with a verdict on every file as it is now.

    A recorded verdict that is still of these files need not be found again.
    """
    due = [kata for kata, status in statuses(root).items() if status.due]
    attempts = Attempts(root, due, "dojo")
    if due:
        with working("grading what has changed"):
            records = grade(root, due)
        attempts.note(records)
    return attempts.ledger.read()


def _show_line(out: Console, kata: Kata, status: Status) -> None:
    style = {NOT_STARTED: "yellow", PASSED: "green"}.get(status.state, "red")
    word = status.word
    show_titled(out, f"  {word:11}  {kata.slug:20}", kata.title, style)


def _next_step(
    root: Path, state: State, every: dict[Kata, Status], watching: bool
) -> str:
    left = [kata for kata, status in every.items() if status.state != PASSED]
    if not left:
        return "Every kata is passed."
    begun = [kata for kata in left if every[kata].state != NOT_STARTED]
    kata = current_kata(root, state) if state["current"] else (begun or left)[0]
    path = kata.stub.relative_to(root)
    if watching:
        return f"next: dojo watch {kata.slug}, and edit {path}"
    if begun:
        return f"next: edit {path}, then dojo run {kata.slug}"
    return f"next: {kata.first_step} in {path}, then dojo run {kata.slug}"
