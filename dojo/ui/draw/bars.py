"""The probabilities of the ten digits, as bars."""

from __future__ import annotations

import numpy as np
from rich.text import Text

FULL, PLAIN = "█", "#"
AROUND = 9  # columns that are not the bar's: the digit, blanks, the share


def bars(shares: np.ndarray | None, width: int, plain: bool) -> list[Text]:
    """Return a line for each digit, the likeliest marked.

    Parameters
    ----------
    shares : np.ndarray of shape (10,), or None
        The probabilities; None where nothing was drawn.
    width : int
        Columns of a line.
    plain : bool
        Whether to keep to ASCII.
    """
    if shares is None:
        return [Text(str(digit)) for digit in range(10)]
    likeliest, room = int(shares.argmax()), max(1, width - AROUND)
    lines = []
    for digit, share in enumerate(shares):
        bar = (PLAIN if plain else FULL) * round(float(share) * room)
        style = "bold green" if digit == likeliest else ""
        lines.append(Text(f"{digit} {bar:{room}} {share:6.1%}", style))
    return lines
