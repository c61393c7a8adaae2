"""Has a kata's ladders timed, in a process of its own that can be ended."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dojo.answer.clock import WALL
from dojo.errors import UserError
from dojo.kata.catalog import Kata
from dojo.speed.kernel import Kernel
from dojo.speed.messages import Note, Request, Timed
from dojo.speed.rounds import SECONDS
from dojo.worker import processes
from dojo.worker.child import environment

LOOK = 0.1  # seconds between two looks at what the process tells
LIMIT = 20.0  # seconds of processor time for one round
PATIENCE = 15.0  # seconds beyond a limit until the process is ended from outside
TAIL = 20_000  # characters of what a process printed when it ended
FRAME = re.compile(r'File "(?P<path>[^"]+)", line (?P<line>\d+) in ')


@dataclass(frozen=True)
class Result:
    """What came of some ladders.

    Parameters
    ----------
    kernel : Kernel
    timed : dict
        What was found, by the ladder's place in the file.
    failed : dict
        Why nothing was, likewise.
    """

    kernel: Kernel
    timed: dict[int, Timed]
    failed: dict[int, str]


class Timing:
    """A process that times, its notes, and how it ended.

    Parameters
    ----------
    root : Path
    folder : Path
        For what it is told and what it tells.
    request : Request
    """

    def __init__(self, root: Path, folder: Path, request: Request) -> None:
        asked, self._notes = folder / "request.json", folder / "notes"
        self._output = folder / "output"
        self._silence = WALL * request["limit"] + PATIENCE
        asked.write_text(json.dumps(request), "utf-8")
        self._notes.write_text("", "utf-8")
        command = ["-m", "dojo.speed.child", str(asked), str(self._notes)]
        with self._output.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, *command],
                cwd=root,
                env=environment(root),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def notes(self) -> list[Note]:
        """Return what it told; a torn last line is left for later."""
        lines = self._notes.read_text("utf-8").split("\n")[:-1]
        return [json.loads(line) for line in lines]

    def wait(self, told: Callable[[int], object]) -> int | None:
        """Wait for the end; return the status, None if it was silent for too long.

        Parameters
        ----------
        told : callable
            Takes the place of the ladder that it is at.
        """
        seen, since = 0, time.monotonic()
        while True:
            try:
                return self._process.wait(LOOK)
            except subprocess.TimeoutExpired:
                notes = self.notes()
            if len(notes) != seen:
                seen, since = len(notes), time.monotonic()
                if "ladder" in notes[-1]:
                    told(notes[-1]["ladder"])
            if time.monotonic() - since > self._silence:
                return None

    def output(self) -> str:
        """Return the end of what it printed."""
        return self._output.read_text("utf-8", "replace")[-TAIL:]

    def close(self) -> None:
        """End what still runs."""
        if hasattr(os, "killpg"):
            processes.end_group(self._process.pid)
        else:
            self._process.kill()
        self._process.wait()


def bench(
    kata: Kata,
    answer: Path,
    numbers: list[int],
    seconds: float = SECONDS,
    limit: float = LIMIT,
    told: Callable[[int], object] = lambda number: None,
) -> Result:
    """Return the ratios of some of a kata's ladders.

    A ladder that ends the process costs only itself.

    Parameters
    ----------
    kata : Kata
    answer : Path
        The file whose functions are timed.
    numbers : list of int
        The ladders, by their places in the file.
    seconds : float
        For the rounds of each.
    limit : float
        Of processor time for one round, in seconds.
    told : callable
        Takes the place of the ladder that is timed now.

    Raises
    ------
    UserError
        If the ladders themselves cannot be run.
    """
    left, notes = list(numbers), []
    while left:
        request: Request = {
            "root": str(kata.root), "chapter": kata.chapter, "stem": kata.stem,
            "answer": str(answer), "ladders": left, "seconds": seconds,
            "limit": limit,
        }  # fmt: skip
        found = _notes_of(kata, answer, request, told)
        notes += found
        left = left_of(left, found)
    return Result(
        notes[0]["kernel"],
        {note["ladder"]: note["timed"] for note in notes if "timed" in note},
        {note["ladder"]: note["failed"] for note in notes if "failed" in note},
    )


def left_of(numbers: list[int], notes: list[Note]) -> list[int]:
    """Return the ladders of which nothing was found, nor why."""
    done = {note["ladder"] for note in notes if {"timed", "failed"} & note.keys()}
    return [number for number in numbers if number not in done]


def _notes_of(
    kata: Kata, answer: Path, request: Request, told: Callable[[int], object]
) -> list[Note]:
    """Return what one process told, and why it ended if it ended in a ladder."""
    with tempfile.TemporaryDirectory(prefix="dojo-") as scratch:
        timing = Timing(kata.root, Path(scratch), request)
        try:
            status = timing.wait(told)
            notes, output = timing.notes(), timing.output()
        finally:
            timing.close()
    unfinished = left_of(request["ladders"], notes)
    if not unfinished:
        return notes
    if not notes or "ladder" not in notes[-1]:
        raise UserError(
            f"the ladders of {kata.slug} cannot be run:\n{output[-1500:]}\n"
            f"next: dojo check {kata.slug}"
        )
    reason = _reason(status, request["limit"])
    failed = f"the answer {reason}{_where(output, answer)}"
    return [*notes, {"ladder": unfinished[0], "failed": failed}]


def _reason(status: int | None, limit: float) -> str:
    clock = getattr(signal, "SIGVTALRM", None)
    if status is None or (clock and status == -clock):
        return f"did not end within {limit:g} s at this size"
    if status < 0:
        return f"ended the process: {signal.Signals(-status).name}"
    return f"ended the process: exit status {status}"


def _where(output: str, answer: Path) -> str:
    """Return the line of the answer that a process that ended was on."""
    for match in FRAME.finditer(output):
        if Path(match["path"]) == answer:
            return f" ({answer.name}:{match['line']})"
    return ""
