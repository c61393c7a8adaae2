"""Identifies what came back: one table of readings, each borne out by every case.

A reading is said if it holds exactly in every failing test that has numbers, with
enough of them, and on two more seeds. Where readings of different things fit equally
well, nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from dojo.diagnosis import of_arguments, of_truth, relations, spots
from dojo.diagnosis.cases import (
    Case,
    Known,
    cases_of,
    cases_of_call,
    extent,
    parts,
    unequal,
)
from dojo.diagnosis.known import with_besides
from dojo.diagnosis.readings import Reading
from dojo.verdict.verdicts import Diagnosis, Outcome

ENOUGH = 2  # unequal numbers that make evidence
ENOUGH_ALIKE = 3  # unequal numbers that were due, where all that came back is one
SEEDS = (1, 2)  # further seeds on which a reading is confirmed
CONFIRMED = 4  # failing tests that run on them, those with the most numbers first
FEW = 3  # failing tests that leave most answers no reading
# Rungs that say what is wrong by themselves: nothing is read into the numbers.
SETTLED = {"time", "imports", "forbidden", "unchanged"}
Readings = Callable[[Case], Iterator[Reading]]
Again = Callable[[str, int], Outcome | None]


def two_numbers(cases: list[Case]) -> bool:
    """Tell whether what came back wrong has two unequal numbers."""
    return unequal(cases) >= ENOUGH


def three_numbers(cases: list[Case]) -> bool:
    """Tell whether there are three of them, where many readings are tried."""
    return unequal(cases) > ENOUGH


def three_due(cases: list[Case]) -> bool:
    """Tell whether three unequal numbers were due, whatever came back."""
    due = {number for case in cases for number in case.want.ravel()[:100].tolist()}
    return len(due) >= ENOUGH_ALIKE


def three_in_one(cases: list[Case]) -> bool:
    """Tell whether one result has three unequal numbers."""
    return any(np.unique(case.want).size >= ENOUGH_ALIKE for case in cases)


def an_inside(cases: list[Case]) -> bool:
    """Tell whether something is right inside of what came back."""
    return any(map(spots.has_an_inside, cases))


def two_clipped(cases: list[Case]) -> bool:
    """Tell whether two unequal numbers were due where one came back."""
    pairs = [(case.got, case.want) for case in cases]
    beyond = [want[(want > got.max()) | (want < got.min())] for got, want in pairs]
    return np.unique(np.concatenate(beyond)).size >= ENOUGH


def always(cases: list[Case]) -> bool:
    """Tell that a reading has its evidence in itself."""
    return bool(cases)


@dataclass(frozen=True)
class Row:
    """A line of the table.

    Parameters
    ----------
    readings : callable
        Yields what a case bears out.
    is_general : bool
        Whether the sentence claims more than the failing tests, so that those that
        pass are asked too.
    of_call : bool
        Whether it is about what the function itself gave back, not about what a test
        compared.
    is_enough : callable
        Tells whether the cases are evidence.
    """

    readings: Readings
    is_general: bool = False
    of_call: bool = False
    is_enough: Callable[[list[Case]], bool] = two_numbers

    def of(self, case: Case) -> dict[Reading, None]:
        """Return what a case bears out, in order."""
        if self.of_call and not case.is_call:
            return {}
        return dict.fromkeys(self.readings(case))

    def bears_out(self, case: Case, reading: Reading) -> bool:
        """Tell whether a case bears a reading of another one out."""
        if self.of_call and not case.is_call:
            return False
        return reading.holds(case) if reading.holds else reading in self.of(case)


# In groups: the first group that fits speaks, since it says more than those below it.
TABLE = (
    (Row(of_truth.cut, is_enough=three_due),),
    (Row(spots.everything_alike, True, is_enough=three_due),),
    (Row(of_arguments.arguments_themselves, True, True),),
    (Row(of_arguments.other_functions, True, True),),
    (Row(of_arguments.defaults, True, True), Row(of_arguments.swapped, True, True)),
    (Row(of_truth.only_the_shape), Row(of_truth.totals), Row(of_truth.inside)),
    (
        Row(relations.factor),
        Row(relations.moved),
        Row(relations.missing_sum),
        Row(of_truth.functions_of_truth, True),
    ),
    (Row(of_arguments.as_if, True, True, three_numbers),),
    (
        Row(relations.mirrored, is_enough=three_in_one),
        Row(relations.offset, is_enough=three_in_one),
        Row(relations.plain_factor, is_enough=three_in_one),
    ),
    (Row(of_truth.another_order),),
    (Row(spots.clipped, is_enough=two_clipped),),
    (
        Row(spots.at_an_edge, is_enough=an_inside),
        Row(spots.along_the_first_axis, is_enough=always),
    ),
    (Row(spots.where_an_argument_is, is_enough=always),),
)


def identified(
    failed: list[Outcome], passed: list[Outcome], known: Known, again: Again
) -> Diagnosis | None:
    """Return what came back, if it can be identified.

    Parameters
    ----------
    failed, passed : list of Outcome
        All tests of one function. Statistics, which are never exact, rule nothing out.
    known : Known
    again : callable
        Takes a test and how many seeds further it is to run; returns what it finds, or
        None for a test that has no random data.
    """
    exact = [outcome for outcome in failed if outcome.rung != "statistics"]
    if any(outcome.rung in SETTLED for outcome in exact):
        return None
    possible = _possible(exact, known)
    if not possible:
        return None
    cases = [case for outcome in exact for case in cases_of(outcome, known)]
    tests = {case.outcome.test for case in cases}
    rest = [outcome for outcome in exact if outcome.test not in tests]
    if any(o.rung in ("values", "gradient") for o in rest) or len(rest) > len(tests):
        return None
    cases.sort(key=lambda case: -unequal([case]))
    fitting = _fitting(cases, possible)
    if fitting is None or not _on_further_seeds(cases, known, *fitting, again):
        return None
    row, reading = fitting
    says = sentence(_where(cases, passed, row, reading) + reading.says)
    besides = rest[0].because if rest else ""
    return Diagnosis(reading.code, with_besides(says, besides), frozenset(tests))


def sentence(says: str) -> str:
    """Return a reading as a sentence."""
    return f"{says[0].upper()}{says[1:]}."


def _possible(failed: list[Outcome], known: Known) -> dict[Row, list[Reading]]:
    """Return the readings that a few failing tests bear out, by row.

    Most answers are nothing that can be identified; this is how soon that is seen.
    """
    largest = sorted(failed, key=lambda outcome: -extent(outcome.returned))[:FEW]
    cases = [case for outcome in largest for case in cases_of(outcome, known)]
    if not cases:
        return {}
    rows = [row for group in TABLE for row in group]
    found = {row: _borne_out(row, list(row.of(cases[0])), cases[1:]) for row in rows}
    return {row: readings for row, readings in found.items() if readings}


def _borne_out(row: Row, readings: list[Reading], cases: list[Case]) -> list[Reading]:
    """Return those readings that every case bears out."""
    for case in cases:
        readings = [r for r in readings if row.bears_out(case, r)]
    return readings


def _fitting(
    cases: list[Case], possible: dict[Row, list[Reading]]
) -> tuple[Row, Reading] | None:
    """Return the reading of the first group that has one, if it has only one."""
    for group in TABLE:
        found = [
            (row, reading)
            for row in group
            if row in possible and row.is_enough(cases)
            for reading in _borne_out(row, possible[row], cases)
        ]
        if found:
            is_one = len({reading.about for _, reading in found}) == 1
            return found[0] if is_one else None
    return None


def _on_further_seeds(
    cases: list[Case], known: Known, row: Row, reading: Reading, again: Again
) -> bool:
    """Tell whether a reading holds where the random data are others."""
    drawn = 0
    for test in dict.fromkeys(case.outcome.test for case in cases):
        if drawn == CONFIRMED:
            break
        for further in SEEDS:
            outcome = again(test, further)
            if outcome is None:
                break
            drawn += further == SEEDS[0]
            found = cases_of(outcome, known) if outcome.state == "failed" else []
            if not all(row.bears_out(case, reading) for case in found):
                return False
    return True


def _where(cases: list[Case], passed: list[Outcome], row: Row, reading: Reading) -> str:
    """Return in which parts a reading holds, and whether only where a test fails."""
    names = list(dict.fromkeys(case.part for case in cases))
    whole = {name for case in cases for name, _ in parts(case.outcome.returned)}
    words = ""
    if "" not in names and set(names) < whole:
        listed = ", ".join(names[:-1]) + " and " * (len(names) > 1) + names[-1]
        words = f"in {listed} "
    if row.is_general and _is_contradicted(passed, cases[0].known, row, reading, names):
        words += "where it fails, "
    return words


def _is_contradicted(
    passed: list[Outcome], known: Known, row: Row, reading: Reading, names: list[str]
) -> bool:
    """Tell whether a passing test shows that a reading does not always hold."""
    for outcome in passed:
        if outcome.returned is None:
            continue
        cases = list(cases_of_call(outcome, known, wrong_only=False))
        if not cases:
            return True  # nobody knows
        for case in cases:
            asked = case.part in names and case.got.size
            if asked and not row.bears_out(case, reading):
                return True
    return False
