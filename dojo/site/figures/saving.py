"""The figures on saving and on devices: a training that was broken off, a batch."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from torch import nn

from dojo.site.svg.figure import BLUE, DASHED, DOTTED, INK, RED, Figure
from dojo.site.svg.plot import Axis, Plot
from dojo.site.svg.text import BODY, SMALL
from solutions.ch4_computation.k04_checkpointing import load_checkpoint, save_checkpoint
from solutions.ch4_computation.k05_devices import to_device

BREAK, STEPS, LR = 80, 120, 0.2  # the step at which training breaks off, and all


def _problem() -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    X = torch.randn((64, 5), generator=generator, dtype=torch.float64)
    w = torch.tensor([2.0, -1, 0.5, 3, -2], dtype=torch.float64)
    noise = torch.randn(64, generator=generator, dtype=torch.float64)
    return X, X @ w + 0.05 * noise


def _started() -> tuple[nn.Linear, torch.optim.Adam]:
    net = nn.Linear(5, 1, dtype=torch.float64)
    nn.init.zeros_(net.weight)
    nn.init.zeros_(net.bias)
    return net, torch.optim.Adam(net.parameters(), LR, betas=(0.9, 0.99))


def _losses(
    net: nn.Module, optimizer: torch.optim.Optimizer, steps: int
) -> list[float]:
    """Return the loss before each step, and after the last one."""
    X, y = _problem()
    losses = []
    for at in range(steps + 1):
        loss = ((net(X)[:, 0] - y) ** 2).mean()
        losses.append(loss.item())
        if at < steps:
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return losses


def resumed() -> Figure:
    """Return a training that goes on after a break, with and without its optimizer."""
    net, optimizer = _started()
    first = _losses(net, optimizer, BREAK)
    rest = {}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "net.pt"
        save_checkpoint(path, net, optimizer, BREAK)
        whole = first + _losses(net, optimizer, STEPS - BREAK)[1:]
        for name in ("both", "net alone"):
            again, fresh = _started()
            load_checkpoint(path, again, fresh if name == "both" else None)
            rest[name] = _losses(again, fresh, STEPS - BREAK)
    apart = max(abs(a - b) for a, b in zip(rest["both"], whole[BREAK:], strict=True))
    agree = f"the same to {apart:.0e}" if apart else "exactly the same"
    highest = max(rest["net alone"][1:])
    figure = Figure(
        "resumed-training",
        "A training that goes on after a break",
        f"""The loss over {STEPS} steps of Adam, on a scale of powers of ten. It falls
        from {whole[0]:.1f} to {whole[-1]:.4f} without a break. At step {BREAK}, with a
        loss of {whole[BREAK]:.4f}, a file is written. Loaded with the optimizer's state
        the losses are {agree} as without a break.
        Loaded without it, dashed, the loss climbs to {highest:.2f} before it falls.""",
        250,
    )
    low = 0.12 * min(whole + rest["net alone"])
    ticks = {0.001: "0.001", 0.01: "0.01", 0.1: "0.1", 1.0: "1", 10.0: "10"}
    up = Axis(low, 30, {v: w for v, w in ticks.items() if v > low}, "loss", log=True)
    across = Axis(0, STEPS, {0: "0", BREAK: f"{BREAK}: saved", STEPS: f"{STEPS}"})
    plot = Plot(figure, (42, 30, 300, 186), across, up)
    plot.curve(range(STEPS + 1), whole, INK, width=1.75)
    plot.curve(range(BREAK, STEPS + 1), rest["net alone"], RED, DASHED, width=2.25)
    for at in range(BREAK, STEPS + 1, 4):
        plot.mark(at, rest["both"][at - BREAK], "ring", BLUE)
    plot.mark(BREAK, whole[BREAK], "dot", INK)
    top = rest["net alone"].index(highest) + BREAK
    plot.label(top, highest, "net alone", (0, -10), "middle", RED)
    plot.label(STEPS, whole[-1], "net and optimizer", (0, 24), "end", BLUE)
    return figure


def nested() -> Figure:
    """Return a nested batch before and after it was moved."""
    images, labels = torch.zeros(8, 1, 28, 28), torch.zeros(8)
    batch = {
        "X": images,
        "y": labels,
        "from": ["scans", (torch.zeros(8, 4), 3)],
    }
    moved = to_device(batch, "meta")
    left, right = _rows(batch), _rows(moved)
    count = sum(tensor for _, _, tensor in left)
    tale = "; ".join(words for _, words, _ in right)
    figure = Figure(
        "nested-batch",
        "A nested batch, moved to another device",
        f"""On the left a dict with two tensors and a list of a text and a tuple; on the
        right what to_device makes of it for the device meta. The build is the same.
        The {count} tensors, in boxes, have moved; the text and the number, without
        boxes, are the same objects. Line by line, on the right: {tale}.""",
        24 * len(left) + 34,
    )
    for x, title, rows in ((4.0, "on cpu", left), (192.0, "on meta", right)):
        figure.text(x, 16, title, SMALL, "start", bold=True)
        for at, (depth, words, tensor) in enumerate(rows):
            y = 28.0 + 24 * at
            if tensor:
                dash = DOTTED if x > 100 else ""
                figure.box(
                    x + 14 * depth, y, 156 - 14 * depth, 20, line=1.25, dash=dash
                )
            figure.text(x + 14 * depth + 5, y + 14.5, words, BODY - 1, "start")
    figure.arrow((166, 88), (186, 88))
    return figure


def _rows(thing: Any, depth: int = 0, name: str = "") -> list[tuple[int, str, bool]]:
    """Return the lines of a nested thing: depth, words, and whether it is a tensor."""
    if isinstance(thing, torch.Tensor):
        return [(depth, f"{name}tensor {'×'.join(map(str, thing.shape))}", True)]
    if not isinstance(thing, dict | list | tuple):
        return [(depth, f"{name}{thing!r}", False)]
    pairs = thing.items() if isinstance(thing, dict) else ((None, v) for v in thing)
    rows = [(depth, f"{name}{type(thing).__name__}", False)]
    for key, value in pairs:
        rows += _rows(value, depth + 1, "" if key is None else f"{key}: ")
    return rows
