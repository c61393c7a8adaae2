"""Figures of the activations and of their slopes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dojo.site.svg.figure import BLUE, DASHED, DOTTED, RED, Figure
from dojo.site.svg.plot import Axis, Plot, powers
from dojo.site.svg.text import BODY, decimal
from solutions.ch1_foundations.k01_activations import leaky_relu, relu, sigmoid, tanh
from solutions.ch1_foundations.k02_activation_gradients import (
    leaky_relu_grad,
    relu_grad,
    sigmoid_grad,
    tanh_grad,
)

Function = Callable[[np.ndarray], np.ndarray]

PANEL = (118.0, 112.0)  # width and height of one of four frames
LOWEST = 1e-20  # of the plot of saturation
LEAK = 0.1  # ten times the usual slope, so that it can be seen


def activations() -> Figure:
    """Return four activations, each with its derivative dashed."""
    top = float(sigmoid_grad(np.array(0.0)))
    figure = Figure(
        "activations",
        "Four activations and their derivatives",
        f"""Four plots of an activation, solid, and its derivative, dashed, against z.
        Sigmoid rises from 0 to 1 through {sigmoid(np.array(0.0)):g} at z = 0; its
        derivative is a bell of height {top:g}, and at z = 4 it is down to
        {sigmoid_grad(np.array(4.0)):.3f}. Tanh rises from -1 to 1 through 0; its
        derivative has height {tanh_grad(np.array(0.0)):g}, four times that of sigmoid,
        and at z = 4 it is {tanh_grad(np.array(4.0)):.4f}. ReLU is 0 below zero and z
        above; its derivative jumps at zero from 0 to 1, and at zero itself it is taken
        as {relu_grad(np.array(0.0)):g}. Leaky ReLU, drawn with a negative slope of
        {LEAK:g} instead of the usual 0.01, falls gently below zero; its derivative
        jumps from {leaky_relu_grad(np.array(-1.0), LEAK):g} to 1.""",
        362,
    )
    _draw_activations(figure)
    return figure


def _draw_activations(figure: Figure) -> None:
    ends = (-5.0, 5.0)
    _smooth(figure, 0, "Sigmoid", sigmoid, sigmoid_grad, ends, (-0.2, 1.2))
    _smooth(figure, 1, "Tanh", tanh, tanh_grad, ends, (-1.2, 1.2))
    _bent(figure, 2, "ReLU", relu, relu_grad)
    _bent(
        figure,
        3,
        f"Leaky ReLU, slope {LEAK:g}",
        lambda z: leaky_relu(z, LEAK),
        lambda z: leaky_relu_grad(z, LEAK),
    )
    figure.line([(36, 352), (68, 352)], BLUE, width=2)
    figure.text(74, 356, "activation *g*(*z*)", anchor="start")
    figure.line([(196, 352), (228, 352)], RED, DASHED, 2)
    figure.text(234, 356, "derivative *g*′(*z*)", anchor="start")


def _panel(
    figure: Figure, place: int, title: str, across: Axis, up: Axis
) -> tuple[Plot, np.ndarray]:
    row, column = divmod(place, 2)
    left, top = 36.0 + 174 * column, 28.0 + 168 * row
    figure.text(left + PANEL[0] / 2, top - 10, title, BODY, bold=True)
    plot = Plot(figure, (left, top, *PANEL), across, up)
    figure.line([plot.at(0, up.low), plot.at(0, up.high)], width=1, opacity=0.5)
    if up.low < 0:
        figure.line([plot.at(across.low, 0), plot.at(across.high, 0)], width=1)
    return plot, np.linspace(across.low, across.high, 81)


def _smooth(
    figure: Figure,
    place: int,
    title: str,
    g: Function,
    slope: Function,
    ends: tuple[float, float],
    heights: tuple[float, float],
) -> None:
    heads = {-4.0: "−4", 0.0: "0", 4.0: "4"}
    low = heights[0] < -1
    sides = {-1.0: "−1", 0.0: "0", 1.0: "1"} if low else {0.0: "0", 0.5: "½", 1.0: "1"}
    plot, z = _panel(figure, place, title, Axis(*ends, heads), Axis(*heights, sides))
    plot.curve(z, g(z), BLUE)
    plot.curve(z, slope(z), RED, DASHED)


def _bent(figure: Figure, place: int, title: str, g: Function, slope: Function) -> None:
    heads = {-2.0: "−2", 0.0: "0", 2.0: "2"}
    sides = {0.0: "0", 1.0: "1", 2.0: "2"}
    axes = Axis(-2.5, 2.5, heads), Axis(-0.5, 2.5, sides)
    plot, z = _panel(figure, place, title, *axes)
    plot.curve(z, g(z), BLUE)
    for side in (z[z < 0], z[z > 0]):  # two pieces: nothing joins them at the bend
        plot.curve(side, slope(side), RED, DASHED)
    zero = np.array(0.0)
    plot.mark(0, float(slope(zero)), "dot", RED)
    plot.mark(0, float(slope(np.array(1.0))), "ring", RED)


def saturation() -> Figure:
    """Return how fast the slopes of sigmoid and tanh vanish, and where they are 0."""
    z = np.linspace(0, 40, 4001)
    slopes = {"sigmoid": sigmoid_grad(z), "tanh": tanh_grad(z)}
    ends = {name: float(z[slope == 0][0]) for name, slope in slopes.items()}
    at_ten = {name: float(slope[1000]) for name, slope in slopes.items()}
    figure = Figure(
        "saturation",
        "The slopes of sigmoid and tanh vanish",
        f"""A plot of the derivatives of sigmoid, solid, and of tanh, dashed, against z
        from 0 to 40, on a logarithmic axis from 1 down to 1e-20. Both fall along
        straight lines: sigmoid from {slopes["sigmoid"][0]:g} to
        {at_ten["sigmoid"]:.1e} at z = 10, tanh twice as steeply from
        {slopes["tanh"][0]:g} to {at_ten["tanh"]:.1e} at z = 10. Both lines end:
        computed in float64, tanh(z) is exactly 1 from z = {ends["tanh"]:.1f} on and
        sigmoid(z) from z = {ends["sigmoid"]:.1f} on, and the slopes 1 - a² and
        a(1 - a) are exactly 0.
        So sigmoid(40) = {sigmoid(np.array(40.0))!s}, and its slope is
        {sigmoid_grad(np.array(40.0))!s}.""",
        304,
    )
    _draw_saturation(figure, z, slopes, ends)
    return figure


def _draw_saturation(
    figure: Figure, z: np.ndarray, slopes: dict[str, np.ndarray], ends: dict[str, float]
) -> None:
    plot = Plot(
        figure,
        (48, 40, 296, 216),
        Axis(0, 40, {t: f"{t:g}" for t in (0.0, 10.0, 20.0, 30.0, 40.0)}, "*z*"),
        Axis(LOWEST, 3, powers(range(-18, 1, 3)), "slope, log scale", log=True),
    )
    styles = {"sigmoid": (BLUE, "", "dot"), "tanh": (RED, DASHED, "square")}
    for name, (colour, dash, shape) in styles.items():
        seen = slopes[name] > 0
        plot.curve(z[seen][::20], slopes[name][seen][::20], colour, dash)
        last = (float(z[seen][-1]), float(slopes[name][seen][-1]))
        foot = plot.at(last[0], LOWEST)
        figure.line([plot.at(*last), foot], colour, DOTTED, 1.5)
        plot.mark(*last, shape, colour)
        note = f"from {decimal(ends[name], 1)} on"
        plot.label(ends[name], LOWEST, note, (-5, -8), "end", colour, 12)
    plot.label(ends["tanh"], LOWEST, "tanh(*z*) = 1", (-5, -23), "end", RED, 12)
    plot.label(ends["sigmoid"], LOWEST, "*σ*(*z*) = 1", (-5, -23), "end", BLUE, 12)
    plot.label(16, 2e-6, "*σ*′ = *a*(1 − *a*)", (6, 0), colour=BLUE)
    plot.label(14.5, 2e-13, "tanh′ = 1 − *a*²", (-4, 8), "end", RED)
