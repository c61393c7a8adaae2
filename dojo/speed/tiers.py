"""The tiers of an answer's speed: correct, vectorized, close to torch."""

from __future__ import annotations

import math

from dojo.speed.messages import Ratio

CORRECT, VECTORIZED, CLOSE = "correct", "vectorized", "close to torch"
TIERS = (CORRECT, VECTORIZED, CLOSE)
LIMIT = 2.0  # times torch's time: what is close
NOISE = 0.25  # by which torch may differ from itself, in the median


def tier(answer: Ratio, reference: Ratio, naive: Ratio) -> str:
    """Return the tier of an answer that passes.

    It must hold in three rounds of four. Vectorized is what is nearer to the reference
    than to the loop, counted in factors.
    """
    if answer["high"] <= LIMIT:
        return CLOSE
    middle = math.sqrt(reference["median"] * naive["median"])
    return VECTORIZED if answer["high"] < middle else CORRECT


def lowest(tiers: list[str]) -> str:
    """Return the lowest of some tiers; empty if there is none."""
    return min(tiers, key=TIERS.index, default="")


def highest(tiers: list[str]) -> str:
    """Return the highest of some tiers; empty if there is none."""
    return max(tiers, key=TIERS.index, default="")
