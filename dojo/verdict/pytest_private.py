"""Everything that pytest does not promise, in one place.

pytest has no public way to run an item again, or to end all fixtures before the
session's end. What is used here has been tried with the versions in `TRIED`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import _pytest
import pluggy
import pytest

TRIED = ("8.2", "8.3", "8.4", "9.0", "9.1", "9.2")


@contextmanager
def set_up_again(item: pytest.Function) -> Iterator[None]:
    """Make a test's fixtures anew for the block, in which it can run once more.

    No hook is called: a run and a report of pytest's cost more than most tests do.
    """
    item._initrequest()
    state = item.session._setupstate
    state.setup(item)
    try:
        yield
    finally:
        state.teardown_exact(None)
        item._initrequest()  # else pytest's own run takes what was torn down


def arguments_of(item: pytest.Function) -> dict[str, Any]:
    """Return what a test that is set up is called with."""
    return {name: item.funcargs[name] for name in item._fixtureinfo.argnames}


def end_fixtures(session: pytest.Session) -> None:
    """Tear down every fixture that is still set up, of whatever scope."""
    session._setupstate.teardown_exact(None)


def folder() -> Path:
    """Return the folder of pytest's own code."""
    return Path(_pytest.__file__).parent


def is_program() -> bool:
    """Tell whether pytest is what this process was started for, not called by others.

    Asked from a hook: no frame but pytest's own and its hooks' are above that then.
    """
    own = str(folder()), str(Path(pluggy.__file__).parent)
    frame: FrameType | None = sys._getframe(2)
    while frame and frame.f_code.co_filename.startswith(own):
        if frame.f_code.co_name in ("console_main", "_console_main"):
            return True
        frame = frame.f_back
    return False
