"""Ends what does not end: Python loops, C loops and deadlocks.

A limit counts processor time, so that a busy machine takes nothing from an answer; a
wall clock, several times as long, stands behind it for what waits and computes nothing.
Each of the two has a gentle hand and a hard one. The gentle one raises `OutOfTime` in
the main thread, so that one test fails and the run goes on. A loop in C, or code that
swallows every exception, never lets it through: for that the hard one prints each
thread's line and ends the process.

While the tool's own code runs, the gentle hand waits a little: what that has begun, it
has to put back.

| clock | gentle | hard |
| --- | --- | --- |
| processor | SIGPROF, after the limit | SIGVTALRM, `GRACE` later |
| wall | SIGALRM, after `WALL` times the limit | a thread in C, `GRACE` later |
"""

from __future__ import annotations

import errno
import faulthandler
import math
import os
import signal
import sysconfig
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

GRACE = 2.0  # seconds from the gentle hand to the hard one
WALL = 4.0  # how many times the limit may pass on the wall
AGAIN = 0.05  # seconds from one knock of the gentle hand to the next
MOST_KNOCKS = 10  # at the tool's own code; then it raises there too
PAUSE = 1.0  # seconds between two errors, in case an answer swallows the first one
TOOL = str(Path(__file__).parents[1]) + os.sep
LIBRARIES = ("<", *map(sysconfig.get_path, ("stdlib", "platstdlib", "purelib")))
NEVER = -math.inf
MEMORY_SHARE = 0.25  # of the machine's memory, for one grading process
MEMORY_LEAST = 4 * 2**30  # bytes; torch alone maps more than one of these


class OutOfTime(BaseException):
    """The time limit passed; no `except Exception` of an answer may swallow it.

    Parameters
    ----------
    seconds : float
        The limit.
    clock : callable
        What counted them.

    Attributes
    ----------
    culprit : str
        The function that had the most of that time in one call, if one had.
    """

    def __init__(
        self, seconds: float, clock: Callable[[], float] = time.process_time
    ) -> None:
        self.seconds, self.clock, self.culprit = seconds, clock, ""
        super().__init__(f"did not end within {seconds:g} s")


class Clock:
    """The time limits of one run.

    Parameters
    ----------
    watched : bool
        Whether another process is the wall clock's hard hand; its thread costs 1 ms a
        test.
    """

    def __init__(self, watched: bool = False) -> None:
        self._watched = watched
        self._armed: list[float] = []  # the limits under way, the innermost last
        self._knocks, self._raised = 0, NEVER
        # A test runner that captures output hides the real standard error later.
        self._stderr = os.dup(2)
        if hasattr(signal, "SIGVTALRM"):
            faulthandler.register(signal.SIGVTALRM, self._stderr, chain=True)

    def close(self) -> None:
        """Give back what the clock holds."""
        if hasattr(signal, "SIGVTALRM"):
            faulthandler.unregister(signal.SIGVTALRM)
        os.close(self._stderr)

    @contextmanager
    def limit(self, seconds: float) -> Iterator[None]:
        """Raise `OutOfTime` in the block after so much processor time.

        Limits nest: the outer one is armed again, with its whole time, when the inner
        ends. Outside the main thread, and on systems without alarms, only the thread
        that watches the wall clock runs.
        """
        gentle = (
            hasattr(signal, "setitimer")
            and threading.current_thread() is threading.main_thread()
        )
        outer = self._armed[-1] if self._armed else None
        self._armed.append(seconds)
        before = self._answer_alarms() if gentle else {}
        try:
            self._arm(seconds, gentle)
            yield
        finally:
            self._disarm(gentle)
            for number, handler in before.items():
                signal.signal(number, handler)
            self._armed.pop()
            if outer is not None:
                self._arm(outer, gentle)

    def _answer_alarms(self) -> dict[signal.Signals, signal._HANDLER]:
        """Let the gentle hands raise; return who answered their signals before."""

        def out_of_processor_time(number: int, frame: FrameType | None) -> None:
            if not self._must_wait(frame):
                raise OutOfTime(self._armed[-1] if self._armed else 0.0)

        def out_of_wall_time(number: int, frame: FrameType | None) -> None:
            limit = self._armed[-1] if self._armed else 0.0
            if not self._must_wait(frame):
                raise OutOfTime(WALL * limit, time.monotonic)

        return {
            signal.SIGPROF: signal.signal(signal.SIGPROF, out_of_processor_time),
            signal.SIGALRM: signal.signal(signal.SIGALRM, out_of_wall_time),
        }

    def _must_wait(self, frame: FrameType | None) -> bool:
        """Tell whether nothing may be raised now: the alarm comes again soon."""
        now = time.monotonic()
        if now - self._raised < PAUSE:
            return True
        if self._knocks < MOST_KNOCKS and _is_the_tools(frame):
            self._knocks += 1
            return True
        self._knocks, self._raised = 0, now
        return False

    def _arm(self, seconds: float, gentle: bool) -> None:
        if gentle:
            self._knocks, self._raised = 0, NEVER
            signal.setitimer(signal.ITIMER_PROF, seconds, AGAIN)
            signal.setitimer(signal.ITIMER_REAL, WALL * seconds, AGAIN)
            signal.setitimer(signal.ITIMER_VIRTUAL, seconds + GRACE)
        if not self._watched:
            faulthandler.dump_traceback_later(
                WALL * seconds + GRACE, exit=True, file=self._stderr
            )

    def _disarm(self, gentle: bool) -> None:
        if gentle:
            for timer in (
                signal.ITIMER_PROF,
                signal.ITIMER_REAL,
                signal.ITIMER_VIRTUAL,
            ):
                signal.setitimer(timer, 0)
        if not self._watched:
            faulthandler.cancel_dump_traceback_later()


def _is_the_tools(frame: FrameType | None) -> bool:
    """Tell whether the tool's own code runs, or a library that it called."""
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith(TOOL):
            return True
        if not file.startswith(LIBRARIES):
            return False
        frame = frame.f_back
    return False


def is_out_of_memory(error: BaseException) -> bool:
    """Tell whether an error says so: Python's own, the system's, torch's or C++'s."""
    signs = "bad_alloc", "can't allocate memory"
    by_word = isinstance(error, RuntimeError) and any(s in str(error) for s in signs)
    by_number = isinstance(error, OSError) and error.errno == errno.ENOMEM
    return by_word or by_number or isinstance(error, MemoryError)


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
