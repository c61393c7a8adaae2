"""The terminal while `dojo watch` owns it: raw keys in, whole screens out."""

from __future__ import annotations

import contextlib
import io
import os
import select
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.text import Text

ENTER_SCREEN, LEAVE_SCREEN = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l"
ESCAPES = {
    "\x1b[A": "up", "\x1bOA": "up", "\x1b[B": "down", "\x1bOB": "down",
    "\x1b[5~": "page up", "\x1b[6~": "page down", "\x1b[H": "home", "\x1b[F": "end",
    "\x1b": "escape", "\r": "enter", "\n": "enter", " ": "page down", "\x04": "q",
}  # fmt: skip
WAIT = 0.1  # seconds after which the key thread looks whether it should pause


def is_capable() -> bool:
    """Tell whether there is a terminal that can be drawn on and typed into."""
    streams = (sys.stdin, sys.stdout)  # None where the caller closed one
    on_terminal = all(stream is not None and stream.isatty() for stream in streams)
    return on_terminal and os.environ.get("TERM", "") not in ("", "dumb")


def size() -> tuple[int, int]:
    """Return columns and lines."""
    found = shutil.get_terminal_size((80, 24))
    return max(20, found.columns), max(6, found.lines)


class Terminal:
    """Draws screens, and tells each key to `tell`.

    Parameters
    ----------
    tell : callable
        Takes a key's name: its letter, or up, down, page up, page down, enter, escape;
        and gone when the terminal is.
    """

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._saved: list[object] | None = None
        self._reading = threading.Event()
        self._shown = ""
        threading.Thread(target=self._read, daemon=True).start()

    def enter(self) -> None:
        """Take the terminal over."""
        if sys.platform != "win32":
            import termios
            import tty

            self._saved = termios.tcgetattr(0)
            tty.setcbreak(0)
        else:
            os.system("")  # switches the console's escape sequences on
        self._write(ENTER_SCREEN)
        self._shown = ""
        self._reading.set()

    def leave(self) -> None:
        """Give the terminal back as it was."""
        self._reading.clear()
        self._write(LEAVE_SCREEN)
        if sys.platform != "win32" and self._saved is not None:
            import termios

            with contextlib.suppress(termios.error):  # the terminal is gone
                termios.tcsetattr(0, termios.TCSADRAIN, self._saved)  # type: ignore[arg-type]  # what tcgetattr gave
            self._saved = None

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Give the terminal to somebody else inside the block."""
        self.leave()
        time.sleep(2 * WAIT if sys.platform == "win32" else 0)
        try:
            yield
        finally:
            self.enter()

    def draw(self, lines: list[Text]) -> None:
        """Show these lines alone; a screen that is there already is not sent again."""
        width, height = size()
        text = rendered(lines[:height], width)
        if text != self._shown:
            self._write(text)
            self._shown = text

    def forget(self) -> None:
        """Draw the next screen in any case: the terminal may have changed."""
        self._shown = ""

    def _write(self, text: str) -> None:
        data = text.encode(sys.stdout.encoding or "utf-8", "replace")
        try:
            while data:
                data = data[os.write(1, data) :]
        except OSError:  # the terminal is gone: its window was closed
            self._tell("gone")

    def _read(self) -> None:
        while True:
            self._reading.wait()
            if sys.platform == "win32":
                self._read_console()
                continue
            if not select.select([0], [], [], WAIT)[0] or not self._reading.is_set():
                continue
            try:
                data = os.read(0, 64)
            except OSError:
                data = b""
            if not data:
                return self._tell("gone")  # the terminal is gone
            for key in keys_in(data.decode("utf-8", "replace")):
                self._tell(key)

    def _read_console(self) -> None:
        import msvcrt

        if sys.platform == "win32" and msvcrt.kbhit():
            key = msvcrt.getwch()
            if key in "\x00\xe0":
                key = {"H": "up", "P": "down", "I": "page up", "Q": "page down"}.get(
                    msvcrt.getwch(), ""
                )
            self._tell(ESCAPES.get(key, key))
        else:
            time.sleep(WAIT / 2)


def keys_in(text: str) -> Iterator[str]:
    """Yield the names of the keys that a burst of input holds."""
    while text:
        fits = [code for code in ESCAPES if text.startswith(code)]
        known = max(fits, key=len, default="")
        if known:
            yield ESCAPES[known]
            text = text[len(known) :]
            if known == "\x1b" and text[:1] in ("[", "O"):
                return  # a sequence that means nothing to us
        else:
            yield text[0]
            text = text[1:]


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
        line.truncate(width, overflow="ellipsis")
        console.print(line, end="", no_wrap=True, overflow="crop")
        parts.append(out.getvalue() + "\x1b[K")
        out.seek(0)
        out.truncate()
    return "\x1b[H" + "\r\n".join(parts) + "\x1b[J"
