"""How plain pytest shows verdicts: a line a function, each failure in its own words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dojo.verdict.verdicts import (
    FAILED,
    NOT_STARTED,
    PASSED,
    Outcome,
    Verdict,
    where_lines,
)

COLOURS = {PASSED: "green", FAILED: "red", NOT_STARTED: "yellow"}


class Summary:
    """Prints the verdicts at the end; a pytest plugin.

    Parameters
    ----------
    foreign : Path or None
        The folder that `--katas` named.
    """

    def __init__(self, foreign: Path | None) -> None:
        self._foreign = foreign
        self._verdicts: list[Verdict] = []
        self._reports: dict[str, pytest.TestReport] = {}

    def pytest_report_teststatus(self, report: pytest.TestReport) -> Any:
        """Show an answer that is not started as that, not as a failure."""
        if getattr(report, "dojo_state", "") == NOT_STARTED and report.when == "call":
            return NOT_STARTED, "-", ("NOT STARTED", {"yellow": True})
        return None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the reports: what is wrong is known later than that it is."""
        if hasattr(report, "dojo_state"):
            self._reports[report.nodeid] = report

    def pytest_dojo_verdicts(self, verdicts: list[Verdict]) -> None:
        """Put each diagnosis in front of the failures that it explains."""
        self._verdicts = verdicts
        for verdict in verdicts:
            for outcome in verdict.outcomes:
                if outcome.state == FAILED and outcome.test in self._reports:
                    lines = _lines(verdict, outcome)
                    self._reports[outcome.test].longrepr = "\n".join(lines)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Print a line a function."""
        if self._verdicts:
            terminalreporter.ensure_newline()
            terminalreporter.section("verdicts", "=")
            self._print_verdicts(terminalreporter.write_line)
        # A folder of another layout has no answers, so all are not started.
        if self._foreign and not any(self._foreign.glob("ch*_*/[kh][0-9]*_*.py")):
            line = f"no kata is in {self._foreign}: "
            line += "lay it out as katas/ is, a folder a chapter"
            terminalreporter.write_line(line, yellow=True)

    def _print_verdicts(self, write: Any) -> None:
        width = max(len(verdict.function) for verdict in self._verdicts)
        last = ""
        for verdict in self._verdicts:
            if verdict.kata != last:
                write(verdict.kata, bold=True)
                last = verdict.kata
            state = verdict.state
            mark = {COLOURS[state]: True} if state in COLOURS else {}
            note = verdict.headline().partition("\n")[0]
            line = f"  {state:11}  {verdict.function:{width}}  {note}"
            write(line.rstrip(), **mark)
            for text in where_lines(verdict.full_record()):
                write(f"  {'':11}  {text}")
        for verdict in self._verdicts:
            if verdict.trouble:
                write(f"the diagnosis failed, the verdict stands: {verdict.trouble}")


def _lines(verdict: Verdict, outcome: Outcome) -> list[str]:
    """Return one failing test: the diagnosis if it explains it, then the facts."""
    diagnosis, facts = verdict.diagnosis, outcome.lines_with_call()
    if diagnosis and verdict.explains(outcome):
        return [f"{diagnosis.code}: {diagnosis.says}", *facts]
    return facts
