"""Figures of modules: the tree that torch walks, and what does not hang in it."""

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import nn

from dojo.site.svg.figure import BLUE, DASHED, GREEN, INK, PAPER, RED, Figure
from dojo.site.svg.text import BODY, SMALL
from solutions.ch4_computation.k01_module_building import (
    MLP,
    FixedHiddenMLP,
    MySequential,
    Parallel,
)

STEP, INDENT = 22.0, 18.0  # of a row of a tree
Row = tuple[int, str, str, str]  # depth, name, words, kind


def tree() -> Figure:
    """Return the tree of a small net, with what a walk over it finds."""
    parts = OrderedDict(
        branches=Parallel(nn.Linear(8, 3), MLP(8, 5, 2)),
        act=nn.ReLU(),
        head=nn.Linear(5, 4),
    )
    net = MySequential(parts)
    net.register_buffer("mean", torch.zeros(4))
    rows = _rows(net)
    count = sum(p.numel() for p in net.parameters())
    tensors = [row for row in rows if row[3] == "parameter"]
    names = ", ".join(name for name, _ in net.named_parameters())
    figure = Figure(
        "module-tree",
        "A net is a tree of modules",
        f"""From the net hang three modules, branches, act and head, and a buffer, mean.
        From branches hang net1, a linear layer, and net2, a perceptron with the two
        linear layers hidden and output. Each linear layer has a weight and a bias. The
        {len(tensors)} parameters have {count} numbers together; their names are the
        ways from the root: {names}.""",
        54 + STEP * len(rows),
    )
    figure.text(10, 18, "net", BODY, "start", bold=True)
    figure.text(350, 18, "class or shape", BODY, "end", bold=True)
    _draw_tree(figure, rows, 10, 40)
    y = 40 + STEP * len(rows)
    figure.text(10, y + 2, f"{len(tensors)} parameters", SMALL, "start", BLUE)
    figure.text(350, y + 2, f"{count} numbers that learn", SMALL, "end", BLUE)
    return figure


def _rows(net: nn.Module, depth: int = 0) -> list[Row]:
    """Return what hangs in a module, row by row: tensors first, then modules."""
    rows: list[Row] = []
    for name, p in net.named_parameters(recurse=False):
        rows.append((depth, name, _size(p), "parameter"))
    for name, buffer in net.named_buffers(recurse=False):
        rows.append((depth, name, f"{_size(buffer)}, a buffer", "buffer"))
    for name, module in net.named_children():
        rows.append((depth, name, type(module).__name__, "module"))
        rows += _rows(module, depth + 1)
    return rows


def _size(value: torch.Tensor) -> str:
    return " × ".join(map(str, value.shape))


def _draw_tree(figure: Figure, rows: list[Row], left: float, top: float) -> None:
    """Draw rows as a tree; a tensor has a mark, round if it learns, else square."""
    ends: dict[int, float] = {-1: top - 14}
    for place, (depth, name, words, kind) in enumerate(rows):
        x, y = left + INDENT * (depth + 1), top + STEP * place
        trunk = x - INDENT + 6
        figure.line([(trunk, ends[depth - 1]), (trunk, y)], width=1, opacity=0.5)
        figure.line([(trunk, y), (x - 2, y)], width=1, opacity=0.5)
        ends[depth] = y + 8
        _draw_mark(figure, x + 5, y, kind)
        at = x + (14 if kind != "module" else 2)
        figure.text(at, y + 4.5, name, BODY, "start", bold=kind == "module")
        right = 350.0
        figure.text(right, y + 4.5, words, SMALL if kind == "module" else BODY, "end")


def _draw_mark(figure: Figure, x: float, y: float, kind: str) -> None:
    if kind == "parameter":
        figure.circle(x, y, 4, BLUE, BLUE)
    elif kind == "buffer":
        figure.box(x - 4, y - 4, 8, 8, GREEN, PAPER, line=1.5)


