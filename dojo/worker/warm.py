"""Keeps grading processes warm, so that a run starts at once.

One child always stands ready: it has imported everything and collected the kata's
tests, and waits for the word to go. On Linux it is a fork of a warm process that never
computes. Elsewhere it is a spare process of its own: Windows has no fork, and macOS
forbids most of what a forked child would do.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Collection, Iterator
from pathlib import Path

from dojo.worker.messages import Crash
from dojo.worker.warm_child import WarmChild, WarmProcess

FORKS = sys.platform == "linux"
BESIDE = {"__pycache__", "dojo", "bench"}  # the tool's own tests judge no answer
Stamp = tuple[str, int, int]  # a file's path, time of change and size


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
        self._process: WarmProcess | None = None
        self._ready: tuple[list[str], WarmChild] | None = None
        self._stamp: set[Stamp] = set()
        self._edition = 0

    def prepare(self, arguments: list[str]) -> None:
        """Have a child stand ready for a run with these arguments of pytest."""
        process = self._fresh_process()
        if self._ready and (self._ready[0] != arguments or self._ready[1].gone):
            self._drop_ready()
        if not self._ready:
            self._ready = arguments, WarmChild(arguments, [], process)
            if not self._forks:
                self._process = WarmProcess(self._root, once=True)

    def edition(self) -> int:
        """Return a number that is another one as soon as what judges has changed."""
        self._fresh_process()
        return self._edition

    def launch(
        self,
        arguments: list[str],
        crashes: list[Crash],
        functions: Collection[str] | None = None,
    ) -> WarmChild:
        """Let a child grade: the one that stands ready, if it fits.

        With `functions` it runs the tests of these alone.
        """
        if crashes:
            self._drop_ready()
            child = WarmChild(arguments, crashes, self._fresh_process())
            self._process = self._process if self._forks else None
        else:
            self.prepare(arguments)
            assert self._ready is not None
            child, self._ready = self._ready[1], None
        child.go(functions)
        return child

    def close(self) -> None:
        """End everything."""
        if self._process:
            self._process.close()
        self._drop_ready()
        self._process = None

    def _drop_ready(self) -> None:
        if self._ready:
            self._ready[1].close()
        self._ready = None

    def _fresh_process(self) -> WarmProcess:
        """Return a process that has imported the tool and the graders as they are."""
        stamp = self._stamps()
        if stamp != self._stamp or (self._process and not self._process.alive):
            self.close()
        if stamp != self._stamp:
            self._edition, self._stamp = self._edition + 1, stamp
        if self._process is None:
            self._process = WarmProcess(self._root, once=not self._forks)
        return self._process

    def _stamps(self) -> set[Stamp]:
        """Return what shows that a file of those that judge has changed."""
        stamps = {_stamp(self._root / "pyproject.toml")}
        for tree in ("dojo", "solutions", "tests"):
            stamps.update(_stamps_in(str(self._root / tree)))
        return stamps


def _stamps_in(folder: str) -> Iterator[Stamp]:
    """Yield the stamps of the Python files in a folder, without pathlib: it is slow."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".py"):
                yield _stamp(entry)
            elif entry.name not in BESIDE and entry.is_dir(follow_symlinks=False):
                yield from _stamps_in(entry.path)


def _stamp(file: Path | os.DirEntry[str]) -> Stamp:
    try:
        facts = file.stat()
    except FileNotFoundError:  # removed since it was listed
        return os.fspath(file), 0, 0
    return os.fspath(file), facts.st_mtime_ns, facts.st_size
