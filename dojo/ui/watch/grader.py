"""Grades in a thread of its own; a new request cancels the run that is under way."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from dojo.errors import UserError
from dojo.kata.catalog import Kata
from dojo.learner.progress import answer_of
from dojo.verdict.verdicts import Record
from dojo.worker.child import Child
from dojo.worker.grade import grade, options
from dojo.worker.messages import Crash
from dojo.worker.warm import Warm
from dojo.worker.warm_child import Cancelled

WHERE = 20.0  # seconds in which the lines of mistakes are looked for
SOON = 0.2  # seconds in which a warm process ends its child


@dataclass
class Result:
    """One grading run, when it has ended.

    Parameters
    ----------
    kata : Kata
    number : int
        Of the request that it answers.
    answer : str
        The file's fingerprint when the run began.
    records : list of Record
    error : str
        Why it could not be run; empty if it was.
    since : float
        Seconds since the run before; 0 for the first.
    """

    kata: Kata
    number: int
    answer: str = ""
    records: list[Record] = field(default_factory=list)
    error: str = ""
    since: float = 0.0


class Grader:
    """Grades what is asked for last.

    Parameters
    ----------
    root : Path
        The clone.
    tell : callable
        Takes each `Result`, from the thread.
    tell_lines : callable
        Takes a request's number and its verdicts, when a mistake's line is found.
    warm : Warm
    """

    def __init__(
        self,
        root: Path,
        tell: Callable[[Result], None],
        tell_lines: Callable[[int, list[Record]], None],
        warm: Warm,
    ) -> None:
        self._root, self._tell, self._warm = root, tell, warm
        self._tell_lines = tell_lines
        self._changed = threading.Condition()
        self._wanted: Kata | None = None
        self._count = 0
        self._child: Child | None = None
        self._closed = False
        self._last = 0.0
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def ask(self, kata: Kata) -> int:
        """Grade a kata, and return the request's number; whatever runs is cancelled."""
        with self._changed:
            self._wanted = kata
            self._count += 1
            self._interrupt()
            return self._count

    def close(self) -> None:
        """End everything."""
        with self._changed:
            self._closed = True
            self._interrupt()
        self._thread.join(SOON)
        self._warm.close()  # a process that is still importing hears nothing before
        self._thread.join(10)
        self._warm.close()

    def _interrupt(self) -> None:
        if self._child is not None:
            self._child.cancel()
        self._changed.notify()

    def _launch(self, arguments: list[str], crashes: list[Crash]) -> Child:
        child = self._warm.launch(arguments, crashes)
        with self._changed:
            self._child = child
            if self._wanted or self._closed:
                child.cancel()
        return child

    def _work(self) -> None:
        while True:
            with self._changed:
                while self._wanted is None and not self._closed:
                    self._changed.wait()
                if self._closed or self._wanted is None:
                    return
                kata, number, self._wanted = self._wanted, self._count, None
            self._grade(Result(kata, number))
            with self._changed:
                self._child = None

    def _grade(self, result: Result) -> None:
        kata = result.kata
        try:
            result.answer = answer_of(kata)
            grade(
                self._root,
                [kata],
                launch=self._launch,
                where=WHERE,
                told=lambda records: self._take(result, records),
            )
        except Cancelled:
            return
        except UserError as error:
            lines = [line for line in str(error).splitlines() if line[:2] == "E "]
            why = f" ({lines[-1][2:].strip()})" if lines else ""
            result.error = f"the graders could not be run{why}: dojo run {kata.slug}"
            self._answer(result)
        except OSError as error:  # a full disk: the child's files find no place
            result.error = f"grading is not possible: {error}; make room on the disk"
            self._answer(result)

    def _take(self, result: Result, records: list[Record]) -> None:
        """Answer with the verdicts, or with the line of a mistake that came later."""
        if not result.records:
            result.records = records
            self._answer(result)
        elif self._is_wanted():
            self._tell_lines(result.number, records)

    def _answer(self, result: Result) -> None:
        """Tell of a result, unless there is a newer request; have a child ready."""
        now = time.monotonic()
        result.since, self._last = (now - self._last if self._last else 0.0), now
        if self._is_wanted():
            self._tell(result)
            self._warm.prepare(options(self._root, [result.kata], where=WHERE))

    def _is_wanted(self) -> bool:
        with self._changed:
            return self._wanted is None and not self._closed
