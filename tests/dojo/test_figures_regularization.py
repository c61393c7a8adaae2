"""Tests the numbers of the figures of regularization, worked out without references."""

import xml.etree.ElementTree as ET

import numpy as np
import torch

from dojo.site.figures import gallery


def desc(name):
    """Return a figure's description."""
    root = ET.fromstring(gallery.svg(name))
    return root.find("{http://www.w3.org/2000/svg}desc").text


def test_l2_fit_shows_the_polynomials_of_least_cost():
    text = desc("l2-fit")
    x = np.linspace(-1, 1, 10)
    y = np.sin(np.pi * x) + 0.25 * np.random.default_rng(2).standard_normal(10)
    X = np.vander(x, 10, increasing=True)
    for lam in (0.01, 10.0):
        price = lam * np.diag([0.0, *np.ones(9)])  # none on the bias
        w = np.linalg.solve(X.T @ X + price, X.T @ y)
        off = np.mean((X @ w - y) ** 2)
        size = np.sum(w[1:] ** 2)
        assert f"with lambda {lam:g} the squared weights add up to {size:.3g}" in text
        assert f"distance is {off:.3f} from the points" in text


def test_l2_shrinkage_divides_curvature_by_curvature_and_price():
    text = desc("l2-shrinkage")
    for lam in (0.0, 0.1, 0.5, 2.0, 8.0):
        w1, w2 = 0.2 / (0.2 + lam) * 3, 2 / (2 + lam) * 2
        assert f"for lambda {lam:g} at ({w1:.2f}, {w2:.2f})" in text


def test_crop_places_are_counted_in_the_padded_image():
    padded = torch.nn.functional.pad(torch.zeros(3, 4), (2, 2, 2, 2))
    tops, lefts = padded.unfold(0, 3, 1).unfold(1, 4, 1).shape[:2]
    assert f"{tops} times {lefts}, which is {tops * lefts}, places" in desc(
        "crop-places"
    )


def test_augmented_digits_stay_within_their_shifts():
    text = desc("augmented-digits")
    middles = [
        tuple(map(float, part.split(")")[0].split(","))) for part in text.split("(")[1:]
    ]
    (row, column), copies = middles[0], middles[1:]
    assert len(copies) == 4
    for copy_row, copy_column in copies:
        assert abs(copy_row - row) <= 4.5
        assert min(abs(copy_column - c) for c in (column, 27 - column)) <= 4.5


def test_patience_count_starts_again_at_each_record():
    losses, best, since, counts = (1.0, 0.8, 0.9, 0.7, 0.75, 0.72, 0.71), np.inf, 0, []
    for loss in losses:
        since = 0 if loss < best else since + 1
        best = min(best, loss)
        counts.append(str(since))
    assert f"steps in a row brought none: {', '.join(counts)}." in desc(
        "patience-count"
    )
