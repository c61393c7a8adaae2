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


@dataclass
class Round:
    """One grading run, when it has ended."""

    kata: Kata
    answer: str = ""
    records: list[Record] = field(default_factory=list)
    error: str = ""  # why it could not be run
    since: float = 0.0  # seconds since the round before; 0 for the first


class Rounds:
    """Grades what is asked for last.

    Parameters
    ----------
    root : Path
        The clone.
    tell : callable
        Takes each `Round`, from the thread.
    warm : Warm
    """

    def __init__(self, root: Path, tell: Callable[[Round], None], warm: Warm) -> None:
        self._root, self._tell, self._warm = root, tell, warm
        self._news = threading.Condition()
        self._wanted: Kata | None = None
        self._child: Child | None = None
        self._closed = False
        self._last = 0.0
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def ask(self, kata: Kata) -> None:
        """Grade a kata; whatever runs is cancelled."""
        with self._news:
            self._wanted = kata
            self._interrupt()

    def close(self) -> None:
        """End everything."""
        with self._news:
            self._closed = True
            self._interrupt()
        self._thread.join(10)
        self._warm.close()

    def _interrupt(self) -> None:
        if self._child is not None:
            self._child.cancel()
        self._news.notify()

    def _launch(self, arguments: list[str], crashes: list[Crash]) -> Child:
        child = self._warm.launch(arguments, crashes)
        with self._news:
            self._child = child
            if self._wanted or self._closed:
                child.cancel()
        return child

    def _work(self) -> None:
        while True:
            with self._news:
                while self._wanted is None and not self._closed:
                    self._news.wait()
                if self._closed or self._wanted is None:
                    return
                kata, self._wanted = self._wanted, None
            found = self._grade(kata)
            with self._news:
                self._child = None
                if found and self._wanted is None and not self._closed:
                    self._tell(found)
            if self._wanted is None and not self._closed:
                self._warm.prepare(options(self._root, [kata]))

    def _grade(self, kata: Kata) -> Round | None:
        try:
            found = Round(kata, answer_of(kata))
            found.records = grade(self._root, [kata], launch=self._launch)
        except Cancelled:
            return None
        except UserError as error:
            lines = [line for line in str(error).splitlines() if line[:2] == "E "]
            why = f" ({lines[-1][2:].strip()})" if lines else ""
            found.error = f"the graders could not be run{why}: dojo run {kata.slug}"
        except OSError as error:  # a full disk: there is no room for the child's files
            found = Round(kata, error=f"grading is not possible: {error}; make room")
        now = time.monotonic()
        found.since, self._last = (now - self._last if self._last else 0.0), now
        return found
