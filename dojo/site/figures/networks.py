"""Figures of small networks: their units, their shapes, and the way back."""

from __future__ import annotations

import numpy as np

from dojo.site.svg.cells import brackets
from dojo.site.svg.figure import BLUE, DASHED, DOTTED, INK, PAPER, Figure
from dojo.site.svg.text import BODY, SMALL
from solutions.ch1_foundations.k01_activations import sigmoid, tanh
from solutions.ch1_foundations.k07_weight_init import init_params
from solutions.ch1_foundations.k11_two_layer_backprop import (
    bce_cost,
    two_layer_backward,
)

SAMPLES = 5  # any number that is no size of a layer; figures write m


def neuron() -> Figure:
    """Return a single neuron with three inputs and the shapes of its parts."""
    w, x, b = np.ones((3, 1)), np.ones((3, 1)), np.ones((1, 1))
    z = w.T @ x + b
    parts = {"wᵀ": w.T, "w": w, "x": x, "b": b, "z": z}
    shapes = {name: _shape(part) for name, part in parts.items()}
    figure = Figure(
        "neuron",
        "A single neuron and its shapes",
        f"""Three inputs x1, x2 and x3, together the column x of shape {shapes["x"]},
        are joined to one neuron by the weights w1, w2 and w3, together the column w of
        shape {shapes["w"]}. In the neuron, first z = wᵀx + b, then a = σ(z); what comes
        out is the prediction ŷ = a. Below, the shapes: wᵀ {shapes["wᵀ"]} times x
        {shapes["x"]} plus b {shapes["b"]} is z {shapes["z"]}, and a has z's shape.""",
        272,
    )
    _draw_neuron(figure, shapes)
    return figure


def _draw_neuron(figure: Figure, shapes: dict[str, str]) -> None:
    centre = (196.0, 92.0)
    for i in range(3):
        y = 36.0 + 56 * i
        figure.arrow((52, y), centre, gap=(16, 53))
        figure.text(100, y + 0.33 * (92 - y) + 4, f"*w*_{{{i + 1}}}", halo=True)
        figure.circle(52, y, 16, width=1.5)
        figure.text(52, y + 5, f"*x*_{{{i + 1}}}")
    figure.circle(*centre, 52, width=1.5)
    figure.line([(196, 40), (196, 144)], width=1, opacity=0.6)
    figure.text(170, 90, "*z* =", BODY)
    figure.text(170, 108, "*w*ᵀ*x*+*b*", BODY)
    figure.text(221, 90, "*a* =", BODY)
    figure.text(221, 108, "*σ*(*z*)", BODY)
    figure.arrow(centre, (304, 92), gap=(52, 0))
    figure.text(332, 97, "*ŷ* = *a*", 14)
    figure.text(52, 186, f"*x*: {shapes['x']}", 12)
    figure.text(122, 186, f"*w*: {shapes['w']}", 12)
    figure.text(332, 120, shapes["z"], 12)
    _draw_sum(figure, shapes)


def _draw_sum(figure: Figure, shapes: dict[str, str]) -> None:
    """Write wᵀx + b = z with the shape under each part."""
    parts = ("*w*ᵀ", "*x*", "+", "*b*", "=", "*z*")
    under = (shapes["wᵀ"], shapes["x"], "", shapes["b"], "", shapes["z"])
    for at, part, shape in zip(
        (72, 126, 162, 202, 242, 284), parts, under, strict=True
    ):
        figure.text(at, 232, part, 18)
        if shape:
            figure.text(at, 254, shape, 12)


def _shape(array: np.ndarray, samples: int = 0) -> str:
    """Return a shape in words, the number of samples as m."""
    return f"({', '.join('m' if n == samples else str(n) for n in array.shape)})"


def two_layer() -> Figure:
    """Return a network of 3 inputs, 4 hidden units and 1 output, and its matrices."""
    params = init_params([3, 4, 1], "tanh", np.random.default_rng(0))
    shapes = {name: _shape(array) for name, array in params.items()}
    figure = Figure(
        "two-layer-network",
        "A two-layer network, 3-4-1, and how its rows stack",
        f"""Three inputs are joined to each of four hidden units, and these to one
        output. Hidden unit i forms z_i = w_iᵀ x + b_i with weights of its own. Below,
        the four rows w_1ᵀ to w_4ᵀ are stacked into the matrix W[1] of shape
        {shapes["W1"]}; times x of shape (3, 1), plus b[1] of shape {shapes["b1"]}, it
        gives z[1] of shape (4, 1). The second layer has W[2] of shape {shapes["W2"]}
        and b[2] of shape {shapes["b2"]}: z[2] = W[2] a[1] + b[2] has shape (1, 1).
        Row i of W[1] holds the weights of unit i, so no transpose is left.""",
        448,
    )
    _draw_two_layer(figure, shapes)
    return figure


