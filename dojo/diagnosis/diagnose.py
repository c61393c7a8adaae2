"""Names what is wrong: a known mistake, or a relation that holds on every entry.

Where no known mistake fits, a relation between answer and truth may speak (a constant
factor, a transpose …), if it holds exactly in every failing test. Otherwise nothing is
said: no diagnosis beats a guess.
"""

from __future__ import annotations

from dojo.diagnosis import relations
from dojo.diagnosis.known import known_mistake
from dojo.diagnosis.repair import search
from dojo.kata import bank
from dojo.kata.catalog import Kata
from dojo.kata.signatures import axes_of
from dojo.verdict.replay import Replay
from dojo.verdict.verdicts import FAILED, Diagnosis, Verdict, Where


def pytest_dojo_diagnose(
    verdict: Verdict, kata: Kata, replay: Replay
) -> Diagnosis | None:
    """Return what is wrong with a failed function, or None if nothing is sure."""
    failures = [outcome for outcome in verdict.outcomes if outcome.state == FAILED]
    if any(outcome.got.startswith("None:") for outcome in failures):
        return None  # the missing return comes first, whatever else is wrong
    outcomes = {outcome.test: outcome for outcome in verdict.outcomes}
    mistakes = bank.of_function(kata, verdict.function)
    named = known_mistake(outcomes, mistakes, replay.items, replay.outcome_of_mistake)
    return named or relations.of_outcomes(failures, axes_of(kata, verdict.function))


def pytest_dojo_locate(
    verdict: Verdict, replay: Replay, seconds: float
) -> Where | None:
    """Return where a failed function's mistake is, or None if nothing is proved."""
    return search.where(verdict, replay, seconds)
