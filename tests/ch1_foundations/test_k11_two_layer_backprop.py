"""Grades two-layer backpropagation."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from dojo.grading import (
    assert_close,
    assert_equal,
    assert_that,
    forbids,
    numerical_gradient,
)
from katas.ch1_foundations.k11_two_layer_backprop import (
    bce_cost,
    bce_cost_from_logits,
    two_layer_backward,
)

pytestmark = forbids(
    "torch.binary_cross_entropy",
    "torch.binary_cross_entropy_with_logits",
    "torch.backward",
)

SAMPLES = [1, 2, 7, 13]
SIZES = [(3, 5, 7), (7, 2, 11), (2, 1, 3), (5, 3, 1), (1, 4, 2)]  # n_x, n_1, m
GRADIENTS = ["dW2", "db2", "dW1", "db1"]


def labels(rng, m, kind):
    """Return m labels in a row: hard ones as integers or floats, or soft ones."""
    if kind == "soft":
        return rng.uniform(size=(1, m))
    return rng.integers(2, size=(1, m)).astype(int if kind == "integer" else float)


def two_layers(rng, n_x, n_1, m):
    """Return parameters, what their forward pass leaves behind, and the data."""
    X = rng.normal(size=(n_x, m))
    params = {
        "W1": rng.normal(size=(n_1, n_x)) / np.sqrt(n_x),
        "b1": rng.normal(size=(n_1, 1)),
        "W2": 2 * rng.normal(size=(1, n_1)) / np.sqrt(n_1),
        "b2": rng.normal(size=(1, 1)),
    }
    return params, forward(params, X), X


def forward(params, X):
    Z1 = params["W1"] @ X + params["b1"]
    A1 = np.tanh(Z1)
    Z2 = params["W2"] @ A1 + params["b2"]
    return {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": 1 / (1 + np.exp(-Z2))}


def torch_gradients(params, X, Y):
    """Return what autograd finds for the same network and torch's own cost."""
    p = {name: torch.tensor(v, requires_grad=True) for name, v in params.items()}
    A1 = torch.tanh(p["W1"] @ torch.tensor(X) + p["b1"])
    A2 = torch.sigmoid(p["W2"] @ A1 + p["b2"])
    F.binary_cross_entropy(A2, torch.tensor(Y).double()).backward()
    return {f"d{name}": value.grad.numpy() for name, value in p.items()}


def gradient(name, *given):
    """Return one of the learner's gradients, once there is one of that name."""
    grads = two_layer_backward(*given)
    kind = "dict" if isinstance(grads, dict) else type(grads).__name__
    assert_equal(kind, "dict", "the gradients are in a dict, each under its name")
    because = "each parameter has one gradient, called d and its name"
    there = grads.get(name) is not None
    assert_that(there, because, f"no {name}", f"{name}, an array", rung="type")
    return grads[name]


def test_bce_cost_of_two_samples_is_the_mean_of_their_surprises():
    assert_close(
        bce_cost(np.array([[0.25, 0.8]]), np.array([[1.0, 0.0]])),
        (np.log(4) + np.log(5)) / 2,
        "label 1 at 1/4 costs log(4), label 0 at 4/5 costs log(5); take their mean",
    )


@pytest.mark.parametrize("kind", ["hard", "soft"])
def test_bce_cost_of_a_coin_flip_is_log_2_whatever_the_labels(rng, kind):
    got = bce_cost(np.full((1, 7), 0.5), labels(rng, 7, kind))
    because = "-y log(1/2) - (1 - y) log(1/2) is log(2) for every label y"
    assert_close(got, np.log(2), because)


def test_bce_cost_of_the_best_guess_for_soft_labels_is_their_entropy():
    assert_close(
        bce_cost(np.array([[0.25, 0.5, 0.8]]), np.array([[0.25, 0.5, 0.8]])),
        np.mean([np.log(4) - 0.75 * np.log(3), np.log(2), np.log(5) - 0.8 * np.log(4)]),
        "a soft label costs even when it is guessed exactly: both terms count",
    )


@pytest.mark.parametrize(
    ("A", "Y", "cost"),
    [
        ([[1e-8, 0.5]], [[1.0, 1.0]], (8 * np.log(10) + np.log(2)) / 2),
        ([[0.5, 1e-9]], [[0.0, 1.0]], (9 * np.log(10) + np.log(2)) / 2),
        ([[1 - 2**-29, 0.5]], [[0.0, 1.0]], 15 * np.log(2)),
    ],
)
def test_bce_cost_takes_probabilities_near_0_and_1_as_they_are(A, Y, cost):
    assert_close(
        bce_cost(np.array(A), np.array(Y)),
        cost,
        "a confident mistake costs -log of what it left: no clipping, nothing added",
    )


@pytest.mark.parametrize(("label", "near"), [(1, "0"), (0, "1")])
def test_bce_cost_keeps_its_digits_however_confident_the_mistake(label, near):
    share = np.append(np.logspace(-8.9, -0.1, 45), 1e-9)  # left for the true answer
    A, Y = (share if label else 1 - share), np.array([[label]])
    want = [-np.log(a if label else 1 - a) for a in A]
    because = f"label {label} costs -log of what is left for it, for A near {near} too"
    got = [bce_cost(np.array([[a]]), Y) for a in A]
    assert_close(np.array(got), want, because, rtol=1e-12, atol=0)


