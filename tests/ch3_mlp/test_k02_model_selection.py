"""Grades splits, folds and polynomials."""

import math
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor

from dojo.data import polynomial
from dojo.grading import assert_close, assert_equal, assert_that, assert_type
from katas.ch3_mlp.k02_model_selection import (
    diagnose,
    fit_polynomial,
    k_fold_indices,
    poly_features,
    train_val_test_split,
)

SETS = "training", "validation", "test"
# The first loses or gains two samples where two sizes are rounded the same way.
SPLITS = [(19, (0.52, 0.31, 0.17)), (21, (0.53, 0.29, 0.18)), (7, (0.4, 0.35, 0.25))]
SPLITS += [(1001, (0.8, 0.1, 0.1)), (23, (0.2, 0.3, 0.5)), (100, (0.29, 0.57, 0.14))]
FOLDS = [(10, 3), (23, 5), (11, 2), (7, 7), (1013, 13), (12, 4), (19, 10)]
DRAWS, FALSE_ALARM = 600, 1e-7  # of a whole test of chance, for every right answer


def band(checks: int) -> float:
    """Return how far `checks` means of DRAWS numbers from 0 to 1 stray (Hoeffding)."""
    return math.sqrt(math.log(2 * checks / FALSE_ALARM) / (2 * DRAWS))


def assert_partition(parts: list[Tensor], n: int, because: str) -> None:
    """Say which indices are missing, stand twice, or do not exist."""
    seen = Counter(index for part in parts for index in part.tolist())
    faults = {"missing": [i for i in range(n) if not seen[i]]}
    faults["there more than once"] = sorted(i for i in seen if seen[i] > 1)
    faults["no index of a sample"] = sorted(i for i in seen if not 0 <= i < n)
    words = [
        f"{', '.join(map(str, those[:3]))}{' …' if len(those) > 3 else ''}: {fault}"
        for fault, those in faults.items()
        if those
    ]
    want = f"each of 0 to {n - 1} once"
    assert_that(not words, because, "; ".join(words), want)


def assert_indices(part: Any, what: str) -> None:
    """Fail unless a part is a tensor of int64 with one axis."""
    name = type(part).__name__
    assert_that(
        isinstance(part, Tensor),
        f"the {what} indices are a tensor",
        "None: is a return missing?" if part is None else f"a {name}",
        "a tensor",
        rung="type",
    )
    shape = f"{part.dim()} axes"
    assert_that(part.dim() == 1, f"the {what} indices have one axis", shape, "1 axis")
    because = f"the {what} indices are int64"
    whole = part.dtype == torch.int64
    assert_that(whole, because, f"{part.dtype}", "torch.int64", rung="dtype")


def split(n: int, ratios: tuple[float, ...], *given: torch.Generator) -> list[Tensor]:
    """Return the three parts, once there are three."""
    how = {"generator": given[0]} if given else {}
    parts = train_val_test_split(n, ratios, **how)
    because = "what comes back is a tuple of three: training, validation and test"
    assert_type(parts, tuple, because)
    assert_equal(f"{len(parts)} parts", "3 parts", because)
    for part, what in zip(parts, SETS, strict=True):
        assert_indices(part, what)
    return list(parts)


def folds(n: int, k: int, *given: torch.Generator) -> list[tuple[Tensor, Tensor]]:
    """Return the pairs, once they are a list of k."""
    pairs = k_fold_indices(n, k, **({"generator": given[0]} if given else {}))
    assert_type(pairs, list, "the folds come as a list")
    assert_equal(f"{len(pairs)} folds", f"{k} folds", "there are k folds")
    for pair in pairs:
        because = "each fold is a tuple of two: training and validation indices"
        assert_type(pair, tuple, because)
        assert_equal(f"{len(pair)} parts", "2 parts", because)
        for part, what in zip(pair, SETS, strict=False):
            assert_indices(part, what)
    return pairs


def groups(parts: list[Tensor], n: int) -> Tensor:
    """Return for each sample the number of the part that it is in, the last one."""
    if any((part < 0).any() or (part >= n).any() for part in parts):
        assert_partition(parts, n, "what comes back are indices, from 0 to n - 1")
    where = torch.full((n,), -1)
    for number, part in enumerate(parts):
        where[part.long()] = number
    return where


