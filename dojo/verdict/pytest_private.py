"""Everything that pytest does not promise, in one place.

pytest has no public way to run an item again, or to end all fixtures before the
session's end. What is used here has been tried with the versions in `TRIED`.
"""

from __future__ import annotations

from pathlib import Path

import _pytest
import pytest
from _pytest.runner import runtestprotocol

TRIED = ("8.2", "8.3", "8.4", "9.0", "9.1", "9.2")


def run_again(item: pytest.Item) -> None:
    """Run a test once more, without a report to the terminal."""
    item._initrequest()  # type: ignore[attr-defined]  # a function's: its fixtures anew
    runtestprotocol(item, log=False, nextitem=None)


def end_fixtures(session: pytest.Session) -> None:
    """Tear down every fixture that is still set up, of whatever scope."""
    session._setupstate.teardown_exact(None)


def folder() -> Path:
    """Return the folder of pytest's own code."""
    return Path(_pytest.__file__).parent
