"""A file of answers: loaded once, guarded, or broken with one line that says why.

A file that cannot be loaded still imports; each of its functions then fails with that
line. Where only a part cannot be read, the rest is loaded.
"""

from __future__ import annotations

import ast
import difflib
import os
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from dojo.answer import strays
from dojo.answer.clock import Clock
from dojo.answer.guard import Promises, guard_public
from dojo.answer.lines import line_in
from dojo.answer.once import Once
from dojo.answer.process_exit import real_exit
from dojo.answer.process_state import draws_kept, kept
from dojo.answer.readable import Fault, Reading, read
from dojo.answer.returned import returns_value
from dojo.answer.witness import Witness
from dojo.compare.mismatch import Mismatch, NotStarted, kind_of
from dojo.compare.words import said
from dojo.errors import Interrupted
from dojo.files import read_source
from dojo.kata.catalog import Kata, katas
from dojo.kata.signatures import changes, returns

IMPORT_SECONDS = 10.0
TEXT_SECONDS = 1.0  # in which an error must say what it is


def compiled(source: str | ast.Module, path: Path) -> types.CodeType:
    """Return the code of a file of answers."""
    return compile(source, str(path), "exec", dont_inherit=True)


class LeftOut(BaseException):
    """An optional function is not in the answer."""


class Broken(Mismatch):
    """The file cannot be loaded, which fails every function alike."""


class Unread(Mismatch):
    """The text of a function cannot be read.

    Attributes
    ----------
    fault : Fault
    """

    fault: Fault

    @classmethod
    def because_of(cls, fault: Fault, because: str) -> Unread:
        """Return one that says whose text cannot be read, with file, line and cause."""
        unread = cls("imports", because)
        unread.fault = fault
        return unread


@dataclass(frozen=True)
class UnreadMethod:
    """Stands for a method whose text cannot be read.

    Parameters
    ----------
    name : str
        With its class.
    fault : Fault
    says : callable
        Says where a fault is.
    witness : Witness
    """

    name: str
    fault: Fault
    says: Callable[[Fault], str]
    witness: Witness

    def __get__(self, instance: object, owner: type) -> object:
        """Raise, for whoever looks the method up."""
        subject = self.witness.subject or "the test"
        because = f"{subject} needs {self.name}, which cannot be read"
        raise Unread.because_of(self.fault, f"{because}: {self.says(self.fault)}")


