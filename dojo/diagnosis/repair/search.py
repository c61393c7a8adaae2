"""Finds the line of a mistake: one small edit there makes every test pass.

It is no guess: an edit counts if all quick tests of the function pass with it, with the
run's seed and with two more.
"""

from __future__ import annotations

import ast
import time
import warnings
from collections.abc import Iterator

import pytest

from dojo.answer.answers import Answers
from dojo.diagnosis.repair.alike import locals_seen, renamed
from dojo.diagnosis.repair.candidates import LEVELS
from dojo.diagnosis.repair.edits import Edit
from dojo.diagnosis.repair.source import Source, Unit
from dojo.verdict.outcomes import Crashed
from dojo.verdict.replay import Replay
from dojo.verdict.verdicts import FAILED, NOT_STARTED, Outcome, Verdict, Where

SEEDS = 2  # more than the run's own
LINES = 3  # more of them would say nothing
LEAST, TIMES = 0.1, 10.0  # seconds for a test, or so many times what it took before


def where(verdict: Verdict, replay: Replay, seconds: float) -> Where | None:
    """Return where a failed function's mistake is, or None if nothing is proved.

    Parameters
    ----------
    verdict : Verdict
        Of a function that failed.
    replay : Replay
    seconds : float
        After which the search gives up.
    """
    if not _is_searched(verdict):
        return None
    answers = replay.run.seam.answers(replay.kata)
    search = Search(replay, answers, verdict.outcomes, time.monotonic() + seconds)
    try:
        source = Source(replay.kata, answers.path, search.names_alike())
    except (OSError, SyntaxError, ValueError):
        return None
    edits = search.edits_that_help(source.units(verdict.function))
    return _where(edits, source.lines)


def _is_searched(verdict: Verdict) -> bool:
    """Tell whether a function has run: not what loops, crashes, or was not begun."""
    rungs = {outcome.rung for outcome in verdict.outcomes}
    states = {outcome.state for outcome in verdict.outcomes}
    crashed = any(isinstance(outcome.error, Crashed) for outcome in verdict.outcomes)
    return not (crashed or rungs & {"time", "imports"} or NOT_STARTED in states)


def _where(edits: list[Edit], text: list[str]) -> Where | None:
    lines = sorted({line for edit in edits for line in edit.lines})
    if not lines or len(lines) > LINES:
        return None
    quoted = tuple(text[line - 1].strip() for line in lines)
    return Where(tuple(lines), edits[0].kind, edits[0].text(text), quoted)


class Search:
    """Tries edits until the time is over.

    Parameters
    ----------
    replay : Replay
    answers : Answers
        The learner's.
    outcomes : list of Outcome
        What the tests found of them.
    end : float
        Of `time.monotonic`, when it gives up.
    """

    def __init__(
        self, replay: Replay, answers: Answers, outcomes: list[Outcome], end: float
    ) -> None:
        self._replay, self._answers, self._end = replay, answers, end
        before = {outcome.test: outcome for outcome in outcomes}
        self._items = sorted(replay.items, key=lambda item: _cost(item, before))
        longest = max((o.seconds for o in outcomes), default=0.0)
        self._seconds = max(LEAST, TIMES * longest)
        self.tried = 0

    def names_alike(self) -> dict[str, dict[str, str]]:
        """Return for each function what the reference's local variables are there.

        The reference passes every test once on the way: what torch imports for a first
        call must not be cut short by an edit's limit, which would break it for good.
        """
        seam, kata = self._replay.run.seam, self._replay.kata
        reference = seam.load(kata, kata.reference)
        values = []
        for answers in (self._answers, reference):
            with locals_seen(str(answers.path)) as seen:
                self._replay.passes(self._items[0], answers)
            values.append(seen)
        for item in self._items[1:]:
            self._replay.passes(item, reference)
        theirs, ours = values
        both = theirs.keys() & ours.keys()
        return {name: renamed(theirs[name], ours[name]) for name in both}

    def edits_that_help(self, units: list[Unit]) -> list[Edit]:
        """Return the edits of the likeliest kind that make every test pass."""
        with self._replay.run.limited(self._seconds), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for level in LEVELS:
                helps = []
                for unit in units:
                    for subject in unit.subjects:
                        helps += list(self._helping(unit, level(subject)))
                if helps or self._is_over():
                    return helps
        return []

    def _is_over(self) -> bool:
        return time.monotonic() > self._end

    def _helping(self, unit: Unit, edits: Iterator[Edit]) -> Iterator[Edit]:
        for edit in edits:
            if self._is_over():
                return
            self.tried += 1
            with edit.made():
                if self._helps(unit):
                    yield edit

    def _helps(self, unit: Unit) -> bool:
        """Tell whether every test passes with the unit as it is now."""
        tree = ast.Module([unit.statement], [])
        try:
            code = compile(tree, str(self._answers.path), "exec", dont_inherit=True)
            with self._answers.edited(code, {unit.statement.name}):
                return self._all_pass()
        except KeyboardInterrupt:
            raise
        except BaseException:  # the edit makes no code, or its defaults raise
            return False

    def _all_pass(self) -> bool:
        seeds = [self._replay.run.seed + more for more in range(SEEDS + 1)]
        return all(
            self._replay.passes(item, self._answers, seed)
            for seed in seeds
            for item in self._items
        )


def _cost(item: pytest.Function, before: dict[str, Outcome]) -> tuple[bool, float]:
    """Let failing tests come first, of these the quick ones."""
    outcome = before.get(item.nodeid)
    if outcome is None:
        return True, 0.0
    return outcome.state != FAILED, outcome.seconds
