"""What can happen while `dojo watch` runs: each event says one thing, once."""

from __future__ import annotations

from dataclasses import dataclass

from dojo.ui.watch.grader import Result
from dojo.verdict.verdicts import Record


@dataclass(frozen=True)
class Saved:
    """The watched file was saved."""


@dataclass(frozen=True)
class Graded:
    """A grading run has ended."""

    result: Result


@dataclass(frozen=True)
class Located:
    """It is found on which line a mistake is.

    Parameters
    ----------
    number : int
        Of the request whose verdicts these are.
    records : list of Record
    """

    number: int
    records: list[Record]


@dataclass(frozen=True)
class Shown:
    """The verdict of a run is on the screen: what is slow may follow."""

    result: Result


@dataclass(frozen=True)
class KeyPressed:
    """A key was pressed: its letter, or a name such as up, page down, enter, escape."""

    key: str


@dataclass(frozen=True)
class Resized:
    """The terminal has another size."""

    columns: int
    lines: int


@dataclass(frozen=True)
class Said:
    """There is a line that the learner should read."""

    text: str


@dataclass(frozen=True)
class Suspended:
    """Ctrl-Z was pressed: the shell wants the terminal."""


@dataclass(frozen=True)
class TerminalGone:
    """The terminal was closed, or the system asks for the end."""


@dataclass(frozen=True)
class Tick:
    """Time has passed in which nothing else happened."""


Event = (
    Saved | Graded | Located | Shown | KeyPressed | Resized | Said | Suspended
    | TerminalGone | Tick
)  # fmt: skip
