"""What a grading process and the one that started it tell each other."""

from __future__ import annotations

from typing import TypedDict, final

from dojo.verdict.verdicts import Record


@final
class Started(TypedDict):
    """A test begins.

    Parameters
    ----------
    test, kata, function : str
    limit : float
        How much processor time it may take, in seconds.
    """

    test: str
    kata: str
    function: str
    limit: float


@final
class Judged(TypedDict):
    """The last note: every verdict."""

    verdicts: list[Record]


class Crash(TypedDict):
    """What is known of a test that ended its process; "*" stands for all functions."""

    kata: str
    function: str
    because: str
    where: str


Note = Started | Judged
