"""Writes down what plain pytest grades of the learner's files."""

from __future__ import annotations

from pathlib import Path

import pytest

from dojo.kata.catalog import Kata
from dojo.learner.attempts import Attempts
from dojo.verdict.selection import SUBJECT
from dojo.verdict.verdicts import Verdict


class PytestAttempts:
    """Logs a whole run as attempts; a pytest plugin.

    Parameters
    ----------
    root : Path
        The clone.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._attempts: Attempts | None = None

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note the files as they are now: they may be saved while they are graded."""
        katas: dict[Kata, None] = {}
        for item in session.items:
            if SUBJECT in item.stash:
                katas[item.stash[SUBJECT][0]] = None
        self._attempts = Attempts(self._root, list(katas), "pytest")

    def pytest_dojo_verdicts(self, verdicts: list[Verdict], whole: bool) -> None:
        """Log the verdicts, unless only a part of the tests was selected."""
        if whole and self._attempts is not None:
            self._attempts.note([verdict.full_record() for verdict in verdicts])
