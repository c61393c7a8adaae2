"""Grades the forward pass, from one neuron to a batch."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from dojo.grading import assert_close, assert_equal, assert_type
from katas.ch1_foundations.k10_vectorized_forward import (
    count_parameters,
    layer_forward,
    neuron_forward,
    param_shapes,
    stack_columns,
    two_layer_forward,
)

DIMS = [[5, 2], [2, 7, 5, 3], [7, 3, 3, 2, 1], [1, 4, 1], [3, 2] * 7]
LAYERS = [(4, 3, 5), (2, 7, 3), (1, 5, 2), (3, 1, 4), (5, 2, 1)]  # n_l, n_{l-1}, m
NETS = [(3, 4, 2, 5), (7, 2, 3, 4), (2, 5, 1, 3), (1, 3, 2, 7), (5, 3, 2, 1)]


def softplus(z):
    """Return an activation that is neither symmetric nor 0 at 0."""
    return np.logaddexp(0, z)


def plain(z):
    return z


TORCH = {np.tanh: torch.tanh, softplus: F.softplus, plain: lambda Z: Z}


def torch_layer(W, b, A_prev, g):
    """Return what torch's own linear layer and activation make of the columns."""
    W, b, A_prev = map(torch.tensor, (W, b, A_prev))
    Z = F.linear(A_prev.T, W, b.ravel()).T
    return TORCH[g](Z).numpy(), Z.numpy()


def torch_net(params, X, g1, g2):
    A1, Z1 = torch_layer(params["W1"], params["b1"], X, g1)
    A2, Z2 = torch_layer(params["W2"], params["b2"], A1, g2)
    return A2, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}


def layer(rng, n_l, n_prev, m):
    """Return the weights and biases of a layer, and what comes in."""
    shapes = [(n_l, n_prev), (n_l, 1), (n_prev, m)]
    return [rng.normal(size=shape) for shape in shapes]


def net(rng, n_x, n_1, n_2, m):
    """Return the parameters of two layers, and the data."""
    W1, b1, X = layer(rng, n_1, n_x, m)
    W2, b2, _ = layer(rng, n_2, n_1, m)
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}, X


def shapes_of(layer_dims):
    """Return what param_shapes must: each shape under its name."""
    got = param_shapes(layer_dims)
    assert_type(got, dict, "the shapes come in a dict, each under its name")
    return got


def two_shapes(n_in, n_out, layer=1):
    return {f"W{layer}": (n_out, n_in), f"b{layer}": (n_out, 1)}


def test_param_shapes_of_3_inputs_4_hidden_units_and_1_output():
    because = "W has a row for each unit and a column for each input, b one number each"
    want = {"W1": (4, 3), "b1": (4, 1), "W2": (1, 4), "b2": (1, 1)}
    assert_equal(shapes_of([3, 4, 1]), want, because)


@pytest.mark.parametrize("layer_dims", DIMS)
def test_param_shapes_lists_every_layer_and_no_other(layer_dims):
    got, count = shapes_of(layer_dims), len(layer_dims) - 1
    want = sorted(f"{letter}{n}" for letter in "Wb" for n in range(1, count + 1))
    because = "n + 1 sizes make n layers, W1 and b1 to Wn and bn: the input is no layer"
    assert_equal(", ".join(sorted(map(str, got))), ", ".join(want), because)


@pytest.mark.parametrize("layer_dims", DIMS)
def test_param_shapes_are_those_of_torchs_linear_layers(layer_dims):
    got, pairs = shapes_of(layer_dims), pairwise(layer_dims)
    for at, pair in enumerate(pairs, 1):
        module = nn.Linear(*pair)
        want = tuple(module.weight.shape), (*module.bias.shape, 1)
        names = f"W{at}", f"b{at}"
        because = f"layer {at} of {layer_dims} takes {pair[0]} numbers to {pair[1]}"
        came = {name: got.get(name) for name in names}
        assert_equal(came, dict(zip(names, want, strict=True)), because)


@pytest.mark.parametrize(
    ("layer_dims", "count"),
    [([3, 4, 1], 21), ([5, 2], 12), ([784, 256, 10], 203_530), ([1, 4, 1], 13)],
)
def test_count_parameters_adds_up_weights_and_biases(layer_dims, count):
    because = f"{layer_dims}: each unit has a weight for each of its inputs, and a bias"
    assert_equal(count_parameters(layer_dims), count, because)


@pytest.mark.parametrize("layer_dims", DIMS)
def test_count_parameters_agrees_with_torch(layer_dims):
    pairs = pairwise(layer_dims)
    want = sum(p.numel() for pair in pairs for p in nn.Linear(*pair).parameters())
    because = f"torch's linear layers of sizes {layer_dims} hold as many numbers"
    assert_equal(count_parameters(layer_dims), want, because)


