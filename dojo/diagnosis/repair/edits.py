"""What an edit is: some parts of a syntax tree, and what stands in their place."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

Change = tuple[ast.AST, str, Any]  # whose field gets which value


@dataclass(frozen=True)
class Place:
    """Where an expression stands in a tree.

    Parameters
    ----------
    parent : AST
    field : str
    index : int or None
        In the field's list, if it is one.
    statement : stmt
        The innermost statement around it.
    """

    parent: ast.AST
    field: str
    index: int | None
    statement: ast.stmt

    @property
    def node(self) -> ast.expr:
        """The expression."""
        value = getattr(self.parent, self.field)
        return value if self.index is None else value[self.index]  # type: ignore[no-any-return]  # a tree's fields have no types


@dataclass(frozen=True)
class Edit:
    """One small edit; the tree is as it was but inside `made`.

    Parameters
    ----------
    kind : str
        What changes, in words: "the sign", "a name in this line".
    lines : tuple of int
        The lines of the file that it touches.
    changes : tuple of Change
    before, after : tuple of stmt
        The statements that change, as they stand and as they come to stand.
    """

    kind: str
    lines: tuple[int, ...]
    changes: tuple[Change, ...]
    before: tuple[ast.stmt, ...]
    after: tuple[ast.stmt, ...]

    @contextmanager
    def made(self) -> Iterator[None]:
        """Make the edit in the tree for the block."""
        old = [
            (owner, field, getattr(owner, field)) for owner, field, _ in self.changes
        ]
        for owner, field, value in self.changes:
            setattr(owner, field, value)
        try:
            yield
        finally:
            for owner, field, value in reversed(old):
                setattr(owner, field, value)

    def text(self, lines: list[str]) -> str:
        """Return the change as a diff has it, without its context.

        Parameters
        ----------
        lines : list of str
            Of the file, as it stands.
        """
        old = [f"- {line}" for s in self.before for line in _quoted(s, lines)]
        with self.made():
            new = [f"+ {line}" for s in self.after for line in _unparsed(s)]
        return "\n".join(old + new)


def joined(first: Edit, second: Edit) -> Edit:
    """Return two edits as one; the second was found where the first had been made."""
    kinds = dict.fromkeys((first.kind, second.kind))
    lines = tuple(sorted({*first.lines, *second.lines}))
    before, after = (
        tuple({id(statement): statement for statement in both}.values())
        for both in (first.before + second.before, first.after + second.after)
    )
    changes = first.changes + second.changes
    return Edit(" and ".join(kinds), lines, changes, before, after)


def _quoted(statement: ast.stmt, lines: list[str]) -> list[str]:
    """Return a statement as it stands in the file, without its body."""
    body = getattr(statement, "body", None)
    end = statement.end_lineno or statement.lineno
    last = max(statement.lineno, body[0].lineno - 1) if body else end
    return [line.strip() for line in lines[statement.lineno - 1 : last]]


def _unparsed(statement: ast.stmt) -> list[str]:
    """Return a statement written anew, without its body."""
    lines = ast.unparse(statement).splitlines()
    return lines[:1] if hasattr(statement, "body") else lines


def expression_edit(place: Place, new: ast.expr, kind: str) -> Edit:
    """Return the edit that puts another expression in a place."""
    return expression_edits([(place, new)], kind)


def expression_edits(news: list[tuple[Place, ast.expr]], kind: str) -> Edit:
    """Return the edit that puts other expressions in several places."""
    values: dict[tuple[int, str], Change] = {}
    for place, new in news:
        owner, name = place.parent, place.field
        placed = _at(new, place.node)
        value: Any = placed
        if place.index is not None:
            value = list(values.get((id(owner), name), (0, 0, getattr(owner, name)))[2])
            value[place.index] = placed
        values[id(owner), name] = owner, name, value
    lines = tuple(sorted({place.node.lineno for place, _ in news}))
    statements = tuple({id(p.statement): p.statement for p, _ in news}.values())
    return Edit(kind, lines, tuple(values.values()), statements, statements)


def _at(new: ast.expr, old: ast.expr) -> ast.expr:
    """Let a new expression stand where the old one stood, for the tracebacks."""
    if not hasattr(new, "lineno"):
        ast.copy_location(new, old)
        ast.fix_missing_locations(new)
    return new


def places(body: list[ast.stmt]) -> Iterator[Place]:
    """Yield each place of an expression that is read, statement by statement."""
    for statement in statements(body):
        yield from _places_below(statement, statement)


def statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield all statements of a body, those inside others too."""
    for block in blocks(body):
        yield from block


def blocks(body: list[ast.stmt]) -> Iterator[list[ast.stmt]]:
    """Yield a body and every body inside it, the outer ones first."""
    yield body
    for statement in body:
        for field in ("body", "orelse", "finalbody"):
            inner = getattr(statement, field, None)
            if isinstance(inner, list) and inner:
                yield from blocks(inner)
        for handler in getattr(statement, "handlers", []):
            yield from blocks(handler.body)


def _places_below(node: ast.AST, statement: ast.stmt) -> Iterator[Place]:
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "decorator_list", "type_params"):
            continue
        items = value if isinstance(value, list) else [value]
        for number, item in enumerate(items):
            index = number if isinstance(value, list) else None
            if isinstance(item, ast.stmt | ast.ExceptHandler):
                continue
            if isinstance(item, ast.expr) and _is_read(item):
                yield Place(node, field, index, statement)
            if isinstance(item, ast.AST):
                yield from _places_below(item, statement)


def _is_read(node: ast.expr) -> bool:
    """Tell whether an expression is one that another may stand for."""
    stored = isinstance(getattr(node, "ctx", None), ast.Store | ast.Del)
    return not stored and not isinstance(node, ast.Starred | ast.Slice)


def same(one: ast.AST, other: ast.AST) -> bool:
    """Tell whether two trees are the same code."""
    return ast.dump(one) == ast.dump(other)
