"""Grades weight initialization."""

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch

from dojo.grading import (
    assert_close,
    assert_equal,
    assert_that,
    assert_within,
    binomial_band,
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

FACTOR = {"tanh": 1, "identity": 1, "relu": 2}  # of 1 / fan_in, the variance
POWER = {"identity": 2.89, "relu": 1.445, "tanh": 0.58326}  # E[g(z)²], z ~ N(0, 1.7²)


def std_band(variances: np.ndarray) -> float:
    """Return how far the root mean std of normal draws strays, relative to itself.

    Once in 1e9 runs, for draws of these variances: Laurent & Massart (2000), "Adaptive
    estimation of a quadratic functional by model selection", lemma 1.
    """
    a, L = variances / np.sum(variances), math.log(2e9)
    return 1 - math.sqrt(1 - 2 * math.sqrt(L * np.sum(a**2)) - 2 * L * np.max(a))


def assert_normal(draws: Any, because: str) -> None:
    """Compare the means of cos(t z) with what they are for N(0, 1), exp(-t² / 2)."""
    t, atol = np.array([0.7, 1.4, 2.1, 2.8]), 2 * binomial_band(np.size(draws), 0)[1]
    got = np.cos(np.multiply.outer(t, draws)).mean(axis=1)
    assert_close(got, np.exp(-t * t / 2), because, rtol=0, atol=atol, rung="statistics")


def assert_unrelated(rows: Any, because: str) -> None:
    """Compare each row's strongest cosine with another row with 0.

    P(|cosine| >= t) <= 2 exp(-n t² / 2) if directions are random: 1e-9 for k² pairs.
    """
    rows = np.array(rows, float)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True) + 1e-300
    k, n = rows.shape
    strongest = np.abs(rows @ rows.T - np.eye(k)).max(axis=1)
    atol = math.sqrt(2 * math.log(2e9 * k * k) / n)
    assert_close(strongest, np.zeros(k), because, rtol=0, atol=atol, rung="statistics")


def draws_of(rng: Any, draw: Any) -> list[Any]:
    """Return draws of one generator and of others; check equal ones, and the global."""
    seeds, state = rng.integers(2**62, size=7), np.random.get_state
    before, because = state()[1].tobytes(), "all randomness comes from the given rng"
    same = [draw(rng) for _ in seeds]
    other, again = ([draw(np.random.default_rng(s)) for s in seeds] for _ in range(2))
    assert_that(state()[1].tobytes() == before, because, "a global generator", "rng")
    assert_close(np.array(again), np.array(other), "an equal rng gives equal weights")
    return [*same, *other]


@pytest.mark.parametrize(("depth", "gain"), [(0, 1.0), (1, -3.0), (2, 9.0), (3, -27.0)])
def test_deep_linear_gain_by_hand(depth, gain):
    assert_close(deep_linear_gain(-3.0, depth), gain, "every layer multiplies by w")


@pytest.mark.parametrize("depth", [0, 5, 17, 101])
@pytest.mark.parametrize("sign", [-1, 0, 1])
def test_deep_linear_gain_is_what_a_chain_of_layers_does(depth, sign, rng):
    w = sign * float(rng.uniform(0.3, 0.9))
    want, because = math.prod([1.0] + [w] * depth), "what the layers make of a 1"
    assert_close(deep_linear_gain(w, depth), want, because, rtol=1e-12, atol=0)


@pytest.mark.parametrize(("n", "std"), [(1, 1.0), (25, 0.2), (10_000, 0.01)])
def test_init_std_by_hand(n, std):
    assert_close(init_std(n, "tanh"), std, "tanh keeps its scale at 1 / fan_in")
    assert_close(init_std(n, "identity"), std, "so does the identity")
    assert_close(init_std(2 * n, "relu"), std, "relu needs a variance of 2 / fan_in")


@pytest.mark.parametrize("fan_in", [3, 257, 784])
@pytest.mark.parametrize(("name", "kind"), [("identity", "linear"), ("relu", "relu")])
def test_init_std_agrees_with_kaiming_normal(fan_in, name, kind, generator):
    W, state = torch.empty(11, fan_in, dtype=torch.float64), generator.get_state()
    torch.nn.init.kaiming_normal_(W, nonlinearity=kind, generator=generator)
    Z = torch.empty_like(W).normal_(generator=generator.set_state(state))
    want = (W / Z).median().item()
    assert_close(init_std(fan_in, name), want, "kaiming_normal_ scales its draws by it")


@pytest.mark.parametrize("activation", ["sigmoid", "leaky_relu", ""])
def test_init_std_rejects_an_unknown_activation(activation):
    with raises(ValueError, because="only tanh, identity and relu have a known factor"):
        init_std(7, activation)


@pytest.mark.parametrize(("n_in", "n_out", "bound"), [(1, 5, 1.0), (17, 7, 0.5)])
def test_xavier_uniform_bound_by_hand(n_in, n_out, bound):
    because = "U(-a, a) has variance a² / 3, which is to be 2 / (fan_in + fan_out)"
    assert_close(xavier_uniform_bound(n_in, n_out), bound, because)
    assert_close(xavier_uniform_bound(n_in, n_out, gain=3.0), 3 * bound, because)