def _draw_two_layer(figure: Figure, shapes: dict[str, str]) -> None:
    inputs = [(40.0, 70.0 + 54 * i) for i in range(3)]
    hidden = [(176.0, 43.0 + 54 * i) for i in range(4)]
    output = (290.0, 124.0)
    for i, unit in enumerate(hidden):
        for start in inputs:
            figure.line([start, unit], width=1, opacity=0.55)
        figure.arrow(unit, output, width=1, gap=(18, 19))
        figure.circle(*unit, 18, width=1.5)
        figure.text(unit[0], unit[1] + 5, f"*a*_{{{i + 1}}}^{{[1]}}", BODY)
    for i, (x, y) in enumerate(inputs):
        figure.circle(x, y, 16, width=1.5)
        figure.text(x, y + 5, f"*x*_{{{i + 1}}}")
    figure.circle(*output, 18, width=1.5)
    figure.text(output[0], 129, "*a*^{[2]}")
    figure.text(342, 129, "= *ŷ*", 14, "end")
    for x, words in ((40, "inputs"), (176, "hidden layer"), (290, "output")):
        figure.text(x, 14, words, 12)
    _stack(figure, 246.0, [shapes["W1"], "(3, 1)", shapes["b1"], "(4, 1)"])
    for row in (1, 2):
        for x, name in ((100, "W"), (252, "b")):
            words = f"*{name}*^{{[{row}]}}: {shapes[f'{name}{row}']}"
            figure.text(x, 388 + 24 * row, words, 14)


def _stack(figure: Figure, top: float, shapes: list[str]) -> None:
    """Draw W x + b = z of the first layer, row by row."""
    for i in range(4):
        y = top + 24 + 26 * i
        figure.line([(20, y - 4), (38, y - 4)], width=1)
        figure.text(60, y, f"*w*_{{{i + 1}}}^{{[1]}}ᵀ", 14)
        figure.line([(82, y - 4), (100, y - 4)], width=1)
        figure.text(226, y, f"*b*_{{{i + 1}}}^{{[1]}}", 14)
        figure.text(314, y, f"*z*_{{{i + 1}}}^{{[1]}}", 14)
    for i in range(3):
        figure.text(148, top + 37 + 26 * i, f"*x*_{{{i + 1}}}", 14)
    for x, width, y, height in (
        (12, 96, 2, 110),
        (130, 36, 14, 84),
        (202, 50, 2, 110),
        (290, 50, 2, 110),
    ):
        brackets(figure, (x, top + y), width, height)
    for x, sign in ((184, "+"), (271, "=")):
        figure.text(x, top + 62, sign, 16)
    for x, shape in zip((60, 148, 227, 315), shapes, strict=True):
        figure.text(x, top + 132, shape, 12)


def backprop_graph() -> Figure:
    """Return the computation graph of the two-layer network, forward and back."""
    sizes = _sizes()
    figure = Figure(
        "backprop-graph",
        "The two-layer network as a graph, forward and backward",
        f"""From top to bottom the forward pass, solid arrows: X of shape {sizes["X"]},
        then Z1 = W1 X + b1 {sizes["Z1"]}, A1 = tanh(Z1) {sizes["A1"]},
        Z2 = W2 A1 + b2 {sizes["Z2"]}, A2 = σ(Z2) {sizes["A2"]}, and the cost J, one
        number. W1 {sizes["W1"]} and b1 {sizes["b1"]} enter at Z1, W2 {sizes["W2"]} and
        b2 {sizes["b2"]} at Z2. From bottom to top the backward pass, dashed arrows:
        along each edge comes back the gradient with respect to what went forward on it,
        of the same shape: dA2 {sizes["A2"]}, dZ2 {sizes["Z2"]}, dA1 {sizes["A1"]},
        dZ1 {sizes["Z1"]}. At Z2 branch off dW2 {sizes["dW2"]} and db2 {sizes["db2"]},
        at Z1 dW1 {sizes["dW1"]} and db1 {sizes["db1"]}. A dotted arrow goes on from Z1
        to X: dX {sizes["X"]}, which nobody needs. m is the number of samples.""",
        560,
    )
    _draw_backprop_graph(figure, sizes)
    return figure


