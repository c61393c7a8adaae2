"""The graders' score, a row a kata: what is rejected, and where it is found."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TypedDict

from dojo.check.mutants import ACCEPTED, EQUIVALENT, EXHAUSTED, Mutant
from dojo.check.runs import Proofs, side_by_side
from dojo.errors import UserError
from dojo.kata.catalog import Kata


class Row(TypedDict):
    """The score of one kata's grader.

    Parameters
    ----------
    kata : str
    mutants, accepted, equivalent, unsought, located, elsewhere : int
        How many were tried; of these, how many no test rejected though they are not
        listed, and how many are listed; of the rejected ones, for how many no line is
        looked for, since they touch files, for how many the changed line was named, and
        for how many only others.
    seconds : float
        The median time to a line.
    """

    kata: str
    mutants: int
    accepted: int
    equivalent: int
    unsought: int
    located: int
    elsewhere: int
    seconds: float


@dataclass(frozen=True)
class Score:
    """What came of every mutant of a kata."""

    kata: Kata
    mutants: list[Mutant]

    @property
    def accepted(self) -> list[Mutant]:
        """Those that no test rejects, and that are not listed as equivalent."""
        return [mutant for mutant in self.mutants if mutant.state == ACCEPTED]

    def row(self) -> Row:
        """Return the counts."""
        located = [mutant for mutant in self.mutants if mutant.is_located]
        lost = [m for m in self.mutants if m.found and not m.is_located]
        return {
            "kata": self.kata.slug,
            "mutants": len(self.mutants),
            "accepted": len(self.accepted),
            "equivalent": sum(m.state == EQUIVALENT for m in self.mutants),
            "unsought": sum(not m.sought for m in self.mutants),
            "located": len(located),
            "elsewhere": len(lost),
            "seconds": round(median([m.seconds for m in located] or [0.0]), 2),
        }


def scores(
    root: Path,
    chosen: list[Kata],
    share: int,
    seconds: float,
    say: Callable[[Score], object],
) -> list[Score]:
    """Return the score of each kata's grader.

    Parameters
    ----------
    root : Path
        The clone.
    chosen : list of Kata
    share : int
        One of so many mutants is tried.
    seconds : float
        For the line of each; 0 for none.
    say : callable
        Takes each score as it comes, in the order of the tree.

    Raises
    ------
    UserError
        If a process broke off: then there is no score.
    """
    result = []
    with closing(Proofs(root, "dojo.check.mutants")) as proofs:
        for kata, mutants in side_by_side(
            lambda kata: _all_of(kata, proofs, str(share), str(seconds)), chosen
        ):
            score = Score(kata, mutants)
            say(score)
            result.append(score)
    return result


def _all_of(kata: Kata, proofs: Proofs, share: str, seconds: str) -> list[Mutant]:
    """Return a kata's mutants; those that end the process are passed over."""
    mutants: dict[int, Mutant] = {}
    start = 0
    while True:
        text, status, output = proofs.found(kata, share, seconds, str(start))
        parsed = [Mutant(**json.loads(line)) for line in text.splitlines()]
        mutants |= {mutant.number: mutant for mutant in parsed}
        if status == 0:
            return list(mutants.values())
        if (status > 0 and status != EXHAUSTED) or not parsed:
            raise UserError(
                f"{kata.slug}: its mutants broke off with status {status}:\n"
                f"{output[-1500:]}\nnext: dojo check {kata.slug}"
            )
        start = parsed[-1].number + 1


def table(rows: Iterable[Row]) -> list[str]:
    """Return the rows as a table of Markdown."""
    head = "| Kata | Mutants | Accepted | Equivalent | Located | Elsewhere | Median |"
    lines = [head, "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"]
    for row in rows:
        kept = row["accepted"] + row["equivalent"] + row["unsought"]
        sought = row["mutants"] - kept
        share = f"{row['located'] / sought:.1%}" if sought else "-"
        lines.append(
            f"| {row['kata']} | {row['mutants']} | {row['accepted']} "
            f"| {row['equivalent']} | {share} | {row['elsewhere']} "
            f"| {row['seconds']:.2f} s |"
        )
    return lines
