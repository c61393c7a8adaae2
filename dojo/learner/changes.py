"""What a run changed of what the log knew of a kata."""

from __future__ import annotations

from dataclasses import dataclass

from dojo.kata.catalog import Kata
from dojo.learner.progress import State
from dojo.verdict.verdicts import PASSED, Record


@dataclass(frozen=True)
class Change:
    """How a run of a kata differs from what passed before.

    Parameters
    ----------
    gained : list of str
        The functions that pass now, and did not.
    lost : list of str
        The functions that passed, and fail now; not those that cannot be read.
    """

    gained: list[str]
    lost: list[str]


def change_of(log: State, kata: Kata, records: list[Record]) -> Change | None:
    """Return what a run changed; None if none of its functions was graded before.

    Parameters
    ----------
    log : State
        As it was before the run.
    kata : Kata
    records : list of Record
        The run's verdicts on this kata.
    """
    progress = log["katas"].get(kata.slug)
    known = progress["functions"] if progress else {}
    mine = [record for record in records if record["function"] in known]
    if not mine:
        return None
    before = {r["function"] for r in mine if known[r["function"]]["state"] == PASSED}
    passed = [r["function"] for r in mine if r["state"] == PASSED]
    unread = {r["function"] for r in mine if r["unread"]}
    lost = [r["function"] for r in mine if r["function"] in before - unread]
    return Change(
        [name for name in passed if name not in before],
        [name for name in lost if name not in passed],
    )
