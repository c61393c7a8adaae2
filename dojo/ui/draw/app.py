"""The loop of `dojo draw`: a key changes the canvas, and the net reads it at once."""

from __future__ import annotations

import queue
import signal
import sys

import numpy as np

from dojo.datasets.handwriting import centered
from dojo.ui.draw.canvas import WAYS, Canvas
from dojo.ui.draw.screen import CELLS, FRAME, Shown, draw
from dojo.ui.net_answers import Reader
from dojo.ui.watch.events import Event, KeyPressed, Resized, Suspended, TerminalGone
from dojo.ui.watch.terminal import Terminal

KEYS = {
    "KEY_LEFT": "left", "KEY_RIGHT": "right",
    "KEY_KP_4": "left", "KEY_KP_6": "right",
}  # fmt: skip
PEN = ("page down", "enter")  # the first is also the name of the space bar
ENDS = ("q", "escape")


def run(reader: Reader, title: str) -> None:
    """Let the learner draw until they quit.

    Parameters
    ----------
    reader : Reader
    title : str
        Which net reads.
    """
    events: queue.SimpleQueue[Event] = queue.SimpleQueue()
    terminal, canvas = Terminal(events.put, KEYS), Canvas()
    try:
        with terminal:
            _follow(terminal, events, canvas, reader, title)
    except KeyboardInterrupt:
        pass  # Ctrl-C is an ending like any other


def _follow(
    terminal: Terminal,
    events: queue.SimpleQueue[Event],
    canvas: Canvas,
    reader: Reader,
    title: str,
) -> None:
    size, plain = terminal.size(), _needs_ascii()
    while True:
        shown = Shown(title, canvas, shares_of(canvas, reader), *size, plain)
        terminal.show_lines(draw(shown), size[0])
        match events.get():
            case KeyPressed(key):
                if key in ENDS:
                    return
                press(canvas, key)
            case Resized(columns, lines):
                size = columns, lines
            case Suspended():
                with terminal.lent():
                    signal.raise_signal(signal.SIGTSTP)
            case TerminalGone():
                return


def press(canvas: Canvas, key: str) -> None:
    """Answer a key; one that means nothing changes nothing."""
    if key in WAYS:
        canvas.move(key)
    elif key in PEN:
        canvas.turn()
    elif key == "u":
        canvas.undo()
    elif key == "c":
        canvas.clear()


def shares_of(canvas: Canvas, reader: Reader) -> np.ndarray | None:
    """Return what the net says of a canvas; None if it is empty."""
    if not canvas.cells.any():
        return None
    shares: np.ndarray = reader.probabilities(centered(canvas.cells)[None])[0]
    return shares


def _needs_ascii() -> bool:
    try:
        "".join((*CELLS, FRAME)).encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return True
    return False
