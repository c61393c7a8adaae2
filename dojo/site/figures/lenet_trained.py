"""Figures of a trained LeNet: what it learned, what it sees, and where it errs."""

from __future__ import annotations

import math

import numpy as np
from torch import Tensor

from dojo.site.measured.lenet import (
    SHOWN,
    Seen,
    confusion,
    empty,
    frequent_errors,
    seen,
    zeros,
)
from dojo.site.measured.training import Run, trained
from dojo.site.svg.cells import picture, squares
from dojo.site.svg.figure import BLUE, DOTTED, GREEN, INK, Figure
from dojo.site.svg.plot import Axis, Plot
from dojo.site.svg.text import BODY, SMALL


def filters() -> Figure:
    """Return the six filters that the first layer learned."""
    K = trained("relu").net.conv1.weight.detach()[:, 0].numpy()  # (6, 5, 5)
    largest = float(np.abs(K).max())
    tale = "; ".join(
        f"number {i + 1} goes from {kernel.min():.1f} to {kernel.max():.1f}, "
        f"{int((kernel > 0).sum())} of 25 positive"
        for i, kernel in enumerate(K)
    )
    figure = Figure(
        "lenet-filters",
        "The six filters that LeNet's first layer learned",
        f"""Six squares of 5 by 5 weights. The area of a mark is the size of a weight;
        full marks are positive, hollow ones negative; the largest weight has size
        {largest:.1f}. Of the filters, {tale}. Some are positive on one side and
        negative on the other: they answer to edges of one direction.""",
        290,
    )
    _draw_filters(figure, K, largest)
    return figure


