"""Writes grading runs down, whichever command ran them."""

from __future__ import annotations

import sys
from pathlib import Path

from dojo.kata.catalog import Kata
from dojo.learner.ledger import Ledger
from dojo.learner.progress import answer_of, attempt, is_begun, located
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
