"""A digit in an image file: what the net sees of it, and what it reads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from rich.console import Console
from rich.text import Text

from dojo.data import as_text
from dojo.datasets.handwriting import centered
from dojo.datasets.image_file import read_gray
from dojo.errors import UserError
from dojo.ui.draw.bars import FULL, bars
from dojo.ui.net_answers import Reader

FAINT = 0.2  # of the darkest ink; what is fainter is a stain of the paper
WIDTH = 50  # columns of the bars, at most


def ink_of(gray: np.ndarray) -> np.ndarray:
    """Return how much ink there is: how far a pixel is from the paper.

    The paper is what most of the image's edge shows, be it lighter than the ink or
    darker.

    Parameters
    ----------
    gray : np.ndarray of shape (H, W)
    """
    edge = np.concatenate([gray[0], gray[-1], gray[:, 0], gray[:, -1]])
    paper = np.median(edge)
    is_light = paper > (gray.min() + gray.max()) / 2
    ink: np.ndarray = np.maximum(0, paper - gray if is_light else gray - paper)
    ink[ink < FAINT * ink.max()] = 0
    return ink


def show(out: Console, reader: Reader, path: Path) -> None:
    """Print what the net sees of an image, and what it reads.

    Raises
    ------
    UserError
        If the file cannot be read, or shows nothing.
    """
    image = centered(ink_of(read_gray(path)))
    if not image.any():
        raise UserError(f"{path} shows nothing: all of it has one gray")
    plain = not _encodes(out, FULL)
    out.print("What the net sees, scaled and centered as in MNIST:\n")
    out.print(Text(as_text(image, plain)))
    shares = reader.probabilities(image[None])[0]
    out.print(f"\nIt reads [bold]{shares.argmax()}[/].\n")
    for line in bars(shares, min(WIDTH, out.width), plain):
        out.print(line)


def _encodes(out: Console, text: str) -> bool:
    try:
        text.encode(out.encoding)
    except UnicodeEncodeError:
        return False
    return True
