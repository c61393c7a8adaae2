"""Grades in a process of its own, so that no answer can take the others' verdicts away.

An answer that ends its process (a segmentation fault, a loop in C, memory exhausted) is
noted, and the rest is graded again without it.
"""

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
from contextlib import suppress
from pathlib import Path
from typing import Any

from dojo.catalog import Kata

PATIENCE = (
    15.0  # seconds beyond a test's limit until the process is killed from outside
)
START = 120.0  # seconds until the first test must have started
FRAME = re.compile(r'File "(?P<path>[^"]+)", line (?P<line>\d+) in (?P<name>\S+)')
LIGHT = (
    "-p", "no:cacheprovider", "-p", "no:doctest", "-p", "no:unittest",
    "-p", "no:junitxml", "-p", "no:pastebin", "-p", "no:logging", "--assert=plain",
)  # fmt: skip

Record = dict[str, Any]


class GraderBroken(Exception):
    """The graders themselves could not be run; the text is pytest's."""


def grade(
    root: Path,
    katas: list[Kata],
    function: str | None = None,
    folder: Path | None = None,
    verdicts: Path | None = None,
    meanwhile: Callable[[], object] | None = None,
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
    """
    with tempfile.TemporaryDirectory(prefix="dojo-") as name:
        room = Path(name)
        crashes: list[Record] = []
        while True:
            (room / "crashed.json").write_text(json.dumps(crashes), "utf-8")
            (room / "progress").write_text("", "utf-8")
            with (room / "output").open("wb") as output:
                child = subprocess.Popen(
                    _command(root, katas, function, folder, verdicts, room),
                    cwd=root,
                    env=_environment(root),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
                if meanwhile:
                    meanwhile()
                killed = _wait(child, room / "progress")
            notes = _notes(room / "progress")
            if notes and "verdicts" in notes[-1]:
                return list(notes[-1]["verdicts"])
            text = (room / "output").read_text("utf-8", "replace")
            if not notes or len(crashes) > 200:
                raise GraderBroken(text[-3000:])
            stuck = killed or "Timeout (" in text[-20_000:]
            status = None if stuck else child.returncode
            crashes.append(_crash(notes[-1], status, text, folder or root / "katas"))


def _command(
    root: Path,
    katas: list[Kata],
    function: str | None,
    folder: Path | None,
    verdicts: Path | None,
    room: Path,
) -> list[str]:
    command = [sys.executable, "-m", "pytest", "-p", "dojo.plugin", *LIGHT, "-q"]
    command += ["-c", str(root / "pyproject.toml"), f"--rootdir={root}"]
    command += [f"--progress={room / 'progress'}", f"--crashed={room / 'crashed.json'}"]
    command += [f"--only={function}"] if function else []
    command += [f"--katas={folder}"] if folder else []
    command += [f"--verdicts={verdicts.resolve()}"] if verdicts else []
    return command + [str(kata.grader) for kata in katas]


def _environment(root: Path) -> dict[str, str]:
    """Return the environment of a grading process: no foreign plugin, one thread."""
    paths = [str(root), os.environ.get("PYTHONPATH", "")]
    own = {
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTEST_ADDOPTS": "",
    }
    return os.environ | own | dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def _wait(child: subprocess.Popen[bytes], progress: Path) -> bool:
    """Wait for a process; kill it and its children if a test outlives its own clocks.

    Returns
    -------
    bool
        Whether it had to be killed.
    """
    seen, since = -1, time.monotonic()
    try:
        while True:
            try:
                child.wait(timeout=0.5)
                return False
            except subprocess.TimeoutExpired:
                pass
            notes = _notes(progress)
            if len(notes) != seen:
                seen, since = len(notes), time.monotonic()
            limit = notes[-1].get("limit", START) if notes else START
            if time.monotonic() - since > limit + PATIENCE:
                _kill(child)
                return True
    except BaseException:
        _kill(child)
        raise


def _kill(child: subprocess.Popen[bytes]) -> None:
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
    else:
        child.kill()
    child.wait()


def _notes(progress: Path) -> list[Record]:
    """Return the whole lines of the progress file; a torn last line waits."""
    lines = progress.read_text("utf-8").split("\n")[:-1]
    return [json.loads(line) for line in lines]


def _crash(note: Record, status: int | None, output: str, folder: Path) -> Record:
    """Return what is known of a process that ended, or hung (None), in a test."""
    function, tail = note["function"], output[-20_000:]
    if status is None:
        why = f"{function} did not end within {note['limit']:g} s"
    else:
        why = f"{function} ended the process: {_reason(status)}"
    where, importing = "", False
    for match in FRAME.finditer(tail):
        path = Path(match["path"])
        importing = importing or (path.name, match["name"]) == ("loader.py", "_load")
        if not where and path.is_relative_to(folder.resolve()):
            where = f"{path.name}:{match['line']}"
    if importing:
        why = why.replace(function, "the import of the file", 1)
        function = "*"
    return {"kata": note["kata"], "function": function, "because": why, "where": where}


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