def assert_drawn_evenly(parts_of: Callable[[], list[Tensor]], n: int) -> None:
    """Compare how often a sample is in a part, and two in the same, with chance."""
    drawn = torch.stack([groups(parts_of(), n) for _ in range(DRAWS)])  # (DRAWS, n)
    because = "who goes where is drawn anew by each call"
    if len(drawn.unique(dim=0)) == 1:
        cut = bool((drawn[0].diff() >= 0).all())
        got = "the samples in their order, cut" if cut else "always the same parts"
        assert_equal(got, "other parts", because)
    sizes = torch.bincount(drawn[0].clamp(min=0)).double()
    share = torch.stack([(drawn == g).double().mean(0) for g in range(len(sizes))], 1)
    want = (sizes / n).expand(n, -1)
    because = "each sample is as likely in a part as any other sample"
    atol = band(share.numel())
    assert_close(share, want, because, rtol=0, atol=atol, rung="statistics")
    far = [(drawn == drawn.roll(d, 1)).double().mean() for d in range(1, n // 2 + 1)]
    together = float((sizes * (sizes - 1)).sum() / (n * (n - 1)))
    because = "two samples share a part as often as any other two, near or far"
    got, want = torch.stack(far), torch.full((len(far),), together).double()
    atol = band(len(far))
    assert_close(got, want, because, rtol=0, atol=atol, rung="statistics")


def assert_drawn_from(
    parts_of: Callable[..., list[Tensor]], generator: torch.Generator, seed: int, n: int
) -> None:
    """Compare draws of equal generators and of one; watch the global one."""

    def one(*given: torch.Generator) -> list[int]:
        return groups(parts_of(*given), n).tolist()

    before = torch.default_generator.get_state()
    same = [one(generator) for _ in range(3)]
    equal = [one(torch.Generator().manual_seed(seed)) for _ in range(2)]
    quiet = torch.default_generator.get_state().equal(before)
    because = "all randomness comes from the generator that is given"
    got = "the generator" if quiet else "the global generator"
    assert_equal(got, "the generator", because)
    assert_equal(equal[1], equal[0], "an equal generator gives equal parts")
    got = "the same parts" if same[0] == same[1] == same[2] else "other parts"
    because = "the generator is drawn from, never reseeded: each call gives others"
    assert_equal(got, "other parts", because)


def assert_global_by_default(parts_of: Callable[[], list[Tensor]], n: int) -> None:
    """Compare draws after equal and other seeds of the global generator."""

    def after(seed: int) -> tuple[list[int], list[int], float]:
        with torch.random.fork_rng(devices=[]):
            torch.default_generator.manual_seed(seed)
            pair = [groups(parts_of(), n).tolist() for _ in range(2)]
            return pair[0], pair[1], torch.rand(()).item()

    first, again, other = after(3), after(3), after(4)
    because = "without a generator, torch.manual_seed determines the parts"
    assert_equal(again[0], first[0], because)
    got = "the same parts" if first[0] == first[1] == other[0] else "other parts"
    assert_equal(got, "other parts", "without a generator, too, each call draws anew")
    got = "equal draws" if first[2] == other[2] else "draws"
    assert_equal(got, "draws", "the global generator is never reseeded")


@pytest.mark.parametrize(("n", "ratios"), SPLITS)
def test_train_val_test_split_loses_and_repeats_no_sample(generator, n, ratios):
    because = "every sample is in exactly one of the three sets"
    assert_partition(split(n, ratios, generator), n, because)


@pytest.mark.parametrize(("n", "ratios"), SPLITS)
def test_train_val_test_split_has_sizes_within_one_of_their_ratios(
    generator, n, ratios
):
    parts = split(n, ratios, generator)
    for part, what, ratio in zip(parts, SETS, ratios, strict=True):
        due = n * ratio
        because = f"the {what} set has n · ratio samples, give or take 1"
        good = abs(len(part) - due) <= 1 + 1e-9
        assert_that(good, because, f"{len(part)} of {n}", f"{due:.4g} of {n}")


def test_train_val_test_split_draws_from_its_generator(generator, seed):
    def parts_of(*given):
        return split(31, (0.5, 0.3, 0.2), *given)

    assert_drawn_from(parts_of, generator, seed, 31)


def test_train_val_test_split_draws_from_the_global_generator_by_default():
    assert_global_by_default(lambda: split(31, (0.5, 0.3, 0.2)), 31)


@pytest.mark.parametrize("ratios", [(0.5, 0.3, 0.2), (0.2, 0.3, 0.5)])
def test_train_val_test_split_is_drawn_evenly(generator, ratios):
    assert_drawn_evenly(lambda: split(23, ratios, generator), 23)


@pytest.mark.parametrize(("n", "k"), FOLDS)
def test_k_fold_indices_lets_each_sample_validate_once(generator, n, k):
    because = "every sample is in the validation part of exactly one fold"
    assert_partition([val for _, val in folds(n, k, generator)], n, because)


@pytest.mark.parametrize(("n", "k"), FOLDS)
def test_k_fold_indices_trains_on_all_that_does_not_validate(generator, n, k):
    for train, val in folds(n, k, generator):
        because = "a fold's training part is every sample that does not validate in it"
        assert_partition([train, val], n, because)


@pytest.mark.parametrize(("n", "k"), FOLDS)
def test_k_fold_indices_has_folds_of_almost_one_size(generator, n, k):
    sizes = sorted(len(val) for _, val in folds(n, k, generator))
    because = "the sizes of two validation parts differ by at most 1"
    got = f"{sizes[0]} to {sizes[-1]} samples"
    small = n // k
    want = f"{small} to {small + (n % k > 0)} samples"
    assert_that(sizes[-1] - sizes[0] <= 1, because, got, want)


def test_k_fold_indices_draws_from_its_generator(generator, seed):
    def parts_of(*given):
        return [val for _, val in folds(31, 4, *given)]

    assert_drawn_from(parts_of, generator, seed, 31)


def test_k_fold_indices_draws_from_the_global_generator_by_default():
    assert_global_by_default(lambda: [val for _, val in folds(31, 4)], 31)


def test_k_fold_indices_is_drawn_evenly(generator):
    assert_drawn_evenly(lambda: [val for _, val in folds(17, 4, generator)], 17)


def numbers(generator: torch.Generator, *shape: int) -> Tensor:
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def powers(x: Tensor, degree: int) -> Tensor:
    """Return x^i / i! in float64, each term from the one before."""
    columns = [torch.ones(x.numel(), dtype=torch.float64)]
    for i in range(1, degree + 1):
        columns.append(columns[-1] * x.double().reshape(-1) / i)
    return torch.stack(columns, 1)


def test_poly_features_of_a_worked_example():
    want = torch.tensor([[1.0, 2, 2, 4 / 3], [1, -3, 4.5, -4.5], [1, 0, 0, 0]])
    because = "a row is 1, x, x²/2, x³/6"
    assert_close(poly_features(torch.tensor([2.0, -3, 0]), 3), want, because)


def test_poly_features_of_degree_zero_is_a_column_of_ones(generator):
    x = numbers(generator, 5)
    because = "column 0 is x^0 / 0! = 1, also where x is 0"
    assert_close(poly_features(x * (x > 0), 0), torch.ones(5, 1).double(), because)


@pytest.mark.parametrize("degree", [1, 2, 5, 19, 30])
def test_poly_features_divides_each_power_by_its_factorial(generator, degree):
    x = 3 * numbers(generator, 37)
    because = "column i is x^i / i!, up to 30 without overflow"
    got = poly_features(x, degree)
    assert_close(got, powers(x, degree), because, rtol=1e-10, atol=0)


@pytest.mark.parametrize("degree", [4, 19])
def test_poly_features_keeps_float32(generator, degree):
    x = numbers(generator, 11).float()
    because = "the features have x's dtype"
    assert_close(poly_features(x, degree), powers(x, degree).float(), because)


def test_poly_features_takes_a_column(generator):
    x = numbers(generator, 7, 2)[:, :1]
    because = "x of shape (n, 1) gives a row for each of its n numbers, as (n,) does"
    assert_close(poly_features(x, 3), powers(x, 3), because)


def test_fit_polynomial_finds_a_line_through_its_points():
    x = torch.tensor([0.0, 1, 3, 4]).double()
    because = "y = 2 + 3x has the coefficients 2 and 3, the constant first"
    want = torch.tensor([2.0, 3]).double()
    assert_close(fit_polynomial(x, 2 + 3 * x, 1), want, because, rtol=1e-8)


def test_fit_polynomial_of_degree_zero_is_the_mean(generator):
    x, y = numbers(generator, 11), numbers(generator, 11)
    because = "the constant with the least squared errors is the mean of y"
    assert_close(fit_polynomial(x, y, 0), y.mean().reshape(1), because, rtol=1e-8)


def test_fit_polynomial_finds_the_coefficients_behind_the_data():
    x, y = polynomial(100, noise=0.0)
    because = "5 + 1.2x - 3.4x²/2! + 5.6x³/3! has the coefficients 5, 1.2, -3.4, 5.6"
    want = torch.tensor([5, 1.2, -3.4, 5.6], dtype=torch.float64)
    assert_close(fit_polynomial(x, y, 3), want, because, rtol=1e-8)


@pytest.mark.parametrize("degree", [1, 2, 3, 4, 5])
def test_fit_polynomial_agrees_with_torch(generator, degree):
    x, y = numbers(generator, 29), 10 * numbers(generator, 29)
    got = fit_polynomial(x, y, degree)
    want = torch.linalg.lstsq(powers(x, degree), y[:, None]).solution[:, 0]
    because = "the coefficients of x^i / i! are those with the least squared errors"
    assert_close(got, want, because, rtol=1e-6, atol=1e-8)


def test_fit_polynomial_takes_a_column(generator):
    x, y = numbers(generator, 13, 2)[:, :1], numbers(generator, 13)
    got = fit_polynomial(x, y, 2)
    want = torch.linalg.lstsq(powers(x, 2), y[:, None]).solution[:, 0]
    because = "x of shape (n, 1) with y of shape (n,) is a number for each sample"
    assert_close(got, want, because, rtol=1e-6, atol=1e-8)


def test_fit_polynomial_keeps_float32(generator):
    x, y = numbers(generator, 29).float(), numbers(generator, 29).float()
    got = fit_polynomial(x, y, 2)
    want = torch.linalg.lstsq(powers(x, 2), y[:, None].double()).solution[:, 0]
    because = "the coefficients have x's dtype"
    assert_close(got, want.float(), because, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize(("degree", "lower"), [(12, 3), (19, 1)])
def test_fit_polynomial_fits_no_worse_than_one_of_lower_degree(seed, degree, lower):
    x, y = polynomial(100, seed=seed)
    got = fit_polynomial(x, y, degree)
    because = f"degree {degree} has {degree + 1} coefficients"
    assert_close(0 * got, torch.zeros(degree + 1).double(), because)
    best = torch.linalg.lstsq(powers(x, lower), y[:, None]).solution[:, 0]
    loss, least = (
        (powers(x, len(w) - 1) @ w - y).square().mean().item() for w in (got, best)
    )
    because = "more features can only lower the training loss of the best fit"
    want = f"at most {least:.6g}, as of degree {lower}"
    assert_that(loss <= least * (1 + 1e-6), because, f"{loss:.6g}", want)


@pytest.mark.parametrize(
    ("losses", "limits", "want"),
    [
        ((0.75, 0.8), (0.5, 0.3), "underfit"),
        ((0.25, 0.9), (0.5, 0.3), "overfit"),
        ((0.25, 0.3), (0.5, 0.3), "ok"),
    ],
)
def test_diagnose_of_plain_cases(losses, limits, want):
    because = f"losses {losses[0]} and {losses[1]}, target {limits[0]}, gap {limits[1]}"
    assert_equal(diagnose(*losses, *limits), want, because)


def test_diagnose_looks_at_the_training_loss_first():
    because = "a model that misses its target on the training data is underfit first"
    assert_equal(diagnose(0.75, 4.0, 0.5, 0.25), "underfit", because)


def test_diagnose_needs_no_high_validation_loss_for_underfitting():
    because = "the training loss alone decides about underfitting"
    assert_equal(diagnose(0.75, 0.25, 0.5, 0.25), "underfit", because)


def test_diagnose_compares_the_training_loss_with_the_target():
    because = (
        "a validation loss above the target is no matter, the training loss is below"
    )
    assert_equal(diagnose(0.25, 0.75, 0.5, 0.75), "ok", because)


def test_diagnose_takes_a_loss_on_the_target_for_good_enough():
    because = "a training loss equal to the target is not above it"
    assert_equal(diagnose(0.5, 0.625, 0.5, 0.25), "ok", because)


def test_diagnose_takes_a_difference_equal_to_the_gap_for_small_enough():
    because = "a difference of exactly the gap is not more than the gap"
    assert_equal(diagnose(0.25, 0.5, 0.5, 0.25), "ok", because)


def test_diagnose_calls_a_lower_validation_loss_no_overfitting():
    because = "a validation loss below the training loss is not above it by the gap"
    assert_equal(diagnose(0.5, 0.125, 0.75, 0.25), "ok", because)


def test_diagnose_takes_a_difference_and_not_a_ratio():
    because = "the gap is a difference, 0.375, and not a factor, 4"
    assert_equal(diagnose(0.125, 0.5, 0.5, 0.375), "ok", because)


def test_diagnose_finds_overfitting_below_the_target():
    because = "0.25 - 0.0625 is above the gap, and both losses are below the target"
    assert_equal(diagnose(0.0625, 0.25, 0.5, 0.125), "overfit", because)
