"""Grades inverted dropout."""

import math
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from dojo.grading import assert_close, assert_equal, assert_that
from katas.ch1_foundations.k04_inverted_dropout import (
    dropout_backward,
    dropout_forward,
    dropout_mask,
)

FALSE_ALARM = 1e-9  # of each statistical comparison, for every right answer
KEEP_PROBS = [0.3, 0.86]


def bernstein(n: int, variance: float, size: float, checks: int) -> float:
    """Return how far `checks` means of n independent draws stray from what is expected.

    Bernstein's inequality, for draws at most `size` away from their expectation:
    P(|mean - expected| >= t) <= 2 exp(-n t² / (2 variance + 2 size t / 3)).
    """
    L = size * math.log(2 * checks / FALSE_ALARM) / 3
    return (L + math.sqrt(L**2 + 6 * n * L * variance / size)) / n


def band(n: int, p: float, checks: int = 1) -> float:
    """Return how far shares of n coins that show 1 with probability p stray from p."""
    return bernstein(n, p * (1 - p), max(p, 1 - p), checks)


def assert_boolean(mask: Any) -> None:
    """Compare a mask's dtype, and say which values it holds."""
    because = "a mask tells kept from dropped: bool"
    dtype, values = np.asarray(mask).dtype, np.unique(np.asarray(mask))[:2]
    came = f"{dtype}: {', '.join(format(value, '.6g') for value in values)}"
    good, want = dtype.kind == "b", "bool: True or False"
    assert_that(good, because, came, want, rung="dtype")


def assert_coins(kept: Any, keep_prob: float) -> None:
    """Say in words what no draw can hide: coins that serve twice, or turned round."""
    kept = np.asarray(kept)
    shares = {0.0: "every entry dropped", 1.0: "every entry kept"}
    got = shares.get(float(np.mean(kept)), "some kept")
    because = "a keep_prob below 1 keeps some entries and drops others"
    assert_equal(got, "some kept", because)
    copied = [
        axis
        for axis in range(kept.ndim)
        if kept.shape[axis] > 1 and np.all(kept == kept.take([0], axis))
    ]
    got = f"the same all along axis {copied[0]}" if copied else "each entry its own"
    because = "each entry is drawn for itself: no two units or samples share coins"
    assert_equal(got, "each entry its own", because)
    share, atol = np.mean(kept), band(kept.size, keep_prob)
    turned = abs(share - keep_prob) > atol >= abs(share - (1 - keep_prob))
    got = "1 - keep_prob" if turned else "keep_prob"
    assert_equal(got, "keep_prob", "the probability to keep an entry is keep_prob")


