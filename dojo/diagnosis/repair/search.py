"""Finds the line of a mistake: one small edit there makes every test pass.

It is no guess: an edit counts if all quick tests of the function pass with it, with the
run's seed and with two more. Where no single edit does, two may: one that mends a part
of the failing tests, and one more that mends the rest.
"""

from __future__ import annotations

import ast
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import pytest

from dojo.answer.answers import Answers
from dojo.diagnosis.repair.alike import locals_seen, renamed
from dojo.diagnosis.repair.candidates import LEVELS, Subject, parted, small
from dojo.diagnosis.repair.edits import Edit, joined
from dojo.diagnosis.repair.shown import shown
from dojo.diagnosis.repair.source import Source, Unit
from dojo.errors import Interrupted
from dojo.verdict.outcomes import Crashed
from dojo.verdict.replay import Replay
from dojo.verdict.selection import draws
from dojo.verdict.verdicts import FAILED, NOT_STARTED, Outcome, Verdict, Where

Level = Callable[[Subject], Iterable[Edit]]  # edits of one kind

SEEDS = 2  # more than the run's own
LINES = 3  # more of them would say nothing
FIRSTS = 4  # edits that mend a part, to each of which a second one is looked for
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
    search = Search(replay, answers, verdict.outcomes, seconds)
    try:
        source = Source(replay.kata, answers.path, search.names_alike())
    except (OSError, SyntaxError, ValueError):
        return None
    units = source.units(verdict.function)
    edits = search.edits_that_help(units)
    if edits:
        return _where(edits, source.lines)
    return _where(search.pairs_that_help(units), source.lines, changes=2)


def _is_searched(verdict: Verdict) -> bool:
    """Tell whether a function has run: not what loops, crashes, or was not begun."""
    rungs = {outcome.rung for outcome in verdict.outcomes}
    states = {outcome.state for outcome in verdict.outcomes}
    crashed = any(isinstance(outcome.error, Crashed) for outcome in verdict.outcomes)
    return not (crashed or rungs & {"time", "imports"} or NOT_STARTED in states)


def _where(edits: list[Edit], text: list[str], changes: int = 1) -> Where | None:
    lines = sorted({line for edit in edits for line in edit.lines})
    if not lines or len(lines) > LINES:
        return None
    quoted = tuple(text[line - 1].strip() for line in lines)
    edit = shown(edits[0], text)
    return Where(tuple(lines), edits[0].kind, edit, quoted, changes)


