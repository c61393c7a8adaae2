"""The table of the project's own benchmarks, as `make bench` wrote it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from dojo.errors import UserError

FILE = Path("docs", "benchmarks.json")


def table(root: Path) -> str:
    """Return the machine's description and the rows, as Markdown.

    Raises
    ------
    UserError
        If there is no table.
    """
    path = root / FILE
    if not path.is_file():
        raise UserError(f"there is no {FILE.as_posix()}; make bench writes it")
    found = json.loads(path.read_text("utf-8"))
    head = ["| What | Median, middle half | Claim |", "| --- | ---: | --- |"]
    return "\n".join([_machine(found), "", *head, *map(_row, found["rows"])]) + "\n"


def _machine(found: dict[str, Any]) -> str:
    return (
        f"{found['machine']}; Python {found['python']}, NumPy {found['numpy']}, torch "
        f"{found['torch']}; kernels {found['kernel']['blas']} and "
        f"{found['kernel']['torch']}; {found['load']:g} programs wanted to compute "
        "when the run began."
    )


def _row(row: dict[str, Any]) -> str:
    low, median, high = (_digits(row[name]) for name in ("low", "median", "high"))
    unit = f" {row['unit']}" if row["unit"] else ""
    spread = f"{median}{unit}" if low == high else f"{median}{unit}<br>{low} to {high}"
    return f"| {row['what']} | {spread} | {row['claim']} |"


def _digits(number: float) -> str:
    """Return a number with three digits, and none of the powers of ten."""
    places = 2 if abs(number) < 10 else 1 if abs(number) < 100 else 0
    return f"{number:,.{places}f}"
