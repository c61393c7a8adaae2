"""An edit as it is shown: of a long statement, the lines that change and no others."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from copy import deepcopy
from textwrap import dedent

from dojo.diagnosis.repair.edits import Edit, same


def shown(edit: Edit, lines: list[str]) -> str:
    """Return the change as a diff has it, without its context.

    Parameters
    ----------
    edit : Edit
    lines : list of str
        Of the file, as it stands.
    """
    if len(edit.before) == len(edit.after) == 1 and _is_long(edit.before[0]):
        old = deepcopy(edit.before[0])
        with edit.made():
            new = deepcopy(edit.after[0])
        for first, last, changed in _spliced(old, new, lines):
            text = [*lines[: first - 1], *changed, *lines[last:]]
            if _reads(text, old, len(changed) - (last - first + 1), new):
                was = [f"- {line.strip()}" for line in lines[first - 1 : last]]
                return "\n".join([*was, *(f"+ {line.strip()}" for line in changed)])
    return edit.text(lines)


def _is_long(statement: ast.stmt) -> bool:
    """Tell whether a statement that holds no others is on several lines."""
    is_simple = not hasattr(statement, "body")
    return is_simple and statement.end_lineno != statement.lineno


def _spliced(
    old: ast.stmt, new: ast.stmt, lines: list[str]
) -> Iterator[tuple[int, int, list[str]]]:
    """Yield the first and last line of what differs, and what they become.

    In brackets too, which the place may need.
    """
    one, other = _smallest(old, new)
    if not isinstance(one, ast.expr) or one.end_lineno is None:
        return
    before = lines[one.lineno - 1].encode()[: one.col_offset].decode()
    after = lines[one.end_lineno - 1].encode()[one.end_col_offset :].decode()
    written = ast.unparse(other)
    for middle in (written, f"({written})"):
        changed = f"{before}{middle}{after}".splitlines()
        yield one.lineno, one.end_lineno, changed


def _smallest(old: ast.AST, new: ast.AST) -> tuple[ast.AST, ast.AST]:
    """Return the smallest expressions of two statements that hold all that differs."""
    pair = old, new
    while type(old) is type(new):
        ours, theirs = (list(ast.iter_child_nodes(node)) for node in (old, new))
        if len(ours) != len(theirs):
            break
        differ = [(a, b) for a, b in zip(ours, theirs, strict=True) if not same(a, b)]
        if len(differ) != 1:
            break
        old, new = differ[0]
        pair = (old, new) if isinstance(old, ast.expr) else pair
    return pair


def _reads(text: list[str], old: ast.stmt, longer: int, new: ast.stmt) -> bool:
    """Tell whether the text reads as the new statement where the old one stood."""
    last = (old.end_lineno or old.lineno) + longer
    try:
        tree = ast.parse(dedent("\n".join(text[old.lineno - 1 : last])))
    except SyntaxError:
        return False
    return len(tree.body) == 1 and same(tree.body[0], new)
