"""The screen of `dojo draw`: the canvas, and beside it what the net says."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from rich.text import Text

from dojo.ui.draw.bars import bars
from dojo.ui.draw.canvas import SIDE, Canvas

CELL = 2  # columns of a cell, which is then about as wide as it is high
GAP = 2
LEAST = 60, SIDE + 4  # columns and lines
WIDEST = 40  # columns of the bars
KEYS = "arrows move · space pen · u undo · c clear · q quit"
FRAME, PLAIN_FRAME = "┌─┐│└┘", "+-+|++"
CELLS, PLAIN_CELLS = ("· ", "██", "[]", "▓▓"), (". ", "##", "[]", "%%")


@dataclass(frozen=True)
class Shown:
    """What the screen shows.

    Parameters
    ----------
    title : str
    canvas : Canvas
    shares : np.ndarray of shape (10,), or None
        What the net says; None of an empty canvas.
    columns, lines : int
        The terminal's.
    plain : bool
        Whether to keep to ASCII.
    """

    title: str
    canvas: Canvas
    shares: np.ndarray | None
    columns: int
    lines: int
    plain: bool


def draw(shown: Shown) -> list[Text]:
    """Return the lines of the screen."""
    if shown.columns < LEAST[0] or shown.lines < LEAST[1]:
        needs = f"the canvas needs {LEAST[0]} columns and {LEAST[1]} lines;"
        return [Text(needs), Text("make the terminal larger, or q quits")]
    left, right = _framed(shown), _beside(shown)
    right += [Text()] * (len(left) - len(right))
    middle = [
        Text.assemble(one, " " * GAP, other)
        for one, other in zip(left, right, strict=True)
    ]
    keys = KEYS.replace("·", "|") if shown.plain else KEYS
    return [Text(shown.title, "bold"), *middle, Text(keys, "dim")]


def _framed(shown: Shown) -> list[Text]:
    f = PLAIN_FRAME if shown.plain else FRAME
    row = f[1] * (CELL * SIDE)
    inside = [Text.assemble(f[3], line, f[3]) for line in _cells(shown)]
    return [Text(f[0] + row + f[2]), *inside, Text(f[4] + row + f[5])]


def _cells(shown: Shown) -> list[Text]:
    glyphs = PLAIN_CELLS if shown.plain else CELLS
    canvas = shown.canvas
    under_pen = np.zeros_like(canvas.cells)
    under_pen[canvas.pen()] = True
    lines = []
    for cells, pens in zip(canvas.cells, under_pen, strict=True):
        line = Text()
        for inked, pen in zip(cells, pens, strict=True):
            style = "cyan" if pen else ("" if inked else "dim")
            line.append(glyphs[inked + 2 * pen], style)
        lines.append(line)
    return lines


def _beside(shown: Shown) -> list[Text]:
    room = shown.columns - CELL * SIDE - 2 - GAP
    says = "draw a digit"
    if shown.shares is not None:
        likeliest = int(shown.shares.argmax())
        says = f"the net reads {likeliest}"
    pen = "down: it draws" if shown.canvas.is_down else "up: space lowers it"
    lines = bars(shown.shares, min(room, WIDEST), shown.plain)
    return [Text(), Text(says, "bold"), Text(), *lines, Text(), Text(f"pen {pen}")]
