"""Figures of the chapter on arrays: windows as columns, their way back, who won."""

from __future__ import annotations

import math

import numpy as np

from dojo.site.measured import products
from dojo.site.svg.cells import caption, grid, outline
from dojo.site.svg.figure import INK, Figure
from dojo.site.svg.text import BODY, SMALL
from solutions.ch8_numpy_lenet.k01_conv2d_im2col import col2im, conv2d_forward, im2col
from solutions.ch8_numpy_lenet.k02_max_pool2d import (
    max_pool2d_backward,
    max_pool2d_forward,
)

KERNEL = ((1.0, 2.0), (0.0, -1.0))
IMAGE = ((3.0, 1.0, 4.0, 1.0), (5.0, 9.0, 2.0, 6.0), (5.0, 3.0, 8.0, 7.0))
BEFORE = (  # one tie, in the upper right window
    (4.0, 8.0, 3.0, 1.0),
    (2.0, 1.0, 5.0, 5.0),
    (0.0, 7.0, 2.0, 6.0),
    (6.0, 3.0, 1.0, 0.0),
)
SLOPES = ((10.0, -2.0), (4.0, 3.0))
NAMES = {
    "loops": "loops over the outputs",
    "strides": "windows by strides",
    "columns": "columns and products",
    "arranged": "the same, arranged",
    "torch": "torch",
}

Matrix = np.ndarray | tuple[tuple[float, ...], ...]


def _words(matrix: Matrix) -> list[list[str]]:
    return [[f"{value:g}".replace("-", "−") for value in row] for row in matrix]


def _rows(matrix: Matrix) -> str:
    return " and ".join(", ".join(row) for row in _words(matrix))


def windows_as_columns() -> Figure:
    """Return an image whose windows become columns, and the product with a kernel."""
    X, W = np.array([[IMAGE]]), np.array([[KERNEL]])
    cols = im2col(X, (2, 2))
    Y = conv2d_forward(X, W, np.zeros(1))[0][0, 0]
    figure = Figure(
        "im2col",
        "Windows become columns, and a convolution one product",
        f"""An image with the rows {_rows(IMAGE)} and a kernel of 2 by 2 with the rows
        {_rows(KERNEL)}. The image has six windows. Each becomes a column of four
        numbers, read row by row: the matrix of columns has the rows {_rows(cols)}. The
        kernel, read likewise, is one row. Row times matrix gives six numbers,
        {_rows(Y.reshape(1, -1))}, which are the output, row by row: {_rows(Y)}. The
        second window, of the pixels 1, 4, 9 and 2, and its column are framed.""",
        390,
    )
    _draw_image_and_kernel(figure)
    _draw_product(figure, cols, Y)
    return figure


def _draw_image_and_kernel(figure: Figure) -> None:
    side = 30.0
    grid(figure, (190, 30), side, _words(IMAGE))
    outline(figure, (190, 30), side, (0, 1, 2, 2))
    figure.text(250, 20, "image, 3 × 4", BODY, bold=True)
    grid(figure, (46, 45), side, _words(KERNEL))
    figure.text(76, 35, "kernel, 2 × 2", BODY, bold=True)


def _draw_product(figure: Figure, cols: np.ndarray, Y: np.ndarray) -> None:
    """Draw the kernel as a row, the windows as columns, and what comes of them."""
    side, left, top = 30.0, 160.0, 170.0
    figure.arrow((250, 124), (250, 148), width=1.5)
    figure.arrow((76, 110), (76, 208), width=1.5)
    figure.text(250, 163, "a column for each window", SMALL)
    grid(figure, (left, top), side, _words(cols))
    outline(figure, (left, top), side, (0, 1, 4, 1))
    grid(figure, (16, top + 45), side, _words(np.array(KERNEL).reshape(1, -1)))
    figure.text(76, top + 92, "the kernel as a row", SMALL)
    figure.text(148, top + 65, "·", 22, bold=True)
    figure.text(148, 320, "=", 18)
    row = Y.reshape(1, -1)
    grid(figure, (left, 300), side, _words(row), strong=[(0, 1)])
    caption(figure, 250, 348, "the output, row by row:")
    caption(figure, 250, 366, f"{_rows(Y)}")


