"""Opens a kata's theory page: the built one in a browser, else its source."""

from __future__ import annotations

import os
import sys
import webbrowser
from pathlib import Path

from dojo.kata.catalog import Kata
from dojo.kata.urls import built_page, file_url


def has_desktop() -> bool:
    """Tell whether a browser would appear where the learner sits."""
    if "SSH_CONNECTION" in os.environ or "SSH_TTY" in os.environ:
        return False
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def open_page(kata: Kata, fragment: str = "") -> str:
    """Open the page in a browser, if there are both; return what was done, a line."""
    if not built_page(kata).is_file():
        source = kata.page.relative_to(kata.root).as_posix()
        return f"the page is not built yet: make site builds it; its source is {source}"
    return _opened(file_url(kata, fragment))


def open_file(path: Path) -> str:
    """Open a page that was written in a browser; return what was done, a line."""
    return _opened(path.resolve().as_uri())


def _opened(address: str) -> str:
    if has_desktop() and webbrowser.open(address):
        return f"opened {address}"
    return f"no browser is at hand here; the page is {address}"
