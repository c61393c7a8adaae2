"""What pages and figures say of polynomials that are fitted to few points."""

from __future__ import annotations

import sys

import numpy as np

from dojo.data import polynomial
from dojo.site.measured.kept import Arrays, kept
from solutions.ch3_mlp import k02_model_selection
from solutions.ch3_mlp.k02_model_selection import (
    diagnose,
    fit_polynomial,
    poly_features,
)

DEGREES = range(17)  # beyond, rounding decides about the coefficients
SEEDS = range(25)
POINTS = 100  # to fit, and as many to judge by
TARGET, GAP = 0.02, 0.02  # the noise alone is 0.01


def losses(degree: int, seed: int) -> tuple[float, float]:
    """Return the mean squared errors on the fitted points and on as many others."""
    x, y = polynomial(POINTS, seed=seed)
    w = fit_polynomial(x, y, degree)
    pairs = ((x, y), polynomial(POINTS, seed=1000 + seed))
    train, val = (
        float((poly_features(x, degree) @ w - y).square().mean()) for x, y in pairs
    )
    return train, val


def all_losses() -> np.ndarray:
    """Return the losses of every degree and seed, of shape (17, 25, 2)."""
    sources = [k02_model_selection, sys.modules[__name__]]
    return kept("polynomials", sources, _all_losses)["losses"]


def _all_losses() -> Arrays:
    each = [[losses(degree, seed) for seed in SEEDS] for degree in DEGREES]
    return {"losses": np.array(each)}


def medians() -> np.ndarray:
    """Return the medians of both losses over the seeds, of shape (17, 2)."""
    found: np.ndarray = np.median(all_losses(), axis=1)
    return found


def values() -> dict[str, float | str]:
    """Return what pages say of polynomials."""
    numbers: dict[str, float | str] = {"seeds": len(SEEDS), "points": POINTS}
    for degree in (1, 3, 16):
        train, val = medians()[degree].tolist()
        numbers |= {
            f"degree{degree}.train": train,
            f"degree{degree}.val": val,
            f"degree{degree}.says": diagnose(train, val, TARGET, GAP),
        }
    best = all_losses()[:, :, 1].argmin(axis=0).tolist()  # the degree, for each seed
    numbers["cubic.chosen"] = best.count(3)
    numbers["lowest.chosen"], numbers["highest.chosen"] = min(best), max(best)
    return numbers
