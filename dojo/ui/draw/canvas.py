"""The canvas of `dojo draw`: a pen that moves over cells, and its strokes."""

from __future__ import annotations

import numpy as np

SIDE = 16  # cells of the canvas, from left to right and from top to bottom
PEN = 2  # cells that the pen is wide and high: as thick as MNIST's strokes, about
WAYS = {"up": (-1, 0), "down": (1, 0), "left": (0, -1), "right": (0, 1)}


class Canvas:
    """Cells with ink or without, and a pen that is down or up."""

    def __init__(self) -> None:
        self.cells = np.zeros((SIDE, SIDE), bool)
        self.row, self.column = PEN, SIDE // 2 - 1
        self.is_down = False
        self._before: list[np.ndarray] = []  # the cells before each stroke

    def pen(self) -> tuple[slice, slice]:
        """Return the cells under the pen."""
        return (
            slice(self.row, self.row + PEN),
            slice(self.column, self.column + PEN),
        )

    def move(self, way: str) -> None:
        """Move the pen by a cell, as far as the canvas goes; if down, it draws."""
        down, right = WAYS[way]
        self.row = min(max(0, self.row + down), SIDE - PEN)
        self.column = min(max(0, self.column + right), SIDE - PEN)
        self._ink()

    def turn(self) -> None:
        """Lower the pen, or lift it."""
        self.is_down = not self.is_down
        if self.is_down:
            self._before.append(self.cells.copy())
            self._ink()

    def undo(self) -> None:
        """Take the last stroke away, or bring back what was cleared; the pen is up."""
        if self._before:
            self.cells = self._before.pop()
        self.is_down = False

    def clear(self) -> None:
        """Take all ink away; the pen is up."""
        if self.cells.any():
            self._before.append(self.cells)
            self.cells = np.zeros_like(self.cells)
        self.is_down = False

    def _ink(self) -> None:
        if self.is_down:
            self.cells[self.pen()] = True
