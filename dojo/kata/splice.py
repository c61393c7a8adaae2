"""Makes one text of several: references put together, other bodies put in."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from itertools import pairwise

WIDTH = 88
Definition = ast.FunctionDef | ast.ClassDef


def start_of(node: ast.stmt, lines: list[str]) -> int:
    """Return the first line of a statement with its comments and the blank lines."""
    decorators = getattr(node, "decorator_list", [])
    start: int = min([node.lineno, *(d.lineno for d in decorators)])
    while start > 1 and lines[start - 2].lstrip().startswith("#"):
        start -= 1
    while start > 1 and not lines[start - 2].strip():
        start -= 1
    return start


def body_of(node: ast.FunctionDef, lines: list[str]) -> tuple[int, int]:
    """Return a body's first line, without the docstring, and the line after it."""
    first = node.body[0]
    if ast.get_docstring(node) is None:
        start = start_of(first, lines)
    else:
        start = (first.end_lineno or first.lineno) + 1
    return start, (node.end_lineno or node.lineno) + 1


def names_of(node: ast.stmt) -> set[str]:
    """Return the names that a statement of a module defines."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Assign):
        return {target.id for target in node.targets if isinstance(target, ast.Name)}
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return {node.target.id}
    return set()


def used_in(node: ast.AST) -> set[str]:
    """Return the names that code reads."""
    reads = (n for n in ast.walk(node) if isinstance(n, ast.Name))
    return {name.id for name in reads if isinstance(name.ctx, ast.Load)}


def joined(head: str, parts: list[tuple[str, set[str]]], modules: set[str]) -> str:
    """Return one module of several, with what they need and nothing else.

    Parameters
    ----------
    head : str
        The module's docstring, with its quotes.
    parts : list of (str, set of str)
        The source of each, and the public names that are wanted of it.
    modules : set of str
        The parts' own names: what is imported from them stands in the text itself.

    Raises
    ------
    ValueError
        If two parts give one name another meaning.
    """
    blocks: dict[str, ast.stmt] = {}
    imports: list[ast.Import | ast.ImportFrom] = []
    public: list[str] = []
    for source, wanted in parts:
        tree = ast.parse(source)
        imports += [n for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)]
        needed = _needed(tree, wanted)
        public += [name for name in _all_of(tree) if name in needed]
        for node in tree.body:
            if names_of(node) & needed:
                blocks.setdefault(_text(node, source), node)
    _refuse_two_meanings(blocks.values())
    used = set().union(*map(used_in, blocks.values()))
    sections = [head, _imports(imports, used, modules), _list_of(public)]
    return "\n\n".join(filter(None, sections)) + _laid_out(blocks) + "\n"


def _needed(tree: ast.Module, wanted: set[str]) -> set[str]:
    """Return the names of a module that some of them need, with these."""
    reads = {name: used_in(node) for node in tree.body for name in names_of(node)}
    needed, waiting = set[str](), set(wanted)
    while waiting:
        name = waiting.pop()
        needed.add(name)
        waiting |= (reads.get(name, set()) & reads.keys()) - needed
    return needed - {"__all__"}


def _all_of(tree: ast.Module) -> list[str]:
    lists = (n for n in tree.body if names_of(n) == {"__all__"})
    return [name for n in lists for name in ast.literal_eval(n.value)]  # type: ignore[attr-defined]  # an assignment


def _text(node: ast.stmt, source: str) -> str:
    """Return a statement with the comments above it."""
    lines = source.splitlines()
    whole = lines[start_of(node, lines) - 1 : node.end_lineno]
    return "\n".join(whole).strip("\n")


def _refuse_two_meanings(nodes: Iterable[ast.stmt]) -> None:
    seen: set[str] = set()
    for node in nodes:
        for name in sorted(names_of(node) & seen):
            raise ValueError(f"{name} has two meanings")
        seen |= names_of(node)


def _imports(
    nodes: list[ast.Import | ast.ImportFrom], used: set[str], modules: set[str]
) -> str:
    """Return the imports that are used, in the order that the linter asks for."""
    plain: set[str] = set()
    members: dict[str, set[str]] = {}
    for node in nodes:
        for alias in node.names:
            text = f"{alias.name} as {alias.asname}" if alias.asname else alias.name
            if (alias.asname or alias.name.partition(".")[0]) not in used:
                continue
            if isinstance(node, ast.Import):
                plain.add(text)
            elif node.module and node.module not in modules:
                members.setdefault(node.module, set()).add(text)
    rows = [(name, f"import {name}") for name in sorted(plain)]
    rows += [(module, _from(module, members[module])) for module in sorted(members)]
    groups = [[text for name, text in rows if _group(name) == n] for n in range(3)]
    return "\n\n".join("\n".join(group) for group in groups if group)


def _group(module: str) -> int:
    """Return where a module stands: Python's own, installed, of this repository."""
    top = module.partition(".")[0]
    return 0 if top in sys.stdlib_module_names else 2 if top == "solutions" else 1


