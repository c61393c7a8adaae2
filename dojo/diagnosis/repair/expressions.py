"""The small edits of expressions: another operator, name, constant, call or axis."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

from dojo.diagnosis.repair.edits import same

New = tuple[str, ast.expr]  # the kind of change, and what comes to stand there

OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Pow, ast.MatMult)
COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)
TWINS = (
    ("sum", "mean", "max", "min", "prod"),
    ("amax", "amin"),
    ("maximum", "minimum"),
    ("argmax", "argmin", "max", "min"),
    ("randn", "rand", "normal", "uniform", "standard_normal", "random"),
    ("normal_", "uniform_"),
    ("zeros", "ones", "empty"),
    ("zeros_like", "ones_like", "empty_like"),
    ("exp", "expm1", "log", "log1p", "exp2", "log2", "log10"),
    ("sin", "cos", "tanh", "sinh", "cosh", "arctanh"),
    ("sqrt", "square", "abs", "sign"),
    ("floor", "ceil", "round", "trunc", "rint"),
    ("var", "std"),
    ("all", "any"),
    ("float32", "float64"),
    ("float", "double"),
    ("dot", "matmul", "outer", "multiply", "divide", "inner"),
    ("greater", "less", "greater_equal", "less_equal"),
    ("train", "eval"),
    ("relu", "tanh", "sigmoid", "Sigmoid", "Tanh", "ReLU"),
    ("concatenate", "stack", "hstack", "vstack"),
)
CALLED = ("float", "abs", "int", "len", "list", "tuple")
METHODS = ("copy", "item", "mean", "sum", "detach", "clone", "float", "double", "ravel")


@dataclass
class Scope:
    """What may be put into an expression.

    Parameters
    ----------
    names : list of str
        The function's parameters and local variables.
    parameters : list of str
        Of these, what it is given.
    constants : list
        Constants of the reference.
    keywords : dict
        The keywords with which the reference calls each function.
    near : int
        How many other names may stand for one, the next ones; 0 stands for all.
    """

    names: list[str]
    parameters: list[str]
    constants: list[object] = field(default_factory=list)
    keywords: dict[str, list[ast.keyword]] = field(default_factory=dict)
    near: int = 0

    def others(self, name: str) -> list[str]:
        """Return the names that may stand in the place of one."""
        place = self.names.index(name) + 1 if name in self.names else 0
        turned = [n for n in self.names[place:] + self.names[:place] if n != name]
        return turned[: self.near] if self.near else turned


def small_edits(node: ast.expr, scope: Scope) -> Iterator[New]:
    """Yield what one slip of the pen would have made of an expression."""
    match node:
        case ast.BinOp():
            yield from _operations(node)
        case ast.UnaryOp():
            yield "the sign" if isinstance(node.op, ast.USub) else "a not", node.operand
        case ast.Compare():
            yield from _comparisons(node)
        case ast.BoolOp():
            yield from _conditions(node)
        case ast.Constant():
            yield from ((("a constant", new)) for new in _constants(node, scope))
        case ast.Name():
            for name in scope.others(node.id):
                yield "a name in this line", ast.Name(name, ast.Load())
        case ast.Attribute():
            yield from _attributes(node)
        case ast.Call():
            yield from _calls(node, scope)
        case ast.Subscript():
            yield "an index", node.value
            yield from _bounds(node)
        case ast.IfExp():
            yield "a condition", node.body
            yield "a condition", node.orelse
            yield "a condition", ast.IfExp(node.test, node.orelse, node.body)
        case ast.Tuple() | ast.List() if len(node.elts) > 1:
            yield from _reordered(node)


def _operations(node: ast.BinOp) -> Iterator[New]:
    left, op, right = node.left, node.op, node.right
    for other in OPERATORS:
        if not isinstance(op, other):
            yield "an operator", ast.BinOp(left, other(), right)
    yield "the order of two operands", ast.BinOp(right, op, left)
    yield "a term or factor", left
    yield "a term or factor", right
    if isinstance(left, ast.BinOp):
        inner = ast.BinOp(left.right, op, right)
        yield "the brackets", ast.BinOp(left.left, left.op, inner)
        yield "a term or factor", ast.BinOp(left.left, op, right)
    if isinstance(right, ast.BinOp):
        inner = ast.BinOp(left, op, right.left)
        yield "the brackets", ast.BinOp(inner, right.op, right.right)
    if isinstance(left, ast.UnaryOp):
        inner = ast.BinOp(left.operand, op, right)
        yield "the brackets", ast.UnaryOp(left.op, inner)


def _comparisons(node: ast.Compare) -> Iterator[New]:
    if len(node.ops) != 1:
        return
    for other in COMPARISONS:
        if not isinstance(node.ops[0], other):
            yield "a comparison", ast.Compare(node.left, [other()], node.comparators)
    yield "a condition", ast.UnaryOp(ast.Not(), node)


def _conditions(node: ast.BoolOp) -> Iterator[New]:
    other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    yield "a condition", ast.BoolOp(other, node.values)
    for number in range(len(node.values)):
        rest = node.values[:number] + node.values[number + 1 :]
        yield "a condition", rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)


def _constants(node: ast.Constant, scope: Scope) -> Iterator[ast.expr]:
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
        return
    kind = (int, float) if isinstance(value, int | float) else type(value)
    new: list[object] = [c for c in scope.constants if isinstance(c, kind)]
    if isinstance(value, int | float):
        new += [value + 1, value - 1, -value, 2 * value, value / 2, 0, 1, 2, 0.5, None]
        new += [int(value / 2)] if isinstance(value, int) else []
    elif value is None:
        new += [0, 1, -1]
    seen = [value]
    for other in new:
        if not any(type(other) is type(s) and other == s for s in seen):
            seen.append(other)  # type: ignore[arg-type]  # a constant is one of them
            yield _constant(other)


def _constant(value: object) -> ast.expr:
    if isinstance(value, int | float) and not isinstance(value, bool) and value < 0:
        return ast.UnaryOp(ast.USub(), ast.Constant(-value))
    return ast.Constant(value)  # type: ignore[arg-type]  # it came from a tree


def _attributes(node: ast.Attribute) -> Iterator[New]:
    for twins in TWINS:
        if node.attr in twins:
            for twin in twins:
                if twin != node.attr:
                    kind = "the function that is called"
                    yield kind, ast.Attribute(node.value, twin, ast.Load())
    if node.attr in ("T", "mT"):
        yield "a transposition", node.value


def _calls(node: ast.Call, scope: Scope) -> Iterator[New]:
    func, args, keywords = node.func, node.args, node.keywords
    for one, other in combinations(range(len(args)), 2):
        swapped = list(args)
        swapped[one], swapped[other] = args[other], args[one]
        yield "the order of the arguments", ast.Call(func, swapped, keywords)
    if args:
        yield "a call", args[0]
    if isinstance(func, ast.Attribute):
        yield "a call", func.value
    if len(args) > 1:
        yield "an argument", ast.Call(func, args[:-1], keywords)
    yield from _keywords(node, scope)


def _keywords(node: ast.Call, scope: Scope) -> Iterator[New]:
    def called(keywords: list[ast.keyword]) -> ast.Call:
        return ast.Call(node.func, node.args, keywords)

    for number, keyword in enumerate(node.keywords):
        before, after = node.keywords[:number], node.keywords[number + 1 :]
        kind = _kind_of(keyword.arg)
        yield kind, called([*before, *after])
        if keyword.arg in ("axis", "dim"):
            for axis in (0, 1, -1, -2, None):
                new = ast.keyword(keyword.arg, _constant(axis))
                if not same(new.value, keyword.value):
                    yield kind, called([*before, new, *after])
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    present = {keyword.arg for keyword in node.keywords}
    for keyword in scope.keywords.get(name, []):
        if keyword.arg not in present:
            yield _kind_of(keyword.arg), called([*node.keywords, keyword])
    if name in ("sum", "mean", "max", "argmax", "min", "std", "var"):
        yield from _reductions(node, present)


def _reductions(node: ast.Call, present: set[str | None]) -> Iterator[New]:
    kept = ast.keyword("keepdims", ast.Constant(True))
    more: list[tuple[str, list[ast.keyword]]] = []
    if "axis" not in present and "dim" not in present:
        for axis in (0, 1, -1):
            new = ast.keyword("axis", _constant(axis))
            more += [("the axis", [new]), ("the axis", [new, kept])]
    elif "keepdims" not in present:
        more.append(("keepdims", [kept]))
    for kind, keywords in more:
        yield kind, ast.Call(node.func, node.args, [*node.keywords, *keywords])


def _kind_of(keyword: str | None) -> str:
    names = {"axis": "the axis", "dim": "the axis", "keepdims": "keepdims"}
    return names.get(keyword or "", f"the argument {keyword}")


def _bounds(node: ast.Subscript) -> Iterator[New]:
    """Yield other bounds of one slice, and other entries."""
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    for number, part in enumerate(parts):
        if not isinstance(part, ast.Slice):
            continue
        for new in _slices(part):
            items = [*parts[:number], new, *parts[number + 1 :]]
            inside = ast.Tuple(items, ast.Load()) if len(parts) > 1 else items[0]
            yield "the bound of a slice", ast.Subscript(node.value, inside, ast.Load())


def _slices(node: ast.Slice) -> Iterator[ast.Slice]:
    for step in (1, -1):
        if node.lower:
            yield ast.Slice(_moved(node.lower, step), node.upper, node.step)
        if node.upper:
            yield ast.Slice(node.lower, _moved(node.upper, step), node.step)
    if node.lower:
        yield ast.Slice(None, node.upper, node.step)
    if node.upper:
        yield ast.Slice(node.lower, None, node.step)
    else:
        yield ast.Slice(node.lower, _constant(-1), node.step)
    if not node.lower:
        yield ast.Slice(ast.Constant(1), node.upper, node.step)
    if node.step:
        yield ast.Slice(node.lower, node.upper, None)


def _moved(node: ast.expr, step: int) -> ast.expr:
    op = ast.Add() if step > 0 else ast.Sub()
    return ast.BinOp(node, op, ast.Constant(1))


def _reordered(node: ast.Tuple | ast.List) -> Iterator[New]:
    for one, other in combinations(range(len(node.elts)), 2):
        items = list(node.elts)
        items[one], items[other] = items[other], items[one]
        yield "the order in a tuple", type(node)(items, ast.Load())


def added(node: ast.expr, scope: Scope, torch: bool) -> Iterator[New]:
    """Yield an expression with a call, a sign, a term or a factor put on it."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str | bool | None):
        return
    yield "the sign", ast.UnaryOp(ast.USub(), node)
    one = ast.Constant(1)
    yield "a missing 1 -", ast.BinOp(one, ast.Sub(), node)
    for step in (1, -1):
        yield "off by one", _moved(node, step)
    yield "a reciprocal", ast.BinOp(one, ast.Div(), node)
    for power in (2, 0.5):
        yield "a power", ast.BinOp(node, ast.Pow(), ast.Constant(power))
    yield "a transposition", ast.Attribute(node, "T", ast.Load())
    for name in CALLED:
        yield f"a call of {name}", ast.Call(ast.Name(name, ast.Load()), [node], [])
    for name in METHODS if torch else METHODS[:4]:
        yield f"a call of {name}", _method(node, name)
    if torch:
        yield "a call of flatten", _method(node, "flatten", ast.Constant(1))
    for op in (ast.Mult, ast.Div, ast.Add, ast.Sub):
        for value in values(scope):
            yield "a term or factor that is missing", ast.BinOp(node, op(), value)


def _method(node: ast.expr, name: str, *args: ast.expr) -> ast.expr:
    return ast.Call(ast.Attribute(node, name, ast.Load()), list(args), [])


def values(scope: Scope) -> Iterator[ast.expr]:
    """Yield what an expression may be multiplied by: names, and sizes of arguments."""
    for name in scope.names:
        yield ast.Name(name, ast.Load())
    for name in scope.names:
        length = ast.Name("len", ast.Load())
        yield ast.Call(length, [ast.Name(name, ast.Load())], [])
    for name in scope.parameters:
        shape = ast.Attribute(ast.Name(name, ast.Load()), "shape", ast.Load())
        for axis in (1, -1):
            yield ast.Subscript(shape, _constant(axis), ast.Load())
    for number in (2, 0.5):
        yield ast.Constant(number)
