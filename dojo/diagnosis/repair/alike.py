"""Which local variable of an answer is what the reference calls by another name."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from types import FrameType
from typing import Any

import numpy as np

CLOSE = 1e-9


@contextmanager
def locals_seen(path: str) -> Iterator[dict[str, dict[str, Any]]]:
    """Yield a dict that gets the local variables of each function's first return.

    Parameters
    ----------
    path : str
        The file that the functions stand in.
    """
    seen: dict[str, dict[str, Any]] = {}

    def profile(frame: FrameType, event: str, argument: object) -> None:
        code = frame.f_code
        if event == "return" and code.co_filename == path and code.co_name not in seen:
            seen[code.co_name] = dict(frame.f_locals)

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        yield seen
    finally:
        sys.setprofile(before)


def renamed(theirs: dict[str, Any], ours: dict[str, Any]) -> dict[str, str]:
    """Return the reference's names beside those that hold the same in the answer.

    Parameters
    ----------
    theirs : dict
        The answer's local variables.
    ours : dict
        The reference's.
    """
    names = {}
    for name, value in ours.items():
        if name in theirs:
            continue
        alike = [other for other, held in theirs.items() if _alike(value, held)]
        free = [other for other in alike if other not in ours]
        if len(free or alike) == 1:
            names[name] = (free or alike)[0]
    return names


def _alike(one: Any, other: Any) -> bool:
    """Tell whether two values are the same numbers, or things of the same own type."""
    if type(one) is not type(other):
        return False
    if hasattr(one, "detach"):
        one, other = one.detach().numpy(), other.detach().numpy()
    if isinstance(one, np.ndarray):
        return one.shape == other.shape and bool(
            np.allclose(one, other, CLOSE, CLOSE, equal_nan=True)
        )
    common = (int, float, str, tuple, list, dict, type(None))
    return not isinstance(one, common)  # too many values are 2, or None


class Renaming(ast.NodeTransformer):
    """Gives names of the reference the names that an answer has for them."""

    def __init__(self, names: dict[str, str]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:  # ast's name for it
        """Return the name as the answer has it."""
        if node.id not in self._names:
            return node
        return ast.copy_location(ast.Name(self._names[node.id], node.ctx), node)


class Inlining(ast.NodeTransformer):
    """Puts in the place of unknown names what the reference assigns to them."""

    def __init__(self, values: dict[str, ast.expr]) -> None:
        self._values = values

    def visit_Name(self, node: ast.Name) -> ast.expr:  # ast's name for it
        """Return what the name stands for."""
        if isinstance(node.ctx, ast.Load) and node.id in self._values:
            return deepcopy(self._values[node.id])
        return node


def adapted(
    function: ast.FunctionDef, names: dict[str, str], known: set[str]
) -> ast.FunctionDef:
    """Return a function of the reference in the names of an answer.

    Parameters
    ----------
    function : FunctionDef
    names : dict
        The answer's name for each local variable that has another there.
    known : set of str
        The names that exist in the answer; other local variables are written out.
    """
    function = Renaming(names).visit(deepcopy(function))
    values: dict[str, ast.expr] = {}
    for statement in function.body:
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target = statement.targets[0]
            if isinstance(target, ast.Name) and target.id not in known:
                values[target.id] = Inlining(values).visit(deepcopy(statement.value))
    return Inlining(values).visit(function)  # type: ignore[no-any-return]  # a FunctionDef still
