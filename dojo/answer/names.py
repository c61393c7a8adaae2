"""Which names of its module a statement defines, reads and changes."""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Names:
    """The names of a module that one of its statements touches.

    Parameters
    ----------
    defines : frozenset of str
        Bound when the module is executed.
    reads : frozenset of str
        Looked up in the module, then or when what it defines is called; a function's
        own variables are not among them.
    changes : frozenset of str
        Bound anew, or written into, when what it defines is called.
    """

    defines: frozenset[str]
    reads: frozenset[str]
    changes: frozenset[str]


def names_in(statement: ast.stmt) -> Names:
    """Return the names that a statement at the top level touches."""
    table = symtable.symtable(ast.unparse(statement), "<statement>", "exec")
    top = table.get_symbols()
    inner = [
        symbol
        for scope in _scopes_below(table)
        for symbol in scope.get_symbols()
        if symbol.is_global()
    ]
    reads = {s.get_name() for s in [*top, *inner] if s.is_referenced()}
    bound = {s.get_name() for s in top if s.is_assigned() or s.is_imported()}
    bound |= {s.get_name() for s in top if s.is_namespace()}
    changes = {s.get_name() for s in inner if s.is_assigned()}
    changes |= _written_into(statement) & reads
    return Names(frozenset(bound), frozenset(reads), frozenset(changes))


def _scopes_below(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    for child in table.get_children():
        yield child
        yield from _scopes_below(child)


def _written_into(statement: ast.stmt) -> set[str]:
    """Return the names at the root of what is written to: a in `a[0].b = 1`."""
    found = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Attribute | ast.Subscript):
            root: ast.expr = node
            while isinstance(root, ast.Attribute | ast.Subscript):
                root = root.value
            if not isinstance(node.ctx, ast.Load) and isinstance(root, ast.Name):
                found.add(root.id)
    return found
