"""Grades gradient checking."""

import numpy as np
import pytest
import torch

from dojo.grading import assert_close, assert_equal, assert_that
from katas.ch1_foundations.k09_gradient_check import (
    gradient_check,
    params_to_vector,
    relative_difference,
    vector_to_params,
    worst_coordinates,
)

# Neither sorted, nor weights first, nor all of two axes, nor all called W or b.
SHAPES = {"W2": (2, 3), "b1": (3, 1), "gamma": (7,), "W1": (3, 5), "b2": (2, 1, 2)}
SPEC, NAMES, COUNT = list(SHAPES.items()), sorted(SHAPES), 35
KINK = "the default step, 1e-7, crosses relu's kink from 1e-8, -3e-8 and 5e-8"
PADDED = 1e-7  # so that a padded divisor fails at tiny scales alone, whatever the pad
EXCESS = "central differences of c x³, for W1 and b1, exceed the slope by c eps²"


@pytest.fixture
def hand():
    """Return a cubic cost, parameters to check by eye and their exact gradients."""
    W, b = np.array([[1.0, 8, 2], [9, 4, 7]]), np.array([[5.0], [-3]])
    params, grads = {"b1": b, "W1": W}, {"dW1": 3 * W**2, "db1": 6 * b**2}
    return lambda p: np.sum(p["W1"] ** 3) + 2 * np.sum(p["b1"] ** 3), params, grads


@pytest.fixture
def near_kink():
    """Return relu as a cost; at its kink the measured slopes are .55, .35 and .75."""
    W, dW = np.array([[1e-8, -3e-8, 5e-8]]), np.array([[1.0, 0.0, 1.0]])
    return lambda p: np.maximum(p["W1"], 0).sum(), {"W1": W}, {"dW1": dW}


@pytest.fixture
def params(rng):
    """Random parameters, one of them in column-major memory."""
    params = {name: rng.normal(size=shape) for name, shape in SPEC}
    params["W1"] = np.asfortranarray(params["W1"])
    return params


@pytest.fixture
def parabola(rng, params):
    """Return a cost that ties all entries together, and its gradient as a row."""
    Q = rng.normal(size=(COUNT, COUNT))
    Q = (Q + Q.T) / 10  # any step measures the slope of a parabola exactly
    return lambda p: float(row_of(p) @ Q @ row_of(p)) / 2, Q @ row_of(params)


def row_of(arrays, prefix=""):
    """Return all entries in one row, by name."""
    return np.concatenate([arrays[prefix + name].ravel() for name in NAMES])


def grads_of(row):
    """Return a row like that of `row_of` as gradients, the last parameter first."""
    ends = np.cumsum([np.prod(SHAPES[name]) for name in NAMES])
    parts = dict(zip(NAMES, np.split(row, ends[:-1]), strict=True))
    return {f"d{name}": parts[name].reshape(shape) for name, shape in reversed(SPEC)}


def distance(a, b):
    """Return the relative difference by torch's norm."""
    lengths = [torch.linalg.vector_norm(torch.tensor(x)).item() for x in (a - b, a, b)]
    return lengths[0] / (lengths[1] + lengths[2])


def places(found):
    """Return the coordinates that were found, in words: "W1[0, 2] b1[1, 0]"."""
    return " ".join(f"{name}{np.atleast_1d(at).tolist()}" for name, at, _ in found)


def assert_order(found):
    """Say in words which end comes first."""
    rising = np.all(np.diff(sizes(found)) > 0)
    got = "the smallest first" if rising else "the largest first"
    assert_equal(got, "the largest first", "the largest difference comes first")


def sizes(found):
    return np.array([size for _, _, size in found])


def test_params_to_vector_of_two_parameters_is_known_by_hand(hand):
    theta, _ = params_to_vector(hand[1])
    assert_close(theta, [5, -3, 1, 8, 2, 9, 4, 7], "the dict's order, row after row")


def test_params_to_vector_notes_name_and_shape_in_the_order_of_the_dict(params):
    _, spec = params_to_vector(params)
    assert_equal(spec, SPEC, "the spec is a list of (name, shape), in the dict's order")


def test_params_to_vector_agrees_with_torch(params):
    theta, _ = params_to_vector(params)
    tensors = [torch.tensor(p).contiguous() for p in params.values()]
    want = torch.nn.utils.parameters_to_vector(tensors).numpy()
    assert_close(theta, want, "every parameter counts, in C order, whatever its memory")


