"""Figures of dropout: a thinned network, and what the division puts right."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from dojo.site.measured.dropout import million_ones
from dojo.site.svg.cells import grid
from dojo.site.svg.figure import DOTTED, INK, PAPER, Figure
from dojo.site.svg.text import BODY, SMALL
from solutions.ch1_foundations.k04_inverted_dropout import dropout_mask

LAYERS = (3, 5, 5, 1)
COLUMNS = (16.0, 64.0, 116.0, 160.0)  # of the layers, within half of the figure
GAP, MIDDLE, RADIUS = 34.0, 118.0, 8.5  # between units; their centre; their size

Masks = Sequence[np.ndarray]


def networks() -> Figure:
    """Return a network beside one of those that dropout makes of it."""
    rng = np.random.default_rng(2)
    ones = [np.ones(n, dtype=bool) for n in LAYERS]
    drawn = [dropout_mask((n,), 0.5, rng) for n in LAYERS[1:3]]
    thin = [ones[0], *drawn, ones[3]]
    figure = Figure(
        "dropout-networks",
        "A network, and one that dropout has thinned",
        f"""Two networks side by side, each with 3 inputs, two hidden layers of 5 units
        and 1 output. Left, the full network: every unit is kept, every unit is joined
        to all units of the layer before, and there are {_lines(ones)} connections.
        Right, the network that one draw of masks with keep_prob 0.5 leaves. The mask of
        the first hidden layer, from top to bottom, is {_bits(thin[1])}; that of the
        second is {_bits(thin[2])}. A unit whose bit is 0 is crossed out and has lost
        all its connections, to both sides, so that {_lines(thin)} of {_lines(ones)}
        remain. Inputs and output have no mask.""",
        272,
    )
    _network(figure, 4, "full network", ones)
    _network(figure, 184, "one draw of masks", thin)
    figure.line([(180, 16), (180, 246)], width=1, opacity=0.25)
    figure.text(180, 264, "bits of a mask: units from top to bottom", SMALL)
    return figure


def _lines(masks: Masks) -> int:
    return sum(int(a.sum() * b.sum()) for a, b in itertools.pairwise(masks))


def _bits(mask: np.ndarray) -> str:
    return " ".join(str(int(bit)) for bit in mask)


def _network(figure: Figure, left: float, title: str, masks: Masks) -> None:
    places = [
        [(left + x, MIDDLE + GAP * (i - (n - 1) / 2)) for i in range(n)]
        for x, n in zip(COLUMNS, LAYERS, strict=True)
    ]
    figure.text(left + 88, 20, title, BODY, bold=True)
    for layer in range(3):
        for start, kept in zip(places[layer], masks[layer], strict=True):
            for end, also in zip(places[layer + 1], masks[layer + 1], strict=True):
                if kept and also:
                    figure.line([start, end], width=1, opacity=0.55)
    for layer, column in enumerate(places):
        for (x, y), kept in zip(column, masks[layer], strict=True):
            figure.circle(x, y, RADIUS, INK, PAPER, "" if kept else "2.5 2.5", 1.5)
            if not kept:
                for sign in (1, -1):
                    figure.line([(x - 5, y - 5 * sign), (x + 5, y + 5 * sign)])
    for name, layer in (("mask 1", 1), ("mask 2", 2)):
        x = left + COLUMNS[layer]
        figure.text(x, 222, name, SMALL)
        figure.text(x, 240, _bits(masks[layer]).replace(" ", ""), BODY)


def masks() -> Figure:
    """Return a mask of units and samples, and the mean with and without division."""
    mask = dropout_mask((6, 8), 0.8, np.random.default_rng(0))
    without, with_it, _ = million_ones(0.8)
    columns = "; ".join(_bits(column) for column in mask.T)
    figure = Figure(
        "dropout-masks",
        "A dropout mask, and the mean it leaves",
        f"""Above, a mask of 6 units, the rows, and 8 samples, the columns, drawn with
        keep_prob 0.8; {int(mask.sum())} of its {mask.size} entries are 1. The columns
        differ, because each sample has a thinned network of its own. From top to
        bottom, sample by sample, they are {columns}. Below, three bars: the mean of
        1000 units of 1000 samples that are all 1. Before dropout it is 1; after dropout
        without the division it is {without:.4f}; divided by keep_prob it is
        {with_it:.4f}.""",
        356,
    )
    _draw_masks(figure, mask, without, with_it)
    return figure


def _draw_masks(
    figure: Figure, mask: np.ndarray, without: float, with_it: float
) -> None:
    rows = [["1" if bit else "0" for bit in row] for row in mask]
    strong = [(int(i), int(j)) for i, j in np.argwhere(mask)]
    grid(figure, (92, 44), 26, rows, BODY, strong)
    figure.text(196, 16, "8 samples, a mask each", BODY)
    for j in range(8):
        figure.text(105 + 26 * j, 37, str(j + 1), SMALL)
    figure.text(82, 118, "6 units", BODY, "end")
    figure.text(12, 238, "mean of a million ones, keep_prob 0.8", BODY, "start")
    bars = [
        ("before dropout", 1.0, None),
        ("dropped, not divided", without, 0.14),
        ("dropped and divided", with_it, 0.55),
    ]
    for row, (name, value, opacity) in enumerate(bars):
        y = 252.0 + 32 * row
        figure.text(140, y + 15, name, 12, "end")
        fill = None if opacity is None else INK
        figure.box(148, y, 150 * value, 22, fill=fill, opacity=opacity)
        figure.text(306, y + 16, f"{value:.4f}", BODY, "start")
    figure.line([(298, 246), (298, 346)], dash=DOTTED, width=1.5)
