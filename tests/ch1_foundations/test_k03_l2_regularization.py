"""Grades L2 regularization."""

import itertools

import numpy as np
import pytest
import torch

from dojo.grading import (
    assert_close,
    assert_equal,
    assert_fresh,
    assert_that,
    assert_type,
    numerical_gradient,
    sgd_step_,
)
from katas.ch1_foundations.k03_l2_regularization import (
    add_l2_grads,
    decay_factor,
    frobenius_sq,
    l2_cost,
    l2_step,
)

SHAPES = [(3, 5), (1, 7), (11, 1), (7, 2), (1, 1)]
NETWORKS = [  # sizes of the layers, the input first
    [5, 3],
    [3, 7, 1],
    [2, 5, 3, 7],
    [3, 2, 5, 1, 7, 2, 3, 5, 2, 7, 3, 5, 1],
]
SETTINGS = [(0.7, 5), (3.1, 13), (0.02, 1), (0.0, 3)]  # lam and m
STEPS = [(0.3, 0.7, 5), (0.05, 11.0, 2), (1.7, 0.9, 13), (0.4, 0.0, 3), (2.3, 2.9, 1)]
BY_HAND = {
    "W1": np.array([[2.0, -1.0, 0.0], [4.0, 1.0, -2.0]]),  # 26
    "b1": np.array([[7.0], [-5.0]]),
    "W2": np.array([[-3.0, 5.0]]),  # 34
    "b2": np.array([[9.0]]),
}
GRADS = {
    "dW1": np.array([[1.0, 3.0, -2.0], [0.5, -4.0, 6.0]]),
    "db1": np.array([[-3.0], [2.0]]),
    "dW2": np.array([[8.0, -1.0]]),
    "db2": np.array([[4.0]]),
}


def copied(arrays):
    return {name: array.copy() for name, array in arrays.items()}


def network(rng, sizes):
    """Return parameters and gradients of a network, each dict in its own order."""
    shapes = {}
    for layer, (n_in, n_out) in enumerate(itertools.pairwise(sizes), 1):
        shapes |= {f"W{layer}": (n_out, n_in), f"b{layer}": (n_out, 1)}
    orders = ([list(shapes)[i] for i in rng.permutation(len(shapes))] for _ in range(2))
    params, grads = (
        {name: rng.normal(size=shapes[name]) + 0.5 for name in order}
        for order in orders
    )
    return params, {f"d{name}": grad for name, grad in grads.items()}


def penalty(params, lam, m):
    """Return torch's penalty of tensors: the matrices, squared, summed and weighted."""
    names = [name for name in params if name[0] == "W"]
    squares = [torch.linalg.matrix_norm(params[name]) ** 2 for name in names]
    return lam / (2 * m) * sum(squares)


def tensors(params):
    return {name: torch.tensor(a, requires_grad=True) for name, a in params.items()}


def sgd_step(params, grads, lr, lam, m):
    """Return the parameters after a step of torch's SGD, which decays the weights."""
    leaves = tensors(params)
    for name, leaf in leaves.items():
        leaf.grad = torch.tensor(grads[f"d{name}"])
    matrices = [leaf for name, leaf in leaves.items() if name[0] == "W"]
    sgd_step_(matrices, lr, weight_decay=lam / m)
    sgd_step_((leaf for name, leaf in leaves.items() if name[0] != "W"), lr)
    return {name: leaf.detach().numpy() for name, leaf in leaves.items()}


def assert_new_dict(got, given, name):
    """Say that a dict came back which is not the one that was given."""
    assert_type(got, dict, "arrays come back in a dict, each under its name")
    came = f"the dict {name} itself" if got is given else "a new dict"
    assert_equal(came, "a new dict", f"a new dict comes back, and {name} is left alone")


def assert_new_arrays(got, given, names):
    """Say which arrays of a result share memory with one that was given."""
    for name in names:
        there = isinstance(got.get(name), np.ndarray)
        assert_that(there, f"{name} is an array", f"no array {name}", "an array")
        for array in given.values():
            because = f"{name} is a new array: a later change to it reaches no other"
            assert_fresh(got[name], array, because)


def test_frobenius_sq_by_hand():
    W = np.array([[1.0, -2.0, 2.0], [0.0, 4.0, -3.0]])
    because = "1 + 4 + 4 + 0 + 16 + 9: each entry squared, then the sum, and no root"
    assert_close(frobenius_sq(W), 34.0, because)


