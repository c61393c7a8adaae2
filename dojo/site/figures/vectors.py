"""The figure of a batch in one product: a neuron's row meets a sample's column."""

from __future__ import annotations

import numpy as np

from dojo.site.svg.cells import grid
from dojo.site.svg.figure import Figure
from dojo.site.svg.text import SMALL
from solutions.ch1_foundations.k10_vectorized_forward import layer_forward

W = np.array([[1, 0, 2], [2, -1, 1], [0, 3, -1], [1, 1, 0]])
X = np.array([[1, 0, 2, 3, 1], [2, 1, 0, 1, 4], [0, 3, 1, 2, 1]])
b = np.array([[1], [-2], [0], [3]])
NEURON, SAMPLE = 1, 3  # whose meeting is followed
SIDE = 28.0
W_AT, X_AT, Z_AT, B_AT = (40.0, 184.0), (150.0, 52.0), (150.0, 184.0), (312.0, 184.0)


def batch() -> Figure:
    """Return the product W X + b of four neurons and five samples, number by number."""
    _, Z = layer_forward(1.0 * W, 1.0 * b, 1.0 * X, lambda z: z)
    row, column = W[NEURON], X[:, SAMPLE]
    products = " + ".join(f"{_signed(w)}·{x}" for w, x in zip(row, column, strict=True))
    bias = _signed(b[NEURON, 0], bare=True)
    equation = f"{products} {bias} = {Z[NEURON, SAMPLE]:g}"
    figure = Figure(
        "batch-in-one-product",
        "A batch in one product: a neuron's row meets a sample's column",
        f"""Three matrices of numbers. Above, X of shape {X.shape}: a column for each of
        five samples. Below it on the left W of shape {W.shape}: a row for each of four
        neurons. Where a row of W and a column of X cross stands Z of shape {Z.shape},
        and beside it the column b of shape {b.shape}, a bias for each neuron, which is
        added to every column. Followed is neuron {NEURON + 1} on sample {SAMPLE + 1}:
        the row {_list(row)}, the column {_list(column)} and the bias {b[NEURON, 0]}
        give {equation}.""",
        348,
    )
    _draw(figure, Z, equation)
    return figure


def _draw(figure: Figure, Z: np.ndarray, equation: str) -> None:
    rows, columns = len(W), X.shape[1]
    for array, corner, strong in (
        (W, W_AT, [(NEURON, k) for k in range(W.shape[1])]),
        (X, X_AT, [(k, SAMPLE) for k in range(len(X))]),
        (Z, Z_AT, [(NEURON, SAMPLE)]),
        (b, B_AT, [(NEURON, 0)]),
    ):
        words = [[f"{value:g}".replace("-", "−") for value in line] for line in array]
        grid(figure, corner, SIDE, words, strong=strong)
    for i in range(columns):
        x = X_AT[0] + SIDE * (i + 0.5)
        figure.text(x, X_AT[1] - 7, f"*x*^{{({i + 1})}}")
    for j in range(rows):
        y = W_AT[1] + SIDE * (j + 0.5) + 5
        figure.text(W_AT[0] - 7, y, f"*w*_{{{j + 1}}}ᵀ", anchor="end")
    _draw_names(figure, Z)
    figure.text(180, 336, equation, 15)
    x, y = X_AT[0] + SIDE * (SAMPLE + 0.5), X_AT[1] + SIDE * len(X)
    figure.arrow((x, y), (x, Z_AT[1]), gap=(3, 3), width=1.5)
    y = W_AT[1] + SIDE * (NEURON + 0.5)
    left, right = W_AT[0] + SIDE * W.shape[1], Z_AT[0] + SIDE * columns
    figure.arrow((left, y), (Z_AT[0], y), gap=(3, 3), width=1.5)
    figure.arrow((B_AT[0], y), (right, y), gap=(3, 3), width=1.5)


def _draw_names(figure: Figure, Z: np.ndarray) -> None:
    """Write each matrix's letter and shape beside it, and how they meet."""
    figure.text(X_AT[0] + 70, 16, f"*X* {X.shape}: a column for each sample")
    figure.text(16, 112, "each row of *W*", SMALL, "start")
    figure.text(16, 128, "meets each", SMALL, "start")
    figure.text(16, 144, "column of *X*", SMALL, "start")
    below = W_AT[1] + SIDE * len(W) + 18
    figure.text(W_AT[0] + 42, below, f"*W* {W.shape}")
    figure.text(Z_AT[0] + 70, below, f"*Z* = *WX* + *b*  {Z.shape}")
    figure.text(B_AT[0] + 14, below, f"*b* {b.shape}")


def _signed(value: int, bare: bool = False) -> str:
    """Return a number as it stands in a sum: a negative one in brackets, or bare."""
    if bare:
        return f"{'+' if value >= 0 else '−'} {abs(value)}"
    return f"{value}" if value >= 0 else f"(−{-value})"


def _list(values: np.ndarray) -> str:
    return ", ".join(str(value) for value in values)