def test_vector_to_params_of_two_parameters_is_known_by_hand(hand):
    row = np.array([5.0, -3, 1, 8, 2, 9, 4, 7])
    vector_to_params(row[:1], [("W2", (1,))])  # leaves no trace in a later result
    params = vector_to_params(row, [("b1", (2, 1)), ("W1", (2, 3))])
    assert_equal(sorted(params), ["W1", "b1"], "the result is a dict with spec's names")
    for name, want in hand[1].items():
        assert_close(params[name], want, f"{name} has its own entries, row after row")


def test_vector_to_params_agrees_with_torch(rng):
    theta = rng.normal(size=COUNT)
    tensors = [torch.empty(shape) for _, shape in SPEC]
    torch.nn.utils.vector_to_parameters(torch.tensor(theta), tensors)
    found = vector_to_params(theta, SPEC)
    for name, want in zip(SHAPES, tensors, strict=True):
        assert_close(found[name], want.numpy(), f"{name} is cut out where torch does")


def test_relative_difference_of_a_right_angle_is_five_sevenths():
    a, b = np.array([[3.0, 0.0], [0.0, 4.0]])
    because = "lengths 3 and 4 at a right angle are 5 apart: 5 / (3 + 4)"
    assert_close(relative_difference(a, b), 5 / 7, because, rtol=PADDED)


def test_relative_difference_is_zero_when_both_are_zero():
    got = relative_difference(np.zeros((2, 3)), np.zeros((2, 3)))
    assert_close(got, 0.0, "two zeros agree: 0.0, not 0 / 0")


def test_relative_difference_of_a_factor_depends_on_the_factor_alone(rng):
    a = rng.normal(size=(7, 3))
    factors = np.array([1.0001, 0.9, 5.0, -1.0, -3.0, 0.0])
    got = [[relative_difference(a, c * a) for c in factors]]
    got += [[relative_difference(c * a, a) for c in factors]]
    want = np.abs(factors - 1) / (1 + np.abs(factors))
    because = "between a and c a the relative difference is |c - 1| / (1 + |c|)"
    assert_close(np.array(got), np.array([want, want]), because, rtol=PADDED, atol=0)


@pytest.mark.parametrize("shape", [(1,), (7,), (3, 5), (2, 3, 5)])
def test_relative_difference_agrees_with_torch_at_every_scale(rng, shape):
    pairs = rng.normal(size=(3, 2, *shape))
    scales = (1e9, 1e25, 1e-30)
    got = [relative_difference(*(s * pairs[i])) for i, s in enumerate(scales)]
    because = "||a - b|| / (||a|| + ||b||) in Euclidean norms has no scale"
    assert_close(np.array(got), [distance(a, b) for a, b in pairs], because)


def test_gradient_check_measures_with_central_differences_of_the_given_step(hand):
    got = gradient_check(*hand, 0.3)
    right = np.concatenate([hand[2]["db1"].ravel(), hand[2]["dW1"].ravel()])
    excess = 0.3**2 * np.array([2, 2, 1, 1, 1, 1, 1, 1])
    assert_close(got, distance(right + excess, right), EXCESS, rtol=1e-9, atol=0)


def test_gradient_check_of_a_flat_cost_with_zero_gradients_is_zero(params):
    got = gradient_check(lambda params: 4.0, params, grads_of(np.zeros(COUNT)))
    assert_close(got, 0.0, "no slope, measured or given, is agreement: 0.0, not 0 / 0")


@pytest.mark.parametrize("bug", ["no", "sign", "1.0001", "L2 term", *SHAPES])
def test_gradient_check_measures_the_size_of_a_bug(rng, params, parabola, bug):
    cost, right = parabola
    wrong = {
        "sign": np.where(np.arange(COUNT) == 17, -right, right),
        "1.0001": 1.0001 * right,
        "L2 term": right - 0.3 * row_of(params),
    }.get(bug, right)
    grads = grads_of(wrong.copy())
    if bug in SHAPES:
        grads[f"d{bug}"] += rng.normal(size=SHAPES[bug])
    want = distance(right, row_of(grads, "d"))
    got = gradient_check(cost, params, grads, eps=0.07)
    because = f"one ratio of norms over all parameters, paired by name ({bug} bug)"
    assert_close(got, want, because, rtol=1e-7, atol=1e-12)


