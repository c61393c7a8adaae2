"""The small edits of statements: one left out, moved, repeated, or put in."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from dojo.diagnosis.repair.edits import Change, Edit, blocks

Owner = tuple[ast.AST, str]  # whose field is a body
LOOPS = (ast.For, ast.While)
SWAPPED = "the order of two lines"
USUAL = ("{}.zero_grad()", "{}.train()", "{}.eval()")


def bodies(function: ast.AST) -> Iterator[Owner]:
    """Yield each body inside a function by its owner and field."""
    for node in ast.walk(function):
        for field in ("body", "orelse", "finalbody"):
            if isinstance(getattr(node, field, None), list) and getattr(node, field):
                yield node, field


def small_edits(function: ast.AST) -> Iterator[Edit]:
    """Yield what a slip would have made of the statements of a function."""
    for owner, field in bodies(function):
        body: list[ast.stmt] = getattr(owner, field)
        for place, statement in enumerate(body):
            if not _is_docstring(statement, place):
                yield from _assignments(owner, field, place)
                yield _left_out(owner, field, place)
        for place in range(len(body) - 1):
            if not _is_docstring(body[place], place):
                yield _swapped(owner, field, place)
        for place, statement in enumerate(body):
            if isinstance(statement, LOOPS):
                yield from _out_of_loop(owner, field, place)
                yield from _into_loop(owner, field, place)


def _is_docstring(statement: ast.stmt, place: int) -> bool:
    value = getattr(statement, "value", None)
    return (
        place == 0
        and isinstance(statement, ast.Expr)
        and isinstance(value, ast.Constant)
    )


def _change(owner: ast.AST, field: str, body: list[ast.stmt]) -> Change:
    return owner, field, body


def _edit(
    kind: str,
    owner: ast.AST,
    field: str,
    body: list[ast.stmt],
    before: tuple[ast.stmt, ...],
    after: tuple[ast.stmt, ...],
) -> Edit:
    lines = tuple(statement.lineno for statement in before)
    return Edit(kind, lines, (_change(owner, field, body),), before, after)


def _left_out(owner: ast.AST, field: str, place: int) -> Edit:
    body: list[ast.stmt] = getattr(owner, field)
    statement = body[place]
    rest = body[:place] + body[place + 1 :]
    if not rest:
        rest = [ast.copy_location(ast.Pass(), statement)]
    return _edit("a statement too many", owner, field, rest, (statement,), ())


def _swapped(owner: ast.AST, field: str, place: int) -> Edit:
    body: list[ast.stmt] = getattr(owner, field)
    one, other = body[place], body[place + 1]
    new = [*body[:place], other, one, *body[place + 2 :]]
    return _edit(SWAPPED, owner, field, new, (one, other), (other, one))


def _assignments(owner: ast.AST, field: str, place: int) -> Iterator[Edit]:
    """Yield an assignment as an addition, and the other way round."""
    body: list[ast.stmt] = getattr(owner, field)
    old = body[place]
    new: list[ast.stmt] = []
    if isinstance(old, ast.Assign) and len(old.targets) == 1:
        target = old.targets[0]
        if isinstance(target, ast.Name | ast.Subscript | ast.Attribute):
            new += [
                ast.AugAssign(target, op(), old.value) for op in (ast.Add, ast.Mult)
            ]
    elif isinstance(old, ast.AugAssign):
        new.append(ast.Assign([old.target], old.value))
        for op in (ast.Add, ast.Sub, ast.Mult, ast.Div):
            if not isinstance(old.op, op):
                new.append(ast.AugAssign(old.target, op(), old.value))
    for statement in new:
        ast.copy_location(statement, old)
        changed = [*body[:place], statement, *body[place + 1 :]]
        kind = "how a value is assigned"
        yield _edit(kind, owner, field, changed, (old,), (statement,))


def _out_of_loop(owner: ast.AST, field: str, place: int) -> Iterator[Edit]:
    """Yield a loop without one of its statements, which comes after or before it."""
    body: list[ast.stmt] = getattr(owner, field)
    loop = body[place]
    assert isinstance(loop, LOOPS)
    for number, statement in enumerate(loop.body):
        rest = loop.body[:number] + loop.body[number + 1 :]
        rest = rest or [ast.copy_location(ast.Pass(), statement)]
        inside = _change(loop, "body", rest)
        after = [*body[: place + 1], statement, *body[place + 1 :]]
        before = [*body[:place], statement, *body[place:]]
        for outside in (after, before):
            changes = (inside, _change(owner, field, outside))
            lines = (statement.lineno,)
            kind = "what stands inside the loop"
            yield Edit(kind, lines, changes, (statement,), (statement,))


def _into_loop(owner: ast.AST, field: str, place: int) -> Iterator[Edit]:
    """Yield a loop with the statement before or after it inside."""
    body: list[ast.stmt] = getattr(owner, field)
    loop = body[place]
    assert isinstance(loop, LOOPS)
    for other in (place - 1, place + 1):
        if not 0 <= other < len(body) or _is_docstring(body[other], other):
            continue
        moved = body[other]
        inner = [moved, *loop.body] if other < place else [*loop.body, moved]
        rest = body[:other] + body[other + 1 :]
        changes = (_change(loop, "body", inner), _change(owner, field, rest))
        kind = "what stands inside the loop"
        yield Edit(kind, (moved.lineno,), changes, (moved,), (moved,))


def put_in(function: ast.AST, new: list[ast.stmt], kind: str) -> Iterator[Edit]:
    """Yield a function with one more statement, at each place in turn."""
    for owner, field in bodies(function):
        body: list[ast.stmt] = getattr(owner, field)
        start = 1 if _is_docstring(body[0], 0) else 0
        for place in range(start, len(body) + 1):
            line = line_at(body, place)
            for statement in new:
                changed = [*body[:place], statement, *body[place:]]
                changes = (_change(owner, field, changed),)
                yield Edit(kind, (line,), changes, (), (statement,))


def line_at(body: list[ast.stmt], place: int) -> int:
    """Return the line where something is put in: of what follows, or of the end."""
    if place < len(body):
        return body[place].lineno
    return body[-1].end_lineno or body[-1].lineno


def exchanged(function: ast.AST, new: list[ast.stmt], kind: str) -> Iterator[Edit]:
    """Yield a function with another statement for one that assigns the same."""
    for owner, field in bodies(function):
        body: list[ast.stmt] = getattr(owner, field)
        for place, old in enumerate(body):
            for statement in new:
                if _role(old) and _role(old) == _role(statement):
                    changed = [*body[:place], statement, *body[place + 1 :]]
                    yield _edit(kind, owner, field, changed, (old,), (statement,))


def _role(statement: ast.stmt) -> str:
    """Return what a statement is for: the names that it assigns, or a return."""
    match statement:
        case ast.Assign(targets=targets):
            return ", ".join(ast.unparse(target) for target in targets)
        case ast.AugAssign(target=target):
            return ast.unparse(target)
        case ast.Return():
            return "return"
    return ""


def usual(names: list[str]) -> list[ast.stmt]:
    """Return the lines that training code often lacks, for each of these names."""
    return [
        statement
        for name in names
        for line in USUAL
        for statement in ast.parse(line.format(name)).body
    ]


def simple(body: list[ast.stmt]) -> list[ast.stmt]:
    """Return the statements of a body that hold no others."""
    inside = (statement for block in blocks(body) for statement in block)
    kinds = ast.Assign | ast.AugAssign | ast.Return | ast.Expr | ast.Raise
    return [s for s in inside if isinstance(s, kinds)]
