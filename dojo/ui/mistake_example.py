"""Shows a known mistake at work: its own lines, and an input on which it is wrong."""

from __future__ import annotations

import ast
import tempfile
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent, indent

from dojo.errors import UserError
from dojo.files import write_text
from dojo.kata import bank, pages
from dojo.kata.catalog import Kata
from dojo.kata.splice import names_of
from dojo.verdict.verdicts import FAILED, Record
from dojo.worker.grade import grade

GIVEN = 6  # lines of what a function was given that are shown
LINES = 6  # of the mistake's text that are shown
IDEA = 2  # the level of the hint that says the idea in words
ANSWER = """

from pathlib import Path
from dojo.kata import bank, catalog
kata = catalog.find(Path({root!r}), {slug!r})[0]
wrong = [m for m in bank.of_function(kata, {function!r}) if m.code == {code!r}]
globals()[{function!r}] = bank.answer(kata, wrong[0].each[0])
"""


def example(kata: Kata, mistake: bank.Mistake) -> list[str]:
    """Return lines: what the mistake writes, the right idea, an input, both results.

    The graders run it, as they would run it for a learner who had written it.
    """
    wrong = _own_lines(kata, mistake)
    lines = ["", "it has:", *(f"    {line}" for line in wrong)] if wrong else []
    hints = pages.hints_of(kata, mistake.function)
    if len(hints) >= IDEA:
        lines += ["", "the idea:", indent(hints[IDEA - 1], "    ")]
    return [*lines, *_difference(kata, mistake)]


def _own_lines(kata: Kata, mistake: bank.Mistake) -> list[str]:
    """Return the lines of a mistake that the reference has not."""
    text = bank.home(kata, mistake).bank.read_text("utf-8")
    node = next(n for n in ast.parse(text).body if mistake.name in names_of(n))
    whole = text.splitlines()[node.lineno : node.end_lineno]
    right = {line.strip() for line in kata.source.splitlines()}
    own = [line for line in whole if line.strip() and line.strip() not in right]
    shown = dedent("\n".join(own)).splitlines()
    return [*shown[:LINES], *(["…"] if len(shown) > LINES else [])]


def _difference(kata: Kata, mistake: bank.Mistake) -> list[str]:
    code = ANSWER.format(
        root=str(kata.root),
        slug=kata.slug,
        function=mistake.function,
        code=mistake.code,
    )
    try:
        with tempfile.TemporaryDirectory(prefix="dojo-") as folder:
            write_text(Path(folder) / kata.path, kata.source + code)
            (record,) = grade(kata.root, [kata], mistake.function, Path(folder))
    except UserError:
        return ["", f"no example, for the graders cannot run: dojo check {kata.slug}"]
    if record["state"] != FAILED:
        return ["", f"no test shows it now: dojo check {kata.slug}"]
    return ["", f"where it shows: {record['because']}", *_facts(record)]


def _facts(record: Record) -> Iterator[str]:
    """Yield the call, what it was given if that is short, and both results."""
    given = record["arguments"][1:]
    is_told = "of shape" not in record["call"] or len(given) > GIVEN
    facts = [("", record["call"]), *([] if is_told else [("", line) for line in given])]
    facts += [
        ("with the mistake: ", record["got"]),
        ("right:            ", record["want"]),
    ]
    facts += [("", line) for line in record["lines"] if line.startswith("where:")]
    return (f"    {name}{text}" for name, text in facts if text)