def overlaps() -> Figure:
    """Return how often each pixel was copied: what col2im makes of ones."""
    counts = col2im(np.ones((9, 20)), (1, 1, 6, 7), (3, 3))[0, 0]
    apart = col2im(np.ones((9, 6)), (1, 1, 6, 7), (3, 3), (2, 2))[0, 0]
    figure = Figure(
        "col2im-counts",
        "In how many windows each pixel lies",
        f"""Two images of 6 by 7 pixels, each pixel with the number of windows of 3 by 3
        that it lies in. On the left the window moves in steps of one: the rows are
        {_rows(counts)}. On the right it moves in steps of two: the rows are
        {_rows(apart)}. The last row, which no window reaches, has zeros.""",
        206,
    )
    for left, matrix, name in (
        (8.0, counts, "steps of 1"),
        (190.0, apart, "steps of 2"),
    ):
        most = [(i, j) for i, j in np.argwhere(matrix == matrix.max()).tolist()]
        grid(figure, (left, 34), 23, _words(matrix), strong=most)
        figure.text(left + 80, 22, name, BODY, bold=True)
    caption(figure, 180, 196, "windows of 3 × 3; shaded: where most overlap")
    return figure


def numpy_ladder() -> Figure:
    """Return the times of five ways to compute one layer, as multiples of torch's."""
    values = products.values()
    ratios = {name: float(values[name]) for name in NAMES}
    tale = ", ".join(f"{NAMES[name]}: {_times(r)}" for name, r in ratios.items())
    figure = Figure(
        "numpy-ladder",
        "How far NumPy is from torch, step by step",
        f"""Bars on a logarithmic scale: the processor time of LeNet's second
        convolution and its gradients, as a multiple of what torch takes for the same.
        {tale}.""",
        262,
    )
    least = min(0.5, min(ratios.values()) / 2)  # a way may take less than torch's
    widest = math.log(2 * max(ratios.values()) / least)
    for at, (name, ratio) in enumerate(ratios.items()):
        y = 16.0 + 48 * at
        figure.text(12, y + 10, NAMES[name], BODY, "start", bold=True)
        length = 270 * math.log(ratio / least) / widest
        opacity = 0.55 if name == "torch" else 0.25
        figure.box(12, y + 16, length, 18, fill=INK, opacity=opacity, line=1)
        figure.text(20 + length, y + 30, _times(ratio), BODY, "start")
    caption(figure, 180, 256, "time as a multiple of torch's; logarithmic")
    return figure


def _times(ratio: float) -> str:
    digits = 0 if ratio >= 10 else 1 if ratio >= 0.1 else 2
    return f"{ratio:.{digits}f} ×"


def winners() -> Figure:
    """Return an image, what its pooling keeps and notes, and where the slopes go."""
    X = np.array([[BEFORE]])
    Y, cache = max_pool2d_forward(X, 2)
    numbers = cache[1][0, 0]
    dX = max_pool2d_backward(np.array([[SLOPES]]), cache)[0, 0]
    figure = Figure(
        "pool-winners",
        "Max pooling notes who won, and the slope finds its way back",
        f"""An image with the rows {_rows(BEFORE)}, in four windows of 2 by 2. Pooling
        keeps the largest pixel of each, {_rows(Y[0, 0])}, and notes its place in the
        window, where 0 is the upper left, 1 the upper right, 2 the lower left and 3
        the lower right: {_rows(numbers)}. In the upper right window two pixels are
        equal, and the first of them won. The slopes {_rows(SLOPES)} of the outputs go
        to the winners, and all other pixels get 0: the rows are {_rows(dX)}.""",
        330,
    )
    won = [(i, j) for i, j in np.argwhere(dX != 0).tolist()]
    _draw_windows(figure, (16.0, 40.0), BEFORE, won, "image")
    _draw_windows(figure, (216.0, 180.0), dX, won, "pixel slopes")
    for corner, matrix, name in (
        ((212.0, 40.0), Y[0, 0], "kept"),
        ((288.0, 40.0), numbers, "who won"),
        ((42.0, 208.0), SLOPES, "output slopes"),
    ):
        x, y = corner
        grid(figure, corner, 32, _words(matrix))
        figure.text(x + 32, y - 12, name, BODY, bold=True)
    figure.arrow((150, 84), (204, 76), width=1.5)
    figure.arrow((118, 240), (206, 240), width=1.5)
    figure.arrow((320, 112), (290, 152), width=1.5, dash="6 4")
    return figure


def _draw_windows(
    figure: Figure,
    corner: tuple[float, float],
    matrix: Matrix,
    won: list[tuple[int, int]],
    name: str,
) -> None:
    """Draw an image with the frames of its windows and its winners shaded."""
    grid(figure, corner, 31, _words(matrix), strong=won)
    for i, j in ((0, 0), (0, 2), (2, 0), (2, 2)):
        outline(figure, corner, 31, (i, j, 2, 2))
    figure.text(corner[0] + 62, corner[1] - 12, name, BODY, bold=True)
