"""Reads a file function by function, as an editor does: one broken part costs only it.

A file that Python can read is read by Python. Any other is cut where a line begins at
its left edge, and each piece is read alone; what needs a piece that cannot be read is
lost with it. A class is cut again, into its methods.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import NamedTuple

from dojo.answer.names import Names, names_in

HEAD = re.compile(r"(?:(?:async\s+)?def|class)\s+(\w+)")
WHOLE_HEAD = re.compile(HEAD.pattern + r"\s*[\[(:]")  # no line of a docstring is one
DECORATOR = "@"
GOES_ON = re.compile(r"\s|#|(?:elif|else|except|finally)\b|[)\]}]")
WORD = re.compile(r"[^\W\d]\w*")
SHOWN = 50  # characters of a line, around the place where Python stopped


@dataclass(frozen=True)
class Fault:
    """A part of a file that cannot be read.

    Parameters
    ----------
    line : int
    says : str
        Python's own words: "SyntaxError: '(' was never closed".
    excerpt : tuple of str
        The line with its number, and a caret below it.
    """

    line: int
    says: str
    excerpt: tuple[str, ...] = ()


@dataclass
class Reading:
    """What can be read of a file.

    Parameters
    ----------
    statements : list of stmt
        In the order of the file.
    lost : dict
        By name: the fault that keeps it from being defined, and which other name it
        needs, if that one is lost.
    faults : list of Fault
        In the order of the file; empty if Python can read it.
    partial : dict
        The classes of which methods cannot be read: the fault of each, by name. Those
        methods are left out of the statements.
    """

    statements: list[ast.stmt] = field(default_factory=list)
    lost: dict[str, tuple[Fault, str]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    partial: dict[str, dict[str, Fault]] = field(default_factory=dict)

    @property
    def tree(self) -> ast.Module:
        """The readable statements as a module."""
        return ast.Module(self.statements, [])


def read(source: str, file: str) -> Reading:
    """Return what can be read of a source text.

    Raises
    ------
    SyntaxError, ValueError
        If it holds what is no text.
    """
    try:
        return Reading(_parsed(source, file))
    except SyntaxError:
        if "\0" in source:
            raise
    reading, touched = Reading(), dict[str, Fault]()
    lines = source.splitlines(keepends=True)
    for piece in _pieces(lines, file):
        if piece.fault is None:
            reading.statements += piece.statements
        elif part := _class_in_part(piece, lines, file):
            reading.statements.append(part.statement)
            reading.partial[piece.name] = part.faults
            reading.faults += part.faults.values()
        else:
            reading.faults.append(piece.fault)
            reading.lost |= {piece.name: (piece.fault, "")} if piece.name else {}
            touched = dict.fromkeys(piece.words, piece.fault) | touched
    _lose(reading, touched)
    return reading


def _parsed(text: str, file: str) -> list[ast.stmt]:
    """Parse a text; some errors are found only by compiling it."""
    tree = ast.parse(text, file)
    compile(tree, file, "exec", dont_inherit=True)
    return tree.body


@dataclass(frozen=True)
class _Piece:
    """Some lines of a file, which can be read or not.

    Parameters
    ----------
    first, end : int
        The indices of its first line, and of the line after it.
    statements : list of stmt
    fault : Fault or None
        Why it cannot be read.
    name : str
        The function or class that it would define.
    words : set of str
        All words of what would define neither.
    """

    first: int
    end: int
    statements: list[ast.stmt]
    fault: Fault | None = None
    name: str = ""
    words: frozenset[str] = frozenset()


def _pieces(lines: list[str], file: str) -> Iterator[_Piece]:
    """Yield each piece."""
    bounds = [*_starts(lines), len(lines)]
    at = 0
    while at < len(bounds) - 1:
        end, found = _read_from(at, bounds, lines, file)
        place = bounds[at], bounds[end]
        if isinstance(found, SyntaxError):
            heads = [m[1] for m in map(HEAD.match, lines[slice(*place)]) if m]
            words = set() if heads else set(WORD.findall(lines[place[0]]))
            fault = _fault(found, lines, place[0])
            yield _Piece(*place, [], fault, "".join(heads[:1]), frozenset(words))
        else:
            yield _Piece(*place, found)
        at = end


class _Part(NamedTuple):
    """A class without the methods that cannot be read, and their faults by name."""

    statement: ast.ClassDef
    faults: dict[str, Fault]


def _class_in_part(piece: _Piece, lines: list[str], file: str) -> _Part | None:
    """Return what can be read of a class; None if the fault is in no method."""
    head = HEAD.match(lines[piece.first])
    if not head or not lines[piece.first].startswith("class"):
        return None  # a decorator may need every method
    body = _dedented_body(piece, lines)
    broken = [member for member in _pieces(body, file) if member.fault]
    if not broken or not all(member.name for member in broken):
        return None
    whole = [*lines[: piece.end]]
    for member in broken:
        whole[member.first : member.end] = ["\n"] * (member.end - member.first)
    whole[broken[0].first] = _indent_of(piece, lines) + "pass\n"
    text = "\n" * piece.first + "".join(whole[piece.first :])
    try:
        (statement,) = _parsed(text, file)
    except (SyntaxError, ValueError):
        return None
    assert isinstance(statement, ast.ClassDef)
    return _Part(statement, {m.name: m.fault for m in broken if m.fault})


def _indent_of(piece: _Piece, lines: list[str]) -> str:
    """Return what each line of a class's body begins with."""
    inside = [line for line in lines[piece.first + 1 : piece.end] if line.strip()]
    return inside[0][: len(inside[0]) - len(inside[0].lstrip())] if inside else ""


def _dedented_body(piece: _Piece, lines: list[str]) -> list[str]:
    """Return a class's body at the left edge, below as many blank lines as before."""
    indent = _indent_of(piece, lines)
    body = [line.removeprefix(indent) for line in lines[piece.first + 1 : piece.end]]
    return ["\n"] * (piece.first + 1) + body


def _starts(lines: list[str]) -> list[int]:
    """Return the lines at which a piece begins; a decorator is a part of its piece."""
    starts, decorated = list[int](), False
    for at, line in enumerate(lines):
        is_first = not starts and line.strip() and not line.startswith("#")
        if is_first or (not GOES_ON.match(line) and line.strip() and not decorated):
            starts.append(at)
        if line.startswith(DECORATOR):
            decorated = True
        elif HEAD.match(line):
            decorated = False
    return starts


def _read_from(
    at: int, bounds: list[int], lines: list[str], file: str
) -> tuple[int, list[ast.stmt] | SyntaxError]:
    """Read a piece, with as many after it as it takes to close a bracket or a string.

    Returns
    -------
    int
        Where what was read ends, as a place in `bounds`.
    list of stmt or SyntaxError
        What it holds; the error of the first piece alone if nothing can be read.
    """
    error: SyntaxError | None = None
    for end in range(at + 1, len(bounds)):
        text = "\n" * bounds[at] + "".join(lines[bounds[at] : bounds[end]])
        try:
            return end, _parsed(text, file)
        except SyntaxError as found:
            error = error or found
        following = lines[bounds[end]] if bounds[end] < len(lines) else ""
        if WHOLE_HEAD.match(following) or following.startswith(DECORATOR):
            break  # no bracket and no string goes on into a definition
    assert error is not None
    return at + 1, error


def _fault(error: SyntaxError, lines: list[str], first: int) -> Fault:
    says = f"{type(error).__name__}: {error.msg}"
    line, column = error.lineno or 0, error.offset or 0
    if not 0 < line <= len(lines) or not lines[line - 1].strip():
        line, column = first + 1, 0  # Python stopped behind the end of the piece
    text = lines[line - 1].rstrip()
    return Fault(line, says, _excerpt(line, text, column - 1))


def _excerpt(line: int, text: str, column: int) -> tuple[str, ...]:
    """Return a line with its number and a caret, cut to what stands around it."""
    shown = text.lstrip().expandtabs(1)
    column -= len(text) - len(text.lstrip())
    start = max(0, column - SHOWN + 5)
    start = start if len(shown) > SHOWN else 0
    quoted = f"{line:4} | {shown[start : start + SHOWN]}"
    if column < 0:
        return (quoted,)
    return quoted, f"{'':4} | {' ' * (column - start)}^"


def _lose(reading: Reading, touched: dict[str, Fault]) -> None:
    """Take out what reads a lost name, again until nothing does.

    Parameters
    ----------
    reading : Reading
        What is lost so far are functions and classes that cannot be read themselves.
    touched : dict
        The words of other lines that cannot be read. What is defined elsewhere, or by
        Python, is not lost with them.
    """
    left = [(s, names_in(s)) for s in reading.statements]
    left = [pair for pair in left if not pair[1].defines & reading.lost.keys()]
    defined = {name for _, names in left for name in names.defines} | set(dir(builtins))
    for name in touched.keys() - defined - reading.lost.keys():
        reading.lost[name] = touched[name], ""
    for name, faults in reading.partial.items():
        fault = next(iter(faults.values()))
        for statement, names in left:
            if name not in names.defines and name in _read_at_import(statement):
                lost = dict.fromkeys(names.defines, (fault, name))
                reading.lost = lost | reading.lost
    while gone := [pair for pair in left if _is_gone(pair, reading)]:
        left = [pair for pair in left if pair not in gone]
        for _, names in gone:
            for needed in sorted(names.reads & reading.lost.keys())[:1]:
                fault, via = reading.lost[needed]
                for name in names.defines:
                    reading.lost.setdefault(name, (fault, via or needed))
    reading.statements = [statement for statement, _ in left]
    reading.partial = {
        name: faults
        for name, faults in reading.partial.items()
        if name not in reading.lost
    }


def _is_gone(pair: tuple[ast.stmt, Names], reading: Reading) -> bool:
    """Tell whether a statement reads or defines what is lost."""
    _, names = pair
    return bool((names.reads | names.defines) & reading.lost.keys())


def _read_at_import(statement: ast.stmt) -> frozenset[str]:
    """Return the names that a statement reads at once, not only when it is called."""
    emptied = deepcopy(statement)
    for node in ast.walk(emptied):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.body, node.returns = [ast.Pass()], None
        if isinstance(node, ast.arg):
            node.annotation = None
    return names_in(ast.fix_missing_locations(emptied)).reads
