"""A traceback as a learner wants it: the grader, the answer, what the answer calls."""

from __future__ import annotations

import os
import traceback
from pathlib import Path

import _pytest
import pluggy

FRAMES = 40  # a runaway recursion has a thousand
MACHINERY = tuple(
    str(folder) + os.sep
    for folder in (
        Path(_pytest.__file__).parent,
        Path(pluggy.__file__).parent,
        Path(__file__).parent,
    )
)


def traced(error: BaseException | None) -> str:
    """Return an error's traceback without the frames of pytest and of the dojo."""
    if error is None:
        return ""
    frames = traceback.extract_tb(error.__traceback__, limit=-FRAMES)
    kept = [frame for frame in frames if not frame.filename.startswith(MACHINERY)]
    lines = traceback.format_list(kept) + traceback.format_exception_only(error)
    return "".join(lines)
