"""Reads a file function by function, as an editor does: one broken part costs only it.

A file that Python can read is read by Python. Any other is cut where a line begins at
its left edge, and each piece is read alone; what needs a piece that cannot be read is
lost with it.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from dojo.answer.names import names_in

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
    """

    statements: list[ast.stmt] = field(default_factory=list)
    lost: dict[str, tuple[Fault, str]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

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
    for piece in _pieces(source.splitlines(keepends=True), file):
        if isinstance(piece, list):
            reading.statements += piece
        else:
            fault, name, words = piece
            reading.faults.append(fault)
            reading.lost |= {name: (fault, "")} if name else {}
            touched = dict.fromkeys(words, fault) | touched
    _lose(reading, touched)
    return reading


def _parsed(text: str, file: str) -> list[ast.stmt]:
    """Parse a text; some errors are found only by compiling it."""
    tree = ast.parse(text, file)
    compile(tree, file, "exec", dont_inherit=True)
    return tree.body


def _pieces(
    lines: list[str], file: str
) -> Iterator[list[ast.stmt] | tuple[Fault, str, set[str]]]:
    """Yield the statements of each piece, or its fault and what it would define.

    That is the name of a function or class, or any of the words of another line.
    """
    bounds = [*_starts(lines), len(lines)]
    at = 0
    while at < len(bounds) - 1:
        end, found = _read_from(at, bounds, lines, file)
        if isinstance(found, SyntaxError):
            first = bounds[at]
            heads = [m[1] for m in map(HEAD.match, lines[first : bounds[end]]) if m]
            words = set() if heads else set(WORD.findall(lines[first]))
            yield _fault(found, lines, first), "".join(heads[:1]), words
        else:
            yield found
        at = end


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
    left = [(statement, names_in(statement)) for statement in reading.statements]
    left = [pair for pair in left if not pair[1].defines & reading.lost.keys()]
    defined = {name for _, names in left for name in names.defines} | set(dir(builtins))
    for name in touched.keys() - defined - reading.lost.keys():
        reading.lost[name] = touched[name], ""
    while gone := [pair for pair in left if pair[1].reads & reading.lost.keys()]:
        left = [pair for pair in left if pair not in gone]
        for _, names in gone:
            needed = min(names.reads & reading.lost.keys())
            fault, via = reading.lost[needed]
            for name in names.defines:
                reading.lost.setdefault(name, (fault, via or needed))
    reading.statements = [statement for statement, _ in left]
