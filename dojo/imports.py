"""Imports much at once, without a look for garbage meanwhile."""

from __future__ import annotations

import gc
import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Let nothing be collected in the block, nor later what it has imported.

    What torch imports makes the collector look through all of it again and again: a
    tenth of the time, and of its compiler's a quarter.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if enabled:
            gc.enable()


def have(module: str) -> None:
    """Have a module imported, and nothing collected meanwhile."""
    if module not in sys.modules:
        with uncollected():
            importlib.import_module(module)
