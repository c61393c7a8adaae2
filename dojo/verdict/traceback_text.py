"""A traceback as a learner wants it: the grader, the answer, what the answer calls."""

from __future__ import annotations

import os
import traceback
from functools import cache
from pathlib import Path

FRAMES = 40  # a runaway recursion has a thousand


def traced(error: BaseException | None) -> str:
    """Return an error's traceback without the frames of pytest and of the dojo."""
    if error is None:
        return ""
    frames = traceback.extract_tb(error.__traceback__, limit=-FRAMES)
    kept = [frame for frame in frames if not frame.filename.startswith(_machinery())]
    return "".join([*traceback.format_list(kept), _named(error)])


def _named(error: BaseException) -> str:
    """Return an error's own line; Python's way reads the texts of its causes too."""
    kind = type(error)
    home = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
    text = str(error)
    return f"{home}{kind.__qualname__}{': ' if text else ''}{text}\n"


@cache
def _machinery() -> tuple[str, ...]:
    import pluggy  # here, since who shows verdicts need not wait for pytest

    from dojo.verdict.pytest_private import folder

    folders = (folder(), Path(pluggy.__file__).parent, Path(__file__).parents[1])
    return tuple(f"{folder}{os.sep}" for folder in folders)