@pytest.mark.parametrize("label", [0, 1])
def test_bce_cost_of_a_confident_right_answer_is_what_it_is_short_of_1(label):
    short = np.append(np.logspace(-8.9, -0.1, 45), 1e-9)
    A, Y = (1 - short if label else short), np.array([[label]])
    want = [-np.log1p(a - 1 if label else -a) for a in A]
    because = f"label {label} costs little, but not nothing, where A is near {label}"
    got = [bce_cost(np.array([[a]]), Y) for a in A]
    assert_close(np.array(got), want, because, rtol=1e-6, atol=0)  # 1 - 1e-9 rounds


@pytest.mark.parametrize("kind", ["hard", "soft", "integer"])
@pytest.mark.parametrize("m", SAMPLES)
def test_bce_cost_agrees_with_torch(rng, m, kind):
    A, Y = rng.uniform(0.02, 0.98, size=(1, m)), labels(rng, m, kind)
    want = F.binary_cross_entropy(torch.tensor(A), torch.tensor(Y).double())
    because = "the cost is F.binary_cross_entropy's, a mean over the samples"
    assert_close(bce_cost(A, Y), want.item(), because)


def test_bce_cost_from_logits_of_two_samples_is_the_mean_of_their_surprises():
    assert_close(
        bce_cost_from_logits(np.log([[3.0, 0.25]]), np.array([[1.0, 0.0]])),
        (np.log(4 / 3) + np.log(5 / 4)) / 2,
        "logits log(3) and -log(4) stand for probabilities 3/4 and 1/5",
    )


def test_bce_cost_from_logits_takes_any_number_for_a_logit():
    assert_close(
        bce_cost_from_logits(np.log([[1.5, 2.0]]), np.array([[0.0, 1.0]])),
        (np.log(2.5) + np.log(1.5)) / 2,
        "logits log(1.5) and log(2) stand for 3/5 and 2/3: they are no probabilities",
    )


@pytest.mark.parametrize("kind", ["hard", "soft"])
def test_bce_cost_from_logits_of_zero_is_log_2_whatever_the_labels(rng, kind):
    assert_close(
        bce_cost_from_logits(np.zeros((1, 7)), labels(rng, 7, kind)),
        np.log(2),
        "sigmoid(0) is 1/2, and a coin flip costs log(2) for every label",
    )


@pytest.mark.parametrize(
    ("Z", "Y", "cost"),
    [
        ([[1e4, 710.0]], [[0.0, 0.0]], 5355.0),
        ([[-1e4, -750.0]], [[1.0, 1.0]], 5375.0),
        ([[1e4, -1e4]], [[1.0, 0.0]], 0.0),
        ([[1e4, -800.0]], [[0.25, 0.25]], 3850.0),
    ],
)
def test_bce_cost_from_logits_neither_overflows_nor_saturates(Z, Y, cost):
    assert_close(
        bce_cost_from_logits(np.array(Z), np.array(Y)),
        cost,
        "far out the cost is a straight line, z (1 - y) or -z y, and exp(z) overflows",
    )


@pytest.mark.parametrize(
    ("Z", "Y", "cost"),
    [
        ([[30.0, 26.0]], [[0.0, 0.0]], 28.0 + (np.exp(-30) + np.exp(-26)) / 2),
        ([[-29.0, 34.0]], [[1.0, 0.25]], 27.25 + (np.exp(-29) + np.exp(-34)) / 2),
        ([[44.0, -50.0, 0.0]], [[0.0, 1.0, 1.0]], (94 + np.log(2)) / 3),
        ([[21.0, -22.0, 0.0]], [[1, 0, 1]], np.logaddexp(0, [-21, -22, 0]).mean()),
    ],
)
def test_bce_cost_from_logits_keeps_its_digits_where_sigmoid_rounds(Z, Y, cost):
    assert_close(
        bce_cost_from_logits(np.array(Z), np.array(Y)),
        cost,
        "1 - sigmoid(30) keeps 3 digits and 1 - sigmoid(40) none: work from z",
    )


SWEEP = np.concatenate([np.arange(0, 60, 0.97), np.logspace(1.8, 4, 12)])


def costs(sizes, sign):
    """Return the costs of logits of these sizes, of +1 or -1 times the label's side."""
    pairs = [(z, 1) for z in sign * sizes], [(-z, 0) for z in sign * sizes]
    return np.array(
        [
            [bce_cost_from_logits(np.array([[z]]), np.array([[y]])) for z, y in side]
            for side in pairs
        ]
    )


def test_bce_cost_from_logits_keeps_its_digits_on_the_costly_side():
    want = SWEEP + np.log1p(np.exp(-SWEEP))
    because = "a logit z for the label 0, or -z for 1, costs z + log(1 + exp(-z))"
    assert_close(costs(SWEEP, -1), [want, want], because, rtol=1e-13, atol=0)


