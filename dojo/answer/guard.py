"""Guards an answer while it runs: what it changes, warns of, calls and raises."""

from __future__ import annotations

import functools
import inspect
import os
import time
import types
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from dojo.answer.clock import OutOfTime
from dojo.answer.forbidden import RefuseTorch, refuse
from dojo.answer.lines import function_in, quoted_line_in
from dojo.answer.process_exit import ExitRefused, real_exit
from dojo.answer.witness import CallsStopped, Witness
from dojo.compare.context import comparing
from dojo.compare.given import assert_unchanged, copied, has_nan, put_back
from dojo.compare.mismatch import Mismatch, NotStarted, assert_kept, kind_of
from dojo.compare.words import said
from dojo.errors import Interrupted


@dataclass(frozen=True)
class Promises:
    """What a reference's signatures and docstrings promise.

    Parameters
    ----------
    returns : dict
        What each function returns, as its annotation has it.
    changes : dict
        The parameters that a function may change: their names and places.
    """

    returns: dict[str, str]
    changes: dict[str, dict[str, int]]


def guard_public(
    module: types.ModuleType,
    names: tuple[str, ...],
    path: str,
    promises: Promises,
    witness: Witness,
) -> None:
    """Put a guard around a module's public functions and its classes' methods.

    Parameters
    ----------
    module : module
        The answers.
    names : tuple of str
        What to guard.
    path : str
        The file of answers, to find its line in a traceback.
    promises : Promises
    witness : Witness
    """
    for name in names:
        thing = getattr(module, name, None)
        if isinstance(thing, type):
            _guard_class(thing, name, path, promises, witness)
        elif callable(thing):
            changes = promises.changes.get(name, {})
            promise = promises.returns.get(name, "")
            guard = Guard(witness, name, path, promise, changes)
            setattr(module, name, guard.around(thing))


def _guard_class(
    answer: type, name: str, path: str, promises: Promises, witness: Witness
) -> None:
    """Put a guard around each method that a class defines itself."""
    bodies = [b for b in vars(answer).values() if isinstance(b, types.FunctionType)]
    whole = all(map(_is_stub, bodies))

    def around(body: Callable[..., Any], method: str) -> Callable[..., Any]:
        full = f"{name}.{method}"
        returned = promises.returns.get(full, "")
        changed = promises.changes.get(full, {})
        label = name if whole else full
        guard = Guard(witness, name, path, returned, changed, method, label)
        return guard.around(body)

    for body in bodies:
        method = next(key for key, value in vars(answer).items() if value is body)
        setattr(answer, method, around(body, method))
    new = vars(answer).get("__new__")
    if isinstance(new, staticmethod):
        guarded = staticmethod(around(new.__func__, "__new__"))
        answer.__new__ = guarded  # type: ignore[method-assign]  # of the answer's own


def _is_stub(body: types.FunctionType) -> bool:
    """Tell whether a body does nothing but raise NotImplementedError."""
    names = inspect.unwrap(body).__code__.co_names
    return bool(names == (NotImplementedError.__name__,))


