"""What a function's verdict depends on in its file, as fingerprints to compare.

A function depends on its own text, on what it reads of the module, on what those read,
and on all that changes any of it. Comments and blank lines are no text.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, field

from dojo.answer.names import Names, names_in
from dojo.answer.readable import read

DYNAMIC = {"globals", "locals", "vars", "eval", "exec", "sys", "inspect", "importlib"}
BUILT_IN = {"dict", "frozenset", "list", "set", "tuple", "type"}
TYPES = ("collections.abc", "typing")
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True)
class Fingerprint:
    """Of all that a function depends on.

    Parameters
    ----------
    text : str
        The same wherever it stands.
    placed : str
        The same only on the same lines.
    """

    text: str
    placed: str


@dataclass(frozen=True)
class FileText:
    """A file of answers, as far as it can be read.

    Parameters
    ----------
    functions : dict
        The fingerprint of each function that can be read, with all that it needs.
    outside : str
        Of all that runs when the file is imported.
    """

    functions: dict[str, Fingerprint] = field(default_factory=dict)
    outside: str = ""


def file_text(source: str, file: str, functions: Iterable[str]) -> FileText:
    """Return the fingerprints of some functions of a source text."""
    try:
        reading = read(source, file)
    except (SyntaxError, ValueError):
        return FileText()
    return _Module(reading.statements, set(reading.partial)).text_of(functions)


class _Module:
    """The statements of a module that are ever executed, with the names they touch."""

    def __init__(self, statements: list[ast.stmt], partial: set[str]) -> None:
        self._partial = partial  # classes of which a part cannot be read
        self._statements = [s for s in statements if not _is_script(s)]
        self._texts = [ast.dump(statement) for statement in self._statements]
        self._names = [names_in(statement) for statement in self._statements]
        self._always = {
            at for at, s in enumerate(self._statements) if not _is_definition(s)
        }
        pairs = zip(self._statements, self._names, strict=True)
        generic = _generic(self._statements, self._names)
        shared = [names.defines for s, names in pairs if _is_mutable(s, generic)]
        self._mutable = set[str]().union(*shared)

    def text_of(self, functions: Iterable[str]) -> FileText:
        defined = {name for names in self._names for name in names.defines}
        whole = [f for f in functions if f in defined and self._is_whole(f)]
        found = {function: self._fingerprint(function) for function in whole}
        return FileText(found, _digest(ast.dump(_emptied(s)) for s in self._statements))

    def _is_whole(self, function: str) -> bool:
        """Tell whether all that a function depends on can be read."""
        if not self._partial:
            return True
        needed = self._needed_for(function)
        return not any(self._names[at].defines & self._partial for at in needed)

    def _fingerprint(self, function: str) -> Fingerprint:
        needed = sorted(self._needed_for(function))
        texts = [self._texts[at] for at in needed]
        lines = [_lines(self._statements[at]) for at in needed]
        return Fingerprint(_digest(texts), _digest(texts + lines))

    def _needed_for(self, function: str) -> set[int]:
        """Return the places of the statements that a function depends on."""
        needed, more = set[int](), self._touching({function}, set())
        while more != needed:
            needed = more | self._always
            reads = {name for at in needed for name in self._names[at].reads}
            if reads & DYNAMIC:
                return set(range(len(self._statements)))
            more = needed | self._touching(reads, self._mutable & reads)
        return needed

    def _touching(self, bound: set[str], shared: set[str]) -> set[int]:
        """Return what binds or changes some names, or uses others that are shared."""
        return {
            at
            for at, names in enumerate(self._names)
            if (names.defines | names.changes) & bound or names.reads & shared
        }


def _is_script(statement: ast.stmt) -> bool:
    """Tell whether a statement runs only where the file is the program."""
    if not isinstance(statement, ast.If):
        return False
    return ast.unparse(statement.test) == "__name__ == '__main__'"


def _is_definition(statement: ast.stmt) -> bool:
    """Tell whether a statement does nothing but give names a meaning."""
    if isinstance(statement, ast.Assign):
        return all(isinstance(target, ast.Name) for target in statement.targets)
    if isinstance(statement, ast.AnnAssign):
        return isinstance(statement.target, ast.Name)
    if isinstance(statement, ast.ImportFrom):
        return all(alias.name != "*" for alias in statement.names)
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    return isinstance(statement, ast.Import | ast.Pass | Definition)


def _generic(statements: list[ast.stmt], names: list[Names]) -> set[str]:
    """Return the names that make a type of types, as list does in list[int]."""
    defined = {name for each in names for name in each.defines}
    imported = {
        alias.asname or alias.name
        for statement in statements
        if isinstance(statement, ast.ImportFrom) and statement.module in TYPES
        for alias in statement.names
    }
    return (BUILT_IN - defined) | imported


def _is_type(value: ast.expr, generic: set[str]) -> bool:
    """Tell whether an expression is a type, which nobody changes: list[int] | None."""
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.BitOr):
        return _is_type(value.left, generic) or _is_type(value.right, generic)
    made = value.value if isinstance(value, ast.Subscript) else None
    return isinstance(made, ast.Name) and made.id in generic


def _is_mutable(statement: ast.stmt, generic: set[str]) -> bool:
    """Tell whether a statement binds a value that its users may change."""
    if not isinstance(statement, ast.Assign | ast.AnnAssign) or not statement.value:
        return False
    if _is_type(statement.value, generic):
        return False
    plain = (ast.Constant, ast.Tuple, ast.UnaryOp, ast.BinOp, ast.operator, ast.unaryop)
    parts = ast.walk(statement.value)
    return not all(isinstance(part, (*plain, ast.expr_context)) for part in parts)


def _emptied(statement: ast.stmt) -> ast.stmt:
    """Return a copy of a statement without what runs only when it is called."""
    if isinstance(statement, Definition):
        statement = copy(statement)
        methods = map(_emptied, statement.body)
        statement.body = [*methods] if isinstance(statement, ast.ClassDef) else []
    return statement


def _lines(statement: ast.stmt) -> str:
    """Return the line of each part of a statement."""
    return str([getattr(node, "lineno", 0) for node in ast.walk(statement)])


def _digest(texts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(texts).encode("utf-8", "replace")).hexdigest()
