"""Figures of the table of houses: from rows to features, and prices foretold."""

from __future__ import annotations

import torch

from dojo.data import houses
from dojo.site.measured.tabular import FOLDS, ROWS, Fit
from dojo.site.svg.figure import BLUE, DASHED, INK, Figure
from dojo.site.svg.plot import Axis, Plot
from dojo.site.svg.text import BODY, SMALL, decimal
from solutions.ch3_mlp.k04_tabular_pipeline import (
    impute_and_standardize,
    one_hot_columns,
)

SHOWN = (0, 1, 2, 3, 4, 5)  # rows
COLUMNS = ("area", "garden")
EVERY = 4  # of the houses one is drawn


def table_to_features() -> Figure:
    """Return some rows of a table, with gaps and words, and the features of them."""
    table = houses(40, seed=8)
    at = [table.number_names.index(name) for name in COLUMNS]
    raw = table.numbers[:, at]
    scaled, _ = impute_and_standardize(raw, raw[:1])
    hot, _, names = one_hot_columns(table.words["zone"], ["NA"])
    words = [table.words["zone"][i] for i in SHOWN]
    before = [
        [*(f"{v:.0f}" if v == v else "gap" for v in raw[i].tolist()), word or "gap"]
        for i, word in zip(SHOWN, words, strict=True)
    ]
    after = [
        [*(decimal(v, 2) for v in scaled[i].tolist()), *(f"{v:.0f}" for v in hot[i])]
        for i in SHOWN
    ]
    tale = "; ".join(
        f"{', '.join(old)} becomes {', '.join(new)}"
        for old, new in zip(before, after, strict=True)
    )
    figure = Figure(
        "table-to-features",
        "From the rows of a table to features",
        f"""Two tables of {len(SHOWN)} rows, one above the other. The upper one has the
        columns {", ".join(COLUMNS)} and zone, with gaps; the lower one the standardized
        numbers and a column for each of {", ".join(names)}: {tale}. Means and
        deviations are those of 40 rows.""",
        396,
    )
    _draw_rows(figure, 10, ["area", "garden", "zone"], before, [70, 170, 270])
    figure.arrow((180, 186), (180, 212))
    heads = [*COLUMNS, *names]
    _draw_rows(figure, 216, heads, after, [46, 112, 176, 228, 278, 326])
    return figure


def _draw_rows(
    figure: Figure, top: float, heads: list[str], rows: list[list[str]], xs: list[float]
) -> None:
    """Draw a table; what was a gap is bold."""
    for x, head in zip(xs, heads, strict=True):
        figure.text(x, top + 14, head, SMALL, bold=True)
    figure.line([(14, top + 22), (346, top + 22)], width=1)
    for i, row in enumerate(rows):
        for x, words in zip(xs, row, strict=True):
            figure.text(x, top + 40 + 22 * i, words, BODY, bold=words in ("gap", "NA"))


def prices_foretold() -> Figure:
    """Return what a linear net says of houses that it has not seen."""
    fit = Fit(of_logarithm=True)
    train, val = fit.score()
    pairs = [torch.cat(part).flatten() for part in zip(*fit.unseen, strict=True)]
    preds, prices = (part[::EVERY] for part in pairs)
    figure = Figure(
        "prices-foretold",
        "Prices that a linear net foretells for houses that it has not seen",
        f"""A plot of {len(prices)} of {ROWS} houses, both axes logarithmic: the price
        that was foretold against the price that was paid, each by the one of {FOLDS}
        nets that had not seen the house. The points lie along the diagonal, from
        {float(prices.min()):,.0f} to {float(prices.max()):,.0f}. The root of the mean
        squared difference of logarithms is {val:.3f} for all houses that were not seen,
        and {train:.3f} for those that were.""",
        318,
    )
    both = torch.cat([preds, prices])
    low, high = float(both.min()) * 0.9, float(both.max()) * 1.1
    ticks = {1e3 * t: f"{t} 000" for t in (50, 100, 200, 400) if low < 1e3 * t < high}
    plot = Plot(
        figure,
        (58, 34, 262, 232),
        Axis(low, high, ticks, "paid, log scale", log=True),
        Axis(low, high, ticks, "foretold, log scale", log=True),
    )
    for pred, price in zip(preds.tolist(), prices.tolist(), strict=True):
        figure.circle(*plot.at(price, pred), 1.6, BLUE, BLUE, width=0.5)
    plot.curve([low, high], [low, high], INK, DASHED, 1.25)
    return figure
