"""Grades backpropagation through any number of layers."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from dojo.grading import assert_close, assert_equal, assert_type, numerical_gradient
from katas.ch1_foundations.k12_deep_backprop import (
    activation_backward,
    deep_backward,
    deep_forward,
    linear_backward,
)

TORCH = {
    "relu": torch.relu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "identity": lambda Z: Z,
}
LAYERS = [(2, 3, 5), (5, 2, 3), (1, 4, 7), (3, 1, 2), (4, 3, 1)]  # n_l, n_{l-1}, m
NETS = [  # sizes from the inputs on, activations, samples
    ([4, 1], ["sigmoid"], 3),
    ([2, 5, 1], ["relu", "sigmoid"], 7),
    ([5, 2, 1], ["tanh", "sigmoid"], 4),
    ([3, 4, 1], ["identity", "sigmoid"], 2),
    ([3, 5, 4, 1], ["sigmoid", "relu", "sigmoid"], 6),
    ([2, 4, 3, 5, 1], ["relu", "identity", "tanh", "sigmoid"], 1),
    ([3, 4, 4, 4, 1], ["tanh", "relu", "sigmoid", "sigmoid"], 5),
]
DEEP = ([3, *[2, 3] * 5, 1], [*["tanh", "identity"] * 5, "sigmoid"], 4)  # W10 and W11


def parameters(rng, dims):
    """Return weights and biases of layers of these sizes."""
    params = {}
    for at, (n_in, n_out) in enumerate(pairwise(dims), 1):
        params[f"W{at}"] = rng.normal(size=(n_out, n_in)) / np.sqrt(n_in)
        params[f"b{at}"] = rng.normal(size=(n_out, 1))
    return params


def torch_forward(params, X, activations):
    """Return what comes out of the same network in torch, and what each layer saw."""
    A, caches = torch.as_tensor(X), []
    for at, name in enumerate(activations, 1):
        W, b = (torch.as_tensor(params[f"{letter}{at}"]) for letter in "Wb")
        Z = F.linear(A.T, W, b.ravel()).T
        caches.append((A, Z))
        A = TORCH[name](Z)
    return A, caches


def as_arrays(caches):
    return [tuple(part.numpy() for part in pair) for pair in caches]


def trained_on(rng, dims, activations, m, soft=True):
    """Return all that deep_backward is given, but for lam; and the data."""
    params, X = parameters(rng, dims), rng.normal(size=(dims[0], m))
    AL, caches = torch_forward(params, X, activations)
    Y = rng.uniform(size=(1, m)) if soft else rng.integers(2, size=(1, m))
    return X, (AL.numpy(), Y, params, as_arrays(caches), activations)


def torch_gradients(params, X, Y, activations, lam=0.0):
    """Return what autograd finds for the same cost."""
    p = {name: torch.tensor(v, requires_grad=True) for name, v in params.items()}
    AL, _ = torch_forward(p, X, activations)
    loss = F.binary_cross_entropy(AL, torch.tensor(Y).double())
    squares = sum((v**2).sum() for name, v in p.items() if name.startswith("W"))
    (loss + lam / (2 * X.shape[1]) * squares).backward()
    return {f"d{name}": value.grad.numpy() for name, value in p.items()}


def test_linear_backward_by_hand():
    dZ = np.array([[3.0, 6, 0], [-3, 0, 9]])
    A_prev = np.array([[1.0, 0, 1], [2, 1, 0], [0, 4, 1], [5, 1, 2]])
    W = np.array([[1.0, 0, 2, -1], [3, 1, 0, 1]])
    dA_prev = [[-6.0, 6, 27], [-3, 0, 9], [6, 12, 0], [-6, -6, 9]]
    dW = [[1.0, 4, 8, 7], [2, -2, 3, 1]]
    want = np.array(dA_prev), np.array(dW), np.array([[3.0], [2]])
    because = "Wᵀ dZ for each sample; dZ A_prevᵀ and dZ, means over the three samples"
    assert_close(linear_backward(dZ, A_prev, W), want, because)


def test_linear_backward_takes_means_for_weights_and_biases_alone(rng):
    dZ, A_prev, W = (rng.normal(size=s) for s in ((2, 3), (4, 3), (2, 4)))
    once = np.array(W.T @ dZ), dZ @ A_prev.T / 3, dZ.sum(axis=1, keepdims=True) / 3
    twice = linear_backward(np.hstack([dZ, dZ]), np.hstack([A_prev, A_prev]), W)
    want = np.hstack([once[0], once[0]]), once[1], once[2]
    because = "every sample twice: the means stay, and a sample's own slope too"
    assert_close(twice, want, because)


@pytest.mark.parametrize("sizes", [*LAYERS, (3, 3, 2), (4, 2, 4)])
def test_linear_backward_agrees_with_autograd(rng, sizes):
    n_l, n_prev, m = sizes
    dZ, A_prev = rng.normal(size=(n_l, m)), rng.normal(size=(n_prev, m))
    W = rng.normal(size=(n_l, n_prev))
    A, V, b = (
        torch.tensor(x, requires_grad=True) for x in (A_prev, W, np.zeros((n_l, 1)))
    )
    ((V @ A + b) * torch.tensor(dZ)).sum().backward()
    want = A.grad.numpy(), V.grad.numpy() / m, b.grad.numpy() / m
    because = "autograd says so, where dW and db are means over the samples"
    assert_close(linear_backward(dZ, A_prev, W), want, because, rung="gradient")


def test_linear_backward_takes_any_memory_layout(rng):
    dZ, A_prev, W = (rng.normal(size=s) for s in ((2, 5), (3, 5), (2, 3)))
    want = W.T @ dZ, dZ @ A_prev.T / 5, dZ.sum(axis=1, keepdims=True) / 5
    given = np.repeat(dZ, 2, axis=1)[:, ::2], A_prev[::-1][::-1], np.asfortranarray(W)
    because = "the gradients depend on numbers, not on how they lie in memory"
    assert_close(linear_backward(*given), want, because)


@pytest.mark.parametrize(
    ("activation", "want"),
    [
        ("relu", [[0.0, 0, 3], [0, 5, 0]]),
        ("identity", [[2.0, -4, 3], [1, 5, -6]]),
        ("tanh", [[1.28, -4, 1.08], [0.36, 3.2, -3.84]]),
        ("sigmoid", [[4 / 9, -1, 0.48], [0.16, 10 / 9, -4 / 3]]),
    ],
)
def test_activation_backward_by_hand(activation, want):
    dA = np.array([[2.0, -4, 3], [1, 5, -6]])
    half = np.log(2) / (1 if activation == "sigmoid" else 2)
    Z = half * np.array([[-1.0, 0, 2], [-2, 1, -1]])
    slope = {"tanh": "1 - 0.6² or 1 - 0.8²", "sigmoid": "1/4, 2/9 or 4/25"}
    if activation == "tanh":
        Z = np.arctanh(np.array([[-0.6, 0, 0.8], [-0.8, 0.6, -0.6]]))
    fact = slope.get(activation, "0 up to 0, 1 above" if activation == "relu" else "1")
    because = f"entry by entry dA times the slope at Z, of {activation} here {fact}"
    assert_close(activation_backward(dA, Z, activation), want, because)


@pytest.mark.parametrize("activation", TORCH)
@pytest.mark.parametrize("shape", [(3, 5), (5, 1), (1, 7)])
def test_activation_backward_agrees_with_autograd(rng, shape, activation):
    dA, Z = rng.normal(size=shape), 2 * rng.normal(size=shape)
    z = torch.tensor(Z, requires_grad=True)
    TORCH[activation](z).backward(torch.tensor(dA))
    because = f"autograd says so of {activation}"
    got = activation_backward(dA, Z, activation)
    assert_close(got, z.grad.numpy(), because, rung="gradient")


@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
def test_activation_backward_is_flat_where_the_activation_saturates(activation):
    Z, dA = np.array([[-40.0, 36, 0.5]]), np.array([[3.0, -2, 1.5]])
    z = torch.tensor(Z, requires_grad=True)
    TORCH[activation](z).backward(torch.tensor(dA))
    because = f"far out {activation} is flat, and nothing comes back"
    got = activation_backward(dA, Z, activation)
    assert_close(got, z.grad.numpy(), because, rung="gradient")


@pytest.mark.parametrize("activation", TORCH)
def test_activation_backward_is_a_slope_by_central_differences(rng, activation):
    dA, Z = rng.normal(size=(2, 3)), rng.normal(size=(2, 3))
    Z += 0.1 * np.sign(Z)  # off the bend
    want = numerical_gradient(
        lambda z: np.sum(dA * TORCH[activation](torch.tensor(z)).numpy()), Z
    )
    because = f"the slope of the sum of dA times {activation}(Z), entry by entry"
    got = activation_backward(dA, Z, activation)
    assert_close(got, want, because, rtol=1e-6, atol=1e-8, rung="gradient")


def forward(params, X, activations):
    """Return output and caches, once there is a pair for each layer."""
    pair = deep_forward(params, X, activations)
    assert_type(pair, tuple, "two things come back: the output and the caches")
    assert_equal(f"{len(pair)} of them", "2 of them", "the output and the caches")
    AL, caches = pair
    assert_type(caches, list, "the caches are a list, a pair for each layer")
    counts = f"{len(caches)} caches", f"{len(activations)} caches"
    assert_equal(*counts, "there is one cache for each layer, the last one too")
    return AL, caches


def assert_forward(got, want):
    """Compare the caches from the first layer on, and then the output."""
    for at, pair in enumerate(want[1], 1):
        arrays = tuple(part.numpy() for part in pair)
        because = f"layer {at} keeps what it read and its sums, (A_prev, Z)"
        assert_close(got[1][at - 1], arrays, because)
    assert_close(got[0], want[0].numpy(), "the output is the last layer's activation")


def test_deep_forward_by_hand():
    params = {"W1": np.array([[1.0, -1], [2, 0], [0, 1]]), "b1": np.zeros((3, 1))}
    params |= {"W2": np.array([[1.0, 1, -2]]), "b2": np.array([[-1.0]])}
    X = np.array([[1.0, 3, -2, 0], [2, 1, 5, -1]])
    Z1 = np.array([[-1.0, 2, -7, 1], [2, 6, -4, 0], [2, 1, 5, -1]])
    A1, Z2 = np.maximum(Z1, 0), np.array([[-3.0, 5, -11, 0]])
    AL, caches = forward(params, X, ["relu", "identity"])
    because = "layer 1 reads X, layer 2 what is left of Z1 above 0"
    assert_close(caches[0], (X, Z1), because)
    assert_close(caches[1], (A1, Z2), because)
    assert_close(AL, Z2, "the last activation is the identity, so the output is Z2")


@pytest.mark.parametrize(("dims", "activations", "m"), NETS)
def test_deep_forward_agrees_with_torch(rng, dims, activations, m):
    params, X = parameters(rng, dims), rng.normal(size=(dims[0], m))
    got = forward(params, X, activations)
    assert_forward(got, torch_forward(params, X, activations))


@pytest.mark.parametrize(
    ("dims", "activations"),
    [
        ([3, 2, 5], ["tanh", "identity"]),
        ([2, 4, 3], ["identity", "relu"]),
        ([4, 3, 2], ["sigmoid", "tanh"]),
        ([3, 3, 3, 3], ["relu", "tanh", "identity"]),
    ],
)
def test_deep_forward_ends_with_the_activation_that_is_named_last(
    rng, dims, activations
):
    params, X = parameters(rng, dims), rng.normal(size=(dims[0], 4))
    got = forward(params, X, activations)
    assert_forward(got, torch_forward(params, X, activations))


def test_deep_forward_finds_the_layers_of_a_deep_network_by_name(rng):
    dims, activations, m = DEEP
    params, X = parameters(rng, dims), rng.normal(size=(dims[0], m))
    shuffled = {name: params[name] for name in sorted(params, reverse=True)}
    got = forward(shuffled, X, activations)
    assert_forward(got, torch_forward(params, X, activations))


def gradients(*given):
    """Return the learner's gradients, once they are a dict."""
    grads = deep_backward(*given)
    assert_type(grads, dict, "the gradients are in a dict, each under its name")
    return grads


