"""Reads and writes files so that nothing is ever lost, not by halves nor by a byte."""

from __future__ import annotations

import os
import shutil
import tempfile
from importlib.util import decode_source
from pathlib import Path


def read_text(path: Path) -> str:
    """Return a file's text; bytes that are no UTF-8 come back with `write_text`.

    The mark that some editors of Windows put first, the BOM, is no text.
    """
    return path.read_text("utf-8-sig", "surrogateescape")


def read_source(path: Path) -> str:
    """Return a file's text as Python reads it: a BOM or a declared encoding counts.

    Raises
    ------
    SyntaxError
        With the line, if a byte is not of the encoding.
    """
    raw = path.read_bytes()
    try:
        return decode_source(raw)
    except UnicodeDecodeError as error:
        says = f"byte {raw[error.start]:#x} is not {error.encoding}"
        line = raw.count(b"\n", 0, error.start) + 1
        place = (str(path), line, None, None)
        raise SyntaxError(f"{says}; save the file as UTF-8", place) from error


def write_text(path: Path, text: str) -> None:
    """Write a file in one step: a reader sees the old text or the new, never half."""
    write_bytes(path, text.encode("utf-8", "surrogateescape"))


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file in one step; into a pipe or a device the bytes go as they are."""
    if path.exists() and not path.is_file():
        path.write_bytes(data)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, mode)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def keep(path: Path) -> Path | None:
    """Copy a file that is there to the next free name beside it; return the copy."""
    if not path.is_file():
        return None
    number = 1
    while (copy := path.with_suffix(f".{number}{path.suffix}")).exists():
        number += 1
    write_bytes(copy, path.read_bytes())
    shutil.copystat(path, copy)
    return copy
