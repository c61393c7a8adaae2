"""Grades weight initialisation."""

import math
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from dojo.grading import (
    assert_close,
    assert_equal,
    assert_that,
    assert_within,
    raises,
    slow,
)
from katas.ch1_foundations.k07_weight_init import (
    deep_linear_gain,
    init_params,
    init_std,
    propagate_std,
    xavier_uniform_bound,
)

FALSE_ALARM = 1e-9  # of each statistical comparison, for every right answer
FACTOR = {"tanh": 1, "identity": 1, "relu": 2}  # of 1 / fan_in, the variance
ACTIVATE = {"tanh": np.tanh, "identity": lambda z: z, "relu": lambda z: z * (z > 0)}


def share_band(n: int, p: float) -> float:
    """Return how far the share of n draws strays from its probability p.

    Bernstein's inequality: P(|share - p| >= t) <= 2 exp(-n t² / (2 p (1 - p) + 2 t / 3)).
    """
    L = math.log(2 / FALSE_ALARM) / 3
    return (L + math.sqrt(L**2 + 6 * n * L * p * (1 - p))) / n


def std_band(variances: np.ndarray) -> float:
    """Return how far the root mean square of normal draws strays, relative to itself.

    For sums of squares that are expected to be `variances`, by Laurent & Massart (2000),
    "Adaptive estimation of a quadratic functional by model selection", lemma 1.
    """
    a, L = variances / variances.sum(), math.log(2 / FALSE_ALARM)
    return 1 - math.sqrt(1 - 2 * math.sqrt(L * (a**2).sum()) - 2 * L * a.max())


def assert_normal(draws: np.ndarray, because: str) -> None:
    """Compare how many draws lie near 0, between, and far from it with N(0, 1)."""
    size = np.abs(draws)
    near, far = math.erf(0.5 / math.sqrt(2)), math.erfc(1.8 / math.sqrt(2))
    shares = [np.mean(size < 0.5), np.mean((size >= 0.5) & (size <= 1.8))]
    shares, want = [*shares, np.mean(size > 1.8)], [near, 1 - near - far, far]
    atol = np.array([share_band(draws.size, p) for p in want])
    assert_close(np.array(shares), want, because, rtol=0, atol=atol, rung="statistics")


def assert_unrelated(rows: Any, because: str) -> None:
    """Compare each vector's strongest cosine with another vector with 0.

    For directions drawn at random from a sphere in n dimensions,
    P(|cosine| >= t) <= 2 exp(-n t² / 2).
    """
    rows = np.array(rows, float)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True) + 1e-300
    k, n = rows.shape
    C = rows @ rows.T - np.eye(k)
    strongest = C[np.arange(k), np.abs(C).argmax(axis=1)]
    atol = math.sqrt(2 * math.log(2 * k * k / FALSE_ALARM) / n)
    assert_close(strongest, np.zeros(k), because, rtol=0, atol=atol, rung="statistics")


def draws_of(rng: Any, draw: Callable[[np.random.Generator], Any]) -> list[np.ndarray]:
    """Return draws of one generator, and of others; check equal ones, and the global."""

    def states() -> tuple[Any, ...]:
        _, keys, *rest = np.random.get_state()
        return keys.tobytes(), rest, random.getstate()

    seeds, before = rng.integers(2**62, size=7), states()
    same = [draw(rng) for _ in seeds]
    other, again = ([draw(np.random.default_rng(s)) for s in seeds] for _ in range(2))
    assert_close(again[0], np.asarray(other[0]), "an equal rng gives equal weights")
    assert_that(states() == before, "all randomness comes from rng, none from a global")
    return [*same, *other]


@pytest.mark.parametrize(
    ("w", "depth", "gain"),
    [(-3.0, 2, 9.0), (-3.0, 3, -27.0), (1.5, 4, 5.0625), (0.5, 50, 2.0**-50)]
    + [(1.7, 1, 1.7), (1.7, 0, 1.0), (0.0, 3, 0.0)],
)
def test_deep_linear_gain_by_hand(w, depth, gain):
    because = "each layer multiplies once more by w"
    assert_close(deep_linear_gain(w, depth), gain, because, rtol=1e-12, atol=0)


