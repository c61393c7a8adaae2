"""`dojo watch`: grades the current kata on every save, and answers keys."""

from __future__ import annotations

import queue
from pathlib import Path

from dojo.kata.catalog import Kata
from dojo.ui.watch.events import Event
from dojo.ui.watch.loop import FrontEnd, follow
from dojo.ui.watch.plain import PlainLines
from dojo.ui.watch.terminal import Terminal, is_capable
from dojo.ui.watch.watch import Watch


def run(root: Path, kata: Kata) -> None:
    """Watch until the learner quits."""
    events: queue.SimpleQueue[Event] = queue.SimpleQueue()
    front_end: FrontEnd = Terminal(events.put) if is_capable() else PlainLines()
    watch = Watch(root, kata, events, front_end.lent)
    try:
        with front_end:
            follow(watch, front_end)
    except KeyboardInterrupt:
        pass  # Ctrl-C is an ending like any other
    finally:
        watch.close()
