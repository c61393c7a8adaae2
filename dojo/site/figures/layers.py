"""Figures of layers of one's own: two modes of one, and a table of products."""

from __future__ import annotations

import torch
from torch import Tensor

from dojo.site.svg.cells import grid
from dojo.site.svg.figure import Figure
from dojo.site.svg.text import BODY, SMALL, decimal
from solutions.ch4_computation.k03_custom_layers import BilinearReduce, MyDropout

P, ENTRIES = 0.5, 8


def modes() -> Figure:
    """Return what a dropout layer does to the same row in its two modes."""
    X = torch.tensor([[2.0, 1, 4, 3, 1, 2, 5, 2]])
    layer = MyDropout(P)
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(21)
        calls = [layer(X), layer(X)]
    rows = [
        ("X", X),
        ("train(), a call", calls[0]),
        ("train(), another", calls[1]),
        ("eval()", layer.eval()(X)),
    ]
    tale = "; ".join(
        f"{words}: {', '.join(f'{x:g}' for x in Y[0].tolist())}, mean {_mean(Y)}"
        for words, Y in rows
    )
    figure = Figure(
        "layer-modes",
        "One layer, two modes",
        f"""A row of {ENTRIES} numbers goes through a dropout layer with p = {P:g}. In
        training mode about half of them become 0 and the others are doubled, others in
        each call; in evaluation mode all come back as they are. {tale}.""",
        26 + 52 * len(rows),
    )
    for place, (words, Y) in enumerate(rows):
        _draw_row(figure, 22 + 52.0 * place, words, Y)
    return figure


def _mean(Y: Tensor) -> str:
    return decimal(float(Y.mean()), 2)


def _draw_row(figure: Figure, y: float, words: str, Y: Tensor) -> None:
    kept = [(0, j) for j, x in enumerate(Y[0].tolist()) if x]
    texts = [f"{x:g}" for x in Y[0].tolist()]
    figure.text(8, y - 6, words, SMALL, "start")
    grid(figure, (8, y), 30, [texts], BODY, kept)
    figure.text(352, y - 6, "mean", SMALL, "end")
    figure.text(352, y + 20, _mean(Y), BODY, "end", bold=True)


def products() -> Figure:
    """Return the products of a sample's entries, and what a weight makes of them."""
    x = torch.tensor([[2.0, -1, 3]])
    W = torch.tensor([[1.0, 0, 2], [0, 3, 0], [-1, 0, 1]])
    layer = BilinearReduce(3, 1)
    layer.load_state_dict({"weight": W[:, :, None]})
    y = float(layer(x).detach())
    table = torch.outer(x[0], x[0])
    terms = [
        f"{_text(w)} · {_text(v)}"
        for w, v in zip(W.flatten(), table.flatten(), strict=True)
        if w
    ]
    figure = Figure(
        "bilinear-table",
        "Every pair of entries has a weight",
        f"""A sample x = 2, −1, 3. Left, the table of all nine products x_i x_j; it is
        symmetric. Right, the weights W_ij of one output, which need not be symmetric.
        Entry by entry multiplied and added up, {", ".join(terms)}, they give y =
        {_text(y)}.""",
        236,
    )
    _draw_products(figure, x, table, W, terms, y)
    return figure


def _text(x: Tensor | float) -> str:
    return f"{float(x):g}".replace("-", "−")


def _draw_products(
    figure: Figure, x: Tensor, table: Tensor, W: Tensor, terms: list[str], y: float
) -> None:
    side, top = 38.0, 62.0
    for left, words, values in (
        (44.0, "*x*_{i} *x*_{j}", table),
        (226.0, "*W*_{ij}", W),
    ):
        figure.text(left + 1.5 * side, 22, words, 14)
        strong = [(i, j) for i in range(3) for j in range(3) if W[i, j]]
        rows = [[_text(value) for value in row] for row in values]
        grid(figure, (left, top), side, rows, BODY, strong)
    for place, value in enumerate(x[0]):
        figure.text(44 + (place + 0.5) * side, 54, _text(value), SMALL)
        figure.text(30, top + (place + 0.5) * side + 4, _text(value), SMALL)
    figure.text(193, top + 1.5 * side + 5, "·", 20)
    figure.text(180, 204, " + ".join(terms).replace("+ −", "− "), SMALL)
    figure.text(180, 226, f"*y* = {_text(y)}", BODY, bold=True)