class Search:
    """Tries edits until the time is over.

    Parameters
    ----------
    replay : Replay
    answers : Answers
        The learner's.
    outcomes : list of Outcome
        What the tests found of them.
    seconds : float
        After which it gives up.
    clock : callable, optional
        What tells the seconds. With `time.process_time`, what is found does not depend
        on what else the machine does.
    """

    def __init__(
        self,
        replay: Replay,
        answers: Answers,
        outcomes: list[Outcome],
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._replay, self._answers = replay, answers
        self._clock, self._end = clock, clock() + seconds
        before = {outcome.test: outcome for outcome in outcomes}
        self._items = sorted(replay.items, key=lambda item: _cost(item, before))
        self._failing = [i for i in self._items if not _cost(i, before)[0]]
        longest = max((o.seconds for o in outcomes), default=0.0)
        self._seconds = max(LEAST, TIMES * longest)
        self.tried = 0

    def names_alike(self) -> dict[str, dict[str, str]]:
        """Return for each function what the reference's local variables are there.

        The reference passes every test once on the way: what torch imports for a first
        call must not be cut short by an edit's limit, which would break it for good.
        And a test that fails at once must have the time that it takes to pass.
        """
        seam, kata = self._replay.run.seam, self._replay.kata
        reference = seam.load(kata, kata.reference)
        values = []
        for answers in (self._answers, reference):
            with locals_seen(str(answers.path)) as seen:
                self._replay.passes(self._items[0], answers)
            values.append(seen)
        for item in self._items:
            began = time.process_time()
            self._replay.passes(item, reference)
            took = time.process_time() - began
            self._seconds = max(self._seconds, TIMES * took)
        theirs, ours = values
        both = theirs.keys() & ours.keys()
        return {name: renamed(theirs[name], ours[name]) for name in both}

    def edits_that_help(self, units: list[Unit]) -> list[Edit]:
        """Return the edits of the likeliest kind that make every test pass."""
        with self._trying():
            return self._first_that_help(units, LEVELS)

    def _first_that_help(
        self, units: list[Unit], levels: Iterable[Level]
    ) -> list[Edit]:
        for level in levels:
            look = self._parting if level is parted else self._helping
            helps = [
                edit
                for unit in units
                for subject in unit.subjects
                for edit in look(unit, subject, level)
            ]
            if helps or self._is_over():
                return helps
        return []

    def _parting(self, unit: Unit, subject: Subject, level: Level) -> Iterator[Edit]:
        """Yield the edits that help, or a small one of the same line that does too."""
        for edit in self._good(unit, level(subject), self._mends):
            smaller = next(self._helping(unit, subject, _small_in([edit])), None)
            if smaller or self._is_good(unit, edit, self._all_pass):
                yield smaller or edit

    def _helping(self, unit: Unit, subject: Subject, level: Level) -> Iterator[Edit]:
        return self._good(unit, level(subject), self._all_pass)

    def pairs_that_help(self, units: list[Unit]) -> list[Edit]:
        """Return pairs of edits that together make every test pass.

        The first of a pair is the same in all of them.
        """
        with self._trying():
            for level in LEVELS:
                for unit, first in self._firsts(units, level):
                    with first.made():
                        seconds = self._first_that_help([unit], (parted, small))
                    if seconds:
                        return [joined(first, second) for second in seconds]
        return []

    def _firsts(self, units: list[Unit], level: Level) -> list[tuple[Unit, Edit]]:
        """Return the edits that mend the most, with the units that they change."""
        found = self._that_mend_a_part(units, level)
        if found and level is parted:
            smaller = _small_in([edit for _, _, edit in found])
            found = self._that_mend_a_part(units, smaller) + found
        found.sort(key=lambda each: -each[0])
        return [(unit, edit) for _, unit, edit in found[:FIRSTS]]

    def _that_mend_a_part(
        self, units: list[Unit], level: Level
    ) -> list[tuple[int, Unit, Edit]]:
        """Return the edits that mend some failing tests, and spoil no other."""
        found: list[tuple[int, Unit, Edit]] = []
        for unit in units:
            for edit in (e for subject in unit.subjects for e in level(subject)):
                if self._is_over():
                    return found
                self.tried += 1
                with edit.made():
                    mended = self._finds(unit, self._mended)
                found += [(mended, unit, edit)] if mended else []
        return found

    def _mended(self) -> int:
        """Return how many failing tests pass now; none if another one fails now."""
        kinds = {item.originalname: item for item in reversed(self._failing)}
        if not any(self._passes(item) for item in kinds.values()):
            return 0
        others = [item for item in self._items if item not in self._failing]
        if not all(self._passes(item) for item in others):
            return 0
        return sum(self._passes(item) for item in self._failing)

    def _passes(self, item: pytest.Function, further: int = 0) -> bool:
        seed = self._replay.run.seed + further
        return self._replay.passes(item, self._answers, seed)

    @contextmanager
    def _trying(self) -> Iterator[None]:
        """Let each test take a short time, and no warning be shown, in the block."""
        with self._replay.run.limited(self._seconds), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield

    def _is_over(self) -> bool:
        return self._clock() > self._end

    def _good(
        self, unit: Unit, edits: Iterable[Edit], look: Callable[[], int]
    ) -> Iterator[Edit]:
        """Yield the edits of which a look at the tests finds something good."""
        for edit in edits:
            if self._is_over():
                return
            self.tried += 1
            if self._is_good(unit, edit, look):
                yield edit

    def _is_good(self, unit: Unit, edit: Edit, look: Callable[[], int]) -> bool:
        with edit.made():
            return bool(self._finds(unit, look))

    def _finds(self, unit: Unit, look: Callable[[], int]) -> int:
        """Return what a look at the tests finds with the unit as it is now."""
        tree = ast.Module([unit.statement], [])
        try:
            code = compile(tree, str(self._answers.path), "exec", dont_inherit=True)
            with self._answers.edited(code, {unit.statement.name}):
                return look()
        except Interrupted:
            raise
        except BaseException:  # the edit makes no code, or its defaults raise
            return 0

    def _mends(self) -> bool:
        """Tell whether all failing tests pass: a proof is worth its time."""
        return all(self._passes(item) for item in self._failing)

    def _all_pass(self) -> bool:
        """Tell whether every test passes, those that draw with other seeds too."""
        drawn = [item for item in self._items if draws(item)]
        return all(self._passes(item) for item in self._items) and all(
            self._passes(item, more) for more in range(1, SEEDS + 1) for item in drawn
        )


def _small_in(edits: list[Edit]) -> Level:
    """Return the level of the small edits of the lines that others change."""
    lines = {line for edit in edits for line in edit.lines}

    def there(subject: Subject) -> Iterator[Edit]:
        return (edit for edit in small(subject) if lines.issuperset(edit.lines))

    return there


def _cost(item: pytest.Function, before: dict[str, Outcome]) -> tuple[bool, float]:
    """Let failing tests come first, of these the quick ones."""
    outcome = before.get(item.nodeid)
    if outcome is None:
        return True, 0.0
    return outcome.state != FAILED, outcome.seconds
