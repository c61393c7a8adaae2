"""An answer's text: which of its functions may be edited, and what they stand in."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from pathlib import Path

from dojo.answer.readable import read
from dojo.diagnosis.repair.candidates import Subject
from dojo.diagnosis.repair.reference import assigned_in
from dojo.files import read_source
from dojo.kata.catalog import Kata
from dojo.kata.signatures import uses_torch

# What reaches beyond the process: an edit of it could do harm.
CALLS = {"open", "input", "exec", "eval", "compile", "__import__"}
OUTSIDE = {
    "importlib", "os", "sys",
    "io", "subprocess", "socket", "shutil", "pathlib", "Path", "tempfile", "urllib",
    "requests", "http", "ctypes", "signal", "threading", "multiprocessing", "save",
    "savetxt", "savez", "tofile", "memmap", "load", "loadtxt", "fromfile",
}  # fmt: skip


@dataclass
class Unit:
    """A statement of the file that is executed again when a part of it is edited.

    Parameters
    ----------
    statement : stmt
        A definition at the top level.
    subjects : list of Subject
        Its functions and methods.
    """

    statement: ast.FunctionDef | ast.ClassDef
    subjects: list[Subject] = field(default_factory=list)


class Source:
    """The text of an answer.

    Parameters
    ----------
    kata : Kata
    path : Path
    alike : dict
        For each function the answer's name of each local variable that has another in
        the reference.
    tree : Module, optional
        The text, parsed, where it is not the file's own.

    Raises
    ------
    OSError, SyntaxError, ValueError
        If there is no text that can be parsed.
    """

    def __init__(
        self,
        kata: Kata,
        path: Path,
        alike: dict[str, dict[str, str]] | None = None,
        tree: ast.Module | None = None,
    ) -> None:
        self._kata, self.path, self._alike = kata, path, alike or {}
        text = read_source(path)
        self.lines = text.splitlines()
        self.tree = read(text, str(path)).tree if tree is None else tree
        self._definitions = {
            node.name: node
            for node in self.tree.body
            if isinstance(node, ast.FunctionDef | ast.ClassDef)
        }

    def units(self, name: str, trusted: bool = False) -> list[Unit]:
        """Return what may be edited for a function: itself, and its private helpers.

        None if any of it reaches beyond the process, unless the text is `trusted`: of
        a reference it is, whose edits are tried in a folder of their own.
        """
        names = self._reached_from(name)
        nodes = [self._definitions[n] for n in names]
        if not trusted and any(_reaches_outside(node) for node in nodes):
            return []
        return [self._unit(node, name) for node in nodes]

    def _reached_from(self, name: str) -> list[str]:
        """Return a name and the private helpers that it leads to."""
        names, waiting = [], [name]
        while waiting:
            current = waiting.pop(0)
            if current in names or current not in self._definitions:
                continue
            names.append(current)
            read = {
                n.id
                for n in ast.walk(self._definitions[current])
                if isinstance(n, ast.Name)
            }
            public = set(self._kata.functions)
            waiting += sorted(read - public)
        return names

    def _unit(self, node: ast.FunctionDef | ast.ClassDef, name: str) -> Unit:
        globals_ = {n for s in self.tree.body for n in _defined_by(s)}
        unit = Unit(node)
        for function in _functions_of(node):
            reference = self._references(name, function.name, node)
            torch = uses_torch(self._kata)
            alike = self._alike.get(function.name, {})
            unit.subjects.append(Subject(function, reference, globals_, torch, alike))
        return unit

    def _references(
        self, name: str, function: str, node: ast.FunctionDef | ast.ClassDef
    ) -> list[ast.FunctionDef]:
        """Return the functions of the reference that may hold what is missing."""
        found = []
        for part in self._kata.tree.body:
            if isinstance(part, ast.ClassDef) and part.name == name:
                methods = _functions_of(part)
                found += [m for m in methods if m.name == function] or methods
            elif isinstance(part, ast.FunctionDef) and (
                part.name == name or part.name.startswith("_")
            ):
                found.append(part)
        return found


def _functions_of(node: ast.FunctionDef | ast.ClassDef) -> list[ast.FunctionDef]:
    if isinstance(node, ast.FunctionDef):
        return [node]
    return [part for part in node.body if isinstance(part, ast.FunctionDef)]


def _defined_by(statement: ast.stmt) -> set[str]:
    """Return the names that a statement at the top level brings into the file."""
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {
            (alias.asname or alias.name).partition(".")[0] for alias in statement.names
        }
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return {statement.name}
    return assigned_in(statement)


def _reaches_outside(node: ast.AST) -> bool:
    """Tell whether code may touch files, processes or the network.

    A parameter or variable may have a builtin's name: it is not that one.
    """
    own = assigned_in(node) | {p.arg for p in ast.walk(node) if isinstance(p, ast.arg)}
    for part in ast.walk(node):
        name = getattr(part, "id", "")
        if (name not in own and name in OUTSIDE | CALLS) or (
            getattr(part, "attr", "") in OUTSIDE
        ):
            return True
        if isinstance(part, ast.Import | ast.ImportFrom):
            return True
    return False
