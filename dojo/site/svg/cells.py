"""Cells: matrices with their numbers, images as runs of ink, kernels as squares."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dojo.site.svg.figure import INK, PAPER, Figure
from dojo.site.svg.text import BODY, SMALL, num

LEVELS = 6  # shades of ink between paper and full


def grid(
    figure: Figure,
    corner: tuple[float, float],
    side: float,
    rows: Sequence[Sequence[str]],
    size: float = BODY,
    strong: Sequence[tuple[int, int]] = (),
) -> None:
    """Draw a matrix of words; the cells of `strong` are shaded and bold."""
    x, y = corner
    for i, row in enumerate(rows):
        for j, words in enumerate(row):
            at = (x + j * side, y + i * side)
            fill, opacity = (INK, 0.14) if (i, j) in strong else (None, None)
            figure.box(*at, side, side, fill=fill, opacity=opacity, line=1)
            middle = (at[0] + side / 2, at[1] + side / 2 + 0.35 * size)
            figure.text(*middle, words, size, bold=(i, j) in strong)


def outline(
    figure: Figure,
    corner: tuple[float, float],
    side: float,
    cells: tuple[int, int, int, int],
    dash: str = "",
) -> None:
    """Draw a heavy frame round the cells (row, column, rows, columns)."""
    i, j, h, w = cells
    x, y = corner[0] + j * side, corner[1] + i * side
    figure.box(x, y, w * side, h * side, line=3, dash=dash)


def picture(
    figure: Figure, corner: tuple[float, float], size: float, X: np.ndarray
) -> None:
    """Draw an image of values from 0, paper, to 1, full ink, within a thin frame.

    Pixels of one shade are one path, and neighbours of one shade in a row are one run.
    """
    side = size / X.shape[1]
    shades = np.rint(np.clip(X, 0, 1) * LEVELS).astype(int)
    x, y = corner
    place = f"translate({num(x)} {num(y)}) scale({side:.4f})"
    figure.parts.append(f'<g transform="{place}" shape-rendering="crispEdges">')
    for shade in range(1, LEVELS + 1):
        if path := _runs(shades == shade):
            opacity = None if shade == LEVELS else shade / LEVELS
            figure.draw("path", d=path, fill=INK, fill_opacity=opacity)
    figure.parts.append("</g>")
    figure.box(x, y, size, side * len(X), line=0.75)


def _runs(ink: np.ndarray) -> str:
    """Return the path of a mask's runs, each drawn from the end of the one before."""
    steps, pen = [], (0, 0)
    for i, row in enumerate(ink):
        edges = np.flatnonzero(np.diff(row.astype(int), prepend=0, append=0))
        for start, stop in edges.reshape(-1, 2).tolist():
            length = stop - start
            steps.append(f"m{start - pen[0]} {i - pen[1]}h{length}v1h-{length}z")
            pen = (start, i)  # where z returns to
    return "".join(steps)


def squares(
    figure: Figure,
    corner: tuple[float, float],
    size: float,
    K: np.ndarray,
    largest: float,
) -> None:
    """Draw a kernel: areas are sizes, full squares positive, hollow ones negative."""
    side = size / K.shape[1]
    x, y = corner
    figure.box(x, y, size, side * len(K), line=0.75)
    full, hollow = "", ""
    for (i, j), weight in np.ndenumerate(K):
        edge = 0.92 * side * float(np.sqrt(abs(weight) / largest))
        if edge < 1.5:  # nothing to see, and no room for a hollow square
            continue
        if weight < 0:
            edge -= 1.25  # the width of the line
        left, top = x + (j + 0.5) * side - edge / 2, y + (i + 0.5) * side - edge / 2
        path = f"M{left:.1f} {top:.1f}h{edge:.1f}v{edge:.1f}h-{edge:.1f}z"
        full, hollow = (full, hollow + path) if weight < 0 else (full + path, hollow)
    figure.draw("path", d=full, fill=INK)
    figure.draw("path", d=hollow, fill=PAPER, stroke=INK, stroke_width=1.25)


def brackets(
    figure: Figure, corner: tuple[float, float], width: float, height: float
) -> None:
    """Draw the square brackets of a matrix."""
    x, y = corner
    for edge, inwards in ((x, 5), (x + width, -5)):
        hook = edge + inwards
        figure.line(
            [(hook, y), (edge, y), (edge, y + height), (hook, y + height)], width=1.5
        )


def caption(figure: Figure, x: float, y: float, words: str) -> None:
    """Write small words under or over something, centred."""
    figure.text(x, y, words, SMALL)
