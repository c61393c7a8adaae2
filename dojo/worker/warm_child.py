"""The processes behind `dojo watch`: the warm one, spare ones, and their children."""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import sys
import threading
from collections.abc import Collection
from pathlib import Path
from typing import IO, Any

from dojo.worker import processes
from dojo.worker.child import ONLY, Child, environment
from dojo.worker.messages import Crash

GRACE = 2.0  # seconds from a test's alarm until the process is killed from outside
JUDGED = "judged"  # in the place of a status: the verdicts are out
GONE = -9  # the status of a child whose end nobody could report


class Cancelled(Exception):
    """The run is of no more use: the file was saved again."""


class WarmChild(Child):
    """A child that collects, and grades when told to go."""

    patience = GRACE

    def __init__(
        self, arguments: list[str], crashes: list[Crash], process: WarmProcess
    ) -> None:
        super().__init__(["--watched", *arguments], crashes)
        self._process = process
        self._ends: queue.SimpleQueue[int | str | None] = queue.SimpleQueue()
        self.gone = False  # whether the process has ended, also if nobody waited
        self.number = process.add(self)
        output = str(self.folder / "output")
        process.tell(
            do="ready", id=self.number, arguments=self.arguments, output=output
        )

    def go(self, functions: Collection[str] | None = None) -> None:
        """Let it grade all that it collected, or some functions of it."""
        if functions is not None:
            (self.folder / ONLY).write_text(json.dumps(list(functions)), "utf-8")
        self._process.tell(do="go", id=self.number)

    def cancel(self) -> None:
        """Let `wait` raise `Cancelled`, from another thread."""
        self._ends.put(None)

    def ended(self, status: int) -> None:
        """Be told that the process has ended."""
        self.gone = True
        self._ends.put(status)

    def told_of_verdicts(self) -> None:
        """Be told that the verdicts are out."""
        self._ends.put(JUDGED)

    def wait(self, seconds: float) -> bool:
        """Wait at most so long; tell whether there are verdicts, or it has ended.

        Raises
        ------
        Cancelled
            If the run is of no more use.
        """
        try:
            status = self._ends.get(timeout=seconds)
        except queue.Empty:
            return False
        if status is None:
            raise Cancelled
        if not isinstance(status, str):
            self.returncode = status
        return True

    def end(self) -> None:
        """Have the process print its line, then kill it with its children."""
        self._end(where=True)

    def close(self) -> None:
        """Kill what still runs, wait for its end, and remove the folder."""
        if self.returncode is None:
            self._end(where=False)
        super().close()

    def _end(self, where: bool) -> None:
        self._process.tell(do="end", id=self.number, where=where)
        while self.returncode is None:
            status = self._ends.get()
            self.returncode = status if isinstance(status, int) else None


class WarmProcess:
    """The warm process, or one spare one; a thread hears what it says."""

    def __init__(self, root: Path, once: bool) -> None:
        self._once = once
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "dojo.worker.warm_server",
                *(["--once"] if once else []),
            ],
            cwd=root,
            env=environment(root),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._lock = threading.Lock()
        self._children: dict[int, WarmChild] = {}
        self._count = 0
        self.alive, self.warm = True, False
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
            child = self._children.get(command["id"])
            shown = child.folder / "output" if child and command["where"] else None
            self._end_spare(shown)
            return
        assert self._process.stdin is not None
        try:
            with self._lock:
                self._process.stdin.write(json.dumps(command).encode() + b"\n")
                self._process.stdin.flush()
        except (BrokenPipeError, ValueError):
            return  # the listener hears the end of its output, and tells the children

    def _end_spare(self, output: Path | None) -> None:
        if sys.platform != "win32":
            if output:
                processes.show_lines(self._process.pid, output)
            processes.end_group(self._process.pid)
        else:
            self._process.kill()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        output: IO[bytes] = self._process.stdout
        for line in output:
            words = json.loads(line)
            self.warm = self.warm or "ready" in words
            with self._lock:
                child = self._children.get(words.get("id", 0))
                if "status" in words:
                    self._children.pop(words["id"], None)
            if child and "status" in words:
                child.ended(words["status"])
            elif child:
                child.told_of_verdicts()
        status = self._process.wait()
        if self._once and sys.platform != "win32":
            processes.end_group(self._process.pid)
        with self._lock:
            self.alive = False
            left = list(self._children.values())
            self._children.clear()
        for child in left:
            child.ended(status if self._once else GONE)

    def close(self) -> None:
        """End the process and all its children."""
        if not self.warm:
            self._process.kill()  # it has no children yet, and no ear for us
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
