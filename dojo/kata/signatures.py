"""What a reference's signatures and docstrings promise, read by ast."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache

from dojo.kata.catalog import Kata

AXES = re.compile(r"^\s*(\w+(?:, \w+)*) : .*?\bshape \(([^)]*)\)", re.MULTILINE)

OPTIMIZER = re.compile(r"torch\.optim(\.[A-Z]\w*)?")

CHANGED = re.compile(r"^ *(\w+) : .*\bchanged in place\b", re.MULTILINE)


@cache
def uses_torch(kata: Kata) -> bool:
    """Whether the kata answers in tensors: its reference imports torch."""
    nodes = [
        n for n in ast.walk(kata.tree) if isinstance(n, ast.Import | ast.ImportFrom)
    ]
    names = [a.name for n in nodes if isinstance(n, ast.Import) for a in n.names]
    names += [n.module or "" for n in nodes if isinstance(n, ast.ImportFrom)]
    return any(name.partition(".")[0] == "torch" for name in names)


@cache
def uses_optimizers(kata: Kata) -> bool:
    """Whether an answer, or its test, may make an optimizer of torch's."""
    return any(
        "torch.optim" in part.reference.read_text("utf-8")
        or _has_optimizer(part.grader.read_text("utf-8"))
        for part in kata.parts
    )


def _has_optimizer(grader: str) -> bool:
    """Whether a grader's code, and not only its words, takes a class of torch.optim."""
    if "torch.optim" not in grader and "import optim" not in grader:
        return False
    try:
        nodes = list(ast.walk(ast.parse(grader)))
    except SyntaxError:  # to have too much imported does no harm
        return True
    froms = [n for n in nodes if isinstance(n, ast.ImportFrom)]
    names = [f"{n.module}.{a.name}" for n in froms for a in n.names]
    names += [ast.unparse(n) for n in nodes if isinstance(n, ast.Attribute)]
    return any(OPTIMIZER.fullmatch(name) for name in names)


def uses_gradients(kata: Kata) -> bool:
    """Whether an answer, or its test, may ask torch for a gradient."""
    signs = ("backward(", "autograd")
    return any(sign in text for text in _texts(kata) for sign in signs)


def _texts(kata: Kata) -> Iterator[str]:
    """Yield the texts of a kata's reference and grader."""
    for part in kata.parts:
        for path in (part.reference, part.grader):
            yield path.read_text("utf-8")


@cache
def returns(kata: Kata) -> dict[str, str]:
    """What each function and each "Class.method" returns, as annotated."""
    return {
        name: ast.unparse(node.returns)
        for name, node in _functions(kata)
        if node.returns is not None
    }


@cache
def changes(kata: Kata) -> dict[str, dict[str, int]]:
    """What each function and each "Class.method" may change: names and their places.

    A parameter may be changed if its line in the docstring ends in "changed in place".
    The place of a method's is counted without `self`.
    """
    found: dict[str, dict[str, int]] = {}
    for name, node in _functions(kata):
        names = [a.arg for a in (*node.args.posonlyargs, *node.args.args)]
        names = names[1:] if "." in name else names
        changed = CHANGED.findall(ast.get_docstring(node) or "")
        found[name] = {n: names.index(n) for n in changed if n in names}
    return found


def _functions(kata: Kata) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Yield each function, and each method as "Class.method"."""
    for node in kata.tree.body:
        is_class = isinstance(node, ast.ClassDef)
        prefix = f"{node.name}." if isinstance(node, ast.ClassDef) else ""
        for part in getattr(node, "body", []) if is_class else [node]:
            if isinstance(part, ast.FunctionDef):
                yield prefix + part.name, part


def axes_of(kata: Kata, function: str) -> dict[str, tuple[str, ...]]:
    """Return the names that a docstring gives the axes: {"Z": ("N", "C")}."""
    for node in kata.tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == function:
            inside = [
                n
                for n in ast.walk(node)
                if isinstance(n, ast.FunctionDef | ast.ClassDef)
            ]
            text = "\n".join(ast.get_docstring(n) or "" for n in inside)
            return {
                name: tuple(axis.strip() for axis in axes.split(",") if axis.strip())
                for names, axes in AXES.findall(text)
                for name in names.split(", ")
            }
    return {}
