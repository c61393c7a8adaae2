"""Grades in a process of its own, so that no answer can take the others' verdicts away.

An answer that ends its process (a segmentation fault, a loop in C, memory exhausted) is
noted, and the rest is graded again without it.
"""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Callable
from pathlib import Path

from dojo.answer.clock import WALL
from dojo.errors import UserError
from dojo.kata.catalog import Kata
from dojo.verdict.verdicts import Record
from dojo.worker.child import Child, Spawned
from dojo.worker.messages import Crash, Started

START = 120.0  # seconds until the first test must have started
CRASHES = 200  # so often a run is tried again without what ended it
FRAME = re.compile(r'File "(?P<path>[^"]+)", line (?P<line>\d+) in (?P<name>\S+)')

Launch = Callable[[list[str], list[Crash]], Child]


def grade(
    root: Path,
    katas: list[Kata],
    function: str | None = None,
    folder: Path | None = None,
    verdicts: Path | None = None,
    meanwhile: Callable[[], object] | None = None,
    launch: Launch | None = None,
) -> list[Record]:
    """Return a record a function: the verdict's JSON with `lines`, `tests`, `printed`.

    Parameters
    ----------
    root : Path
        The clone.
    katas : list of Kata
        What to grade.
    function : str, optional
        Only this function of the one kata.
    folder : Path, optional
        Whose answers; the learner's by default.
    verdicts : Path, optional
        Where to write the public JSON.
    meanwhile : callable, optional
        Called while the process starts.
    launch : callable, optional
        Starts the grading process from pytest's arguments and the crashes so far; by
        default a new one each time (`dojo watch` keeps one warm).
    """
    arguments = options(root, katas, function, folder, verdicts)
    crashes: list[Crash] = []
    while True:
        child = (
            launch(arguments, crashes) if launch else Spawned(root, arguments, crashes)
        )
        try:
            if meanwhile:
                meanwhile()
            killed = _wait(child)
            notes, text = child.notes(), child.output()
        finally:
            child.close()
        last = notes[-1] if notes else None
        if last and "verdicts" in last and last["verdicts"]:
            return last["verdicts"]
        if last is None or "verdicts" in last or len(crashes) > CRASHES:
            raise UserError(_broken(text))
        status = None if killed else child.returncode
        crashes.append(_crash(last, status, text, folder or root / "katas"))


def _broken(output: str) -> str:
    return f"the graders could not be run:\n{output[-3000:]}\nnext: dojo check"


def options(
    root: Path,
    katas: list[Kata],
    function: str | None = None,
    folder: Path | None = None,
    verdicts: Path | None = None,
) -> list[str]:
    """Return pytest's arguments for a run, without the child's own files."""
    arguments = ["-c", str(root / "pyproject.toml"), f"--rootdir={root}"]
    arguments += [f"--only={function}"] if function else []
    arguments += [f"--katas={folder}"] if folder else []
    arguments += [f"--verdicts={verdicts.resolve()}"] if verdicts else []
    return arguments + [str(kata.grader) for kata in katas]


def _wait(child: Child) -> bool:
    """Wait for a process; kill it and its children if a test outlives its own clocks.

    Returns
    -------
    bool
        Whether it had to be killed.
    """
    seen, since = -1, time.monotonic()
    while not child.wait(0.5):
        notes = child.notes()
        if len(notes) != seen:
            seen, since = len(notes), time.monotonic()
        last = notes[-1] if notes else None
        limit = WALL * last["limit"] if last and "limit" in last else START
        if time.monotonic() - since > limit + child.patience:
            child.end()
            return True
    return False


def _crash(note: Started, status: int | None, output: str, folder: Path) -> Crash:
    """Return what is known of a process that ended, or was killed (None), in a test."""
    function, tail = note["function"], output[-20_000:]
    seconds = _seconds_of_end(note["limit"], status, tail)
    if seconds:
        why = f"{function} did not end within {seconds:g} s"
    else:
        why = f"{function} ended the process: {_reason(status or 0)}"
    where, importing = "", False
    for match in FRAME.finditer(tail):
        path = Path(match["path"])
        importing = importing or (path.name, match["name"]) == ("answers.py", "_load")
        if not where and path.is_relative_to(folder.resolve()):
            where = f"{path.name}:{match['line']}"
    if importing:
        why = why.replace(function, "the import of the file", 1)
        function = "*"
    return {"kata": note["kata"], "function": function, "because": why, "where": where}


def _seconds_of_end(limit: float, status: int | None, output: str) -> float:
    """Return how long a test took that a clock ended; 0 if none did."""
    if status is None or "Timeout (" in output:  # as faulthandler's thread says
        return WALL * limit
    clock = getattr(signal, "SIGVTALRM", None)
    return limit if clock and status == -clock else 0.0


def _reason(status: int) -> str:
    if status >= 0:
        return f"exit status {status}"
    name = signal.Signals(-status).name
    words = {
        "SIGSEGV": "a segmentation fault",
        "SIGKILL": "it was killed; did it exhaust the memory?",
        "SIGABRT": "it aborted",
        "SIGBUS": "a bus error",
        "SIGFPE": "an arithmetic fault",
    }
    return words.get(name, f"signal {name}")
