"""Tests the numbers of the figures: each is worked out again without the reference."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from dojo import data
from dojo.site.figures import gallery, products


def desc(name: str) -> str:
    """Return a figure's description."""
    return (
        ET.fromstring(gallery.svg(name)).find("{http://www.w3.org/2000/svg}desc").text
    )


def test_activations_have_the_slopes_of_torch():
    z = torch.tensor([0.0, 4.0], dtype=torch.float64, requires_grad=True)
    (sigmoid,) = torch.autograd.grad(torch.sigmoid(z).sum(), z)
    (tanh,) = torch.autograd.grad(torch.tanh(z).sum(), z)
    text = desc("activations")
    assert f"height {sigmoid[0]:g}, and at z = 4 it is down to {sigmoid[1]:.3f}" in text
    assert f"height {tanh[0]:g}" in text
    assert f"at z = 4 it is {tanh[1]:.4f}" in text


def test_slope_product_is_a_power_of_the_slope_of_torch():
    text = desc("slope-product")
    for name in ("sigmoid", "tanh", "relu"):
        z = torch.tensor(1.0, dtype=torch.float64, requires_grad=True)
        (slope,) = torch.autograd.grad(getattr(torch, name)(z), z)
        words = name.replace("relu", "ReLU")
        assert f"{slope:.3g} for {words}" in text
        for layers in (10, 20):
            after = text.partition(f"fter {layers} layers")[2]
            assert f"{slope**layers:.1e} with {words}" in after


def test_saturation_begins_where_float64_rounds_to_one():
    text, end = desc("saturation"), 53 * np.log(2)  # exp(-z) = 2**-53
    assert f"1 / (1 + exp(-z)) from z = {end:.1f} on" in text
    assert f"2σ(2z) - 1 is exactly 1 from z = {end / 2:.1f} on" in text
    assert "sigmoid(40) = 1.0, and its slope is 0.0" in text


def test_dropout_figures_show_what_their_seeds_draw():
    rng = np.random.default_rng(2)
    first, second = (rng.random(5) < 0.5 for _ in range(2))
    a, b = int(first.sum()), int(second.sum())
    assert f"{3 * a + a * b + b} of 45" in desc("dropout-networks")
    rng = np.random.default_rng(4)
    each, column, row = (rng.random(shape) < 0.6 for shape in ((6, 8), (6, 1), (1, 8)))
    text = desc("dropout-masks")
    assert f"{each.sum()} of 48 entries are kept" in text
    assert f"{len({tuple(sample) for sample in each.T})} of them different" in text
    bits = " ".join(str(int(bit)) for bit in column[:, 0])
    assert f"one column of coins, {bits}" in text
    assert f"{8 - row.sum()} samples lose all their units" in text


def test_dropout_means_are_those_of_products_of_ten_masks():
    text, rng, product = desc("dropout-means"), np.random.default_rng(0), 1.0
    for layer in range(1, 11):
        product = product * (rng.random((200, 1000)) < 0.8)
        if layer in (5, 10):
            assert f"{product.mean() / 0.8**layer:.3f}" in text.partition("Without")[0]
            assert f"{product.mean():.3f}" in text.partition("Without")[2]


def test_signal_spread_agrees_with_fifty_products():
    text = desc("signal-spread")
    for gain in (0.5, 1.0, 2.0, 4.0):
        rng = np.random.default_rng(0)
        A = rng.standard_normal((256, 200))
        for _ in range(50):
            Z = rng.standard_normal((256, 256)) * np.sqrt(gain / 256) @ A
            A = np.where(Z > 0, Z, 0)
        assert f"with {gain:g}/n it is {np.sqrt(gain):.1f}" in text
        assert f"{Z.std():.1e} in layer 50" in text


def test_difference_figures_have_the_slopes_of_the_cube():
    text = desc("difference-quotients")
    for number in ("4.75", "3.25", "3.0301", "0.0301", "3.0001", "0.0001"):
        assert number in text
    text = desc("difference-error")
    pairs = re.findall(r"slope ([\d.]+) and is best near ε = (\S+),", text)
    (forward, far), (central, near) = [(float(a), float(b)) for a, b in pairs]
    assert (forward, central) == (
        pytest.approx(1, abs=0.05),
        pytest.approx(2, abs=0.01),
    )
    assert far < 1e-7 < 1e-6 < near < 1e-4