def test_gradient_check_raises_a_false_alarm_at_a_kink(near_kink):
    got = gradient_check(*near_kink)
    want = distance(np.array([0.55, 0.35, 0.75]), np.array([1.0, 0.0, 1.0]))
    assert_close(got, want, KINK, rtol=1e-7)


def test_gradient_check_gives_the_cost_float64_arrays_of_the_same_shapes(params):
    seen = set()

    def watched_cost(params):
        seen.update((name, p.shape, str(p.dtype)) for name, p in params.items())
        return row_of(params).sum()

    gradient_check(watched_cost, params, grads_of(np.ones(COUNT)))
    want = {(name, shape, "float64") for name, shape in SPEC}
    assert_equal(seen, want, "cost_fn takes a dict with the names and shapes of params")


@pytest.mark.parametrize("factor", [1.0, 1.01, -1.0])
def test_gradient_check_gives_the_verdict_of_torch_gradcheck(params, factor):
    def torch_cost(W):  # its value is W³, its gradient `factor` times 3 W²
        return (factor * W**3 + (1 - factor) * W.detach() ** 3).sum()

    W = torch.tensor(params["W1"], requires_grad=True)
    verdict = torch.autograd.gradcheck(torch_cost, W, raise_exception=False)
    torch_cost(W).backward()
    grads = {"dW1": W.grad.numpy()}
    got = gradient_check(lambda p: np.sum(p["W1"] ** 3), {"W1": params["W1"]}, grads)
    because = "at most 1e-6 for gradients that torch's gradcheck accepts, else more"
    want = "at most 1e-6" if verdict else "more than 1e-6"
    assert_that((got <= 1e-6) == verdict, because, f"{got:.3g}", want)


def test_worst_coordinates_measures_with_central_differences_of_the_given_step(hand):
    hand[2]["dW1"][0] += [1.0, -2.0, 0.5]
    found = worst_coordinates(*hand, 3, 0.3)
    assert_close(sizes(found), [2.09, 0.91, 0.41], EXCESS, rtol=1e-9)


def test_worst_coordinates_ranks_all_entries_of_all_parameters(rng, params, parabola):
    cost, right = parabola
    off = grads_of(rng.normal(size=COUNT))
    grads = grads_of(right + row_of(off, "d"))
    found = worst_coordinates(cost, params, grads, k=COUNT + 4, eps=0.07)
    want = [(n, at, abs(off[f"d{n}"][at])) for n, s in SPEC for at in np.ndindex(s)]
    want.sort(key=lambda entry: -entry[2])
    because = "the largest |numeric - analytic| of all come first, by name and index"
    assert_close(sizes(found), sizes(want), because)
    assert_equal(places(found), places(want), because)


@pytest.mark.parametrize("k", [{}, {"k": 1}, {"k": 3}, {"k": 11}])
def test_worst_coordinates_returns_k_and_five_unless_told(rng, params, parabola, k):
    cost, right = parabola
    off = rng.normal(size=COUNT) * (np.arange(COUNT) % 8 == 7)  # others are right
    found = worst_coordinates(cost, params, grads_of(right + off), **k, eps=0.07)
    want = np.sort(np.abs(off))[::-1][: k.get("k", 5)]
    assert_close(sizes(found), want, "the k largest are wanted; the default of k is 5")


def test_worst_coordinates_finds_the_false_alarms_at_a_kink(near_kink):
    found = worst_coordinates(*near_kink)
    assert_order(found)
    assert_close(sizes(found), [0.45, 0.35, 0.25], KINK, rtol=1e-7)
    assert_equal(places(found), "W1[0, 0] W1[0, 1] W1[0, 2]", KINK)


def test_worst_coordinates_gives_tuples_that_index_the_parameter(params, parabola):
    cost, _ = parabola
    found = worst_coordinates(cost, params, grads_of(np.zeros(COUNT)), COUNT, 0.07)
    because, kind = "the coordinates are in a list", type(found).__name__
    assert_equal("list" if isinstance(found, list) else kind, "list", because)
    for entry in found:
        because, want = "each coordinate is (name, index, size)", "a tuple of three"
        good = isinstance(entry, tuple) and len(entry) == 3
        assert_that(good, because, repr(entry), want, rung="type")
        name, at, _ = entry
        axes = len(SHAPES.get(name, ()))
        because = "the index is a tuple, an integer for each axis of the parameter"
        fits = isinstance(at, tuple) and len(at) == axes
        want = f"{name} with a tuple of {axes}"
        assert_that(fits, because, f"{name} with {at!r}", want, rung="type")
