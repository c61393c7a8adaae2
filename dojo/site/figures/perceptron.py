"""Figures of a multilayer perceptron: XOR before and after the bend, bends that add."""

from __future__ import annotations

import torch
from torch import Tensor

from dojo.site.svg.figure import (
    BLUE,
    DASHDOT,
    DASHED,
    DOTTED,
    GREEN,
    INK,
    PURPLE,
    RED,
    Figure,
)
from dojo.site.svg.plot import Axis, Plot
from dojo.site.svg.text import BODY, SMALL
from solutions.ch3_mlp.k01_mlp_scratch import mlp, relu

POINTS = ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0))
HIDDEN = (((1.0, 1.0), (1.0, 1.0)), (0.0, -1.0))  # W1 and b1 of two units
OUTPUT = (((1.0,), (-2.0,)), (-0.5,))  # W2 and b2 of one logit
UNITS = ((1.0, 1.5, 1.6), (1.0, 0.0, -2.6), (-1.0, -1.0, 1.4))  # slope, bias, factor


def _tensor(values: object) -> Tensor:
    return torch.tensor(values, dtype=torch.float64)


def _ticks(*values: float) -> dict[float, str]:
    return {value: f"{value:g}".replace("-", "−") for value in values}


def xor() -> Figure:
    """Return XOR as it is given, and as two hidden units see it."""
    W1, b1, W2, b2 = map(_tensor, (*HIDDEN, *OUTPUT))
    X = _tensor(POINTS)
    hidden, logits = relu(X @ W1 + b1), mlp(X, [W1, b1, W2, b2])[:, 0]
    tale = "; ".join(
        f"({x:g}, {y:g}) goes to ({h:g}, {k:g}) and has the logit {logit:+g}"
        for (x, y), (h, k), logit in zip(
            POINTS, hidden.tolist(), logits.tolist(), strict=True
        )
    )
    figure = Figure(
        "xor-hidden",
        "XOR before and after a hidden layer",
        f"""Two plots. Left, the four points of XOR: full dots where x and y differ,
        rings where they are equal; no straight line has the dots on one side and the
        rings on the other. Dashed, where the unit relu(x + y - 1) bends. Right, the
        same points as two hidden units see them, h = relu(x + y) and
        k = relu(x + y - 1): {tale}. There a dotted line, h - 2k = 0.5, has both dots
        below it and both rings above.""",
        236,
    )
    _draw_xor(figure, hidden)
    return figure


def _draw_xor(figure: Figure, hidden: Tensor) -> None:
    ticks = {0.0: "0", 1.0: "1", 2.0: "2"}
    given = Plot(
        figure,
        (30, 46, 134, 134),
        Axis(-0.4, 1.6, {0.0: "0", 1.0: "1"}, "*x*"),
        Axis(-0.4, 1.6, {0.0: "0", 1.0: "1"}, "*y*"),
    )
    seen = Plot(
        figure,
        (214, 46, 134, 134),
        Axis(-0.4, 2.4, ticks, "*h*"),
        Axis(-0.4, 1.6, {0.0: "0", 1.0: "1"}),
    )
    figure.text(97, 16, "as given", bold=True)
    figure.text(281, 16, "as the units see it", bold=True)
    figure.text(200, 34, "*k*", BODY, "start")
    given.curve([-0.4, 1.4], [1.4, -0.4], RED, DASHED, 1.5)
    seen.curve([-0.3, 2.4], [-0.4, 0.95], INK, DOTTED, 1.5)
    for (x, y), (h, k) in zip(POINTS, hidden.tolist(), strict=True):
        mark = "dot" if x != y else "ring"
        given.mark(x, y, mark, BLUE)
        seen.mark(h, k, mark, BLUE)
    seen.label(1.0, 0.0, "two points", (0, 18), "middle", size=SMALL)
    figure.text(180, 230, "full: *x* and *y* differ; rings: they are equal", SMALL)


def bends() -> Figure:
    """Return three hidden units over one input, and their weighted sum."""
    x = torch.linspace(-3, 3, 121, dtype=torch.float64)[:, None]
    slopes, biases, factors = (_tensor(column) for column in zip(*UNITS, strict=True))
    params = [slopes[None], biases, factors[:, None], _tensor([0.0])]
    total = mlp(x, params)[:, 0]
    parts = relu(x @ slopes[None] + biases) * factors
    corners = sorted((-b / a) for a, b, _ in UNITS)
    heights = {c: float(mlp(_tensor([[c]]), params)) for c in corners}
    tale = "; ".join(f"at x = {c + 0.0:g} it is {h:g}" for c, h in heights.items())
    figure = Figure(
        "bends-add-up",
        "Three bends make a line with three corners",
        f"""A plot over x from -3 to 3. Three broken lines are the hidden units times
        their weights: 1.6 relu(x + 1.5), -2.6 relu(x) and 1.4 relu(-x - 1). Each is
        flat on one side of its corner and straight on the other. The solid line is
        their sum, which has a corner where each of them has one: {tale}. Between the
        corners it is straight.""",
        290,
    )
    plot = Plot(
        figure,
        (34, 30, 312, 210),
        Axis(
            -3, 3, {t: f"{t:g}".replace("-", "−") for t in (-3.0, -1.5, 0.0, 1.5, 3.0)}
        ),
        Axis(
            -8, 8, {t: f"{t:g}".replace("-", "−") for t in (-8.0, -4.0, 0.0, 4.0, 8.0)}
        ),
    )
    styles = ((RED, DASHED), (GREEN, DASHDOT), (PURPLE, DOTTED))
    for part, (colour, dash) in zip(parts.T, styles, strict=True):
        plot.curve(x[:, 0].tolist(), part.tolist(), colour, dash, 1.75)
    plot.curve(x[:, 0].tolist(), total.tolist(), BLUE, width=2.5)
    for corner, height in heights.items():
        plot.mark(corner, height, "dot", BLUE)
    figure.text(346, 270, "*x*", anchor="end")
    figure.text(34, 16, "broken: units times weights; solid: their sum", 12, "start")
    return figure
