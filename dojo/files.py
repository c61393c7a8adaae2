"""Reads and writes files so that nothing is ever lost, not by halves nor by a byte."""

from __future__ import annotations

import errno
import itertools
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import decode_source
from pathlib import Path

from dojo.scratch import clear_files, hold

UNFINISHED = ".dojo"  # what a file's name ends in while it is written
KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


class NoFile(OSError):
    """What stands at a path is no file, and reading it could wait for ever.

    Parameters
    ----------
    path : Path
    form : str
        What it is: "a pipe".
    """

    def __init__(self, path: Path, form: str) -> None:
        self._says = f"{path} is {form}, not a file"
        super().__init__(errno.EINVAL, f"it is {form}, not a file", str(path))

    def __str__(self) -> str:
        return self._says


def odd_form(path: Path) -> str:
    """Return what stands at a path if it is no file: "a folder", else nothing."""
    try:
        if path.is_symlink() and not path.exists():
            return f"a link to {path.readlink()}, which does not exist"
        return KINDS.get(stat.S_IFMT(path.stat().st_mode), "")
    except FileNotFoundError:
        return ""
    except OSError as error:
        return f"what cannot be read: {error.strerror}"


def assert_file(path: Path) -> None:
    """Let nothing follow if something else than a file stands at a path.

    Raises
    ------
    NoFile
    """
    if path.exists() and not path.is_file():
        raise NoFile(path, odd_form(path))


def read_text(path: Path) -> str:
    """Return a file's text; bytes that are no UTF-8 come back with `write_text`.

    The mark that some editors of Windows put first, the BOM, is no text.
    """
    assert_file(path)
    return read_stream(path)


def read_stream(path: Path) -> str:
    """Return the text of a file, or of a pipe, for whose end it waits."""
    return path.read_text("utf-8-sig", "surrogateescape")


def read_source(path: Path) -> str:
    """Return a file's text as Python reads it: a BOM or a declared encoding counts.

    Raises
    ------
    SyntaxError
        With the line, if a byte is not of the encoding.
    """
    assert_file(path)
    raw = path.read_bytes()
    if b"\0" in raw[:4]:  # each of the first two characters takes two or four bytes
        raise _no_utf_8("the file is UTF-16 or UTF-32", path, 1)
    try:
        return decode_source(raw)
    except UnicodeDecodeError as error:
        raise _of_byte(error, raw, path) from error
    except SyntaxError as error:  # the lines in which an encoding may be declared
        try:
            raw.decode("utf-8")
        except UnicodeDecodeError as byte:
            raise _of_byte(byte, raw, path) from error
        raise _no_utf_8(error.msg, path, 1) from error


def _of_byte(error: UnicodeDecodeError, raw: bytes, path: Path) -> SyntaxError:
    says = f"byte {raw[error.start]:#x} is not {error.encoding}"
    return _no_utf_8(says, path, raw.count(b"\n", 0, error.start) + 1)


def _no_utf_8(says: str, path: Path, line: int) -> SyntaxError:
    place = (str(path), line, None, None)
    return SyntaxError(f"{says}; save the file as UTF-8", place)


def write_text(path: Path, text: str) -> None:
    """Write a file in one step: a reader sees the old text or the new, never half."""
    write_bytes(path, text.encode("utf-8", "surrogateescape"))


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file in one step; into a pipe or a device the bytes go as they are."""
    if path.exists() and not path.is_file():
        path.write_bytes(data)
        return
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
    with _beside(path, data, mode) as whole:
        os.replace(whole, path)


def write_new(path: Path, data: bytes) -> None:
    """Write a file that does not exist yet, in one step.

    Raises
    ------
    FileExistsError
        If it exists, even if another process made it a moment ago.
    """
    with _beside(path, data, 0o644) as whole:
        try:
            os.link(whole, path)
        except FileExistsError:
            raise
        except OSError:  # a file system without links: not in one step, but never over
            with path.open("xb") as file:
                file.write(data)


@contextmanager
def _beside(path: Path, data: bytes, mode: int) -> Iterator[Path]:
    """Lend out a file beside `path` that has the data and is on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(UNFINISHED, f".{path.name}.", path.parent)
    whole = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            hold(file)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        whole.chmod(mode)
        yield whole
    finally:
        whole.unlink(missing_ok=True)


def clear_unfinished(folder: Path) -> None:
    """Remove what a process that was killed had half written in a folder."""
    clear_files(folder.glob(f".*{UNFINISHED}"))


def keep(path: Path) -> Path | None:
    """Copy a file that is there to the next free name beside it; return the copy."""
    if not path.is_file():
        return None
    data = path.read_bytes()
    for number in itertools.count(1):
        copy = path.with_suffix(f".{number}{path.suffix}")
        try:
            write_new(copy, data)
        except FileExistsError:
            continue
        shutil.copystat(path, copy)
        return copy
    return None
