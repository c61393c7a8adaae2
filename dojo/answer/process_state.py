"""What a whole process shares: an answer may set it, and it ends with the answer.

A file that sets NumPy's errors, the working folder or torch's default dtype would else
fail the right functions of other katas.
"""

from __future__ import annotations

import builtins
import contextlib
import gc
import locale
import os
import random
import signal
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

from dojo.answer import torch_state
from dojo.answer.torch_state import UNUSUAL, seed_torch


@contextmanager
def kept() -> Iterator[None]:
    """Let what the block sets for the process end with the block."""
    before = [(read, write, read()) for read, write in SETTINGS]
    with warnings.catch_warnings():
        try:
            yield
        finally:
            for read, write, value in before:
                if read() != value:
                    write(value)


@contextmanager
def draws_kept() -> Iterator[None]:
    """Let the shared generators go on after the block as if it had not been.

    A file is imported in the middle of a test, which may have seeded them before.
    """
    before = random.getstate(), np.random.get_state(), torch.get_rng_state()
    try:
        yield
    finally:
        random.setstate(before[0])
        np.random.set_state(before[1])
        torch.set_rng_state(before[2])


def seed_draws(seed: int) -> None:
    """Let each generator that a process shares begin anew, as `seed_torch` does."""
    seed_torch(seed)
    random.seed(seed + UNUSUAL)
    np.random.seed((seed + UNUSUAL) % 2**32)


def _folder() -> str:
    try:
        return os.getcwd()
    except FileNotFoundError:  # it was removed
        return ""


def _enter(folder: str) -> None:
    with contextlib.suppress(OSError):
        os.chdir(folder)


def _variables() -> dict[Any, Any]:
    # The public way decodes every name: 80 µs a test.
    return dict(os.environ._data)  # type: ignore[attr-defined]  # see above


def _set_variables(before: dict[Any, Any]) -> None:
    now = _variables()  # pytest sets one in each test: the others are let be
    for name in now.keys() - before.keys():
        del os.environ[os.fsdecode(name)]
    for name, text in before.items():
        if now.get(name) != text:
            os.environ[os.fsdecode(name)] = os.fsdecode(text)


def _mask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _handlers() -> dict[int, Any]:
    names = ("SIGINT", "SIGTERM")
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    return {number: signal.getsignal(number) for number in numbers}


def _set_handlers(before: dict[int, Any]) -> None:
    for number, handler in before.items():
        if handler is not None:  # None was not set by Python
            signal.signal(number, handler)


def _builtins() -> dict[str, Any]:
    return dict(vars(builtins))


def _set_builtins(before: dict[str, Any]) -> None:
    space = vars(builtins)
    space.update(before)
    for name in space.keys() - before.keys():
        del space[name]


def _path() -> list[str]:
    return list(sys.path)


def _set_path(before: list[str]) -> None:
    sys.path[:] = before


def _locale() -> str:
    return locale.setlocale(locale.LC_ALL)


def _set_locale(before: str) -> None:
    locale.setlocale(locale.LC_ALL, before)


def _collect(before: bool) -> None:
    (gc.enable if before else gc.disable)()


def _set_errors(before: Any) -> None:
    np.seterr(**before)


def _set_printing(before: Any) -> None:
    np.set_printoptions(**before)


SETTINGS: tuple[tuple[Callable[[], Any], Callable[[Any], object]], ...] = (
    # This one first: to set the others may need more depth than an answer left.
    (sys.getrecursionlimit, sys.setrecursionlimit),
    (_builtins, _set_builtins),
    (_path, _set_path),
    (_folder, _enter),
    (_variables, _set_variables),
    (_mask, os.umask),
    (_handlers, _set_handlers),
    (_locale, _set_locale),
    (gc.isenabled, _collect),
    (sys.get_int_max_str_digits, sys.set_int_max_str_digits),
    (np.geterr, _set_errors),
    (np.get_printoptions, _set_printing),
    *torch_state.SETTINGS,
)