def assert_share(kept: Any, axis: int | None, keep_prob: float, because: str) -> None:
    """Compare the shares kept, along an axis or of all, with their probability."""
    assert_coins(kept, keep_prob)
    shares = np.mean(kept, axis=axis, keepdims=True)
    atol = band(np.size(kept) // shares.size, keep_prob, shares.size)
    want = np.full(shares.shape, keep_prob)
    assert_close(shares, want, because, rtol=0, atol=atol, rung="statistics")


def assert_independent(kept: Any, axis: int, keep_prob: float, because: str) -> None:
    """Compare each slice's strongest covariance with another slice with 0."""
    assert_coins(kept, keep_prob)
    slices = np.moveaxis(np.asarray(kept, float), axis, 0)
    k = len(slices)
    D = slices.reshape(k, -1) - keep_prob
    C = D @ D.T / D.shape[1]
    np.fill_diagonal(C, 0.0)
    strongest = C[np.arange(k), np.abs(C).argmax(axis=1)]
    variance, size = (keep_prob * (1 - keep_prob)) ** 2, max(keep_prob, 1 - keep_prob)
    atol = bernstein(D.shape[1], variance, size**2, k * k)
    assert_close(strongest, np.zeros(k), because, rtol=0, atol=atol, rung="statistics")


def assert_binomial(counts: list[Any], n: int, keep_prob: float) -> None:
    """Compare how many counts of n coins lie near their mean with the binomial law."""
    because = "coins are tossed: how many entries are kept is left to chance"
    got = (
        "always as many" if len({int(c) for c in counts}) == 1 else "now more, now less"
    )
    assert_equal(got, "now more, now less", because)
    mean, near = n * keep_prob, 0.7 * math.sqrt(n * keep_prob * (1 - keep_prob))
    p = sum(
        math.comb(n, j) * keep_prob**j * (1 - keep_prob) ** (n - j)
        for j in range(n + 1)
        if abs(j - mean) <= near
    )
    shares = np.mean(np.abs(np.array(counts) - mean) <= near, keepdims=True)
    because = "how many entries are kept follows the binomial law"
    atol = band(len(counts), p)
    assert_close(shares, [p], because, rtol=0, atol=atol, rung="statistics")


def assert_drawn_from(
    rng: np.random.Generator, mask: Callable[[np.random.Generator], Any]
) -> None:
    """Compare masks of one generator, of equal ones and of others; watch the global."""
    seeds = rng.integers(2**62, size=7)
    np.random.random(700)  # else a fixed global seed may leave the state as it was
    numpys, pythons = np.random.get_state()[1].tobytes(), random.getstate()
    same = [mask(rng) for _ in seeds]
    other, again = ([mask(np.random.default_rng(s)) for s in seeds] for _ in range(2))
    because = "all randomness comes from the rng that is given"
    moved = np.random.get_state()[1].tobytes() != numpys or random.getstate() != pythons
    assert_equal("a global generator" if moved else "rng", "rng", because)
    because = "each call draws a new mask from rng, and each seed gives another"
    masks = {np.asarray(mask).tobytes() for mask in (*same, *other)}
    got = "always the same mask" if len(masks) == 1 else "other masks"
    assert_equal(got, "other masks", because)
    assert_independent([*same, *other], 0, 0.3, because)
    assert_close(again[0], np.asarray(other[0]), "an equal rng gives an equal mask")


@pytest.mark.parametrize("keep_prob", KEEP_PROBS)
def test_dropout_mask_is_boolean(keep_prob, rng):
    mask = dropout_mask((13, 17), keep_prob, rng)
    assert_boolean(mask)
    assert_equal(np.shape(mask), (13, 17), "a mask has the shape that was asked for")


@pytest.mark.parametrize("shape", [(7,), (5, 3), (2, 3, 7), (0, 3)])
def test_dropout_mask_keeps_everything_at_probability_one(shape, rng):
    mask = dropout_mask(shape, 1.0, rng)
    assert_close(mask, np.ones(shape, bool), "a keep_prob of 1 keeps every entry")


@pytest.mark.parametrize(
    ("shape", "keep_prob"),
    [
        *[((5003,), keep_prob) for keep_prob in (0.004, 0.3, 0.996)],
        *[((211, 307), keep_prob) for keep_prob in KEEP_PROBS],
        ((17, 19, 23), 0.3),
    ],
)
def test_dropout_mask_keeps_with_probability_keep_prob(shape, keep_prob, rng):
    mask = dropout_mask(shape, keep_prob, rng)
    for axis in (None, *range(len(shape))):
        because = "keep_prob is the probability to keep, the same at every place"
        assert_share(mask, axis, keep_prob, because)


def test_dropout_mask_keeps_three_of_ten_to_less_than_half_a_percent(rng):
    mask = dropout_mask((809, 997), 0.3, rng)
    because = "keep_prob is kept to the last digit: no draw is rounded"
    assert_share(mask, None, 0.3, because)


@pytest.mark.parametrize(
    ("shape", "keep_prob"), [((200, 401), 0.86), ((17, 19, 23), 0.3)]
)
def test_dropout_mask_is_drawn_anew_for_each_unit_and_sample(shape, keep_prob, rng):
    mask = dropout_mask(shape, keep_prob, rng)
    for axis in range(len(shape)):
        because = "each entry is drawn for itself: no two units or samples share coins"
        assert_independent(mask, axis, keep_prob, because)


def test_dropout_mask_draws_from_rng_alone(rng):
    assert_drawn_from(rng, lambda source: dropout_mask((13, 17), 0.3, source))


def test_dropout_mask_keeps_no_fixed_number_of_entries(rng):
    counts = [np.sum(dropout_mask((5, 7), 0.3, rng)) for _ in range(109)]
    assert_binomial(counts, 35, 0.3)


def forward(
    A: np.ndarray, keep_prob: float, rng: np.random.Generator, *training: bool
) -> tuple[Any, Any]:
    """Return the two results of dropout_forward, once there are two."""
    pair = dropout_forward(A, keep_prob, rng, *training)
    because = "dropout_forward returns the activations and the mask"
    none = "None: is a return missing?"
    assert_that(pair is not None, because, none, "a tuple of two", rung="returned")
    came = f"{len(pair)} of them" if isinstance(pair, tuple) else type(pair).__name__
    good = isinstance(pair, tuple) and len(pair) == 2
    assert_that(good, because, came, "a tuple of two", rung="type")
    kinds = [type(part).__name__ for part in pair]
    because = "the activations come back as an array"
    assert_that(isinstance(pair[0], np.ndarray), because, kinds[0], "an array")
    if False not in training:
        because = "while training the mask is returned: the backward pass needs it"
        assert_that(isinstance(pair[1], np.ndarray), because, kinds[1], "a mask")
    return pair


def test_dropout_forward_changes_nothing_at_probability_one(rng):
    A = rng.standard_normal((5, 3))
    A_dropped, mask = forward(A, 1.0, rng, True)
    assert_close(A_dropped, A, "a keep_prob of 1 keeps all and divides by 1")
    assert_close(mask, np.ones((5, 3), bool), "a mask is boolean, and this keeps all")


def assert_scaled(pair: tuple[Any, Any], A: np.ndarray, keep_prob: float) -> None:
    """Compare what stands in A's place with A, under the mask that came with it.

    Which entries are kept is left to chance, by what they are multiplied is not.
    """
    A_dropped, mask = pair
    assert_boolean(mask)
    assert_equal(np.shape(mask), A.shape, "the mask has the shape of A")
    dtype = np.result_type(A, np.float32 if A.dtype == np.float32 else np.float64)
    got, because = A_dropped[:0], "float32 stays float32, integers become float64"
    assert_close(got, np.empty((0, *A.shape[1:]), dtype), because)
    assert_equal(np.shape(A_dropped), A.shape, "the result has the shape of A")
    factors, dropped = A_dropped[mask] / A[mask], A_dropped[~mask]
    got = np.array([np.min(factors, initial=9e9), np.max(factors, initial=-9e9)])
    because = "what the mask keeps is divided by keep_prob, and nothing else"
    rtol = 1e-5 if dtype == np.float32 else None
    assert_close(got.astype(float), [1 / keep_prob] * 2, because, rtol=rtol)
    because = "what the mask drops is 0"
    assert_close(np.abs(dropped).max(initial=0.0).astype(float), np.zeros(()), because)


@pytest.mark.parametrize("shape", [(11, 7), (53, 1), (1, 47)])
@pytest.mark.parametrize("keep_prob", KEEP_PROBS)
def test_dropout_forward_divides_what_its_mask_keeps(shape, keep_prob, rng):
    A = rng.standard_normal((*shape[::-1], 2))[..., 0].T  # with gaps in memory
    assert_scaled(forward(A, keep_prob, rng), A, keep_prob)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("keep_prob", KEEP_PROBS)
def test_dropout_forward_is_the_identity_at_test_time(keep_prob, dtype, rng):
    A = rng.standard_normal((5, 11)).astype(dtype)
    because = "at test time nothing is dropped and nothing scaled"
    assert_close(forward(A, keep_prob, rng, False)[0], A, because)
    by_name = dropout_forward(A=A, keep_prob=keep_prob, rng=rng, training=False)
    assert_close(by_name[0], A, because)


@pytest.mark.parametrize("keep_prob", [*KEEP_PROBS, 1.0])
def test_dropout_forward_has_no_mask_at_test_time(keep_prob, rng):
    _, mask = forward(rng.standard_normal((5, 3)), keep_prob, rng, False)
    because = "where nothing is dropped there is no mask: it is None"
    assert_that(mask is None, because, type(mask).__name__, "None", rung="type")


@pytest.mark.parametrize("dtype", ["float32", int])
def test_dropout_forward_keeps_float32_and_takes_integers_as_float64(dtype, rng):
    A = (rng.integers(1, 9, (11, 13)) * rng.choice([-1, 1], (11, 13))).astype(dtype)
    assert_scaled(forward(A, 0.3, rng), A, 0.3)


@pytest.mark.parametrize("keep_prob", KEEP_PROBS)
def test_dropout_forward_keeps_every_expected_activation(keep_prob, rng):
    a = rng.uniform(1, 3, (31, 1)) * rng.choice([-1, 1], (31, 1))
    A_dropped, mask = forward(np.repeat(a, 503, axis=1), keep_prob, rng, True)
    assert_boolean(mask)
    kept = np.sum(A_dropped * mask, axis=1) / np.maximum(np.sum(mask, axis=1), 1)
    because = "kept with probability keep_prob and divided by it, a unit is what it was"
    assert_close(keep_prob * kept, a[:, 0], because)


@pytest.mark.parametrize("keep_prob", [0.004, *KEEP_PROBS, 0.996])
def test_dropout_forward_keeps_with_probability_keep_prob(keep_prob, rng):
    size = (307, 211) if keep_prob in KEEP_PROBS else (1, 20011)
    A = np.maximum(rng.standard_normal(size), 0.0)  # half of it is zeros
    _, mask = forward(A, keep_prob, rng)
    for axis in (None, 0, 1):
        because = "keep_prob is the probability to keep, also where A is 0"
        assert_share(mask, axis, keep_prob, because)


@pytest.mark.parametrize("axis", [0, 1])
def test_dropout_forward_drops_each_unit_of_each_sample_by_itself(axis, rng):
    _, mask = forward(rng.standard_normal((200, 401)), 0.3, rng)
    because = "each entry is dropped by itself: no two units or samples share coins"
    assert_independent(mask, axis, 0.3, because)


def test_dropout_forward_draws_from_rng_alone(rng):
    A = rng.standard_normal((13, 17))
    assert_drawn_from(rng, lambda source: forward(A, 0.3, source)[1])


def test_dropout_forward_drops_no_fixed_number_of_units(rng):
    A = rng.standard_normal((5, 7))
    assert_binomial([np.sum(forward(A, 0.3, rng)[1]) for _ in range(109)], 35, 0.3)


@pytest.mark.parametrize("given", [float, int])
def test_dropout_backward_by_hand(given):
    dA = np.array([[3, -1, 2], [-4, 5, 7]], dtype=given)
    mask = np.array([[True, True, False], [False, True, True]])
    want = [[3.75, -1.25, 0.0], [0.0, 6.25, 8.75]]
    because = "kept entries were divided by 0.8, so their gradient is too"
    assert_close(dropout_backward(dA, mask, 0.8), want, because)


@pytest.mark.parametrize("kept", [True, False])
def test_dropout_backward_divides_by_keep_prob_whatever_share_was_kept(kept, rng):
    dA = rng.standard_normal((5, 3))
    got = dropout_backward(dA, np.full(dA.shape, kept), 0.3)
    because = "the scale is that of the forward pass: keep_prob, not the share kept"
    assert_close(got, kept * dA / 0.3, because)


@pytest.mark.parametrize("keep_prob", [*KEEP_PROBS, 1.0])
@pytest.mark.parametrize("shape", [(11, 7), (13, 1), (1, 17)])
def test_dropout_backward_agrees_with_autograd(shape, keep_prob, rng):
    A, dA = rng.standard_normal((2, *shape[::-1])).swapaxes(1, 2)  # column by column
    mask = rng.random(shape) < (0.6 if keep_prob < 1 else 1)
    torch_A = torch.from_numpy(A.copy()).requires_grad_()
    torch_Y = torch_A * torch.from_numpy(mask) / keep_prob
    torch_Y.backward(torch.from_numpy(dA.copy()))
    because = "this is what autograd finds for the mask that was used"
    got, want = dropout_backward(dA, mask, keep_prob), torch_A.grad.numpy()
    assert_close(got, want, because, rung="gradient")


def test_dropout_backward_keeps_float32(rng):
    dA = rng.standard_normal((5, 11)).astype(np.float32)
    mask = rng.random((5, 11)) < 0.6
    want = np.where(mask, dA / 0.86, 0.0).astype(np.float32)
    assert_close(dropout_backward(dA, mask, 0.86), want, "float32 stays float32")
