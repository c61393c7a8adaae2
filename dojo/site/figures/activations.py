"""Figures of the activations and of their slopes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dojo.site.svg.figure import BLUE, DASHDOT, DASHED, DOTTED, GREEN, RED, Figure
from dojo.site.svg.plot import Axis, Plot, powers
from dojo.site.svg.text import BODY, decimal, scientific
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
WHERE, LAYERS = 1.0, 20  # the input of every unit, and how many slopes are multiplied
SLOPES: dict[str, tuple[Function, str, str, str]] = {  # with colour, dash and mark
    "sigmoid": (sigmoid_grad, BLUE, "", "dot"),
    "tanh": (tanh_grad, RED, DASHED, "square"),
    "ReLU": (relu_grad, GREEN, DASHDOT, "ring"),
}


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


def slope_product() -> Figure:
    """Return three slopes, and what is left of a gradient after layers of each."""
    at = {name: float(slope(np.array(WHERE))) for name, (slope, *_) in SLOPES.items()}
    factors = ", ".join(f"{at[name]:.3g} for {name}" for name in SLOPES)
    ends = ", ".join(f"{at[name] ** LAYERS:.1e} with {name}" for name in SLOPES)
    tens = ", ".join(f"{at[name] ** 10:.1e} with {name}" for name in SLOPES)
    figure = Figure(
        "slope-product",
        "The slopes of three activations, and their product over layers",
        f"""Two plots. Above, the slopes of sigmoid, tanh and ReLU against z from -4 to
        4: two bells, of height {sigmoid_grad(np.array(0.0)):g} and
        {tanh_grad(np.array(0.0)):g}, and a step from 0 to 1. A mark on each shows the
        slope at z = {WHERE:g}: {factors}. Below, on a logarithmic axis, the product of
        that slope over 0 to {LAYERS} layers. Each is a straight line. After 10 layers
        the product is {tens}; after {LAYERS} layers it is {ends}.""",
        434,
    )
    _draw_slopes(figure, at)
    _draw_products(figure, at)
    return figure


def _draw_slopes(figure: Figure, at: dict[str, float]) -> None:
    heads = {-4.0: "−4", -2.0: "−2", 0.0: "0", WHERE: "1", 2.0: "2", 4.0: "4"}
    plot = Plot(
        figure,
        (46, 40, 298, 124),
        Axis(-4, 4, heads, "*z*"),
        Axis(0, 1.15, {0.0: "0", 0.25: "¼", 1.0: "1"}, "slope *g*′(*z*) of one layer"),
    )
    figure.line([plot.at(WHERE, 0), plot.at(WHERE, 1.15)], dash=DOTTED, width=1)
    z = np.linspace(-4, 4, 161)
    for name, (slope, colour, dash, shape) in SLOPES.items():
        for side in (z[z < 0], z[z > 0]) if name == "ReLU" else (z,):
            plot.curve(side, slope(side), colour, dash)
        plot.mark(WHERE, at[name], shape, colour)
    plot.label(-2.6, 0.2, "sigmoid", (-2, 0), "middle", BLUE)
    plot.label(-0.75, 0.72, "tanh", (-6, 0), "end", RED)
    plot.label(2.8, 1, "ReLU", (0, 16), "middle", GREEN)


def _draw_products(figure: Figure, at: dict[str, float]) -> None:
    layers = np.arange(LAYERS + 1)
    name = f"product of the slopes at *z* = {WHERE:g}, log scale"
    plot = Plot(
        figure,
        (46, 232, 236, 166),
        Axis(0, LAYERS, {float(n): str(n) for n in range(0, LAYERS + 1, 5)}, "layers"),
        Axis(1e-16, 10, powers(range(-15, 1, 3)), name, log=True),
    )
    for name, (_, colour, dash, shape) in SLOPES.items():
        plot.curve(layers, at[name] ** layers, colour, dash)
        for n in layers[5::5]:
            plot.mark(n, at[name] ** n, shape, colour)
        last = at[name] ** LAYERS
        words = decimal(last, 0) if last == 1 else scientific(last)
        plot.label(LAYERS, last, name, (10, -3), colour=colour)
        plot.label(LAYERS, last, words, (10, 13), colour=colour, size=11)


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
        in float64, tanh computed as 2σ(2z) - 1 is exactly 1 from
        z = {ends["tanh"]:.1f} on, and sigmoid computed as 1 / (1 + exp(-z)) from
        z = {ends["sigmoid"]:.1f} on, so the slopes 1 - a² and a(1 - a) are exactly 0.
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
    plot.label(ends["tanh"], LOWEST, "2*σ*(2*z*) − 1 = 1", (-5, -23), "end", RED, 12)
    plot.label(ends["sigmoid"], LOWEST, "*σ*(*z*) = 1", (-5, -23), "end", BLUE, 12)
    plot.label(16, 2e-6, "*σ*′ = *a*(1 − *a*)", (6, 0), colour=BLUE)
    plot.label(14.5, 2e-13, "tanh′ = 1 − *a*²", (-4, 8), "end", RED)
