"""Figures of parameters: one that is used twice, and some that are frozen."""

from __future__ import annotations

import torch

from dojo.site.svg.figure import BLUE, DASHED, INK, PAPER, RED, Figure
from dojo.site.svg.text import BODY, SMALL
from solutions.ch4_computation.k02_parameter_management import (
    TiedMLP,
    count_parameters,
    freeze,
)


def tied() -> Figure:
    """Return a weight that is used twice, and the gradient that both uses give it."""
    x, w = torch.tensor(1.0), torch.tensor(3.0, requires_grad=True)
    uses = [w.detach().clone().requires_grad_() for _ in range(2)]
    h = uses[0] * x
    y = uses[1] * h
    shares = [*torch.autograd.grad(y, uses), *torch.autograd.grad(w * (w * x), w)]
    values = [float(value.detach()) for value in (x, h, y)]
    first, second, total = map(float, shares)
    figure = Figure(
        "tied-weight",
        "One weight, used twice",
        f"""A number x = {values[0]:.0f} is multiplied by the weight w = {w.item():.0f}
        and gives {values[1]:.0f}, which is multiplied by the same w and gives y =
        {values[2]:.0f}. There is one weight, above, and both products take it. On the
        way back each use adds its share: the first {first:.0f}, the second
        {second:.0f}, together {total:.0f}, which is the slope of w² at 3.""",
        206,
    )
    _draw_tied(figure, values, w.item(), [first, second, total])
    return figure


def _draw_tied(
    figure: Figure, values: list[float], w: float, shares: list[float]
) -> None:
    places = [(34.0, 140.0), (180.0, 140.0), (326.0, 140.0)]
    figure.box(150, 16, 60, 30, BLUE, round_by=6, line=1.75)
    figure.text(180, 36, f"*w* = {w:.0f}", BODY, bold=True)
    for (x, y), name, value in zip(places, ("x", "h", "y"), values, strict=True):
        figure.circle(x, y, 22, width=1.5)
        figure.text(x, y + 5, f"*{name}* = {value:.0f}", 12)
    for at, start, end, share, word in (
        (107.0, places[0], places[1], shares[0], "first use"),
        (253.0, places[1], places[2], shares[1], "second use"),
    ):
        figure.circle(at, 140, 11, PAPER, PAPER)
        figure.arrow(start, end, gap=(22, 22))
        figure.circle(at, 140, 11, INK, PAPER)
        figure.text(at, 145, "×", BODY)
        figure.line([(180 + (at - 180) * 0.22, 46), (at, 129)], BLUE, width=1.75)
        side = "end" if at < 180 else "start"
        x = 180 + (at - 180) * 0.72 + (-8 if at < 180 else 8)
        figure.text(x, 84, f"slope {share:.0f}", SMALL, side, RED)
        figure.text(at, 172, word, SMALL)
    words = f"gradient of *w*: {shares[0]:.0f} + {shares[1]:.0f} = {shares[2]:.0f}"
    figure.text(180, 199, words, BODY, bold=True)


def frozen() -> Figure:
    """Return the parameters of a net of which a part is frozen, in proportion."""
    net = TiedMLP(64, 32, 10)
    everything = count_parameters(net)
    stopped = freeze(net, "first") + freeze(net, "shared")
    learns = count_parameters(net)
    named = [(name, p.numel(), p.requires_grad) for name, p in net.named_parameters()]
    tale = ", ".join(
        f"{name} with {number:,} numbers {'learns' if free else 'is frozen'}"
        for name, number, free in named
    )
    figure = Figure(
        "frozen-parameters",
        "A net of which all but the last layer is frozen",
        f"""A bar for each parameter, as long as it has numbers: {tale}. {stopped} of
        {len(named)} parameters are frozen; {learns:,} of {everything:,} numbers still
        learn. The layer that is used twice is there once.""",
        48 + 28 * len(named),
    )
    _draw_frozen(figure, named, learns, everything)
    return figure


def _draw_frozen(
    figure: Figure, named: list[tuple[str, int, bool]], learns: int, everything: int
) -> None:
    longest = max(number for _, number, _ in named)
    for place, (name, number, free) in enumerate(named):
        y = 14 + 28.0 * place
        figure.text(96, y + 13, name, 12, "end")
        width = max(3.0, 170 * number / longest)
        figure.box(
            104,
            y,
            width,
            18,
            BLUE if free else INK,
            BLUE if free else None,
            0.35 if free else None,
            dash="" if free else DASHED,
        )
        words = f"{number:,}{'' if free else ', frozen'}"
        figure.text(104 + width + 6, y + 13, words, SMALL, "start")
    y = 36 + 28.0 * len(named)
    figure.text(180, y, f"{learns:,} of {everything:,} numbers learn", BODY, bold=True)
