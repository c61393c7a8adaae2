"""Keeps progress in .dojo/: an append-only log, and its sum with a backup.

Everything is written under a lock and in one step. A state that is broken, or that a
newer dojo wrote, is moved aside and made anew from the log; nothing is overwritten.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, cast

from dojo.files import write_text
from dojo.learner.progress import (
    SCHEMA,
    Event,
    Stamp,
    State,
    apply,
    new_state,
    says_again,
)
from dojo.learner.reading import NewerState, event_from, state_from

if TYPE_CHECKING:
    from filelock import FileLock

PATIENCE = 5.0  # seconds to wait for another dojo's lock
PERIOD = 0.01  # seconds between two tries to take it


class Ledger:
    """The progress of one clone.

    Parameters
    ----------
    root : Path
        The clone.
    """

    def __init__(self, root: Path) -> None:
        self.folder = root / ".dojo"
        self.path = self.folder / "state.json"
        self.backup = self.folder / "state.backup.json"
        self.log = self.folder / "attempts.jsonl"
        self.notices: list[str] = []  # what the learner should be told
        self._waiting: list[Event] = []  # what could not be written yet
        self._attempted: dict[str, str] = {}  # the last answer by kata

    def read(self) -> State:
        """Return the state, with what the log has beyond it."""
        state = self._sum()
        for event in self._waiting:
            apply(state, event)
        return state

    def add(self, event: Event) -> State:
        """Write an event down and return the state with it.

        An event that cannot be written is kept in memory, tried again with the next,
        and said in `notices`; an attempt that two watchers saw is written down by one.
        """
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        stamp: Stamp = {"v": SCHEMA, "at": at}
        self._waiting.append(cast(Event, {**stamp, **event}))
        try:
            with self._locked():
                while self._waiting:
                    if not self._is_known(self._waiting[0]):
                        self._append(self._waiting[0])
                    del self._waiting[0]
                state = self._sum()
                self._write(state)
                return state
        except OSError as error:
            self._say(
                f"progress is not saved ({error.strerror or error}): "
                f"make room for, or allow writing to, {self.folder}"
            )
            return self.read()

    def _is_known(self, event: Event) -> bool:
        """Tell whether another `dojo watch` has written this attempt down."""
        if event["kind"] != "attempt" or event["by"] != "watch":
            return False
        before = self._attempted.get(event["kata"])
        self._attempted[event["kata"]] = event["answer"]
        return before != event["answer"] and says_again(self._sum(), event)

    def events(self, start: int = 0) -> Iterator[Event]:
        """Yield the log's events.

        Lines that a crash tore, that were edited into nonsense, or that only a newer
        dojo understands are passed over.
        """
        if not self.log.is_file():
            return
        with self.log.open("rb") as file:
            file.seek(start)
            for line in file:
                try:
                    event = event_from(json.loads(line))
                except (ValueError, RecursionError):
                    continue
                if event:
                    yield event

    def _append(self, event: Event) -> None:
        line = json.dumps(event).encode() + b"\n"
        handle = os.open(self.log, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            size = os.fstat(handle).st_size
            os.lseek(handle, max(0, size - 1), os.SEEK_SET)
            if size and os.read(handle, 1) != b"\n":
                line = b"\n" + line  # a crash, or a full disk, tore the last line
            while line:
                line = line[os.write(handle, line) :]
            os.fsync(handle)
        finally:
            os.close(handle)

    def _sum(self) -> State:
        """Return the saved state with the events that came after it."""
        state = self._saved()
        size = self.log.stat().st_size if self.log.is_file() else 0
        if state["read"] < size:
            for event in self.events(state["read"]):
                apply(state, event)
        state["read"] = size
        return state

    def _saved(self) -> State:
        try:
            return state_from(json.loads(self.path.read_text("utf-8")))
        except FileNotFoundError:
            pass
        except NewerState as error:
            self._set_aside("newer", f"{error}: run dojo update")
        except (ValueError, RecursionError) as error:
            self._set_aside("broken", f"is broken ({error})")
        except OSError as error:
            self._say(f"progress cannot be read ({error.strerror}): {self.path}")
            return new_state()
        return self._without_state()

    def _without_state(self) -> State:
        """Return where to begin without a state: the log's start, else the backup."""
        if not self.log.is_file() and self.backup.is_file():
            try:
                return state_from(json.loads(self.backup.read_text("utf-8")))
            except (ValueError, RecursionError):
                pass  # nothing is left to read; the file stays where it is
        return new_state()

    def _set_aside(self, kind: str, why: str) -> None:
        number = 1
        while (aside := self.folder / f"state.{kind}-{number}.json").exists():
            number += 1
        try:
            with self._locked():
                os.replace(self.path, aside)
        except OSError:  # a clone that only can be read; another dojo did it
            return self._say(f"{self.path} {why}; it is left alone")
        return self._say(
            f".dojo/state.json {why}; it is kept as .dojo/{aside.name}, "
            "and the log was read instead"
        )

    def _write(self, state: State) -> None:
        for torn in self.folder.glob(".state*.json.*"):
            torn.unlink(missing_ok=True)  # a dojo was killed while it wrote
        text = json.dumps(state, indent=1) + "\n"
        if self.path.is_file():
            write_text(self.backup, self.path.read_text("utf-8"))
        write_text(self.path, text)

    def _say(self, text: str) -> None:
        if text not in self.notices:
            self.notices.append(text)

    @cached_property
    def _lock(self) -> FileLock:
        from filelock import FileLock  # slow to load, and a command may only read

        path = self.folder / "lock"
        return FileLock(path, timeout=PATIENCE, poll_interval=PERIOD)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the lock, which the system gives back when its holder is killed.

        The folder is made with it.
        """
        try:
            lock = self._lock.acquire()
        except TimeoutError as error:
            raise OSError("another dojo holds .dojo/lock") from error
        with lock:
            yield
