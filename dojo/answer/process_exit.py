"""Refuses to let an answer end or replace the process that grades it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

from dojo.answer.witness import Witness

real_exit = os._exit


class ExitRefused(BaseException):
    """An answer called os._exit, or what replaces the process."""


def refuse_exit(witness: Witness) -> None:
    """Let what ends or replaces the process raise while an answer runs.

    Later, when an answer may still run code at the interpreter's end, the process ends
    no better than its verdicts: `witness.least_status`.
    """
    instead: dict[str, Callable[..., Any]] = {"_exit": _guarded_exit(witness, os._exit)}
    for name in ("execv", "execve"):  # all other forms go through these
        instead[name] = _refusing(witness, name, getattr(os, name))
    for module in ("os", "posix", "nt"):  # the last two are their home, by system
        if module in sys.modules:
            vars(sys.modules[module]).update(instead)


def _guarded_exit(
    witness: Witness, before: Callable[[int], Any]
) -> Callable[[int], Any]:
    def _exit(status: int) -> None:
        if witness.inside:
            raise ExitRefused(f"called os._exit({status})")
        before(status or witness.least_status)

    return _exit


def _refusing(
    witness: Witness, name: str, before: Callable[..., Any]
) -> Callable[..., Any]:
    def refuse(*args: Any) -> Any:
        if witness.inside:
            raise ExitRefused(f"called os.{name}")
        return before(*args)

    return refuse
