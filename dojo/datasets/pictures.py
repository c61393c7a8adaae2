"""Draws a sheet of images as a PNG or an SVG, with nothing but Python's own library."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Sequence
from html import escape

import numpy as np

SCALE = 3  # pixels of a picture for one of an image
GAP = 4  # between images
LINE = 14  # the height of a label in an SVG
# The digits 0 to 9, three dots wide and five high; a number a row, a bit a dot.
ROWS = (
    (7, 5, 5, 5, 7), (2, 6, 2, 2, 7), (7, 1, 7, 4, 7), (7, 1, 3, 1, 7), (5, 5, 7, 1, 1),
    (7, 4, 7, 1, 7), (7, 4, 7, 5, 7), (7, 1, 2, 2, 2), (7, 5, 7, 5, 7), (7, 5, 7, 1, 7),
)  # fmt: skip
INK = 160  # the gray of a label


def last_axis(images: np.ndarray) -> np.ndarray:
    """Return images with their channels last, or without if there is one.

    Parameters
    ----------
    images : np.ndarray of shape (N, H, W) or (N, 3, H, W), uint8

    Returns
    -------
    np.ndarray of shape (N, H, W) or (N, H, W, 3)
    """
    return images if images.ndim == 3 else images.transpose(0, 2, 3, 1)


def png(pixels: np.ndarray) -> bytes:
    """Return a picture as a PNG file.

    Parameters
    ----------
    pixels : np.ndarray of shape (H, W) or (H, W, 3), uint8
    """
    height, width = pixels.shape[:2]
    color = 2 if pixels.ndim == 3 else 0
    header = struct.pack(">IIBBBBB", width, height, 8, color, 0, 0, 0)
    rows = pixels.reshape(height, -1)
    unfiltered = np.pad(rows, ((0, 0), (1, 0))).astype(np.uint8).tobytes()
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(unfiltered, 9))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    length, checksum = len(content), zlib.crc32(kind + content)
    return struct.pack(">I", length) + kind + content + struct.pack(">I", checksum)


def sheet(
    images: np.ndarray, columns: int, labels: Sequence[int] | None = None
) -> np.ndarray:
    """Return images side by side, row after row, each of their pixels a square.

    Parameters
    ----------
    images : np.ndarray of shape (N, H, W) or (N, 3, H, W), uint8
    columns : int
        How many stand in a row.
    labels : sequence of int, optional
        Digits that are drawn below the images.

    Returns
    -------
    np.ndarray of two axes, or of three, the last for the colors, uint8
    """
    cells = last_axis(images).repeat(SCALE, axis=1).repeat(SCALE, axis=2)
    if labels is not None:
        cells = np.stack([_labeled(*pair) for pair in zip(cells, labels, strict=True)])
    around = [(0, 0), (0, GAP), (0, GAP)] + [(0, 0)] * (cells.ndim - 3)
    cells = np.pad(cells, around)
    blank = np.zeros((-len(cells) % columns, *cells.shape[1:]), np.uint8)
    grid = np.concatenate([cells, blank])
    rows = [
        np.hstack(list(grid[i : i + columns])) for i in range(0, len(grid), columns)
    ]
    inside = np.vstack(rows)
    return np.pad(inside, [(GAP, 0), (GAP, 0)] + [(0, 0)] * (inside.ndim - 2))


def _labeled(cell: np.ndarray, label: int) -> np.ndarray:
    """Return an image with a digit below it."""
    dots = np.array([[row >> 2 & 1, row >> 1 & 1, row & 1] for row in ROWS[label]])
    square = np.ones((SCALE, SCALE))
    glyph = np.kron(dots * INK, square).astype(np.uint8)  # (5, 3) times SCALE
    strip = np.zeros((GAP + len(glyph), *cell.shape[1:]), np.uint8)
    left = (cell.shape[1] - glyph.shape[1]) // 2
    place = strip[GAP:, left : left + glyph.shape[1]]
    place[:] = glyph if cell.ndim == 2 else glyph[:, :, None]
    return np.vstack([cell, strip])


def svg(
    images: np.ndarray,
    columns: int,
    names: Sequence[str],
    title: str,
    labels: bool = False,
) -> str:
    """Return the same sheet as an SVG file, in which each image has a name.

    Parameters
    ----------
    images : np.ndarray of shape (N, H, W) or (N, 3, H, W), uint8
    columns : int
    names : sequence of str
        What each image shows.
    title : str
    labels : bool
        Whether the names are written below the images as well.
    """
    pixels = last_axis(images)
    height, width = (size * SCALE for size in pixels.shape[1:3])
    down, right = height + GAP + LINE * labels, width + GAP
    cells = []
    for i, (image, name) in enumerate(zip(pixels, names, strict=True)):
        y, x = GAP + i // columns * down, GAP + i % columns * right
        data = base64.b64encode(png(image)).decode()
        cells.append(
            f'<image x="{x}" y="{y}" width="{width}" height="{height}" '
            f'href="data:image/png;base64,{data}"><title>{escape(name)}</title></image>'
        )
        if labels:
            place = f'x="{x + width // 2}" y="{y + height + LINE - 3}"'
            cells.append(f"<text {place}>{escape(name)}</text>")
    whole = GAP + columns * right, GAP + -(-len(pixels) // columns) * down
    head = f'viewBox="0 0 {whole[0]} {whole[1]}" width="{whole[0]}" height="{whole[1]}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {head} role="img">',
            f"<title>{escape(title)}</title>",
            "<style>image { image-rendering: pixelated } "
            "text { font: 11px sans-serif; text-anchor: middle; fill: #ccc }</style>",
            '<rect width="100%" height="100%" fill="#000"/>',
            *cells,
            "</svg>\n",
        ]
    )
