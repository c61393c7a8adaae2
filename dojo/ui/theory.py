"""Opens a kata's theory page in a browser, and says where there is none."""

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
    """Open the built page in a browser; return what was done, empty if there is none.

    What there is without a page or a browser is its text.
    """
    if not built_page(kata).is_file() or not has_desktop():
        return ""
    address = file_url(kata, fragment)
    return f"opened {address}" if webbrowser.open(address) else ""


def without_browser(kata: Kata) -> str:
    """Return what is to be said where a page is shown as its text."""
    if built_page(kata).is_file():
        return f"no browser is at hand here; the page is {file_url(kata)}"
    return "make site builds the pages, with their figures; this is the text."


def open_file(path: Path) -> str:
    """Open a page that was written in a browser; return what was done, a line."""
    return _opened(path.resolve().as_uri())


def _opened(address: str) -> str:
    if has_desktop() and webbrowser.open(address):
        return f"opened {address}"
    return f"no browser is at hand here; the page is {address}"
