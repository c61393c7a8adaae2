"""Lends out the ledger, and tells the learner what it has to say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dojo.learner.ledger import Ledger
from dojo.ui.complain import complain


@contextmanager
def ledger_of(root: Path) -> Iterator[Ledger]:
    """Give a command the clone's ledger; print its notices when the command is done."""
    ledger = Ledger(root)
    try:
        yield ledger
    finally:
        for notice in ledger.notices:
            complain(notice)
