"""Folders for a while: each belongs to a process, and the next clears a killed one's.

A process holds a lock on a file in its folder, which the system takes from it when it
ends, however it ends. So the folder of a live process is never taken for a leftover.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

try:
    import fcntl
except ImportError:  # Windows, where an open file cannot be removed
    HAS_LOCKS = False
else:
    HAS_LOCKS = True

PREFIX, LOCK = "dojo-", ".held"
YOUNG = 60.0  # seconds in which whoever made it may not have locked it yet


class Scratch:
    """A folder of this process, until it is closed or the process ends."""

    def __init__(self, prefix: str = PREFIX) -> None:
        self.path = Path(tempfile.mkdtemp(prefix=prefix))
        self._held = (self.path / LOCK).open("wb")
        hold(self._held)

    def close(self) -> None:
        """Remove the folder."""
        self._held.close()
        shutil.rmtree(self.path, ignore_errors=True)


@contextmanager
def scratch(prefix: str = PREFIX) -> Iterator[Path]:
    """Have a folder for the block."""
    folder = Scratch(prefix)
    try:
        yield folder.path
    finally:
        folder.close()


def hold(file: IO[bytes]) -> None:
    """Let others see, until it is closed, that a file belongs to a live process."""
    if HAS_LOCKS:
        with contextlib.suppress(OSError):  # a file system without locks
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def clear_folders() -> None:
    """Remove the folders of the dojo's that a killed process of this user left."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        if _is_left(folder / LOCK):
            with contextlib.suppress(OSError):
                (folder / LOCK).unlink()
                shutil.rmtree(folder, ignore_errors=True)


def clear_files(paths: Iterable[Path]) -> None:
    """Remove those of some files that a killed process of this user left."""
    for path in paths:
        if _is_left(path):
            with contextlib.suppress(OSError):
                path.unlink()


def _is_left(path: Path) -> bool:
    """Tell whether a file is old enough, this user's, and held by no live process."""
    try:
        status = path.lstat()
        mine = not hasattr(os, "getuid") or status.st_uid == os.getuid()
        if not mine or time.time() - status.st_mtime < YOUNG:
            return False
        with path.open("rb") as file:
            if HAS_LOCKS:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # it is held, or no longer there
        return False
    return True
