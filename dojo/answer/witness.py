"""Watches an answer while it runs: what it changes, warns of, calls and raises."""

from __future__ import annotations

import functools
import inspect
import linecache
import os
import sys
import types
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np
import pytest
import torch

from dojo.answer.forbidden import RefuseTorch, refuse
from dojo.answer.limits import OutOfTime
from dojo.compare import mismatch
from dojo.compare.given import assert_unchanged, copied, has_nan
from dojo.compare.mismatch import Mismatch, NotStarted, assert_kept


class LeftOut(BaseException):
    """An optional function is not in the answer."""


class ExitRefused(BaseException):
    """An answer called os._exit."""


class Witness:
    """What is known of the running answer; one a process."""

    def __init__(self) -> None:
        self.inside: str | None = None  # what runs now: a function's name
        self.forbidden: tuple[str, ...] = ()  # oracles the running test forbids
        self.least_status = 0  # what the process may not end below, once graded
        self.calls: dict[
            str, dict[str, Any]
        ] = {}  # function -> arguments of its last call

    @contextmanager
    def watching(self, name: str) -> Iterator[None]:
        """Mark that answer code runs in the block."""
        outer, self.inside = self.inside, name
        try:
            yield
        finally:
            self.inside = outer


WITNESS = Witness()
_real_exit = os._exit


def _exit(status: int) -> None:
    """End the process, unless an answer asks for it; never better than the verdicts."""
    if WITNESS.inside:
        raise ExitRefused(f"called os._exit({status})")
    _real_exit(status or WITNESS.least_status)


def _refusing(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
    def refuse(*args: Any) -> Any:
        if WITNESS.inside:
            raise ExitRefused(f"called os.{name}")
        return real(*args)

    return refuse


def refuse_exit() -> None:
    """Let what ends or replaces the process raise while an answer runs."""
    instead: dict[str, Callable[..., Any]] = {"_exit": _exit}
    for name in ("execv", "execve"):  # all other forms go through these
        instead[name] = _refusing(name, getattr(os, name))
    for module in ("os", "posix", "nt"):  # the last two are their home, by system
        if module in sys.modules:
            vars(sys.modules[module]).update(instead)


def reset_torch() -> None:
    """Undo what an answer may have set for the whole process."""
    torch.set_default_dtype(torch.float32)
    torch.set_grad_enabled(True)
    torch.autograd.set_detect_anomaly(False)


def guard_public(
    module: types.ModuleType, names: tuple[str, ...], path: str, returns: dict[str, str]
) -> None:
    """Put the guard around a module's public functions and its classes' methods.

    Parameters
    ----------
    module : module
        The answers.
    names : tuple of str
        What to guard.
    path : str
        The file of answers, to find its line in a traceback.
    returns : dict
        What the reference promises to return, as its annotations have it.
    """
    for name in names:
        thing = getattr(module, name, None)
        if isinstance(thing, type):
            for method, body in list(vars(thing).items()):
                if isinstance(body, types.FunctionType):
                    promise = returns.get(f"{name}.{method}", "")
                    setattr(thing, method, guard(body, name, path, promise, method))
        elif callable(thing):
            setattr(module, name, guard(thing, name, path, returns.get(name, "")))


def guard(
    answer: Callable[..., Any], name: str, path: str, promise: str, method: str = ""
) -> Callable[..., Any]:
    """Return `answer` with a witness at its side.

    Parameters
    ----------
    answer : callable
    name : str
        The public name that verdicts use.
    path : str
        The file of answers.
    promise : str
        The annotation of what it returns.
    method : str
        The method's name, for a method of the class `name`.
    """
    may_change = name.endswith("_") or (
        method.endswith("_") and not method.startswith("__")
    )
    code_name = method or getattr(answer, "__name__", name)

    @functools.wraps(answer)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if WITNESS.inside:
            return answer(*args, **kwargs)
        given, process = (args[1:] if method else args, kwargs), os.getpid()
        before = None if may_change else copied(given)
        WITNESS.calls[name] = _named_arguments(answer, args, kwargs)
        with WITNESS.watching(name), ExitStack() as stack:
            stack.enter_context(np.errstate(over="raise", divide="raise"))
            stack.enter_context(
                np.errstate(invalid="ignore" if has_nan(given) else "raise")
            )
            if not mismatch.wants_tensors:
                stack.enter_context(RefuseTorch())
            if WITNESS.forbidden:
                space = getattr(inspect.unwrap(answer), "__globals__", {})
                stack.enter_context(refuse(WITNESS.forbidden, space))
            try:
                result = answer(*args, **kwargs)
            except (KeyboardInterrupt, OutOfTime, Mismatch):
                raise
            except NotImplementedError as error:
                if error.args:  # torch's own, or the learner's word for an error
                    raise
                raise _not_started(name, code_name, path, error) from error
            except FloatingPointError as error:
                because = "no step may overflow, divide by zero or make a NaN"
                where = where_in(path, error.__traceback__)
                raise Mismatch("finite", because, f"{error}", "", where) from error
            except pytest.exit.Exception as error:
                raise _ended_the_run(name, path, error) from error
            except Exception:
                raise  # a test may expect it; the verdict describes it otherwise
            except BaseException as error:
                raise _ended_the_run(name, path, error) from error
            finally:
                if os.getpid() != process:
                    _real_exit(1)  # a fork of the run has no verdict to give
        if before is not None:
            assert_unchanged(name, before, given)
        assert_kept(promise, result, f"{name}{'.' if method else ''}{method}")
        return result

    return guarded


def place_in(path: str, traceback: types.TracebackType | None) -> int | None:
    """Return the last line of a file that a traceback passes through."""
    line = None
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == path:
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line


def where_in(path: str, traceback: types.TracebackType | None) -> str:
    """Return the learner's line as `file:line: code`, or nothing."""
    line = place_in(path, traceback)
    if line is None:
        return ""
    code, name = linecache.getline(path, line).strip(), os.path.basename(path)
    return f"{name}:{line}: {code}" if code else f"{name}:{line}"


def _not_started(
    name: str, code_name: str, path: str, error: NotImplementedError
) -> Mismatch:
    traceback, inner = error.__traceback__, ""
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == path:
            inner = traceback.tb_frame.f_code.co_name
        traceback = traceback.tb_next
    if inner and inner != code_name:
        return NotStarted("returned", f"{name} calls {inner}, which is not started")
    return NotStarted("returned", f"{name} is not started")


def _ended_the_run(name: str, path: str, error: BaseException) -> Mismatch:
    what = str(error) if isinstance(error, ExitRefused) else type(error).__name__
    where = where_in(path, error.__traceback__)
    return Mismatch("returned", f"{name} must return, not end the run", what, "", where)


def _named_arguments(
    answer: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> dict[str, Any]:
    try:
        bound = inspect.signature(answer).bind(*args, **kwargs)
    except (TypeError, ValueError):  # the call itself will say what is wrong
        return {}
    bound.apply_defaults()
    return dict(bound.arguments)
