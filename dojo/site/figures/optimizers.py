"""Figures of optimizers: three ways down a valley, and the first steps of Adam."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from dojo.site.svg.figure import BLUE, DASHDOT, DASHED, DOTTED, GREEN, INK, RED, Figure
from dojo.site.svg.plot import Axis, Plot
from dojo.site.svg.text import BODY
from solutions.ch7_training.k04_optimizers import SGD, Adam

Point = tuple[float, float]

CURVES = (1.0, 20.0)  # second derivatives along the valley and across it
START, STEPS = (-4.0, 1.0), 25
WAYS: dict[str, tuple[Any, dict[str, Any], str, str]] = {
    "plain": (SGD, {"lr": 0.09}, RED, "square"),
    "momentum 0.8": (SGD, {"lr": 0.03, "momentum": 0.8}, BLUE, "dot"),
    "Adam": (Adam, {"lr": 0.3}, GREEN, "ring"),
}
DASHES = {"square": DASHED, "dot": "", "ring": DASHDOT}
RIGHT = 1.4  # where the frame ends
LAST = 2000  # steps of Adam


def _path(kind: Any, how: dict[str, Any]) -> list[Point]:
    """Return the places of an optimizer on its way down the valley."""
    p = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    optimizer = kind([p], **how)
    path = [START]
    for _ in range(STEPS):
        p.grad = torch.tensor(CURVES, dtype=p.dtype) * p.detach()
        optimizer.step()
        path.append((p[0].item(), p[1].item()))
    return path


def valley() -> Figure:
    """Return the ways of plain descent, of momentum and of Adam down one valley."""
    paths = {name: _path(kind, how) for name, (kind, how, *_) in WAYS.items()}
    left = {name: float(np.hypot(*path[-1])) for name, path in paths.items()}
    figure = Figure(
        "optimizer-valley",
        "Three optimizers on their way down the same valley",
        f"""Three plots of the same valley from above, {CURVES[1]:g} times as steep
        across as along. All paths start at ({START[0]:g}, {START[1]:g}) and take
        {STEPS} steps; the lowest point is a cross at (0, 0). Plain descent jumps from
        one wall to the other at each step and is {left["plain"]:.2f} away at the end.
        Momentum swings less and less and is {left["momentum 0.8"]:.2f} away, having
        run past the cross on its way. Adam first goes as fast along as across,
        diagonally, and is {left["Adam"]:.2f} away.""",
        398,
    )
    for place, (name, (_, _, colour, shape)) in enumerate(WAYS.items()):
        _draw_way(figure, 18 + 120 * place, name, paths[name], colour, shape)
    return figure


def _draw_way(
    figure: Figure, top: float, name: str, path: list[Point], colour: str, shape: str
) -> None:
    ticks = {float(t): f"{t}".replace("-", "−") for t in (-4, -3, -2, -1, 0, 1)}
    plot = Plot(
        figure,
        (30, top, 316, 84),
        Axis(-4.4, RIGHT, ticks, ""),
        Axis(-1.5, 1.5, {-1.0: "−1", 0.0: "0", 1.0: "1"}, ""),
    )
    for share in (0.5, 0.25, 0.1):
        ring = [plot.at(u, v) for u, v in zip(*_ellipse(share), strict=True)]
        figure.line(ring, width=1, opacity=0.45)
    us, vs = zip(*path, strict=True)
    plot.curve(us, vs, colour, DASHES[shape])
    for point in path:
        plot.mark(*point, shape, colour)
    plot.mark(0, 0, "cross")
    plot.label(1.35, -1.2, name, (0, 0), "end", colour, BODY)


def _ellipse(share: float) -> tuple[np.ndarray, np.ndarray]:
    """Return where the loss is a share of what it is at the start, in the frame."""
    loss = share * sum(c * at**2 for c, at in zip(CURVES, START, strict=True))
    along, across = (float(np.sqrt(loss / c)) for c in CURVES)
    first = np.arccos(min(RIGHT / along, 1.0))
    angles = np.linspace(first, 2 * np.pi - first, 97)
    return along * np.cos(angles), across * np.sin(angles)


def first_steps() -> Figure:
    """Return the lengths of Adam's steps, with and without the correction."""
    t = np.unique(np.geomspace(1, LAST, 80).round())
    raw = (1 - 0.9**t) / np.sqrt(1 - 0.999**t)
    half = 1 / np.sqrt(1 - 0.999**t)  # m is corrected, v is not
    own = _lengths()
    figure = Figure(
        "adam-first-steps",
        "How far Adam steps, with the correction and without",
        f"""The length of a step over lr against the number of the step, from 1 to
        {LAST} on a logarithmic axis, for a gradient that is always the same. With both
        averages corrected each step has the length {own[0]:.2f}. With none corrected
        the first is {raw[0]:.2f} and the longest {raw.max():.1f}, near step
        {t[raw.argmax()]:.0f}; at step {LAST} it is {raw[-1]:.2f}. With m corrected
        alone the first is {half[0]:.1f}, and they fall from there.""",
        292,
    )
    plot = Plot(
        figure,
        (44, 30, 300, 210),
        Axis(1, LAST, {1.0: "1", 10.0: "10", 100.0: "100", 1000.0: "1000"},
             "step, log scale", log=True),
        Axis(0, 12, {0.0: "0", 1.0: "1", 5.0: "5", 10.0: "10"}, "length over lr"),
    )  # fmt: skip
    shown = half < 12
    plot.curve(t[shown], half[shown], RED, DASHED)
    plot.curve(t, raw, INK, DOTTED)
    plot.curve(np.arange(1, len(own) + 1), own, BLUE)
    plot.label(12, 9.6, "only m corrected", (8, 0), "start", RED, BODY)
    plot.label(1.2, 6.6, "none corrected", (0, -6), "start", INK, BODY)
    plot.label(30, 1, "both corrected", (0, -6), "middle", BLUE, BODY)
    return figure


def _lengths() -> list[float]:
    """Return the lengths of the reference's steps over lr, for one gradient."""
    p = torch.zeros((), dtype=torch.float64, requires_grad=True)
    optimizer, lengths = Adam([p], lr=1.0), []
    for _ in range(LAST):
        was, p.grad = p.item(), torch.ones_like(p)
        optimizer.step()
        lengths.append(was - p.item())
    return lengths
