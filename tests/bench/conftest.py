"""The project's own benchmarks: what each found becomes a row of one table.

`make bench` runs them all and writes docs/benchmarks.json, which the site shows. If one
fails, the rows of the others go into docs/benchmarks.part.json, and the table stays as
it is. A file is named bench_*.py, so that pytest finds it only when it is named.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import sys
from pathlib import Path

import pytest

from dojo.files import write_text
from dojo.speed.kernel import kernel, machine, objection

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.append(str(REPOSITORY / "tests" / "dojo"))  # has the terminal session


class Table:
    """The rows of a run, and the machine that it ran on."""

    def __init__(self) -> None:
        self.rows: list[dict[str, object]] = []
        self.load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0

    def add(self, what: str, values: list[float], unit: str, claim: str = "") -> None:
        """Add a row: the quartiles of some values.

        Parameters
        ----------
        what : str
            What was measured, and beside what.
        values : list of float
        unit : str
            "×" for ratios, "s" for seconds, "" for a number.
        claim : str
            What we claim of it.
        """
        both = values * 2 if len(values) == 1 else values
        low, median, high = statistics.quantiles(both, n=4, method="inclusive")
        row = {"what": what, "median": median, "low": low, "high": high}
        self.rows.append(row | {"unit": unit, "claim": claim})

    def document(self) -> dict[str, object]:
        """Return the rows with the machine's description."""
        import numpy
        import torch

        return {
            "machine": machine(),
            "load": round(self.load, 1),
            "python": platform.python_version(),
            "numpy": numpy.__version__,
            "torch": torch.__version__,
            "kernel": kernel(),
            "rows": self.rows,
        }


TABLE = pytest.StashKey[Table]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that says where the table goes."""
    parser.addoption("--table", metavar="FILE", help="write what was found as JSON")


def pytest_configure(config: pytest.Config) -> None:
    """Begin a table; refuse ratios that are not the machine's own."""
    config.stash[TABLE] = Table()
    foreign = objection(kernel())
    if foreign:
        raise pytest.UsageError(foreign)


@pytest.fixture
def table(request: pytest.FixtureRequest) -> Table:
    """The table of this run."""
    return request.config.stash[TABLE]


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter,
    exitstatus: int,
    config: pytest.Config,
) -> None:
    """Print the rows, and where they went."""
    for row in config.stash[TABLE].rows:
        figures = " … ".join(f"{row[name]:.3g}" for name in ("low", "median", "high"))
        terminalreporter.line(f"{row['what']}: {figures} {row['unit']}")
    if place := _place(config, exitstatus):
        terminalreporter.line(f"written to {place}")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Write the table; the part that was measured beside it, if something failed."""
    if place := _place(session.config, exitstatus):
        document = session.config.stash[TABLE].document()
        text = json.dumps(document, indent=2, ensure_ascii=False)
        write_text(place, text + "\n")


def _place(config: pytest.Config, exitstatus: int) -> Path | None:
    """Return where the rows go, if there are any and somebody asked for a table."""
    file = config.option.table
    if not file or not config.stash[TABLE].rows:
        return None
    return Path(file) if exitstatus == 0 else Path(file).with_suffix(".part.json")
