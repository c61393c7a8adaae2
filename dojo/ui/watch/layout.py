"""Text in the cells of a terminal: what is folded, chopped, or set at both ends.

Widths are cells, not characters: a Chinese character takes two.
"""

from __future__ import annotations

import io
from itertools import accumulate

from rich.cells import cell_len, chop_cells
from rich.console import Console
from rich.text import Text

NARROW = 10  # cells; a text in fewer is not read
MORE = " …"
CONTINUED = "    "  # before what continues a line of code
_RULER = Console(file=io.StringIO(), color_system=None)


def fold(text: str, width: int, first: str = "", rest: str = "") -> list[str]:
    """Return a text folded at its words.

    Parameters
    ----------
    text : str
        One line.
    width : int
    first, rest : str
        What the first line and the others begin with; the first is never the longer.
    """
    width = max(NARROW, width - cell_len(rest))
    parts = Text(text.strip()).wrap(_RULER, width)
    lines = [part.plain.rstrip() for part in parts]
    return [first + lines[0], *(rest + line for line in lines[1:])]


def fold_lines(text: str, width: int, indent: str = "", hang: int = 2) -> list[str]:
    """Return a text's lines folded at words, each with its own indentation.

    What continues a line is set in by `hang` more.
    """
    lines = []
    for line in text.splitlines():
        own = indent + line[: len(line) - len(line.lstrip())]
        rest = own + " " * hang
        lines += fold(line, width, own, rest) if line.strip() else [""]
    return lines


def at_most(lines: list[str], count: int, width: int) -> list[str]:
    """Return so many lines at most; the last one says that there is more."""
    if len(lines) <= count:
        return lines
    end = chop_cells(lines[count - 1], max(1, width - len(MORE)))[0]
    return [*lines[: count - 1], end + MORE]


def chop(line: Text, width: int) -> list[Text]:
    r"""Return a line of code as pieces that fit; each but the last ends in `\`."""
    if line.cell_len <= width:
        return [line]
    first = chop_cells(line.plain, width - 1)[0]
    inner = max(NARROW, width - len(CONTINUED) - 1)
    rest = chop_cells(line.plain[len(first) :], inner)
    ends_at = list(accumulate(map(len, [first, *rest])))
    head, *others = line.divide(ends_at[:-1])
    for piece in (head, *others[:-1]):
        piece.append("\\")
    return [head, *(Text(CONTINUED).append_text(piece) for piece in others)]


def ends(left: str, right: str, width: int, style: str) -> Text:
    """Return a line with one text at each end; the right one has the way."""
    shown = Text(right)
    shown.truncate(width - 1, overflow="crop")
    space = width - shown.cell_len - 1
    line = Text(left, style)
    line.truncate(max(0, space), overflow="ellipsis")
    gap = " " * max(1, width - line.cell_len - shown.cell_len)
    return line.append(gap + shown.plain, "default")
