"""Figures of dropout: a thinned network, its coins, and what the division is for."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from dojo.site.measured.dropout import ten_layers
from dojo.site.svg.cells import grid
from dojo.site.svg.figure import BLUE, DASHED, INK, PAPER, RED, SOLID, Figure
from dojo.site.svg.plot import Axis, Plot
from dojo.site.svg.text import BODY, SMALL, decimal
from solutions.ch1_foundations.k04_inverted_dropout import dropout_mask

LAYERS = (3, 5, 5, 1)
COLUMNS = (16.0, 64.0, 116.0, 160.0)  # of the layers, within half of the figure
GAP, MIDDLE, RADIUS = 34.0, 118.0, 8.5  # between units; their centre; their size
UNITS, SAMPLES, SIDE = 6, 8, 13.0  # of the masks that are drawn, and of their cells
KEEP, KEPT = 0.6, 0.8  # in the masks, and through ten layers

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
    """Return three ways to toss coins for a layer: one of them is dropout."""
    rng = np.random.default_rng(4)
    tosses = {
        "each entry": dropout_mask((UNITS, SAMPLES), KEEP, rng),
        "one column": dropout_mask((UNITS, 1), KEEP, rng),
        "one row": dropout_mask((1, SAMPLES), KEEP, rng),
    }
    drawn = {
        name: np.broadcast_to(toss, (UNITS, SAMPLES)) for name, toss in tosses.items()
    }
    each, column, row = drawn.values()
    columns = "; ".join(_bits(sample) for sample in each.T)
    figure = Figure(
        "dropout-masks",
        "Three masks: a coin for each entry, one column of coins, one row",
        f"""Three masks of {UNITS} units, the rows, and {SAMPLES} samples, the columns,
        drawn with keep_prob {KEEP:g}; a shaded 1 is kept, a 0 is dropped. In the first,
        each entry has a coin of its own: {int(each.sum())} of {each.size} entries are
        kept, and the columns, from top to bottom, are {columns}, {_kinds(each)} of them
        different. In the second, one column of coins, {_bits(column[:, 0])}, serves
        every sample: {_kinds(column)} thinned network in all. In the third, one row of
        coins, {_bits(row[0])}, serves every unit: {int((~row[0]).sum())} samples lose
        all their units, and the others lose none.""",
        172,
    )
    for place, (name, mask) in enumerate(drawn.items()):
        _draw_mask(figure, 8 + 120.0 * place, name, mask)
    return figure


def _kinds(mask: np.ndarray) -> int:
    """Return how many different columns, that is thinned networks, a mask has."""
    return int(np.unique(mask, axis=1).shape[1])


def _draw_mask(figure: Figure, left: float, name: str, mask: np.ndarray) -> None:
    rows = [_bits(row).split() for row in mask]
    strong = [(int(i), int(j)) for i, j in np.argwhere(mask)]
    grid(figure, (left, 34), SIDE, rows, SMALL, strong)
    middle = left + SIDE * SAMPLES / 2
    figure.text(middle, 22, name, BODY, bold=True)
    for y, words in zip((138, 157), _tale(mask), strict=True):
        figure.text(middle, y, words, BODY)


def _tale(mask: np.ndarray) -> tuple[str, str]:
    """Return in two lines what a mask means for the samples."""
    lost = int((~mask).all(axis=0).sum())
    if lost and mask.all(axis=0).sum() == SAMPLES - lost:
        return f"{lost} of {SAMPLES} samples", "lose every unit"
    networks = _kinds(mask)
    return f"{networks} network{'s' * (networks > 1)}", f"for {SAMPLES} samples"


def means() -> Figure:
    """Return the mean of ones through ten layers of dropout, divided and not."""
    divided, undivided = ten_layers(KEPT)
    figure = Figure(
        "dropout-means",
        "The mean of ones through ten layers of dropout",
        f"""A plot of the mean of 200 units of 1000 samples, all 1 at first, after 0 to
        {len(divided) - 1} layers of dropout with keep_prob {KEPT:g}. Divided by
        keep_prob each time, solid, the mean stays near 1: after 1 layer it is
        {divided[1]:.3f}, after 5 layers {divided[5]:.3f}, after 10 layers
        {divided[10]:.3f}. Without the division, dashed, each layer takes a share: the
        mean is {undivided[1]:.3f}, then {undivided[5]:.3f} after 5 layers, and
        {undivided[10]:.3f} after 10.""",
        254,
    )
    _draw_means(figure, divided, undivided)
    return figure


def _draw_means(figure: Figure, divided: list[float], undivided: list[float]) -> None:
    layers = range(len(divided))
    heads = {float(n): str(n) for n in range(0, len(divided), 2)}
    sides = {0.0: "0", 0.5: "½", 1.0: "1"}
    plot = Plot(
        figure,
        (46, 36, 270, 168),
        Axis(0, layers[-1], heads, "layers of dropout"),
        Axis(0, 1.2, sides, f"mean of ones, keep_prob {KEPT:g}"),
    )
    styles = ((divided, BLUE, SOLID, "dot"), (undivided, RED, DASHED, "square"))
    for values, colour, dash, shape in styles:
        plot.curve(layers, values, colour, dash)
        for layer in layers:
            plot.mark(layer, values[layer], shape, colour)
        words = decimal(values[-1], 3)
        plot.label(layers[-1], values[-1], words, (7, 4), colour=colour, size=11)
    plot.label(5, 1, "divided by keep_prob", (0, -12), "middle", BLUE)
    plot.label(4.4, 0.45, "not divided", (0, 0), colour=RED)
