"""A console that splits no word: on a terminal long lines are folded, and set in."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.text import Text

HANG = 2  # cells by which what continues a line is set in
NARROW = 20  # cells; a text in fewer is not read


class Folding(Console):
    """Prints as rich does, but for what is too long for the terminal.

    A line of text is folded at its words there. What continues it is set in a little
    more than the line itself is, so that the eye finds where the next one begins.
    """

    def print(self, *objects: Any, **options: Any) -> None:
        """Print; one text without options of its own is folded."""
        if len(objects) == 1 and isinstance(objects[0], str | Text):
            told = {key: options.pop(key) for key in ("markup",) if key in options}
            text = objects[0]
            text = self.render_str(text, **told) if isinstance(text, str) else text
            if self.is_terminal and not options:
                text = self._folded(text)
            objects = (text,)
        super().print(*objects, **options)

    def _folded(self, text: Text) -> Text:
        lines = text.split("\n", allow_blank=True)
        pieces = [piece for line in lines for piece in self._pieces(line)]
        return Text("\n").join(pieces)

    def _pieces(self, line: Text) -> list[Text]:
        if line.cell_len <= self.width:
            return [line]
        own = len(line.plain) - len(line.plain.lstrip())
        width = max(NARROW, self.width - own - HANG)
        pieces = line[own:].wrap(self, width, overflow="fold")
        for piece in pieces:
            piece.rstrip()
        first, *rest = pieces
        return [line[:own] + first, *(Text(" " * (own + HANG)) + p for p in rest)]
