"""Proves katas by running them: stubs, references, seeds, known mistakes, claims.

Run as `python -m dojo.check.proof PARENT ROOT CHAPTER/STEM FILE`: proves one kata and
writes its complaints into the file, as JSON. A process that has not proved its next
function in time prints the line that it is on, and ends.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import io
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from statistics import median_low
from typing import Any

import pytest

from dojo.imports import have

have("torch")  # before another module imports it, and slower

from dojo.answer.answers import Answers
from dojo.check import claims, hunt_proof, ladder_proof
from dojo.check.rules import LIMITS
from dojo.diagnosis.known import ViewOf, contradicts, known_mistake
from dojo.files import write_text
from dojo.kata import bank
from dojo.kata.catalog import Hunt, Kata, kata_at
from dojo.verdict.replay import Replay, expects_error
from dojo.verdict.run import Run, run_of
from dojo.verdict.selection import SELECTION, draws, is_slow
from dojo.verdict.verdicts import (
    FAILED,
    NOT_STARTED,
    PASSED,
    SKIPPED,
    Diagnosis,
    Outcome,
)
from dojo.worker import processes
from dojo.worker.child import LIGHT

LEAST = 1e-3  # seconds; of less than this no test is the quicker one
TAIL = 1_500  # characters of what a broken run printed


class Proof:
    """A pytest plugin whose test loop proves the katas instead of grading answers.

    Parameters
    ----------
    chosen : list of Kata
    begin : callable
        Called before each function.
    """

    def __init__(self, chosen: list[Kata], begin: Callable[[], object]) -> None:
        self.chosen, self.begin = chosen, begin
        self.complaints: list[str] = []
        self.finished = False

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Prove each function of each chosen kata."""
        run = run_of(session.config)
        selection = session.config.stash[SELECTION]
        gc.freeze()  # what was imported stays: collecting it takes 0.2 s a time
        for kata in self.chosen:
            for function in kata.functions:
                self.begin()
                items = selection.items.get((kata.slug, function), [])
                if isinstance(kata, Hunt):
                    found = hunt_proof.prove(kata, function, items, run)
                else:
                    found = prove(kata, function, items, run)
                for text in found:
                    self.complaints.append(f"{kata.slug}: {text}")
        selection.items.clear()  # no verdict is due, and so no diagnosis
        self.finished = True
        return True


def prove(kata: Kata, function: str, items: list[Any], run: Run) -> Iterator[str]:
    """Yield what is wrong with the grading of one function."""
    replay = Replay(run, kata, items)
    yield from stub_is_not_started(run.seam.load(kata, kata.stub), items, replay)
    took: dict[str, float] = {}
    reference = run.seam.load(kata, kata.reference)
    yield from reference_passes(reference, items, replay, took)
    mistakes = bank.of_function(kata, function)
    least = LIMITS["mistakes"].number
    if len(mistakes) < least:
        yield f"{function} has {len(mistakes)} known mistakes; write at least {least}"
    codes = [mistake.code for mistake in bank.read(kata) if not mistake.is_twin]
    each = [member for mistake in mistakes for member in mistake.each]
    replayed, views = Mistaken(replay, each, took), Views(kata)
    for mistake in mistakes:
        if codes.count(mistake.code) > 1:
            yield f"the code {mistake.code} stands twice in the bank; rename one"
        for member in mistake.each:
            yield from mistake_is_named(member, replayed, views.of)
    replayed.let_each_test_fail()
    yield from views.complaints
    yield from failures_show_something(replayed.outcomes.values())