def test_neuron_forward_adds_the_weighted_inputs_and_the_bias():
    w, x = np.array([[2.0], [-1.0], [0.5]]), np.array([[3.0], [4.0], [6.0]])
    got = neuron_forward(w, 0.75, x, plain)
    assert_close(got, 5.75, "2 · 3 - 1 · 4 + 0.5 · 6 is 5, and the bias makes it 5.75")


def test_neuron_forward_activates_the_whole_sum():
    w, x = np.array([[2.0], [-1.0], [0.5]]), np.array([[3.0], [4.0], [6.0]])
    got = neuron_forward(w, 3.0, x, np.cbrt)
    assert_close(got, 2.0, "the cube root of the sum 8, whose bias of 3 is inside")


def test_neuron_forward_of_zero_weights_is_the_activation_of_the_bias(rng):
    got = neuron_forward(np.zeros((5, 1)), -0.7, rng.normal(size=(5, 1)), softplus)
    assert_close(got, np.logaddexp(0, -0.7), "without weights the bias alone is left")


@pytest.mark.parametrize("g", [np.tanh, softplus])
@pytest.mark.parametrize("n_x", [1, 2, 7])
def test_neuron_forward_agrees_with_torch(rng, n_x, g):
    w, x, b = rng.normal(size=(n_x, 1)), rng.normal(size=(n_x, 1)), rng.normal()
    want, _ = torch_layer(w.T, np.array([[b]]), x, g)
    got = neuron_forward(w, b, x, g)
    assert_close(got, want.item(), f"torch's linear unit of {n_x} inputs says so")


def test_neuron_forward_takes_columns_out_of_larger_arrays(rng):
    W, X, b = rng.normal(size=(3, 5)), rng.normal(size=(5, 7)), rng.normal()
    want, _ = torch_layer(W[1:2], np.array([[b]]), X[:, 4:5], np.tanh)
    got = neuron_forward(W[1:2].T, b, X[:, 4:5], np.tanh)
    assert_close(got, want.item(), "a neuron depends on numbers, not on their place")


def test_stack_columns_puts_vectors_side_by_side():
    samples = [np.array([1.0, 2.0, 3.0]), np.array([7.0, 5.0, 4.0])]
    got = stack_columns(samples)
    assert_close(got, [[1, 7], [2, 5], [3, 4]], "each vector is a column of its own")


def test_stack_columns_puts_columns_side_by_side():
    samples = [np.array([[1.0], [2.0], [3.0]]), np.array([[7.0], [5.0], [4.0]])]
    got = stack_columns(samples)
    assert_close(got, [[1, 7], [2, 5], [3, 4]], "a column stays a column of its own")


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (1, 0, 3, 2)])
def test_stack_columns_takes_vectors_and_columns_in_one_list(order, rng):
    X = rng.normal(size=(5, 4))
    samples = [X[:, 0], X[:, 1:2], X[:, 2:3].copy(), X[:, 3].copy()]
    samples, X = [samples[i] for i in order], X[:, order]
    assert_close(stack_columns(samples), X, "a vector and a column are one sample each")


@pytest.mark.parametrize("kind", ["vectors", "columns"])
@pytest.mark.parametrize(("n_x", "m"), [(5, 3), (2, 7), (1, 4), (3, 1)])
def test_stack_columns_keeps_each_sample_together(rng, n_x, m, kind):
    X = rng.normal(size=(n_x, m))
    samples = [x if kind == "vectors" else x[:, None] for x in X.T]
    got = stack_columns(samples)
    assert_close(got, X, f"column i is sample i: {m} samples of {n_x} numbers")


def test_layer_forward_by_hand():
    W, b = np.array([[1.0, 2, 0], [0, -1, 3]]), np.array([[10.0], [-20]])
    A_prev = np.array([[1.0, 0, 2, 5], [0, 1, 3, 2], [4, 1, 0, 1]])
    Z = np.array([[11.0, 12, 18, 19], [-8, -18, -23, -19]])
    because = "row j, column i: the weights in row j times sample i, plus bias j"
    assert_close(layer_forward(W, b, A_prev, plain), (Z, Z), because)


def test_layer_forward_returns_activations_first_and_sums_second():
    W, b = np.array([[1.0, 3], [2, 2], [0, 1]]), np.array([[1.0], [0], [4]])
    A_prev = np.array([[3.0, 0, 9, 1, 2], [0, 1, 7, 0, 6]])
    Z = np.array([[4.0, 4, 31, 2, 21], [6, 2, 32, 2, 16], [4, 5, 11, 4, 10]])
    because = "two arrays: the activations, here cube roots, and the sums themselves"
    assert_close(layer_forward(W, b, A_prev, np.cbrt), (np.cbrt(Z), Z), because)


def test_layer_forward_gives_every_sample_the_same_biases(rng):
    b = rng.normal(size=(3, 1))
    got = layer_forward(np.zeros((3, 2)), b, rng.normal(size=(2, 5)), softplus)
    Z = np.repeat(b, 5, axis=1)
    because = "where all weights are 0, the sums are the biases, in every column"
    assert_close(got, (softplus(Z), Z), because)


