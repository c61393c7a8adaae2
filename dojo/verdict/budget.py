"""The time that a function's quick tests may take together, and a kata's.

Each test has a limit of its own; these end what stays below it in every test. They are
several times what any right answer takes on a slow machine, and tests that train are
not counted. Processor time is counted and, apart from it, time in which an answer
waits: on a busy machine a test takes many times its processor time, and waits for
nothing.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

BUSY = 10.0  # how many times its processor time a test takes on a busy machine
COMPUTES = 8.0  # times the limit of one test that all of a function may compute
WAITS = 2.0  # times that limit that they may wait
KATA_COMPUTES = 16.0  # times that limit that all tests of a kata may compute
# A function that waits for ever costs four; it must not take the others' verdicts.
KATA_WAITS = 12.0


class BudgetSpent(BaseException):
    """A test that is not run: those before took all the time there is.

    Parameters
    ----------
    who : str
        The function whose tests took it, or the kata.
    seconds : float
        The limit.
    own : bool
        Whether the function's own tests took it.
    """

    def __init__(self, who: str, seconds: float, own: bool) -> None:
        self.own = own
        super().__init__(f"all tests of {who} together did not end in {seconds:g} s")


@dataclass
class Spent:
    """Time that tests took: computing, and waiting."""

    busy: float = 0.0
    idle: float = 0.0

    def over(self, busy: float, idle: float) -> float:
        """Return which of two limits was passed; 0 if none was."""
        if self.busy > busy:
            return busy
        return idle if self.idle > idle else 0.0


class Budget:
    """The time that the quick tests of one run have taken.

    Parameters
    ----------
    seconds : float
        The limit of one test.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._functions = defaultdict[tuple[str, str], Spent](Spent)
        self._katas = defaultdict[str, Spent](Spent)

    def refuse(self, kata: str, function: str) -> None:
        """Raise `BudgetSpent` if a function, or its kata, has no time left."""
        one = self._seconds
        if limit := self._functions[kata, function].over(COMPUTES * one, WAITS * one):
            raise BudgetSpent(function, limit, own=True)
        if limit := self._katas[kata].over(KATA_COMPUTES * one, KATA_WAITS * one):
            raise BudgetSpent(kata, limit, own=False)

    @contextmanager
    def spending(self, kata: str, function: str) -> Iterator[None]:
        """Count the time that a block takes."""
        busy, wall = time.process_time(), time.monotonic()
        try:
            yield
        finally:
            busy, wall = time.process_time() - busy, time.monotonic() - wall
            for spent in (self._functions[kata, function], self._katas[kata]):
                spent.busy += busy
                spent.idle += max(0.0, wall - BUSY * busy)