@pytest.mark.parametrize(("fan_in", "fan_out"), [(3, 257), (784, 5), (101, 103)])
@pytest.mark.parametrize("gain", [1.0, 5 / 3, 0.3])
def test_xavier_uniform_bound_agrees_with_torch(fan_in, fan_out, gain, generator):
    W, state = torch.empty(fan_out, fan_in, dtype=torch.float64), generator.get_state()
    torch.nn.init.xavier_uniform_(W, gain, generator=generator)
    U = torch.empty_like(W).uniform_(-1, 1, generator=generator.set_state(state))
    got, want = xavier_uniform_bound(fan_in, fan_out, gain), (W / U).median().item()
    assert_close(got, want, "this is the bound that xavier_uniform_ draws within")


@pytest.mark.parametrize("layer_dims", [[5, 3], [7, 5, 3, 2], [2, 3, 5, 7] * 3])
def test_init_params_has_w_and_b_of_every_layer_but_the_input(layer_dims, rng):
    params = init_params(layer_dims, "tanh", rng)
    kind = "dict" if isinstance(params, dict) else type(params).__name__
    assert_equal(kind, "dict", "the parameters are in a dict, each under its name")
    want = sorted(f"{name}{i}" for name in "Wb" for i in range(1, len(layer_dims)))
    assert_equal(sorted(params), want, "layers count from 1, the input has no weights")
    for i, (n_in, n_out) in enumerate(pairwise(layer_dims), 1):
        W, b = params[f"W{i}"], params[f"b{i}"]
        assert_equal(np.shape(W), (n_out, n_in), f"W{i} has a row for each unit")
        assert_equal(np.shape(b), (n_out, 1), f"b{i} is a column, with a row a unit")
        assert_close(W, np.array(W, float), f"W{i} is an array of float64")


def test_init_params_starts_with_biases_of_zero(rng):
    # Memory that was in use before: np.empty would give it back as it was left.
    used = [np.full((n_out, 1), 7.0) for n_out in (5, 3) for _ in range(9)]
    del used
    params = init_params([7, 5, 3], "relu", rng)
    for name, n_out in (("b1", 5), ("b2", 3)):
        assert_close(params[name], np.zeros((n_out, 1)), "biases start at 0")


@pytest.mark.parametrize("activation", ["sigmoid", "leaky_relu", ""])
def test_init_params_rejects_an_unknown_activation(activation, rng):
    with raises(ValueError, because="only tanh, identity and relu have a known factor"):
        init_params([7, 5, 3], activation, rng)


@pytest.mark.parametrize("activation", FACTOR)
def test_init_params_scales_each_layer_by_its_fan_in(activation, rng):
    params = init_params([3, 5003, 7, 2003], activation, rng)
    stds = [np.sqrt(np.mean(params[f"W{i}"] ** 2)) for i in (1, 2, 3)]
    want = [math.sqrt(FACTOR[activation] / fan_in) for fan_in in (3, 5003, 7)]
    factor = FACTOR[activation]
    because = (
        f"the standard deviation of Wl is sqrt({factor} / n_(l-1)) for {activation}"
    )
    rtol = std_band(np.ones(7 * 2003))  # of the smallest layer
    assert_close(np.array(stds), want, because, rtol=rtol, atol=0, rung="statistics")


def test_init_params_draws_normal_weights_of_mean_zero(rng):
    params = init_params([307, 211, 101], "relu", rng)
    W1, W2 = params["W1"] * (307 / 2) ** 0.5, params["W2"] * (211 / 2) ** 0.5
    Z = np.concatenate([np.ravel(W1), np.ravel(W2)])
    assert_normal(Z, "the weights of every layer are normal draws")
    assert_within(Z.sum() / Z.size**0.5, -6.2, 6.2, "weights have mean 0")  # 6e-10


def test_init_params_gives_each_unit_weights_of_its_own(rng):
    params = init_params([101, 211, 101, 211], "tanh", rng)
    weights = [np.asarray(params[name]) for name in ("W1", "W2", "W3")]
    for vectors in (*weights, *(W.T for W in weights), [W.ravel() for W in weights]):
        assert_unrelated(vectors, "units with equal weights stay equal for ever")


def test_init_params_draws_from_rng_alone(rng):
    draws = draws_of(rng, lambda s: np.ravel(init_params([13, 17], "tanh", s)["W1"]))
    because = "each call draws new weights, and each seed others"
    got = "always the same weights" if not np.ptp(draws, axis=0).any() else "new ones"
    assert_equal(got, "new ones", because)
    assert_unrelated(draws, because)
    spread = np.ptp(np.linalg.norm(draws, axis=1))
    size = "random" if spread > 1e-6 else "always the same"
    assert_equal(size, "random", "the size of the weights is left to chance")


