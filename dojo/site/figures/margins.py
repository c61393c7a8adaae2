"""Figures of the margin losses: what a lead costs, and a triplet in the plane."""

from __future__ import annotations

import math

import torch

from dojo.site.svg.figure import BLUE, DASHED, DOTTED, GREEN, INK, RED, Figure
from dojo.site.svg.plot import Axis, Plot
from dojo.site.svg.text import SMALL
from solutions.ch7_training.k03_margin_losses import (
    margin_ranking,
    soft_margin,
    triplet_margin,
)

MARGIN = 1.0
ANCHOR, POSITIVE = (2.0, 2.0), (3.2, 2.5)
NEGATIVES = {"hard": (2.5, 1.2), "close": (0.2, 2.4), "easy": (5.2, 3.6)}


def of_a_lead() -> Figure:
    """Return what a lead costs: by a hinge, by its soft form, and by counting."""
    lead = torch.linspace(-3, 3, 241, dtype=torch.float64)
    ones, zero = torch.ones_like(lead), torch.zeros_like(lead)
    hinge = margin_ranking(lead, zero, ones, MARGIN, reduction="none")
    ranks = margin_ranking(lead, zero, ones, reduction="none")
    soft = soft_margin(lead, ones, reduction="none")
    curves = {"margin 1": hinge, "margin 0": ranks, "soft margin": soft}
    tale = "; ".join(
        f"{name} costs {curve[40]:.3f} at -2, {curve[120]:.3f} at 0, "
        f"{curve[200]:.3f} at 2"
        for name, curve in curves.items()
    )
    figure = Figure(
        "loss-of-a-lead",
        "What a lead costs under three margins",
        f"""A plot of the loss against the lead of the right side, from -3 to 3. Of
        three curves, {tale}. The hinges are straight lines down to their margin and 0
        from there on; the soft margin bends, and never quite reaches 0.""",
        284,
    )
    plot = Plot(
        figure,
        (34, 36, 312, 196),
        Axis(-3, 3, {float(t): f"{t}".replace("-", "−") for t in range(-3, 4)}, "lead"),
        Axis(0, 4, {float(t): str(t) for t in range(5)}, "loss"),
    )
    looks = {"margin 1": (BLUE, ""), "margin 0": (RED, DASHED)}
    looks["soft margin"] = (GREEN, DOTTED)
    for at, (name, curve) in enumerate(curves.items()):
        colour, dash = looks[name]
        plot.curve(lead.tolist(), curve.tolist(), colour, dash)
        y = 54.0 + 19 * at
        figure.line([(210, y - 4), (236, y - 4)], colour, dash, 2)
        figure.text(242, y, name, 12, "start", colour)
    return figure


def triplets() -> Figure:
    """Return an anchor, its positive, and three negatives: inside, between, outside."""
    near = math.dist(ANCHOR, POSITIVE)
    anchor, positive = torch.tensor([ANCHOR]), torch.tensor([POSITIVE])
    costs = {
        name: float(triplet_margin(anchor, positive, torch.tensor([at]), MARGIN))
        for name, at in NEGATIVES.items()
    }
    tale = "; ".join(
        f"the {name} one is {math.dist(ANCHOR, at):.2f} away, costs {costs[name]:.2f}"
        for name, at in NEGATIVES.items()
    )
    figure = Figure(
        "triplets-in-the-plane",
        "An anchor, its positive, and three negatives",
        f"""Points in a plane. Around the anchor, a square, go two circles: one through
        the positive, a dot, with the radius {near:.2f}, and one that is {MARGIN:g}
        larger, dashed. Of three negatives, crosses, {tale}. What lies outside of the
        dashed circle costs nothing and sends no gradient.""",
        286,
    )
    scale, left, bottom = 52.0, 56.0, 244.0

    def at(point: tuple[float, float]) -> tuple[float, float]:
        return left + scale * point[0], bottom - scale * point[1]

    x, y = at(ANCHOR)
    figure.circle(x, y, scale * near, INK)
    figure.draw(
        "circle", cx=x, cy=y, r=scale * (near + MARGIN), stroke=INK, fill="none",
        stroke_dasharray=DASHED, stroke_width=1.25,
    )  # fmt: skip
    figure.box(x - 4, y - 4, 8, 8, INK, INK)
    figure.text(x - 8, y + 4, "anchor", SMALL, "end")
    u, v = at(POSITIVE)
    figure.line([(x, y), (u, v)], BLUE, width=1.5)
    figure.circle(u, v, 4, BLUE, BLUE)
    figure.text(u - 6, v - 10, "positive", SMALL, "end", BLUE)
    for name, point in NEGATIVES.items():
        u, v = at(point)
        for sign in (1, -1):
            ends = [(u - 4, v - 4 * sign), (u + 4, v + 4 * sign)]
            figure.line(ends, RED, width=1.75)
        words = f"{name}: {costs[name]:.2f}"
        figure.text(u, v + 17, words, SMALL, colour=RED, halo=True)
    return figure
