"""Figures of L2 regularization: what a penalty does to a curve, and to two weights."""

from __future__ import annotations

import numpy as np

from dojo.site.measured.regularization import (
    CENTER,
    CURVATURE,
    POINTS,
    STRENGTHS,
    fitted,
    points,
    shrunk,
    truth,
)
from dojo.site.svg.figure import BLUE, DASHED, DOTTED, GREEN, RED, SOLID, Figure
from dojo.site.svg.plot import Axis, Plot
from dojo.site.svg.text import SMALL, decimal

STYLES = ((RED, DASHED), (BLUE, SOLID), (GREEN, DOTTED))
LAMBDAS = (0.0, 0.1, 0.5, 2.0, 8.0)  # of the minima that are marked
LEVELS = (0.15, 0.6, 1.4)  # of the loss, at which a contour is drawn


def l2_fit() -> Figure:
    """Return three polynomials by ten points, for penalties of three strengths."""
    fits = [fitted(lam) for lam in STRENGTHS]
    tale = "; ".join(
        f"with lambda {lam:g} the squared weights add up to {fit.size:.3g}, the mean "
        f"squared distance is {fit.off_points:.3f} from the points and "
        f"{fit.off_truth:.3f} from the true curve"
        for lam, fit in zip(STRENGTHS, fits, strict=True)
    )
    figure = Figure(
        "l2-fit",
        "One polynomial, three strengths of the penalty",
        f"""A plot of {POINTS} noisy points of a sine wave, x from −1 to 1, and of three
        polynomials of degree 9 that were fitted to them: {tale}. Without the penalty
        the curve goes through every point and swings far out between them; with a
        little of it the curve follows the wave; with much it is almost flat.""",
        344,
    )
    plot = Plot(
        figure,
        (34, 72, 312, 226),
        Axis(-1, 1, {-1.0: "−1", 0.0: "0", 1.0: "1"}, "*x*"),
        Axis(-3.3, 1.8, {float(v): decimal(v, 0) for v in (-3, -2, -1, 0, 1)}),
    )
    x = np.linspace(-1, 1, 161)
    plot.curve(x, truth(x), width=1)
    for fit, (color, dash) in zip(fits, STYLES, strict=True):
        plot.curve(x, fit(x), color, dash)
    for place, value in zip(*points(), strict=True):
        plot.mark(float(place), float(value), "dot")
    _key(figure)
    return figure


def _key(figure: Figure) -> None:
    """Write which line is which, above the plot."""
    for row, (lam, (color, dash)) in enumerate(zip(STRENGTHS, STYLES, strict=True)):
        y = 16.0 + 18 * row
        size = fitted(lam).size
        number = f"{size:,.0f}" if size > 100 else f"{size:.2g}"
        figure.line([(34, y), (70, y)], color, dash, 2)
        words = f"*λ* = {lam:g}:  squared weights {number}"
        figure.text(78, y + 4, words, anchor="start")
    figure.line([(278, 52), (304, 52)], width=1)
    figure.text(310, 56, "truth", SMALL, "start")


def l2_shrinkage() -> Figure:
    """Return the contours of a loss of two weights, and how its minimum moves."""
    rests = shrunk(np.array(LAMBDAS))
    tale = "; ".join(
        f"for lambda {lam:g} at ({w1:.2f}, {w2:.2f})"
        for lam, (w1, w2) in zip(LAMBDAS, rests, strict=True)
    )
    (h1, h2), (c1, c2) = CURVATURE[0], CENTER[0]
    figure = Figure(
        "l2-shrinkage",
        "The minimum moves towards zero, the flat direction first",
        f"""A plot of two weights, w1 to the right and w2 upwards. Ellipses are the
        contours of a loss with its minimum at ({c1:g}, {c2:g}): they are long along
        w1, where the curvature is only {h1:g}, and short along w2, where it is {h2:g}.
        A line joins the minima of the loss with a penalty, m being 1: {tale}. First w1
        shrinks, which costs little; w2 holds out longer.""",
        336,
    )
    plot = Plot(
        figure,
        (34, 34, 300, 250),
        Axis(-0.5, 5.5, {float(v): str(v) for v in range(6)}, "*w*_{1}"),
        Axis(-0.4, 3.6, {float(v): str(v) for v in range(4)}, "*w*_{2}"),
    )
    _draw_contours(plot)
    path = shrunk(np.geomspace(1e-3, 60, 60))
    plot.curve(path[:, 0], path[:, 1], BLUE)
    plot.mark(0, 0, "cross")
    for lam, (w1, w2) in zip(LAMBDAS, rests, strict=True):
        plot.mark(w1, w2, "dot", BLUE)
        words, by = (f"{lam:g}", (5, 17)) if lam != 0.1 else ("0.1", (-9, -9))
        words, by = (words, by) if lam else ("*λ* = 0", (2, -9))
        plot.label(w1, w2, words, by, colour=BLUE)
    return figure


def _draw_contours(plot: Plot) -> None:
    turn = np.linspace(0, 2 * np.pi, 73)
    (h1, h2), (c1, c2) = CURVATURE[0], CENTER[0]
    for level in LEVELS:  # the loss is h1/2 (w1 - c1)² + h2/2 (w2 - c2)²
        across = c1 + np.sqrt(2 * level / h1) * np.cos(turn)
        up = c2 + np.sqrt(2 * level / h2) * np.sin(turn)
        inside = (across > -0.5) & (across < 5.5)
        for part in np.split(np.arange(73), np.flatnonzero(np.diff(inside)) + 1):
            if inside[part[0]] and len(part) > 1:
                plot.curve(across[part], up[part], RED, DASHED, 1.25)
