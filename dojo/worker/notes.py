"""What a grading process tells the one that started it, a line of JSON at a time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dojo.kata.catalog import Kata
from dojo.verdict.outcomes import Crashed
from dojo.verdict.run import RUN
from dojo.verdict.selection import seconds_of
from dojo.verdict.verdicts import Verdict
from dojo.worker.messages import Crash, Judged, Located, Note, Started


class Notes:
    """Writes notes while the tests run; a pytest plugin.

    Parameters
    ----------
    file : Path
    crashes : list of Crash
        What earlier tries ended in; those functions are not run again.
    """

    def __init__(self, file: Path, crashes: list[Crash]) -> None:
        self._file, self._crashes = file, crashes

    def pytest_dojo_test(self, item: pytest.Item, kata: Kata, function: str) -> None:
        """Refuse what ended an earlier try; note what begins."""
        run = item.config.stash[RUN]
        for crash in self._crashes:
            if crash["kata"] != kata.slug:
                continue
            if crash["stops"]:
                place = str(run.seam.path_of(kata)), crash["function"]
                reason = crash["because"].removeprefix(f"{crash['function']} ")
                run.witness.stopped[place] = reason
            if crash["function"] in (function, "*"):
                own = crash["function"] == function
                raise Crashed(crash["because"], crash["where"], own)
        limit = seconds_of(item, run)
        self._write(
            Started(test=item.nodeid, kata=kata.slug, function=function, limit=limit)
        )

    def pytest_dojo_verdicts(self, verdicts: list[Verdict]) -> None:
        """Note every verdict."""
        self._write(Judged(verdicts=[verdict.full_record() for verdict in verdicts]))

    def pytest_dojo_located(self, verdict: Verdict) -> None:
        """Note where a mistake is."""
        if verdict.where:
            kata, function = verdict.kata, verdict.function
            where, quoted = verdict.where.record(), list(verdict.where.quoted)
            self._write(
                Located(kata=kata, function=function, where=where, quoted=quoted)
            )

    def _write(self, note: Note) -> None:
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(note) + "\n")