def test_frobenius_sq_is_the_sum_of_the_squared_singular_values(rng):
    W = rng.normal(size=(7, 5))
    want = torch.linalg.svdvals(torch.tensor(W)).square().sum().item()
    because = "rotations leave the norm as it is: all singular values count, squared"
    assert_close(frobenius_sq(W), want, because)


@pytest.mark.parametrize("shape", SHAPES)
def test_frobenius_sq_agrees_with_torch(shape, rng):
    W = rng.normal(size=shape)
    want = torch.linalg.matrix_norm(torch.tensor(W)).item() ** 2
    because = "it is the square of torch.linalg.matrix_norm, the Frobenius norm"
    assert_close(frobenius_sq(W), want, because)


def test_frobenius_sq_takes_any_memory_layout(rng):
    W = rng.normal(size=(11, 14))[:, ::2].T
    want = sum(float(w) ** 2 for w in W.ravel())
    because = "a matrix with gaps in memory is read by its indices"
    assert_close(frobenius_sq(W), want, because)


def test_frobenius_sq_has_the_slope_2_w(rng):
    W = rng.normal(size=(3, 5))
    because = "each entry is squared, so the slope at it is twice the entry"
    got = numerical_gradient(frobenius_sq, W, eps=0.5)  # exact, as for any parabola
    assert_close(got, 2 * W, because, rung="gradient")


def test_l2_cost_by_hand():
    because = "0.6 / (2 · 4) times the squared weights, 26 of W1 and 34 of W2"
    assert_close(l2_cost(copied(BY_HAND), 0.6, 4), 4.5, because)


def test_l2_cost_is_nothing_without_weights_or_without_strength(rng):
    params, _ = network(rng, [3, 7, 2])
    assert_close(l2_cost(params, 0.0, 5), 0.0, "a lam of 0 switches the penalty off")
    zeros = {name: value * (name[0] == "b") for name, value in params.items()}
    because = "where all weights are 0 the penalty is 0: biases cost nothing"
    assert_close(l2_cost(zeros, 0.7, 5), 0.0, because)


@pytest.mark.parametrize(("lam", "m"), SETTINGS)
@pytest.mark.parametrize("sizes", NETWORKS)
def test_l2_cost_agrees_with_torch(sizes, lam, m, rng):
    params, _ = network(rng, sizes)
    want = penalty(tensors(params), lam, m).item()
    because = (
        "the penalty is lam / (2 m) times the squared norms of all W, in any order"
    )
    assert_close(l2_cost(params, lam, m), want, because)


@pytest.mark.parametrize("name", ["W2", "b2"])
def test_l2_cost_has_the_slope_of_a_decay(name, rng):
    params, _ = network(rng, [2, 5, 3, 7])
    want = 0.7 / 5 * params[name] * (name[0] == "W")
    because = "the slope is lam / m times the weight, and 0 for a bias"
    got = numerical_gradient(
        lambda x: l2_cost(params | {name: x}, 0.7, 5), params[name], eps=0.5
    )  # exact, as for any parabola
    assert_close(got, want, because, rung="gradient")


def test_add_l2_grads_by_hand():
    want = {
        "dW1": [[1.3, 2.85, -2.0], [1.1, -3.85, 5.7]],
        "dW2": [[7.55, -0.25]],
    }
    got = add_l2_grads(copied(GRADS), copied(BY_HAND), 0.6, 4)
    assert_close(got, want, "0.6 / 4 times the weight is added to each gradient of W")


def test_add_l2_grads_leaves_the_biases_gradients_as_they_were():
    want = {name: GRADS[name].copy() for name in ("db1", "db2")}
    got = add_l2_grads(copied(GRADS), copied(BY_HAND), 0.6, 4)
    assert_close(got, want, "biases carry no penalty, so their gradients stay the same")


@pytest.mark.parametrize("lam", [0.7, 0.0])
def test_add_l2_grads_returns_a_new_dict(lam, rng):
    params, grads = network(rng, [3, 7, 2])
    assert_new_dict(add_l2_grads(grads, params, lam, 5), grads, "grads")


@pytest.mark.parametrize("lam", [0.7, 0.0])
def test_add_l2_grads_returns_new_arrays_for_the_weights(lam, rng):
    params, grads = network(rng, [3, 7, 2])
    got = add_l2_grads(grads, params, lam, 5)
    assert_type(got, dict, "gradients come back in a dict, each under its name")
    assert_new_arrays(got, grads | params, ["dW1", "dW2"])


