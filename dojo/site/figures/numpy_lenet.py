"""Figures of the LeNet in NumPy: its two ways, what it learned, and its time."""

from __future__ import annotations

import math
from typing import Any, NamedTuple
from unittest.mock import patch

import numpy as np

from dojo import data
from dojo.site.measured.numpy_lenet import (
    PARTS,
    REST,
    TIMED_BATCH,
    learned,
    misread,
    timed,
)
from dojo.site.svg.cells import picture, squares
from dojo.site.svg.figure import BLUE, GREEN, INK, PURPLE, RED, Figure
from dojo.site.svg.text import BODY, SMALL
from solutions.ch8_numpy_lenet import k03_lenet_numpy
from solutions.ch8_numpy_lenet.k03_lenet_numpy import LeNetNumpy

ROW, TOP = 47.0, 50.0  # of the two ways: from one array to the next, and the first
SHOWN = 8  # digits that are read wrong, at most


class Step(NamedTuple):
    """From one array to the next: forward, back, and whose parameters it has."""

    forward: str
    back: str
    layer: str = ""


STEPS = [
    Step("convolution", "its gradient", "conv1"),
    Step("pooling, ReLU", "mask, to the maxima"),
    Step("convolution", "its gradient", "conv2"),
    Step("pooling, ReLU", "mask, to the maxima"),
    Step("reshape", "reshape"),
    Step("linear, ReLU", "mask, dZ W", "fc1"),
    Step("linear, ReLU", "mask, dZ W", "fc2"),
    Step("linear", "dZ W", "fc3"),
    Step("softmax, −ln", "p − truth, over N"),
]


def ways() -> Figure:
    """Return the steps forward and back, with shapes and parameters, from a run."""
    net = LeNetNumpy(np.random.default_rng(0))
    shapes = _shapes(net)
    sizes = _sizes(net)
    tale = "; ".join(
        f"{step.forward}{_held(step.layer, sizes)} gives {shape}"
        for step, shape in zip(STEPS, shapes[1:], strict=True)
    )
    figure = Figure(
        "numpy-lenet-ways",
        "LeNet's way forward and the gradients' way back",
        f"""A column of arrays from top to bottom, of one image: {shapes[0]}; {tale}.
        On the left, arrows lead down from array to array, a step each. On the right,
        arrows lead up again: the slope at each array has its shape, and where a step
        has parameters, their gradients leave the way to the right. Together there are
        {sum(sizes.values()):,} parameters.""",
        TOP + ROW * len(STEPS) + 66,
    )
    _draw_ways(figure, shapes, sizes)
    return figure


def _draw_ways(figure: Figure, shapes: list[str], sizes: dict[str, int]) -> None:
    figure.text(46, 20, "forward", BODY, bold=True)
    figure.text(138, 20, "array", BODY, bold=True)
    figure.text(170, 20, "back", BODY, "start", bold=True)
    figure.text(356, 20, "parameters", BODY, "end", bold=True)
    for row, shape in enumerate(shapes):
        figure.box(94, TOP - 17 + ROW * row, 88, 21, line=1)
        figure.text(138, TOP - 2 + ROW * row, shape, 12)
    for row, step in enumerate(STEPS):
        low, high = TOP + ROW * row + 4, TOP + ROW * (row + 1) - 17
        figure.arrow((116, low), (116, high), BLUE, width=1.75, gap=(2, 2))
        figure.arrow((160, high), (160, low), RED, width=1.75, gap=(2, 2))
        figure.text(90, low + 16, step.forward, 12, "end")
        figure.text(170, low + 16, step.back, 12, "start")
        if step.layer:
            figure.arrow((246, low + 11.5), (268, low + 11.5), RED)
            words = f"{step.layer} {sizes[step.layer]:,}"
            figure.text(356, low + 16, words, 12, "end", bold=True)
    end = TOP + ROW * len(STEPS) + 18
    figure.line([(236, end), (356, end)], width=1)
    figure.text(356, end + 18, f"all {sum(sizes.values()):,}", 12, "end", bold=True)
    figure.text(4, end + 18, "mask: 0 where ReLU gave 0", 12, "start")
    figure.text(4, end + 34, "to the right: slopes of W and b", 12, "start")


def _held(layer: str, sizes: dict[str, int]) -> str:
    return f" {layer}, {sizes[layer]:,} parameters," if layer else ""


def _sizes(net: LeNetNumpy) -> dict[str, int]:
    """Return how many parameters each layer has."""
    sizes: dict[str, int] = {}
    for name, p in net.params.items():
        layer = name.partition(".")[0]
        sizes[layer] = sizes.get(layer, 0) + p.size
    return sizes


