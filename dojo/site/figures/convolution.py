"""Figures of windows that slide: cross-correlation and pooling."""

from __future__ import annotations

import numpy as np
import torch

from dojo.data import digits
from dojo.site.svg.cells import caption, grid, outline, picture
from dojo.site.svg.figure import Figure
from dojo.site.svg.text import BODY, SMALL
from solutions.ch6_convolution.k01_corr2d import corr2d
from solutions.ch6_convolution.k04_pool2d import maxpool2d_backward, pool2d_nchw

POOLED = (
    (1.0, 3.0, 2.0, 1.0),
    (4.0, 8.0, 0.0, 5.0),
    (6.0, 2.0, 7.0, 3.0),
    (1.0, 3.0, 4.0, 2.0),
)
SLOPES = ((1.0, 2.0), (3.0, 4.0))
EDGE = ((-1.0, 0.0, 1.0), (-2.0, 0.0, 2.0), (-1.0, 0.0, 1.0))  # Sobel's, for uprights
SEVEN = 7  # the digit whose strokes are judged


def corr2d_steps() -> Figure:
    """Return the four places of a 2x2 kernel on a 3x3 image, and their sums."""
    X, K = torch.arange(9).reshape(3, 3), torch.arange(4).reshape(2, 2)
    Y = corr2d(X, K)
    steps = [(i, j, _terms(X, K, i, j), int(Y[i, j])) for i in (0, 1) for j in (0, 1)]
    places = ("top left", "top right", "bottom left", "bottom right")
    tale = "; ".join(
        f"{place}, {terms} = {total}"
        for place, (_, _, terms, total) in zip(places, steps, strict=True)
    )
    figure = Figure(
        "corr2d-steps",
        "Cross-correlation, place by place",
        f"""The image has the rows {_rows(X)}, the kernel the rows {_rows(K)}, and the
        output, of shape (2, 2), the rows {_rows(Y)}. Each output is the sum of the
        products of the kernel with the patch under it, and the window takes four
        places, row by row: {tale}.""",
        400,
    )
    _draw_corr2d_steps(figure, X, K, Y, steps)
    return figure


def _terms(X: torch.Tensor, K: torch.Tensor, i: int, j: int) -> str:
    """Return the products of the kernel with the patch at a place, as a sum."""
    patch = X[i : i + 2, j : j + 2].flatten().tolist()
    pairs = zip(patch, K.flatten().tolist(), strict=True)
    return " + ".join(f"{pixel}·{weight}" for pixel, weight in pairs)


