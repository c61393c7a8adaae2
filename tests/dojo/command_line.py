"""Runs a command of the dojo in this process, which saves the start of another."""

from __future__ import annotations

import contextlib
import io
import signal
import sys
from collections.abc import Iterator
from unittest import mock

from conftest import Clone, Ran

from dojo.ui.cli import main


def dojo(clone: Clone, *words: str) -> Ran:
    """Run a command in a clone as a person would, with a pipe for a terminal."""
    out, err, status = io.StringIO(), io.StringIO(), 0
    with (
        contextlib.chdir(clone.root),
        mock.patch.object(sys, "argv", ["dojo", *words]),
        mock.patch.dict("os.environ", COLUMNS="100"),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        _signals_restored(),
    ):
        try:
            main()
        except SystemExit as end:
            status = int(end.code or 0)
    return Ran(status, out.getvalue(), err.getvalue())


@contextlib.contextmanager
def _signals_restored() -> Iterator[None]:
    numbers = (signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else []))
    before = {number: signal.getsignal(number) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