def _shapes(net: LeNetNumpy) -> list[str]:
    """Return the shapes for one image along the way forward, as they come in a run."""
    seen: list[tuple[int, ...]] = [(1, 32, 32)]

    def noted(name: str) -> Any:
        own = getattr(k03_lenet_numpy, name)

        def call(*args: Any) -> Any:
            result = own(*args)
            array = result[0] if isinstance(result, tuple) else result
            seen.append(array.shape[1:])
            return result

        return patch.object(k03_lenet_numpy, name, call)

    with noted("conv2d_forward"), noted("max_pool2d_forward"):
        Z = net.forward(np.zeros((1, *seen[0])))
    flat = (math.prod(seen[-1]),)
    hidden = [(len(net.params[f"{layer}.bias"]),) for layer in ("fc1", "fc2")]
    steps = [*seen, flat, *hidden, Z.shape[1:]]
    return [*(" × ".join(map(str, shape)) for shape in steps), "the loss"]


def filters() -> Figure:
    """Return the six filters of conv1 before the training and after it."""
    run = learned()
    kinds = {"before": run["filters.first"][:, 0], "after": run["filters"][:, 0]}
    largest = max(float(np.abs(K).max()) for K in kinds.values())
    moved = np.abs(kinds["after"] - kinds["before"]).mean(axis=(1, 2))
    tale = ", ".join(f"{d:.2f}" for d in moved)
    figure = Figure(
        "numpy-lenet-filters",
        "The filters of conv1, as they were drawn and as they were learned",
        f"""Two rows of six squares of 5 by 5 weights. The area of a mark is the size of
        a weight, full marks are positive, hollow ones negative, and the largest weight
        has size {largest:.1f}. The upper row is what the generator drew, the lower row
        the same filters after the training. A weight of filters 1 to 6 has moved by
        {tale} on average.""",
        186,
    )
    for row, (words, K) in enumerate(kinds.items()):
        top = 24.0 + 82 * row
        figure.text(4, top - 7, f"{words} the training", 12, "start", bold=True)
        for i, kernel in enumerate(K):
            squares(figure, (4 + 60 * i, top), 52, kernel, largest)
    figure.box(4, 170, 11, 11, None, INK)
    figure.text(22, 180, "positive", 12, "start")
    figure.box(112, 170, 11, 11)
    figure.text(130, 180, "negative", 12, "start")
    return figure


def mistakes() -> Figure:
    """Return test digits that the trained net reads wrong."""
    digits, answers, wrong = data.digits(), learned()["answers"], misread()
    shown = wrong[:SHOWN]
    pairs = [(int(digits.test_labels[i]), int(answers[i])) for i in shown]
    tale = ", ".join(f"a {truth} read as {answer}" for truth, answer in pairs)
    figure = Figure(
        "numpy-lenet-mistakes",
        "Digits that the NumPy net reads wrong",
        f"""Of {len(answers):,} test digits {len(wrong)} are read wrong. The first
        {len(shown)} of them are drawn in their 28 by 28 pixels, in the order of the
        test set, four to a row, with the truth and the answer below: {tale}.""",
        28.0 + 112 * math.ceil(len(shown) / 4),
    )
    words = f"{len(wrong)} of {len(answers):,} are read wrong; the first {len(shown)}:"
    figure.text(4, 16, words, 12, "start", bold=True)
    for at, (index, (truth, answer)) in enumerate(zip(shown, pairs, strict=True)):
        x, y = 4.0 + 90 * (at % 4), 28.0 + 112 * (at // 4)
        picture(figure, (x, y), 78, digits.test_images[index] / 255)
        figure.text(x + 39, y + 94, f"a {truth}, read as {answer}", SMALL)
    return figure


def times() -> Figure:
    """Return how the time of a step divides, beside the time of torch's."""
    measured = timed()
    parts, torchs = measured["numpy"], float(measured["torch"])
    names = [*PARTS.values(), REST]
    shares = parts / parts.sum()
    ratio = float(parts.sum() / torchs)
    tale = ", ".join(
        f"{name} {100 * s:.0f} %" for name, s in zip(names, shares, strict=True)
    )
    figure = Figure(
        "numpy-lenet-times",
        "How the time of a training step divides",
        f"""Bars for the parts of a step of the NumPy net with {TIMED_BATCH} images in
        float32 and on one thread: {tale}. The whole step takes {ratio:.1f} times as
        long as torch's, measured in turns in one run.""",
        236,
    )
    figure.text(4, 16, "share of a step, NumPy", 12, "start", bold=True)
    colours = (BLUE, BLUE, GREEN, GREEN, PURPLE, INK)
    for row, (name, share) in enumerate(zip(names, shares, strict=True)):
        y = 26.0 + 27 * row
        figure.text(176, y + 14, name, 12, "end")
        width = 132 * float(share / shares.max())
        figure.box(182, y, max(width, 1), 19, colours[row], colours[row], 0.55)
        figure.text(188 + width, y + 14, f"{100 * share:.0f} %", 12, "start")
    figure.text(4, 210, f"The whole step takes {ratio:.1f} times", BODY, "start")
    figure.text(4, 228, "as long as torch's on this machine.", BODY, "start")
    return figure
