"""Figures of how a network starts: its filters, its loss, and who visits its layers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np
from torch import nn

from dojo.site.measured.starts import BATCH, FILTERS, STARTS, STEPS, trained
from dojo.site.svg.cells import squares
from dojo.site.svg.figure import BLUE, DASHED, DOTTED, GREEN, INK, RED, Figure
from dojo.site.svg.plot import Axis, Plot
from dojo.site.svg.text import BODY, SMALL

TITLES = {
    "zero": "from zero",
    "alike": f"from {STARTS['alike']:g} everywhere",
    "kaiming": "from Kaiming's rule",
}
TOP = 3.0  # of the losses that are drawn
WINDOW = 10  # steps in a point of the curves


def filters() -> Figure:
    """Return the filters of conv1 after training, from each start."""
    runs = {start: trained(start) for start in STARTS}
    tale = "; ".join(
        f"{TITLES[start]}, {run.distinct} of {FILTERS} are distinct, and their weights "
        f"go from {run.filters.min():.2f} to {run.filters.max():.2f}"
        for start, run in runs.items()
    )
    figure = Figure(
        "filters-from-starts",
        "Eight filters after training, from three starts",
        f"""Three rows of {FILTERS} squares, the 5 by 5 weights of each filter of the
        first convolution after {STEPS} steps of training. The area of a mark is the
        size of a weight beside the largest of its row; full marks are positive, hollow
        ones negative. They are: {tale}. In the first two rows all squares are equal to
        the last digit.""",
        286,
    )
    for at, (start, run) in enumerate(runs.items()):
        y, largest = 22.0 + 88 * at, float(np.abs(run.filters).max())
        words = f"{TITLES[start]}: {run.distinct} distinct"
        figure.text(8, y, words, BODY, "start", bold=True)
        for i, kernel in enumerate(run.filters):
            squares(figure, (8.0 + 43.5 * i, y + 10), 40, kernel, largest)
    figure.box(90, 268, 11, 11, None, INK)
    figure.text(107, 278, "positive", SMALL, "start")
    figure.box(192, 268, 11, 11)
    figure.text(209, 278, "negative", SMALL, "start")
    return figure


def compared() -> Figure:
    """Return the loss during training, from each start."""
    runs = {start: trained(start) for start in STARTS}
    means = {
        start: run.losses.reshape(-1, WINDOW).mean(1) for start, run in runs.items()
    }
    tale = "; ".join(
        f"{TITLES[start]}, it goes from {mean[0]:.2f} to {mean[-5:].mean():.2f}, and "
        f"then {100 * runs[start].share:.1f} % of the test digits are read right"
        for start, mean in means.items()
    )
    figure = Figure(
        "starts-compared",
        "One network, three starts of its filters",
        f"""A plot of the loss on handwritten digits over {STEPS} steps of {BATCH}
        images, the mean of {WINDOW} steps for each point, from 0 to {TOP:g}. The
        filters of both convolutions start in three ways: {tale}. All three curves fall,
        and only the last start leaves filters that differ from one another.""",
        270,
    )
    plot = Plot(
        figure,
        (34, 36, 312, 186),
        Axis(0, STEPS, {float(n): str(n) for n in (0, 100, 200, 300)}, "step"),
        Axis(0, TOP, {float(n): str(n) for n in range(4)}, "loss"),
    )
    looks = {"zero": (RED, DASHED), "alike": (GREEN, DOTTED), "kaiming": (BLUE, "")}
    for at, (start, mean) in enumerate(means.items()):
        colour, dash = looks[start]
        steps = WINDOW * (np.arange(len(mean)) + 0.5)
        plot.curve(steps, mean.clip(0, TOP), colour, dash)
        y = 52.0 + 19 * at
        figure.line([(188, y - 4), (214, y - 4)], colour, dash, 2)
        figure.text(220, y, TITLES[start], 12, "start", colour)
    return figure


class _Head(nn.Module):
    """A layer of its own, and one that stands elsewhere too."""

    def __init__(self, shared: nn.Module) -> None:
        super().__init__()
        self.low, self.out = shared, nn.Linear(3, 2)


def visits() -> Figure:
    """Return how often each module of a small model is visited, by three walks."""
    model = _nested()
    rows = _rows(model)
    counts = [_counted(model, walk) for walk in (_modules, _apply, _both)]
    layers = {id(m): words for _, words, m in rows if isinstance(m, nn.Linear)}
    tale = "; ".join(
        f"{words}: {', '.join(str(count[at]) for count in counts)}"
        for at, words in layers.items()
    )
    figure = Figure(
        "walks-through-modules",
        "How often a layer is initialized, by three walks",
        f"""A tree of {len(rows)} lines, a model with modules inside of modules, of
        which one linear layer stands at two places. Beside each line, how often its
        module is visited: by a loop over modules(), by apply, and by apply within a
        loop over modules(). For the linear layers these are: {tale}. Only the loop over
        modules() visits each of them once.""",
        46 + 24 * len(rows),
    )
    for x, words in ((190.0, "modules()"), (257.0, "apply"), (322.0, "both")):
        figure.text(x, 20, words, 12, bold=True)
    figure.line([(8, 30), (352, 30)], width=1, opacity=0.4)
    for at, (depth, words, module) in enumerate(rows):
        y, layer = 50.0 + 24 * at, isinstance(module, nn.Linear)
        for level in range(depth):
            x = 14.0 + 18 * level
            figure.line([(x, y - 16), (x, y + 6)], width=1, opacity=0.4)
        figure.text(8 + 18 * depth, y, words, 12, "start", bold=layer)
        for x, count in zip((190.0, 257.0, 322.0), counts, strict=True):
            times = count[id(module)]
            colour = RED if times > 1 else INK
            figure.text(x, y, f"{times} ×", 12, colour=colour, bold=times > 1)
    return figure


def _nested() -> nn.Sequential:
    shared = nn.Linear(7, 3)
    inner = nn.Sequential(shared, nn.ReLU())
    block = nn.Sequential(nn.Linear(5, 7), inner)
    return nn.Sequential(block, _Head(shared))


def _rows(
    module: nn.Module, words: str = "the model", depth: int = 0
) -> list[tuple[int, str, nn.Module]]:
    """Return the places of a model in the order of a tree: depth, words, module."""
    rows = [(depth, words, module)]
    for name, child in module.named_children():
        rows += _rows(child, f"{name}: {_kind(child)}", depth + 1)
    return rows


def _kind(module: nn.Module) -> str:
    if isinstance(module, nn.Linear):
        return f"Linear({module.in_features}, {module.out_features})"
    return type(module).__name__.strip("_")


def _counted(
    model: nn.Module, walk: Callable[[nn.Module, Callable[[nn.Module], None]], None]
) -> Counter[int]:
    count: Counter[int] = Counter()
    walk(model, lambda m: count.update([id(m)]))
    return count


def _modules(model: nn.Module, visit: Callable[[nn.Module], None]) -> None:
    for m in model.modules():
        visit(m)


def _apply(model: nn.Module, visit: Callable[[nn.Module], None]) -> None:
    model.apply(visit)


def _both(model: nn.Module, visit: Callable[[nn.Module], None]) -> None:
    for m in model.modules():
        m.apply(visit)