def test_gradient_check_sees_a_doubled_gradient_of_autograd():
    rng = np.random.default_rng(0)
    W1, W2 = (rng.standard_normal(s) / np.sqrt(s[1]) for s in ((4, 3), (1, 4)))
    X, Y = rng.standard_normal((3, 5)), torch.tensor([[0.0, 1, 1, 0, 1]]).double()
    arrays = (W1, np.zeros((4, 1)), W2, np.zeros((1, 1)))
    params = [torch.tensor(array, requires_grad=True) for array in arrays]
    W1, b1, W2, b2 = params
    Z2 = W2 @ torch.tanh(W1 @ torch.tensor(X) + b1) + b2
    cost = F.binary_cross_entropy_with_logits(Z2, Y)
    right = torch.autograd.grad(cost, params)
    db1, length = right[1], torch.cat([g.flatten() for g in right]).norm()
    wrong = (length**2 + 3 * db1.norm() ** 2).sqrt()  # db1 is twice as long
    text = desc("gradient-check-entries")
    assert f"two vectors is {db1.norm() / (length + wrong):.2f}." in text
    assert f"{db1.abs().max():.0e} in the 4 of db1" in text
    ends = torch.cat([right[0].flatten(), 2 * db1.flatten()])
    assert f"from {ends.min():.2f} to {ends.max():.2f}" in text


def test_gradient_check_error_of_the_wrong_gradient_is_half_its_factor():
    text = desc("gradient-check-error")
    assert f"stays at {0.0001 / 2.0001:.0e}" in text
    at_usual = float(re.search(r"(\S+) at ε = 1e-7", text)[1])
    assert at_usual < 1e-7


def test_networks_have_the_shapes_of_torch_layers():
    first, second = torch.nn.Linear(3, 4), torch.nn.Linear(4, 1)
    text = desc("two-layer-network")
    assert f"W[1] of shape {tuple(first.weight.shape)}" in text
    assert f"W[2] of shape {tuple(second.weight.shape)}" in text
    text = desc("backprop-graph")
    for part in ("dW1 (4, 3)", "db1 (4, 1)", "dW2 (1, 4)", "db2 (1, 1)", "dZ1 (4, m)"):
        assert part in text
    assert "to X: dX (3, m)" in text
    arrows = re.findall(r'stroke="var\(--fig-1,[^)]*\)"', gallery.svg("backprop-graph"))
    assert len(arrows) == 5 + 2 * 2 + 1  # between the nodes, to the parameters, the key
    assert "std 0.707" in gallery.svg("neuron-init")
    assert "(3, 1) plus b (1, 1) is z (1, 1)" in desc("neuron")


def rows(matrix: torch.Tensor) -> str:
    """Return a matrix as the descriptions say it."""
    return " and ".join(", ".join(f"{v:g}" for v in row) for row in matrix.tolist())


def test_convolution_figures_agree_with_torch():
    X, K = torch.arange(9.0).reshape(1, 1, 3, 3), torch.arange(4.0).reshape(1, 1, 2, 2)
    text = desc("corr2d-steps")
    assert f"the rows {rows(F.conv2d(X, K)[0, 0])}." in text
    assert "0·0 + 1·1 + 3·2 + 4·3 = 19" in text
    text = desc("pooling")
    X = torch.tensor([[1, 3, 2, 1], [4, 8, 0, 5], [6, 2, 7, 3], [1, 3, 4, 2.0]])
    assert f"with the rows {rows(X)}." in text
    X = X[None, None]
    for pooled in (F.max_pool2d(X, 2), F.avg_pool2d(X, 2)):
        assert f"the rows {rows(pooled[0, 0])}." in text


def test_the_search_for_a_kernel_walks_as_descent_in_a_quadratic_does():
    x = np.array([1.0, 1, 0, 0, 0, 0, 1, 1])
    pairs = np.tile(np.stack([x[:-1], x[1:]], axis=1), (6, 1))
    flat, steep = np.linalg.eigvalsh(2 * pairs.T @ pairs)
    text = desc("corr2d-learning")
    assert f"the second derivative is {flat:.0f}" in text
    assert f"steep, with {steep:.0f}" in text
    K = np.zeros(2)
    for n in range(1, 21):
        K -= 0.01 * 2 * pairs.T @ (pairs @ K - pairs @ [1, -1])
        if n in (5, 10, 20):
            assert f"{n} steps ({K[0]:.3f}, {K[1]:.3f})" in text