@pytest.mark.parametrize("depth", [1, 4])
def test_propagate_std_gives_a_number_for_each_layer(depth, rng):
    x, asked = np.full((1, 5), 3.0), []
    stds = propagate_std(x, depth, lambda n: asked.append(n) or 0.4, "tanh", rng)
    kind = "list" if isinstance(stds, list) else type(stds).__name__
    assert_equal(kind, "list", "the numbers are in a list")
    because = "each layer has one number"
    assert_equal(f"{len(stds)} numbers", f"{depth} numbers", because)
    kinds = {"float" if isinstance(s, float) else type(s).__name__ for s in stds}
    because = "each number is a Python float: float(Z.std())"
    assert_equal(", ".join(sorted(kinds)), "float", because)
    because = "samples that are all alike have the same z: its spread is 0"
    assert_close(np.array(stds), np.zeros(depth), because)
    because = "each layer has one input, so std_fn is asked for 1"
    assert_equal(sorted(set(asked)), [1], because)


def test_propagate_std_of_one_unit_and_one_sample_is_zero(rng):
    stds = propagate_std(np.array([[3.0]]), 4, lambda n: 0.4, "identity", rng)
    because = "one number has no spread: the mean square is over all entries of z"
    assert_close(np.array(stds), np.zeros(4), because)


def test_propagate_std_draws_from_rng_alone(rng):
    x = rng.standard_normal((7, 3))
    draws = draws_of(rng, lambda s: propagate_std(x, 3, lambda n: 0.4, "relu", s))
    got = f"{len(set(map(tuple, draws)))} different results of 14 runs"
    because = "each call and each seed draws anew"
    assert_equal(got, "14 different results of 14 runs", because)


@pytest.mark.parametrize("activation", ["identity", "relu"])
def test_propagate_std_carries_a_scale_from_layer_to_layer(activation, rng):
    x, seed = rng.standard_normal((17, 3)), rng.integers(2**62)
    twin, other = np.random.default_rng(seed), np.random.default_rng(seed)
    stds = np.array(propagate_std(x, 5, lambda n: 3 / n, activation, twin))
    got = np.array(propagate_std(7 * x, 5, lambda n: 6 / n, activation, other))
    want, because = 7 * 2.0 ** np.arange(1, 6) * stds, "z has the scale of every W"
    assert_close(got, want, because, rung="statistics")  # no truth: both are answers


@pytest.mark.parametrize("activation", FACTOR)
def test_propagate_std_measures_all_of_z_at_once(activation, rng):
    sizes = rng.uniform(-3, -0.2, 199)  # of samples with one input each
    stds = propagate_std(np.eye(401, 199) * sizes, 1, lambda n: n / 99, activation, rng)
    because = "the first z is W @ x, and its spread is over all units and samples"
    want = [401 / 99 * math.sqrt(np.mean(sizes**2))]
    rtol = 1.1 * std_band(np.tile(sizes**2, 401))  # a tenth more: z has a small mean
    assert_close(np.array(stds), want, because, rtol=rtol, atol=0, rung="statistics")


@pytest.mark.parametrize("activation", POWER)
def test_propagate_std_feeds_activations_to_the_next_layer(activation, rng):
    x = -1.7 * np.eye(401, 199)
    stds = propagate_std(x, 2, lambda n: n / 401, activation, rng)
    because = "layer 2 multiplies the activations of layer 1 by weights of its own"
    want = [1.7, math.sqrt(401 * POWER[activation])]  # ±11 % is over 8 sigma, measured
    assert_close(np.array(stds), want, because, rtol=0.11, atol=0, rung="statistics")


def test_propagate_std_draws_new_normal_weights_for_every_layer(rng):
    X = rng.uniform(5, 9, (23, 1, 3))
    stds = [[x.std(), *propagate_std(x, 89, lambda n: 1.9, "identity", rng)] for x in X]
    S = np.maximum(stds, 1e-300)
    ratios = np.ravel(S[:, 1:] / S[:, :-1])  # |w|, as n = 1
    assert_normal(ratios / 1.9, "every layer draws its own w from N(0, std_fn(n)²)")


def test_propagate_std_lets_relu_silence_a_lone_unit_for_good(rng):
    stds = propagate_std(np.array([[-2.0, 3.0]]), 53, lambda n: 1.0, "relu", rng)
    because = "relu is 0 below 0: one negative w silences a chain of single units"
    assert_close(np.array(stds[50:]), np.zeros(3), because, atol=0)  # 50 w > 0: 2^-50


WIDE = [("relu", 1, 1e-9, 1e-6), ("relu", 2, 0.05, 20), ("relu", 4, 1e6, 1e9)]
WIDE += [("tanh", 1, 0.05, 0.2), ("identity", 1, 0.05, 20)]


@slow(20)
@pytest.mark.parametrize(("activation", "factor", "low", "high"), WIDE)
def test_propagate_std_shows_which_factor_suits(activation, factor, low, high, rng):
    x, scale = rng.standard_normal((256, 7)), math.sqrt(factor)
    last = propagate_std(x, 50, lambda n: scale / math.sqrt(n), activation, rng)[-1]
    because = f"50 layers of {activation} with variance {factor} / n end near there"
    assert_within(last, low, high, because)
