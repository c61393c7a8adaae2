"""Writes grading runs down, whichever command ran them."""

from __future__ import annotations

import sys
from pathlib import Path

from dojo.kata.catalog import Kata
from dojo.learner.changes import Change, change_of
from dojo.learner.ledger import Ledger
from dojo.learner.progress import (
    answer_of,
    attempt,
    held,
    is_begun,
    located,
    passed_in,
)
from dojo.verdict.verdicts import Record


class Attempts:
    """Writes grading runs of the learner's files down.

    Parameters
    ----------
    root : Path
    chosen : list of Kata
        What is going to be graded, as the files are now.
    by : str
        Which command grades.
    """

    def __init__(self, root: Path, chosen: list[Kata], by: str) -> None:
        self.ledger, self._by = Ledger(root), by
        self._answers = {kata: answer_of(kata) for kata in chosen}

    def held(self, records: list[Record]) -> frozenset[tuple[str, str]]:
        """Return what passed before and cannot be read now: kata's slug, function."""
        log = self.ledger.read()
        found = set()
        for kata in self._answers:
            mine = [record for record in records if record["kata"] == kata.slug]
            names = held(mine, passed_in(log, kata))
            found |= {(kata.slug, name) for name in names}
        return frozenset(found)

    def changes(self, records: list[Record]) -> dict[Kata, Change]:
        """Return what the run changed of each kata that was graded before."""
        log, changes = self.ledger.read(), dict[Kata, Change]()
        for kata in self._answers:
            mine = [record for record in records if record["kata"] == kata.slug]
            if change := change_of(log, kata, mine):
                changes[kata] = change
        return changes

    def note(self, records: list[Record]) -> None:
        """Log the records; that they cannot be kept is said, and does no harm."""
        for kata, answer in self._answers.items():
            mine = [record for record in records if record["kata"] == kata.slug]
            if is_begun(mine):
                self.ledger.add(attempt(kata, mine, self._by, answer, 0.0))
                for event in located(kata, mine):
                    self.ledger.add(event)
        for notice in self.ledger.notices:
            print(f"dojo: {notice}", file=sys.stderr)
