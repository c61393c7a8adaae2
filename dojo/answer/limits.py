"""Ends what does not end: a time limit that stops Python loops, C loops and deadlocks.

Two clocks run. The alarm raises `OutOfTime` in the main thread, so that one test fails
and the run goes on. A loop in C, or code that swallows every exception, never lets it
through: for that the watchdog, a C thread, prints each thread's line and ends the
process with status 1.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

GRACE = 2.0  # seconds from the alarm to the watchdog
MEMORY_SHARE = 0.25  # of the machine's memory, for one grading process
MEMORY_LEAST = 4 * 2**30  # bytes; torch alone maps more than one of these

_stderr_fd: int | None = None
outside = False  # whether the parent is the watchdog: the thread costs 1 ms a test


class OutOfTime(BaseException):
    """The time limit passed; no `except Exception` of an answer may swallow it."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(f"did not end within {seconds:g} s")


def keep_stderr(anew: bool = False) -> None:
    """Remember the real standard error, which a capturing test runner hides later."""
    global _stderr_fd
    if _stderr_fd is None or anew:
        _stderr_fd = os.dup(2)


def kept_stderr() -> int:
    """Return the real standard error's descriptor."""
    return 2 if _stderr_fd is None else _stderr_fd


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `OutOfTime` in the block after `seconds`; end the process if that fails.

    Limits nest: the outer one is armed again, with its whole time, when the inner ends.
    Outside the main thread, and on systems without alarms, only the watchdog runs.
    """
    alarms = (
        hasattr(signal, "setitimer")
        and threading.current_thread() is threading.main_thread()
    )
    outer = _armed[-1] if _armed else None
    _armed.append(seconds)
    old = signal.signal(signal.SIGALRM, _raise_out_of_time) if alarms else None
    try:
        _arm(seconds, alarms)
        yield
    finally:
        if alarms:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, old)
        if not outside:
            faulthandler.cancel_dump_traceback_later()
        _armed.pop()
        if outer is not None:
            _arm(outer, alarms)


_armed: list[float] = []


def _arm(seconds: float, alarms: bool) -> None:
    if alarms:
        # It fires again each second, in case an answer swallows the first one.
        signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
    if outside:
        return
    stderr = _stderr_fd if _stderr_fd is not None else 2
    faulthandler.dump_traceback_later(seconds + GRACE, exit=True, file=stderr)


def _raise_out_of_time(number: int, frame: FrameType | None) -> None:
    raise OutOfTime(_armed[-1] if _armed else 0.0)


def limit_memory() -> None:
    """Cap this process's memory: an answer gets a MemoryError, not the machine."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    cap = max(int(total * MEMORY_SHARE), MEMORY_LEAST)
    if soft == resource.RLIM_INFINITY or soft > cap:
        resource.setrlimit(resource.RLIMIT_DATA, (cap, hard))
