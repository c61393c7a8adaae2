"""What pages and figures say of weight decay: the losses of many strengths."""

from __future__ import annotations

import sys

import numpy as np

from dojo.site.measured.kept import Arrays, kept
from solutions.ch3_mlp import k03_weight_decay
from solutions.ch3_mlp.k03_weight_decay import train_high_dim

STRENGTHS = (0.0, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
SEEDS = range(5)
KEYS = ("train", "test", "norm")


def sweep() -> dict[float, dict[str, float]]:
    """Return the medians of losses and norm over the seeds, for each strength."""
    sources = [k03_weight_decay, sys.modules[__name__]]
    medians = np.median(kept("weight-decay", sources, _sweep)["runs"], axis=1)
    return {
        lambd: dict(zip(KEYS, row.tolist(), strict=True))
        for lambd, row in zip(STRENGTHS, medians, strict=True)
    }


def _sweep() -> Arrays:
    runs = [
        [list(train_high_dim(lambd, seed=seed).values()) for seed in SEEDS]
        for lambd in STRENGTHS
    ]
    return {"runs": np.array(runs)}  # (strengths, seeds, keys)


def values() -> dict[str, float | str]:
    """Return what pages say of weight decay."""
    found = sweep()
    best = min(found, key=lambda lambd: found[lambd]["test"])
    numbers: dict[str, float | str] = {"seeds": len(SEEDS), "best": best}
    for name, lambd in (("none", 0.0), ("three", 3.0), ("thirty", 30.0)):
        numbers |= {f"{name}.{key}": found[lambd][key] for key in KEYS}
    return numbers | {"best_test": found[best]["test"]}
