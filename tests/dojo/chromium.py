"""The Chromium in which pages and figures are tested, Debian's or another."""

from __future__ import annotations

import importlib.util
import shutil

import pytest

BROWSERS = (  # the first draws as the others do, and has no windows to care for
    "chromium-headless-shell", "chromium", "chromium-browser", "google-chrome",
)  # fmt: skip
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
    "--disable-default-apps",
    "--js-flags=--no-opt --no-maglev",  # no script runs for so long that it would pay
]  # fmt: skip
INSTALLED = pytest.mark.skipif(
    CHROMIUM is None,
    reason="needs a Chromium, such as Debian's package chromium-headless-shell",
)
NEEDED = [  # by tests that drive it
    pytest.mark.skipif(
        importlib.util.find_spec("playwright") is None,
        reason="needs pip install -e '.[browser]'",
    ),
    INSTALLED,
]
