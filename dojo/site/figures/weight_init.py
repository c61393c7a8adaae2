"""Figures of weight initialization: a neuron, and the signal through fifty layers."""

from __future__ import annotations

from dojo.site.measured.weight_init import DEPTH, SAMPLES, WIDE, spread
from dojo.site.svg.figure import (
    BLUE,
    DASHDOT,
    DASHED,
    DOTTED,
    GREEN,
    PURPLE,
    RED,
    SOLID,
    Figure,
)
from dojo.site.svg.plot import Axis, Plot
from dojo.site.svg.text import BODY, decimal, power, scientific
from solutions.ch1_foundations.k07_weight_init import init_std

LINES = (  # n · Var(w), its words, and the style of its line
    (4.0, "4/*n*", RED, DASHDOT, "square"),
    (2.0, "2/*n*", BLUE, SOLID, "dot"),
    (1.0, "1/*n*", GREEN, DASHED, "ring"),
    (0.5, "½/*n*", PURPLE, DOTTED, "cross"),
)


def neuron_init() -> Figure:
    """Return one neuron with four inputs, and the variance of its sum."""
    n = 4
    plain, rectified = init_std(n, "tanh"), init_std(n, "relu")
    figure = Figure(
        "neuron-init",
        "A neuron with four inputs",
        f"""Four inputs x1, x2, x3 and x4 are joined to one neuron by weights w1, w2, w3
        and w4; there is no bias. The neuron forms z = w1 x1 + w2 x2 + w3 x3 + w4 x4 and
        returns a = g(z), the prediction y hat. Below stands: z is a sum of n = {n}
        independent terms, so its variance is n times Var(w) times the mean of x
        squared. A variance of 1/n = {1 / n:g}, a standard deviation of {plain:g}, keeps
        the scale for tanh; ReLU needs 2/n = {2 / n:g}, a standard deviation of
        {rectified:.3f}.""",
        306,
    )
    _draw_neuron_init(figure, n, plain, rectified)
    return figure


def _draw_neuron_init(figure: Figure, n: int, plain: float, rectified: float) -> None:
    centre = (206.0, 104.0)
    for i in range(n):
        y = 32.0 + 48 * i
        figure.arrow((44, y), centre, gap=(16, 39))
        share = 0.45  # of the way, where the lines are well apart
        x = 44 + share * (centre[0] - 44)
        middle = y + share * (centre[1] - y)
        figure.text(x, middle + 4, f"*w*_{{{i + 1}}}", BODY, halo=True)
        figure.circle(44, y, 16, width=1.5)
        figure.text(44, y + 5, f"*x*_{{{i + 1}}}", BODY)
    figure.circle(*centre, 38, width=1.5)
    figure.line([(206, 66), (206, 142)], width=1, opacity=0.6)
    figure.text(187, 109, "*z* = Σ", 12)
    figure.text(225, 109, "*g*(*z*)", BODY)
    figure.arrow(centre, (318, 104), gap=(38, 0))
    figure.text(280, 95, "*a*", BODY)
    figure.text(336, 109, "*ŷ*", 15)
    rules = (
        "*z* = *w*_{1}*x*_{1} + *w*_{2}*x*_{2} + *w*_{3}*x*_{3} + *w*_{4}*x*_{4}",
        "Var(*z*) = *n* · Var(*w*) · E[*x*²],   *n* = 4",
        f"tanh: Var(*w*) = 1/*n* = {1 / n:g}, std {plain:g}",
        f"ReLU: Var(*w*) = 2/*n* = {2 / n:g}, std {rectified:.3f}",
    )
    for row, words in enumerate(rules):
        figure.text(28, 226 + 24 * row, words, 14, "start")


def signal_spread() -> Figure:
    """Return the spread of z through fifty layers for four variances of the weights."""
    stds = {gain: spread("relu", gain) for gain, *_ in LINES}
    tale = "; ".join(
        f"with {gain:g}/n it is {std[0]:.2f} in layer 1, {std[24]:.1e} in layer 25 and "
        f"{std[-1]:.1e} in layer {DEPTH}"
        for gain, std in stds.items()
    )
    figure = Figure(
        "signal-spread",
        "The spread of the signal through fifty layers",
        f"""A plot of the standard deviation of z, on a logarithmic axis, against the
        layer, from 1 to {DEPTH}, in a network of ReLU layers of width n = {WIDE}; input
        ({SAMPLES} samples) and weights are normal draws. Four lines, one for each
        variance of the weights: {tale}. Only 2/n keeps the scale; every other variance
        gives a straight line on this axis, an exponential in the depth.""",
        330,
    )
    _draw_signal_spread(figure, stds)
    return figure


def _draw_signal_spread(figure: Figure, stds: dict[float, list[float]]) -> None:
    ticks = {10.0**e: power(e) for e in range(-15, 10, 5)}
    layers = {float(layer): str(layer) for layer in (1, 10, 20, 30, 40, 50)}
    plot = Plot(
        figure,
        (46, 40, 226, 240),
        Axis(1, DEPTH, layers, "layer"),
        Axis(1e-18, 1e9, ticks, "std of *z*, log scale; ReLU, width 256", log=True),
    )
    at = range(1, DEPTH + 1)
    for gain, words, colour, dash, shape in LINES:
        plot.curve(at, stds[gain], colour, dash)
        for layer in (10, 20, 30, 40, 50):
            plot.mark(layer, stds[gain][layer - 1], shape, colour)
        last = stds[gain][-1]
        plot.label(DEPTH, last, words, (9, 0), colour=colour, size=14)
        value = decimal(last, 2) if 0.01 < last < 100 else scientific(last)
        plot.label(DEPTH, last, value, (9, 16), colour=colour, size=11)
    figure.text(281, 22, "Var(*w*)", BODY, "start")
