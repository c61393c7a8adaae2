"""What a benchmark says of an answer: a tier, or why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from dojo.kata.catalog import Kata
from dojo.kata.ladders import Task
from dojo.speed.bench import Result
from dojo.speed.kernel import Kernel, objection
from dojo.speed.messages import ANSWER, NAIVE, REFERENCE, Ratio, Timed
from dojo.speed.tiers import NOISE, lowest, tier
from dojo.verdict.verdicts import PASSED, SKIPPED

SCHEMA = 1
MEASURED, FAILED = "measured", "failed"
NOT_PASSED, LEFT_OUT = "not passed", "left out"
NOISY, NOT_OWN = "too noisy", "not the machine's own"


class Outcome(TypedDict):
    """What came of one ladder.

    Parameters
    ----------
    functions : list of str
    of : str
        On what they were timed.
    state : str
        measured, not passed, left out, failed, too noisy or not the machine's own.
    because : str
        Why it was not measured.
    tier : str
        correct, vectorized or close to torch; empty if it was not measured.
    ratios : dict
        The time beside torch's of answer, reference, naive and torch.
    noise : float
        By which share torch differs from itself.
    rounds : int
    """

    functions: list[str]
    of: str
    state: str
    because: str
    tier: str
    ratios: dict[str, Ratio]
    noise: float
    rounds: int


class KataOutcome(TypedDict):
    """What came of a kata's ladders; its tier is the lowest of theirs."""

    kata: str
    tier: str
    kernel: Kernel | None
    ladders: list[Outcome]


def of_kata(kata: Kata, outcomes: list[Outcome], kernel: Kernel | None) -> KataOutcome:
    """Return what came of a kata's ladders; no tier unless each was measured."""
    due = [outcome for outcome in outcomes if outcome["state"] != LEFT_OUT]
    whole = all(outcome["state"] == MEASURED for outcome in due)
    reached = lowest([outcome["tier"] for outcome in due]) if whole else ""
    return {
        "kata": kata.slug, "tier": reached, "kernel": kernel, "ladders": outcomes,
    }  # fmt: skip


def before(kata: Kata, task: Task, states: Mapping[str, str]) -> Outcome | None:
    """Return why a task is not timed, by its functions' states; None if it can be."""
    for name in task.functions:
        state = states.get(name, "")
        if state == SKIPPED:
            return _without(task, LEFT_OUT, f"{name} is optional, and left out")
        if state != PASSED:
            says = f"dojo run {kata.slug}::{name} says why"
            return _without(task, NOT_PASSED, says)
    return None


def after(task: Task, number: int, result: Result) -> Outcome:
    """Return what came of a task that was timed."""
    if number in result.failed:
        return _without(task, FAILED, result.failed[number])
    timed = result.timed[number]
    outcome = _without(task, MEASURED, "")
    outcome["ratios"], outcome["rounds"] = timed["ratios"], timed["rounds"]
    outcome["noise"] = timed["noise"]
    foreign = objection(result.kernel)
    if foreign:
        outcome["state"], outcome["because"] = NOT_OWN, foreign
    elif timed["noise"] > NOISE:
        outcome["state"] = NOISY
        outcome["because"] = (
            f"measured twice, torch differs from itself by {timed['noise']:.0%}"
        )
    else:
        outcome["tier"] = _tier(timed)
    return outcome


def _tier(timed: Timed) -> str:
    ways = (ANSWER, REFERENCE, NAIVE)
    return tier(*(timed["ratios"][way] for way in ways))


def _without(task: Task, state: str, because: str) -> Outcome:
    return {
        "functions": list(task.functions), "of": task.of, "state": state,
        "because": because, "tier": "", "ratios": {}, "noise": 0.0, "rounds": 0,
    }  # fmt: skip


def reached(outcomes: list[Outcome]) -> dict[str, str]:
    """Return the tier of each function whose tasks were all measured: the lowest."""
    tiers: dict[str, list[str]] = {}
    for outcome in outcomes:
        tiers.setdefault(" + ".join(outcome["functions"]), []).append(outcome["tier"])
    return {name: lowest(found) for name, found in tiers.items() if all(found)}
