"""Figures of training and evaluation: the two loops, and a net judged in each mode."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from dojo.data import digits
from dojo.site.svg.figure import BLUE, DASHED, INK, RED, Figure
from dojo.site.svg.plot import Axis, Plot
from dojo.site.svg.text import BODY, SMALL
from solutions.ch7_training.k05_train_and_evaluate import evaluate

Batches = list[tuple[Tensor, Tensor]]

SIZES = (4, 4, 3)  # of the batches
STEPS = [
    ("the mode", "model.train()", "model.eval()"),
    ("the graph", "is built", "no_grad()"),
    ("scores", "model(X)", "model(X)"),
    ("loss", "criterion(scores, y)", "criterion(scores, y)"),
    ("clear", "zero_grad()", ""),
    ("gradients", "backward()", ""),
    ("move", "step()", ""),
    ("add up", "loss.item() · n, hits", "loss.item() · n, preds"),
    ("the end", "divide by N", "divide, modes back"),
]
PASSES, DROP = 30, 0.5


def two_loops() -> Figure:
    """Return what training and evaluation do for each batch, side by side."""
    N = sum(SIZES)
    figure = Figure(
        "two-loops",
        "Training and evaluation, step by step",
        f"""Two columns, training and evaluation. Training sets training mode and
        builds a graph; evaluation sets evaluation mode under no_grad. Then both go
        through the batches, here of {SIZES[0]}, {SIZES[1]} and {SIZES[2]} samples: both
        work out scores and the loss. Training alone clears the gradients, goes
        backward and steps; these 3 of 6 rows are empty for evaluation. Both add up the
        loss times the size of its batch, and divide at the end by the {N} samples that
        were seen. Evaluation then gives every module its mode back.""",
        306,
    )
    figure.text(148, 20, "train_one_epoch", BODY, colour=RED)
    figure.text(280, 20, "evaluate", BODY, colour=BLUE)
    figure.box(66, 84, 288, 177, INK, None, dash=DASHED, line=1.25)
    figure.text(348, 97, f"batches of {', '.join(map(str, SIZES))}", SMALL, "end")
    for row, (name, train, judge) in enumerate(STEPS):
        top = 32 + 26 * row + (20 if row > 1 else 0) + (14 if row == 8 else 0)
        figure.text(60, top + 15, name, SMALL, "end")
        for x, words, colour in ((74, train, RED), (214, judge, BLUE)):
            if words:
                figure.box(x, top, 134, 21, colour, None, line=1.5)
                figure.text(x + 67, top + 15, words, SMALL)
            else:
                figure.text(x + 67, top + 15, "—", SMALL)
    return figure


def _classifier() -> tuple[nn.Sequential, Batches]:
    """Return a net that compares images with the means of the classes, and batches."""
    X, y, X_test, y_test = (torch.from_numpy(part) for part in digits())
    X, X_test = (part.flatten(1).float() / 255 for part in (X, X_test))
    means = torch.stack([X[y == digit].mean(0) for digit in range(10)])
    linear = nn.Linear(784, 10)
    linear.weight.data, linear.bias.data = means, -(means**2).sum(1) / 2
    parts = (torch.split(part, 300) for part in (X_test, y_test))
    return nn.Sequential(nn.Dropout(DROP), linear), list(zip(*parts, strict=True))


def _in_training_mode(net: nn.Sequential, batches: Batches) -> float:
    with torch.no_grad():
        hits = sum(int((net.train()(X).argmax(1) == y).sum()) for X, y in batches)
    return hits / sum(len(y) for _, y in batches)


def two_modes() -> Figure:
    """Return the accuracy of one net, judged in training mode and as it should be."""
    net, batches = _classifier()
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(0)
        noisy = [_in_training_mode(net, batches) for _ in range(PASSES)]
    right = evaluate(net, batches, F.cross_entropy)["accuracy"]
    low, high = min(noisy), max(noisy)
    figure = Figure(
        "two-modes",
        "The accuracy of one net, judged in training mode and in evaluation mode",
        f"""A plot of the accuracy on 1000 digits against the number of the pass, from 1
        to {PASSES}, of a net that is never changed and has dropout, p = {DROP:g}. In
        evaluation mode it is {right:.1%} in each pass, a horizontal line. In training
        mode each pass gives another number, from {low:.1%} to {high:.1%}, all of them
        below the line.""",
        246,
    )
    bottom, top = 0.01 * int(100 * low - 1), 0.01 * int(100 * right + 2)
    ticks = {n / 100: f"{n} %" for n in range(0, 101, 2) if bottom <= n / 100 <= top}
    plot = Plot(
        figure,
        (52, 30, 292, 166),
        Axis(0, PASSES + 1, {1.0: "1", 10.0: "10", 20.0: "20", 30.0: "30"}, "pass"),
        Axis(bottom, top, ticks, "digits read right"),
    )
    plot.curve([0, PASSES + 1], [right, right], BLUE)
    plot.label(PASSES, right, "evaluation mode", (0, -8), "end", BLUE, BODY)
    for at, share in enumerate(noisy, 1):
        plot.mark(at, share, "square", RED)
    plot.label(PASSES, high, "training mode", (0, -14), "end", RED, BODY)
    return figure
