"""Makes stubs: the reference with NotImplementedError for each public body."""

from __future__ import annotations

import ast
from pathlib import Path

from dojo.errors import UserError
from dojo.files import read_text
from dojo.kata.catalog import Hunt, Kata
from dojo.kata.copies import replace_text
from dojo.kata.hunts import with_bugs
from dojo.kata.splice import body_of, start_of

BODY = "raise NotImplementedError"
Span = tuple[int, int, str]  # first line, line after the last, text instead


def stub_for(kata: Kata) -> str:
    """Return the stub that a kata's reference makes; a hunt's has the bugs in it."""
    if isinstance(kata, Hunt):
        return with_bugs(kata)
    return stub_of(kata.source, str(kata.reference))


def stub_of(source: str, file: str = "the reference") -> str:
    """Return the stub of a reference.

    Parameters
    ----------
    source : str
        The reference. Bodies of the functions and methods in `__all__` go, but for
        their docstrings; so do private helpers. Everything else stays to the letter.
    file : str
        Its name, for the message of a syntax error.
    """
    tree = ast.parse(source, file)
    public = _all_of(tree)
    spans: list[Span] = []
    lines = source.splitlines(keepends=True)
    for node in tree.body:
        name = _name(node)
        if isinstance(node, ast.FunctionDef) and name in public:
            spans.append(_emptied(node, lines))
        elif isinstance(node, ast.ClassDef) and name in public:
            spans += _emptied_class(node, lines)
        elif name.startswith("_") and not name.startswith("__"):
            spans.append(_removed(node, lines))
    return _replace(lines, spans)


def _all_of(tree: ast.Module) -> tuple[str, ...]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and _name(node) == "__all__":
            return tuple(ast.literal_eval(node.value))
    return ()


def _name(node: ast.AST) -> str:
    if isinstance(node, ast.Assign):
        return getattr(node.targets[0], "id", "")
    if isinstance(node, ast.AnnAssign):
        return getattr(node.target, "id", "")
    return str(getattr(node, "name", ""))


def _emptied_class(node: ast.ClassDef, lines: list[str]) -> list[Span]:
    spans = []
    for part in node.body:
        name = _name(part)
        if name.startswith("_") and not name.startswith("__"):
            spans.append(_removed(part, lines))
        elif isinstance(part, ast.FunctionDef):
            spans.append(_emptied(part, lines))
    return spans


def _emptied(node: ast.FunctionDef, lines: list[str]) -> Span:
    """Return the span of a body without its docstring."""
    start, end = body_of(node, lines)
    return start, end, f"{' ' * node.body[0].col_offset}{BODY}\n"


def _removed(node: ast.stmt, lines: list[str]) -> Span:
    """Return the span of a definition with what stands above it."""
    return start_of(node, lines), (node.end_lineno or node.lineno) + 1, ""


def _replace(lines: list[str], spans: list[Span]) -> str:
    for start, end, text in sorted(spans, reverse=True):
        lines[start - 1 : end - 1] = [text] if text else []
    return "".join(lines).rstrip("\n") + "\n"


def with_function_from(stub: str, mine: str, function: str) -> str:
    """Return the learner's file with one public function as the stub has it.

    Raises
    ------
    UserError
        If the learner's file cannot be parsed.
    """
    stub_lines = stub.splitlines(keepends=True)
    start, end = _extent(ast.parse(stub), function)
    text = "".join(stub_lines[start - 1 : end - 1])
    try:
        tree = ast.parse(mine)
    except (SyntaxError, ValueError) as error:
        raise UserError(
            f"{fault_of(error)}, so the function cannot be found; "
            "mend that, or reset the whole file"
        ) from error
    lines = mine.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    if function not in {_name(node) for node in tree.body}:
        return "".join(lines) + "\n\n" + text
    start, end = _extent(tree, function)
    lines[start - 1 : end - 1] = [text]
    return "".join(lines)


def fault_of(error: Exception) -> str:
    """Return in words why a file cannot be parsed."""
    line = getattr(error, "lineno", None)
    return (
        f"line {line} has a syntax error" if line else "it holds bytes that are no text"
    )


def _extent(tree: ast.Module, function: str) -> tuple[int, int]:
    """Return the first line of the last definition of a name, and the line after it."""
    node = [node for node in tree.body if _name(node) == function][-1]
    decorators = getattr(node, "decorator_list", [])
    return min([node.lineno, *(d.lineno for d in decorators)]), (
        node.end_lineno or 0
    ) + 1


def reset(kata: Kata, function: str | None = None) -> Path | None:
    """Put a stub, or one function of it, back; return the copy of what was there."""
    stub = stub_for(kata)
    if function and kata.stub.is_file():
        stub = with_function_from(stub, read_text(kata.stub), function)
    return replace_text(kata, stub)


def sync(kata: Kata, force: bool = False) -> str:
    """Write the stub from the reference; return "made", "mended", "started" or "".

    A file that has answers is left alone ("started") unless `force` is given; undo
    brings it back then.

    Raises
    ------
    UserError
        If the file cannot be read or written.
    """
    try:
        return _synced(kata, force)
    except OSError as error:
        raise UserError(
            f"{kata.stub.relative_to(kata.root)} cannot be synced ({error.strerror}): "
            "move it away or allow writing, then dojo sync"
        ) from error


def _synced(kata: Kata, force: bool) -> str:
    made = stub_for(kata)
    if not kata.stub.is_file():
        replace_text(kata, made)
        return "made"
    mine = read_text(kata.stub)
    if mine == made:
        return ""
    if has_answers(mine) and not force:
        return "started"
    replace_text(kata, made)
    return "mended"


def has_answers(source: str) -> bool:
    """Tell whether any function does more than raise NotImplementedError."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):  # a ValueError: bytes that are no text
        return True
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) is not None else node.body
            if [ast.unparse(line) for line in body] != [BODY]:
                return True
    return False


def is_started(kata: Kata) -> bool:
    """Tell whether the learner's file differs from the stub."""
    if not kata.stub.is_file():
        return False
    return read_text(kata.stub) != stub_for(kata)