@dataclass(frozen=True)
class Guard:
    """The guard of one public function or method.

    Parameters
    ----------
    witness : Witness
    name : str
        The public name that verdicts use.
    path : str
        The file of answers.
    promise : str
        The annotation of what it returns.
    changes : dict
        The parameters that it may change, with their places.
    method : str
        The method's name, for a method of the class `name`.
    label : str
        What is not started if this is: the method, or the class if all of it is.
    """

    witness: Witness
    name: str
    path: str
    promise: str
    changes: dict[str, int] = field(default_factory=dict)
    method: str = ""
    label: str = ""

    def around(self, answer: Callable[..., Any]) -> Callable[..., Any]:
        """Return `answer` with this guard around it."""
        signature = _signature(answer)
        names = tuple(signature.parameters)[bool(self.method) :] if signature else ()

        @functools.wraps(answer)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            self.witness.refuse_stopped(self.path, self.name)
            if self.witness.inside:
                with self._blamed_for_its_time():
                    return answer(*args, **kwargs)
            given = (args[1:] if self.method else args, kwargs)
            before = None if self._may_change else copied(given)
            self.witness.note_call(self.name, self.method, names, given, before)
            self.witness.calls[self.name] = _named(signature, args, kwargs)
            self.witness.returned.pop(self.name, None)
            try:
                with self._blamed_for_its_time():
                    result = self._called(answer, args, kwargs, given)
                if before is not None:
                    assert_unchanged(self.name, self._kept(before), given)
            except BaseException:
                put_back(before and self._kept(before), given)
                raise
            made = args[0] if self.method == "__init__" else result
            self.witness.returned[self.name] = made
            if self.method == "__init__" and result is not None:
                because = f"{self.name}.__init__ returns nothing: leave the return out"
                raise Mismatch("returned", because, kind_of(result), "None")
            dot = "." if self.method else ""
            assert_kept(self.promise, result, f"{self.name}{dot}{self.method}")
            return result

        return guarded

    @contextmanager
    def _blamed_for_its_time(self) -> Iterator[None]:
        """Note of a call that ran out of time whether it had most of it, as the inmost.

        What is only called again and again by something that does not end is innocent.
        """
        began = {clock: clock() for clock in (time.process_time, time.monotonic)}
        try:
            yield
        except OutOfTime as error:
            lasted = error.clock() - began[error.clock]
            if not error.culprit and lasted > error.seconds / 2:
                error.culprit = self.name
            raise

    def _kept(self, before: Any) -> Any:
        """Return copies of the arguments, and None for those that may be changed."""
        args, kwargs = before
        free = self.changes.values()
        return [
            [None if place in free else value for place, value in enumerate(args)],
            {k: None if k in self.changes else v for k, v in kwargs.items()},
        ]

    @property
    def _may_change(self) -> bool:
        """Whether the name says that the input is changed in place."""
        special = self.method.startswith("__")
        return self.name.endswith("_") or (self.method.endswith("_") and not special)

    def _called(
        self,
        answer: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        given: Any,
    ) -> Any:
        process = os.getpid()
        with self.witness.watching(self.name), self._surroundings(answer, given):
            try:
                return answer(*args, **kwargs)
            except BaseException as error:
                mismatch = self._mismatch_for(error, answer)
                if mismatch is None:
                    raise  # a test may expect it; the verdict describes it otherwise
                raise mismatch from error
            finally:
                if os.getpid() != process:
                    real_exit(1)  # a fork of the run has no verdict to give

    @contextmanager
    def _surroundings(self, answer: Callable[..., Any], given: Any) -> Iterator[None]:
        """Let NumPy's warnings be errors, and close what the task forbids."""
        with ExitStack() as stack:
            stack.enter_context(np.errstate(over="raise", divide="raise"))
            # NaN in, NaN out.
            nan = has_nan(given)
            stack.enter_context(np.errstate(invalid="ignore" if nan else "raise"))
            if not comparing().tensors:
                stack.enter_context(RefuseTorch())
            if self.witness.forbidden:
                space = getattr(inspect.unwrap(answer), "__globals__", {})
                stack.enter_context(refuse(self.witness.forbidden, space))
            yield

    def _mismatch_for(
        self, error: BaseException, answer: Callable[..., Any]
    ) -> Mismatch | None:
        """Return the broken rung that an error stands for, if it is one by itself."""
        if isinstance(error, Interrupted | OutOfTime | CallsStopped | Mismatch):
            return None
        if isinstance(error, NotImplementedError):
            # With words it is torch's own, or the learner's for an error.
            return None if error.args else self._not_started(error, answer)
        where = quoted_line_in(self.path, error.__traceback__)
        if isinstance(error, FloatingPointError):
            because = "no step may overflow, divide by zero or make a NaN"
            return Mismatch("finite", because, said(error), "", where)
        ends_run = isinstance(error, pytest.exit.Exception)
        if isinstance(error, Exception) and not ends_run:
            return None
        what = str(error) if isinstance(error, ExitRefused) else type(error).__name__
        because = f"{self.name} must return, not end the run"
        return Mismatch("returned", because, what, "", where)

    def _not_started(
        self, error: NotImplementedError, answer: Callable[..., Any]
    ) -> Mismatch:
        own = self.method or getattr(answer, "__name__", self.name)
        inner = function_in(self.path, error.__traceback__)
        if inner and inner != own:
            because = f"{self.name} calls {inner}, which is not started"
            return NotStarted("returned", because)
        return NotStarted("returned", f"{self.label or self.name} is not started")


def _signature(answer: Callable[..., Any]) -> inspect.Signature | None:
    try:
        return inspect.signature(answer)
    except (TypeError, ValueError):  # a callable of C has none
        return None


def _named(
    signature: inspect.Signature | None, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> dict[str, Any]:
    """Return the arguments of a call by name; none if they do not fit."""
    if signature is None:
        return {}
    try:
        bound = signature.bind(*args, **kwargs)
    except TypeError:  # the call itself will say what is wrong
        return {}
    bound.apply_defaults()
    return dict(bound.arguments)
