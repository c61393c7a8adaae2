"""Times several ways in rounds: each round has every way once, in a new order.

What disturbs the machine then disturbs all ways alike, and a ratio is taken within its
round. One way is measured twice: how far its two times differ is the machine's noise.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any

from pytest_benchmark import timers

from dojo.speed.messages import TORCH, Ratio

AGAIN = "again"  # the base's second time in a round
LEAST, MOST = 11, 51  # rounds
FEW = 5  # times at least of a way that takes more than its share
SAMPLE = (
    0.0002  # seconds that one time should take: a short way is called several times
)
SHORT = 0.002  # seconds: a way that is rarely interrupted
SLOW = 0.1  # seconds: one look at how long such a way takes is enough
TRIES = 3  # times of a short way in a round, of which the best counts
SECONDS = 2.0  # for the rounds of one ladder, if all ways are fast enough

Way = Callable[[], Any]
Timer = Callable[[], float]
Guard = Callable[[], AbstractContextManager[None]]


@dataclass
class Rounds:
    """The times of some rounds.

    Parameters
    ----------
    times : list of dict
        A round's times of one call, by way.
    base : str
        The way that the others are compared with.
    """

    times: list[dict[str, float]] = field(default_factory=list)
    base: str = TORCH

    def ratios(self, way: str) -> list[float]:
        """Return a way's time beside the base's, for each round that timed it."""
        rounds = [times for times in self.times if way in times]
        return [times[way] / times[self.base] for times in rounds]

    def ratio(self, way: str) -> Ratio:
        """Return the quartiles of a way's ratios."""
        low, middle, high = quantiles(self.ratios(way), n=4, method="inclusive")
        return {"median": middle, "low": low, "high": high}

    @property
    def noise(self) -> float:
        """By which share the base's two times in a round differ, in the median."""
        factors = [abs(math.log(t[AGAIN] / t[self.base])) for t in self.times]
        return math.exp(median(factors)) - 1


def measure(
    ways: dict[str, Way],
    seconds: float = SECONDS,
    timer: Timer = timers.default_timer,  # type: ignore[attr-defined]  # not listed
    guard: Guard = nullcontext,
    base: str = TORCH,
) -> Rounds:
    """Time the ways; each has been called before, so that none pays for a first time.

    Parameters
    ----------
    ways : dict
        By name; the base is among them.
    seconds : float
        After which no further round begins, if there were enough.
    timer : callable
    guard : callable
        Makes what surrounds each round.
    base : str
        The way that the others are compared with.
    """
    everyone = ways | {AGAIN: ways[base]}
    plans = {name: _plan(way, timer) for name, way in ways.items()}
    plans[AGAIN] = plans[base]
    spent = dict.fromkeys(everyone, 0.0)
    rounds, order, begin = Rounds(base=base), random.Random(0), timer()
    while len(rounds.times) < MOST:
        enough = len(rounds.times) >= LEAST
        if enough and timer() - begin > seconds:
            break
        times: dict[str, float] = {}
        with guard():
            for name in order.sample(sorted(everyone), len(everyone)):
                share = seconds / len(everyone)
                is_base = name in (base, AGAIN)
                if is_base or spent[name] <= share or len(rounds.times) < FEW:
                    plan = plans[name]
                    times[name] = plan.best(everyone[name], timer)
                    spent[name] += times[name] * plan.calls * plan.tries
        rounds.times.append(times)
    return rounds


@dataclass(frozen=True)
class Plan:
    """How a way is timed in each round.

    Parameters
    ----------
    calls : int
        How often it is called for one time.
    tries : int
        How many times are taken, of which the best counts: other programs rarely
        interrupt them all.
    """

    calls: int
    tries: int

    def best(self, way: Way, timer: Timer) -> float:
        """Return the time of one call."""
        return (
            min(_time(way, self.calls, timer) for _ in range(self.tries)) / self.calls
        )


def _plan(way: Way, timer: Timer) -> Plan:
    """Return how to time a way, after a look at how long it takes."""
    took = _time(way, 1, timer)
    if took < SLOW:
        took = min(took, *(_time(way, 1, timer) for _ in range(TRIES - 1)))
    calls = max(1, min(1000, math.ceil(SAMPLE / max(took, 1e-9))))
    return Plan(calls, TRIES if took < SHORT else 1)


def _time(way: Way, calls: int, timer: Timer) -> float:
    begin = timer()
    for _ in range(calls):
        way()
    return timer() - begin
