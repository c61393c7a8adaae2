"""The loop of `dojo watch`: an event changes the state, then the state is shown."""

from __future__ import annotations

import signal
from contextlib import AbstractContextManager
from typing import Protocol

from dojo.ui.watch.events import (
    Event,
    Graded,
    KeyPressed,
    Located,
    Resized,
    Said,
    Saved,
    Shown,
    Suspended,
    TerminalGone,
)  # fmt: skip
from dojo.ui.watch.keys import press
from dojo.ui.watch.state import WatchState
from dojo.ui.watch.watch import Watch


class FrontEnd(AbstractContextManager["FrontEnd"], Protocol):
    """Shows states inside a `with`: on a whole screen, or as lines."""

    def show(self, state: WatchState) -> None:
        """Show a state as it is now."""

    def size(self) -> tuple[int, int]:
        """Return columns and lines."""

    def lent(self) -> AbstractContextManager[None]:
        """Give the terminal to somebody else inside the block."""


def follow(watch: Watch, front_end: FrontEnd) -> None:
    """Show what happens until somebody ends it."""
    watch.lend = front_end.lent
    dispatch(watch, Resized(*front_end.size()))
    front_end.show(watch.state)
    while dispatch(watch, watch.next_event()):
        front_end.show(watch.state)


def dispatch(watch: Watch, event: Event) -> bool:
    """Let an event change the state; tell whether to go on."""
    match event:
        case KeyPressed(key):
            if not press(watch, key):
                return False
        case Saved():
            watch.grade()
        case Graded(result):
            watch.take(result)
        case Located(number, records):
            watch.locate(number, records)
        case Shown(result):
            watch.write_down(result)
        case Said(text):
            watch.state.message = text
        case Resized(columns, lines):
            watch.state.columns, watch.state.lines = columns, lines
        case Suspended():
            with watch.lend():
                signal.raise_signal(signal.SIGTSTP)
        case TerminalGone():
            return False
    watch.pass_time()
    return True
