"""Ingredients: the parts of the reference that an answer has the names for."""

from __future__ import annotations

import ast
import builtins
from dataclasses import dataclass

from dojo.diagnosis.repair import statements
from dojo.diagnosis.repair.edits import places, same


@dataclass
class Ingredients:
    """What the reference has that may be missing in an answer.

    Parameters
    ----------
    expressions : list of expr
        No single name or constant is among them.
    names : list of str
        Those of Python's own too.
    statements : list of stmt
    constants : list
    keywords : dict
        The keywords with which each function is called.
    """

    expressions: list[ast.expr]
    names: list[str]
    statements: list[ast.stmt]
    constants: list[object]
    keywords: dict[str, list[ast.keyword]]


def ingredients(reference: list[ast.FunctionDef], known: set[str]) -> Ingredients:
    """Return the parts of a reference whose names all exist in an answer.

    Parameters
    ----------
    reference : list of FunctionDef
        The function of that name, and the helpers of its file.
    known : set of str
        The names that exist in the answer.
    """
    parts = Ingredients([], [], [], [], {})
    for function in reference:
        documented = ast.get_docstring(function) is not None
        body = function.body[1:] if documented else function.body
        for default in (*function.args.defaults, *function.args.kw_defaults):
            if isinstance(default, ast.Constant):
                _take(default, known, parts)
        for place in places(body):
            _take(place.node, known, parts)
        lines = statements.simple(body)
        parts.statements += [line for line in lines if names_in(line) <= known]
    return parts


def _take(node: ast.expr, known: set[str], parts: Ingredients) -> None:
    """Take up one expression of the reference."""
    if isinstance(node, ast.Name):
        is_new = not names_in(node) - known and node.id not in parts.names
        parts.names += [node.id] if is_new else []
    elif isinstance(node, ast.Constant):
        parts.constants += [] if node.value in parts.constants else [node.value]
    elif names_in(node) <= known and not any(
        same(node, other) for other in parts.expressions
    ):
        parts.expressions.append(node)
    if isinstance(node, ast.Call):
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        given = [k for k in node.keywords if k.arg and names_in(k.value) <= known]
        parts.keywords.setdefault(name, []).extend(given)


def names_in(node: ast.AST) -> set[str]:
    """Return the names that code takes from around it; its own loops' are not."""
    bound = {
        name.id
        for part in ast.walk(node)
        if isinstance(part, ast.comprehension)
        for name in ast.walk(part.target)
        if isinstance(name, ast.Name)
    }
    bound |= {
        argument.arg
        for part in ast.walk(node)
        if isinstance(part, ast.Lambda)
        for argument in part.args.args
    }
    read = {
        part.id
        for part in ast.walk(node)
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)
    }
    return read - bound - set(dir(builtins))


def assigned_in(node: ast.AST) -> set[str]:
    """Return the names that code assigns."""
    return {
        part.id
        for part in ast.walk(node)
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
    }