def test_deep_backward_of_one_layer_by_hand():
    X, Y = np.array([[1.0, 2, 0, 4], [0, 1, 3, 1]]), np.array([[1, 0, 1, 0]])
    params = {"W1": np.array([[0.5, -2.0]]), "b1": np.array([[1.0]])}
    AL = np.array([[0.25, 0.5, 0.75, 0.5]])
    caches = [(X, np.log(AL / (1 - AL)))]
    got = gradients(AL, Y, params, caches, ["sigmoid"])
    want = {"dW1": np.array([[2.25 / 4, 0.25 / 4]]), "db1": np.array([[0.0]])}
    because = "the errors AL - Y are -3/4, 1/2, -1/4 and 1/2; times X, and the mean"
    assert_close(got, want, because)


def test_deep_backward_of_two_layers_by_hand():
    X, Y = np.array([[1.0, 2], [3, -1]]), np.array([[1, 0]])
    params = {"W1": np.array([[1.0, 1], [0, -1], [2, 0]]), "b1": np.zeros((3, 1))}
    params |= {"W2": np.array([[1.0, -2, 4]]), "b2": np.array([[0.0]])}
    Z1, AL = params["W1"] @ X, np.array([[0.5, 0.25]])
    caches = [(X, Z1), (np.maximum(Z1, 0), np.log(AL / (1 - AL)))]
    got = gradients(AL, Y, params, caches, ["relu", "sigmoid"])
    want = {"dW2": [[-0.875, 0.125, 0.0]], "db2": [[-0.125]]}
    want |= {"dW1": [[0, -0.875], [-0.5, 0.25], [0, -3.5]]}
    want |= {"db1": [[-0.125], [-0.25], [-0.5]]}
    because = "errors -1/2 and 1/4 go back through W2, where Z1 is above 0"
    assert_close(got, {key: np.array(value) for key, value in want.items()}, because)


