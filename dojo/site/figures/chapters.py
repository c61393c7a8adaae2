"""The pictures of the home page and of the chapters: what one can do after them."""

from __future__ import annotations

import numpy as np
import torch

from dojo import data
from dojo.site.measured.lenet import SHOWN, seen
from dojo.site.measured.moons import Learned, learned
from dojo.site.measured.training import trained
from dojo.site.svg.cells import picture
from dojo.site.svg.figure import BLUE, INK, RED, Figure
from dojo.site.svg.text import BODY, SMALL

READ = 8  # digits that are shown with their answers


def journey() -> Figure:
    """Return a digit on its way through LeNet, from left to right."""
    maps = seen(SHOWN)
    p = maps.p.numpy()
    best = int(p.argmax())
    figure = Figure(
        "lenet-journey",
        "A digit on its way through LeNet",
        f"""From left to right: a handwritten {SHOWN} of 32 by 32 pixels; the 6 maps of
        28 by 28 that the first convolution makes of it; the 16 maps of 10 by 10 of the
        second; and ten bars, the probabilities of the digits 0 to 9. The longest bar is
        that of {best}, {p[best]:.2f}; the next is {int(p.argsort()[-2])},
        {np.sort(p)[-2]:.2f}. What is shown was computed by the reference solution,
        after it was trained on 6,000 digits.""",
        128,
    )
    _draw_journey(figure, maps.x[0, 0].numpy(), [maps.first, maps.second], p)
    return figure


def _draw_journey(
    figure: Figure, x: np.ndarray, layers: list[torch.Tensor], p: np.ndarray
) -> None:
    picture(figure, (4, 22), 76, x)
    figure.text(42, 116, "a digit", SMALL)
    for left, columns, maps in zip((104, 196), (2, 4), layers, strict=True):
        scaled = (maps / maps.max()).sqrt().numpy()  # the root lifts the faint ones
        rows, side = len(maps) // columns, 68.0 / columns
        pitch = min(side, 100.0 / rows)
        for i, each in enumerate(scaled):
            row, column = divmod(i, columns)
            at = (left + pitch * column, 10 + (100 - pitch * rows) / 2 + pitch * row)
            picture(figure, at, pitch - 3, each)
        figure.arrow((left - 19, 60), (left - 4, 60))
        words = f"{len(maps)} maps"
        figure.text(left + pitch * columns / 2 - 1.5, 124, words, SMALL)
    figure.arrow((272, 60), (287, 60))
    best = int(p.argmax())
    for digit, share in enumerate(p.tolist()):
        y = 8 + 10.4 * digit
        figure.text(300, y + 7, str(digit), 10, bold=digit == best)
        figure.box(
            307, y, max(46 * share, 0.75), 7, None, INK, 0.35 + 0.65 * (share > 0.5)
        )
    figure.text(326, 124, f"reads {best}", SMALL, bold=True)


def moons() -> Figure:
    """Return what a two-layer network learns about two bent clouds of points."""
    run = learned()
    figure = Figure(
        "moons-learned",
        "A network of two layers, before and after it has learned",
        f"""Two squares with the same {run.Y.size} points, {int(run.Y.sum())} of them
        filled and {int((1 - run.Y).sum())} hollow, in two bent clouds that hold on to
        one another. A shade marks where the network says filled. On the left, with
        random weights, it is right for {100 * run.before:.0f} % of the points; on the
        right, after {run.steps} steps of gradient descent, for {100 * run.after:.0f} %,
        and the border of the shade bends between the clouds. Before the first step the
        gradient agrees with the measured slopes to {run.checked:.0e}.""",
        200,
    )
    for left, title, says in (
        (4.0, f"random: {100 * run.before:.0f} % right", run.start),
        (186.0, f"learned: {100 * run.after:.0f} % right", run.end),
    ):
        figure.text(left, 16, title, 12, "start", bold=True)
        picture(figure, (left, 26), 170, 0.3 * says)
        _draw_points(figure, (left, 26), 170, run)
    return figure


def _draw_points(
    figure: Figure, corner: tuple[float, float], size: float, run: Learned
) -> None:
    low, high = run.range
    for (u, v), label in zip(run.X.T.tolist(), run.Y[0].tolist(), strict=True):
        x = corner[0] + size * (u - low) / (high - low)
        y = corner[1] + size * (high - v) / (high - low)
        if label:
            figure.circle(x, y, 2.4, BLUE, BLUE, width=1)
        else:
            figure.circle(x, y, 2.4, RED, width=1.25)


def readings() -> Figure:
    """Return the first test digits with what the trained LeNet reads."""
    digits, run = data.lenet_digits(), trained("relu")
    images, labels = digits.test_images[:READ], digits.test_labels[:READ].tolist()
    with torch.no_grad():
        p, guesses = run.net(images).softmax(1).max(1)
    read = list(zip(guesses.tolist(), labels, p.tolist(), strict=True))
    tale = ", ".join(
        f"a {label} as {guess} ({share:.2f})" for guess, label, share in read
    )
    figure = Figure(
        "lenet-readings",
        "What LeNet reads in the first test digits",
        f"""Two rows of {READ // 2} handwritten digits that the network has not seen,
        each with what it reads and how sure it is: {tale}. Of all
        {len(digits.test_labels):,} test digits {100 * run.share:.1f} % are read
        right.""",
        250,
    )
    for at, (image, (guess, label, share)) in enumerate(zip(images, read, strict=True)):
        x, y = 8.0 + 90 * (at % 4), 4.0 + 124 * (at // 4)
        picture(figure, (x, y), 76, image[0].numpy())
        words = f"reads {guess}" if guess == label else f"reads {guess}, is {label}"
        figure.text(x, y + 92, words, BODY, "start", bold=guess == label)
        figure.text(x, y + 107, f"sure to {100 * share:.0f} %", SMALL, "start")
    return figure
