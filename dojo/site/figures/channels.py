"""Figures of channels: kernels that add up, and pixels whose channels are mixed."""

from __future__ import annotations

import numpy as np
import torch

from dojo.data import digits
from dojo.site.svg.cells import caption, grid, picture
from dojo.site.svg.figure import Figure
from dojo.site.svg.text import BODY, SMALL
from solutions.ch6_convolution.k01_corr2d import corr2d
from solutions.ch6_convolution.k03_conv2d_channels import conv1x1, conv2d

IMAGE = (((0, 1, 2), (3, 4, 5), (6, 7, 8)), ((1, 2, 3), (4, 5, 6), (7, 8, 9)))
KERNELS = (((0, 1), (2, 3)), ((1, 2), (3, 4)))
UPRIGHT = ((-1.0, 0.0, 1.0), (-2.0, 0.0, 2.0), (-1.0, 0.0, 1.0))  # Sobel's
ZERO = 0  # a ring, whose edges run in every direction
MIXTURE = ((1.0, 1.0), (1.0, -1.0))


def _words(matrix: torch.Tensor) -> list[list[str]]:
    return [[f"{value:g}" for value in row] for row in matrix.tolist()]


def _rows(matrix: torch.Tensor) -> str:
    return " and ".join(", ".join(row) for row in _words(matrix))


def channels_sum() -> Figure:
    """Return two channels, the two kernels of one output channel, and their sum."""
    X, K = torch.tensor(IMAGE), torch.tensor(KERNELS)
    found = [corr2d(image, kernel) for image, kernel in zip(X, K, strict=True)]
    Y = conv2d(X[None].double(), K[None].double())[0, 0]
    tale = " ".join(
        f"""Channel {n} has the rows {_rows(image)}, its kernel the rows
        {_rows(kernel)}, and what the kernel finds has the rows {_rows(part)}."""
        for n, (image, kernel, part) in enumerate(zip(X, K, found, strict=True), 1)
    )
    figure = Figure(
        "channels-sum",
        "One output channel from two input channels",
        f"""An image with two channels of 3 by 3 pixels, and for each of them a kernel
        of 2 by 2. {tale} The output channel is the sum of the two, with the rows
        {_rows(Y)}.""",
        336,
    )
    for top, image, kernel, part, name in zip(
        (40.0, 162.0), X, K, found, ("channel 1", "channel 2"), strict=True
    ):
        _draw_channel(figure, top, image, kernel, part, name)
    figure.text(294, 146, "+", 22)
    figure.line([(256, 252), (332, 252)], width=1.5)
    grid(figure, (260, 262), 34, _words(Y), BODY, [(0, 0), (0, 1), (1, 0), (1, 1)])
    figure.text(244, 300, "output channel", BODY, "end", bold=True)
    figure.text(244, 316, "the sum of what was found", SMALL, "end")
    return figure


def _draw_channel(
    figure: Figure,
    top: float,
    image: torch.Tensor,
    kernel: torch.Tensor,
    part: torch.Tensor,
    name: str,
) -> None:
    """Draw a channel, its kernel, and what the kernel finds in it."""
    side = 28.0
    grid(figure, (20, top), side, _words(image))
    figure.text(62, top - 10, name, BODY, bold=True)
    figure.text(126, top + 50, "⋆", 26)
    grid(figure, (150, top + 14), side, _words(kernel))
    figure.text(178, top + 4, "its kernel", SMALL)
    figure.text(234, top + 47, "=", 18)
    grid(figure, (260, top + 8), 34, _words(part))
    figure.text(294, top - 2, "found", SMALL)


def mixed_pixels() -> Figure:
    """Return two edge maps of a digit, and two mixtures of them, pixel by pixel."""
    data = digits()
    at = int(np.flatnonzero(data.test_labels == ZERO)[0])
    image = torch.from_numpy(data.test_images[at]).double() / 255
    upright = torch.tensor(UPRIGHT, dtype=torch.float64)
    kernels = torch.stack([upright, upright.T])[:, None]  # (2, 1, 3, 3)
    edges = conv2d(image[None, None], kernels)
    W = torch.tensor(MIXTURE, dtype=torch.float64)[:, :, None, None]
    mixed = conv1x1(edges, W)
    before, after = (_shares(maps) for maps in (edges, mixed))
    figure = Figure(
        "channels-mixed",
        "A convolution of one pixel mixes channels",
        f"""Four pictures of 26 by 26 pixels, made from a handwritten {ZERO}. Above, two
        channels: how strongly an edge kernel answers to upright edges, and its
        transpose to level ones. Below, what a convolution with kernels of one pixel
        makes of them, whose matrix has the rows {_rows(W[:, :, 0, 0])}: the sum of the
        two channels, which is strong at {_far(mixed[0, 0])} pixels where the edge runs
        from the lower left to the upper right, and their difference, which is strong at
        {_far(mixed[0, 1])} pixels where it runs from the upper left to the lower right.
        Drawn are sizes, without signs; strong means more than half of the largest.""",
        430,
    )
    _draw_mixed(figure, before, after)
    return figure


def _shares(maps: torch.Tensor) -> np.ndarray:
    """Return the sizes of the maps of one image, as shares of the largest of all."""
    sizes = maps[0].abs()
    return np.asarray(sizes / sizes.max())


def _far(channel: torch.Tensor) -> int:
    return int((channel.abs() > channel.abs().max() / 2).sum())


def _draw_mixed(figure: Figure, before: np.ndarray, after: np.ndarray) -> None:
    for maps, top, names in (
        (before, 28.0, ("channel 1: upright edges", "channel 2: level edges")),
        (after, 250.0, ("1 · first + 1 · second", "1 · first − 1 · second")),
    ):
        for channel, left, name in zip(maps, (12.0, 192.0), names, strict=True):
            picture(figure, (left, top), 156, channel)
            figure.text(left + 78, top - 10, name, 12, bold=True)
    figure.arrow((180, 192), (180, 222), width=1.5)
    figure.text(172, 211, "pixel by pixel, the matrix", SMALL, "end")
    figure.text(190, 211, "(1, 1) over (1, −1)", SMALL, "start")
    caption(figure, 90, 423, "strong where edges run like /")
    caption(figure, 270, 423, "strong where edges run like \\")
