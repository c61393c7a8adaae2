"""The picture of the bug hunts: a result that looks right, beside one that is."""

from __future__ import annotations

import numpy as np
import torch

from dojo import data
from dojo.check.symptom import module_of
from dojo.kata import hunts
from dojo.kata.catalog import Hunt, find, find_root
from dojo.site.svg.cells import picture
from dojo.site.svg.figure import Figure
from dojo.site.svg.text import BODY, SMALL

HUNT = "shifted-pixels"
DIGIT = 3
KERNEL = ((1.0, 2.0, 1.0), (0.0, 0.0, 0.0), (-1.0, -2.0, -1.0))
TILT = 0.5  # how much heavier the kernel's left side is


def results() -> tuple[np.ndarray, np.ndarray]:
    """Return what the hunt's file makes of a digit, and what the mended one makes."""
    hunt, _ = find(find_root(), HUNT)
    assert isinstance(hunt, Hunt)
    digits = data.digits()
    at = int(np.flatnonzero(np.asarray(digits.train_labels) == DIGIT)[0])
    X = torch.tensor(np.asarray(digits.train_images[at]) / 255)
    K = torch.tensor(KERNEL, dtype=torch.float64)
    K[:, 0] *= 1 + TILT
    wrong, right = (
        module_of(hunt.module, text).true_conv2d(X, K).abs().numpy()
        for text in (hunts.with_bugs(hunt), hunt.source)
    )
    return wrong, right


def look_alikes() -> Figure:
    """Return two pictures that one could take for one another, and the difference."""
    wrong, right = results()
    off = np.abs(wrong - right)
    largest = float(right.max())
    share = float((off > 0.01 * largest).mean())
    figure = Figure(
        "hunt-look-alikes",
        "A result that looks right, and one that is",
        f"""Three pictures of 26 by 26 pixels. The first is what the file of a hunt
        makes of a handwritten {DIGIT}: its upper and lower edges. The second is what
        the mended file makes of the same digit, and to the eye the two are alike. The
        third is their difference, drawn as dark as the others: {100 * share:.0f} % of
        the pixels are off by more than a hundredth of the largest value, the worst of
        them by {100 * off.max() / largest:.0f} %.""",
        150,
    )
    for left, title, X, says in (
        (4.0, "the colleague's", wrong, "looks right"),
        (126.0, "torch's", right, "is right"),
        (248.0, "the difference", off, f"up to {100 * off.max() / largest:.0f} %"),
    ):
        figure.text(left, 14, title, BODY, "start", bold=True)
        picture(figure, (left, 22), 108, X / largest)
        figure.text(left, 146, says, SMALL, "start")
    return figure
