"""The figure of a search for a kernel: the valley of the loss, and the steps in it."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from dojo.site.svg.figure import BLUE, DASHED, GREEN, Figure
from dojo.site.svg.plot import Axis, Plot
from dojo.site.svg.text import decimal
from solutions.ch6_convolution.k01_corr2d import corr2d, learn_kernel

Pair = tuple[float, float]

ROW = (1, 1, 0, 0, 0, 0, 1, 1)  # of the image, which has six such rows
TRUE = (1.0, -1.0)
RATE, STEPS = 0.01, 30
NAMED = (5, 10, 20)  # the steps that are named
SHARES = (1.0, 0.5, 0.2, 0.05)  # of the first loss, at which a line is drawn


def learning() -> Figure:
    """Return the loss of a kernel of two weights from above, and the way down."""
    X = torch.tensor([ROW] * 6, dtype=torch.float64)
    K = torch.tensor([TRUE], dtype=torch.float64)
    Y = corr2d(X, K)
    path = [_weights(learn_kernel(X, Y, (1, 2), RATE, n)) for n in range(STEPS + 1)]
    flat, steep = _bends(X)
    tale = ", ".join(f"{n} steps ({path[n][0]:.3f}, {path[n][1]:.3f})" for n in NAMED)
    figure = Figure(
        "corr2d-learning",
        "The search for a kernel of two weights",
        f"""The loss from above: lines of equal loss are ellipses around the true
        kernel, ({TRUE[0]:g}, {TRUE[1]:g}). The valley runs along (1, -1), where the
        second derivative is {flat:.0f}; along (1, 1) the walls are steep, with
        {steep:.0f}. The search with the step size {RATE:g} starts at (0, 0) and walks
        straight down the valley, each step {1 - RATE * flat:.2f} times as long as the
        one before: after {tale}.""",
        372,
    )
    _draw_learning(figure, path, (flat, steep), float(Y.square().sum()))
    return figure


def _weights(K: Tensor) -> Pair:
    first, second = K.ravel().tolist()
    return first, second


def _bends(X: Tensor) -> Pair:
    """Return the second derivatives of the loss along (1, -1) and along (1, 1)."""
    each = torch.eye(2, dtype=X.dtype).reshape(2, 1, 2)  # the output is linear in K
    outputs = torch.stack([corr2d(X, K).ravel() for K in each])  # (2, 42)
    flat, steep = np.linalg.eigvalsh((2 * outputs @ outputs.T).numpy()).tolist()
    return flat, steep


def _draw_learning(figure: Figure, path: list[Pair], bends: Pair, first: float) -> None:
    ticks = (0.0, 0.5, 1.0, 1.5, 2.0)
    plot = Plot(
        figure,
        (52, 34, 292, 292),
        Axis(-0.25, 2.25, {t: decimal(t, 1) for t in ticks}, "first weight"),
        Axis(-2.25, 0.25, {0 - t: decimal(0 - t, 1) for t in ticks}, "second weight"),
    )
    figure.text(352, 22, "lines of equal loss", anchor="end")
    for share in SHARES:
        plot.curve(*_ellipse(share * first, bends), width=1.25)
    for up, words, bend in ((-1, "valley", bends[0]), (1, "wall", bends[1])):
        end = (TRUE[0] + 0.4, TRUE[1] + 0.4 * up)
        figure.arrow(plot.at(*TRUE), plot.at(*end), GREEN, DASHED, gap=(8, 0))
        by = (4, 5 - 9 * up)
        plot.label(*end, f"{words}: {bend:.0f}", by, "start", GREEN)
    for point in path:
        plot.mark(*point, "dot", BLUE)
    plot.label(0, 0, "start", (8, -2), "start", BLUE)
    for n in NAMED:
        plot.label(*path[n], f"{n} steps", (-8, 13), "end", BLUE)
    plot.mark(*TRUE, "cross")


def _ellipse(loss: float, bends: Pair) -> tuple[np.ndarray, np.ndarray]:
    """Return the two weights all around, where the loss is the same.

    Parameters
    ----------
    loss : float
    bends : tuple of float
        The second derivative along (1, -1), and that along (1, 1).
    """
    angles = np.linspace(0, 2 * np.pi, 73)
    along, across = (math.sqrt(loss / bend) for bend in bends)
    first = TRUE[0] + along * np.cos(angles) + across * np.sin(angles)
    second = TRUE[1] - along * np.cos(angles) + across * np.sin(angles)
    return first, second