@pytest.mark.parametrize("depth", [2, 7, 31, 50])
def test_deep_linear_gain_is_what_a_chain_of_layers_does(depth, rng):
    w = rng.uniform(0.3, 2.0) * rng.choice([-1, 1])
    layers = [torch.nn.Linear(1, 1, bias=False, dtype=torch.float64)] * depth
    layers[0].weight.data.fill_(w)
    gain = torch.nn.Sequential(*layers)(torch.ones(1, dtype=torch.float64)).item()
    because = "the gain is what the layers make of an input of 1"
    assert_close(deep_linear_gain(float(w), depth), gain, because, rtol=1e-12, atol=0)


@pytest.mark.parametrize(
    ("fan_in", "activation", "std"),
    [(25, "tanh", 0.2), (16, "identity", 0.25), (8, "relu", 0.5), (1, "tanh", 1.0)]
    + [(2, "relu", 1.0), (10_000, "identity", 0.01), (800, "relu", 0.05)],
)
def test_init_std_by_hand(fan_in, activation, std):
    because = "the variance is 1 / fan_in, and 2 / fan_in for relu"
    assert_close(init_std(fan_in, activation), std, because)


@pytest.mark.parametrize("fan_in", [3, 257, 784])
@pytest.mark.parametrize("activation", ["identity", "relu"])
def test_init_std_agrees_with_kaiming_normal(fan_in, activation, generator):
    kind = {"identity": "linear"}.get(activation, activation)
    W, state = torch.empty(11, fan_in, dtype=torch.float64), generator.get_state()
    torch.nn.init.kaiming_normal_(W, nonlinearity=kind, generator=generator)
    Z = torch.empty_like(W).normal_(generator=generator.set_state(state))
    because = "this is what kaiming_normal_ multiplies standard normal draws by"
    assert_close(init_std(fan_in, activation), (W / Z).median().item(), because)


@pytest.mark.parametrize("activation", ["sigmoid", "leaky_relu", ""])
def test_init_std_rejects_an_unknown_activation(activation):
    with raises(ValueError, because="only tanh, identity and relu have a known factor"):
        init_std(7, activation)


@pytest.mark.parametrize(
    ("fan_in", "fan_out", "bound"), [(1, 5, 1.0), (14, 10, 0.5), (250, 350, 0.1)]
)
def test_xavier_uniform_bound_by_hand(fan_in, fan_out, bound):
    because = "U(-a, a) has variance a² / 3, which is to be 2 / (fan_in + fan_out)"
    assert_close(xavier_uniform_bound(fan_in, fan_out), bound, because)
    assert_close(xavier_uniform_bound(fan_in, fan_out, gain=3.0), 3 * bound, because)


@pytest.mark.parametrize(("fan_in", "fan_out"), [(3, 257), (784, 5), (101, 103)])
@pytest.mark.parametrize("gain", [1.0, 5 / 3, 0.3])
def test_xavier_uniform_bound_agrees_with_torch(fan_in, fan_out, gain, generator):
    W, state = torch.empty(fan_out, fan_in, dtype=torch.float64), generator.get_state()
    torch.nn.init.xavier_uniform_(W, gain, generator=generator)
    U = torch.empty_like(W).uniform_(-1, 1, generator=generator.set_state(state))
    want = (W / U).median().item()
    because = "this is the bound of xavier_uniform_"
    assert_close(xavier_uniform_bound(fan_in, fan_out, gain), want, because)


def params_of(layer_dims: list[int], activation: str, rng: Any) -> dict[str, Any]:
    """Return what init_params returns, once it is a dict."""
    params = init_params(layer_dims, activation, rng)
    good, because = isinstance(params, dict), "init_params returns a dict of arrays"
    assert_that(good, because, type(params).__name__, "a dict", rung="type")
    return params


