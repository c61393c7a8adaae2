"""Shows what a net has learned: its first filters, and the digits that it misreads."""

from __future__ import annotations

import numpy as np
from rich.console import Console

from dojo.ui.image_sheet import columns_that_fit, show_sheet

ENLARGED = 2  # pixels of the picture for a weight
ROWS = 2  # of mistakes
INK = slice(4, 24)  # rows and columns of a digit that hold ink
GRAY = 127.5


def show_filters(out: Console, weights: np.ndarray) -> None:
    """Print filters: gray is 0, lighter weighs for, darker against.

    Parameters
    ----------
    out : Console
    weights : np.ndarray of shape (Co, 1, kh, kw)
    """
    largest = np.abs(weights).max(axis=(1, 2, 3), keepdims=True)
    scaled = GRAY + GRAY * weights / np.maximum(largest, np.finfo(np.float32).tiny)
    images = scaled[:, 0].round().astype(np.uint8)
    images = images.repeat(ENLARGED, axis=1).repeat(ENLARGED, axis=2)
    columns = columns_that_fit(out, images.shape[-1])
    out.print("\nThe filters of the first layer (gray is 0, lighter is positive):\n")
    show_sheet(out, images, columns, None)


def show_mistakes(
    out: Console, images: np.ndarray, labels: np.ndarray, shares: np.ndarray
) -> None:
    """Print the digits that were misread, those first of which the net was surest.

    Parameters
    ----------
    out : Console
    images : np.ndarray of shape (N, 28, 28), uint8
    labels : np.ndarray of shape (N,)
    shares : np.ndarray of shape (N, 10)
        The probability of each digit.
    """
    guesses = shares.argmax(axis=1)
    wrong = np.flatnonzero(guesses != labels)
    if not wrong.size:
        out.print("\nIt makes no mistakes on them.")
        return
    cut = images[:, INK, INK]
    columns = columns_that_fit(out, cut.shape[-1])
    surest = wrong[np.argsort(-shares[wrong].max(axis=1), kind="stable")]
    shown = surest[: ROWS * columns]
    names = [f"is {labels[i]}, reads {guesses[i]}" for i in shown]
    number = f"{len(shown)} of its {len(wrong)} mistakes" if len(wrong) > 1 else ""
    out.print(f"\n{number or 'Its only mistake'}, the surest first:\n")
    show_sheet(out, cut[shown], columns, names)
