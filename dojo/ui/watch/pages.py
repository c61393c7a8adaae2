"""The pages that cover the main screen of `dojo watch`: long texts and the list."""

from __future__ import annotations

from dataclasses import dataclass, field

from rich.text import Text

from dojo.kata.catalog import Kata
from dojo.ui.show import STYLES
from dojo.ui.watch.layout import chop, ends, fold_lines

SCROLL = "j k or arrows scroll   space page   q back"
MOVE = "j k or arrows move   enter takes it up   q back"
AROUND = 3  # lines of a page that are not the text: the title, a blank, the keys
FAR = 10**9  # lines: further than any text is long


def _step(key: str, lines: int) -> int | None:
    """Return how far a key scrolls on a terminal so high; None if it scrolls not."""
    page = max(1, lines - AROUND - 1)
    return {
        "j": 1, "down": 1, "k": -1, "up": -1, "page down": page, "page up": -page,
        "home": -FAR, "g": -FAR, "end": FAR, "G": FAR,
    }.get(key)  # fmt: skip


@dataclass
class Page:
    """A long text to scroll in.

    Parameters
    ----------
    title : str
    body : list of Text
    keys : str
        What the last line says.
    passes_on : str
        Keys that close the page and mean what they mean on the main screen.
    top : int
        The first line in sight.
    hang : int or None
        How far the rest of a line of prose is set in, which is folded at its words;
        None for code, which is chopped.
    """

    title: str
    body: list[Text]
    keys: str = SCROLL
    passes_on: str = ""
    top: int = 0
    hang: int | None = None

    def press(self, key: str, columns: int, lines: int) -> bool:
        """Scroll; tell whether the key was one that does."""
        step = 1 if key == "enter" else _step(key, lines)
        if step is None:
            return False
        last = max(0, len(self._chopped(columns)) - (lines - AROUND))
        self.top = max(0, min(last, min(self.top, last) + step))
        return True

    def draw(self, columns: int, lines: int) -> list[Text]:
        """Return the lines in sight."""
        return _drawn(
            self.title, self._chopped(columns), self.top, self.keys, columns, lines
        )

    def _chopped(self, columns: int) -> list[Text]:
        if self.hang is None:
            return [piece for line in self.body for piece in chop(line, columns)]
        text = "\n".join(line.plain for line in self.body)
        folded = fold_lines(text, columns, hang=self.hang)
        return [Text(line) for line in folded]


@dataclass
class KataList(Page):
    """The list of katas, with one of them marked.

    Parameters
    ----------
    katas : list of Kata
    marked : int
        The index of the marked one.
    """

    katas: list[Kata] = field(default_factory=list)
    marked: int = 0

    def press(self, key: str, columns: int, lines: int) -> bool:
        """Move the mark; tell whether the key was one that does."""
        step = _step(key, lines)
        if step is None:
            return False
        self.marked = max(0, min(len(self.katas) - 1, self.marked + step))
        return True

    def draw(self, columns: int, lines: int) -> list[Text]:
        """Return the lines around the marked kata."""
        shown = [
            self._line(number, line, columns) for number, line in enumerate(self.body)
        ]
        first = self.marked - (lines - AROUND) // 2
        return _drawn(self.title, shown, first, self.keys, columns, lines)

    def _line(self, number: int, line: Text, columns: int) -> Text:
        marked = number == self.marked
        line = Text("> " if marked else "  ").append_text(line)
        line.truncate(columns, overflow="ellipsis")
        if marked:
            line.stylize("bold")
        return line


def kata_list(katas: list[Kata], words: list[str], marked: Kata) -> KataList:
    """Return the list of katas, each with the word for its status."""
    word_width = max(map(len, words))
    slug_width = max(len(kata.slug) for kata in katas)
    lines = []
    for kata, word in zip(katas, words, strict=True):
        line = Text(f"{word:{word_width}}", STYLES.get(word, "cyan"))
        lines.append(
            line.append(f"  {kata.slug:{slug_width}}  {kata.title}", "default")
        )
    return KataList("katas", lines, MOVE, katas=katas, marked=katas.index(marked))


def _drawn(
    title: str, body: list[Text], top: int, keys: str, columns: int, lines: int
) -> list[Text]:
    """Return a screen with the body's lines from `top` on, as far as there are any."""
    height = lines - AROUND
    top = max(0, min(top, len(body) - height))
    shown = body[top : top + height]
    more = len(body) > height
    place = f"{top + len(shown)} of {len(body)}" if more else ""
    filler = [Text()] * (height - len(shown))
    head = [ends(title, place, columns, "bold"), Text()]
    return [*head, *shown, *filler, Text(keys, "dim")]
