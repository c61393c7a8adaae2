"""The terminal while `dojo watch` owns it: keys in, whole screens out.

blessed reads the keys, rich writes the screens. blessed could switch to the other
screen too, but does nothing at all under NO_COLOR, which forbids colours alone.
"""

from __future__ import annotations

import contextlib
import io
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from types import FrameType

from rich.console import Console
from rich.control import Control
from rich.text import Text

from dojo.ui.watch.events import Event, Resized, Suspended, TerminalGone
from dojo.ui.watch.keyboard import Keyboard
from dojo.ui.watch.screen import draw
from dojo.ui.watch.state import WatchState

if sys.platform == "win32":
    TerminalError: type[Exception] = OSError
else:
    import termios

    TerminalError = termios.error

ENTER_SCREEN = f"{Control.alt_screen(True)}{Control.show_cursor(False)}"
LEAVE_SCREEN = f"{Control.show_cursor(True)}{Control.alt_screen(False)}"
CLEAR_LINE, CLEAR_BELOW = "\x1b[K", "\x1b[J"
SIGNALS: dict[str, type[TerminalGone] | type[Suspended]] = {
    "SIGTERM": TerminalGone, "SIGHUP": TerminalGone, "SIGTSTP": Suspended,
}  # fmt: skip
# What a text must not send to a terminal, each as a picture of itself.
PICTURES = {
    **{code: 0x2400 + code for code in range(0x20) if code != ord("\t")},
    0x7F: 0x2421,
    **dict.fromkeys(range(0x80, 0xA0), 0xFFFD),
}


class Terminal:
    """Owns the terminal inside a `with`: shows states, and tells what happens to it.

    Parameters
    ----------
    tell : callable
        Takes each `Event`, from a thread or a signal.
    also : mapping of str to str, optional
        Names of more keys, for the keyboard.
    """

    def __init__(
        self, tell: Callable[[Event], None], also: Mapping[str, str] | None = None
    ) -> None:
        self._tell = tell
        self._keyboard = Keyboard(also)
        self._owned = ExitStack()
        self._shown = ""
        self._is_stale = False  # the terminal may have lost what was shown

    def __enter__(self) -> Terminal:
        if sys.platform == "win32":
            os.system("")  # lets an older console understand sequences
        self._write(ENTER_SCREEN)
        self._owned.callback(self._write, LEAVE_SCREEN)
        self._owned.enter_context(self._keyboard.told_to(self._tell))
        self._owned.enter_context(self._signals())
        self._shown = ""
        return self

    def __exit__(self, *error: object) -> None:
        with contextlib.suppress(TerminalError):  # the terminal is gone
            self._owned.close()

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Give the terminal to somebody else inside the block."""
        self.__exit__()
        try:
            yield
        finally:
            self.__enter__()
            self._resized()

    def size(self) -> tuple[int, int]:
        """Return columns and lines."""
        return self._keyboard.size()

    def show(self, state: WatchState) -> None:
        """Draw a state."""
        self.show_lines(draw(state), state.columns)

    def show_lines(self, lines: list[Text], width: int) -> None:
        """Draw a screen; one that is there already is not sent again."""
        text = rendered(lines, width)
        if self._is_stale or text != self._shown:
            self._is_stale = False
            self._write(text)
            self._shown = text

    def _write(self, text: str) -> None:
        data = text.encode(sys.stdout.encoding or "utf-8", "replace")
        try:
            while data:
                data = data[os.write(1, data) :]
        except OSError:  # the terminal is gone: its window was closed
            self._tell(TerminalGone())

    def _resized(self) -> None:
        self._is_stale = True
        self._tell(Resized(*self.size()))

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """Tell what signals say, inside the block."""

        def tell(number: int, frame: FrameType | None) -> None:
            name = signal.Signals(number).name
            self._resized() if name == "SIGWINCH" else self._tell(SIGNALS[name]())

        names = [name for name in (*SIGNALS, "SIGWINCH") if hasattr(signal, name)]
        numbers = [signal.Signals[name] for name in names]
        before = [signal.signal(number, tell) for number in numbers]
        try:
            yield
        finally:
            for number, handler in zip(numbers, before, strict=True):
                signal.signal(number, handler)


def rendered(lines: list[Text], width: int) -> str:
    """Return a screen as one string: each line cut to the width, the rest cleared."""
    out = io.StringIO()
    console = Console(
        file=out,
        force_terminal=True,
        width=width,
        highlight=False,
        legacy_windows=False,
    )
    parts = []
    for line in lines:
        line = line.copy()
        line.plain = line.plain.translate(PICTURES)
        line.expand_tabs(8)
        line.truncate(width, overflow="ellipsis")
        console.print(line, end="", no_wrap=True, overflow="crop")
        parts.append(out.getvalue() + CLEAR_LINE)
        out.seek(0)
        out.truncate()
    return str(Control.home()) + "\r\n".join(parts) + CLEAR_BELOW