def test_bce_cost_from_logits_keeps_its_digits_on_the_cheap_side():
    sizes = SWEEP[SWEEP < 60]
    want = np.log1p(np.exp(-sizes))
    got = costs(sizes, 1)
    # softplus(z) - y z takes z from z + 9e-14 for one of the labels: judge the other.
    better = np.argmin(np.abs(got / want - 1).max(axis=1))
    because = "1 + exp(-30) keeps 3 digits of exp(-30): log1p never adds the 1"
    assert_close(got[better], want, because, rtol=1e-12, atol=0)


@pytest.mark.parametrize("kind", ["hard", "soft", "integer"])
@pytest.mark.parametrize("m", SAMPLES)
def test_bce_cost_from_logits_agrees_with_torch(rng, m, kind):
    Z, Y = rng.normal(scale=3, size=(1, m)), labels(rng, m, kind)
    want = F.binary_cross_entropy_with_logits(torch.tensor(Z), torch.tensor(Y).double())
    because = "the cost is F.binary_cross_entropy_with_logits', a mean over the samples"
    assert_close(bce_cost_from_logits(Z, Y), want.item(), because)


@pytest.mark.parametrize("name", GRADIENTS)
def test_two_layer_backward_returns_one_gradient_a_parameter(rng, name):
    params, cache, X = two_layers(rng, 3, 5, 7)
    dp = gradient(name, params, cache, X, labels(rng, 7, "hard"))
    because = f"{name} has the shape of {name[1:]}"
    shapes = [f"shape {np.shape(value)}" for value in (dp, params[name[1:]])]
    assert_equal(*shapes, because)


@pytest.mark.parametrize(
    ("name", "want"),
    [
        ("dW2", [[0.0, 0.0]]),
        ("db2", [[0.25]]),
        ("dW1", [[2.5, 6.0, 13.0], [-5.0, -12.0, -26.0]]),
        ("db1", [[1.0], [-2.0]]),
    ],
)
def test_two_layer_backward_is_simple_where_the_hidden_units_are_zero(name, want):
    params = {"W1": np.zeros((2, 3)), "b1": np.zeros((2, 1))}
    params |= {"W2": np.array([[4.0, -8.0]]), "b2": np.log([[3.0]])}
    X, Y = np.array([[1.0, 2], [3, 5], [7, 11]]), np.array([[1.0, 0.0]])
    got = gradient(name, params, forward(params, X), X, Y)
    because = "A2 is 3/4 for both: the slopes at Z2 are -1/8 and 3/8, and tanh'(0) is 1"
    assert_close(got, want, f"{name}, where {because}")


@pytest.mark.parametrize("name", GRADIENTS)
@pytest.mark.parametrize("kind", ["soft", "integer"])
@pytest.mark.parametrize("sizes", SIZES)
def test_two_layer_backward_agrees_with_autograd(rng, sizes, kind, name):
    params, cache, X = two_layers(rng, *sizes)
    Y = labels(rng, X.shape[1], kind)
    want = torch_gradients(params, X, Y)[name]
    because = f"{name} is what autograd finds for the mean cost"
    got = gradient(name, params, cache, X, Y)
    assert_close(got, want, because, rung="gradient")


@pytest.mark.parametrize("name", GRADIENTS)
def test_two_layer_backward_needs_only_z1_a1_and_a2(rng, name):
    params, cache, X = two_layers(rng, 5, 3, 2)
    Y, lean = labels(rng, 2, "soft"), {key: cache[key] for key in ("A1", "A2", "Z1")}
    got = gradient(name, params, lean, X, Y)
    because = f"{name} needs Z1, A1 and A2 of the cache, which may hold nothing else"
    assert_close(got, torch_gradients(params, X, Y)[name], because, rung="gradient")


@pytest.mark.parametrize("name", GRADIENTS)
def test_two_layer_backward_takes_any_memory_layout(rng, name):
    params, cache, X = two_layers(rng, 5, 3, 13)
    Y = labels(rng, 13, "soft")
    want = torch_gradients(params, X, Y)[name]
    params = {key: np.asfortranarray(value) for key, value in params.items()}
    cache = {key: np.asfortranarray(value) for key, value in cache.items()}
    X, Y = np.repeat(X, 2, axis=1)[:, ::2], np.repeat(Y, 3, axis=1)[:, ::3]
    got = gradient(name, params, cache, X, Y)
    because = f"{name} depends on the numbers, not on how they lie in memory"
    assert_close(got, want, because, rung="gradient")


@pytest.mark.parametrize("name", GRADIENTS)
def test_two_layer_backward_is_the_slope_of_the_cost(rng, name):
    params, cache, X = two_layers(rng, 3, 2, 5)
    Y = labels(rng, 5, "soft")

    def cost(value):
        Z2 = forward(params | {name[1:]: value}, X)["Z2"]
        return np.mean(np.logaddexp(0, Z2) - Y * Z2)

    slope = numerical_gradient(cost, params[name[1:]])
    got = gradient(name, params, cache, X, Y)
    because = f"{name} must be the slope of the cost along each entry of {name[1:]}"
    assert_close(got, slope, because, rtol=1e-6, atol=1e-8, rung="gradient")