class Mistaken:
    """What the quick tests of a function find of its known mistakes, each once.

    Parameters
    ----------
    replay : Replay
    mistakes : list of Mistake
        All of the function; of a family each member.
    took : dict
        The seconds that the reference took in each test.
    clock : callable, optional
        What counted them.
    """

    def __init__(
        self,
        replay: Replay,
        mistakes: list[bank.Mistake],
        took: dict[str, float],
        clock: Callable[[], float] = time.process_time,
    ) -> None:
        self._replay, self._mistakes, self._clock = replay, mistakes, clock
        self._took = {test: [seconds] for test, seconds in took.items()}
        self.outcomes: dict[tuple[str, bank.Mistake], Outcome] = {}
        self._rejected: dict[bank.Mistake, set[str]] = {m: set() for m in mistakes}

    def __call__(self, item: pytest.Function, mistake: bank.Mistake) -> Outcome:
        """Return what a test finds of the reference with a mistake in it."""
        key = (item.nodeid, mistake)
        if key not in self.outcomes:
            began = self._clock()
            self.outcomes[key] = self._replay.outcome_of_mistake(item, mistake)
            self._took[item.nodeid].append(self._clock() - began)
            if contradicts(self.outcomes[key]):
                self._rejected[mistake].add(item.nodeid)
        return self.outcomes[key]

    def possible(self, outcomes: dict[str, Outcome]) -> list[bank.Mistake]:
        """Return the mistakes that can be what gave these outcomes.

        One cannot if a test that passes there is known to reject it: to try it on the
        tests that fail, which may be dear, would find no more.
        """
        passed = {
            item.nodeid
            for item in self._replay.items
            if item.nodeid in outcomes
            and outcomes[item.nodeid].state != FAILED
            and not expects_error(item)
        }
        return [m for m in self._mistakes if passed.isdisjoint(self._rejected[m])]

    def next_item(self, outcomes: dict[str, Outcome]) -> pytest.Function | None:
        """Return the untried test that promises most for its time; None if none.

        A mistake is mostly rejected by the tests that reject its like, and less often
        by a further case of a test that was tried.
        """
        rejected = (self._rejected[mistake] for mistake in self.possible(outcomes))
        often = Counter(test for tests in rejected for test in tests)
        items = self._replay.items
        cases = Counter(i.originalname for i in items if i.nodeid in outcomes)

        def promise(item: pytest.Function) -> float:
            chance = (1 + often[item.nodeid]) / (1 + cases[item.originalname])
            # Of tests that look at one run, whoever comes first has to wait for it.
            return chance / max(median_low(self._took[item.nodeid]), LEAST)

        untried = (item for item in items if item.nodeid not in outcomes)
        return max(untried, key=promise, default=None)

    def let_each_test_fail(self) -> None:
        """Try mistakes with each test that none has failed so far, until one does."""
        failed = {test for (test, _), o in self.outcomes.items() if o.state == FAILED}
        for item in self._replay.items:
            if item.nodeid not in failed:
                any(self(item, m).state == FAILED for m in self._mistakes)


class Views:
    """The views of a bank, and which of them raise for the bank's own mistakes.

    Parameters
    ----------
    kata : Kata
    """

    def __init__(self, kata: Kata) -> None:
        self._kata = kata
        self._raised: dict[str, str] = {}

    def of(self, mistake: bank.Mistake) -> bank.View | None:
        """Return the view of a mistake, if it has one."""
        view = bank.view(self._kata, mistake)
        if view is None:
            return None

        def seen(arguments: dict[str, Any], returned: Any) -> Any:
            try:
                return view(arguments, returned)
            except Exception as error:
                self._raised[mistake.view] = f"{type(error).__name__}: {error}"
                raise

        return seen

    @property
    def complaints(self) -> Iterator[str]:
        """Say of each view that has raised how it did."""
        for name, error in self._raised.items():
            yield f"the view {name} raises {error}; it must take what mistakes return"


