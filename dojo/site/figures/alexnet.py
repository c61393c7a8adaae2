"""Figures of AlexNet: its layers, and what they leave of images of any size."""

from __future__ import annotations

import torch
from torch import nn

from dojo.site.svg.figure import INK, Figure
from dojo.site.svg.plot import Axis, Plot
from dojo.site.svg.text import BODY
from solutions.ch6_convolution.k06_alexnet import AlexNet, alexnet_feature_size

Step = tuple[str, int, tuple[int, ...]]  # words, parameters, shape of the output

SMALLEST, LARGEST = 67, 300


def architecture() -> Figure:
    """Return the layers of AlexNet with shapes and parameters, from a run on meta."""
    with torch.device("meta"):
        net = AlexNet()
        steps = _steps(net, torch.empty(1, 1, 224, 224))
    total = sum(weights.numel() for weights in net.parameters())
    linear = sum(weights.numel() for weights in net.classifier.parameters())
    tale = "; ".join(
        f"{words}{f', {number:,} parameters,' if number else ''} gives {_size(shape)}"
        for words, number, shape in steps[1:]
    )
    figure = Figure(
        "alexnet-architecture",
        "The layers of AlexNet",
        f"""From top to bottom: an image of {_size(steps[0][2])}, channels by height by
        width; {tale}. ReLU follows every layer but the last, dropout the first two
        linear ones. Together there are {total:,} parameters, of which {linear:,} are in
        the three linear layers. The maps are drawn from the side, as high as the image
        and as wide as there are channels: they get smaller and deeper. Vectors are bars
        with a scale of their own.""",
        524,
    )
    _draw_architecture(figure, steps, total)
    return figure


def _steps(net: AlexNet, x: torch.Tensor) -> list[Step]:
    """Return what each layer that changes the shape is, has, and leaves."""
    steps: list[Step] = [("image", 0, tuple(x.shape[1:]))]
    numbers = {nn.Conv2d: 0, nn.Linear: 0}
    for layer in [*net.features, nn.Flatten(), *net.classifier]:
        x = layer(x)
        words = ""
        if isinstance(layer, nn.Conv2d | nn.Linear):
            numbers[type(layer)] += 1
            words = f"{_name(layer)} {numbers[type(layer)]}"
            if isinstance(layer, nn.Conv2d):
                words += f": {_size(tuple(layer.kernel_size))}"
        elif isinstance(layer, nn.MaxPool2d):
            words = "max pooling, 3 × 3, stride 2"
        elif isinstance(layer, nn.Flatten):
            words = "flatten"
        if words:
            number = sum(p.numel() for p in layer.parameters())
            steps.append((words, number, tuple(x.shape[1:])))
    return steps


def _name(layer: nn.Module) -> str:
    return "conv" if isinstance(layer, nn.Conv2d) else "linear"


def _size(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape))


def _draw_architecture(figure: Figure, steps: list[Step], total: int) -> None:
    figure.text(60, 18, "output", BODY, bold=True)
    figure.text(180, 18, "layer", BODY, "start", bold=True)
    figure.text(356, 18, "parameters", BODY, "end", bold=True)
    y = 28.0
    for words, number, shape in steps:
        height = 64.0 if shape[-1] == 224 else 33.0
        middle = y + height / 2
        _draw_shape(figure, 98, middle, shape)
        figure.text(92, middle + 4, _size(shape), 11, "end")
        figure.text(180, middle + 4, words, 11, "start")
        if number:
            figure.text(356, middle + 4, f"{number:,}", 11, "end")
        y += height
    figure.line([(180, y + 4), (356, y + 4)], width=1)
    figure.text(180, y + 22, "all", BODY, "start", bold=True)
    figure.text(356, y + 22, f"{total:,}", BODY, "end", bold=True)


def _draw_shape(figure: Figure, x: float, y: float, shape: tuple[int, ...]) -> None:
    """Draw maps from the side, as wide as they are many, and a vector as a bar."""
    if len(shape) == 1:
        width = max(70 * shape[0] / 6400, 1.5)
        figure.box(x, y - 3, width, 6, None, INK, 0.45)
        return
    channels, height, _ = shape
    high, wide = max(0.25 * height, 1.5), max(0.18 * channels, 2.0)
    figure.box(x, y - high / 2, wide, high, INK, INK, 0.14, 1)


def sizes() -> Figure:
    """Return the side of the last maps for every size of the image."""
    sides = {n: alexnet_feature_size(n) for n in range(SMALLEST, LARGEST + 1)}
    steps = [n for n in sides if n == SMALLEST or sides[n] != sides[n - 1]]
    tale = ", ".join(f"{sides[n]} from {n}" for n in steps)
    marked = {n: (sides[n], 256 * sides[n] ** 2) for n in (224, 227)}
    figure = Figure(
        "alexnet-sizes",
        "What AlexNet's last pooling leaves of images of every size",
        f"""Across, the height and width of the image, from {SMALLEST}, the smallest
        that runs, to {LARGEST} pixels; upwards, the height and width of the last maps.
        A staircase: {tale} pixels. Images of 224 pixels leave {marked[224][0]}, which
        makes {marked[224][1]:,} features; images of 227 leave {marked[227][0]}, which
        makes {marked[227][1]:,}.""",
        252,
    )
    _draw_sizes(figure, sides, marked)
    return figure


def _draw_sizes(
    figure: Figure, sides: dict[int, int], marked: dict[int, tuple[int, int]]
) -> None:
    ticks = {float(n): str(n) for n in (67, 100, 150, 200, 250, 300)}
    up = {float(side): str(side) for side in range(0, 10, 2)}
    across = Axis(60, LARGEST, ticks, "height and width of the image")
    plot = Plot(figure, (34, 34, 306, 168), across, Axis(0, 9, up, "side of the maps"))
    for side in sorted(set(sides.values())):
        run = [n for n, value in sides.items() if value == side]
        plot.curve([run[0], run[-1]], [side, side], width=2.5)
    for (size, (side, features)), shape in zip(
        marked.items(), ("dot", "ring"), strict=True
    ):
        plot.mark(size, side, shape)
        words = f"{size}: {features:,} features"
        if shape == "dot":
            plot.label(LARGEST, side, words, (0, 20), "end", size=12)
        else:
            plot.label(size, side, words, (-8, -12), "end", size=12)
