"""Writes the verdicts of a run as JSON, for `pytest --verdicts=FILE`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dojo.verdict.run import Run, run_of
from dojo.verdict.selection import SELECTION
from dojo.verdict.verdicts import Verdict, document, not_graded, write_json


class VerdictFile:
    """The file that the verdicts go to; a pytest plugin.

    What an earlier run has left there is removed, and until there are verdicts the file
    says of each function that it was not graded: an answer may end the process.

    Parameters
    ----------
    target : Path

    Raises
    ------
    pytest.UsageError
        If nothing can be written there.
    """

    def __init__(self, target: Path) -> None:
        self._target = target
        self._verdicts: list[Verdict] = []
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            if target.is_file():
                target.unlink()
            elif target.is_dir() or not os.access(target.parent, os.W_OK):
                raise OSError("it is a folder, or in one that cannot be written to")
        except OSError as error:
            raise pytest.UsageError(f"--verdicts={target}: {error}") from error

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Write what holds if the process ends before there are verdicts."""
        selection = session.config.stash[SELECTION]
        if selection.is_graded:
            self._verdicts = [
                Verdict(*key, [not_graded(*key, items[0].nodeid)])
                for key, items in selection.items.items()
            ]
            self._write(run_of(session.config))

    def pytest_dojo_verdicts(self, verdicts: list[Verdict], run: Run) -> None:
        """Write them."""
        self._verdicts = verdicts
        self._write(run)

    def pytest_dojo_located(self, run: Run) -> None:
        """Write them again, with where a mistake is."""
        self._write(run)

    def _write(self, run: Run) -> None:
        records = [verdict.record() for verdict in self._verdicts]
        write_json(self._target, document(records, run.graded))
