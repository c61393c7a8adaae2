"""The keys of `dojo watch` in words; what each one does stands in `keys`."""

from __future__ import annotations

from typing import NamedTuple


class KeyWords(NamedTuple):
    """A key, a word for the last line of the main screen, and a line of the help."""

    key: str
    short: str
    says: str


KEYS = (
    KeyWords("n", "next", "next kata; asks first if this one is not passed yet"),
    KeyWords(
        "h", "hint", "hint for the function that is shown; again for a deeper one"
    ),
    KeyWords("H", "", "the deepest hint that you had; again for the one before"),
    KeyWords(
        "l",
        "list",
        "list of the katas: move with j and k or the arrows, enter takes one up",
    ),
    KeyWords("r", "run", "run everything again"),
    KeyWords(
        "d",
        "diff",
        "difference between your file and the reference; asks before a pass",
    ),
    KeyWords(
        "e",
        "edit",
        "edit the file in $VISUAL or $EDITOR, at the line that failed",
    ),
    KeyWords("o", "page", "open the theory page"),
    KeyWords("v", "trace", "the whole call and traceback, and all that was printed"),
    KeyWords("tab", "", "look at the next function that failed"),
    KeyWords("shift tab", "", "look at the one before"),
    KeyWords(
        "x", "reset", "reset the kata to its stub; asks first, and a copy is kept"
    ),
    KeyWords(
        "u",
        "",
        "bring back what a reset, an update or an undo replaced; again: further back",
    ),
    KeyWords("?", "help", "this help"),
    KeyWords("q", "quit", "quit; a page: back"),
)
HANG = 10  # cells before what a key does
SAVE = "save      grades what changed, whatever the editor; a run under way starts over"


def footer(width: int) -> str:
    """Return the main screen's last line; help and quit are there at any width."""
    *others, to_help, to_quit = [f"{w.key} {w.short}" for w in KEYS if w.short]
    while others and len(" ".join([*others, to_help, to_quit])) > width:
        others.pop()
    return " ".join([*others, to_help, to_quit])


def help_lines() -> list[str]:
    """Return the help: a line a key."""
    return [SAVE, *(f"{words.key:{HANG - 1}} {words.says}" for words in KEYS)]
