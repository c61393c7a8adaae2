"""What a process that times and the one that started it tell each other."""

from __future__ import annotations

from typing import TypedDict

from dojo.speed.kernel import Kernel

ANSWER, REFERENCE, NAIVE, TORCH = "answer", "reference", "naive", "torch"


class Request(TypedDict):
    """What to time.

    Parameters
    ----------
    root, chapter, stem : str
        The kata.
    answer : str
        The file whose functions are timed.
    ladders : list of int
        Which of the kata's.
    seconds : float
        For the rounds of each.
    limit : float
        Of processor time for one round, in seconds.
    """

    root: str
    chapter: str
    stem: str
    answer: str
    ladders: list[int]
    seconds: float
    limit: float


class Ratio(TypedDict):
    """A way's time beside torch's in the same round: the quartiles of the rounds."""

    median: float
    low: float
    high: float


class Timed(TypedDict):
    """The ratios of one ladder, and by which share torch differs from itself."""

    ratios: dict[str, Ratio]
    noise: float
    rounds: int


class Note(TypedDict, total=False):
    """A line of what the process tells.

    Parameters
    ----------
    kernel : Kernel
        What computes there; the first line.
    ladder : int
        What the line is about. With nothing else: it goes on.
    timed : Timed
        What was found.
    failed : str
        Why nothing was, a sentence.
    """

    kernel: Kernel
    ladder: int
    timed: Timed
    failed: str
