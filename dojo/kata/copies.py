"""Replaces a learner's file, and keeps a copy of every text that was replaced."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from dojo.files import assert_file, write_bytes, write_new
from dojo.kata.catalog import Kata

NAME = re.compile(r"(?P<stem>[^.]+)\.(?P<stamp>\d{8}-\d{6})\.(?P<number>\d+)\.py")


@dataclass(frozen=True)
class Copy:
    """A text that a learner's file had until a command replaced it.

    Parameters
    ----------
    path : Path
    stem : str
        Of the file that it was.
    stamp : str
        The second in which it was made.
    number : int
        Counts the copies of that second.
    """

    path: Path
    stem: str
    stamp: str
    number: int

    @property
    def chapter(self) -> str:
        """The folder of the file that it was."""
        return self.path.parent.name


def copies(root: Path) -> list[Copy]:
    """Return a clone's copies, the oldest first; the folder is the only list of them.

    What stands there under another name, such as half a copy, is none.
    """
    paths = _folder(root).glob("*/*.py")
    named = [(path, match) for path in paths if (match := NAME.fullmatch(path.name))]
    found = [Copy(p, m["stem"], m["stamp"], int(m["number"])) for p, m in named]
    return sorted(found, key=lambda copy: (copy.stamp, copy.number, copy.path))


def _folder(root: Path) -> Path:
    return root / ".dojo" / "backups"


def replace(kata: Kata, data: bytes) -> Path | None:
    """Put a text in the place of the learner's file; return the copy of what was there.

    None if nothing was, or if it was that text already.

    Raises
    ------
    OSError
        If the file cannot be read or written, or something else stands in its place.
    """
    assert_file(kata.stub)
    copy = None
    if kata.stub.is_file():
        before = kata.stub.read_bytes()
        if before == data:
            return None
        copy = _kept(kata, before)
    write_bytes(kata.stub, data)
    return copy


def replace_text(kata: Kata, text: str) -> Path | None:
    """Do the same with a text as `read_text` returns it."""
    return replace(kata, text.encode("utf-8", "surrogateescape"))


def _kept(kata: Kata, data: bytes) -> Path:
    """Write a copy later in the order than all others, also where the clock went back.

    A name that another process takes meanwhile is left to it.
    """
    last = max(((c.stamp, c.number) for c in copies(kata.root)), default=("", 0))
    stamp = max(time.strftime("%Y%m%d-%H%M%S"), last[0])
    folder = _folder(kata.root) / kata.chapter
    for number in count(last[1] + 1 if stamp == last[0] else 1):
        path = folder / f"{kata.stem}.{stamp}.{number}.py"
        try:
            write_new(path, data)
        except FileExistsError:
            continue
        return path
    raise AssertionError("numbers do not end")
