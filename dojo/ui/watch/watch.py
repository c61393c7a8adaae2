"""A watched clone: its state, its grader and its saves, and what a learner may do."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from dojo.kata.catalog import Kata, katas
from dojo.learner import answers, editor, hints, progress, status
from dojo.learner.ledger import Ledger
from dojo.learner.undo import Step, undo
from dojo.ui.watch.events import Event, Graded, Located, Said, Saved, Shown, Tick
from dojo.ui.watch.grader import Grader, Result
from dojo.ui.watch.saves import Saves
from dojo.ui.watch.state import WatchState
from dojo.verdict.verdicts import PASSED, Record
from dojo.worker.warm import Warm

TICK = 1.0  # seconds without an event after which the time is looked at


class Watch:
    """Keeps the state of what is watched, and changes it.

    Parameters
    ----------
    root : Path
        The clone.
    kata : Kata
        The kata to begin with.
    events : SimpleQueue of Event
        Where everybody tells what happens.

    Attributes
    ----------
    lend : callable
        Gives the terminal, where there is one, to somebody else for a block.
    """

    def __init__(
        self, root: Path, kata: Kata, events: queue.SimpleQueue[Event]
    ) -> None:
        self.state = WatchState(kata)
        self.lend: Callable[[], AbstractContextManager[None]] = nullcontext
        self._root, self._events, self._ledger = root, events, Ledger(root)
        self._grader = Grader(
            root,
            lambda result: events.put(Graded(result)),
            lambda number, records: events.put(Located(number, records)),
            Warm(root),
        )
        self._saves = Saves(
            root / "katas",
            lambda: events.put(Saved()),
            lambda text: events.put(Said(text)),
        )
        self._asked, self._asked_at = 0, 0.0  # the run that is asked for
        self._unwritten: Result | None = None
        self._records: dict[str, list[Record]] = {}
        self.turn_to(kata)

    def close(self) -> None:
        """End every process and thread."""
        self._saves.stop()
        self._grader.close()

    def next_event(self) -> Event:
        """Return what happened next; wait for it."""
        if self._unwritten:
            result, self._unwritten = self._unwritten, None
            return Shown(result)
        try:
            return self._events.get(timeout=TICK)
        except queue.Empty:
            return Tick()

    def turn_to(self, kata: Kata) -> None:
        """Turn to a kata and grade it."""
        self.state.turn_to(kata, self._records.get(kata.slug, []))
        self._saves.follow(kata.stub)
        self._ledger.add({"kind": "current", "kata": kata.slug})
        self._look_up_progress()
        self.grade()

    def grade(self, everything: bool = False) -> None:
        """Grade what has changed, or everything; a run under way is cancelled."""
        self._asked_at = time.monotonic()
        self.state.grading = 0.0
        self._asked = self._grader.ask(self.state.kata, everything)

    def pass_time(self) -> None:
        """Bring up to date what changes by itself: the clock, the ledger's notices."""
        if self.state.grading is not None:
            self.state.grading = time.monotonic() - self._asked_at
        if self._ledger.notices:
            self.state.message = " ".join(self._ledger.notices)
            self._ledger.notices.clear()

    def take(self, result: Result) -> None:
        """Show a result, unless it is not of the run that was asked for last."""
        if result.number != self._asked:
            return
        passed = progress.passed_in(self._ledger.read(), result.kata)
        self.state.take(result, progress.held(result.records, passed))
        self._records[result.kata.slug] = self.state.records
        self._unwritten = result

    def locate(self, number: int, records: list[Record]) -> None:
        """Show on which line a mistake is, unless it is not of the last run."""
        if number == self._asked:
            before = self.state.records
            self.state.records = self._records[self.state.kata.slug] = records
            fresh = [record for record in records if record not in before]
            for event in progress.located(self.state.kata, fresh):
                self._ledger.add(event)

    def write_down(self, result: Result) -> None:
        """Log a result as an attempt; the disk is slow, so it is shown before."""
        if not (result.error or result.gone) and progress.is_begun(result.records):
            event = progress.attempt(
                result.kata,
                result.records,
                "watch",
                result.answer,
                result.since,
                result.kept,
            )
            self._ledger.add(event)
        self._look_up_progress()

    def is_passed(self) -> bool:
        """Tell whether the kata is passed, by the log."""
        log = self._ledger.read()
        return status.status_of(self.state.kata, log).state == PASSED

    def is_open_book(self) -> bool:
        """Tell whether the learner may see the reference without being asked."""
        return status.has_passed(self.state.kata, self._ledger.read())

    def following(self) -> Kata | None:
        """Return the next kata that is not passed; None if every other one is."""
        return status.next_kata(self._root, self._ledger.read(), self.state.kata)

    def difference(self) -> list[str]:
        """Return the lines of a diff from the learner's file to the reference."""
        return answers.difference(self.state.kata)

    def edit(self) -> None:
        """Open the learner's editor where the failure is; wait until it ends."""
        kata = self.state.kata
        editor.edit(kata.stub, editor.line_of(kata, self.state.failure))

    def next_hint(self) -> tuple[str, str]:
        """Return the next hint for the function in focus, and write it down."""
        kata, function, state = self.state.kata, self.state.at, self.state
        if state.back > 0:
            return self._hint_that_was_seen(state.back - 1)
        shown = hints.deeper(kata, function, self._ledger, hints.refer)
        state.back = 0 if shown[0].startswith("hint ") else -1
        return shown

    def hint_before(self) -> tuple[str, str]:
        """Return the deepest hint that was shown, or the one before the open one."""
        return self._hint_that_was_seen(self.state.back + 1)

    def _hint_that_was_seen(self, back: int) -> tuple[str, str]:
        kata, function = self.state.kata, self.state.at
        seen = hints.level_of(kata, function, self._ledger)
        self.state.back = max(0, min(back, seen - 1))
        return hints.hint(kata, function, seen - self.state.back)

    def statuses(self) -> tuple[list[Kata], list[str]]:
        """Return every kata, and the word for how far the learner is with it."""
        every, log = katas(self._root), self._ledger.read()
        return every, [status.status_of(kata, log).word for kata in every]

    def reset(self) -> Path | None:
        """Put the stub back; return the copy of what was there."""
        return answers.reset(self.state.kata)

    def undo(self) -> tuple[Step, Step | None]:
        """Bring a copy of the kata's file back; return it, and what it replaced."""
        return undo(self._root, self._ledger, self.state.kata.slug)

    def _look_up_progress(self) -> None:
        """Count what is passed and find what comes next; too slow for every screen."""
        log, every = self._ledger.read(), katas(self._root)
        passed = sum(status.status_of(kata, log).state == PASSED for kata in every)
        self.state.progress = f"{passed} of {len(every)} katas passed"
        self.state.next_kata = status.next_kata(self._root, log, self.state.kata)
