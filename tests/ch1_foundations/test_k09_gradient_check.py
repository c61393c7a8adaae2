"""Grades gradient checking."""

from collections.abc import Callable

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

Arrays = dict[str, np.ndarray]
# Neither sorted, nor weights first, nor all of two axes.
SHAPES = {"W2": (2, 3), "b1": (3, 1), "gain": (7,), "W1": (3, 5), "b2": (2, 1, 2)}
NAMES = sorted(SHAPES)
COUNT = 35
HAND = {"b1": np.array([[5.0], [-3.0]]), "W1": np.array([[1.0, 8.0, 2.0], [9.0, 4.0, 7.0]])}
HAND_ROW = np.array([5.0, -3.0, 1.0, 8.0, 2.0, 9.0, 4.0, 7.0])
HAND_SPEC = [("b1", (2, 1)), ("W1", (2, 3))]
# relu with its kink within 1e-7 of each entry: measured slopes are .55, .35 and .75.
NEAR_KINK = {"W1": np.array([[1e-8, -3e-8, 5e-8]])}
KINK_GRADS = {"dW1": np.array([[1.0, 0.0, 1.0]])}


@pytest.fixture
def params(rng: np.random.Generator) -> Arrays:
    """Random parameters, one of them in column-major memory."""
    params = {name: rng.normal(size=shape) for name, shape in SHAPES.items()}
    params["W1"] = np.asfortranarray(params["W1"])
    return params


@pytest.fixture
def Q(rng: np.random.Generator) -> np.ndarray:
    """A symmetric matrix: ½ xᵀQx has the slope Qx, which any step measures exactly."""
    Q = rng.normal(size=(COUNT, COUNT))
    return (Q + Q.T) / 10


@pytest.fixture
def cost(Q: np.ndarray) -> Callable[[Arrays], float]:
    """Return a cost that ties all entries of all parameters together."""
    return lambda params: float(row_of(params) @ Q @ row_of(params)) / 2


def row_of(params: Arrays) -> np.ndarray:
    """Return all entries in one row, by name."""
    return np.concatenate([params[name].ravel() for name in NAMES])


def grads_of(row: np.ndarray) -> Arrays:
    """Return a row like that of `row_of` as gradients, the last parameter first."""
    ends = np.cumsum([np.prod(SHAPES[name]) for name in NAMES])
    parts = dict(zip(NAMES, np.split(row, ends[:-1]), strict=True))
    backwards = reversed(SHAPES.items())
    return {f"d{name}": parts[name].reshape(shape) for name, shape in backwards}


def distance(a: np.ndarray, b: np.ndarray) -> float:
    """Return the relative difference by torch's norm."""
    lengths = [torch.linalg.vector_norm(torch.tensor(x)).item() for x in (a - b, a, b)]
    return lengths[0] / (lengths[1] + lengths[2])


def relu_cost(params: Arrays) -> np.float64:
    return np.maximum(params["W1"], 0).sum()


def cubic_cost(params: Arrays) -> np.float64:
    return np.sum(params["W1"] ** 3) + np.sum(2 * params["b1"] ** 3)


def places(found: list[tuple[str, tuple[int, ...], float]]) -> str:
    """Return the coordinates that were found, in words: "W1[0, 2] b1[1, 0]"."""
    return " ".join(f"{name}{np.atleast_1d(at).tolist()}" for name, at, _ in found)


def sizes(found: list[tuple[str, tuple[int, ...], float]]) -> np.ndarray:
    return np.array([size for _, _, size in found])


def test_params_to_vector_of_two_parameters_is_known_by_hand():
    theta, _ = params_to_vector(HAND)
    because = "the dict's order, and within a parameter row after row"
    assert_close(theta, HAND_ROW, because)


def test_params_to_vector_notes_name_and_shape_in_the_order_of_the_dict():
    _, spec = params_to_vector(HAND)
    assert_equal(spec, HAND_SPEC, "the spec is a list of (name, shape), in dict order")


