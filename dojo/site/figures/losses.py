"""Figures of the losses: what an error costs, what a loss wants, and where one ends."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from dojo.site.svg.figure import BLUE, DASHED, DOTTED, GREEN, INK, RED, Figure
from dojo.site.svg.plot import Axis, Plot
from dojo.site.svg.text import SMALL, decimal
from solutions.ch7_training.k02_loss_functions import (
    bce_loss,
    bce_with_logits,
    l1_loss,
    mse_loss,
    smooth_l1_loss,
)

SAMPLES = (1.0, 2.0, 2.5, 3.5, 9.0)
LOSSES: dict[str, Callable[..., Tensor]] = {
    "squared": mse_loss,
    "absolute": l1_loss,
    "smooth": smooth_l1_loss,
}
LOOKS = {"squared": (RED, DASHED), "absolute": (BLUE, ""), "smooth": (GREEN, DOTTED)}
FLOOR, WRONG = (
    -250.0,
    -200.0,
)  # of the logits that are drawn, and the one that is marked


def wants() -> Figure:
    """Return the losses of one prediction for five numbers, and where each is least."""
    y = torch.tensor(SAMPLES, dtype=torch.float64)
    guesses = torch.linspace(0, 10, 401, dtype=torch.float64)
    curves = {name: _against(guesses, y, name) for name in LOSSES}
    least = {name: float(guesses[curve.argmin()]) for name, curve in curves.items()}
    tale = "; ".join(
        f"the {name} error is least at {least[name]:.2f}, where it is {curve.min():.2f}"
        for name, curve in curves.items()
    )
    figure = Figure(
        "what-a-loss-wants",
        "One guess for five numbers, and three losses that judge it",
        f"""A plot of the mean loss against the guess, from 0 to 10, for the numbers
        {", ".join(f"{v:g}" for v in SAMPLES)}, which are marked below. Of three curves,
        {tale}. The mean of the numbers is {float(y.mean()):g}, their median
        {float(y.median()):g}: the far number pulls the squared error towards it, and
        the absolute error not at all.""",
        290,
    )
    plot = Plot(
        figure,
        (34, 36, 312, 196),
        Axis(0, 10, {float(t): str(t) for t in range(0, 11, 2)}, "guess"),
        Axis(0, 16, {float(t): str(t) for t in range(0, 17, 4)}, "mean loss"),
    )
    for name, curve in curves.items():
        inside = curve <= 16
        plot.curve(guesses[inside].tolist(), curve[inside].tolist(), *LOOKS[name])
        plot.mark(least[name], float(curve.min()), "dot", LOOKS[name][0])
    for value in SAMPLES:
        plot.mark(value, 0.0, "cross")
    for at, name in enumerate(LOSSES):
        colour, dash = LOOKS[name]
        y_at = 52.0 + 18 * at
        figure.line([(236, y_at - 4), (258, y_at - 4)], colour, dash, 2)
        words = f"{name} {decimal(least[name], 2)}"
        figure.text(263, y_at, words, SMALL, "start", colour)
    return figure


def _against(guesses: Tensor, y: Tensor, name: str) -> Tensor:
    shape = len(guesses), len(y)
    pairs = guesses[:, None].expand(shape), y.expand(shape)
    return LOSSES[name](*pairs, reduction="none").mean(1)


def of_an_error() -> Figure:
    """Return what an error costs, and the slope of that."""
    d = torch.linspace(-3, 3, 241, dtype=torch.float64)
    zero = torch.zeros_like(d)
    costs = {name: loss(d, zero, reduction="none") for name, loss in LOSSES.items()}
    tale = "; ".join(
        f"the {name} error costs {costs[name][140]:.3f} at 1/2, {costs[name][160]:.2f} "
        f"at 1 and {costs[name][-1]:.2f} at 3"
        for name in LOSSES
    )
    figure = Figure(
        "losses-of-an-error",
        "What an error costs under three losses",
        f"""A plot of the loss of one entry against its error, from -3 to 3. Of three
        curves, {tale}. Near 0 the smooth error is half the square, and from 1 on it
        runs 1/2 below the absolute error, with its slope of 1.""",
        284,
    )
    plot = Plot(
        figure,
        (34, 36, 312, 196),
        Axis(-3, 3, {float(t): decimal(t, 0) for t in range(-3, 4)}, "error"),
        Axis(0, 4, {float(t): str(t) for t in range(5)}, "loss"),
    )
    for at, (name, cost) in enumerate(costs.items()):
        inside = cost <= 4
        plot.curve(d[inside].tolist(), cost[inside].tolist(), *LOOKS[name])
        colour, dash = LOOKS[name]
        y = 54.0 + 19 * at
        figure.line([(138, y - 4), (164, y - 4)], colour, dash, 2)
        figure.text(170, y, name, 12, "start", colour)
    return figure


def of_a_logit() -> Figure:
    """Return the loss of a true 1 against its logit, computed in two ways."""
    x = torch.linspace(FLOOR, 20, 541)
    ones = torch.ones_like(x)
    exact = bce_with_logits(x, ones, reduction="none")
    cut = bce_loss(x.sigmoid(), ones, "none")
    at = int((x - WRONG).abs().argmin())
    leaves = float(x[cut >= 100].max())
    figure = Figure(
        "bce-of-a-logit",
        "The loss of a true 1, from the logit and by way of the sigmoid",
        f"""A plot of the binary cross-entropy of a true 1 against its logit, from
        {FLOOR:g} to 20, in float32. Computed from the logit it is a straight line on
        the left: at {WRONG:g} it is {float(exact[at]):g}. Computed from the sigmoid,
        dashed, it stops at {float(cut[at]):g} for all logits below {leaves:.0f}, where
        the sigmoid has become 0, and its slope there is 0. From {leaves + 20:.0f} on
        the two are one line, and at 20 both are below {float(cut[-1]) + 0.001:.3f}.""",
        284,
    )
    plot = Plot(
        figure,
        (40, 36, 306, 196),
        Axis(
            FLOOR,
            20,
            {t: decimal(t, 0) for t in (-250.0, -200.0, -100.0, 0.0)},
            "logit",
        ),
        Axis(0, 250, {float(t): str(t) for t in (0, 100, 200, 250)}, "loss"),
    )
    plot.curve(x[::20].tolist(), exact[::20].clamp(max=250).tolist(), BLUE)
    plot.curve(x[::4].tolist(), cut[::4].tolist(), RED, DASHED)
    plot.label(-150, 150, "from the logit", (14, -4), colour=BLUE)
    plot.label(-196, 100, "by way of the sigmoid", (0, 16), colour=RED, size=SMALL)
    figure.line([plot.at(WRONG, 0), plot.at(WRONG, 200)], INK, DOTTED, 1.5)
    figure.text(*plot.at(WRONG + 4, 206), "200", SMALL, "start", bold=True)
    return figure