def test_deep_backward_pulls_weights_towards_zero_and_leaves_biases_alone():
    X, Y = np.array([[1.0, 2, 0, 4], [0, 1, 3, 1]]), np.array([[0.25, 0.5, 0.75, 0.5]])
    params = {"W1": np.array([[6.0, -2.0]]), "b1": np.array([[5.0]])}
    caches = [(X, np.log(Y / (1 - Y)))]
    got = gradients(Y.copy(), Y, params, caches, ["sigmoid"], 0.3)
    want = {"dW1": np.array([[0.45, -0.15]]), "db1": np.array([[0.0]])}
    because = "where every guess is exact, 0.3 / 4 times W is left, and nothing for b"
    assert_close(got, want, because)


@pytest.mark.parametrize(
    ("dims", "activations", "m", "lam"),
    [*((*net, 0.0) for net in NETS[1:4]), *((*net, 0.7) for net in NETS)],
)
def test_deep_backward_agrees_with_autograd(rng, dims, activations, m, lam):
    X, given = trained_on(rng, dims, activations, m)
    want = torch_gradients(given[2], X, given[1], activations, lam)
    because = f"autograd finds these slopes of the cost with lam = {lam}"
    assert_close(gradients(*given, lam), want, because, rung="gradient")


@pytest.mark.parametrize("dtype", [np.int64, np.uint8, np.float64])
def test_deep_backward_takes_labels_of_any_kind(rng, dtype):
    X, given = trained_on(rng, [3, 4, 1], ["tanh", "sigmoid"], 7, soft=False)
    AL, Y, *rest = given
    want = torch_gradients(given[2], X, Y, given[4])
    because = f"labels 0 and 1 mean the same as {np.dtype(dtype)}"
    assert_close(gradients(AL, Y.astype(dtype), *rest), want, because, rung="gradient")


