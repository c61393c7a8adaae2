"""Where a function parts from the reference: the statements that stand there instead.

Both are laid side by side, statement by statement; where they differ, the reference's
own takes the place of the answer's. It is a change of that place alone: the rest of the
answer stays, and must do with it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from dojo.diagnosis.repair.edits import Edit, same
from dojo.diagnosis.repair.reference import assigned_in, names_in
from dojo.diagnosis.repair.statements import line_at

BODIES = ("body", "orelse", "finalbody")
HEADS = ("target", "iter", "test", "items")
STATEMENTS = 3  # of an answer, that others take the place of


@dataclass(frozen=True)
class Parting:
    """Lays an answer's function beside one of the reference.

    Parameters
    ----------
    function : FunctionDef
        The answer's.
    reference : FunctionDef
        In the answer's names.
    known : set of str
        The names that exist in the answer.
    """

    function: ast.FunctionDef
    reference: ast.FunctionDef
    known: set[str]

    def edits(self) -> Iterator[Edit]:
        """Yield the edits that put a part of the reference where the two differ."""
        yield from self._within(self.function, "body", self.reference.body)

    def _within(
        self, owner: ast.AST, field: str, new: list[ast.stmt]
    ) -> Iterator[Edit]:
        """Yield those of one body."""
        body: list[ast.stmt] = getattr(owner, field)
        ours, theirs = _without_docstring(body), _without_docstring(new)
        shift = len(body) - len(ours)
        dumps = ([ast.dump(s) for s in ours], [ast.dump(s) for s in theirs])
        for tag, i, j, k, m in SequenceMatcher(None, *dumps, False).get_opcodes():
            if tag == "equal":
                continue
            if j - i == m - k:
                for place, statement in zip(range(i, j), theirs[k:m], strict=True):
                    yield from self._one(owner, field, shift + place, statement)
            elif j - i < len(ours):  # else it would be written anew
                span = shift + i, shift + j
                yield from self._several(owner, field, span, theirs[k:m])

    def _one(
        self, owner: ast.AST, field: str, place: int, new: ast.stmt
    ) -> Iterator[Edit]:
        """Yield those that make one statement like one of the reference."""
        old = getattr(owner, field)[place]
        if type(old) is type(new) and hasattr(old, "body"):
            yield from self._head(old, new)
            for name in BODIES:
                if getattr(old, name, None) and getattr(new, name, None):
                    yield from self._within(old, name, getattr(new, name))
        elif not hasattr(old, "body"):
            yield from self._several(owner, field, (place, place + 1), [new])

    def _head(self, old: ast.stmt, new: ast.stmt) -> Iterator[Edit]:
        """Yield the edit that gives a loop or a condition another head."""
        heads = [name for name in HEADS if hasattr(new, name)]
        changes = tuple(
            (old, name, getattr(new, name))
            for name in heads
            if not _alike(getattr(old, name), getattr(new, name))
        )
        parts = [part for name in heads for part in _parts(getattr(new, name))]
        read = {name for part in parts for name in names_in(part)}
        if changes and read <= self.known:
            yield Edit("a statement", (old.lineno,), changes, (old,), (old,))

    def _several(
        self, owner: ast.AST, field: str, span: tuple[int, int], new: list[ast.stmt]
    ) -> Iterator[Edit]:
        """Yield the edit that puts some statements in the place of others."""
        body: list[ast.stmt] = getattr(owner, field)
        start, end = span
        old = body[start:end]
        small = len(old) <= STATEMENTS and not any(hasattr(s, "body") for s in old)
        if not small or not self._may_stand(old, new):
            return
        changed = body[:start] + new + body[end:]
        if not changed:
            changed = [ast.copy_location(ast.Pass(), old[0])]
        lines = _lines(old, new) or (line_at(body, start),)
        kind = "a statement" if old and new else _kind_of(new)
        yield Edit(kind, lines, ((owner, field, changed),), tuple(old), tuple(new))

    def _may_stand(self, old: list[ast.stmt], new: list[ast.stmt]) -> bool:
        """Tell whether statements have all they need, and go round no variable.

        A variable of the answer's own that they do not read any more may be what is
        wrong.
        """
        read, needed = _read_by(old), _read_by(new)
        given = {a.arg for a in ast.walk(self.reference.args) if isinstance(a, ast.arg)}
        own = assigned_in(self.function) - assigned_in(self.reference) - given
        return needed <= self.known and (read & own) <= needed


def _lines(old: list[ast.stmt], new: list[ast.stmt]) -> tuple[int, ...]:
    """Return the lines of some statements; of a single one those that differ."""
    if len(old) == len(new) == 1:
        lines = sorted(set(_differing(old[0], new[0], old[0].lineno)))
        return tuple(lines) if len(lines) <= STATEMENTS else (old[0].lineno,)
    return tuple(statement.lineno for statement in old)


def _differing(old: ast.AST, new: ast.AST, line: int) -> Iterator[int]:
    """Yield the lines of the smallest parts that differ."""
    line = getattr(old, "lineno", line)
    ours, theirs = (list(ast.iter_child_nodes(node)) for node in (old, new))
    if type(old) is not type(new) or len(ours) != len(theirs):
        yield line
        return
    differ = [(a, b) for a, b in zip(ours, theirs, strict=True) if not same(a, b)]
    for one, other in differ:
        yield from _differing(one, other, line)
    if not differ:
        yield line


def _kind_of(new: list[ast.stmt]) -> str:
    return "a line that is missing" if new else "a statement too many"


def _without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    first = body[0] if body else None
    value = first.value if isinstance(first, ast.Expr) else None
    text = isinstance(value, ast.Constant) and isinstance(value.value, str)
    return body[1:] if text else body


def _read_by(statements: list[ast.stmt]) -> set[str]:
    """Return the names that statements take from before them."""
    found: set[str] = set()
    made: set[str] = set()
    for statement in statements:
        inside = assigned_in(statement) if hasattr(statement, "body") else set()
        found |= names_in(statement) - made - inside
        made |= assigned_in(statement)
    return found


def _parts(head: ast.AST | list[ast.AST]) -> list[ast.AST]:
    return head if isinstance(head, list) else [head]


def _alike(one: ast.AST | list[ast.AST], other: ast.AST | list[ast.AST]) -> bool:
    """Tell whether two parts of a head are the same code."""
    ours, theirs = ([ast.dump(part) for part in _parts(p)] for p in (one, other))
    return ours == theirs
