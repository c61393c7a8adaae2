"""Ends what a grading process started, and a grading process whose dojo is gone.

A process group reaches the children that stay in it. On Linux two more things help: a
subreaper inherits the children that left their group, and a child can ask to die with
its parent. Elsewhere the group must do.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import time
from pathlib import Path

PRINTING = 2.0  # seconds in which a busy machine lets a stuck process print its lines
LOOK = 0.05  # seconds between two looks at what it has printed

_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG
_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def end_as_after_ctrl_c() -> None:
    """Let `kill` and a closed window end this process as Ctrl-C does."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number and signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, _leave)


def _leave(number: int, frame: object) -> None:
    sys.exit(128 + number)


def die_with_parent(parent: int) -> None:
    """Have this process killed when `parent` ends; end at once if it is gone."""
    _prctl(_DIE_WITH_PARENT, signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
    if hasattr(os, "getppid") and os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def adopt() -> None:
    """Become the parent of every descendant whose own parent ends."""
    _prctl(_SUBREAPER, 1)


def show_lines(pid: int, output: Path) -> None:
    """Have a process print the line that each of its threads is on, and wait for it.

    Parameters
    ----------
    pid : int
        A process that prints its lines when it gets SIGUSR1.
    output : Path
        Where it prints.
    """
    before = last = output.stat().st_size
    end = time.monotonic() + PRINTING
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGUSR1)
        while time.monotonic() < end:
            time.sleep(LOOK)
            size = output.stat().st_size
            if size == last != before:
                return
            last = size


def end_group(leader: int) -> None:
    """Kill a process and those of its children that stayed in its group."""
    # All may be gone already; macOS says so with the second.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def end_adopted(mine: set[int]) -> None:
    """Kill and reap the children of this process that are not `mine`."""
    while strays := _children() - mine:
        for pid in strays:
            end_group(pid)
            try:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
            except (ProcessLookupError, ChildProcessError):
                pass


def _children() -> set[int]:
    me = os.getpid()
    try:
        with open(f"/proc/{me}/task/{me}/children", encoding="ascii") as file:
            return {int(word) for word in file.read().split()}
    except OSError:  # not Linux, or a kernel without that file
        return set()