def test_deep_backward_needs_no_lam(rng):
    X, given = trained_on(rng, [3, 2, 1], ["relu", "sigmoid"], 5)
    want = torch_gradients(given[2], X, given[1], given[4])
    because = "without lam there is no penalty"
    assert_close(gradients(*given), want, because, rung="gradient")


def test_deep_backward_is_right_where_the_sigmoid_has_rounded_to_0_or_1():
    Z, Y = np.array([[40.0, -40, 40, 1]]), np.array([[0.0, 1, 1, 0]])
    A_prev = np.array([[1.0, 2, 3, 0], [4, 0, -1, 0]])
    AL = np.array([[1.0, 0, 1, 1 / (1 + np.exp(-1))]])
    params = {"W1": np.array([[1.0, -2]]), "b1": np.array([[0.5]])}
    got = gradients(AL, Y, params, [(A_prev, Z)], ["sigmoid"])
    want = {"dW1": np.array([[-0.25, 1.0]]), "db1": np.array([[AL[0, 3] / 4]])}
    because = "certain and wrong is an error of 1: AL - Y, without a division"
    assert_close(got, want, because)


def test_deep_backward_finds_the_layers_of_a_deep_network_by_name(rng):
    X, given = trained_on(rng, *DEEP)
    AL, Y, params, caches, activations = given
    want = torch_gradients(params, X, Y, activations, 0.2)
    shuffled = {name: params[name] for name in sorted(params, reverse=True)}
    got = gradients(AL, Y, shuffled, caches, activations, 0.2)
    because = "W10 is layer 10's, wherever it stands among the parameters"
    assert_close(got, want, because, rung="gradient")


