"""The figure of backpropagation in general: two columns of layers, caches between."""

from __future__ import annotations

import numpy as np

from dojo.site.svg.figure import BLUE, DASHED, DOTTED, INK, PAPER, Figure
from dojo.site.svg.text import BODY, SMALL
from solutions.ch1_foundations.k07_weight_init import init_params
from solutions.ch1_foundations.k12_deep_backprop import deep_backward, deep_forward

SIZES = [3, 4, 2, 1]
ACTIVATIONS = ["relu", "tanh", "sigmoid"]
SAMPLES = 5  # any number that is no size of a layer; figures write m
TOP, PITCH, TALL = 76.0, 112.0, 54.0
LEFT, MIDDLE, RIGHT = (2.0, 134.0), (156.0, 44.0), (218.0, 140.0)  # edge and width


def deep() -> Figure:
    """Return the layers of a deep network, forward on the left, back on the right."""
    shapes, last = _shapes(), len(ACTIVATIONS)
    tale = "; ".join(
        f"layer {at} reads A[{at - 1}] of shape {shapes[f'A{at - 1}']}, keeps it with "
        f"Z[{at}] {shapes[f'Z{at}']}, and gets dW[{at}] {shapes[f'dW{at}']} and "
        f"db[{at}] {shapes[f'db{at}']}"
        for at in range(1, last + 1)
    ).replace("*m*", "m")
    figure = Figure(
        "deep-backprop",
        "Backpropagation through any number of layers",
        f"""Two columns of boxes. Down the left one goes the forward pass, from X, which
        is A[0], through {last} layers to the cost J; up the right one, dashed, comes
        the backward pass. Between the two columns each layer keeps two arrays, which
        its box on the right takes up again. For sizes {", ".join(map(str, SIZES))}:
        {tale}. The walk back begins with dZ[{last}] = A[{last}] minus Y, and below it
        dZ = dA times g'(Z). It ends at layer 1, whose slope at X nobody needs. m is the
        number of samples.""",
        428,
    )
    _draw(figure, shapes)
    return figure


def _draw(figure: Figure, shapes: dict[str, str]) -> None:
    figure.text(LEFT[0] + LEFT[1] / 2, 16, "forward", bold=True)
    figure.text(MIDDLE[0] + MIDDLE[1] / 2, 16, "kept", bold=True)
    figure.text(RIGHT[0] + RIGHT[1] / 2, 16, "backward", bold=True, colour=BLUE)
    words = f"*X* = *A*^{{[0]}} {shapes['A0']}"
    figure.text(LEFT[0] + LEFT[1] / 2, 44, words, 12)
    for at in range(1, len(ACTIVATIONS) + 1):
        _draw_layer(figure, at, shapes)
    _draw_cost(figure)


def _draw_layer(figure: Figure, at: int, shapes: dict[str, str]) -> None:
    """Draw a layer's row: forward, what is kept, backward, and what comes in."""
    y, last = TOP + PITCH * (at - 1), at == len(ACTIVATIONS)
    middle = y + TALL / 2
    down, up = LEFT[0] + LEFT[1] / 2, RIGHT[0] + RIGHT[1] / 2
    for (left, width), colour, dash in (
        (LEFT, INK, ""), (MIDDLE, INK, DOTTED), (RIGHT, BLUE, DASHED),
    ):  # fmt: skip
        figure.box(left, y, width, TALL, colour, PAPER, line=1.5, dash=dash, round_by=6)
    here, below = f"^{{[{at}]}}", f"^{{[{at - 1}]}}"
    figure.text(down, y + 22, f"*Z*{here} = *W*{here}*A*{below} + *b*{here}", SMALL)
    figure.text(down, y + 44, f"*A*{here} = *g*(*Z*{here})", 12)
    kept = MIDDLE[0] + MIDDLE[1] / 2
    figure.text(kept, y + 22, f"*A*{below}", 12)
    figure.text(kept, y + 44, f"*Z*{here}", 12)
    slope = f"*A*{here} − *Y*" if last else f"*dA*{here} ⊙ *g*′(*Z*{here})"
    figure.text(up, y + 22, f"*dZ*{here} = {slope}", SMALL, colour=BLUE)
    figure.text(up, y + 44, f"*dW*{here}, *db*{here}", 12, colour=BLUE)
    figure.arrow((LEFT[0] + LEFT[1], middle), (MIDDLE[0], middle), width=1.5)
    right = MIDDLE[0] + MIDDLE[1]
    figure.arrow((right, middle), (RIGHT[0], middle), BLUE, DASHED, 1.5)
    figure.arrow((down, y - PITCH + TALL if at > 1 else 52), (down, y), width=1.5)
    if at > 1:
        words = f"*A*{below} {shapes[f'A{at - 1}']}"
        figure.text(down + 8, y - 22, words, SMALL, "start")
        figure.arrow((up, y), (up, y - PITCH + TALL), BLUE, DASHED, 1.5)
        words = f"*dA*{below} {shapes[f'A{at - 1}']}"
        figure.text(up - 8, y - 18, words, SMALL, "end", BLUE)
    words = f"{shapes[f'dW{at}']}, {shapes[f'db{at}']}"
    figure.text(up - 8, y + TALL + 15, words, SMALL, "end", BLUE)


def _draw_cost(figure: Figure) -> None:
    """Draw how the last layer's output becomes the first slope."""
    y = TOP + PITCH * len(ACTIVATIONS)
    down, up = LEFT[0] + LEFT[1] / 2, RIGHT[0] + RIGHT[1] / 2
    end = f"^{{[{len(ACTIVATIONS)}]}}"
    figure.arrow((down, y - PITCH + TALL), (down, y - 16), width=1.5)
    figure.text(down + 8, y - 36, f"*A*{end} (1, *m*)", SMALL, "start")
    words = f"*J* = mean BCE(*A*{end}, *Y*)"
    figure.text(LEFT[0], y, words, BODY, "start")
    figure.line([(176, y - 4), (up, y - 4), (up, y - 12)], BLUE, DASHED, 1.5)
    figure.arrow((up, y - 12), (up, y - PITCH + TALL), BLUE, DASHED, 1.5)


def _shapes() -> dict[str, str]:
    """Return the shape of every array, from a run of the reference."""
    rng = np.random.default_rng(0)
    params = init_params(SIZES, "relu", rng)
    X, Y = rng.standard_normal((SIZES[0], SAMPLES)), np.ones((1, SAMPLES))
    AL, caches = deep_forward(params, X, ACTIVATIONS)
    arrays = deep_backward(AL, Y, params, caches, ACTIVATIONS)
    for at, (A_prev, Z) in enumerate(caches, 1):
        arrays |= {f"A{at - 1}": A_prev, f"Z{at}": Z}
    return {name: _written(array.shape) for name, array in arrays.items()}


def _written(shape: tuple[int, ...]) -> str:
    return f"({', '.join('*m*' if n == SAMPLES else str(n) for n in shape)})"
