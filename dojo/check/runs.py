"""Proves the katas by running them: stubs, references, seeds, known mistakes."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dojo.answer.answers import Answers
from dojo.check import rules
from dojo.diagnosis.known import Replayed, known_mistake
from dojo.kata import bank
from dojo.kata.catalog import Kata
from dojo.verdict.replay import Replay, expects_error
from dojo.verdict.run import Run, run_of
from dojo.verdict.selection import SELECTION, is_slow
from dojo.verdict.verdicts import FAILED, NOT_STARTED, PASSED, Outcome

SEEDS = range(20)
DRAWS = {"rng", "generator", "seed"}
MISTAKES = 3  # known mistakes a function, at least


class Check:
    """A pytest plugin whose test loop proves the katas instead of grading answers.

    Parameters
    ----------
    chosen : list of Kata
    say : callable
        Takes a line of progress.
    """

    def __init__(self, chosen: list[Kata], say: Callable[[str], None]) -> None:
        self.chosen, self.say = chosen, say
        self.complaints: list[str] = []
        self.finished = False

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Prove each function of each chosen kata."""
        run = run_of(session.config)
        selection = session.config.stash[SELECTION]
        for kata in self.chosen:
            before = len(self.complaints)
            for function in kata.functions:
                items = selection.items.get((kata.slug, function), [])
                for text in prove(kata, function, items, run):
                    self.complaints.append(f"{kata.slug}: {text}")
            self.say(f"{kata.slug}: {len(self.complaints) - before} complaints")
        self.finished = True
        return True


def prove(kata: Kata, function: str, items: list[Any], run: Run) -> Iterator[str]:
    """Yield what is wrong with the grading of one function."""
    replay = Replay(run, kata, items)
    yield from stub_is_not_started(run.seam.load(kata, kata.stub), items, replay)
    yield from reference_passes(run.seam.load(kata, kata.reference), items, replay)
    known = bank.of_function(kata, function)
    if len(known) < MISTAKES:
        yield f"{function} has {len(known)} known mistakes; write at least {MISTAKES}"
    codes = [one.code for one in bank.read(kata)]
    found: dict[tuple[str, str], Outcome] = {}

    def replayed(item: Any, one: bank.Mistake) -> Outcome:
        key = (item.nodeid, one.code)
        if key not in found:
            found[key] = replay.outcome_of_mistake(item, one)
        return found[key]

    for one in known:
        if codes.count(one.code) > 1:
            yield f"the code {one.code} stands twice in the bank; rename one"
        yield from mistake_is_named(one, known, replay.items, replayed)


def stub_is_not_started(
    answers: Answers, items: list[Any], replay: Replay
) -> Iterator[str]:
    """Every test of a stub says that it is not started."""
    for item in items:
        found = replay.outcome(item, answers)
        if found.state != NOT_STARTED:
            because = f" ({found.because})" if found.because else ""
            yield (
                f"{item.name} finds the stub {found.state}{because}; "
                "call the function first"
            )


def reference_passes(
    answers: Answers, items: list[Any], replay: Replay
) -> Iterator[str]:
    """The reference passes each test, for many seeds where the test draws."""
    for item in items:
        draws = DRAWS & set(item.fixturenames) and not is_slow(item)
        for seed in SEEDS if draws else (0,):
            found = replay.outcome(item, answers, seed)
            if found.state != PASSED:
                yield (
                    f"{item.name} rejects the reference with seed {seed}: "
                    f"{found.because}; returned {found.got}, expected {found.want}; "
                    "mend one of them"
                )
                break
            if not found.comparisons and not expects_error(item):
                yield f"{item.name} asserts nothing; compare with dojo.grading"
                break


def mistake_is_named(
    one: bank.Mistake, known: list[bank.Mistake], items: list[Any], replay: Replayed
) -> Iterator[str]:
    """A known mistake is rejected, and named as itself."""
    found = {item.nodeid: replay(item, one) for item in items}
    if all(outcome.state != FAILED for outcome in found.values()):
        yield (
            f"no quick test of {one.function} rejects {one.code}: "
            "a hole in the grader; write the test that does"
        )
        return
    named = known_mistake(found, known, items, replay)
    if named is None:
        yield (
            f"{one.code} is rejected but not named: its failures show too few numbers; "
            "test it on an array of unequal values, or in a second case"
        )
    elif named.code != one.code:
        yield (
            f"{one.code} is named {named.code}: no test tells them apart; "
            "merge them, or write the test that does"
        )


def run(root: Path, chosen: list[Kata], say: Callable[[str], None]) -> list[str]:
    """Return every complaint about the chosen katas; an empty list is a proof."""
    found = list(rules.complaints(root, chosen))
    graded = [kata for kata in chosen if kata.grader.is_file()]
    check = Check(graded, say)
    options = [
        "--watched",
        "-q",
        "--no-header",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:logging",
    ]
    paths = [str(kata.grader) for kata in graded]
    output = io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        status = pytest.main(
            [
                "--solutions",
                f"--rootdir={root}",
                "-c",
                str(root / "pyproject.toml"),
                *options,
                *paths,
            ],
            plugins=[check],
        )
    if not check.finished:
        found.append(
            f"the graders could not be run (pytest {status!r}): {output.getvalue()}"
        )
    return found + check.complaints
