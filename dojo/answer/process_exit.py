"""Refuses to let an answer end the process that grades it, or take what that needs."""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from dojo.answer.witness import Witness
from dojo.errors import Interrupted

MOST_HANDLES = 256  # below are all that a process opens before it grades

ENDING = 1.0  # seconds in which an answer's threads may end; what sleeps does not

real_exit = os._exit


class ExitRefused(BaseException):
    """An answer called what ends or replaces the process, or closes its files."""


def refuse_exit(witness: Witness) -> None:
    """Let what ends the process, or takes its files, raise until there are verdicts.

    Later, when an answer may still run code at the interpreter's end, the process ends
    no better than they are: `witness.least_status`.
    """
    _Refusal(witness).install()


class _Refusal:
    """What stands in the place of the functions that could take the verdicts away."""

    def __init__(self, witness: Witness) -> None:
        self._witness, self._pid = witness, os.getpid()
        self._files = {handle: _file_of(handle) for handle in range(3, MOST_HANDLES)}

    def install(self) -> None:
        """Take the place of these functions under all their names."""
        instead: dict[str, Callable[..., Any]] = {"_exit": self._guarded_exit(os._exit)}
        for name in ("execv", "execve"):  # all other forms go through these
            instead[name] = self._refusing(name, getattr(os, name), lambda *_: True)
        instead["close"] = self._refusing("close", os.close, self._needs)
        instead["closerange"] = self._refusing(
            "closerange", os.closerange, self._needs_one_of
        )
        for module in ("os", "posix", "nt"):  # the last two are their home, by system
            if module in sys.modules:
                vars(sys.modules[module]).update(instead)
        vars(atexit)["register"] = self._registering(atexit.register)

    def _guarded_exit(self, before: Callable[[int], Any]) -> Callable[[int], Any]:
        def _exit(status: int) -> None:
            if os.getpid() != self._pid:
                real_exit(status)  # a child of the answer's own
            if self._witness.inside or self._witness.at_work:
                raise ExitRefused(f"called os._exit({status})")
            before(status or self._witness.least_status)

        return _exit

    def _refusing(
        self, name: str, before: Callable[..., Any], takes: Callable[..., bool]
    ) -> Callable[..., Any]:
        # A second run of this process takes the place of the first.
        real = getattr(before, "real", before)

        def refuse(*args: Any, **kwargs: Any) -> Any:
            own = os.getpid() == self._pid
            if own and self._witness.inside and takes(*args, **kwargs):
                raise ExitRefused(f"called os.{name}")
            return real(*args, **kwargs)

        vars(refuse)["real"] = real
        return refuse

    def _needs(self, handle: int) -> bool:
        file = self._files.get(handle)
        return file is not None and file == _file_of(handle)

    def _needs_one_of(self, low: int, high: int) -> bool:
        return any(map(self._needs, range(low, min(high, MOST_HANDLES))))

    def _registering(self, before: Callable[..., Any]) -> Callable[..., Any]:
        def register(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
            caller = sys._getframe(1).f_globals.get("__name__", "")
            if self._witness.inside and str(caller).startswith("katas."):
                return function  # when the process ends there is no answer any more
            return before(function, *args, **kwargs)

        return register


def _file_of(handle: int) -> tuple[int, int] | None:
    """Return which file a handle is open for; None if it is not open."""
    try:
        status = os.fstat(handle)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def hear_interrupts() -> None:
    """Let Ctrl-C raise `Interrupted`, so that it differs from what an answer raises."""

    def interrupt(number: int, frame: object) -> None:
        raise Interrupted

    is_main = threading.current_thread() is threading.main_thread()
    if is_main and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, interrupt)


def forget_interrupts() -> None:
    """Let Ctrl-C be Python's own again."""
    handler = signal.getsignal(signal.SIGINT)
    if getattr(handler, "__module__", "") == __name__:
        signal.signal(signal.SIGINT, signal.default_int_handler)


class QuickEnd:
    """Ends this process when Python would begin to take its modules down.

    By then all has been said, threads have ended, and what was to be called at the end
    and was registered after this has been called. To take torch's modules down takes
    long, and changes nothing.
    """

    def __init__(self) -> None:
        self._pid = self._status = 0
        self._error: object = None
        atexit.register(self._end)

    def with_status(self, status: int) -> None:
        """Say that this process may end so, and with which status."""
        self._pid, self._status, self._error = os.getpid(), status, _last_error()

    def _end(self) -> None:
        # An error that nobody caught has a status of its own.
        if os.getpid() == self._pid and _last_error() is self._error:
            sys.stdout.flush()  # if they cannot be, Python says so and ends as ever
            sys.stderr.flush()
            os._exit(self._status)


def _last_error() -> object:
    return getattr(sys, "last_value", None)


class Threads:
    """The threads of a run, of which some are an answer's and may never end."""

    def __init__(self) -> None:
        self._before = set(threading.enumerate())

    def leave(self, status: int) -> None:
        """Let the process end with a status though an answer's thread still runs."""

        def end() -> None:
            if self._left():
                for stream in (sys.stdout, sys.stderr):
                    with contextlib.suppress(Exception):
                        stream.flush()
                real_exit(status)

        if self._left():
            # The interpreter calls this before it waits for threads, atexit's after.
            threading._register_atexit(end)  # type: ignore[attr-defined]  # see above

    def end_those_of(self, folder: Path) -> None:
        """Have what runs code of a folder end: nothing it prints is of the run's."""
        end = time.monotonic() + ENDING
        before = threading.excepthook
        threading.excepthook = lambda _: None  # pytest's warns of every end
        while (idents := _running(folder)) and time.monotonic() < end:
            for ident in idents:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(
                    ctypes.c_ulong(ident), ctypes.py_object(SystemExit)
                )
            time.sleep(0.01)
        threading.excepthook = before
        sys.stdout.flush()  # what they left would be the run's last line

    def _left(self) -> list[threading.Thread]:
        others = set(threading.enumerate()) - self._before
        return [thread for thread in others if not thread.daemon]


def _running(folder: Path) -> list[int]:
    """Return the other threads that run code of a folder."""
    frames = sys._current_frames()
    del frames[threading.get_ident()]
    return [ident for ident, frame in frames.items() if _runs(frame, folder)]


def _runs(frame: FrameType | None, folder: Path) -> bool:
    while frame:
        if Path(frame.f_code.co_filename).is_relative_to(folder):
            return True
        frame = frame.f_back
    return False
