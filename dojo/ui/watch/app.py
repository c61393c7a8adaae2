"""`dojo watch`: grades the current kata on every save, and answers keys."""

from __future__ import annotations

import os
import queue
import sys
from pathlib import Path

from dojo.kata.catalog import Kata
from dojo.ui.watch.events import Event
from dojo.ui.watch.loop import FrontEnd, follow
from dojo.ui.watch.plain import PlainLines
from dojo.ui.watch.watch import Watch


def run(root: Path, kata: Kata, function: str | None = None) -> None:
    """Watch until the learner quits.

    Parameters
    ----------
    root : Path
        The clone.
    kata : Kata
    function : str, optional
        The one to look at.
    """
    events: queue.SimpleQueue[Event] = queue.SimpleQueue()
    watch = Watch(root, kata, events)
    watch.state.focus = function or ""
    try:
        with _front_end(events) as front_end:
            follow(watch, front_end)
    except KeyboardInterrupt:
        pass  # Ctrl-C is an ending like any other
    finally:
        watch.close()


def _front_end(events: queue.SimpleQueue[Event]) -> FrontEnd:
    if not has_terminal():
        return PlainLines()
    from dojo.ui.watch.terminal import Terminal  # while the grading process starts

    return Terminal(events.put)


def has_terminal() -> bool:
    """Tell whether there is a terminal that can be drawn on and typed into."""
    streams = (sys.stdin, sys.stdout)  # None where the caller closed one
    on_terminal = all(stream is not None and stream.isatty() for stream in streams)
    return on_terminal and os.environ.get("TERM", "") not in ("", "dumb")
