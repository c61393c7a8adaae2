"""What a grading process and the one that started it tell each other."""

from __future__ import annotations

from typing import TypedDict, final

from dojo.verdict.verdicts import Record, WhereRecord


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
    """Every verdict; what may follow is where mistakes are."""

    verdicts: list[Record]


@final
class Located(TypedDict):
    """It is found where a function's mistake is.

    Parameters
    ----------
    kata, function : str
    where : WhereRecord
    quoted : list of str
        The text of the lines.
    """

    kata: str
    function: str
    where: WhereRecord
    quoted: list[str]


class Crash(TypedDict):
    """What is known of a test that ended its process.

    Parameters
    ----------
    kata : str
    function : str
        "*" stands for all functions.
    because, where : str
    stops : bool
        Whether it was the function's own call that did not end: the tests of others
        are not to call it again.
    """

    kata: str
    function: str
    because: str
    where: str
    stops: bool


Note = Started | Judged | Located
