"""Figures of softmax and cross-entropy: shares, surprise, and softmax applied twice."""

from __future__ import annotations

import torch
from torch import Tensor

from dojo.site.svg.figure import BLUE, DASHED, DOTTED, INK, RED, Figure
from dojo.site.svg.plot import Axis, Plot
from dojo.site.svg.text import BODY, decimal
from solutions.ch2_linear.k04_softmax_cross_entropy import cross_entropy, softmax

SCORES = (2.0, 1.0, -1.0, 3.0, 0.5)
CLASSES = 10
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
        by, anchor = ((0, -24), "end") if at == 1.0 else ((9, -2), "start")
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
