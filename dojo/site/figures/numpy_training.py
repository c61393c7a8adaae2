"""Figures of training in NumPy: four learning rates, and a border that closes."""

from __future__ import annotations

import numpy as np

from dojo.site.measured.numpy_training import (
    MOMENTS,
    MOONS,
    NEW,
    RATES,
    REACH,
    circles_learned,
    moons_learned,
)
from dojo.site.svg.cells import picture
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
from dojo.site.svg.plot import Axis, Plot, powers

LINES = {  # colour, dashes, and how far the label stands below its line's end
    "large": (RED, DASHDOT, 4),
    "slow": (PURPLE, DOTTED, -6),
    "small": (GREEN, DASHED, 4),
    "good": (BLUE, SOLID, 4),
}
LEAST, MOST = 1e-3, 1e3  # of the cost's axis
DRAWN = 90  # of the points, in each panel
SIDE, GAP = 111.0, 13.0  # of a panel, and between two


def rates() -> Figure:
    """Return how the cost develops with four learning rates."""
    run = moons_learned()
    tale = "; ".join(
        f"with {rate:g} it is {run[f'{name}.costs'][-1]:.2g} after the last, with "
        f"{100 * run[f'{name}.share']:.0f} % of {NEW:,} new points right"
        for name, rate in RATES.items()
    )
    large = run["large.costs"]
    figure = Figure(
        "learning-rates",
        "One network, four learning rates",
        f"""A plot of the cost against the iteration, from 1 to {MOONS.iterations:,},
        both on logarithmic axes. Four lines for four learning rates, all from the same
        weights, with a cost of {run["good.costs"][0]:.2f}: {tale}. The first three
        fall; with the largest the cost jumps to {large.max():.0f} and goes up in
        {100 * (np.diff(large) > 0).mean():.0f} % of the steps.""",
        318,
    )
    _draw_rates(figure, {name: run[f"{name}.costs"] for name in RATES})
    return figure


def _draw_rates(figure: Figure, costs: dict[str, np.ndarray]) -> None:
    last = MOONS.iterations
    at = np.unique(np.geomspace(1, last, 90).round().astype(int))
    plot = Plot(
        figure,
        (44, 34, 234, 234),
        Axis(1, last, {1: "1", 10: "10", 100: "100", 1000: "1000"}, "iteration", True),
        Axis(LEAST, MOST, powers(range(-3, 4)), "cost, log scale", True),
    )
    for name, (colour, dash, down) in LINES.items():
        line = np.clip(costs[name][at - 1], LEAST, MOST)
        plot.curve(at, line, colour, dash)
        plot.label(last, line[-1], f"{RATES[name]:g}", (8, down), colour=colour)
    figure.text(357, 22, "learning rate", 12, "end")


def circles() -> Figure:
    """Return the border that a network draws between two circles, at three moments."""
    run = circles_learned()
    shares = [float(100 * run[f"share{steps}"]) for steps in MOMENTS]
    tale = ", ".join(
        f"after {steps:,} steps {share:.0f} %"
        for steps, share in zip(MOMENTS, shares, strict=True)
    )
    figure = Figure(
        "circles-learned",
        "A border that closes around the inner circle",
        f"""Three squares with the same {DRAWN} of {run["Y"].size} points: filled ones
        on an inner circle of radius 1/2, hollow ones on an outer circle of radius 1,
        both with noise. A shade marks where the network of 2, 8 and 1 units gives the
        label of the filled ones. Of {NEW:,} new points it is right for: {tale}. At the
        end the shade is a round patch about the inner circle.""",
        152,
    )
    X, Y = run["X"][:, :DRAWN], run["Y"][0, :DRAWN]
    for panel, (steps, share) in enumerate(zip(MOMENTS, shares, strict=True)):
        left = (SIDE + GAP) * panel
        title = f"{steps:,} steps" if steps else "no step"
        figure.text(left, 14, title, 12, "start", bold=True)
        picture(figure, (left, 22), SIDE, 0.3 * run[f"says{steps}"])
        _draw_points(figure, (left, 22), X, Y)
        figure.text(left, 148, f"{share:.0f} % right", 12, "start")
    return figure


def _draw_points(
    figure: Figure, corner: tuple[float, float], X: np.ndarray, Y: np.ndarray
) -> None:
    for (u, v), label in zip(X.T.tolist(), Y.tolist(), strict=True):
        x = corner[0] + SIDE * (u + REACH) / (2 * REACH)
        y = corner[1] + SIDE * (REACH - v) / (2 * REACH)
        if label:
            figure.circle(x, y, 1.8, BLUE, BLUE, width=0.75)
        else:
            figure.circle(x, y, 1.8, RED, width=1)
