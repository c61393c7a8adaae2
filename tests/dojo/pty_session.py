"""A learner at a terminal of 80×24, for tests: types, saves, and reads the screen."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path

from forked_python import take_terminal
from rich.cells import cell_len

COLUMNS, LINES = 80, 24
PATIENCE = 60  # seconds that a busy machine may need; a test that passes waits for none
STYLE = re.compile(r"\x1b\[[0-9;]*m")
LEFT = "\x1b[?25h\x1b[?1049l"  # the cursor shown, the other screen left
FORCES = ("LINES", "COLUMNS", "NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE")


class Program:
    """A program at a pseudo-terminal, which is its controlling one.

    Parameters
    ----------
    root : Path
        The folder to run in.
    arguments : list of str
    environment : str
    """

    def __init__(self, root: Path, arguments: list[str], **environment: str) -> None:
        self.ours, theirs = pty.openpty()
        self.columns, self.lines = COLUMNS, LINES
        self._set_size()
        own = {"TERM": "xterm-256color", "PYTHONPATH": str(root)} | environment
        inherited = {k: v for k, v in os.environ.items() if k not in FORCES}
        self.process = subprocess.Popen(
            arguments,
            cwd=root,
            env=inherited | own,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            preexec_fn=take_terminal,
        )
        os.close(theirs)
        self.text = ""

    def _set_size(self) -> None:
        size = struct.pack("HHHH", self.lines, self.columns, 0, 0)
        fcntl.ioctl(self.ours, termios.TIOCSWINSZ, size)

    def resize(self, columns: int, lines: int) -> None:
        """Give the terminal another size; what was shown before is forgotten."""
        self.read_for()
        self.columns, self.lines = columns, lines
        self.text = ""
        self._set_size()

    def read(self, seconds: float) -> bool:
        """Take in what is shown, at most so long; tell whether anything was."""
        if not select.select([self.ours], [], [], seconds)[0]:
            return False
        try:
            self.text += os.read(self.ours, 65536).decode("utf-8", "replace")
        except OSError:  # Linux says so when the other side is closed
            time.sleep(seconds)
            return False
        return True

    def read_for(self, seconds: float = 0.05) -> None:
        """Take in what is shown in so long a time."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.read(left)

    def wait_for_text(self, text: str) -> None:
        """Wait until a text was sent since the last screen was forgotten."""
        self._wait(lambda: text in self.text, text)

    def _wait(self, truth: Callable[[], bool], what: object) -> None:
        end = time.monotonic() + PATIENCE
        while not truth():
            if time.monotonic() > end or self.process.poll() is not None:
                raise AssertionError(f"{what} never came:\n{self.text[-3000:]}")
            self.read(0.1)

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self.ours, keys.encode())

    def ended(self) -> int:
        """Wait for the end and return the exit status."""
        end = time.monotonic() + PATIENCE
        while self.process.poll() is None and time.monotonic() < end:
            self.read(0.1)
        self.read_for()
        return self.process.wait(1)

    def kill(self) -> None:
        """Kill the program alone, as `kill -9` does."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def close(self) -> None:
        """End whatever is left of it."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.ended()
            except subprocess.TimeoutExpired:
                self.kill()
        os.close(self.ours)


class Session(Program):
    """A command of the dojo at a pseudo-terminal, which draws whole screens."""

    def __init__(self, root: Path, *command: str, **environment: str) -> None:
        super().__init__(root, [sys.executable, "-m", "dojo", *command], **environment)

    def frames(self) -> list[list[str]]:
        """Return every whole screen that was drawn, as plain lines."""
        whole = [part for part in self.text.split("\x1b[H")[1:] if "\x1b[J" in part]
        plain = [STYLE.sub("", part.partition("\x1b[J")[0]) for part in whole]
        return [
            [line.replace("\x1b[K", "").rstrip("\r") for line in part.split("\n")]
            for part in plain
        ]

    def screen(self) -> str:
        """Return the last whole screen."""
        end = self.text.rfind("\x1b[J")
        start = self.text.rfind("\x1b[H", 0, max(0, end))
        part = STYLE.sub("", self.text[start + 3 : end]) if end > start >= 0 else ""
        return part.replace("\x1b[K", "").replace("\r", "")

    def wait_for(self, *texts: str) -> str:
        """Wait until a screen shows all these texts, and return it."""
        self._wait(lambda: all(text in self.screen() for text in texts), texts)
        return self.screen()

    def resize(self, columns: int, lines: int) -> None:
        """Give the terminal another size, and wait until a screen has as many lines."""
        super().resize(columns, lines)
        self._wait(lambda: len(self.screen().splitlines()) == lines, f"{lines} lines")
        self.forget()

    def forget(self) -> None:
        """Forget all screens but the last."""
        self.text = self.text[max(0, self.text.rfind("\x1b[H")) :]

    def misfits(self) -> list[str]:
        """Return the lines that do not fit the terminal."""
        return [
            line
            for frame in self.frames()
            for number, line in enumerate(frame)
            if number >= self.lines or cell_len(line) > self.columns
        ]


def processes_of(root: Path) -> list[str]:
    """Return the command lines of running processes that belong to a clone."""
    lines = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if (folder / "cwd").resolve() == root.resolve():
                line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                lines += [line] if line else []
        except OSError:
            continue  # it ended, or is somebody else's
    return lines


def wait_until(truth: Callable[..., object], *given: object) -> None:
    """Wait until a callable returns something true."""
    end = time.monotonic() + PATIENCE
    while not truth(*given):
        if time.monotonic() > end:
            raise AssertionError(f"{truth} never came true")
        time.sleep(0.05)
