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
from pathlib import Path

from rich.cells import cell_len

COLUMNS, LINES = 80, 24
PATIENCE = 60  # seconds that a busy machine may need; a test that passes waits for none
STYLE = re.compile(r"\x1b\[[0-9;]*m")


class Session:
    """A command under a pseudo-terminal."""

    def __init__(self, root: Path, *command: str, **environment: str) -> None:
        self.ours, theirs = pty.openpty()
        fcntl.ioctl(
            theirs, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0)
        )
        own = {"TERM": "xterm-256color", "PYTHONPATH": str(root)} | environment
        inherited = {
            k: v for k, v in os.environ.items() if k not in ("LINES", "COLUMNS")
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dojo", *command],
            cwd=root,
            env=inherited | own,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        self.text = ""

    def read(self, seconds: float) -> None:
        """Take in what is shown, at most so long."""
        if not select.select([self.ours], [], [], seconds)[0]:
            return
        try:
            self.text += os.read(self.ours, 65536).decode("utf-8", "replace")
        except OSError:  # Linux says so when the other side is closed
            time.sleep(seconds)

    def frames(self) -> list[list[str]]:
        """Return every whole screen that was drawn, as plain lines."""
        whole = [part for part in self.text.split("\x1b[H")[1:] if "\x1b[J" in part]
        plain = [STYLE.sub("", part.partition("\x1b[J")[0]) for part in whole]
        return [
            [line.replace("\x1b[K", "").rstrip("\r") for line in part.split("\n")]
            for part in plain
        ]

    def screen(self) -> str:
        """Return the last screen."""
        frames = self.frames()
        return "\n".join(frames[-1]) if frames else ""

    def wait_for(self, *texts: str) -> str:
        """Wait until a screen shows all these texts, and return it."""
        end = time.monotonic() + PATIENCE
        while not all(text in self.screen() for text in texts):
            if time.monotonic() > end or self.process.poll() is not None:
                raise AssertionError(f"no screen has {texts}:\n{self.screen()}")
            self.read(0.1)
        return self.screen()

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self.ours, keys.encode())

    def ended(self) -> int:
        """Wait for the end and return the exit status."""
        end = time.monotonic() + PATIENCE
        while self.process.poll() is None and time.monotonic() < end:
            self.read(0.1)
        self.read(0.1)
        return self.process.wait(1)

    def kill(self) -> None:
        """Kill the dojo alone, as `kill -9` does."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def close(self) -> None:
        """End whatever is left of the session."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.ended()
            except subprocess.TimeoutExpired:
                self.kill()
        os.close(self.ours)

    def misfits(self) -> list[str]:
        """Return the lines that do not fit the terminal."""
        return [
            line
            for frame in self.frames()
            for number, line in enumerate(frame)
            if number >= LINES or cell_len(line) > COLUMNS
        ]


def processes_of(root: Path) -> list[str]:
    """Return the command lines of running processes that belong to a clone."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if (folder / "cwd").resolve() == root.resolve():
                line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                found.append(line) if line else None
        except OSError:
            continue  # it ended, or is somebody else's
    return found


def wait_until(truth: object, *given: object) -> None:
    """Wait until a callable returns something true."""
    end = time.monotonic() + PATIENCE
    while not truth(*given):
        if time.monotonic() > end:
            raise AssertionError(f"{truth} never came true")
        time.sleep(0.05)
