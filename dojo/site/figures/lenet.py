"""The figure of LeNet's layers."""

from __future__ import annotations

import math

import torch

from dojo.site.svg.figure import INK, PAPER, Figure
from dojo.site.svg.text import BODY
from solutions.ch6_convolution.k05_lenet import LeNet

Step = tuple[str, int, tuple[int, ...]]  # words, parameters, shape of the output


def architecture() -> Figure:
    """Return the layers of LeNet with shapes and parameters, from a run of it."""
    net = LeNet()
    steps = _steps(net)
    total = sum(weights.numel() for weights in net.parameters())
    tale = "; ".join(
        f"{words}{f', {number:,} parameters,' if number else ''} gives {_size(shape)}"
        for words, number, shape in steps[1:]
    )
    figure = Figure(
        "lenet-architecture",
        "The layers of LeNet",
        f"""From top to bottom: an image of {_size(steps[0][2])}, channels by height by
        width; {tale}. Every convolution and the first two linear layers are followed by
        the activation. Together there are {total:,} parameters, most of them,
        {steps[6][1]:,}, in fc1. The stacks are drawn in proportion: they get smaller
        and deeper.""",
        516,
    )
    _draw_architecture(figure, steps, total)
    return figure


def _draw_architecture(figure: Figure, steps: list[Step], total: int) -> None:
    figure.text(82, 18, "output", BODY, bold=True)
    figure.text(176, 18, "layer", BODY, "start", bold=True)
    figure.text(352, 18, "parameters", BODY, "end", bold=True)
    y = 30.0
    for row, (words, number, shape) in enumerate(steps):
        height = {0: 56.0, 1: 60.0}.get(row, 48.0 if len(shape) == 3 else 44.0)
        middle = y + height / 2
        _stack(figure, 93, middle, shape)
        figure.text(86, middle + 5, _size(shape), 12, "end")
        figure.text(176, middle + 5, words, BODY, "start")
        if number:
            figure.text(352, middle + 5, f"{number:,}", BODY, "end")
        y += height
    figure.line([(176, y + 6), (352, y + 6)], width=1)
    figure.text(176, y + 24, "all", BODY, "start", bold=True)
    figure.text(352, y + 24, f"{total:,}", BODY, "end", bold=True)


def _steps(net: LeNet) -> list[Step]:
    """Return (words, parameters, shape of its output) of each step of the net."""
    x = torch.zeros(1, 1, 32, 32)
    shapes = _shapes(net, x)

    def made(name: str, words: str) -> Step:
        number = sum(w.numel() for w in net.get_submodule(name).parameters())
        return f"{name}: {words}", number, shapes[name]

    def halved(name: str) -> Step:
        channels, height, width = shapes[name]
        return "max pooling, 2 × 2", 0, (channels, height // 2, width // 2)

    flat = net.fc1.in_features
    assert math.prod(halved("conv2")[2]) == flat
    return [
        ("image", 0, tuple(x.shape[1:])),
        made("conv1", "6 of 5 × 5"),
        halved("conv1"),
        made("conv2", "16 of 5 × 5"),
        halved("conv2"),
        ("flatten", 0, (flat,)),
        made("fc1", "linear"),
        made("fc2", "linear"),
        made("fc3", "linear"),
    ]


def _shapes(net: LeNet, x: torch.Tensor) -> dict[str, tuple[int, ...]]:
    """Return the shape of each layer's output for one sample, by the layer's name."""
    shapes: dict[str, tuple[int, ...]] = {}
    for name, layer in net.named_children():
        layer.register_forward_hook(
            lambda _, __, out, name=name: shapes.update({name: tuple(out.shape[1:])})
        )
    net(x)
    return shapes


def _size(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape))


def _stack(figure: Figure, x: float, y: float, shape: tuple[int, ...]) -> None:
    """Draw channels as sheets one behind the other, and a vector as a bar."""
    if len(shape) == 1:
        width = 70 * shape[0] / 400
        figure.box(x, y - 5, max(width, 4), 10, fill=INK, opacity=0.14)
        return
    side, lift = 1.45 * shape[1], 1.6
    for sheet in reversed(range(shape[0])):
        left = x + sheet * lift * 1.2
        top = y - side / 2 - (sheet - shape[0] / 2) * lift
        figure.box(left, top, side, side, fill=PAPER, line=1)
