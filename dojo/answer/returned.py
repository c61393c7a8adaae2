"""Whether the text of a function has a return with a value in it."""

from __future__ import annotations

import ast

Inner = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef


def returns_value(tree: ast.Module, name: str) -> bool:
    """Tell whether a function, or a method such as "LeNet.forward", gives a value."""
    node: ast.AST = tree
    for part in name.split("."):
        found = [n for n in getattr(node, "body", []) if getattr(n, "name", "") == part]
        if not found:
            return False
        node = found[-1]
    is_function = isinstance(node, ast.FunctionDef)
    return is_function and any(map(_returns, ast.iter_child_nodes(node)))


def _returns(node: ast.AST) -> bool:
    """Tell whether a statement returns a value, but not from a function inside it."""
    if isinstance(node, ast.Return):
        return node.value is not None and not _is_none(node.value)
    if isinstance(node, Inner):
        return False
    return any(map(_returns, ast.iter_child_nodes(node)))


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None