def _draw_backprop_graph(figure: Figure, sizes: dict[str, str]) -> None:
    nodes = (
        ("X", "*X*", ""),
        ("Z1", "*Z*^{[1]} = *W*^{[1]}*X* + *b*^{[1]}", "dX"),
        ("A1", "*A*^{[1]} = tanh(*Z*^{[1]})", "dZ1"),
        ("Z2", "*Z*^{[2]} = *W*^{[2]}*A*^{[1]} + *b*^{[2]}", "dA1"),
        ("A2", "*A*^{[2]} = *σ*(*Z*^{[2]})", "dZ2"),
        ("J", "*J* = mean of BCE(*A*^{[2]}, *Y*)", "dA2"),
    )
    before = ""
    for row, (name, words, gradient) in enumerate(nodes):
        y = 24.0 + 90 * row
        _join(figure, y, before, gradient, sizes)
        before = name
        left, width = (189.0, 64.0) if name == "X" else (128.0, 186.0)
        figure.box(left, y - 17, width, 34, INK, PAPER, line=1.5, round_by=6)
        figure.text(left + width / 2, y + 5, words, BODY)
        if name in ("Z1", "Z2"):
            _parameters(figure, y, name[1], sizes)
    figure.arrow((18, 516), (50, 516), width=1.5)
    figure.text(56, 520, "forward", SMALL, "start")
    figure.arrow((50, 540), (18, 540), BLUE, DASHED, 1.5)
    figure.text(56, 544, "backward", SMALL, "start", BLUE)


def _join(
    figure: Figure, y: float, before: str, gradient: str, sizes: dict[str, str]
) -> None:
    """Draw the arrows between a node and the one above it, with what they carry."""
    if before:
        figure.arrow((206, y - 73), (206, y - 17), width=1.5)
        size = sizes[before].replace("m", "*m*")
        figure.text(198, y - 41, size, 12, "end")
    if gradient:
        dash = DOTTED if gradient == "dX" else DASHED
        figure.arrow((236, y - 17), (236, y - 73), BLUE, dash, 1.5)
        size = sizes[gradient[1:]].replace("m", "*m*")
        label = f"{_letter(gradient)} {size}"
        figure.text(246, y - 41, label, BODY, "start", BLUE)
        if gradient == "dX":
            figure.text(246, y - 25, "nobody needs it", SMALL, "start", BLUE)


def _letter(gradient: str) -> str:
    layer = f"^{{[{gradient[2]}]}}" if len(gradient) > 2 else ""
    return f"*d{gradient[1]}*{layer}"


def _parameters(figure: Figure, y: float, layer: str, sizes: dict[str, str]) -> None:
    """Draw W and b of a layer left of its Z, each with its gradient below it."""
    for name, middle in (("W", y - 25), ("b", y + 25)):
        figure.box(4, middle - 21, 88, 42, INK, PAPER, line=1.5, round_by=6)
        letter = f"*{name}*^{{[{layer}]}} {sizes[name + layer]}"
        figure.text(48, middle - 4, letter, 12)
        gradient = f"d{name}{layer}"
        back = f"{_letter(gradient)} {sizes[gradient]}"
        figure.text(48, middle + 15, back, 12, colour=BLUE)
        inner = 6 if name == "W" else -6
        figure.arrow((92, middle - 5), (128, y - inner - 4), width=1.5)
        figure.arrow((128, y - inner + 5), (92, middle + 6), BLUE, "4 3", 1.5)


def _sizes() -> dict[str, str]:
    """Return the shape of every array, from a run of the reference."""
    rng = np.random.default_rng(0)
    params = init_params([3, 4, 1], "tanh", rng)
    X, Y = rng.standard_normal((3, SAMPLES)), np.ones((1, SAMPLES))
    Z1 = params["W1"] @ X + params["b1"]
    A1 = tanh(Z1)
    Z2 = params["W2"] @ A1 + params["b2"]
    A2 = sigmoid(Z2)
    cache = {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}
    grads = two_layer_backward(params, cache, X, Y)
    arrays = {"X": X, **cache, **params, **grads, "J": np.array(bce_cost(A2, Y))}
    return {name: _shape(array, SAMPLES) for name, array in arrays.items()}
