"""What a test raised, fit for a verdict: it ends no run, and its text can be read."""

from __future__ import annotations

import pytest

from dojo.answer.clock import OutOfTime
from dojo.compare.mismatch import Mismatch
from dojo.compare.words import TEXT_LIMIT, plain
from dojo.errors import Interrupted


def fit(error: BaseException, function: str) -> BaseException:
    """Return an error, or what stands for it in the verdict of a function.

    Parameters
    ----------
    error : BaseException
        What a test of the function raised; its time limit still counts.
    function : str

    Raises
    ------
    OutOfTime, Interrupted
        If it passes, or comes, while the text is read.
    """
    if isinstance(error, Interrupted | OutOfTime):
        return error
    if isinstance(error, KeyboardInterrupt | pytest.exit.Exception):
        because = f"{function} must return, not end the run"
        told = Mismatch("returned", because, type(error).__name__)
        return told.with_traceback(error.__traceback__)
    try:
        text = str(error)
    except (Interrupted, OutOfTime):
        raise
    except BaseException as broken:
        return _in_its_place(error, f"its text raised {type(broken).__name__}")
    return error if len(text) <= TEXT_LIMIT else _in_its_place(error, plain(text))


def _in_its_place(error: BaseException, text: str) -> Exception:
    """Return an error of the same name and place, with another text."""
    same: type[Exception] = type(type(error).__name__, (Exception,), {})
    return same(text).with_traceback(error.__traceback__)