def _draw_corr2d_steps(
    figure: Figure,
    X: torch.Tensor,
    K: torch.Tensor,
    Y: torch.Tensor,
    steps: list[tuple[int, int, str, int]],
) -> None:
    side = 30.0
    for x, y, matrix, name in (
        (24, 40, X, "image"),
        (164, 55, K, "kernel"),
        (272, 55, Y, "output"),
    ):
        words = [[str(value) for value in row] for row in matrix.tolist()]
        grid(figure, (x, y), side, words)
        figure.text(x + side * len(words[0]) / 2, 28, name, bold=True)
    figure.text(139, 96, "⋆", 28)
    figure.text(248, 91, "=", 18)
    for (i, j, terms, total), place in zip(steps, range(4), strict=True):
        left, top = 50.0 + 176 * (place % 2), 156.0 + 126 * (place // 2)
        cells = [(i + a, j + b) for a in range(2) for b in range(2)]
        words = [[str(value) for value in row] for row in X.tolist()]
        grid(figure, (left, top), 26, words, 12, cells)
        outline(figure, (left, top), 26, (i, j, 2, 2))
        middle = left + 39
        caption(figure, middle, top + 94, f"{terms}")
        figure.text(middle, top + 111, f"= {total}", bold=True)


def _rows(matrix: torch.Tensor) -> str:
    return " and ".join(
        ", ".join(f"{value:g}" for value in row) for row in matrix.tolist()
    )


def corr2d_digit() -> Figure:
    """Return a digit, an edge kernel, and where it finds edges of either kind."""
    data = digits()
    at = int(np.flatnonzero(data.test_labels == SEVEN)[0])
    X = torch.from_numpy(data.test_images[at]).double() / 255
    K = torch.tensor(EDGE, dtype=torch.float64)
    Y = corr2d(X, K)
    largest = float(Y.abs().max())
    rising, falling = (part.clamp(min=0) / largest for part in (Y, -Y))
    figure = Figure(
        "corr2d-digit",
        "An edge kernel over a handwritten digit",
        f"""Four pictures. A handwritten {SEVEN}, 28 by 28 pixels, from 0, paper, to 1,
        ink. The kernel, with the rows {_rows(K)}. Then the output, 26 by 26, in two
        parts. Where it is positive, at {int((Y > 0).sum())} places, up to
        {float(Y.max()):.2f}, there is more ink on the right: the left edges of the
        strokes. Where it is negative, at {int((Y < 0).sum())} places, down to
        {float(Y.min()):.2f}, there is more ink on the left: the right edges. It is 0 at
        the other {int((Y == 0).sum())} places, on blank paper and within even ink.""",
        404,
    )
    _draw_corr2d_digit(figure, X, rising, falling)
    return figure


def _draw_corr2d_digit(
    figure: Figure, X: torch.Tensor, rising: torch.Tensor, falling: torch.Tensor
) -> None:
    picture(figure, (14, 30), 156, X.numpy())
    figure.text(92, 20, f"a {SEVEN}, 28 × 28", bold=True)
    words = [[f"{weight:+g}".replace("-", "−") for weight in row] for row in EDGE]
    words = [["0" if cell == "+0" else cell for cell in row] for row in words]
    grid(figure, (222, 60), 32, words)
    figure.text(270, 20, "kernel, 3 × 3", bold=True)
    caption(figure, 270, 178, "ink on the right counts +")
    picture(figure, (14, 228), 156, rising.numpy())
    picture(figure, (192, 228), 156, falling.numpy())
    figure.text(92, 218, "output above 0", bold=True)
    figure.text(270, 218, "output below 0", bold=True)
    caption(figure, 92, 398, "left edges")
    caption(figure, 270, 398, "right edges, sign turned")


def pooling() -> Figure:
    """Return a small image pooled by maximum and by mean."""
    X = torch.tensor(POOLED, dtype=torch.float64)
    pooled = {
        mode: pool2d_nchw(X[None, None], 2, mode=mode)[0, 0] for mode in ("max", "avg")
    }
    figure = Figure(
        "pooling",
        "Maximum and average pooling",
        f"""An image of 4 by 4 pixels with the rows {_rows(X)}. A window of 2 by 2 moves
        in steps of 2, so four windows touch without overlap. Maximum pooling keeps the
        largest number of each window: the rows {_rows(pooled["max"])}. Average pooling
        keeps the mean of each window: the rows {_rows(pooled["avg"])}. In the image,
        the four numbers that win a window are shaded.""",
        250,
    )
    _draw_pooling(figure, X, pooled)
    return figure


def _draw_pooling(
    figure: Figure, X: torch.Tensor, pooled: dict[str, torch.Tensor]
) -> None:
    words = [[f"{value:g}" for value in row] for row in X.tolist()]
    largest = pooled["max"].repeat_interleave(2, 0).repeat_interleave(2, 1)
    winners = [(int(i), int(j)) for i, j in (largest == X).nonzero().tolist()]
    corner, side = (16.0, 58.0), 38.0
    grid(figure, corner, side, words, 15, winners)
    for i in (0, 2):
        for j in (0, 2):
            outline(figure, corner, side, (i, j, 2, 2))
    figure.text(92, 24, "image, 4 × 4", bold=True)
    figure.text(92, 42, "window 2 × 2, stride 2", SMALL)
    for mode, name, top in (("max", "maximum", 40.0), ("avg", "average", 156.0)):
        rows = [[f"{value:g}" for value in row] for row in pooled[mode].tolist()]
        shaded = [(i, j) for i in range(2) for j in range(2)] if mode == "max" else []
        grid(figure, (262, top), side, rows, 15, shaded)
        figure.arrow((178, 134), (250, top + side), gap=(0, 0), width=1.5)
        figure.text(300, top - 12, name, BODY, bold=True)


def pooling_backward() -> Figure:
    """Return where the slopes at the outputs of max pooling go, twice."""
    X = torch.tensor(POOLED, dtype=torch.float64)
    dY = torch.tensor(SLOPES, dtype=torch.float64)
    back = {
        (size, stride): maxpool2d_backward(dY[None, None], X[None, None], size, stride)
        for size, stride in ((2, 2), (3, 1))
    }
    apart, over = (dX[0, 0] for dX in back.values())
    figure = Figure(
        "pooling-backward",
        "The way back through maximum pooling",
        f"""The image of the first figure, with the rows {_rows(X)}, is pooled twice,
        each time to 2 by 2 outputs, at which the slopes have the rows {_rows(dY)}. On
        the left the window of 2 by 2 moves in steps of 2. Each window has a winner of
        its own, and each winner gets one slope: the rows are {_rows(apart)}. On the
        right the window of 3 by 3 moves in steps of 1. The windows overlap, all four
        have the winner {float(X.max()):g}, and it gets the sum: the rows are
        {_rows(over)}. The slopes of the pixels add up to {float(apart.sum()):g} on the
        left and to {float(over.sum()):g} on the right.""",
        424,
    )
    words = ("each window has its winner", f"all four hold the {float(X.max()):g}")
    for left, ((size, stride), dX), tale in zip(
        (32.0, 208.0), back.items(), words, strict=True
    ):
        _draw_way_back(figure, left, (size, stride), X, dX[0, 0], tale)
    rows = [[f"{value:g}" for value in row] for row in dY.tolist()]
    figure.text(180, 208, "slopes at the outputs", BODY, bold=True)
    grid(figure, (154, 218), 26, rows)
    figure.arrow((146, 244), (92, 278), width=1.5)
    figure.arrow((214, 244), (268, 278), width=1.5)
    return figure


def _draw_way_back(
    figure: Figure,
    left: float,
    window: tuple[int, int],
    X: torch.Tensor,
    dX: torch.Tensor,
    tale: str,
) -> None:
    """Draw the image with its windows and winners, and the slopes at its pixels."""
    size, stride = window
    side, middle = 30.0, left + 60
    winners = [(int(i), int(j)) for i, j in dX.nonzero().tolist()]
    figure.text(middle, 18, f"window {size} × {size}, stride {stride}", BODY, bold=True)
    words = [[f"{value:g}" for value in row] for row in X.tolist()]
    grid(figure, (left, 30), side, words, strong=winners)
    places = [(i, j) for i in (0, stride) for j in (0, stride)]
    for i, j in places if stride == size else (places[0], places[-1]):
        dash = "" if stride == size or (i, j) == (0, 0) else "7 4"
        outline(figure, (left, 30), side, (i, j, size, size), dash)
    caption(figure, middle, 168, tale)
    words = [[f"{value:g}" for value in row] for row in dX.tolist()]
    grid(figure, (left, 286), side, words, strong=winners)
    caption(figure, middle, 420, "slopes at the pixels")