class Answers:
    """One loaded file of answers.

    Parameters
    ----------
    kata : Kata
    path : Path
        The file; it may be missing, which counts as not started.
    witness : Witness
        Who watches them.
    clock : Clock
        Who ends their import if it does not end.
    code : types.CodeType, optional
        The file, compiled; then it is not read again.

    Attributes
    ----------
    once : Once
        Runs of these answers that several tests look at.
    """

    def __init__(
        self,
        kata: Kata,
        path: Path,
        witness: Witness,
        clock: Clock,
        code: types.CodeType | None = None,
    ) -> None:
        self.kata, self.path, self._witness, self._clock = kata, path, witness, clock
        self.module = types.ModuleType(kata.module)
        self.module.__file__ = str(path)
        self.broken: str | None = None
        self._reading = Reading()
        self.once = Once(witness)
        if code or path.is_file():
            self._load(code)

    def _load(self, code: types.CodeType | None) -> None:
        process = os.getpid()
        try:
            if code is None:
                self._reading = read(read_source(self.path), str(self.path))
                code = compiled(self._reading.tree, self.path)
                self._refuse_own_reference(self._reading.tree)
            with (
                kept(),
                draws_kept(),
                self._witness.watching(f"import of {self.path.name}"),
                self._clock.limit(IMPORT_SECONDS),
            ):
                exec(code, self.module.__dict__)
        except Interrupted:
            raise
        except BaseException as error:
            with self._witness.watching("an error's text"):
                self.broken = self._line_of(error)
            return
        finally:
            if os.getpid() != process:
                real_exit(1)  # a fork of the run has no verdict to give
        self._mark_unread()
        self._guard(self.kata.functions, self.path)

    def _mark_unread(self) -> None:
        """Let each method that cannot be read say so where it is looked up."""
        for name, faults in self._reading.partial.items():
            for method, fault in faults.items():
                mark = UnreadMethod(
                    f"{name}.{method}", fault, self._says, self._witness
                )
                setattr(vars(self.module)[name], method, mark)

    def _says(self, fault: Fault) -> str:
        """Return file, line and cause of a fault."""
        return f"{self.path.name}:{fault.line}: {fault.says}"

    def _guard(self, names: tuple[str, ...], path: Path) -> None:
        promises = Promises(returns(self.kata), changes(self.kata))
        guard_public(self.module, names, str(path), promises, self._witness)

    def replace(self, name: str, wrong: Any) -> None:
        """Put a known mistake of the bank in the place of one function."""
        setattr(self.module, name, wrong)
        self._guard((name,), self.kata.bank)

    @contextmanager
    def edited(self, code: types.CodeType, names: set[str]) -> Iterator[None]:
        """Let other definitions stand for some of the file's own inside the block.

        Parameters
        ----------
        code : types.CodeType
            The definitions; they are executed in the file's own module.
        names : set of str
            What they define.
        """
        space = self.module.__dict__
        before = {name: space[name] for name in names if name in space}
        try:
            exec(code, space)
            self._guard(tuple(names & set(self.kata.functions)), self.path)
            with self.once.forgotten():
                yield
        finally:
            for name in names:
                space.pop(name, None)
            space.update(before)

    def _line_of(self, error: BaseException) -> str:
        """Return file, line and cause on one line."""
        if isinstance(error, SyntaxError) and error.filename == str(self.path):
            return (
                f"{self.path.name}:{error.lineno}: {type(error).__name__}: {error.msg}"
            )
        line = line_in(str(self.path), error.__traceback__)
        with self._clock.limit(TEXT_SECONDS):
            cause = said(error, "")
        name = type(error).__name__
        return f"{self.path.name}:{line or 1}: {name}{': ' if cause else ''}{cause}"

    def _refuse_own_reference(self, tree: ast.Module) -> None:
        if self.path == self.kata.reference:
            return
        earlier = {f"solutions.{k.chapter}.{k.stem}" for k in self._earlier()}
        for node in ast.walk(tree):
            if not isinstance(node, ast.Import | ast.ImportFrom):
                continue
            names = [alias.name for alias in node.names]
            if isinstance(node, ast.ImportFrom):
                inside = [f"{node.module}.{name}" for name in names]
                names = [str(node.module)] if node.module in earlier else inside
            for name in names:
                if name.partition(".")[0] == "solutions" and name not in earlier:
                    raise ImportError(
                        f"line {node.lineno} imports {name}, which holds the answer"
                    )

    def _earlier(self) -> list[Kata]:
        existing = katas(self.kata.root)
        here = self.kata.chapter, self.kata.stem
        earlier = [k for k in existing if (k.chapter, k.stem) < here]
        return [k for k in earlier if k not in self.kata.parts]

    def get(self, name: str) -> Any:
        """Return the public object of that name.

        Raises
        ------
        NotStarted
            If there is no file, and nothing that may be meant for it.
        LeftOut
            If an optional function is left out.
        Mismatch
            If the file is broken, has an odd form or lacks the name (rung imports), or
            the name stands for what is no function (rung type).
        """
        if self.broken:
            raise Broken("imports", self.broken)
        faults = self._reading.partial.get(name)
        if faults and self._witness.subject in ("", name):
            fault = next(iter(faults.values()))
            raise Unread.because_of(fault, self._says(fault))
        if name in vars(self.module):
            return self._checked(name)
        self._refuse_unread(name)
        if not self.path.is_file():
            raise self._absent(name)
        if name in self.kata.optional:
            raise LeftOut(name)
        raise Mismatch("imports", self._lack_of(name))

    @cached_property
    def stray(self) -> tuple[str, str]:
        """What was found that may be meant for the file, and what was expected."""
        own = self.path == self.kata.reference
        return ("", "") if own else strays.told(self.kata, self.path)

    def _absent(self, name: str) -> Mismatch:
        """Return what to say of a function whose file is not there."""
        found, expected = self.stray
        if not found:
            says = f"{name} is not started: there is no {self.path.name}"
            return NotStarted("returned", says)
        because = f"the answers are looked for in {self.kata.path}"
        return Mismatch("imports", because, found, expected)

    def _checked(self, name: str) -> Any:
        """Return the object of a name, if it is what the reference has there."""
        thing = vars(self.module)[name]
        if self._kind_of(name) == "function" and (
            isinstance(thing, type) or not callable(thing)
        ):
            came = "a class" if isinstance(thing, type) else kind_of(thing)
            because = f"{name} is a function"
            raise Mismatch("type", because, came, f"a function: def {name}(...)")
        return thing

    def _kind_of(self, name: str) -> str:
        """Return what the reference has under a name: class, function or nothing."""
        kinds = {ast.ClassDef: "class", ast.FunctionDef: "function"}
        for node in self.kata.tree.body:
            if getattr(node, "name", "") == name:
                return kinds.get(type(node), "")
        return ""

    def returns_value(self, name: str) -> bool:
        """Tell whether a function's text, or a method's, has a return with a value."""
        return returns_value(self._reading.tree, name)

    def _refuse_unread(self, name: str) -> None:
        """Raise if a name may be missing because its text cannot be read."""
        if self._reading.faults:
            fault, needed = self._reading.lost.get(name, (self._reading.faults[0], ""))
            because = self._says(fault)
            if needed:
                because = f"{name} needs {needed}, which cannot be read: {because}"
            raise Unread.because_of(fault, because)

    def _lack_of(self, name: str) -> str:
        """Return in words that the file lacks a name, with the likest that it has."""
        kind = self._kind_of(name) or "function"
        own = [n for n, thing in vars(self.module).items() if self._is_own(thing)]
        lower = {n.lower(): n for n in own if n not in self.kata.functions}
        near = difflib.get_close_matches(name.lower(), lower, 1, 0.75)
        instead = f"; it has {lower[near[0]]}" if near else ""
        return f"{self.path.name} has no {kind} named {name}{instead}"

    def _is_own(self, thing: Any) -> bool:
        return getattr(thing, "__module__", None) == self.module.__name__