def test_params_to_vector_agrees_with_torch(params):
    theta, spec = params_to_vector(params)
    tensors = [torch.tensor(p).contiguous() for p in params.values()]
    want = torch.nn.utils.parameters_to_vector(tensors).numpy()
    assert_close(theta, want, "every parameter counts, in C order, whatever its memory")
    assert_equal(spec, list(SHAPES.items()), "the spec has every shape as it is")


def test_vector_to_params_of_two_parameters_is_known_by_hand():
    params = vector_to_params(HAND_ROW, HAND_SPEC)
    assert_equal(sorted(params), ["W1", "b1"], "the result is a dict with spec's names")
    for name, want in HAND.items():
        assert_close(params[name], want, f"{name} has its own entries, row after row")


def test_vector_to_params_undoes_the_flattening_of_any_shapes(params):
    row = np.concatenate([p.ravel() for p in params.values()])
    found = vector_to_params(row, list(SHAPES.items()))
    assert_equal(sorted(found), NAMES, "the result is a dict with spec's names")
    for name, want in params.items():
        assert_close(found[name], want, f"{name} comes back as it was")


def test_vector_to_params_agrees_with_torch(rng):
    theta = rng.normal(size=COUNT)
    tensors = [torch.empty(shape) for shape in SHAPES.values()]
    torch.nn.utils.vector_to_parameters(torch.tensor(theta), tensors)
    found = vector_to_params(theta, list(SHAPES.items()))
    for name, want in zip(SHAPES, tensors, strict=True):
        assert_close(found[name], want.numpy(), f"{name} is cut out where torch does")


def test_relative_difference_of_a_right_angle_is_five_sevenths():
    assert_close(
        relative_difference(np.array([3.0, 0.0]), np.array([0.0, 4.0])),
        5 / 7,
        "lengths 3 and 4 at a right angle are 5 apart: 5 / (3 + 4)",
    )


def test_relative_difference_is_zero_when_both_are_zero():
    zero = np.zeros((2, 3))
    assert_close(relative_difference(zero, zero), 0.0, "0 / 0 means agreement here: 0.0")


def test_relative_difference_is_one_at_most(rng):
    a = rng.normal(size=(7, 3))
    pairs = [(a, -a), (a, 0 * a), (0 * a, a), (a, -3 * a)]
    got = [relative_difference(*pair) for pair in pairs]
    assert_close(np.array(got), np.ones(4), "nothing, or the opposite, is 1 away")


def test_relative_difference_of_a_factor_depends_on_the_factor_alone(rng):
    a = rng.normal(size=11)
    factors = np.array([1.0001, 0.9, 2.0, 5.0])
    got = [relative_difference(a, factor * a) for factor in factors]
    because = "a factor c leaves |c - 1| / (c + 1): 5e-5 for 1.0001"
    want = np.abs(factors - 1) / (factors + 1)
    assert_close(np.array(got), want, because, rtol=1e-9, atol=0)


@pytest.mark.parametrize("scale", [1.0, 1e-25, 1e25])
@pytest.mark.parametrize("shape", [(1,), (7,), (3, 5), (2, 3, 5)])
def test_relative_difference_agrees_with_torch_at_every_scale(rng, shape, scale):
    a, b = rng.normal(size=(2, *shape))
    because = "||a - b|| / (||a|| + ||b||) in Euclidean norms has no scale"
    got = relative_difference(scale * a, scale * b)
    assert_close(got, distance(a, b), because)


def test_gradient_check_raises_a_false_alarm_at_a_kink():
    got = gradient_check(relu_cost, NEAR_KINK, KINK_GRADS)
    want = distance(np.array([0.55, 0.35, 0.75]), np.array([1.0, 0.0, 1.0]))
    because = "a step of 1e-7 from 1e-8 crosses relu's kink and measures 0.55"
    assert_close(got, want, because, rtol=1e-7)