def test_layer_forward_treats_each_sample_as_if_it_were_alone(rng):
    W, b, X = layer(rng, 4, 3, 7)
    got = layer_forward(W, b, X, np.tanh)
    columns = [W @ X[:, [i]] + b for i in range(7)]
    Z = np.hstack(columns)
    because = "column i is what sample i gives by itself: the neurons are shared"
    assert_close(got, (np.tanh(Z), Z), because)


@pytest.mark.parametrize("g", [np.tanh, softplus])
@pytest.mark.parametrize("sizes", LAYERS)
def test_layer_forward_agrees_with_torch(rng, sizes, g):
    given = layer(rng, *sizes)
    because = "the sums are F.linear's, with rows for samples turned into columns"
    assert_close(layer_forward(*given, g), torch_layer(*given, g), because)


@pytest.mark.parametrize(
    ("sizes", "because"),
    [
        ((5, 3, 5), "as many units as samples: a bias still belongs to its unit"),
        ((4, 4, 3), "as many units as inputs: row j of W still belongs to unit j"),
        ((2, 3, 3), "as many inputs as samples: a column is still a sample"),
    ],
)
def test_layer_forward_is_not_misled_by_equal_sizes(rng, sizes, because):
    given = layer(rng, *sizes)
    assert_close(
        layer_forward(*given, softplus), torch_layer(*given, softplus), because
    )


def test_layer_forward_takes_any_memory_layout(rng):
    W, b, A_prev = layer(rng, 4, 3, 7)
    want = torch_layer(W, b, A_prev, np.tanh)
    W, A_prev = np.asfortranarray(W), np.repeat(A_prev, 2, axis=1)[:, ::2]
    got = layer_forward(W, np.repeat(b, 3, axis=1)[:, ::3], A_prev, np.tanh)
    assert_close(got, want, "a layer depends on numbers, not on how they lie in memory")


def forward(params, X, g1, g2):
    """Return the output and the four arrays of the cache, once they are there."""
    pair = two_layer_forward(params, X, g1, g2)
    assert_type(pair, tuple, "two things come back: the output and the cache")
    assert_equal(f"{len(pair)} of them", "2 of them", "the output and the cache")
    assert_type(pair[1], dict, "the cache is a dict of arrays by name")
    return pair


def test_two_layer_forward_by_hand():
    params = {"W1": np.array([[1.0, 2, 0], [0, 1, -1]]), "b1": np.array([[0.0], [11]])}
    params |= {"W2": np.array([[3.0, -1]]), "b2": np.array([[1.0]])}
    X = np.array([[1.0, 7], [0, 10], [3, 20]])
    Z1, Z2 = np.array([[1.0, 27], [8, 1]]), np.array([[2.0, 9]])
    want = Z2, {"Z1": Z1, "A1": np.cbrt(Z1), "Z2": Z2, "A2": Z2}
    because = "the second layer reads A1, cube roots of Z1: 3 - 2 + 1, and 9 - 1 + 1"
    assert_close(forward(params, X, np.cbrt, plain), want, because)


def test_two_layer_forward_without_activations_is_one_matrix(rng):
    params, X = net(rng, 5, 3, 2, 4)
    A2, _ = forward(params, X, plain, plain)
    W, b = params["W2"] @ params["W1"], params["W2"] @ params["b1"] + params["b2"]
    because = "layers that do not bend are one layer: W2 W1 x + (W2 b1 + b2)"
    assert_close(A2, W @ X + b, because)


@pytest.mark.parametrize(("g1", "g2"), [(np.tanh, softplus), (softplus, np.tanh)])
@pytest.mark.parametrize("sizes", NETS)
def test_two_layer_forward_agrees_with_torch(rng, sizes, g1, g2):
    params, X = net(rng, *sizes)
    because = "torch's linear layers say so, each followed by its own activation"
    assert_close(forward(params, X, g1, g2), torch_net(params, X, g1, g2), because)


@pytest.mark.parametrize(
    ("sizes", "because"),
    [
        ((3, 3, 2, 5), "as many hidden units as inputs: the second layer reads A1"),
        ((2, 5, 3, 5), "as many hidden units as samples: a bias belongs to its unit"),
        ((4, 2, 2, 3), "as many outputs as hidden units: row j of W2 is output j's"),
    ],
)
def test_two_layer_forward_is_not_misled_by_equal_sizes(rng, sizes, because):
    params, X = net(rng, *sizes)
    want = torch_net(params, X, softplus, np.tanh)
    assert_close(forward(params, X, softplus, np.tanh), want, because)


def test_two_layer_forward_finds_parameters_by_name(rng):
    params, X = net(rng, 3, 3, 3, 4)
    shuffled = {name: params[name] for name in ("b2", "W2", "W1", "b1")}
    want = torch_net(params, X, np.tanh, softplus)
    got = forward(shuffled, X, np.tanh, softplus)
    assert_close(got, want, "a parameter is known by its name, not by its place")