def _draw_filters(figure: Figure, K: np.ndarray, largest: float) -> None:
    for i, kernel in enumerate(K):
        x, y = 16.0 + 116 * (i % 3), 28.0 + 128 * (i // 3)
        figure.text(x + 48, y - 8, f"filter {i + 1}", 12)
        squares(figure, (x, y), 96, kernel, largest)
    figure.box(52, 266, 11, 11, None, INK)
    figure.text(70, 276, "positive", BODY, "start")
    figure.box(192, 266, 11, 11)
    figure.text(210, 276, "negative", BODY, "start")


def feature_maps() -> Figure:
    """Return what both convolutions make of one digit, and the answer."""
    maps = seen(SHOWN)
    first, second = maps.first, maps.second
    best = int(maps.p.argmax())
    answer = f"{best}, with probability {float(maps.p[best]):.2f}"
    figure = Figure(
        "lenet-feature-maps",
        "What LeNet sees in a digit",
        f"""A handwritten {SHOWN} of 32 by 32 pixels at the top. Below it the 6 maps of
        28 by 28 that the first convolution and ReLU make of it, and the 16 maps of 10
        by 10 of the second; the more ink, the larger a value. Of the first maps' values
        {100 * zeros(first):.0f} % are zero, of the second's
        {100 * zeros(second):.0f} %; all zero are {empty(first)} of the first maps and
        {empty(second)} of the second. Where a first map is not empty it shows strokes
        in their place, or edges of one kind; in the second the digit can no longer be
        recognized by eye. The net answers {answer}.""",
        346,
    )
    _draw_feature_maps(figure, maps, best)
    return figure


def _draw_feature_maps(figure: Figure, maps: Seen, best: int) -> None:
    picture(figure, (16, 30), 96, maps.x[0, 0].numpy())
    figure.text(16, 20, f"a {SHOWN}, 32 × 32", 12, "start", bold=True)
    figure.text(132, 74, f"The net answers {best},", BODY, "start")
    figure.text(132, 94, f"with probability {float(maps.p[best]):.2f}.", BODY, "start")
    figure.text(16, 154, "after conv1 and ReLU: 6 of 28 × 28", 12, "start", bold=True)
    _maps(figure, maps.first, 164, 6)
    figure.text(16, 246, "after conv2 and ReLU: 16 of 10 × 10", 12, "start", bold=True)
    _maps(figure, maps.second, 256, 8)


def _maps(figure: Figure, maps: Tensor, top: float, columns: int) -> None:
    """Draw maps side by side, all in one scale."""
    pitch = 336 / columns
    scaled = (maps / maps.max()).sqrt().numpy()  # the root lifts the faint ones
    for i, each in enumerate(scaled):
        row, column = divmod(i, columns)
        picture(figure, (16 + pitch * column, top + pitch * row), pitch - 6, each)


def confusion_table() -> Figure:
    """Return how often each digit of the test set is read as each."""
    counts, share = confusion(), trained("relu").share
    errors = ", ".join(f"{i} as {j} ({n} times)" for i, j, n in frequent_errors(counts))
    figure = Figure(
        "lenet-confusion",
        "Which digits LeNet takes for which",
        f"""A table of 10 by 10 counts over {counts.sum():,} test digits, 100 of each:
        the rows are the true digits, the columns what the net reads. On the diagonal,
        which is framed, are the {int(counts.trace())} right answers,
        {100 * share:.1f} %; from 0 to 9 they are
        {", ".join(map(str, counts.diagonal()))}. The most frequent errors are {errors}.
        A dot is a zero.""",
        372,
    )
    _draw_confusion_table(figure, counts)
    return figure


def _draw_confusion_table(figure: Figure, counts: np.ndarray) -> None:
    side, left, top = 31.0, 38.0, 48.0
    figure.text(left + 5 * side, 18, "read as", bold=True)
    figure.text(4, 38, "true", BODY, "start", bold=True)
    for i in range(10):
        figure.text(left + side * (i + 0.5), 40, str(i), BODY)
        figure.text(24, top + side * (i + 0.5) + 5, str(i), BODY)
    for (i, j), count in np.ndenumerate(counts):
        x, y = left + side * j, top + side * i
        if count:
            strength = 0.06 + 0.3 * math.sqrt(count / 100)
            figure.box(x, y, side, side, None, INK, round(strength, 2))
        size = 12 if count else SMALL
        words = str(count) if count else "·"
        figure.text(x + side / 2, y + side / 2 + 4.5, words, size, bold=i == j)
        if i == j:
            figure.box(x + 1, y + 1, side - 2, side - 2, line=1.5)
    figure.box(left, top, 10 * side, 10 * side, line=1)


def training() -> Figure:
    """Return the loss of LeNet while it trains."""
    run = trained("relu")
    epochs, guess = len(run.losses), math.log(10)
    each = len(run.batches) // epochs
    smooth = _smooth(run.batches, each // 8)
    tale = ", ".join(
        f"{loss:.2f} in epoch {i + 1}" for i, loss in enumerate(run.losses)
    )
    figure = Figure(
        "lenet-training",
        "The loss of LeNet while it trains",
        f"""A plot of the cross-entropy of LeNet on the training digits against the
        epoch, from 0 to {epochs}; an epoch has {each} steps. A thin line, the mean of
        {each // 8} batches, starts at {guess:.2f}, the logarithm of 10, which is what
        guessing costs, and is drawn as a dotted line; it stays there for a while and
        then falls quickly. Thick bars are the means that train_lenet returns: {tale}.
        After that the net reads {100 * run.share:.1f} % of the test digits right.""",
        350,
    )
    _draw_training(figure, run, smooth, each)
    return figure


def _draw_training(figure: Figure, run: Run, smooth: np.ndarray, each: int) -> None:
    epochs, guess = len(run.losses), math.log(10)
    plot = Plot(
        figure,
        (40, 40, 304, 216),
        Axis(0, epochs, {float(i): str(i) for i in range(epochs + 1)}, "epoch"),
        Axis(0, 2.5, {t: f"{t:g}" for t in (0.0, 0.5, 1.0, 1.5, 2.0, 2.5)}, "loss"),
    )
    plot.curve((0, epochs), (guess, guess), INK, DOTTED, 1.5)
    words = f"guessing: ln 10 = {guess:.2f}"
    plot.label(epochs, guess, words, (0, 18), "end", size=12)
    plot.curve((np.arange(len(smooth)) + 1) / each, smooth, BLUE, width=1.25)
    for i, loss in enumerate(run.losses):
        plot.curve((i, i + 1), (loss, loss), GREEN, width=3.5)
        at, up = (0.78, -8) if i == 0 else (i + 0.5, -22)  # off the thin line
        plot.label(at, loss, f"{loss:.2f}", (0, up), "middle", GREEN)
    figure.line([(40, 310), (66, 310)], BLUE, width=1.25)
    figure.text(74, 314, f"mean of {each // 8} steps", 12, "start")
    figure.line([(196, 310), (222, 310)], GREEN, width=3.5)
    figure.text(230, 314, "mean of an epoch", 12, "start")
    figure.text(
        40, 338, f"test digits read right: {100 * run.share:.1f} %", 12, "start"
    )


def _smooth(batches: list[float], width: int) -> np.ndarray:
    """Return the mean of each batch and those before it, `width` at most."""
    sums = np.cumsum([0.0, *batches])
    ends = np.arange(1, len(batches) + 1)
    starts = np.maximum(0, ends - width)
    means: np.ndarray = (sums[ends] - sums[starts]) / (ends - starts)
    return means