def test_gradient_check_measures_with_central_differences_of_the_given_step():
    grads = {"db1": 6 * HAND["b1"] ** 2, "dW1": 3 * HAND["W1"] ** 2}
    right = np.concatenate([grads["db1"].ravel(), grads["dW1"].ravel()])
    excess = 0.3**2 * np.array([2.0, 2.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0])
    got = gradient_check(cubic_cost, HAND, grads, 0.3)
    because = "central differences of c x³ exceed the slope by c eps²"
    assert_close(got, distance(right + excess, right), because, rtol=1e-9, atol=0)


def test_gradient_check_of_a_flat_cost_with_zero_gradients_is_zero(params):
    got = gradient_check(lambda params: 4.0, params, grads_of(np.zeros(COUNT)))
    assert_close(got, 0.0, "no slope, measured or given, is agreement: 0.0, not 0 / 0")


def test_gradient_check_accepts_right_gradients_in_any_order(params, Q, cost):
    got = gradient_check(cost, params, grads_of(Q @ row_of(params)), 0.07)
    because = "each gradient belongs to the parameter of its name, whatever the order"
    assert_close(got, 0.0, because, atol=1e-12)


@pytest.mark.parametrize("name", SHAPES)
def test_gradient_check_notices_a_wrong_gradient_of_every_parameter(
    rng, params, Q, cost, name
):
    right = Q @ row_of(params)
    grads = grads_of(right.copy())
    grads[f"d{name}"] += rng.normal(size=SHAPES[name])
    wrong = np.concatenate([grads[f"d{key}"].ravel() for key in NAMES])
    got = gradient_check(cost, params, grads, eps=0.07)
    assert_close(got, distance(right, wrong), f"{name} takes part in the check")


@pytest.mark.parametrize("bug", ["one sign", "1.0001 times", "no L2 term", "zero"])
def test_gradient_check_measures_the_size_of_a_bug(params, Q, cost, bug):
    right = Q @ row_of(params)
    wrong = {
        "one sign": np.where(np.arange(COUNT) == 17, -right, right),
        "1.0001 times": 1.0001 * right,
        "no L2 term": right - 0.3 * row_of(params),
        "zero": 0 * right,
    }[bug]
    got = gradient_check(cost, params, grads_of(wrong), 0.07)
    because = f"one ratio of norms over all parameters measures the bug ({bug})"
    assert_close(got, distance(right, wrong), because, rtol=1e-8, atol=0)


def test_gradient_check_calls_the_cost_with_float64_parameters_of_the_same_shapes(
    params, Q, cost
):
    seen = set()

    def watched_cost(params: Arrays) -> float:
        seen.add(tuple(sorted((k, p.shape, str(p.dtype)) for k, p in params.items())))
        return cost(params)

    gradient_check(watched_cost, params, grads_of(Q @ row_of(params)))
    want = {tuple((name, SHAPES[name], "float64") for name in NAMES)}
    assert_equal(seen, want, "cost_fn takes a dict with the names and shapes of params")


@pytest.mark.parametrize("factor", [1.0, 1.01, -1.0])
def test_gradient_check_gives_the_verdict_of_torch_gradcheck(params, factor):
    def network(params: dict[str, torch.Tensor]) -> torch.Tensor:
        A = torch.tanh(params["W2"] @ torch.tanh(params["W1"] + params["b1"]))
        b = params["b2"] * params["gain"].cos().sum()
        if b.requires_grad:
            b.register_hook(lambda grad: factor * grad)
        return (A.T @ b).pow(2).mean()

    def cost(params: Arrays) -> float:
        return network({k: torch.tensor(p) for k, p in params.items()}).item()

    leaves = {k: torch.tensor(p, requires_grad=True) for k, p in params.items()}
    network(leaves).backward()
    grads = {f"d{name}": leaf.grad.numpy() for name, leaf in leaves.items()}
    verdict = torch.autograd.gradcheck(
        lambda *leaves: network(dict(zip(SHAPES, leaves, strict=True))),
        tuple(leaves.values()),
        raise_exception=False,
    )
    got = gradient_check(cost, params, grads)
    because = "at most 1e-6 for gradients that torch's gradcheck accepts, else more"
    assert_that((got <= 1e-6) == verdict, because, f"a difference of {got:.3g}")