@pytest.mark.parametrize(("lam", "m"), SETTINGS)
@pytest.mark.parametrize("sizes", NETWORKS)
def test_add_l2_grads_agrees_with_autograd(sizes, lam, m, rng):
    params, grads = network(rng, sizes)
    leaves = tensors(params)
    loss = sum(
        (p * torch.tensor(grads[f"d{name}"])).sum() for name, p in leaves.items()
    )
    (loss + penalty(leaves, lam, m)).backward()
    want = {f"d{name}": leaf.grad.numpy() for name, leaf in leaves.items()}
    because = "this is what autograd finds for a loss with these gradients, and penalty"
    got = add_l2_grads(grads, params, lam, m)
    assert_close(got, want, because, rung="gradient")


def test_decay_factor_by_hand():
    because = "of each weight 0.5 · 0.3 / 6, a fortieth, is taken: 39 fortieths stay"
    assert_close(decay_factor(0.5, 0.3, 6), 0.975, because)


def test_decay_factor_of_no_penalty_is_one():
    because = "with a lam of 0 every weight stays as it is"
    assert_close(decay_factor(0.3, 0.0, 7), 1.0, because)


def test_decay_factor_is_negative_where_the_step_is_too_long():
    got = [decay_factor(lr, 6.0, 10) for lr in (0.5, 2.5, 4.0)]
    because = "where lr · lam is larger than m, a step carries the weight past zero"
    assert_close(np.array(got), [0.7, -0.5, -1.4], because)


@pytest.mark.parametrize(("lr", "lam", "m"), STEPS)
def test_decay_factor_agrees_with_torch(lr, lam, m):
    params, grads = {"W1": np.ones((1, 1))}, {"dW1": np.zeros((1, 1))}
    want = float(sgd_step(params, grads, lr, lam, m)["W1"][0, 0])
    because = "torch's SGD makes this of a weight of 1 whose loss has no slope"
    assert_close(decay_factor(lr, lam, m), want, because)


def test_l2_step_by_hand():
    want = {
        "W1": [[1.3, -2.4, 1.0], [3.35, 2.9, -4.8]],
        "b1": [[8.5], [-6.0]],
        "W2": [[-6.7, 5.0]],
        "b2": [[7.0]],
    }
    because = "W keeps 1 - 0.5 · 0.8 / 4 of itself, b all; then both go downhill by 0.5"
    got = l2_step(copied(BY_HAND), copied(GRADS), 0.5, 0.8, 4)
    assert_close(got, want, because)


def test_l2_step_without_a_slope_shrinks_the_weights_alone(rng):
    params, grads = network(rng, [3, 7, 2])
    flat = {name: np.zeros_like(grad) for name, grad in grads.items()}
    want = {name: (0.79 if name[0] == "W" else 1.0) * p for name, p in params.items()}
    because = (
        "where the loss is flat a weight keeps 1 - 1.5 · 0.7 / 5, and a bias stays"
    )
    assert_close(l2_step(params, flat, 1.5, 0.7, 5), want, because)


@pytest.mark.parametrize(("lr", "lam"), [(0.3, 0.7), (0.3, 0.0), (0.0, 0.7)])
def test_l2_step_returns_a_new_dict(lr, lam, rng):
    params, grads = network(rng, [3, 7, 2])
    assert_new_dict(l2_step(params, grads, lr, lam, 5), params, "params")


@pytest.mark.parametrize("slope", [1.0, 0.0])
@pytest.mark.parametrize(("lr", "lam"), [(0.3, 0.7), (0.3, 0.0), (0.0, 0.7)])
def test_l2_step_returns_new_arrays(lr, lam, slope, rng):
    params, grads = network(rng, [3, 7, 2])
    grads = {name: slope * grad for name, grad in grads.items()}
    got = l2_step(params, grads, lr, lam, 5)
    assert_type(got, dict, "parameters come back in a dict, each under its name")
    assert_new_arrays(got, params | grads, [*params])


@pytest.mark.parametrize(("lr", "lam", "m"), STEPS)
@pytest.mark.parametrize("sizes", NETWORKS)
def test_l2_step_agrees_with_torch(sizes, lr, lam, m, rng):
    params, grads = network(rng, sizes)
    want = sgd_step(params, grads, lr, lam, m)
    because = "torch's SGD steps so, with a weight_decay of lam / m for W alone"
    assert_close(l2_step(params, grads, lr, lam, m), want, because)
