"""Grades files of answers, block by block: what the graders accept and what they say.

Each block is graded alone, in a child of a warm process: one that loops, crashes or
ends its process costs only itself.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dojo.check.blocks import Block, Spliced, Unusable, splice
from dojo.check.runs import cores
from dojo.errors import UserError
from dojo.files import write_text
from dojo.kata.catalog import Kata
from dojo.scratch import scratch
from dojo.verdict.verdicts import FAILED, PASSED, SKIPPED, Record, public
from dojo.worker.child import Child
from dojo.worker.grade import grade
from dojo.worker.messages import Crash
from dojo.worker.warm import Warm
from dojo.worker.warm_child import Cancelled

SCHEMA = 1
NOT_GRADED = "not graded"
A_PROCESS = 4  # blocks that repay the start of one more warm process


@dataclass(frozen=True)
class Result:
    """What grading a block found.

    Parameters
    ----------
    kata : Kata
    block : Block
    state : str
        passed, failed or not graded.
    because : str
        What was said: of each failed function the rung, and the diagnosis or else the
        broken truth.
    expected : str
        passed or failed, or nothing if nobody said.
    records : list of Record
        The verdicts of the functions that the block answers.
    lines : list of int or None
        Where each verdict's line stands in the block's file.
    """

    kata: Kata
    block: Block
    state: str
    because: str = ""
    expected: str = ""
    records: list[Record] = field(default_factory=list)
    lines: list[int | None] = field(default_factory=list)

    @property
    def is_named(self) -> bool:
        """Whether a diagnosis was given."""
        return any(record["diagnosis"] for record in self.records)

    @property
    def is_located(self) -> bool:
        """Whether it is known on which lines a mistake is."""
        return any(record["where"] for record in self.records)

    @property
    def is_as_expected(self) -> bool:
        """Whether it was graded and came out as its header says, if it says."""
        return self.state != NOT_GRADED and self.expected in ("", self.state)

    def as_json(self) -> dict[str, Any]:
        """Return the result as data; its functions are as in `--verdicts`."""
        functions = [
            public(record) | {"line": line}
            for record, line in zip(self.records, self.lines, strict=True)
        ]
        block = self.block
        return {
            "file": str(block.file), "line": block.line, "kata": self.kata.slug,
            "name": block.name, "says": block.says, "state": self.state,
            "expected": self.expected or None, "because": self.because,
            "functions": functions,
        }  # fmt: skip


def attack(
    root: Path,
    blocks: list[tuple[Kata, Block]],
    expected: str = "",
    where: float = 0.0,
) -> Iterator[Result]:
    """Yield the result of each block, in order.

    Parameters
    ----------
    root : Path
        The clone.
    blocks : list of (Kata, Block)
    expected : str
        passed or failed, for the blocks whose header does not say.
    where : float
        For how many seconds to look for the lines of each block's mistakes.
    """
    graders = Graders(root, expected, where)
    workers = min(cores(), -(-len(blocks) // A_PROCESS))
    pool = ThreadPoolExecutor(workers)
    try:
        yield from pool.map(graders.grade, blocks)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        graders.close()
        pool.shutdown()


class Graders:
    """A warm process for each thread that grades.

    Parameters
    ----------
    root : Path
        The clone.
    expected : str
        For the blocks whose header does not say.
    where : float
        For how many seconds to look for the lines of mistakes.
    """

    def __init__(self, root: Path, expected: str, where: float) -> None:
        self._root, self._expected, self._where = root, expected, where
        self._local = threading.local()
        self._warm: list[Warm] = []
        self._closed = False

    def grade(self, task: tuple[Kata, Block]) -> Result:
        """Return the result of one block."""
        kata, block = task
        expected = block.expected or self._expected
        try:
            spliced = splice(kata, block)
            records = self._records(kata, spliced)
        except (Unusable, UserError) as error:
            return Result(kata, block, NOT_GRADED, f"{error}", expected)
        broken = [r["because"] for r in records if r["rung"] == "imports"]
        if broken:
            because = in_file(broken[0], kata, block, spliced)
            return Result(kata, block, NOT_GRADED, because, expected)
        failed = [r for r in records if r["state"] not in (PASSED, SKIPPED)]
        because = "; ".join(map(said, failed))
        lines = [spliced.line_in(block, record["line"]) for record in records]
        state = FAILED if failed else PASSED
        return Result(kata, block, state, because, expected, records, lines)

    def _records(self, kata: Kata, spliced: Spliced) -> list[Record]:
        only = spliced.functions[0] if len(spliced.functions) == 1 else None
        with scratch() as folder:
            write_text(Path(folder, kata.path), spliced.text)
            launch = self._launch
            records = grade(
                self._root, [kata], only, Path(folder), launch=launch, where=self._where
            )
        return [record for record in records if record["function"] in spliced.functions]

    def _launch(self, arguments: list[str], crashes: list[Crash]) -> Child:
        if self._closed:
            raise Cancelled
        if not hasattr(self._local, "warm"):
            self._local.warm = Warm(self._root)
            self._warm.append(self._local.warm)
        warm: Warm = self._local.warm
        return warm.launch(arguments, crashes)

    def close(self) -> None:
        """End every process."""
        self._closed = True
        for warm in self._warm:
            warm.close()


def said(record: Record) -> str:
    """Return what a verdict says on one line: function, rung, cause."""
    parts = [record["function"], record["rung"], record["lines"][0]]
    if not record["diagnosis"] and record["got"]:
        parts.append(f"returned {record['got']}")
    if record["where"]:
        lines = ", ".join(map(str, record["where"]["lines"]))
        parts.append(f"line {lines}: {record['where']['kind']}")
    return " · ".join(part for part in parts if part)


def in_file(because: str, kata: Kata, block: Block, spliced: Spliced) -> str:
    """Return why an import failed, with the line of the block's own file."""
    place = re.match(rf"{re.escape(kata.path.name)}:(\d+)", because)
    line = spliced.line_in(block, int(place[1])) if place else None
    return (
        f"{block.file.name}:{line}{because[place.end() :]}"
        if place and line
        else because
    )
