"""The pages that cover the main screen of `dojo watch`: long texts and the list."""

from __future__ import annotations

from dataclasses import dataclass, field

from rich.text import Text

from dojo.kata.catalog import Kata, katas
from dojo.learner.progress import State
from dojo.learner.status import status_of
from dojo.ui.show import STYLES
from dojo.ui.watch.screen import ends

KEY_HELP = """\
save   grades the kata, whatever the editor; a run under way starts again
n      next kata (twice, if this one is not passed yet)
h      hint; again for a deeper one
l      list of the katas: move with j and k or the arrows, enter takes one up
r      run again
d      difference between your file and the reference
e      edit the file in $VISUAL or $EDITOR, at the line that failed
o      open the theory page
v      the whole traceback, and all that was printed
x      reset the kata to its stub; a copy is kept
u      undo the last reset or undo
?      this help
q      quit; a page: back
"""
SCROLL = "j k or arrows scroll   space page   q back"
FAR = 10**9  # lines: further than any text is long


@dataclass
class Reader:
    """A long text to scroll in.

    Parameters
    ----------
    title : str
    body : list of Text
    keys : str
        What the last line says.
    passes : str
        Keys that close the page and mean what they mean on the main screen.
    """

    title: str
    body: list[Text]
    keys: str = SCROLL
    passes: str = ""
    top: int = 0
    page: int = 10

    def press(self, key: str) -> bool:
        """Scroll; tell whether the page stays open."""
        steps = {
            "j": 1, "down": 1, "enter": 1, "k": -1, "up": -1, "page down": self.page,
            "page up": -self.page, "home": -FAR, "g": -FAR, "end": FAR, "G": FAR,
        }  # fmt: skip
        self.top = max(0, self.top + steps.get(key, 0))
        return key in steps

    def screen(self, width: int, height: int) -> list[Text]:
        """Return the lines that are in sight."""
        self.page = height - 4
        lines, self.top = text_screen(
            self.title, self.body, self.top, self.keys, width, height
        )
        return lines


@dataclass
class Chooser(Reader):
    """The list of katas, with one of them marked.

    Parameters
    ----------
    known : list of Kata
    at : int
        The index of the marked one.
    """

    known: list[Kata] = field(default_factory=list)
    at: int = 0

    def press(self, key: str) -> bool:
        """Move the mark; tell whether the list stays open."""
        steps = {
            "j": 1, "down": 1, "k": -1, "up": -1, "page down": self.page,
            "page up": -self.page, "home": -FAR, "g": -FAR, "end": FAR, "G": FAR,
        }  # fmt: skip
        self.at = max(0, min(len(self.known) - 1, self.at + steps.get(key, 0)))
        return key in steps

    def screen(self, width: int, height: int) -> list[Text]:
        """Return the lines around the marked kata."""
        whole = self.body
        room = height - 3
        first = max(0, min(self.at - room // 2, len(whole) - room))
        shown = []
        for number, line in enumerate(whole):
            mark = "> " if number == self.at else "  "
            line = Text(mark).append_text(line)
            line.truncate(width, overflow="ellipsis")
            if number == self.at:
                line.stylize("bold")
            shown.append(line)
        lines, _ = text_screen(self.title, shown, first, self.keys, width, height)
        return lines


def chooser(root: object, kata: Kata, state: State) -> Chooser:
    """Return the list of katas with the current one marked."""
    known = katas(kata.root)
    lines = []
    for one in known:
        word = status_of(one, state).word
        line = Text(f"{word:28}", STYLES.get(word, "cyan"))
        line.append(f" {one.slug:24} {one.title}", "default")
        lines.append(line)
    keys = "j k or arrows move   enter takes it up   q back"
    return Chooser("katas", lines, keys, known=known, at=known.index(kata))


def text_screen(
    title: str, body: list[Text], top: int, keys: str, width: int, height: int
) -> tuple[list[Text], int]:
    """Return a page of a long text, and the line that it really begins with."""
    lines = [part for line in body for part in _fold(line, width)]
    room = height - 3
    top = max(0, min(top, len(lines) - room))
    shown = lines[top : top + room]
    place = (
        f"{min(top + room, len(lines))} of {len(lines)}" if len(lines) > room else ""
    )
    filler = [Text()] * (room - len(shown))
    return [
        ends(title, place, width, "bold"), Text(), *shown, *filler, Text(keys, "dim")
    ], top  # fmt: skip


def _fold(line: Text, width: int) -> list[Text]:
    """Return a line as pieces of at most the width."""
    if line.cell_len <= width:
        return [line]
    pieces = []
    while line.cell_len > width:
        pieces += [line[: width - 1].append("\\")]
        line = Text("    ").append_text(line[width - 1 :])
    return [*pieces, line]
