"""What a grading run publishes; whoever wants to know implements the hook.

Judgement knows nothing of what is printed, logged or explained.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from dojo.kata.catalog import Kata
    from dojo.verdict.replay import Replay
    from dojo.verdict.run import Run
    from dojo.verdict.verdicts import Diagnosis, Verdict, Where


@pytest.hookspec
def pytest_dojo_test(item: pytest.Item, kata: Kata, function: str) -> None:
    """A test of a function is about to run; an error raised here is its outcome."""


@pytest.hookspec(firstresult=True)
def pytest_dojo_diagnose(
    verdict: Verdict, kata: Kata, replay: Replay
) -> Diagnosis | None:
    """Return what is wrong with a function that failed, or None if nothing is sure."""


@pytest.hookspec(firstresult=True)
def pytest_dojo_locate(
    verdict: Verdict, replay: Replay, seconds: float
) -> Where | None:
    """Return where a failed function's mistake is, or None if nothing is proved."""


@pytest.hookspec
def pytest_dojo_located(verdict: Verdict, run: Run) -> None:
    """It is found where a function's mistake is; its verdict was published before."""


@pytest.hookspec
def pytest_dojo_verdicts(verdicts: list[Verdict], run: Run, whole: bool) -> None:
    """All is judged.

    Parameters
    ----------
    verdicts : list of Verdict
        In the order of grading.
    run : Run
    whole : bool
        Whether every test of each of these functions was selected.
    """
