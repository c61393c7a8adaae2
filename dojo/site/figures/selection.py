"""Figures of model selection: three fits, the losses of twenty, and folds in turn."""

from __future__ import annotations

import numpy as np
import torch

from dojo.data import polynomial
from dojo.site.measured.polynomials import DEGREES, POINTS, SEEDS, medians
from dojo.site.svg.figure import BLUE, DASHED, INK, PAPER, RED, Figure
from dojo.site.svg.plot import Axis, Plot, powers
from dojo.site.svg.text import BODY, SMALL
from solutions.ch3_mlp.k02_model_selection import (
    fit_polynomial,
    k_fold_indices,
    poly_features,
)

SHOWN = (1, 3, 9)  # degrees
FEW, NOISE = 16, 2.0
SAMPLES, FOLDS = 11, 3


def three_fits() -> Figure:
    """Return few noisy points with a straight line, a cubic and a wild polynomial."""
    x, y = polynomial(FEW, noise=NOISE, seed=4)
    x_new, y_new = polynomial(400, noise=NOISE, seed=5)
    inside = (x_new > x.min()) & (x_new < x.max())
    fits, tales = [], []
    for degree in SHOWN:
        w = fit_polynomial(x, y, degree)
        train, new = (
            float((poly_features(u, degree) @ w - v).square().mean())
            for u, v in ((x, y), (x_new[inside], y_new[inside]))
        )
        fits.append((degree, w, train, new))
        tales.append(f"of degree {degree}, {train:.1f} and {new:.1f}")
    figure = Figure(
        "three-fits",
        "Three polynomials through the same points",
        f"""Three small plots with the same {FEW} points, drawn from a cubic with noise
        of standard deviation {NOISE:g}. A straight line misses the bend, a cubic
        follows it, and a polynomial of degree {SHOWN[2]} comes closest to the points
        and swings between them. The mean squared errors on these points and on
        new ones between them are: {"; ".join(tales)}.""",
        232,
    )
    for at, fit in enumerate(fits):
        _draw_fit(figure, 8.0 + 118 * at, (x, y), *fit)
    return figure


def _draw_fit(
    figure: Figure,
    left: float,
    points: tuple[torch.Tensor, torch.Tensor],
    degree: int,
    w: torch.Tensor,
    train: float,
    new: float,
) -> None:
    x, y = points
    low, high = float(y.min()) - 4, float(y.max()) + 4
    across = Axis(float(x.min()) - 0.1, float(x.max()) + 0.1, {})
    plot = Plot(figure, (left, 30, 108, 138), across, Axis(low, high, {}))
    figure.text(left, 18, f"degree {degree}", BODY, "start", bold=True)
    grid = torch.linspace(float(x.min()), float(x.max()), 160, dtype=x.dtype)
    curve = poly_features(grid, degree) @ w
    shown = (curve > low) & (curve < high)
    cuts = (shown.diff().nonzero() + 1).flatten().tolist()  # where it leaves the frame
    for u, v, inside in zip(
        *(part.tensor_split(cuts) for part in (grid, curve, shown)), strict=True
    ):
        if inside.all():
            plot.curve(u.tolist(), v.tolist(), BLUE)
    for u, v in zip(x.tolist(), y.tolist(), strict=True):
        figure.circle(*plot.at(u, v), 2.6, INK, INK, width=1)
    figure.text(left, 188, f"these: {train:.1f}", SMALL, "start")
    figure.text(left, 206, f"new ones: {new:.1f}", SMALL, "start")
    if degree == SHOWN[0]:
        figure.text(left, 224, "mean squared error", SMALL, "start")


def degree_losses() -> Figure:
    """Return the training and the validation loss against the degree."""
    both = medians()  # (17, 2)
    lowest = int(both[:, 1].argmin())
    figure = Figure(
        "degree-losses",
        "Training and validation loss against the degree",
        f"""A plot of mean squared errors, on a logarithmic axis, against the degree of
        a polynomial that is fitted to {POINTS} points, from 0 to {DEGREES[-1]}; each is
        the median of {len(SEEDS)} draws. The training loss never rises: it is
        {both[1, 0]:.1f} at degree 1, {both[3, 0]:.4f} at degree 3 and
        {both[-1, 0]:.4f} at degree {DEGREES[-1]}. The validation loss falls with it,
        to {both[lowest, 1]:.4f} at degree {lowest}, and then rises, to
        {both[-1, 1]:.2g} at degree {DEGREES[-1]}.""",
        306,
    )
    top = 10.0 ** np.ceil(np.log10(both.max()))
    plot = Plot(
        figure,
        (50, 40, 270, 214),
        Axis(0, DEGREES[-1], {float(d): str(d) for d in (0, 1, 3, 5, 10, 16)},
             "degree"),
        Axis(1e-3, top, powers(range(-3, round(np.log10(top)) + 1)),
             "mean squared error, log scale", log=True),
    )  # fmt: skip
    lines = (("training", RED, DASHED, "square"), ("validation", BLUE, "", "dot"))
    for column, (words, colour, dash, shape) in enumerate(lines):
        plot.curve(DEGREES, both[:, column], colour, dash)
        for degree in (1, 3, 16):
            plot.mark(degree, both[degree, column], shape, colour)
        by = (0, 22) if column == 0 else (0, -14)
        plot.label(10, both[10, column], words, by, "middle", colour)
    return figure


def folds_in_turn() -> Figure:
    """Return which samples validate in each of three folds."""
    generator = torch.Generator().manual_seed(0)
    pairs = k_fold_indices(SAMPLES, FOLDS, generator=generator)
    groups = [sorted(val.tolist()) for _, val in pairs]
    tale = "; ".join(
        f"in fold {i} the samples {', '.join(map(str, val))}"
        for i, val in enumerate(groups, 1)
    )
    figure = Figure(
        "folds-in-turn",
        "Three folds of eleven samples",
        f"""A table with a row for each of {FOLDS} folds and a column for each of
        {SAMPLES} samples, 0 to {SAMPLES - 1}. A filled cell validates, a hollow one
        trains. Each column has exactly one filled cell: {tale} validate.""",
        146,
    )
    side = 25.0
    for sample in range(SAMPLES):
        figure.text(60 + side * (sample + 0.5), 22, str(sample), SMALL)
    for row, val in enumerate(groups):
        y = 30 + side * row
        figure.text(8, y + 17, f"fold {row + 1}", SMALL, "start")
        for sample in range(SAMPLES):
            validates = sample in val
            figure.box(60 + side * sample, y, side, side, line=1,
                       fill=INK if validates else PAPER,
                       opacity=0.8 if validates else None)  # fmt: skip
    for x, words, fill in ((60.0, "validates", INK), (160.0, "trains", PAPER)):
        opacity = 0.8 if fill == INK else None
        figure.box(x, 118, 14, 14, line=1, fill=fill, opacity=opacity)
        figure.text(x + 22, 129, words, SMALL, "start")
    return figure
