"""Figures of sizes: padding and stride as places of a window, and the field it sees."""

from __future__ import annotations

import torch
from torch import nn

from dojo.site.svg.cells import caption, grid, outline
from dojo.site.svg.figure import DASHED, INK, PAPER, Figure
from dojo.site.svg.text import BODY, SMALL
from solutions.ch6_convolution.k02_conv_arithmetic import out_size, receptive_field

Axis = tuple[int, int, int, int, int]  # n, k, p, s and d, as out_size takes them

AXES: tuple[tuple[str, Axis], ...] = (
    ("a window of 3 on 7 pixels", (7, 3, 0, 1, 1)),
    ("padding 1", (7, 3, 1, 1, 1)),
    ("padding 1, stride 2", (7, 3, 1, 2, 1)),
    ("8 pixels, stride 2: one is left over", (8, 3, 0, 2, 1)),
    ("dilation 2", (7, 3, 0, 1, 2)),
)
SIDE, ROW = 22.0, 8.0  # of a pixel, and from one place of a window to the next
STACK = ((3, 1), (3, 2), (3, 1))


def places() -> Figure:
    """Return the places of a window on five axes, counted by `out_size`."""
    tale = "; ".join(f"{words}, {out_size(*axis)} places" for words, axis in AXES)
    heights = [out_size(*axis) * ROW + SIDE + 40 for _, axis in AXES]
    figure = Figure(
        "conv-places",
        "The places of a window along one axis",
        f"""Five axes, one below the other. Each is a row of pixels, with zeros in
        dashed cells on both sides where there is padding. Below the pixels each place
        of the window is a line with a dot under each of its three weights. From top to
        bottom: {tale}.""",
        sum(heights) + 4,
    )
    top = 16.0
    for (words, axis), height in zip(AXES, heights, strict=True):
        _draw_axis(figure, top, words, axis)
        top += height
    return figure


def _draw_axis(figure: Figure, top: float, words: str, axis: Axis) -> None:
    """Draw the pixels of an axis, and each place of the window below them."""
    n, k, p, s, d = axis
    left, number = 22.0, out_size(*axis)
    figure.text(left, top, words, BODY, "start", bold=True)
    for cell in range(n + 2 * p):
        inside = p <= cell < n + p
        x, y = left + cell * SIDE, top + 8
        dash = "" if inside else "3 3"
        fill = INK if inside else None
        figure.box(x, y, SIDE, SIDE, INK, fill, 0.14 if inside else None, 1, dash)
        if not inside:
            figure.text(x + SIDE / 2, y + 15, "0", SMALL)
    for place in range(number):
        y = top + 8 + SIDE + 9 + place * ROW
        at = [left + (place * s + d * weight + 0.5) * SIDE for weight in range(k)]
        figure.line([(at[0], y), (at[-1], y)], width=1.5)
        for x in at:
            figure.circle(x, y, 2.4, fill=INK)
    middle = top + 8 + SIDE + 9 + (number - 1) * ROW / 2
    figure.text(346, middle + 4, f"{number} places", BODY, "end")


def rectangles() -> Figure:
    """Return an image of 8 by 8 and the four places of a window that is not square."""
    rows, columns = (8, 3, 0, 3), (8, 5, 1, 4)
    h, w = out_size(*rows), out_size(*columns)
    starts = [(3 * r, 4 * c) for r in range(h) for c in range(w)]
    met = {(i + a, j + b) for i, j in starts for a in range(3) for b in range(5)}
    missed = [(i, j) for i in range(8) for j in range(10) if (i, j) not in met]
    figure = Figure(
        "conv-rectangles",
        "A window that is not square, with padding and stride",
        f"""An image of 8 by 8 pixels with one column of zeros on the left and one on
        the right, so 8 rows and 10 columns. A window of 3 rows and 5 columns moves by 3
        rows and by 4 columns. It has {h} places along the height and {w} along the
        width, {h * w} in all: the upper ones stand on the rows 1 to 3, the lower ones
        on the rows 4 to 6, and neighbors share one column. {len(missed)} of the 80
        cells are met by no window, the last two rows and the last column; they are
        shaded.""",
        246,
    )
    side, corner = 23.0, (12.0, 40.0)
    figure.text(corner[0] + 5 * side, 26, "8 × 8, padding (0, 1)", BODY, bold=True)
    words = [["0" if j in (0, 9) else "" for j in range(10)] for _ in range(8)]
    grid(figure, corner, side, words, SMALL)
    for i, j in missed:
        x, y = corner[0] + j * side, corner[1] + i * side
        figure.box(x, y, side, side, None, INK, 0.2)
    for (i, j), dash in zip(starts, ("", DASHED, DASHED, ""), strict=True):
        outline(figure, corner, side, (i, j, 3, 5), dash)
    figure.text(304, 84, f"{h} × {w}", BODY, bold=True)
    grid(figure, (281, 94), side, [["", ""], ["", ""]])
    figure.arrow((247, 117), (275, 117), width=1.5)
    caption(figure, 304, 160, "window (3, 5)")
    caption(figure, 304, 176, "stride (3, 4)")
    return figure


