"""Finds the learner's line in a traceback."""

from __future__ import annotations

import linecache
import os
import types


def line_in(path: str, traceback: types.TracebackType | None) -> int | None:
    """Return the last line of a file that a traceback passes through."""
    line = None
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == path:
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line


def function_in(path: str, traceback: types.TracebackType | None) -> str:
    """Return the last function of a file that a traceback passes through."""
    name = ""
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == path:
            name = traceback.tb_frame.f_code.co_name
        traceback = traceback.tb_next
    return name


def quoted_line_in(path: str, traceback: types.TracebackType | None) -> str:
    """Return the learner's line as `file:line: code`, or nothing."""
    line = line_in(path, traceback)
    if line is None:
        return ""
    code, name = linecache.getline(path, line).strip(), os.path.basename(path)
    return f"{name}:{line}: {code}" if code else f"{name}:{line}"
