"""Figures of weight decay: where descent ends, and the losses of many strengths."""

from __future__ import annotations

import torch

from dojo.site.measured.weight_decay import SEEDS, STRENGTHS, sweep
from dojo.site.svg.figure import BLUE, DASHED, DOTTED, INK, RED, Figure
from dojo.site.svg.plot import Axis, Plot, powers
from dojo.site.svg.text import BODY
from solutions.ch3_mlp.k03_weight_decay import sgd_step_with_decay

ROW, LABEL = (2.0, 1.0), 2.0  # the one sample
START, STEPS, RATE, STRENGTH = (-1.2, 2.4), 300, 0.05, 0.3


def _path(wd: float) -> list[tuple[float, float]]:
    """Return the weights of each step down the loss of the one sample."""
    x, w = torch.tensor(ROW), torch.tensor(START)
    path = [START]
    for _ in range(STEPS):
        w = sgd_step_with_decay(w, (w @ x - LABEL) * x, RATE, wd)
        path.append((float(w[0]), float(w[1])))
    return path


def paths() -> Figure:
    """Return two descents from one start, in the plane of two weights."""
    free, decayed = _path(0.0), _path(STRENGTH)
    figure = Figure(
        "decay-paths",
        "Two descents from the same start, without decay and with it",
        f"""The plane of two weights. A dotted line has all weights that fit the one
        sample, 2 w1 + w2 = 2. Both paths start at ({START[0]:g}, {START[1]:g}). Without
        decay the path runs straight to the nearest point of the line,
        ({free[-1][0]:.2f}, {free[-1][1]:.2f}), and ends there. With a decay of
        {STRENGTH:g} it reaches the line, too, then slides along it toward the origin
        and ends at ({decayed[-1][0]:.2f}, {decayed[-1][1]:.2f}), a little short of the
        line.""",
        320,
    )
    ticks = {float(t): f"{t}".replace("-", "−") for t in (-1, 0, 1, 2)}
    plot = Plot(
        figure,
        (40, 34, 300, 240),
        Axis(-1.7, 2.3, ticks, "*w*_{1}"),
        Axis(-0.4, 3.1, {t: ticks[t] for t in (0.0, 1.0, 2.0)}, "*w*_{2}"),
    )
    plot.curve([-0.5, 1.2], [3.0, -0.4], INK, DOTTED)
    plot.label(0.62, 0.9, "fits the sample", (6, 0))
    for path, colour, dash, shape in (
        (free, RED, DASHED, "square"),
        (decayed, BLUE, "", "dot"),
    ):
        us, vs = zip(*path, strict=True)
        plot.curve(us, vs, colour, dash)
        plot.mark(*path[-1], shape, colour)
    plot.mark(*START, "ring")
    plot.mark(0, 0, "cross")
    plot.label(0, 0, "0", (-12, 14))
    plot.label(*START, "start", (-6, -10), "middle")
    plot.label(*free[-1], "without decay", (10, 0), colour=RED)
    plot.label(*decayed[-1], "with decay", (12, 4), colour=BLUE)
    return figure


def strengths() -> Figure:
    """Return training and test loss against the strength of the decay."""
    found = sweep()
    shown = [lambd for lambd in STRENGTHS if lambd]
    none, three, most = found[0.0], found[3.0], found[STRENGTHS[-1]]
    figure = Figure(
        "decay-strengths",
        "Losses against the strength of the decay",
        f"""A plot of the mean of half the squared errors against λ from {shown[0]:g} to
        {shown[-1]:g}, both logarithmic; medians of {len(SEEDS)} seeds, with 20 training
        rows and 200 weights. Without decay the training loss is {none["train"]:.1e} and
        the test loss {none["test"]:.0f}. The test loss falls as λ grows, to
        {three["test"]:.2f} at λ = 3 and {most["test"]:.3f} at λ = {shown[-1]:g}. The
        training loss is {three["train"]:.1e} at λ = 3 and {most["train"]:.1e} at λ =
        {shown[-1]:g}.""",
        306,
    )
    plot = Plot(
        figure,
        (50, 40, 270, 214),
        Axis(0.01, 30, {0.01: "0.01", 0.1: "0.1", 1.0: "1", 10.0: "10"},
             "strength λ, log scale", log=True),
        Axis(1e-6, 1e3, powers(range(-6, 4, 3)), "half the squared error, log scale",
             log=True),
    )  # fmt: skip
    for key, colour, dash, shape in (
        ("train", RED, DASHED, "square"),
        ("test", BLUE, "", "dot"),
    ):
        losses = [max(found[lambd][key], 1e-6) for lambd in shown]
        plot.curve(shown, losses, colour, dash)
        for lambd, loss in zip(shown, losses, strict=True):
            plot.mark(lambd, loss, shape, colour)
    plot.label(0.03, found[0.03]["test"], "test", (0, -12), "middle", BLUE, BODY)
    plot.label(0.03, found[0.03]["train"], "training", (0, -12), "middle", RED, BODY)
    return figure