def field() -> Figure:
    """Return which inputs one output of three layers sees, as slopes find them."""
    seen = _seen(11)
    fields = [receptive_field(list(STACK[:n])) for n in range(len(STACK) + 1)]
    lit = [sum(row) for row in seen]
    pairs = zip(lit, seen, strict=True)
    tale = ", ".join(f"{count} of {len(row)}" for count, row in pairs)
    figure = Figure(
        "conv-field",
        "The receptive field of one output of three layers",
        f"""Four rows of dots, the image at the bottom and above it the outputs of three
        layers with windows of 3 and the strides {", ".join(str(s) for _, s in STACK)}.
        Lines lead from each dot to the three below it that its window meets. The dots
        on which the first output of the last layer depends are filled; from the image
        up they are {tale}. An output of the first layer sees {fields[1]} pixels in a
        row, one of the second {fields[2]}, one of the third {fields[3]}.""",
        262,
    )
    _draw_field(figure, seen, fields)
    return figure


def _seen(n: int) -> list[list[bool]]:
    """Return for the image and each layer which of its numbers have a slope."""
    values = [torch.zeros(1, 1, n, dtype=torch.float64, requires_grad=True)]
    for k, s in STACK:
        layer = nn.Conv1d(1, 1, k, stride=s, dtype=torch.float64)
        nn.init.ones_(layer.weight)
        values.append(layer(values[-1]))
    slopes = torch.autograd.grad(values[-1][0, 0, 0], values)
    return [(slope[0, 0] != 0).tolist() for slope in slopes]


def _draw_field(figure: Figure, seen: list[list[bool]], fields: list[int]) -> None:
    """Draw the rows of dots, each dot over the middle of what it sees."""
    rows = _points(seen)
    for (k, s), below, row, lit in zip(STACK, rows, rows[1:], seen[1:], strict=False):
        for i, (point, strong) in enumerate(zip(row, lit, strict=True)):
            width, opacity = (1.5, None) if strong else (1, 0.3)
            for end in below[i * s : i * s + k]:
                figure.line((point, end), width=width, opacity=opacity)
    for row, lit in zip(rows, seen, strict=True):
        for (x, y), strong in zip(row, lit, strict=True):
            figure.circle(x, y, 5, fill=INK if strong else PAPER)
    names = [f"layer {n}, stride {s}" for n, (_, s) in enumerate(STACK, 1)]
    for name, row, reach in zip(["the image", *names], rows, fields, strict=True):
        words = "pixel" if reach == 1 else "pixels"
        figure.text(352, row[0][1] - 1, name, SMALL + 1, "end", bold=True)
        figure.text(352, row[0][1] + 14, f"sees {reach} {words}", SMALL + 1, "end")


def _points(seen: list[list[bool]]) -> list[list[tuple[float, float]]]:
    """Return where the dots of each row lie, from the image up."""
    xs, y = [20.0 + 20 * i for i in range(len(seen[0]))], 228.0
    rows = [[(x, y) for x in xs]]
    for (k, s), lit in zip(STACK, seen[1:], strict=True):
        xs, y = [xs[i * s + (k - 1) // 2] for i in range(len(lit))], y - 66
        rows.append([(x, y) for x in xs])
    return rows
