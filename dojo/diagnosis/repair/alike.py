"""Which local variable of an answer is what the reference calls by another name."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from types import FrameType
from typing import Any, TypeGuard

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


class Unfolding(ast.NodeTransformer):
    """Puts in the place of a call of an unknown helper what the helper returns.

    Parameters
    ----------
    helpers : dict of str to FunctionDef
        Those that are unknown, by name.
    """

    def __init__(self, helpers: dict[str, ast.FunctionDef]) -> None:
        self._helpers = helpers

    def visit_Call(self, node: ast.Call) -> ast.expr:  # ast's name for it
        """Return the value of a call, if the helper is no more than a value."""
        self.generic_visit(node)
        helper = self._helpers.get(node.func.id if _is_name(node.func) else "")
        if helper is None:
            return node
        value, given = _value(helper), _given(helper, node)
        if value is None or given is None:
            return node
        rest = {name: h for name, h in self._helpers.items() if h is not helper}
        result: ast.expr = Unfolding(rest).visit(Inlining(given).visit(value))
        return result


def _is_name(node: ast.expr) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name)


def _value(helper: ast.FunctionDef) -> ast.expr | None:
    """Return what a helper returns in terms of its parameters.

    None if it does more than to name parts of it.
    """
    body = helper.body[1:] if ast.get_docstring(helper) is not None else helper.body
    *before, last = body
    if not isinstance(last, ast.Return) or last.value is None:
        return None
    parts = _assigned(before, set())
    if len(parts) < len(before):
        return None
    value: ast.expr = Inlining(parts).visit(deepcopy(last.value))
    return value


def _given(helper: ast.FunctionDef, call: ast.Call) -> dict[str, ast.expr] | None:
    """Return a call's argument for each parameter; None if they cannot be paired."""
    names = [argument.arg for argument in helper.args.args]
    starred = any(isinstance(argument, ast.Starred) for argument in call.args)
    many = helper.args.vararg or helper.args.kwarg or helper.args.kwonlyargs
    if many or starred or len(call.args) > len(names):
        return None
    defaults = helper.args.defaults
    given = dict(zip(names[len(names) - len(defaults) :], defaults, strict=True))
    given |= dict(zip(names, call.args, strict=False))
    given |= {k.arg: k.value for k in call.keywords if k.arg in names}
    return given if given.keys() == set(names) else None


def _assigned(body: list[ast.stmt], known: set[str]) -> dict[str, ast.expr]:
    """Return what each local variable that is unknown stands for, all written out."""
    values: dict[str, ast.expr] = {}
    for statement in body:
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target = statement.targets[0]
            if isinstance(target, ast.Name) and target.id not in known:
                values[target.id] = Inlining(values).visit(deepcopy(statement.value))
    return values


def called_alike(function: ast.FunctionDef, names: dict[str, str]) -> ast.FunctionDef:
    """Return a function of the reference with an answer's names for its variables."""
    return Renaming(names).visit(deepcopy(function))  # type: ignore[no-any-return]  # a FunctionDef still


def adapted(
    function: ast.FunctionDef,
    names: dict[str, str],
    known: set[str],
    helpers: list[ast.FunctionDef],
) -> ast.FunctionDef:
    """Return a function of the reference in the names of an answer.

    Parameters
    ----------
    function : FunctionDef
    names : dict
        The answer's name for each local variable that has another there.
    known : set of str
        The names that exist in the answer; other local variables are written out.
    helpers : list of FunctionDef
        Those of the reference; what those return that are not known is written out.
    """
    unknown = {helper.name: helper for helper in helpers if helper.name not in known}
    function = Unfolding(unknown).visit(called_alike(function, names))
    values = _assigned(function.body, known)
    return Inlining(values).visit(function)  # type: ignore[no-any-return]  # a FunctionDef still
