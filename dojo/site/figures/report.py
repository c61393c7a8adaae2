"""Figures of the classification report: the matrix, and the two means."""

from __future__ import annotations

import numpy as np
import torch

from dojo.site.svg.figure import BLUE, DASHED, INK, PAPER, RED, Figure
from dojo.site.svg.plot import Axis, Plot
from dojo.site.svg.text import BODY, SMALL
from solutions.ch7_training.k06_classification_report import (
    confusion_matrix,
    precision_recall_f1,
)

NAMES = ("cat", "dog", "fox")
SHOWN = 1  # the class whose row and column are marked
PAIRS = [(0, 0)] * 50 + [(0, 1)] * 8 + [(0, 2)] * 2 + [(1, 1)] * 12 + [(1, 0)] * 3
PAIRS += [(1, 2)] * 1 + [(2, 2)] * 15 + [(2, 1)] * 4 + [(2, 0)] * 5
LEFT, TOP, SIDE = 92.0, 62.0, 50.0


def matrix() -> Figure:
    """Return a confusion matrix with the column and the row of one class marked."""
    true, pred = zip(*PAIRS, strict=True)
    cm = confusion_matrix(true, pred, len(NAMES))
    scores = torch.stack(precision_recall_f1(cm.double()))
    p, r, f1 = scores[:, SHOWN].tolist()
    name, hits = NAMES[SHOWN], int(cm[SHOWN, SHOWN])
    rows = "; ".join(
        f"{a}: {', '.join(map(str, row))}"
        for a, row in zip(NAMES, cm.tolist(), strict=True)
    )
    down, along = int(cm[:, SHOWN].sum()), int(cm[SHOWN].sum())
    figure = Figure(
        "confusion-matrix",
        "A confusion matrix, with the column and the row of one class",
        f"""A table with a row for each true class and a column for each predicted one,
        {", ".join(NAMES)}. The rows are {rows}. The column of {name} is marked: its
        sum is {down}, and {hits} of them are right, a precision of {p:.2f}. The row of
        {name} is marked in another way: its sum is {along}, and {hits} of them were
        found, a recall of {r:.2f}. F1 is {f1:.2f}.""",
        288,
    )
    _draw_table(figure, cm)
    x, y = LEFT + SHOWN * SIDE, TOP + SHOWN * SIDE
    figure.box(x + 4, TOP + 2, SIDE - 8, 3 * SIDE - 4, RED, None, line=2.5, dash=DASHED)
    figure.box(LEFT + 2, y + 4, 3 * SIDE - 4, SIDE - 8, BLUE, None, line=2.5)
    figure.text(x + SIDE / 2, TOP + 3 * SIDE + 18, f"of {down} called {name}", SMALL)
    words = f"precision {hits} / {down} = {p:.2f}"
    figure.text(x + SIDE / 2, TOP + 3 * SIDE + 38, words, BODY, colour=RED)
    side = LEFT + 3 * SIDE + 10
    figure.text(side, y + 14, f"of {along} true {name}s", SMALL, "start")
    figure.text(side, y + 34, "recall", BODY, "start", BLUE)
    figure.text(side, y + 52, f"{hits} / {along} = {r:.2f}", BODY, "start", BLUE)
    figure.text(x + SIDE / 2, TOP + 3 * SIDE + 60, f"F1 = {f1:.2f}", BODY)
    return figure


def _draw_table(figure: Figure, cm: torch.Tensor) -> None:
    figure.text(LEFT + 1.5 * SIDE, 20, "predicted", BODY)
    figure.text(30, TOP + 1.5 * SIDE + 5, "true", BODY)
    for i, name in enumerate(NAMES):
        figure.text(LEFT + (i + 0.5) * SIDE, TOP - 12, name, SMALL)
        figure.text(LEFT - 10, TOP + (i + 0.5) * SIDE + 4, name, SMALL, "end")
        for j, count in enumerate(cm[i].tolist()):
            x, y = LEFT + j * SIDE, TOP + i * SIDE
            figure.box(x, y, SIDE, SIDE, INK, PAPER, line=1)
            words = str(count)
            figure.text(x + SIDE / 2, y + SIDE / 2 + 5, words, BODY, bold=i == j)


def means() -> Figure:
    """Return F1 and the plain mean against the recall, for a precision of 1."""
    hits, N = np.arange(0, 101), 100
    f1 = [
        precision_recall_f1(torch.tensor([[50, 0], [N - k, k]]))[2][1].item()
        for k in hits.tolist()
    ]
    recall = hits / N
    figure = Figure(
        "two-means",
        "F1 and the plain mean of precision and recall",
        f"""A plot against the recall, from 0 to 1, of a class whose precision is 1. The
        plain mean of both is a straight line from 0.5 to 1. F1 is a curve below it,
        from 0 to 1: at a recall of 0.1 it is {f1[10]:.2f}, where the mean is 0.55, and
        at 0.5 it is {f1[50]:.2f}, where the mean is 0.75.""",
        268,
    )
    ticks = {0.0: "0", 0.5: "0.5", 1.0: "1"}
    plot = Plot(
        figure, (44, 30, 300, 186), Axis(0, 1, ticks, "recall"), Axis(0, 1, ticks)
    )
    plot.curve(recall, (1 + recall) / 2, RED, DASHED)
    plot.curve(recall, f1, BLUE)
    plot.label(0.2, 0.6, "plain mean", (-6, -12), "middle", RED, BODY)
    plot.label(0.45, f1[45], "F1", (12, 14), "start", BLUE, BODY)
    return figure