def failures_show_something(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """No failure is a bare yes or no."""
    for test in dict.fromkeys(outcome.test for outcome in outcomes if outcome.bare):
        yield (
            f"{test.partition('::')[2]} can fail without a number or a word of what "
            "was returned; give assert_that what came and what was expected"
        )


def stub_is_not_started(
    answers: Answers, items: list[Any], replay: Replay
) -> Iterator[str]:
    """Every test of a stub says that it is not started."""
    for item in items:
        outcome = replay.outcome(item, answers)
        if outcome.state not in (NOT_STARTED, SKIPPED):
            because = f" ({outcome.because})" if outcome.because else ""
            yield (
                f"{item.name} finds the stub {outcome.state}{because}; "
                "call the function first"
            )


def reference_passes(
    answers: Answers, items: list[Any], replay: Replay, took: dict[str, float]
) -> Iterator[str]:
    """The reference passes each test, for many seeds where the test draws.

    `took` is told how many seconds of processor time each test takes.
    """
    cases: dict[str, list[Any]] = {}
    for item in items:
        cases.setdefault(item.originalname, []).append(item)
    for item in items:
        for seed in _seeds(item, cases[item.originalname]):
            began = time.process_time()
            outcome = replay.outcome(item, answers, seed)
            took.setdefault(item.nodeid, time.process_time() - began)
            if outcome.state != PASSED:
                yield (
                    f"{item.name} rejects the reference with seed {seed}: "
                    f"{outcome.because}; returned {outcome.got}, "
                    f"expected {outcome.want}; mend one of them"
                )
                break
            if not outcome.comparisons and not expects_error(item):
                yield f"{item.name} asserts nothing; compare with dojo.grading"
                break


def _seeds(item: Any, cases: list[Any]) -> Iterable[int]:
    """Return the seeds of a test; its cases share them, if it has several."""
    if is_slow(item) or not draws(item):
        return [0]
    share = max(-(-LIMITS["seeds"].number // len(cases)), LIMITS["case"].number)
    first = share * cases.index(item)
    return dict.fromkeys((0, *range(first, first + share)))


def mistake_is_named(
    mistake: bank.Mistake, replayed: Mistaken, view_of: ViewOf
) -> Iterator[str]:
    """A known mistake is rejected, and named as itself.

    If some of the tests name it, so do all: it explains each of its own failures, and
    no other mistake gains by a test that it cannot explain.
    """
    outcomes: dict[str, Outcome] = {}
    tried: list[pytest.Function] = []
    named = None
    while item := replayed.next_item(outcomes):
        tried.append(item)
        outcomes[item.nodeid] = replayed(item, mistake)
        if any(outcome.state == FAILED for outcome in outcomes.values()):
            possible = replayed.possible(outcomes)
            named = known_mistake(outcomes, possible, tried, replayed, view_of)
            if named and named.code == mistake.code:
                return
    yield _unnamed(mistake, outcomes, named)


def _unnamed(
    mistake: bank.Mistake, outcomes: dict[str, Outcome], named: Diagnosis | None
) -> str:
    """Return why a mistake is not known as itself by what all tests find of it."""
    values = ", ".join(f"{name} = {value}" for name, value in mistake.given)
    own = f"{mistake.code} with {values}" if values else mistake.code
    if all(outcome.state != FAILED for outcome in outcomes.values()):
        return (
            f"no quick test of {mistake.function} rejects {own}: "
            "a hole in the grader; write the test that does"
        )
    if named is None:
        return (
            f"{own} is rejected but not named: its failures show too few "
            "numbers; test it on an array of unequal values, or in a second case"
        )
    return (
        f"{own} is named {named.code}: no test tells them apart; "
        "merge them, or write the test that does"
    )


def complaints(
    root: Path, chosen: list[Kata], begin: Callable[[], object] = lambda: None
) -> list[str]:
    """Return what is wrong with the chosen katas, run in this process.

    Parameters
    ----------
    root : Path
        The clone.
    chosen : list of Kata
        Each has a grader.
    begin : callable, optional
        Called before each function.
    """
    proof = Proof(chosen, begin)
    status, output = run_loop(root, chosen, proof)
    if not proof.finished:
        proof.complaints.append(
            f"the graders could not be run (pytest {status!r}); mend what is named:\n"
            + output[-TAIL:]
        )
    for kata in chosen:
        begin()
        texts = [*of_page(kata), *ladder_proof.complaints(kata)]
        proof.complaints += [f"{kata.slug}: {text}" for text in texts]
    return proof.complaints


def of_page(kata: Kata) -> list[str]:
    """Return what a page claims and shows, and what is not so."""
    if isinstance(kata, Hunt):
        return list(hunt_proof.shows(kata))
    return claims.complaints(kata)


def run_loop(root: Path, chosen: list[Kata], loop: object) -> tuple[int, str]:
    """Let a pytest plugin with a test loop of its own have the graders of katas.

    Returns
    -------
    tuple of int and str
        pytest's exit status, and what was printed.
    """
    settings = ["-c", str(root / "pyproject.toml"), f"--rootdir={root}"]
    own = ["-p", "no:faulthandler"]  # it would disarm ours at each failure
    options = [*LIGHT, *own, "--watched", "-q", "--no-header", "--solutions", *settings]
    paths = [str(kata.grader) for kata in chosen]
    output = io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        status = pytest.main([*options, *paths], plugins=[loop])
    return int(status), output.getvalue()


def main(parent: str, root: str, name: str, file: str) -> None:
    """Prove one kata and write its complaints into a file."""
    processes.die_with_parent(int(parent))
    stderr = os.dup(2)  # pytest captures what is written to the first one

    def begin() -> None:
        seconds = LIMITS["silence"].number
        faulthandler.dump_traceback_later(seconds, exit=True, file=stderr)

    faulthandler.enable(stderr)
    begin()
    chapter, _, stem = name.partition("/")
    texts = complaints(Path(root), [kata_at(Path(root), chapter, stem)], begin)
    write_text(Path(file), json.dumps(texts))


if __name__ == "__main__":
    main(*sys.argv[1:])
