"""What is known of the answer that runs: who it is, what it was given, what came."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from typing import Any, TextIO

from dojo.compare.calls import Call

MOST_STREAMS = 64  # that are kept for a thread that may still print


class CallsStopped(BaseException):
    """A test calls a function, other than its own, that did not end before.

    Parameters
    ----------
    name : str
    reason : str
        What is known of it: "did not end within 10 s".
    """

    def __init__(self, name: str, reason: str) -> None:
        self.name, self.reason = name, reason
        super().__init__(f"calls {name}, which {reason}")


@dataclass(frozen=True)
class Noted:
    """What a witness noted of the calls in a test, as it stood at one moment."""

    calls: dict[str, dict[str, Any]]
    made: dict[str, Call]
    returned: dict[str, Any]
    counts: Counter[str]


class Witness:
    """What one grading run knows of the answers it calls.

    Attributes
    ----------
    inside : str or None
        What runs now: a function's name; None while the grader itself runs.
    forbidden : tuple of str
        The oracles that the running test forbids.
    calls : dict
        For each function the arguments of its last call in the running test, by name.
    made : dict
        For each function its last call in the running test.
    returned : dict
        For each function what its last call in the running test gave back.
    at_work : bool
        Whether answers have been called, and there are no verdicts yet.
    subject : str
        The function that the running test grades.
    stopped : dict
        What did not end, by file and function, and in words why: the tests of other
        functions call it no more.
    least_status : int
        What the process may not end below: 1 until there are verdicts.
    """

    def __init__(self) -> None:
        self.inside: str | None = None
        self.forbidden: tuple[str, ...] = ()
        self.calls: dict[str, dict[str, Any]] = {}
        self.made: dict[str, Call] = {}
        self.returned: dict[str, Any] = {}
        self._counts = Counter[str]()
        self._streams: dict[int, _Unclosable] = {}
        self.at_work, self.least_status = False, 1
        self.subject = ""
        self.stopped: dict[tuple[str, str], str] = {}

    def begin(self, forbidden: tuple[str, ...] = (), subject: str = "") -> None:
        """Forget the test before, and note what this one forbids and grades."""
        self.at_work = True
        self.leave_answers()
        self.calls.clear()
        self.made.clear()
        self.returned.clear()
        self._counts.clear()
        self.forbidden, self.subject = forbidden, subject

    def forget(self) -> None:
        """Forget what was called: it was not yet for a verdict."""
        self.begin()
        self.at_work = False

    def refuse_stopped(self, path: str, name: str) -> None:
        """Raise if the function of a file did not end, and this test is another's."""
        if name != self.subject and (path, name) in self.stopped:
            raise CallsStopped(name, self.stopped[path, name])

    def end(self, status: int) -> None:
        """Note with what status the process ends: there are verdicts."""
        self.at_work, self.least_status = False, status
        self.leave_answers()

    def note_call(
        self, name: str, method: str, names: tuple[str, ...], given: Any, before: Any
    ) -> None:
        """Note a call of a function, or of a method of a class, and count it."""
        dot = "" if method in ("", "__init__") else f".{method}"
        self._counts[name + dot] += 1
        args, kwargs = given
        number = self._counts[name + dot]
        self.made[name] = Call(name + dot, args, kwargs, before, names, number)

    def noted(self) -> Noted:
        """Return what has been noted in the running test so far."""
        counts = copy(self._counts)
        return Noted(copy(self.calls), copy(self.made), copy(self.returned), counts)

    def note_again(self, noted: Noted) -> None:
        """Note calls that were made for another test as made for this one too."""
        self.calls.update(noted.calls)
        self.made.update(noted.made)
        self.returned.update(noted.returned)
        self._counts |= noted.counts

    def leave_answers(self) -> None:
        """Note that the grader runs: an answer may have ended without a note of it."""
        self.inside = None
        for name in ("stdout", "stderr"):
            stream = getattr(sys, name)
            if isinstance(stream, _Unclosable):
                setattr(sys, name, stream.behind)

    @contextmanager
    def watching(self, name: str) -> Iterator[None]:
        """Mark that answer code runs in the block; there it can close no output."""
        outer, self.inside = self.inside, name
        streams = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = map(self._unclosable, streams)
        try:
            yield
        finally:
            self.inside = outer
            sys.stdout, sys.stderr = streams

    def _unclosable(self, stream: TextIO) -> _Unclosable:
        """Return what stands for a stream, the same one again where it is there.

        A thread of an answer's may print in this moment, and Python's `print` holds no
        reference of its own: a stream that nobody holds any more would crash it.
        """
        if id(stream) not in self._streams:
            if len(self._streams) >= MOST_STREAMS:
                del self._streams[next(iter(self._streams))]
            self._streams[id(stream)] = _Unclosable(stream)
        return self._streams[id(stream)]


class _Unclosable:
    """A stream that an answer cannot close: the test runner needs it afterwards."""

    def __init__(self, stream: TextIO) -> None:
        self.behind = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self.behind, name)

    def __enter__(self) -> TextIO:
        return self.behind

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Write out what is waiting, and stay open."""
        self.behind.flush()
