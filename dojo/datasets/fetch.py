"""Fetches a data set: what is missing, checked, and put in its place in one step."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from filelock import FileLock, Timeout

from dojo.datasets import cache
from dojo.datasets.download import (
    Interrupted,
    Oversized,
    Patience,
    RangeRefused,
    Unavailable,
    resume,
)
from dojo.datasets.sets import DataSet, Remote
from dojo.errors import DataError

ATTEMPTS = 4  # at each server, in a row without progress
PROGRESS = 1 << 20  # bytes
MARGIN = 1 << 20  # bytes of the disk that are left free


class Listener(Protocol):
    """Who wants to know how far it is."""

    def says(self, line: str) -> None:
        """Hear what was decided."""

    def received(self, file: Remote, count: int) -> None:
        """Hear how much of a file is there."""


@dataclass(frozen=True)
class Fetch:
    """How to fetch, and who listens.

    Parameters
    ----------
    listener : Listener
    patience : Patience
        With each server.
    pause : float
        Seconds before a server is asked again; twice as many each further time.
    """

    listener: Listener
    patience: Patience = field(default_factory=Patience)
    pause: float = 1.0

    def fetch(self, data_set: DataSet, mirrors: Sequence[str] = ()) -> None:
        """Bring all files of a data set into its folder.

        What is there and has the right checksum stays. Of a file that did not come
        whole, what came is kept beside it, for the next time.

        Parameters
        ----------
        data_set : DataSet
        mirrors : sequence of str
            Addresses to try instead of those of the data set.

        Raises
        ------
        DataError
            If it cannot be fetched; no file has its final name before it is right.
        """
        folder = cache.folder(data_set)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with FileLock(folder / ".lock", timeout=0):
                missing = [
                    file for file in data_set.files if not self._has(file, folder)
                ]
                _check_space(missing, folder)
                for file in missing:
                    self._one(file, folder, mirrors or data_set.mirrors)
        except Timeout:
            raise DataError(
                f"{data_set.title} is being fetched by another dojo.\n"
                "Let that one end, or end it, and try again."
            ) from None
        except OSError as error:
            raise DataError(
                f"{error.filename or folder} cannot be used: {error.strerror}.\n"
                f"Make room or allow it, or name another folder in {cache.VARIABLE}; "
                "what came so far is kept."
            ) from error

    def _has(self, file: Remote, folder: Path) -> bool:
        """Whether a file is there, as it was published."""
        path = folder / file.name
        if not path.exists():
            return False
        if is_right(path, file):
            self.listener.says(f"{file.name} is here already, with the right checksum")
            return True
        self.listener.says(
            f"{file.name} is here, but not as it was published; it is fetched again"
        )
        return False

    def _one(self, file: Remote, folder: Path, mirrors: Sequence[str]) -> None:
        """Bring a file from the first server that gives it."""
        part = folder / f"{file.name}.part"
        failures = []
        for mirror in mirrors:
            host = urlsplit(mirror).netloc
            self.listener.says(f"{file.name} from {host}")
            try:
                self._from(mirror + file.name, part, file)
            except Unavailable as error:
                failures.append(f"  {host}: {error}")
                self.listener.says(f"{host}: {error}")
                continue
            _put(part, folder / file.name)
            return
        kept = "Nothing of it could be kept."
        if _size(part):
            share = f"{_size(part):,} of {file.size:,} bytes are kept"
            kept = f"{share}; the same command goes on from there."
        raise DataError(
            f"{file.name} could not be fetched:\n" + "\n".join(failures) + f"\n{kept}\n"
            "Is this machine online? Another server that has the file: --from ADDRESS"
        )

    def _from(self, url: str, part: Path, file: Remote) -> None:
        """Bring a file from one server; the part is then whole and right."""
        wrong, left = "does not send what is asked for", ATTEMPTS
        while left:
            had = _size(part)
            try:
                self._resume(url, part, file)
            except RangeRefused:
                left = self._again("the server cannot go on from there", left)
                part.unlink(missing_ok=True)
                continue
            except Interrupted as error:
                wrong = f"{error}"
                left = ATTEMPTS if _size(part) >= had + PROGRESS else left
                left = self._again(wrong, left)
                continue
            if is_right(part, file):
                return
            part.unlink()
            wrong = "sent a file with another checksum"
            # What came in one piece would come so again.
            left = self._again(wrong, left) if had else 0
        raise Unavailable(wrong)

    def _resume(self, url: str, part: Path, file: Remote) -> None:
        if _size(part) == file.size:
            return
        try:
            resume(
                url,
                part,
                file.size,
                self.patience,
                lambda count: self.listener.received(file, count),
            )
        except Oversized:
            part.unlink()
            raise

    def _again(self, why: str, left: int) -> int:
        """Return how many attempts are left, after a pause before the next."""
        if left > 1:
            self.listener.says(f"{why}; trying again")
            time.sleep(self.pause * 2 ** (ATTEMPTS - left))
        return left - 1


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _put(part: Path, path: Path) -> None:
    """Give a whole file its name, once its bytes are on the disk."""
    with part.open("r+b") as file:
        os.fsync(file.fileno())
    part.replace(path)


def is_right(path: Path, file: Remote) -> bool:
    """Whether a file has the size and the checksum that were published."""
    if path.stat().st_size != file.size:
        return False
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest() == file.sha256


def _check_space(missing: Sequence[Remote], folder: Path) -> None:
    """Check that the disk has room for what is missing."""
    have = sum(_size(folder / f"{file.name}.part") for file in missing)
    need = sum(file.size for file in missing) - have + MARGIN * bool(missing)
    if (free := shutil.disk_usage(folder).free) < need:
        room = f"{free / 1e6:,.1f} MB free, and {need / 1e6:,.1f} MB are needed"
        raise DataError(
            f"{folder} has {room}.\n"
            f"Make room, or name another folder in {cache.VARIABLE}."
        )
