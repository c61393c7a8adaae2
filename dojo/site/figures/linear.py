"""Figures of linear regression: the best line, its noise, and the search for it."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from dojo.site.measured.linear import (
    EPOCHS,
    SAMPLES,
    STEPS,
    descent,
    few,
    path,
    uncleared,
)
from dojo.site.svg.figure import BLUE, DASHED, GREEN, INK, RED, SOLID, Figure
from dojo.site.svg.plot import Axis, Plot, powers
from dojo.site.svg.text import decimal
from solutions.ch2_linear.k01_linreg_closed_form import (
    gaussian_nll,
    linear_model,
    normal_equation,
    normal_pdf,
)
from solutions.ch2_linear.k03_linreg_concise import huber_loss

WIDE = 2.0  # the second standard deviation that is drawn, beside 1
WALKED = 150  # steps of each search on the map


def points() -> tuple[Tensor, Tensor]:
    """Return nine points near a line, as columns."""
    rng = np.random.default_rng(4)
    x = np.linspace(0.4, 5.6, 9) + rng.uniform(-0.2, 0.2, 9)
    y = 0.8 * x + 1 + rng.normal(0, 0.8, 9)
    return torch.tensor(x)[:, None], torch.tensor(y)[:, None]


def residuals() -> Figure:
    """Return points, the line of the least squared error, and what it leaves."""
    X, y = points()
    w, b = normal_equation(X, y)
    left = y - linear_model(X, w, b)
    squares = [float((left**2).sum()), float(((left + 0.5) ** 2).sum())]
    slope, bias = decimal(w.item(), 2), decimal(b.item(), 2)
    figure = Figure(
        "linreg-residuals",
        "The line of the least squared error",
        f"""{len(X)} points and the line ŷ = {slope} x + {bias} that the normal equation
        finds for them. From each point an upright line leads to it: the residual, the
        longest {left.abs().max():.2f} long. Points above the line are dots with dashed
        residuals, points below are rings with solid ones; above and below the residuals
        add up to the same, {left.clamp(min=0).sum():.2f}. The sum of their squares is
        {squares[0]:.2f}, and {squares[1]:.2f} for the same line half a unit lower.""",
        312,
    )
    plot = Plot(
        figure,
        (34, 36, 310, 226),
        Axis(0, 6, {float(t): str(t) for t in range(7)}, "feature *x*"),
        Axis(0, 7, {float(t): str(t) for t in range(0, 8, 2)}, "target *y*"),
    )
    ends = torch.tensor([[0.0], [6.0]], dtype=torch.float64)
    line = linear_model(ends, w, b).flatten().tolist()
    plot.curve([0.0, 6.0], line, BLUE)
    for u, v, r in zip(X.flatten().tolist(), y.flatten(), left.flatten(), strict=True):
        _draw_residual(plot, u, float(v), float(r))
    plot.label(6, 1, f"*ŷ* = {slope} *x* + {bias}", (-8, 4), "end", BLUE)
    return figure


def _draw_residual(plot: Plot, u: float, v: float, r: float) -> None:
    colour, dash, shape = (RED, DASHED, "dot") if r > 0 else (GREEN, SOLID, "ring")
    plot.curve([u, u], [v, v - r], colour, dash, 1.75)
    plot.mark(u, v, shape, INK)


def noise() -> Figure:
    """Return the density of the noise, and its negative logarithm: a parabola."""
    r = torch.linspace(-4, 4, 81, dtype=torch.float64)
    bells = {s: normal_pdf(r, 0.0, s) for s in (1.0, WIDE)}
    zeros = torch.zeros(1, dtype=torch.float64)
    bowls = {s: [gaussian_nll(zeros, x, s).item() for x in r[:, None]] for s in bells}
    ends = {s: bowl[-1] for s, bowl in bowls.items()}
    peaks = {s: bell.max().item() for s, bell in bells.items()}
    figure = Figure(
        "linreg-noise",
        "Gaussian noise and its negative log-likelihood",
        f"""Above, the density of a residual under Gaussian noise, a bell: with the
        standard deviation 1, solid, it is {peaks[1.0]:.3f} high, with {WIDE:g}, dashed,
        {peaks[WIDE]:.3f}. Below, the negative logarithm of each, a parabola. With the
        deviation 1 it rises from {min(bowls[1.0]):.2f} at a residual of 0 to
        {ends[1.0]:.2f} at 4; with {WIDE:g} from {min(bowls[WIDE]):.2f} to
        {ends[WIDE]:.2f}. Both have their lowest point at 0.""",
        420,
    )
    across = {float(t): decimal(t, 0) for t in range(-4, 5, 2)}
    up = Axis(0, 0.42, {t: f"{t:g}" for t in (0.0, 0.2, 0.4)}, "density of a residual")
    _draw_both(
        Plot(figure, (34, 36, 310, 130), Axis(-4, 4, across), up), r, bells, (0.6, 2.2)
    )
    up = Axis(0, 9, {float(t): str(t) for t in (0, 4, 8)}, "negative log-likelihood")
    axis = Axis(-4, 4, across, "residual *y* − *ŷ*")
    _draw_both(Plot(figure, (34, 222, 310, 150), axis, up), r, bowls, (-2.5, 2.4))
    return figure


def _draw_both(
    plot: Plot, r: Tensor, curves: dict[float, Any], at: tuple[float, float]
) -> None:
    """Draw the curves of both deviations, each with its name beside a point."""
    looks = zip(curves.items(), (BLUE, RED), (SOLID, DASHED), at, strict=True)
    for (sigma, values), colour, dash, u in looks:
        values = list(map(float, values))
        plot.curve(r.tolist(), values, colour, dash)
        place = int((r - u).abs().argmin())
        by = (10, 20) if u == max(at) and values[0] > values[40] else (10, -4)
        plot.label(u, values[place], f"*σ* = {sigma:g}", by, "start", colour)


def search() -> Figure:
    """Return the loss after each step of a search, with gradients cleared and not."""
    clear, wild = descent().steps, descent(uncleared).steps
    at = [STEPS // EPOCHS * epoch - 1 for epoch in range(1, EPOCHS + 1)]
    figure = Figure(
        "linreg-search",
        "The loss during the search, with cleared gradients and without",
        f"""The mean loss over all {SAMPLES} samples after each of {STEPS} steps, on a
        logarithmic scale. With gradients that are cleared, solid, it falls steadily
        from {clear[0]:.1f} and then stays: after the epochs 1, 2 and 3 it is
        {", ".join(f"{clear[i]:.1e}" for i in at)}. Without, dashed, it swings up and
        down: {", ".join(f"{wild[i]:.1e}" for i in at)}.""",
        306,
    )
    ends = {float(STEPS // EPOCHS * e): f"{STEPS // EPOCHS * e}" for e in range(4)}
    plot = Plot(
        figure,
        (44, 40, 300, 214),
        Axis(0, STEPS, ends, "step"),
        Axis(
            1e-5, 1e4, powers((-4, -2, 0, 2, 4)), "mean loss over all samples", log=True
        ),
    )
    floor = [max(loss, 1e-5) for loss in wild]
    plot.curve(
        range(1, STEPS + 1), [min(loss, 1e4) for loss in floor], RED, DASHED, 1.5
    )
    plot.curve(range(1, STEPS + 1), clear, BLUE)
    plot.label(110, 1.1e-5, "cleared", (0, -22), "start", BLUE)
    plot.label(150, 1e2, "never cleared", (0, -6), "middle", RED)
    return figure


def walk() -> Figure:
    """Return the way of two searches to the line that the equation gives."""
    X, y = few()
    weight, bias = normal_equation(X, y)
    best = (weight.item(), bias.item())
    small, whole = path(4, WALKED, 0.1), path(len(X), WALKED, 0.1)
    apart = [np.hypot(p[-1][0] - best[0], p[-1][1] - best[1]) for p in (small, whole)]
    figure = Figure(
        "linreg-walk",
        "Two searches for the best line",
        f"""A map of all lines: across the weight, upward the bias. A cross marks the
        line of the least squared error, weight {best[0]:.2f} and bias {best[1]:.2f};
        ellipses around it join lines with the same error. Two searches start at weight
        {small[0][0]:g} and bias {small[0][1]:g} and take {WALKED} steps. The one that
        sees all {len(X)} samples at each step, dashed, goes along a smooth curve and
        ends {apart[1]:.2f} from the cross. The one that sees 4 samples at a time,
        solid, staggers around that curve and ends {apart[0]:.2f} from it.""",
        322,
    )
    plot = Plot(
        figure,
        (34, 36, 310, 236),
        Axis(-1.5, 3.5, {float(t): decimal(t, 0) for t in range(-1, 4)}, "weight *w*"),
        Axis(-1, 4.5, {float(t): decimal(t, 0) for t in range(-1, 5)}, "bias *b*"),
    )
    for size in (0.3, 0.6, 0.9):
        plot.curve(*_ellipse(X, best, size), INK, width=0.9)
    for places, colour, dash in ((whole, RED, DASHED), (small, BLUE, SOLID)):
        plot.curve([w for w, _ in places], [b for _, b in places], colour, dash, 1.75)
    plot.mark(*small[0], "dot")
    plot.mark(*best, "cross")
    plot.label(*small[0], "start", (8, -4))
    plot.label(1.3, 3.6, "4 samples a step", (0, 0), "start", BLUE)
    plot.label(1.3, 3.2, f"all {len(X)}, dashed", (0, 0), "start", RED)
    return figure


def _ellipse(X: Tensor, at: tuple[float, float], size: float) -> tuple[Any, Any]:
    """Return points of equal squared error around the best line."""
    X_ones = torch.column_stack([X, torch.ones(len(X))]).double()
    lengths, axes = torch.linalg.eigh(X_ones.T @ X_ones / len(X))
    angle = torch.linspace(0, 2 * torch.pi, 91, dtype=torch.float64)
    circle = size * torch.stack([angle.cos(), angle.sin()]) / lengths.sqrt()[:, None]
    u, v = axes @ circle + torch.tensor(at)[:, None]
    return u, v


def huber() -> Figure:
    """Return Huber's loss beside half the squared error."""
    r = torch.linspace(-4, 4, 161, dtype=torch.float64)
    zero, delta = torch.zeros(1, dtype=torch.float64), 1.0
    far = torch.stack([huber_loss(x, zero, delta) for x in r[:, None]])
    figure = Figure(
        "linreg-huber",
        "Huber's loss and half the squared error",
        f"""Two losses over the residual from -4 to 4. Half the square, dashed, rises as
        a parabola to {r[-1] ** 2 / 2:g} at both ends. Huber's loss with delta
        {delta:g}, solid, is the same up to a residual of {delta:g}, where a ring on
        each side marks a loss of {delta**2 / 2:g}, and goes on as a straight line to
        {far[-1]:g} at both ends.""",
        286,
    )
    plot = Plot(
        figure,
        (34, 36, 310, 200),
        Axis(-4, 4, {float(t): decimal(t, 0) for t in range(-4, 5, 2)}, "residual"),
        Axis(0, 8, {float(t): str(t) for t in range(0, 9, 2)}, "loss of a sample"),
    )
    plot.curve(r.tolist(), (r**2 / 2).tolist(), RED, DASHED)
    plot.curve(r.tolist(), far.tolist(), BLUE)
    for side in (-delta, delta):
        plot.mark(side, delta**2 / 2, "ring", BLUE)
    plot.label(-3, 4.5, "half the square", (10, -6), "start", RED)
    plot.label(4, 0.8, "Huber's, *δ* = 1", (-4, 4), "end", BLUE)
    return figure