def test_deep_backward_takes_any_memory_layout(rng):
    X, given = trained_on(rng, [3, 5, 4, 1], ["tanh", "relu", "sigmoid"], 6)
    AL, Y, params, caches, activations = given
    want = torch_gradients(params, X, Y, activations)
    params = {key: np.asfortranarray(value) for key, value in params.items()}
    caches = [tuple(np.repeat(a, 2, axis=1)[:, ::2] for a in pair) for pair in caches]
    got = gradients(AL, np.repeat(Y, 3, axis=1)[:, ::3], params, caches, activations)
    because = "the gradients depend on numbers, not on how they lie in memory"
    assert_close(got, want, because, rung="gradient")


@pytest.mark.parametrize("name", ["W1", "b1", "W2", "b2", "W3", "b3"])
def test_deep_backward_is_the_slope_of_the_cost(rng, name):
    dims, activations, lam = [2, 3, 4, 1], ["tanh", "sigmoid", "sigmoid"], 0.4
    X, given = trained_on(rng, dims, activations, 5)
    _, Y, params, *_ = given

    def cost(value):
        changed = params | {name: value}
        AL = torch_forward(changed, X, activations)[0].numpy()
        loss = -np.mean(Y * np.log(AL) + (1 - Y) * np.log(1 - AL))
        squares = sum(np.sum(changed[f"W{layer}"] ** 2) for layer in (1, 2, 3))
        return loss + lam / 10 * squares

    want = {f"d{name}": numerical_gradient(cost, params[name])}
    because = f"the slope of the cost along each entry of {name}, the penalty included"
    got = gradients(*given, lam)
    assert_close(got, want, because, rtol=1e-6, atol=1e-8, rung="gradient")
