"""The keys of a terminal, by name, whatever sequence the terminal sends for them."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import blessed
from blessed import keyboard
from blessed.keyboard import Keystroke

from dojo.ui.watch.events import Event, KeyPressed, Resized, TerminalGone

WAIT = 0.1  # seconds after which the reading thread looks whether it should end
DEFAULT_SIZE = 80, 24  # where the terminal does not say
SMALLEST = 20, 6
NAMES = {
    "KEY_UP": "up", "KEY_DOWN": "down", "KEY_HOME": "home", "KEY_END": "end",
    "KEY_PGUP": "page up", "KEY_PGDOWN": "page down", "KEY_ENTER": "enter",
    "KEY_ESCAPE": "escape", "KEY_CTRL_D": "q",
    "KEY_TAB": "tab", "KEY_BTAB": "shift tab",
    "KEY_KP_8": "up", "KEY_KP_2": "down", "KEY_KP_7": "home", "KEY_KP_1": "end",
    "KEY_KP_9": "page up", "KEY_KP_3": "page down",
}  # fmt: skip
SEQUENCE_BEGINS = ("\x1b[", "\x1bO")

# A program before us may have left the cursor keys in application mode. blessed takes
# their sequences from the terminal's description, which it reads only where it styles.
_CODES = dict(keyboard.DEFAULT_SEQUENCE_MIXIN)
keyboard.DEFAULT_SEQUENCE_MIXIN += tuple(  # type: ignore[assignment]  # only longer
    (f"\x1bO{letter}", _CODES[f"\x1b[{letter}"]) for letter in "ABCDFH"
)
_OF_NAME = {name: code for code, name in keyboard.get_keyboard_codes().items()}
_BACK_TAB = (("\x1b[Z", _OF_NAME["KEY_BTAB"]),)  # which blessed leaves to terminfo too
keyboard.DEFAULT_SEQUENCE_MIXIN += _BACK_TAB  # type: ignore[assignment]  # only longer


class _KeysAlone(blessed.Terminal):
    """A terminal that is read from, not written to.

    Where blessed styles, it asks the terminal what it is when it begins, and waits ten
    seconds for one that does not answer. Only this holds under FORCE_COLOR too.
    """

    @property
    def does_styling(self) -> bool:
        return False


class Keyboard:
    """Reads keys, and knows the size of the terminal that they come from.

    Parameters
    ----------
    also : mapping of str to str, optional
        Names of keys beyond `NAMES`, by what blessed calls them.
    """

    def __init__(self, also: Mapping[str, str] | None = None) -> None:
        self._terminal = _KeysAlone()
        self._names = {**NAMES, **(also or {})}

    def size(self) -> tuple[int, int]:
        """Return columns and lines."""
        size = self._terminal.width, self._terminal.height
        columns, lines = size if all(size) else DEFAULT_SIZE
        return max(SMALLEST[0], columns), max(SMALLEST[1], lines)

    @contextmanager
    def told_to(self, tell: Callable[[Event], None]) -> Iterator[None]:
        """Take the keys inside the block, and tell each; none is taken after it."""
        over = threading.Event()
        thread = threading.Thread(target=self._read, args=(tell, over), daemon=True)
        with self._terminal.cbreak():
            thread.start()
            try:
                yield
            finally:
                over.set()
                thread.join()

    def _read(self, tell: Callable[[Event], None], over: threading.Event) -> None:
        size = self.size()
        while not over.is_set():
            try:
                key = self._name(self._terminal.inkey(timeout=WAIT))
            except (OSError, EOFError):
                return tell(TerminalGone())
            if key:
                tell(KeyPressed(key))
            if sys.platform == "win32" and size != self.size():  # it has no SIGWINCH
                size = self.size()
                tell(Resized(*size))
        return None

    def _name(self, stroke: Keystroke) -> str:
        """Return the name of a key; empty if it means nothing here."""
        if stroke in SEQUENCE_BEGINS:
            self._pass_over_sequence()
            return ""
        if stroke == " ":
            return "page down"
        name = self._names.get(stroke.name or "")
        return name or (str(stroke) if stroke.isprintable() else "")

    def _pass_over_sequence(self) -> None:
        """Take the rest of a sequence that nobody knows: its letters are no keys."""
        while rest := self._terminal.inkey(timeout=0):
            if "@" <= rest[0] <= "~":
                return