def _from(module: str, names: set[str]) -> str:
    ordered = sorted(names, key=lambda name: (not name[0].isupper(), name))
    line = f"from {module} import {', '.join(ordered)}"
    if len(line) <= WIDTH:
        return line
    return f"from {module} import (\n    " + ",\n    ".join(ordered) + ",\n)"


def _list_of(public: list[str]) -> str:
    quoted = [f'"{name}"' for name in public]
    line = f"__all__ = [{', '.join(quoted)}]"
    if len(line) <= WIDTH:
        return line
    return "__all__ = [\n    " + ",\n    ".join(quoted) + ",\n]"


def _laid_out(blocks: dict[str, ast.stmt]) -> str:
    """Return the statements with the blank lines that the formatter asks for."""
    out, was_definition = "", False
    for at, (text, node) in enumerate(blocks.items()):
        is_definition = isinstance(node, Definition)
        tight = at and not is_definition and not was_definition
        gap = "\n" if tight else "\n\n\n" if is_definition or was_definition else "\n\n"
        out, was_definition = f"{out}{gap}{text}", is_definition
    return out


def with_bodies(text: str, name: str, wrongs: list[str]) -> str:
    """Return a text in which one function, or methods of a class, have other bodies.

    The heads and the docstrings stay. Of several bodies each changes lines of its own.

    Parameters
    ----------
    text : str
    name : str
        The function or class.
    wrongs : list of str
        Definitions that have the bodies; of a class with only the methods that change.

    Raises
    ------
    ValueError
        If the text lacks one of them, or two change the same lines.
    """
    node = next((n for n in ast.parse(text).body if name in names_of(n)), None)
    lines = text.splitlines(keepends=True)
    edits: list[tuple[int, int, list[str]]] = []
    for wrong in wrongs:
        other = wrong.splitlines(keepends=True)
        for mine, new in _pairs(node, ast.parse(wrong).body[-1]):
            start, end = body_of(mine, lines)
            body = _body(new, other)
            edits += _edits(lines[start - 1 : end - 1], body, start - 1)
    edits.sort(key=lambda edit: edit[:2])
    if any(one[1] > two[0] or one[:2] == two[:2] for one, two in pairwise(edits)):
        raise ValueError("two of one function change the same lines")
    for start, end, new_lines in reversed(edits):
        lines[start:end] = new_lines
    return "".join(lines)


def _body(node: ast.FunctionDef, lines: list[str]) -> list[str]:
    start, end = body_of(node, lines)
    return "".join(lines[start - 1 : end - 1]).strip("\n").splitlines(keepends=True)


def _edits(
    mine: list[str], other: list[str], start: int
) -> Iterator[tuple[int, int, list[str]]]:
    """Yield what makes some lines of a text into others: from, to, lines instead."""
    other = [line.rstrip("\n") + "\n" for line in other]
    matcher = SequenceMatcher(None, mine, other, autojunk=False)
    for kind, low, high, first, last in matcher.get_opcodes():
        if kind != "equal":
            yield start + low, start + high, other[first:last]


def _pairs(
    node: ast.stmt | None, theirs: ast.stmt
) -> Iterator[tuple[ast.FunctionDef, ast.FunctionDef]]:
    """Yield each function of a text with the one whose body it gets."""
    if isinstance(node, ast.FunctionDef) and isinstance(theirs, ast.FunctionDef):
        yield node, theirs
        return
    if not isinstance(node, ast.ClassDef) or not isinstance(theirs, ast.ClassDef):
        raise ValueError("it is no function of the reference, nor a class")
    methods = {m.name: m for m in theirs.body if isinstance(m, ast.FunctionDef)}
    own = [m for m in node.body if isinstance(m, ast.FunctionDef) and m.name in methods]
    lost = methods.keys() - {method.name for method in own}
    if lost or len(methods) != len(theirs.body) - bool(ast.get_docstring(theirs)):
        raise ValueError("it has more than methods of the reference's class")
    yield from ((method, methods[method.name]) for method in own)
