"""Finds code of a reference in a text: the same expression, whatever its names are.

Two expressions are alike if they differ only in the order of what is added or
multiplied, of keywords, in 1 for 1.0, or in names that are exchanged one for one.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator
from itertools import permutations

FENCE = re.compile(r"^ *(`{3,}|~{3,})[^\n`]*\n(.*?)^ *\1 *$", re.DOTALL | re.MULTILINE)
SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
LIBRARIES = {"np", "torch", "math", "nn", "F"}  # their names are no one's choice
COMMUTING = {"Add", "Mult"}
Form = tuple[object, ...]  # a head and the forms of the parts
Names = dict[object, object]


def given_away(text: str, tree: ast.Module, most: int) -> list[str]:
    """Return the expressions of a text's code that a reference's bodies contain.

    Parameters
    ----------
    text : str
        Markdown; its code spans and fences are read, as far as they are Python.
    tree : Module
        The reference.
    most : int
        How many operators and calls an expression may have and be no secret.
    """
    secrets = [_form(node) for node in _bodies(tree) if size(node) > most]
    found = [
        node
        for node in expressions_in(text)
        if size(node) > most and any(_alike(_form(node), form) for form in secrets)
    ]
    inner = {id(part) for node in found for part in ast.walk(node) if part is not node}
    return [ast.unparse(node) for node in found if id(node) not in inner]


def size(node: ast.AST) -> int:
    """Return how many operators and calls an expression has."""
    count = 0
    for part in ast.walk(node):
        if isinstance(part, ast.UnaryOp):
            count += not isinstance(part.operand, ast.Constant)
        elif isinstance(part, ast.BoolOp):
            count += len(part.values) - 1
        elif isinstance(part, ast.Compare):
            count += len(part.ops)
        else:
            count += isinstance(part, ast.BinOp | ast.Call | ast.IfExp)
    return count


def expressions_in(text: str) -> Iterator[ast.expr]:
    """Yield every expression, and every part of one, in the code of a text."""
    codes = [textwrap.dedent(fence[2]) for fence in FENCE.finditer(text)]
    codes += [span[2] for span in SPAN.finditer(FENCE.sub("", text))]
    for code in codes:
        for tree in _parsed(code):
            yield from _expressions(tree)


def _parsed(code: str) -> Iterator[ast.AST]:
    """Yield what can be read of a piece of code: all of it, else line by line."""
    code = code.replace("…", "...")
    for piece in (code, *code.splitlines()):
        try:
            yield ast.parse(piece.strip().rstrip(":"))
        except (SyntaxError, ValueError):
            continue
        if piece is code:
            return


def _expressions(tree: ast.AST) -> Iterator[ast.expr]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.expr))


def _bodies(tree: ast.Module) -> Iterator[ast.expr]:
    """Yield every expression in the body of a function or method."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            for statement in node.body:
                yield from _expressions(statement)


def _form(node: object) -> Form:
    """Return what an expression is, without what makes no difference."""
    if isinstance(node, ast.BinOp) and (kind := type(node.op).__name__) in COMMUTING:
        return (kind, *_sorted(map(_form, _operands(node, type(node.op)))))
    if isinstance(node, ast.Name):
        return ("Name", node.id)
    if isinstance(node, ast.Constant):
        value = node.value
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return ("Constant", repr(value))
    if isinstance(node, ast.Call):
        keywords = _sorted(_form(word) for word in node.keywords)
        return ("Call", _form(node.func), *map(_form, node.args), *keywords)
    if isinstance(node, ast.AST):
        fields = (value for name, value in ast.iter_fields(node) if name != "ctx")
        return (type(node).__name__, *map(_form, fields))
    if isinstance(node, list):
        return ("list", *map(_form, node))
    return ("value", repr(node))


def _operands(node: ast.expr, kind: type[ast.operator]) -> list[ast.expr]:
    """Return what a chain of one operator joins: a, b and c of a + b + c."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, kind):
        return [*_operands(node.left, kind), *_operands(node.right, kind)]
    return [node]


def _sorted(forms: Iterator[Form]) -> list[Form]:
    """Return forms in an order that does not hang on the names."""
    return sorted(forms, key=lambda form: repr(_nameless(form)))


def _nameless(form: Form) -> Form:
    if form[0] == "Name":
        return ("Name",)
    return tuple(_nameless(part) if isinstance(part, tuple) else part for part in form)


def _alike(one: Form, two: Form) -> bool:
    """Tell whether two forms are the same but for names that are exchanged."""
    same = _nameless(one) == _nameless(two)
    return same and next(_exchanges(one, two, {}), None) is not None


def _exchanges(one: object, two: object, names: Names) -> Iterator[Names]:
    """Yield each exchange of names, beyond those known, that makes one into two."""
    if not isinstance(one, tuple) or not isinstance(two, tuple):
        if one == two:
            yield names
    elif one[0] == two[0] == "Name":
        if _may_exchange(one[1], two[1], names):
            yield {**names, one[1]: two[1]}
    elif one[0] == two[0] and len(one) == len(two):
        rest = two[1:]
        for order in permutations(rest) if one[0] in COMMUTING else [rest]:
            yield from _all_exchanges(one[1:], order, names)


def _all_exchanges(one: Form, two: Form, names: Names) -> Iterator[Names]:
    if not one:
        yield names
        return
    for known in _exchanges(one[0], two[0], names):
        yield from _all_exchanges(one[1:], two[1:], known)


def _may_exchange(one: object, two: object, names: Names) -> bool:
    if one in names or one in LIBRARIES or two in LIBRARIES:
        return names.get(one, one) == two
    return two not in names.values()
