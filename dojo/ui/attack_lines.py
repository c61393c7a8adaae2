"""What `dojo attack` prints: a line for each block, and a summary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from dojo.check.attack import NOT_GRADED, Result
from dojo.verdict.verdicts import FAILED, PASSED

EXPECT = {"fail": FAILED, "pass": PASSED}
NAME_WIDTH = 28


def shown(results: Iterable[Result]) -> Iterator[Result]:
    """Print each result as it comes, below its file's name, and pass it on."""
    last: Path | None = None
    for result in results:
        file = result.block.file
        if file != last:
            print(f"{result.kata.slug} · {file}", flush=True)
            last = file
        print(f"  {line(result)}", flush=True)
        yield result


def line(result: Result) -> str:
    """Return a result on one line."""
    names = ", ".join(record["function"] for record in result.records)
    text = result.because or names
    if not result.is_as_expected and result.state != NOT_GRADED:
        text = f"must be {result.expected}: {text}"
    return f"{result.state:10}  {result.block.name:{NAME_WIDTH}}  {text}".rstrip()


def summary(results: list[Result]) -> list[str]:
    """Return the counts, and the next step."""
    count = {
        state: sum(result.state == state for result in results)
        for state in (PASSED, FAILED, NOT_GRADED)
    }
    named = sum(result.is_named for result in results)
    counts = ", ".join(f"{number} {state}" for state, number in count.items())
    lines = [f"{len(results)} blocks: {counts}; {named} named"]
    if located := sum(result.is_located for result in results):
        explained = sum(result.is_named or result.is_located for result in results)
        lines[0] += f", {located} located, {explained} of them named or located"
    accepted = [r for r in results if r.state == PASSED and r.expected == FAILED]
    rejected = [r for r in results if r.state == FAILED and r.expected == PASSED]
    if accepted:
        names = ", ".join(result.block.name for result in accepted)
        lines.append(f"next: write the test that rejects {names}")
    if rejected:
        names = ", ".join(result.block.name for result in rejected)
        lines.append(f"next: find out why {names} was rejected; a right answer passes")
    if count[NOT_GRADED]:
        lines.append("next: mend the blocks that could not be graded")
    if len(lines) == 1:
        lines.append("next: add to the bank what deserves a name, then dojo check")
    return lines
