"""Shows images in the terminal: in colors where it has them, else in characters."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rich.color import Color
from rich.console import Console
from rich.style import Style
from rich.text import Text

from dojo.datasets.pictures import last_axis
from dojo.errors import UserError

SHADES = " .:-=+*#%@"  # from 0 to 255, as much ink as light
UPPER = "▀"  # its color is the upper pixel, its background the lower one
LUMA = (0.299, 0.587, 0.114)  # how bright red, green and blue look


def columns_that_fit(out: Console, width: int) -> int:
    """Return how many images of a width stand side by side, with a blank between.

    Raises
    ------
    UserError
        If not even one does.
    """
    fit = (out.width + 1) // (width + 1)
    if fit < 1:
        raise UserError(
            f"an image is {width} characters wide, and the terminal {out.width}; "
            "make it wider, or write a file with --png"
        )
    return fit


def show_sheet(
    out: Console, images: np.ndarray, columns: int, names: Sequence[str] | None
) -> None:
    """Print images row after row, two pixels in a character, one above the other.

    Parameters
    ----------
    out : Console
    images : np.ndarray of shape (N, H, W) or (N, 3, H, W), uint8
    columns : int
    names : sequence of str, optional
        Printed below the images.
    """
    pixels = last_axis(images)
    pixels = np.pad(
        pixels, [(0, 0), (0, pixels.shape[1] % 2)] + [(0, 0)] * (images.ndim - 2)
    )
    line = _colored if _has_colors(out) else _shaded
    for first in range(0, len(pixels), columns):
        row = pixels[first : first + columns]
        for y in range(0, row.shape[1], 2):
            out.print(line(row[:, y], row[:, y + 1]))
        if names is not None:
            out.print(_named(names[first : first + columns], row.shape[2]))
        elif first + columns < len(pixels):
            out.print()


def _has_colors(out: Console) -> bool:
    try:
        UPPER.encode(out.encoding)
    except UnicodeEncodeError:
        return False
    return not out.no_color and out.color_system in ("256", "truecolor")


def _colored(upper: np.ndarray, lower: np.ndarray) -> Text:
    """Return a line of half blocks for two lines of pixels, (n, W) or (n, W, 3)."""
    text = Text()
    for i, (above, below) in enumerate(zip(upper, lower, strict=True)):
        if i:
            text.append(" ")
        for pair in zip(above, below, strict=True):
            text.append(UPPER, Style(color=_color(pair[0]), bgcolor=_color(pair[1])))
    return text


def _color(pixel: np.ndarray) -> Color:
    red, green, blue = np.broadcast_to(pixel, 3).tolist()
    return Color.from_rgb(red, green, blue)


def _shaded(upper: np.ndarray, lower: np.ndarray) -> Text:
    """Return a line of plain characters for two lines of pixels."""
    light = (upper.astype(float) + lower) / 2
    if light.ndim == 3:
        light = light @ np.array(LUMA)
    level = (light * (len(SHADES) - 1) / 255).round().astype(int)
    line = " ".join("".join(SHADES[i] for i in image) for image in level)
    return Text(line.rstrip())


def _named(names: Sequence[str], width: int) -> Text:
    return Text(" ".join(f"{name[:width]:^{width}}" for name in names).rstrip())
