"""Plots: two axes with few ticks, and lines that carry their own names."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dojo.site.svg.figure import INK, PAPER, SOLID, Figure
from dojo.site.svg.text import SMALL, power

GRID = 0.18  # opacity of the lines behind the curves


@dataclass(frozen=True)
class Axis:
    """A range, its ticks and their words; `log` puts powers of ten at equal steps."""

    low: float
    high: float
    ticks: Mapping[float, str]
    name: str = ""
    log: bool = False

    def share(self, value: float) -> float:
        """Return where a value lies, 0 at the low end and 1 at the high end."""
        low, high = self.low, self.high
        if self.log:
            low, high, value = math.log(low), math.log(high), math.log(value)
        return (value - low) / (high - low)


def powers(exponents: Iterable[int]) -> dict[float, str]:
    """Return ticks at powers of ten."""
    return {10.0**exponent: power(exponent) for exponent in exponents}


class Plot:
    """A frame on a figure in which points have the values of two axes.

    Parameters
    ----------
    figure : Figure
        What it is drawn on.
    box : tuple of float
        Left, top, width and height of the frame; the words of the axes stand outside.
    across, up : Axis
        The horizontal axis and the vertical one.
    """

    def __init__(
        self,
        figure: Figure,
        box: tuple[float, float, float, float],
        across: Axis,
        up: Axis,
    ) -> None:
        self.figure, self.across, self.up = figure, across, up
        self.left, self.top, self.width, self.height = box
        self._frame()

    def at(self, u: float, v: float) -> tuple[float, float]:
        """Return where a point of the axes lies on the figure."""
        x = self.left + self.width * self.across.share(u)
        return x, self.top + self.height * (1 - self.up.share(v))

    def _frame(self) -> None:
        figure, left, top = self.figure, self.left, self.top
        right, bottom = left + self.width, top + self.height
        for value, words in self.across.ticks.items():
            x, _ = self.at(value, self.up.low)
            figure.line([(x, top), (x, bottom)], width=1, opacity=GRID)
            figure.text(x, bottom + 15, words, SMALL)
        for value, words in self.up.ticks.items():
            _, y = self.at(self.across.low, value)
            figure.line([(left, y), (right, y)], width=1, opacity=GRID)
            figure.text(left - 6, y + 4, words, SMALL, "end")
        figure.line([(left, top), (left, bottom), (right, bottom)])
        if self.across.name:
            figure.text(right, bottom + 32, self.across.name, anchor="end")
        if self.up.name:
            figure.text(8, top - 12, self.up.name, anchor="start")

    def curve(
        self,
        us: Iterable[float],
        vs: Iterable[float],
        colour: str = INK,
        dash: str = SOLID,
        width: float = 2,
    ) -> None:
        """Draw a line through points; none of it may lie outside the frame."""
        points = [self.at(float(u), float(v)) for u, v in zip(us, vs, strict=True)]
        self.figure.line(points, colour, dash, width)

    def mark(self, u: float, v: float, shape: str, colour: str = INK) -> None:
        """Draw a mark at a point: a dot, a ring, a square or a cross."""
        x, y = self.at(u, v)
        if shape == "dot":
            self.figure.circle(x, y, 3.5, colour, colour)
        elif shape == "ring":
            self.figure.circle(x, y, 3.5, colour, PAPER, width=1.5)
        elif shape == "square":
            self.figure.box(x - 3.2, y - 3.2, 6.4, 6.4, colour, PAPER, line=1.5)
        else:
            for sign in (1, -1):
                ends = [(x - 4, y - 4 * sign), (x + 4, y + 4 * sign)]
                self.figure.line(ends, colour, width=1.75)

    def label(
        self,
        u: float,
        v: float,
        words: str,
        by: tuple[float, float] = (0, 0),
        anchor: str = "start",
        colour: str = INK,
        size: float = 13,
    ) -> None:
        """Write words beside a point, `by` units to the right and down."""
        x, y = self.at(u, v)
        self.figure.text(x + by[0], y + by[1], words, size, anchor, colour, halo=True)
