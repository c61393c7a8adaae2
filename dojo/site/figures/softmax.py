"""Figures of softmax, cross-entropy, and the net that learns by them."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from dojo.site.measured.softmax_regression import trained
from dojo.site.svg.cells import picture
from dojo.site.svg.figure import BLUE, DASHED, DOTTED, INK, RED, Figure
from dojo.site.svg.plot import Axis, Plot
from dojo.site.svg.text import BODY, SMALL, decimal
from solutions.ch2_linear.k04_softmax_cross_entropy import cross_entropy, softmax

SCORES = (2.0, 1.0, -1.0, 3.0, 0.5)
CLASSES = 10
SHOWN = (0, 3, 7)  # the classes whose weights are drawn
TOP = 5.0  # of the two plots of losses
LEADS = {-2.0: "−2", 0.0: "0", 4.0: "4", 8.0: "8", 12.0: "12"}


def shares() -> Figure:
    """Return scores, the powers that they become, and the shares."""
    scores = torch.tensor(SCORES, dtype=torch.float64)
    power, P = (scores - scores.max()).exp(), softmax(scores)
    rows = list(zip(SCORES, power.tolist(), P.tolist(), strict=True))
    tale = "; ".join(
        f"class {i}, score {score:g}, power {height:.3f}, share {share:.3f}"
        for i, (score, height, share) in enumerate(rows)
    )
    figure = Figure(
        "softmax-shares",
        "Softmax turns scores into shares",
        f"""A row for each of {len(SCORES)} classes: its score, a bar for e to the power
        of the score less the largest one, and a bar for its share, the power divided by
        the sum of all powers, {float(power.sum()):.3f}. They are: {tale}. The shares
        add up to {float(P.sum()):g}. One point more of score makes a share
        {float(torch.tensor(1.0).exp()):.3f} times as large beside the others.""",
        254,
    )
    _draw_shares(figure, rows)
    return figure


def _draw_shares(figure: Figure, rows: list[tuple[float, float, float]]) -> None:
    for x, words in ((24.0, "class"), (74.0, "score *o*")):
        figure.text(x, 20, words, bold=True)
    for x, words in ((112.0, "exp(*o* − 3)"), (238.0, "share *p*")):
        figure.text(x, 20, words, anchor="start", bold=True)
    for i, (score, *bars) in enumerate(rows):
        y = 34.0 + 36 * i
        figure.text(24, y + 17, str(i))
        figure.text(74, y + 17, decimal(score, 1))
        for left, value, opacity in zip((112, 238), bars, (0.14, 0.55), strict=True):
            figure.box(left, y, 70 * value, 24, fill=INK, opacity=opacity)
            figure.text(left + 6 + 70 * value, y + 17, decimal(value, 2), BODY, "start")
    figure.line([(8, 218), (352, 218)], width=1, opacity=0.4)
    for x, column in ((112.0, 1), (238.0, 2)):
        total = sum(row[column] for row in rows)
        figure.text(x, 240, f"sum {decimal(total, 2)}", BODY, "start")


def surprise() -> Figure:
    """Return the loss of a sample against the share of its true class."""
    p = torch.linspace(float(torch.tensor(-TOP).exp()), 1, 161, dtype=torch.float64)
    marked = {
        1.0: "certain",
        0.5: "a coin",
        0.1: "one of ten",
        0.01: "one of a hundred",
    }
    tale = "; ".join(f"p = {at:g}: {-_log(at) + 0.0:.3f}" for at in marked)
    figure = Figure(
        "surprise",
        "The surprise at what had the share p",
        f"""A plot of -log p against p from 0 to 1. It falls from above {TOP:g}, without
        a bound near 0, to 0 at p = 1. Marked are {tale}. So a share that is ten times
        smaller costs {-_log(0.1):.3f} more, wherever it happens.""",
        274,
    )
    plot = Plot(
        figure,
        (34, 36, 312, 190),
        Axis(0, 1, {0.0: "0", 0.25: "0.25", 0.5: "0.5", 0.75: "0.75", 1.0: "1"}, "*p*"),
        Axis(0, TOP, {float(t): str(t) for t in range(6)}, "−log *p*, in nats"),
    )
    plot.curve(p.tolist(), (-p.log()).tolist(), BLUE)
    for at, words in marked.items():
        plot.mark(at, -_log(at), "dot", BLUE)
        by = {1.0: (0.0, -22.0), 0.5: (6.0, -14.0)}.get(at, (9.0, -2.0))
        anchor = "end" if at == 1.0 else "start"
        note = f"{words}: {decimal(-_log(at) + 0.0, 2)}"
        plot.label(at, -_log(at), note, by, anchor)
    return figure


def _log(p: float) -> float:
    return float(torch.tensor(p, dtype=torch.float64).log())


def twice() -> Figure:
    """Return the loss of ten classes against the lead of the true one."""
    lead = torch.linspace(-2.6, 12, 147, dtype=torch.float64)
    logits = torch.zeros(len(lead), CLASSES, dtype=torch.float64)
    logits[:, 0] = lead
    truth = torch.zeros(len(lead), dtype=torch.int64)
    once = cross_entropy(logits, truth, "none")
    again = cross_entropy(softmax(logits), truth, "none")
    certain = torch.eye(1, CLASSES, dtype=torch.float64)
    floor = float(cross_entropy(certain, truth[:1]))
    figure = Figure(
        "softmax-twice",
        "Softmax applied twice: a loss that cannot fall",
        f"""The loss of a sample of {CLASSES} classes, of which the true one leads all
        others by a score from {float(lead[0]):g} to {float(lead[-1]):g}. Solid, the
        cross-entropy of the logits: it falls from {float(once[0]):.2f} to
        {float(once[-1]):.1e}. Dashed, the same with softmax applied before it, which
        applies softmax itself: it starts at {float(again[0]):.2f} and stops falling at
        {floor:.3f}, a dotted line. At a lead of 0 both are
        {float(torch.tensor(float(CLASSES)).log()):.3f}.""",
        274,
    )
    _draw_twice(figure, lead, once, again, floor)
    return figure


def _draw_twice(
    figure: Figure, lead: Tensor, once: Tensor, again: Tensor, floor: float
) -> None:
    plot = Plot(
        figure,
        (34, 36, 312, 190),
        Axis(-2.6, 12, LEADS, "lead of the true class"),
        Axis(0, TOP, {float(t): str(t) for t in range(6)}, "loss, in nats"),
    )
    plot.curve(lead.tolist(), once.tolist(), BLUE)
    plot.curve(lead.tolist(), again.tolist(), RED, DASHED)
    ends = [plot.at(-2.6, floor), plot.at(12, floor)]
    figure.line(ends, INK, DOTTED, 1.5)
    plot.label(-2.4, floor, decimal(floor, 3), (0, 16), size=12)
    plot.label(1.6, 3.2, "of the logits", (0, 0), colour=BLUE)
    plot.label(4.4, 2.1, "of softmax of the logits", (0, 0), colour=RED)


def weights() -> Figure:
    """Return what three of the ten rows of weights have learned to look for."""
    run = trained()
    largest = float(np.abs(run.weights[list(SHOWN)]).max())
    tale = "; ".join(
        f"of class {digit}, {int((W > 0).sum())} of 784 weights are positive, the "
        f"largest {W.max():.2f}, and the smallest is {W.min():.2f}"
        for digit, W in ((digit, run.weights[digit]) for digit in SHOWN)
    )
    figure = Figure(
        "softmax-weights",
        "The weights of three classes, as images",
        f"""Six images of 28 by 28 pixels, a weight for each pixel. Above, the positive
        weights of the classes {", ".join(map(str, SHOWN))}: where ink speaks for the
        class. Below, the negative ones with their sign turned: where ink speaks against
        it. Full ink is {largest:.2f}. Of these, {tale}. Ink in the middle speaks
        against a 0, and along a ring for it.""",
        284,
    )
    for i, digit in enumerate(SHOWN):
        W, x = run.weights[digit] / largest, 14.0 + 114 * i
        figure.text(x + 52, 20, f"class {digit}", BODY, bold=True)
        picture(figure, (x, 30), 104, W.clip(0, 1))
        picture(figure, (x, 158), 104, (-W).clip(0, 1))
    figure.text(180, 150, "above: ink speaks for the class", SMALL)
    figure.text(180, 278, "below: ink speaks against it", SMALL)
    return figure


def learning() -> Figure:
    """Return the accuracies of softmax regression, epoch by epoch."""
    run = trained()
    epochs = range(1, len(run.history) + 1)
    train, test = run.history[:, 1].tolist(), run.history[:, 2].tolist()
    tale = "; ".join(
        f"epoch {n}: {a:.1%} and {b:.1%}"
        for n, a, b in zip(epochs, train, test, strict=True)
    )
    figure = Figure(
        "softmax-learning",
        "Softmax regression learns to read digits",
        f"""A plot of accuracy against the epoch, from 75 % to 100 %. Solid, the share
        of the training digits that were read right during an epoch; dashed, the share
        of the test digits after it. They are: {tale}. Before the first epoch it was
        {run.untrained:.1%} of the test digits.""",
        270,
    )
    plot = Plot(
        figure,
        (44, 36, 302, 186),
        Axis(1, len(run.history), {float(n): str(n) for n in epochs}, "epoch"),
        Axis(
            0.75, 1, {s / 100: f"{s} %" for s in (75, 80, 85, 90, 95, 100)}, "accuracy"
        ),
    )
    for shares_of, colour, dash, mark, words, by in (
        (train, BLUE, "", "dot", "training digits", (0, -14)),
        (test, RED, DASHED, "square", "test digits", (0, 26)),
    ):
        plot.curve(epochs, shares_of, colour, dash)
        for n, share in zip(epochs, shares_of, strict=True):
            plot.mark(n, share, mark, colour)
        note = f"{words}: {shares_of[-1]:.1%}".replace("%", " %")
        plot.label(len(run.history), shares_of[-1], note, by, "end", colour)
    return figure
