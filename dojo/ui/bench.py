"""`dojo bench`: what passes is timed, and what it reached is written down."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from dojo.errors import UserError
from dojo.kata import ladders
from dojo.kata.catalog import Kata
from dojo.kata.ladders import Task
from dojo.learner.attempts import Attempts
from dojo.learner.ledger import Ledger
from dojo.learner.progress import BenchEvent, answer_of
from dojo.learner.status import graded_states, status_of
from dojo.speed import bench, outcomes
from dojo.speed.outcomes import KataOutcome, Outcome
from dojo.ui.notices import ledger_of
from dojo.worker.grade import grade

Told = Callable[[str], object]  # takes what is timed now, in words


def tasks_of(kata: Kata, function: str | None) -> dict[int, Task]:
    """Return what a kata's ladders time, by their places in the file.

    Raises
    ------
    UserError
        If there is no ladder.
    """
    every = dict(enumerate(ladders.tasks(kata)))
    if not every:
        names = ", ".join(k.slug for k in ladders.with_ladder(kata.root)) or "no kata"
        raise UserError(f"{kata.slug} has no ladder; {names} has one")
    chosen = {n: t for n, t in every.items() if function in (None, *t.functions)}
    if not chosen:
        names = ", ".join(dict.fromkeys(task.name for task in every.values()))
        raise UserError(f"{kata.slug} has no ladder of {function}, but of {names}")
    return chosen


def measured(
    kata: Kata, tasks: dict[int, Task], told: Told = lambda text: None
) -> KataOutcome:
    """Time the tasks whose functions pass, and write down what they reached.

    Parameters
    ----------
    kata : Kata
    tasks : dict
        By their places in the file.
    told : callable
        Takes what is done now, in words.
    """
    answer = answer_of(kata)
    states = _graded(kata, told)
    found: dict[int, Outcome] = {}
    for number, task in tasks.items():
        if outcome := outcomes.before(kata, task, states):
            found[number] = outcome
    due = [number for number in tasks if number not in found]
    kernel = None
    if due:
        result = bench.bench(
            kata, kata.stub, due, told=lambda n: told(f"timing {tasks[n].name}")
        )
        kernel = result.kernel
        found |= {n: outcomes.after(tasks[n], n, result) for n in due}
    every = [found[number] for number in tasks]
    tiers = outcomes.reached(every)
    if tiers:
        event: BenchEvent = {
            "kind": "bench", "kata": kata.slug, "answer": answer, "tiers": tiers,
        }  # fmt: skip
        with ledger_of(kata.root) as ledger:
            ledger.add(event)
    return outcomes.of_kata(kata, every, kernel)


def _graded(kata: Kata, told: Told) -> dict[str, str]:
    """Return the states of a kata's functions as the files are now.

    A recorded verdict that is still of these files need not be found again.
    """
    attempts = Attempts(kata.root, [kata], "bench")
    if status_of(kata, attempts.ledger.read()).due:
        told("grading")
        attempts.note(grade(kata.root, [kata]))
    return graded_states(kata, attempts.ledger.read())


def is_measured(outcome: KataOutcome) -> bool:
    """Tell whether every ladder that is due was measured, and one at least."""
    states = {ladder["state"] for ladder in outcome["ladders"]} - {outcomes.LEFT_OUT}
    return states == {outcomes.MEASURED}


def begun(root: Path) -> list[Kata]:
    """Return the katas with a ladder of which a function passes, or may pass."""
    state = Ledger(root).read()
    every = {kata: status_of(kata, state) for kata in ladders.with_ladder(root)}
    return [kata for kata, status in every.items() if status.passed or status.due]
