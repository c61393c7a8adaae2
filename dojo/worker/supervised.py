"""Lets plain pytest go on in a child, so that an answer's end in C is not the run's.

The parent waits and computes nothing. In memory that both share the child tells which
test it is in, and at last with what status the run ended. A child that ends before has
no whole set of verdicts, so the parent never ends with 0 then.

Both stay in one process group: a terminal's keys reach the child by themselves, what
is sent to the parent alone is handed on, and the parent stops when the child does.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import resource
import signal
import sys
from typing import NoReturn

import pytest

from dojo.worker.processes import die_with_parent

SIZE = 4096  # bytes of shared memory; a test's name beyond them is cut
HEAD = 2  # bytes of them: whether the run has ended, and its status
HANDED_ON = {signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM}
AWAITED = HANDED_ON | {signal.SIGCHLD, signal.SIGTSTP}


class Told:
    """What a child has told its parent."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, SIZE)

    def begin(self, test: str) -> None:
        """Tell which test begins."""
        name = test.encode("utf-8", "replace")[: SIZE - HEAD]
        self._memory[HEAD:] = name.ljust(SIZE - HEAD, b"\0")

    def end(self, status: int) -> None:
        """Tell that the run has ended as it should, and with what status."""
        self._memory[1] = min(status, 255)
        self._memory[0] = 1

    @property
    def test(self) -> str:
        """The test that began last; empty if none did."""
        return self._memory[HEAD:].rstrip(b"\0").decode("utf-8", "replace")

    @property
    def status(self) -> int:
        """What the process may not end below: 1 until the run has ended."""
        return self._memory[1] if self.is_whole else 1

    @property
    def is_whole(self) -> bool:
        """Whether the run has ended as it should."""
        return bool(self._memory[0])


class Teller:
    """Tells the parent how far a run is; a pytest plugin.

    Parameters
    ----------
    told : Told
    """

    def __init__(self, told: Told) -> None:
        self._told, self._pid = told, os.getpid()
        self._session: pytest.Session | None = None

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Keep what will know the status."""
        self._session = session

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Tell which test begins."""
        self._told.begin(nodeid)

    def pytest_unconfigure(self) -> None:
        """Tell of the end, unless this is a child of an answer's own."""
        if os.getpid() == self._pid:
            self._told.end(int(self._session.exitstatus) if self._session else 0)


def go_on_in_a_child() -> Told:
    """Return in a child of this process, which itself ends as the child does."""
    told, parent = Told(), os.getpid()
    sys.stdout.flush()
    sys.stderr.flush()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, AWAITED)
    child = os.fork()
    if child:
        try:
            _end(_wait(child), told)
        finally:
            os._exit(1)
    die_with_parent(parent)
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return told


def _wait(child: int) -> int:
    """Return the child's status as the system gives it, when it has ended."""
    while True:
        came = signal.sigwaitinfo(AWAITED)
        if came.si_signo == signal.SIGCHLD:
            pid, status = os.waitpid(child, os.WNOHANG | os.WUNTRACED)
            if pid and not os.WIFSTOPPED(status):
                return status
            if pid:
                os.kill(os.getpid(), signal.SIGSTOP)  # until a shell lets it go on
                os.kill(child, signal.SIGCONT)
        elif came.si_code <= 0:  # from a process; a terminal's keys have a code above
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, came.si_signo)


def _end(status: int, told: Told) -> NoReturn:
    """End this process as the child has ended, but not better than the run."""
    number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    if not told.is_whole and number not in HANDED_ON:
        _say(number, os.WEXITSTATUS(status), told.test)
    if number:
        _die_of(number)
    os._exit(os.WEXITSTATUS(status) or told.status)


def _say(number: int, status: int, test: str) -> None:
    how = f"by {signal.Signals(number).name}" if number else f"with status {status}"
    where = f"in {test}" if test else "before the first test"
    print(
        f"\nno verdicts: the process of this run ended {how} {where}\n"
        "next: `dojo run` says which function did it, and grades the others",
        file=sys.stderr,
        flush=True,
    )


def _die_of(number: int) -> NoReturn:
    """End as the child did, which has left its own core."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError):  # nobody can handle SIGKILL
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {number})
    os.kill(os.getpid(), number)
    os._exit(128 + number)
