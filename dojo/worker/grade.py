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
from dojo.compare.words import plain
from dojo.errors import UserError
from dojo.files import clear_unfinished
from dojo.kata.catalog import Kata
from dojo.scratch import clear_folders
from dojo.verdict.verdicts import Record
from dojo.worker.child import Child, Spawned
from dojo.worker.messages import Crash, Note, Started

START = 120.0  # seconds until the first test must have started
STEP = 0.1  # seconds between two looks for a line that was found
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
    where: float = 0.0,
    told: Callable[[list[Record]], object] | None = None,
    tell: bool = False,
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
    where : float, optional
        For how many seconds to look for the lines of mistakes, after the verdicts.
    told : callable, optional
        Takes the records as soon as there are verdicts, if the process tells so, and
        again each time that a line is found.
    tell : bool
        Whether to say of a bug hunt too what is wrong.
    """
    arguments = options(root, katas, function, folder, verdicts, where)
    arguments += ["--tell"] if tell else []
    _clear_leftovers(root, katas)
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
            if _records(notes):
                return _followed(child, where, told)
        finally:
            child.close()
        last = notes[-1] if notes else None
        if last is None or "test" not in last or len(crashes) > CRASHES:
            raise UserError(_broken(text))
        status = None if killed else child.returncode
        public = {name for kata in katas for name in kata.functions}
        crashes.append(_crash(last, status, text, folder or root / "katas", public))


def _clear_leftovers(root: Path, katas: list[Kata]) -> None:
    """Remove what an earlier run left that was killed."""
    clear_folders()
    for folder in {root / ".dojo", *(kata.stub.parent for kata in katas)}:
        clear_unfinished(folder)


def _records(notes: list[Note]) -> list[Record]:
    """Return the verdicts, with what is known by now of where the mistakes are."""
    records: list[Record] = []
    for note in notes:
        if "verdicts" in note:
            records = note["verdicts"]
        elif "where" in note:
            for record in records:
                names = record["kata"], record["function"]
                if names == (note["kata"], note["function"]):
                    record["where"], record["quoted"] = note["where"], note["quoted"]
    return records


def _followed(
    child: Child, where: float, told: Callable[[list[Record]], object] | None
) -> list[Record]:
    """Return the verdicts of a process that has them, when it has looked for lines."""
    end = time.monotonic() + where + child.patience
    seen = 0
    while True:
        notes = child.notes()
        if told and len(notes) != seen:
            told(_records(notes))
            seen = len(notes)
        if child.returncode is not None or time.monotonic() > end:
            return _records(notes)
        child.wait(STEP)


def _broken(output: str) -> str:
    return f"the graders could not be run:\n{plain(output[-3000:])}\nnext: dojo check"


def options(
    root: Path,
    katas: list[Kata],
    function: str | None = None,
    folder: Path | None = None,
    verdicts: Path | None = None,
    where: float = 0.0,
) -> list[str]:
    """Return pytest's arguments for a run, without the child's own files."""
    arguments = ["-c", str(root / "pyproject.toml"), f"--rootdir={root}"]
    arguments += [f"--only={function}"] if function else []
    arguments += [f"--katas={folder}"] if folder else []
    arguments += [f"--verdicts={verdicts.resolve()}"] if verdicts else []
    arguments += [f"--where={where:g}"] if where else []
    return arguments + [str(kata.grader) for kata in katas]


def _wait(child: Child) -> bool:
    """Wait for verdicts or the end; kill a process whose test outlives its own clocks.

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
        if _records(notes):
            return False  # what follows is the search for lines
        last = notes[-1] if notes else None
        limit = WALL * last["limit"] if last and "limit" in last else START
        if time.monotonic() - since > limit + child.patience:
            child.end()
            return True
    return False


def _crash(
    note: Started, status: int | None, output: str, folder: Path, public: set[str]
) -> Crash:
    """Return what is known of a process that ended, or was killed (None), in a test.

    `public` are the functions that a test may call of the answer.
    """
    function, tail = note["function"], output[-20_000:]
    seconds = _seconds_of_end(note["limit"], status, tail)
    if seconds:
        why = f"{function} did not end within {seconds:g} s"
    else:
        why = f"{function} ended the process: {_reason(status or 0)}"
    where, importing, names = "", False, set[str]()
    for match in FRAME.finditer(tail):
        path = Path(match["path"])
        importing = importing or (path.name, match["name"]) == ("answers.py", "_load")
        if path.is_relative_to(folder.resolve()):
            where = where or f"{path.name}:{match['line']}"
            names.add(match["name"])
    if importing:
        why = why.replace(function, "the import of the file", 1)
        function = "*"
    # Of two functions that were under way, the one that did not end is not known.
    stops = bool(seconds) and not importing and not names & (public - {function})
    return {
        "kata": note["kata"], "function": function, "because": why, "where": where,
        "stops": stops,
    }  # fmt: skip


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
