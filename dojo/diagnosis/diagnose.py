"""Names what is wrong: the signature, a known mistake, or what came back.

A signature that differs from the contract comes first. Where no known mistake fits,
what came back may be identified (an argument, another function, the truth times a
constant …), if that holds exactly in every failing test and on other seeds. Then an
error that has one meaning may speak. Otherwise nothing is said: no diagnosis beats a
guess.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from dojo.diagnosis import signature
from dojo.diagnosis.cases import Known
from dojo.diagnosis.errors import of_errors
from dojo.diagnosis.identity import identified
from dojo.diagnosis.known import is_missing, known_mistake
from dojo.diagnosis.repair import search
from dojo.kata import bank
from dojo.kata.catalog import Kata
from dojo.kata.signatures import axes_of
from dojo.verdict.outcomes import Crashed
from dojo.verdict.replay import Replay
from dojo.verdict.selection import draws
from dojo.verdict.verdicts import FAILED, PASSED, Diagnosis, Outcome, Verdict, Where

NUMBERS = {"values", "gradient", "shape"}  # rungs of what came back


def pytest_dojo_diagnose(
    verdict: Verdict, kata: Kata, replay: Replay
) -> Diagnosis | None:
    """Return what is wrong with a failed function, or None if nothing is sure."""
    failures = [outcome for outcome in verdict.outcomes if outcome.state == FAILED]
    if not failures:
        return None  # the rest is not started: a method, say
    if any(isinstance(outcome.error, Crashed) for outcome in failures):
        return None  # what ended the process once would end it again
    missing = any(map(is_missing, failures))
    numbers = {outcome.test for outcome in failures if outcome.values is not None}
    if missing and not numbers:
        return None  # the missing return comes first, whatever else is wrong
    found = _found(verdict, failures, kata, replay)
    if missing and found and not numbers <= found.tests:
        return None  # beside a missing return a part of the numbers is too little
    return found


def _found(
    verdict: Verdict, failures: list[Outcome], kata: Kata, replay: Replay
) -> Diagnosis | None:
    """Return the first of what may speak: signature, mistake, identity, error."""
    failed = {outcome.test: outcome for outcome in failures}
    differs = signature.differing(verdict.function, failed, replay)
    if differs:
        return differs
    outcomes = {outcome.test: outcome for outcome in verdict.outcomes}
    mistakes = bank.of_function(kata, verdict.function)
    named = known_mistake(
        outcomes,
        mistakes,
        replay.items,
        replay.outcome_of_mistake,
        lambda mistake: bank.view(kata, mistake),
    )
    if named and not _says_too_little(named, failures):
        return named
    return (
        _identified(verdict, failures, kata, replay)
        or named
        or of_errors(failures, axes_of(kata, verdict.function))
    )


def _says_too_little(named: Diagnosis, failures: list[Outcome]) -> bool:
    """Tell whether a mistake explains words alone, and numbers are wrong besides.

    An answer that overflows and is wrong everywhere else is not wrong because it
    overflows.
    """
    numbers = {outcome.test for outcome in failures if outcome.rung in NUMBERS}
    return bool(numbers) and numbers.isdisjoint(named.tests)


def _identified(
    verdict: Verdict, failures: list[Outcome], kata: Kata, replay: Replay
) -> Diagnosis | None:
    known = known_of(kata, verdict.function, replay, failures[0].arguments)
    items = {item.nodeid: item for item in replay.items}

    def again(test: str, further: int) -> Outcome | None:
        item = items.get(test)
        drawn = item is not None and draws(item)
        return replay.on_seed(item, further) if item and drawn else None

    passed = [outcome for outcome in verdict.outcomes if outcome.state == PASSED]
    return identified(failures, passed, known, again)


def known_of(
    kata: Kata, function: str, replay: Replay, arguments: dict[str, Any]
) -> Known:
    """Return what is known of a function: its truth, and what stands beside it."""
    module = vars(replay.reference())
    others = {
        name: thing
        for slug in kata.needs
        for name, thing in vars(replay.reference(slug)).items()
        if _is_own(thing)
    }
    others |= {name: thing for name, thing in module.items() if _is_own(thing)}
    others.pop(function, None)
    truth = module.get(function)
    truth = None if isinstance(truth, type) else truth
    known = Known(truth, others, axes_of(kata, function))
    return replace(known, seconds=min(_seconds(known, arguments)))


def _seconds(known: Known, arguments: dict[str, Any]) -> Iterator[float]:
    """Yield how long the reference takes, twice: the first call may warm something."""
    for _ in range(2):
        began = time.process_time()
        known.due(arguments)
        yield time.process_time() - began


def _is_own(thing: Callable[..., Any] | Any) -> bool:
    """Tell whether a name of a reference is a function of a kata, not of a library."""
    home = getattr(thing, "__module__", "") or ""
    is_function = callable(thing) and not isinstance(thing, type)
    return is_function and home.startswith(("katas.", "solutions."))


def pytest_dojo_locate(
    verdict: Verdict, replay: Replay, seconds: float
) -> Where | None:
    """Return where a failed function's mistake is, or None if nothing is proved."""
    return search.where(verdict, replay, seconds)