class _Listed(nn.Module):
    """Keeps its layers where torch does not look."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = [nn.Linear(4, 3), nn.Linear(3, 2)]


def registered() -> Figure:
    """Return two nets with the same layers: attributes, and a Python list."""
    good, bad = MLP(4, 3, 2), _Listed()
    counts = [len(list(net.parameters())) for net in (good, bad)]
    figure = Figure(
        "registered-or-not",
        "What a module knows of",
        f"""Two nets have the same two linear layers, from 4 inputs to 3 units and from
        these to 2 outputs. On the left they are attributes, hidden and output, and hang
        in the net: parameters() finds {counts[0]} tensors, a weight and a bias of each.
        On the right they are in a Python list, which is an attribute, but the net does
        not look into it: parameters() finds {counts[1]} tensors, so nothing is trained,
        saved or moved, though calling the net would give the same result.""",
        230,
    )
    for left, title, names, found in (
        (8.0, "attributes", ("hidden", "output"), counts[0]),
        (190.0, "a Python list", ("layers[0]", "layers[1]"), counts[1]),
    ):
        _draw_net(figure, left, title, names, found)
    return figure


def _draw_net(
    figure: Figure, left: float, title: str, names: tuple[str, ...], found: int
) -> None:
    dash, colour = ("", INK) if found else (DASHED, RED)
    middle = left + 81
    figure.text(middle, 20, title, BODY, bold=True)
    figure.box(middle - 28, 34, 56, 28, round_by=6)
    figure.text(middle, 53, "net", BODY)
    for at, name in zip((middle - 44, middle + 44), names, strict=True):
        figure.line([(middle, 62), (at, 92)], colour, dash)
        figure.box(at - 38, 92, 76, 28, colour, None, dash=dash, round_by=6)
        figure.text(at, 111, name, BODY)
        for x, letter in ((at - 18, "*W*"), (at + 18, "*b*")):
            figure.line([(at, 120), (x, 142)], colour, dash, opacity=0.7)
            mark = BLUE if found else PAPER
            figure.circle(x, 146, 4.5, BLUE if found else RED, mark, dash)
            figure.text(x, 168, letter, BODY)
    if not found:
        figure.text(middle, 82, "not registered", SMALL, colour=RED, halo=True)
    words = f"{found} tensors" if found else "no tensors"
    figure.text(middle, 200, "parameters() finds", SMALL)
    figure.text(middle, 220, words, BODY, bold=True)


def halving() -> Figure:
    """Return how a loop in `forward` halves, pass by pass, for two inputs."""
    generator = torch.Generator().manual_seed(4)
    net = FixedHiddenMLP()
    for value in net.state_dict().values():
        value.copy_(torch.rand(value.shape, generator=generator) / 4)
    X = torch.rand(3, 20, generator=generator)
    sums = [_passes(net, scale * X) for scale in (0.2, 8.0)]
    figure = Figure(
        "forward-loop",
        "A loop in forward: how often it runs depends on the input",
        f"""Bars show the sum of the absolute values of H after each pass of the loop,
        on a scale where each step halves. A small input begins at {sums[0][0]:.0f} and
        is at or below 1 after {len(sums[0]) - 1} passes; a large one begins at
        {sums[1][0]:.0f} and takes {len(sums[1]) - 1}. The last bar of each, filled, is
        the one that is returned from.""",
        34 + 84 * 2 + 28,
    )
    _draw_passes(figure, sums)
    return figure


def _passes(net: FixedHiddenMLP, X: torch.Tensor) -> list[float]:
    """Return how large H is before each test of the loop, which has the last word."""
    with torch.no_grad():
        H = net.linear((net.linear(X) @ net.constant + 1).relu())
        sums = [float(H.abs().sum())]
        while sums[-1] > 1:
            sums.append(sums[-1] / 2)
    return sums


def _draw_passes(figure: Figure, sums: list[list[float]]) -> None:
    top = 30.0
    for series, words in zip(sums, ("a small input", "a large input"), strict=True):
        figure.text(10, top - 8, words, BODY, "start", bold=True)
        passes = len(series) - 1
        figure.text(350, top - 8, f"{passes} passes", BODY, "end")
        width = 338 / len(series)
        for place, total in enumerate(series):
            last = place == passes
            height = 60 * (torch.tensor(total).log2().item() + 1) / 14
            x, y = 10 + place * width, top + 64 - max(height, 2)
            figure.box(
                x + 2,
                y,
                width - 4,
                max(height, 2),
                GREEN if last else BLUE,
                GREEN if last else None,
                line=1.25,
            )
        top += 94
    figure.text(
        10, top - 8, "height: the logarithm of Σ|H|; filled: at most 1", SMALL, "start"
    )
