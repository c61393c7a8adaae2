"""Files of answers: blocks under a comment with a name, put into a kata's reference.

A block begins with a comment at the line's start, `# no-square: forgets the square`. A
file in which such lines begin with `# ===` may have other comments there too:
`# === wrong l2_cost: no-square`. The word wrong or right before the name says how the
block must come out. What stands before the first block is put in front of each.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

from dojo.errors import UserError
from dojo.files import read_stream
from dojo.kata.catalog import Kata, find, katas
from dojo.kata.splice import names_of
from dojo.verdict.verdicts import FAILED, PASSED

# Without wrong or right before it, a word with a capital is the start of a sentence.
NAME = r"(?(1)[A-Za-z0-9_]+(?:[-.][A-Za-z0-9_]+)*|[a-z0-9]+(?:-[a-z0-9]+)*)"
PLAIN = re.compile(rf"# (?:(wrong|right) )?()({NAME})(?:: (.*))?$")
RULED = re.compile(r"# ===+ (?:(wrong|right) )?(?:(\w+): )?([\w.-]+)(?:[:,]? (.*))?$")
EXPECTED = {"wrong": FAILED, "right": PASSED}


class Unusable(Exception):
    """A block that cannot be put into a reference; the text says why."""


@dataclass(frozen=True)
class Block:
    """One answer.

    Parameters
    ----------
    file : Path
    line : int
        The header's, in the file.
    name, says : str
        From the header; `says` may be empty.
    function : str
        What the header says it answers, or nothing.
    expected : str
        passed or failed if the header says right or wrong, or nothing.
    source : str
        The lines below the header.
    before : str
        What stands before the first block of the file.
    """

    file: Path
    line: int
    name: str
    says: str
    function: str
    expected: str
    source: str
    before: str


@dataclass(frozen=True)
class Spliced:
    """A reference with a block in it.

    Parameters
    ----------
    text : str
    functions : tuple of str
        The public names that the block answers.
    first : int
        The line of `text` on which the block begins.
    """

    text: str
    functions: tuple[str, ...]
    first: int

    def line_in(self, block: Block, line: int | None) -> int | None:
        """Return where a line of `text` stands in the block's file, if it does."""
        if line is None or not 0 <= line - self.first < block.source.count("\n"):
            return None
        return block.line + 1 + line - self.first


def kata_of(root: Path, file: Path, name: str | None = None) -> Kata:
    """Return the kata that a file answers: the one named, else by the file's name.

    Raises
    ------
    UserError
        If there is none.
    """
    if name:
        return find(root, name)[0]
    for kata in katas(root):
        if file.stem == f"{kata.chapter}__{kata.stem}":
            return kata
    try:
        return find(root, file.stem)[0]
    except UserError as error:
        says = f"{file.name} names no kata: {error}"
        raise UserError(f"{says}; rename it, or add --kata KATA") from error


def read(file: Path) -> list[Block]:
    """Return the blocks of a file in order.

    Raises
    ------
    UserError
        If it cannot be read, or has no block.
    """
    try:
        lines = read_stream(file).splitlines(keepends=True)
    except OSError as error:
        says = f"{file} cannot be read: {error.strerror}"
        raise UserError(f"{says}; name a file of answers") from error
    header = RULED if any(map(RULED.match, lines)) else PLAIN
    starts = [number for number, line in enumerate(lines) if header.match(line)]
    if not starts:
        raise UserError(
            f"{file} has no block; begin each with a comment such as "
            "`# no-square: forgets the square`"
        )
    before = "".join(lines[: starts[0]])
    ends = [*starts[1:], len(lines)]
    return [
        _block(file, header, start, lines[start:end], before)
        for start, end in zip(starts, ends, strict=True)
    ]


def _block(
    file: Path, header: re.Pattern[str], start: int, lines: list[str], before: str
) -> Block:
    match = header.match(lines[0])
    assert match is not None
    word, function, name, says = (text or "" for text in match.groups())
    source = "".join(lines[1:])
    return Block(
        file,
        start + 1,
        name,
        says,
        function,
        EXPECTED.get(word, ""),
        source if source.endswith("\n") else source + "\n",
        before,
    )


def splice(kata: Kata, block: Block) -> Spliced:
    """Return a kata's reference with a block in the place of what it answers.

    Raises
    ------
    Unusable
        If the block does not parse, or answers nothing.
    """
    defined = _defined(block)
    functions = tuple(name for name in kata.functions if name in defined)
    if block.function and block.function not in functions:
        raise Unusable(f"it does not define {block.function}, which its header names")
    if not functions:
        raise Unusable(f"it defines none of {', '.join(kata.functions)}")
    lines = kata.source.splitlines(keepends=True)
    place = len(lines)
    for node in reversed(kata.tree.body):
        if names_of(node) & defined:
            decorators = getattr(node, "decorator_list", [])
            first = min([node.lineno, *(d.lineno for d in decorators)]) - 1
            del lines[first : node.end_lineno]
            place = first
    future, source = _without_future(block.before + block.source)
    lines[place:place] = [source, "\n\n"]
    first = future.count("\n") + place + block.before.count("\n") + 1
    return Spliced(future + "".join(lines), functions, first)


def _defined(block: Block) -> set[str]:
    """Return the names that a block defines; parses what is before it too."""
    for source, start in ((block.before, 0), (block.source, block.line)):
        try:
            tree = ast.parse(source)
        except SyntaxError as error:
            line = start + (error.lineno or 1)
            raise Unusable(f"line {line}: {error.msg}") from error
        except ValueError as error:  # bytes that are no text
            raise Unusable(f"it cannot be read as Python: {error}") from error
    return set().union(*map(names_of, tree.body))


def _without_future(source: str) -> tuple[str, str]:
    """Return the imports that must stand first, and the source without them."""
    lines = source.splitlines(keepends=True)
    future = [line for line in lines if line.startswith("from __future__ import ")]
    rest = ["\n" if line in future else line for line in lines]
    return "".join(future), "".join(rest)
