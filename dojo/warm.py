"""Keeps grading processes warm, so that a run starts at once.

One child always stands ready: it has imported everything and collected the kata's tests,
and waits for the word to go. On Linux it is a fork of a warm process that never computes.
Elsewhere it is a spare process of its own: Windows has no fork, and macOS forbids most of
what a forked child would do.
"""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO, Any

from dojo import kin
from dojo.child import Child, Record, environment

FORKS = sys.platform == "linux"
GRACE = 2.0  # seconds from a test's alarm until the process is killed from outside
GONE = -9  # the status of a child whose end nobody could report


class Cancelled(Exception):
    """The run is of no more use: the file was saved again."""


class WarmChild(Child):
    """A child that collects, and grades when told to go."""

    patience = GRACE

    def __init__(
        self, arguments: list[str], crashes: list[Record], process: _Process
    ) -> None:
        super().__init__(arguments, crashes)
        self._process = process
        self._news: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self.number = process.add(self)
        output = str(self.room / "output")
        process.tell(
            do="ready", id=self.number, arguments=self.arguments, output=output
        )

    def go(self) -> None:
        """Let it grade."""
        self._process.tell(do="go", id=self.number)

    def cancel(self) -> None:
        """Let `wait` raise `Cancelled`, from another thread."""
        self._news.put(None)

    def ended(self, status: int) -> None:
        """Be told that the process has ended."""
        self._news.put(status)

    def wait(self, seconds: float) -> bool:
        """Wait at most so long; tell whether the process has ended.

        Raises
        ------
        Cancelled
            If the run is of no more use.
        """
        try:
            news = self._news.get(timeout=seconds)
        except queue.Empty:
            return False
        if news is None:
            raise Cancelled
        self.returncode = news
        return True

    def end(self) -> None:
        """Have the process print its line, then kill it with its children."""
        self._end(where=True)

    def close(self) -> None:
        """Kill what still runs, wait for its end, and remove the room."""
        if self.returncode is None:
            self._end(where=False)
        super().close()

    def _end(self, where: bool) -> None:
        self._process.tell(do="end", id=self.number, where=where)
        while self.returncode is None:
            self.returncode = self._news.get()


class _Process:
    """The warm process, or one spare one; a thread hears what it says."""

    def __init__(self, root: Path, once: bool) -> None:
        self._log = tempfile.TemporaryFile()
        self._once = once
        self._process = subprocess.Popen(
            [sys.executable, "-m", "dojo.warm_server", *(["--once"] if once else [])],
            cwd=root,
            env=environment(root),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            start_new_session=True,
        )
        self._lock = threading.Lock()
        self._children: dict[int, WarmChild] = {}
        self._count = 0
        self.alive = True
        threading.Thread(target=self._listen, daemon=True).start()

    def add(self, child: WarmChild) -> int:
        """Take a child in and return its number."""
        with self._lock:
            self._count += 1
            if self.alive:
                self._children[self._count] = child
            else:
                child.ended(GONE)
            return self._count

    def tell(self, **command: Any) -> None:
        """Send a command; that the process is gone will be heard elsewhere."""
        if self._once and command["do"] == "end":
            self._end_spare(command["where"])
            return
        assert self._process.stdin is not None
        try:
            with self._lock:
                self._process.stdin.write(json.dumps(command).encode() + b"\n")
                self._process.stdin.flush()
        except (BrokenPipeError, ValueError):
            pass

    def _end_spare(self, where: bool) -> None:
        if sys.platform != "win32":
            import signal

            if where:
                self._process.send_signal(signal.SIGUSR1)
                try:
                    self._process.wait(0.1)
                except subprocess.TimeoutExpired:
                    pass
            kin.end_group(self._process.pid)
        else:
            self._process.kill()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        output: IO[bytes] = self._process.stdout
        for line in output:
            words = json.loads(line)
            if "status" in words:
                with self._lock:
                    child = self._children.pop(words["id"], None)
                if child:
                    child.ended(words["status"])
        status = self._process.wait()
        if self._once and sys.platform != "win32":
            kin.end_group(self._process.pid)
        with self._lock:
            self.alive = False
            left = list(self._children.values())
            self._children.clear()
        for child in left:
            child.ended(status if self._once else GONE)

    def close(self) -> None:
        """End the process and all its children."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.close()
        except BrokenPipeError:
            pass
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()

    def log(self) -> str:
        """Return what it wrote to standard error."""
        self._log.seek(0)
        return self._log.read().decode("utf-8", "replace")


class Warm:
    """Hands out grading processes that stand ready.

    Parameters
    ----------
    root : Path
        The clone.
    forks : bool
        Whether the warm process may fork.
    """

    def __init__(self, root: Path, forks: bool = FORKS) -> None:
        self._root, self._forks = root, forks
        self._process: _Process | None = None
        self._ready: tuple[list[str], WarmChild] | None = None
        self._stamp: list[tuple[str, int, int]] = []

    def prepare(self, arguments: list[str]) -> None:
        """Have a child stand ready for a run with these arguments of pytest."""
        process = self._fresh_process()
        if self._ready and (
            self._ready[0] != arguments or self._ready[1].returncode is not None
        ):
            self._drop_ready()
        if not self._ready:
            self._ready = arguments, WarmChild(arguments, [], process)
            if not self._forks:
                self._process = _Process(self._root, once=True)

    def launch(self, arguments: list[str], crashes: list[Record]) -> WarmChild:
        """Let a child grade: the one that stands ready, if it fits."""
        if crashes:
            self._drop_ready()
            child = WarmChild(arguments, crashes, self._fresh_process())
            self._process = self._process if self._forks else None
        else:
            self.prepare(arguments)
            assert self._ready is not None
            child, self._ready = self._ready[1], None
        child.go()
        return child

    def close(self) -> None:
        """End everything."""
        self._drop_ready()
        if self._process:
            self._process.close()
        self._process = None

    def _drop_ready(self) -> None:
        if self._ready:
            self._ready[1].close()
        self._ready = None

    def _fresh_process(self) -> _Process:
        """Return a process that has imported the tool and the graders as they are."""
        stamp = [_stamp(path) for path in self._sources()]
        if stamp != self._stamp or (self._process and not self._process.alive):
            self.close()
        if self._process is None:
            self._process = _Process(self._root, once=not self._forks)
            self._stamp = stamp
        return self._process

    def _sources(self) -> list[Path]:
        found = [self._root / "pyproject.toml"]
        for tree in ("dojo", "solutions", "tests"):
            found += sorted((self._root / tree).rglob("*.py"))
        return found


def _stamp(path: Path) -> tuple[str, int, int]:
    try:
        facts = path.stat()
    except FileNotFoundError:  # removed since it was listed
        return str(path), 0, 0
    return str(path), facts.st_mtime_ns, facts.st_size