LAYERS = [[5, 3], [7, 5, 3, 2], [2, 3, 2, 5, 2, 3, 7, 2, 5, 3, 2, 11]]


@pytest.mark.parametrize("layer_dims", LAYERS)
def test_init_params_has_a_w_and_a_b_for_every_layer_but_the_input(layer_dims, rng):
    params = params_of(layer_dims, "tanh", rng)
    names = [f"{letter}{i}" for letter in "Wb" for i in range(1, len(layer_dims))]
    assert_equal(sorted(params), sorted(names), "layers count from 1, without the input")


@pytest.mark.parametrize("layer_dims", LAYERS)
def test_init_params_has_a_row_for_each_unit(layer_dims, rng):
    params = params_of(layer_dims, "relu", rng)
    for i, (n_in, n_out) in enumerate(zip(layer_dims, layer_dims[1:], strict=False), 1):
        W, b = params[f"W{i}"], params[f"b{i}"]
        assert_equal(np.shape(W), (n_out, n_in), f"W{i} has a row a unit, so W @ A fits")
        assert_equal(np.shape(b), (n_out, 1), f"b{i} is a column, added to each sample")
        assert_close(W, np.array(W, float), f"W{i} is an array of float64")


@pytest.mark.parametrize("activation", FACTOR)
def test_init_params_starts_with_biases_of_zero(activation, rng):
    params = params_of([7, 5, 3], activation, rng)
    assert_close(params["b1"], np.zeros((5, 1)), "biases start at 0")
    assert_close(params["b2"], np.zeros((3, 1)), "biases start at 0")


@pytest.mark.parametrize("activation", ["sigmoid", "leaky_relu", ""])
def test_init_params_rejects_an_unknown_activation(activation, rng):
    with raises(ValueError, because="only tanh, identity and relu have a known factor"):
        init_params([7, 5, 3], activation, rng)


@pytest.mark.parametrize("activation", FACTOR)
def test_init_params_draws_weights_whose_variance_depends_on_fan_in(activation, rng):
    layer_dims = [3, 5003, 7, 2003]
    params = params_of(layer_dims, activation, rng)
    stds = [np.sqrt(np.mean(params[f"W{i}"] ** 2)) for i in (1, 2, 3)]
    want = [math.sqrt(FACTOR[activation] / n) for n in layer_dims[:3]]
    because = "each layer's variance is 1 / n_{l-1}, and 2 / n_{l-1} for relu"
    rtol = std_band(np.ones(7 * 2003))
    assert_close(np.array(stds), want, because, rtol=rtol, atol=0, rung="statistics")


@pytest.mark.parametrize("activation", FACTOR)
def test_init_params_draws_from_a_normal_distribution(activation, rng):
    params = params_of([307, 211, 101], activation, rng)
    for i, fan_in in ((1, 307), (2, 211)):
        Z = params[f"W{i}"] / math.sqrt(FACTOR[activation] / fan_in)
        assert_normal(np.ravel(Z), "the weights of every layer are normal draws")
        mean, because = np.sum(Z) / math.sqrt(np.size(Z)), "weights have mean 0"
        assert_within(mean, -6.2, 6.2, because)  # of N(0, 1): false alarm 6e-10


def test_init_params_gives_each_unit_weights_of_its_own(rng):
    params = params_of([101, 211, 101, 211], "tanh", rng)
    W1, W2, W3 = (params[f"W{i}"] for i in (1, 2, 3))
    because = "units with equal weights stay equal for ever: draw each weight by itself"
    for vectors in (W1, np.transpose(W1), W3, np.transpose(W3)):
        assert_unrelated(vectors, because)
    assert_unrelated([np.ravel(W) for W in (W1, W2, W3)], "layers share no weights")


def test_init_params_draws_from_rng_alone(rng):
    draws = draws_of(rng, lambda s: np.ravel(params_of([13, 17], "tanh", s)["W1"]))
    assert_unrelated(draws, "each call draws new weights, and each seed others")
