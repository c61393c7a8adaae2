"""`dojo watch`: grades the current kata on every save, and answers keys."""

from __future__ import annotations

import os
import queue
import signal
import sys
import time
from pathlib import Path
from typing import Any

from rich.text import Text

from dojo.kata.catalog import Kata, katas
from dojo.learner.ledger import Ledger
from dojo.learner.progress import attempt
from dojo.learner.status import next_kata, status_of
from dojo.ui.show import next_step
from dojo.ui.watch import terminal
from dojo.ui.watch.rounds import Round, Rounds
from dojo.ui.watch.saves import Saves
from dojo.ui.watch.screen import Look, change_of, failure_of, main_screen
from dojo.ui.watch.views import Reader
from dojo.verdict.verdicts import NOT_STARTED, PASSED, Record
from dojo.worker.warm import Warm

SLOW = 1.0  # seconds after which the screen says how long a run takes


class Watch:
    """A session of watching.

    Parameters
    ----------
    root : Path
        The clone.
    kata : Kata
        The kata to begin with.
    """

    def __init__(self, root: Path, kata: Kata) -> None:
        self.root, self.ledger = root, Ledger(root)
        self.news: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
        self.rounds = Rounds(root, lambda r: self.news.put(("round", r)), Warm(root))
        self.saves = Saves(
            root / "katas",
            lambda: self.news.put(("save", None)),
            lambda text: self.news.put(("say", text)),
        )
        self.reader: Reader | None = None  # the page that covers the main screen
        self.asked = ""  # the key that waits for a yes
        self.error = ""  # why the last run could not be made
        self.after: Kata | None = None
        self.running: float | None = None
        self.records: dict[str, list[Record]] = {}
        self.take_up(kata)

    def take_up(self, kata: Kata) -> None:
        """Turn to a kata and grade it."""
        self.look = Look(kata, records=self.records.get(kata.slug, []))
        self.saves.follow(kata.stub)
        self.ledger.add({"kind": "current", "kata": kata.slug})
        self.survey()
        self.grade()

    def grade(self) -> None:
        """Grade the current kata; a run under way is cancelled."""
        self.running = time.monotonic()
        self.rounds.ask(self.look.kata)
        self.describe()

    def close(self) -> None:
        """End every process and thread of this session."""
        self.saves.stop()
        self.rounds.close()

    def take_round(self, done: Round) -> None:
        """Show a verdict, then write it down."""
        if done.kata != self.look.kata:
            return
        self.running = None
        if self.look.message == self.error:
            self.look.message = ""
        self.error = done.error
        if done.error:
            self.look.message = done.error
        else:
            self.look.change = change_of(self.look.records, done.records)
            self.look.records = self.records[done.kata.slug] = done.records
        self.describe()

    def write_down(self, done: Round) -> None:
        """Log a round as an attempt."""
        if not done.error:
            self.ledger.add(
                attempt(done.kata, done.records, "watch", done.answer, done.since)
            )
        self.survey()
        self.describe()

    def survey(self) -> None:
        """Count what is passed and find what comes next; too slow for every screen."""
        state, known = self.ledger.read(), katas(self.root)
        passed = sum(status_of(one, state).state == PASSED for one in known)
        self.look.place = f"{passed} of {len(known)} katas passed"
        self.after = next_kata(self.root, state, self.look.kata)

    def describe(self) -> None:
        """Bring the words of the screen up to date."""
        look = self.look
        seconds = time.monotonic() - self.running if self.running else 0.0
        look.running = "grading …" if self.running else ""
        if seconds > SLOW:
            look.running = f"grading … {seconds:.0f} s"
        if self.ledger.notices:
            look.message = " ".join(self.ledger.notices)
            self.ledger.notices.clear()
        look.step = self._step()

    def _step(self) -> str:
        look = self.look
        states = {record["state"] for record in look.records}
        if states and states <= {PASSED, "skipped"}:
            on = (
                f"n goes on to {self.after.slug}" if self.after else "that was the last"
            )
            return f"every function passes; {on}, d shows the reference."
        path = look.kata.stub.relative_to(self.root).as_posix()
        failed = failure_of(look.records)
        if failed is None:
            todo = [r["function"] for r in look.records if r["state"] == NOT_STARTED]
            name = (todo or look.kata.functions)[0]
            return f"write {name} in {path} and save it; h gives a hint."
        code = failed["diagnosis"]["code"] if failed["diagnosis"] else ""
        more = f"; dojo explain {code}" if code else ""
        return f"mend {failed['function']} and save it; h gives a hint{more}."

    def screen(self, width: int, height: int) -> list[Text]:
        """Return the screen as it should be now."""
        if self.reader:
            return self.reader.screen(width, height)
        return main_screen(self.look, width, height)


def watch_plainly(watch: Watch) -> None:
    """Print each verdict as lines, where there is no terminal to draw on."""
    from dojo.ui.show import console, show_kata

    out = console()
    out.print(
        f"watching {watch.look.kata.stub.relative_to(watch.root)}; Ctrl-C ends it"
    )
    while True:
        kind, what = watch.news.get()
        if kind == "save":
            watch.grade()
        elif kind == "round":
            watch.take_round(what)
            watch.write_down(what)
            if what.error:
                out.print(what.error)
                continue
            show_kata(out, what.kata, what.records)
            if watch.look.change:
                out.print(watch.look.change)
            out.print(f"next: {next_step(what.kata, what.records)}")
        elif kind == "say":
            out.print(what)
        elif kind == "key" and what == "q":
            return


def watch_on_screen(watch: Watch) -> None:
    """Draw screens and answer keys until q."""
    from dojo.ui.watch.actions import Actions

    screen = terminal.Terminal(lambda key: watch.news.put(("key", key)))
    actions = Actions(watch, screen)
    _set_signals(watch, screen)
    screen.enter()
    try:
        while True:
            screen.draw(watch.screen(*terminal.size()))
            try:
                kind, what = watch.news.get(timeout=SLOW)
            except queue.Empty:
                watch.describe()
                continue
            if kind == "save":
                watch.grade()
            elif kind == "round":
                watch.take_round(what)
                screen.draw(watch.screen(*terminal.size()))
                watch.write_down(what)
            elif kind == "say":
                watch.look.message = what
            elif kind == "resized":
                screen.forget()
            elif kind == "key" and not actions.press(what):
                return
    finally:
        screen.leave()


def _set_signals(watch: Watch, screen: terminal.Terminal) -> None:
    def leave(number: int, frame: object) -> None:
        watch.news.put(("key", "gone"))

    def stop(number: int, frame: object) -> None:
        with screen.lent():
            os.kill(os.getpid(), signal.SIGSTOP)
        watch.news.put(("resized", None))

    signal.signal(signal.SIGTERM, leave)
    if sys.platform != "win32":
        signal.signal(signal.SIGHUP, leave)
        signal.signal(signal.SIGTSTP, stop)
        signal.signal(
            signal.SIGWINCH, lambda number, frame: watch.news.put(("resized", None))
        )


def run(root: Path, kata: Kata) -> None:
    """Watch until the learner quits."""
    watch = Watch(root, kata)
    try:
        if terminal.is_capable():
            watch_on_screen(watch)
        else:
            watch_plainly(watch)
    except KeyboardInterrupt:
        pass
    finally:
        watch.close()