def test_pooling_hands_slopes_back_as_autograd_does():
    text = desc("pooling-backward")
    dY = torch.tensor([[1.0, 2], [3, 4]])
    for size, stride in ((2, 2), (3, 1)):
        X = torch.tensor([[1, 3, 2, 1], [4, 8, 0, 5], [6, 2, 7, 3], [1, 3, 4, 2.0]])
        X.requires_grad_()
        pooled = F.max_pool2d(X[None, None], size, stride)
        (dX,) = torch.autograd.grad((dY * pooled).sum(), X)
        assert f"the rows are {rows(dX)}." in text
    assert text.count("10 on the") == 2


def test_corr2d_digit_counts_both_kinds_of_edges():
    digits = data.digits()
    X = torch.from_numpy(digits.test_images[digits.test_labels == 7][0]).double() / 255
    K = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]], dtype=torch.float64)
    Y = F.conv2d(X[None, None], K[None, None])
    text = desc("corr2d-digit")
    assert f"positive, at {(Y > 0).sum()} places, up to {Y.max():.2f}" in text
    assert f"negative, at {(Y < 0).sum()} places, down to {Y.min():.2f}" in text


def test_lenet_architecture_counts_every_parameter():
    text = desc("lenet-architecture")
    for number in ("156", "2,416", "48,120", "10,164", "850", "61,706"):
        assert number in text
    for shape in (
        "6 × 28 × 28",
        "6 × 14 × 14",
        "16 × 10 × 10",
        "16 × 5 × 5",
        "gives 400",
    ):
        assert shape in text


def test_a_batch_in_one_product_has_the_numbers_of_a_loop():
    text = desc("batch-in-one-product")
    row, column, bias, z = re.search(
        r"the row (.*), the column (.*) and the bias (.*) give .* = (.*)\.", text
    ).groups()
    w, x = ([int(n) for n in part.split(", ")] for part in (row, column))
    assert sum(a * b for a, b in zip(w, x, strict=True)) + int(bias) == int(z)
    for shape in ("X of shape (3, 5)", "W of shape (4, 3)", "Z of shape (4, 5)"):
        assert shape in text


def test_deep_backprop_gives_gradients_the_shapes_of_torchs_layers():
    text = desc("deep-backprop")
    for at, (n_in, n_out) in enumerate([(3, 4), (4, 2), (2, 1)], 1):
        assert f"layer {at} reads A[{at - 1}] of shape ({n_in}, m)" in text
        assert f"dW[{at}] ({n_out}, {n_in}) and db[{at}] ({n_out}, 1)" in text


def test_learning_rates_begin_where_torch_puts_the_cost():
    X, Y = data.moons(200, 0.1, np.random.default_rng(0))
    rng = np.random.default_rng(0)
    W1, W2 = rng.standard_normal((16, 2)) / 2**0.5, rng.standard_normal((1, 16)) / 4
    Z = torch.tensor(W2 @ np.tanh(W1 @ X))
    cost = F.binary_cross_entropy_with_logits(Z, torch.tensor(1.0 * Y)).item()
    text = desc("learning-rates")
    assert f"with a cost of {cost:.2f}" in text
    costs = [float(c) for c in re.findall(r"with [\d.]+ it is ([\d.]+) after", text)]
    assert costs[3] > cost > costs[0] > costs[1] > costs[2]


def test_circles_are_told_apart_better_with_every_moment():
    shares = [int(n) for n in re.findall(r"steps (\d+) %", desc("circles-learned"))]
    assert len(shares) == 3
    assert shares[0] < 75 < 90 < shares[1] <= shares[2]


@pytest.mark.parametrize("arranged", [3.0, 1.0, 0.3, 0.04])
def test_a_way_that_is_faster_than_torch_has_a_bar_too(monkeypatch, arranged):
    ratios = {"loops": 60, "strides": 20, "columns": 3, "torch": 1}
    times = {
        name: str(ratio) for name, ratio in (ratios | {"arranged": arranged}).items()
    }
    monkeypatch.setattr(products.products, "values", lambda: times)
    drawn = products.numpy_ladder().render()
    widths = {float(w) for w in re.findall(r'<rect[^>]* width="([^"]+)"', drawn)}
    assert min(widths) > 0
    assert f"{arranged:g}" in drawn
