"""Figures of linear regression: the best line, and the noise that it stands on."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from dojo.site.svg.figure import BLUE, DASHED, GREEN, INK, RED, SOLID, Figure
from dojo.site.svg.plot import Axis, Plot
from dojo.site.svg.text import decimal
from solutions.ch2_linear.k01_linreg_closed_form import (
    gaussian_nll,
    linear_model,
    normal_equation,
    normal_pdf,
)

WIDE = 2.0  # the second standard deviation that is drawn, beside 1


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
