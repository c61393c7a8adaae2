"""Grades the derivatives of the activations."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from numpy.random import Generator

from dojo.grading import assert_close, forbids, numerical_gradient
from katas.ch1_foundations.k02_activation_gradients import (
    dead_units,
    leaky_relu_grad,
    relu_grad,
    sigmoid_grad,
    sigmoid_grad_from_output,
    sparsity,
    tanh_grad,
    tanh_grad_from_output,
)
from solutions.ch1_foundations.k01_activations import leaky_relu, relu, sigmoid, tanh

ACTIVATIONS = "sigmoid", "expit", "tanh", "relu", "leaky_relu"
pytestmark = forbids(*[f"torch.{name}" for name in ACTIVATIONS])

SHAPES: dict[str, tuple[int, ...]] = {
    "in a vector": (11,),
    "without axes": (),
    "for one sample": (5, 1),
    "for one unit": (1, 7),
    "with three axes": (2, 3, 5),
    "in an empty array": (0, 3),
    "in a view with steps": (5, 14),
}
LARGE = ["for large values", "for large values in float32"]
FLOATS = [*SHAPES, "in float32, which stays float32", *LARGE]
INTEGERS = {
    "for integers, which become float64": np.int32,
    "for integers of one byte, which become float64": np.int8,
}
NAN = "beside NaN, which stays NaN"


def z_in(form: str, rng: Generator) -> np.ndarray:
    """Return inputs of both signs in the form that the words ask for."""
    if form in INTEGERS:
        return rng.permutation(np.arange(-5, 6, dtype=INTEGERS[form]))
    z = np.asarray(rng.normal(scale=2, size=SHAPES.get(form, (11,))))
    if form == "in a view with steps":
        z = z[:, ::-2].T
    if form == NAN:
        z = np.append(z, [np.nan, -0.5, 0.0])
    if form in LARGE:
        z = np.append(z, [-1000.0, -100.0, 100.0, 1000.0])
    return z.astype(np.float32) if "float32" in form else z


def output_and_slope(of: Callable, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return a torch function's output and autograd's slope, integers as float64."""
    floats = z if z.dtype.kind == "f" else z.astype(np.float64)
    torch_z = torch.from_numpy(floats.copy()).requires_grad_()
    a = of(torch_z)
    (slope,) = torch.autograd.grad(a.sum(), torch_z)
    return a.detach().numpy(), slope.numpy()


def assert_slope(got: np.ndarray, of: Callable, z: np.ndarray) -> None:
    """Compare with central differences: an entry moves no output but its own."""
    slope = numerical_gradient(lambda z: of(z).sum(), z)
    because = "a small step in z moves the output by the step times the slope"
    assert_close(got, slope, because, rtol=1e-6, atol=1e-8)


@pytest.fixture
def around_zero() -> np.ndarray:
    """Return inputs below, at and above zero, however near."""
    return np.array([[-2.0, 0.0, 1e-300], [-0.0, 0.5, -1e-300]])


@pytest.fixture
def off_zero(rng: Generator) -> np.ndarray:
    """Return inputs of both signs, whose differences do not reach over zero."""
    return rng.uniform(0.1, 3, size=(3, 7)) * rng.choice([-1.0, 1.0], size=(3, 7))


def test_sigmoid_grad_of_log_odds_is_the_share_times_the_rest():
    assert_close(
        sigmoid_grad(np.log([[3.0, 1.0, 9.0], [1 / 4, 1 / 9, 1 / 3]])),
        [[0.1875, 0.25, 0.09], [0.16, 0.09, 0.1875]],
        "odds of p to 1 - p make sigmoid p, and its slope p (1 - p)",
    )


@pytest.mark.parametrize("form", [*FLOATS, *INTEGERS, NAN])
def test_sigmoid_grad_agrees_with_autograd(form, rng):
    z = z_in(form, rng)
    _, slope = output_and_slope(torch.sigmoid, z)
    assert_close(sigmoid_grad(z=z), slope, f"it is sigmoid's slope at z, {form}")


def test_sigmoid_grad_is_what_central_differences_find(rng):
    z = rng.normal(size=(3, 7))
    assert_slope(sigmoid_grad(z), sigmoid, z)


def test_sigmoid_grad_from_output_is_greatest_where_the_output_is_a_half():
    assert_close(
        sigmoid_grad_from_output(np.array([[0.75, 0.5, 0.1], [0.0, 1.0, 0.8]])),
        [[0.1875, 0.25, 0.09], [0.0, 0.0, 0.16]],
        "the output a is given, and the slope there is a of the missing 1 - a",
    )


@pytest.mark.parametrize("form", [*FLOATS, NAN])
def test_sigmoid_grad_from_output_agrees_with_autograd(form, rng):
    a, slope = output_and_slope(torch.sigmoid, z_in(form, rng))
    assert_close(sigmoid_grad_from_output(a=a), slope, f"a is sigmoid's output, {form}")


def test_tanh_grad_at_a_logarithm_is_known_by_hand():
    assert_close(
        tanh_grad(np.log([[3.0, 1.0, 2.0], [1 / 2, 7.0, 1 / 3]])),
        [[0.36, 1.0, 0.64], [0.64, 0.0784, 0.36]],
        "tanh(log k) is a = (k - 1/k) / (k + 1/k), and its slope there 1 - a²",
    )


@pytest.mark.parametrize("form", [*FLOATS, *INTEGERS, NAN])
def test_tanh_grad_agrees_with_autograd(form, rng):
    z = z_in(form, rng)
    _, slope = output_and_slope(torch.tanh, z)
    assert_close(tanh_grad(z=z), slope, f"it is tanh's slope at z, {form}")


def test_tanh_grad_is_what_central_differences_find(rng):
    z = rng.normal(size=(3, 7))
    assert_slope(tanh_grad(z), tanh, z)


def test_tanh_grad_from_output_is_greatest_where_the_output_is_zero():
    assert_close(
        tanh_grad_from_output(np.array([[0.8, 0.0, -0.6], [1.0, -1.0, 0.5]])),
        [[0.36, 1.0, 0.64], [0.0, 0.0, 0.75]],
        "the output a is given, and the slope there is 1 less the square of a",
    )


@pytest.mark.parametrize("form", [*FLOATS, NAN])
def test_tanh_grad_from_output_agrees_with_autograd(form, rng):
    a, slope = output_and_slope(torch.tanh, z_in(form, rng))
    assert_close(tanh_grad_from_output(a=a), slope, f"a is tanh's output, {form}")


def test_relu_grad_is_one_above_zero_and_zero_elsewhere_by_default(around_zero):
    because = "ReLU rises as z does above 0, is flat below, and at 0 counts as flat"
    assert_close(relu_grad(around_zero), [[0, 0, 1], [0, 1, 0]], because)


@pytest.mark.parametrize("at_zero", [0.0, 0.5, 1.0, -2.0])
def test_relu_grad_is_what_is_asked_for_at_zero(at_zero, around_zero):
    want = [[0, at_zero, 1], [at_zero, 1, 0]]
    because = "the slope at exactly 0 is a convention, and at_zero says which"
    assert_close(relu_grad(around_zero, at_zero), want, because)


@pytest.mark.parametrize("dtype", [np.float32, np.int64])
def test_relu_grad_has_room_for_any_slope_at_zero(dtype):
    want = np.array([1, 0.25, 0], np.float32 if dtype is np.float32 else np.float64)
    because = "float32 stays float32, integers become float64"
    assert_close(relu_grad(z=np.array([3, 0, -2], dtype), at_zero=0.25), want, because)


@pytest.mark.parametrize("form", [*FLOATS, *INTEGERS])
def test_relu_grad_agrees_with_autograd(form, rng):
    z = z_in(form, rng)
    _, slope = output_and_slope(torch.relu, z)
    assert_close(relu_grad(z), slope, f"it is ReLU's slope, as a float, {form}")


def test_relu_grad_is_what_central_differences_find(off_zero):
    assert_slope(relu_grad(off_zero), relu, off_zero)


def test_leaky_relu_grad_is_a_hundredth_up_to_zero_by_default(around_zero):
    want = [[0.01, 0.01, 1], [0.01, 1, 0.01]]
    assert_close(leaky_relu_grad(around_zero), want, "by default 1 above 0, else 0.01")


@pytest.mark.parametrize("at_zero", [0.0, 0.5, 1.0, -2.0])
def test_leaky_relu_grad_is_what_is_asked_for_at_zero(at_zero, around_zero):
    want = [[0.3, at_zero, 1], [at_zero, 1, 0.3]]
    because = "the slope at exactly 0 is at_zero, also where at_zero is 0"
    assert_close(leaky_relu_grad(around_zero, 0.3, at_zero), want, because)


@pytest.mark.parametrize("slope", [0.3, 0.0, 3.0, -0.5])
def test_leaky_relu_grad_at_zero_is_the_negative_slope_for_none(slope, around_zero):
    got = leaky_relu_grad(around_zero, negative_slope=slope, at_zero=None)
    because = "at_zero=None stands for negative_slope, as torch has it"
    assert_close(got, [[slope, slope, 1], [slope, 1, slope]], because)


@pytest.mark.parametrize("dtype", [np.float32, np.int64])
def test_leaky_relu_grad_has_room_for_any_slope_at_zero(dtype):
    want = np.array([1, 0.25, 0.01], np.float32 if dtype is np.float32 else np.float64)
    got = leaky_relu_grad(z=np.array([3, 0, -2], dtype), at_zero=0.25)
    assert_close(got, want, "float32 stays float32, integers become float64")


@pytest.mark.parametrize("form", [*FLOATS, *INTEGERS])
def test_leaky_relu_grad_agrees_with_autograd(form, rng):
    z = z_in(form, rng)
    _, slope = output_and_slope(lambda z: torch.nn.functional.leaky_relu(z, 0.3), z)
    assert_close(leaky_relu_grad(z, 0.3), slope, f"it is 1 or, below zero, 0.3, {form}")


def test_leaky_relu_grad_is_what_central_differences_find(off_zero):
    z = off_zero
    assert_slope(leaky_relu_grad(z, 0.3), lambda z: leaky_relu(z, 0.3), z)


def test_sparsity_of_two_zeros_in_eight_is_a_quarter():
    A = np.array([[0.0, 2.0, -1.0, 0.5], [-3.0, 0.25, 0.0, 1.0]])
    assert_close(sparsity(A), 0.25, "2 of the 8 entries are 0; a negative one is not")


def test_sparsity_counts_minus_zero_but_nothing_tiny():
    A = np.array([[-0.0], [1e-300], [0.0], [-1e-9], [2.0], [0.0], [-1.0]])
    assert_close(sparsity(A=A), 3 / 7, "-0.0 equals 0, and 1e-300 does not")


@pytest.mark.parametrize("shape", [(7,), (3, 11), (2, 3, 5), (1, 13), ()])
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64])
def test_sparsity_is_the_share_of_zeros_in_any_shape(shape, dtype, rng):
    A = np.asarray(rng.choice([0, 1e-30, -1, 2], size=shape), dtype)
    share = A.ravel().tolist().count(0) / A.size
    assert_close(sparsity(A), share, "every entry counts as much as any other")


@pytest.mark.parametrize("zeros", [1, 2, 4002])
def test_sparsity_counts_every_zero_of_four_thousand(zeros, rng):
    A = rng.permutation(np.arange(4003) >= zeros).reshape(1, 4003) * 1e-9
    because = f"{zeros} of the 4003 entries are 0"
    assert_close(sparsity(A), zeros / 4003, because, rtol=1e-12, atol=0)


def test_dead_units_are_those_that_no_sample_lifts_above_zero():
    Z = [[-1, -9, -2], [-1, -1, 3], [0, -1, 0], [1e-9, -9, -9], [0, 0, 0], [3, 1, 2]]
    dead = np.array([True, False, True, False, True, False])
    because = "one sample above 0 keeps a unit alive, and z = 0 does not"
    assert_close(dead_units(np.array(Z)), dead, because)


@pytest.mark.parametrize("shape", [(5, 3), (3, 11), (1, 7), (13, 1), (23, 2)])
def test_dead_units_has_an_entry_for_each_row(shape, rng):
    dead = rng.random(shape[0]) < 0.5
    Z = -rng.integers(0, 3, size=shape).astype(np.float64)
    Z[~dead, rng.integers(shape[1], size=np.sum(~dead))] = 0.5
    assert_close(dead_units(Z=Z), dead, "a unit is a row, and all its samples count")


@pytest.mark.parametrize("at", [0, 1, 500, 998, 999])
def test_dead_units_are_told_from_one_sample_in_a_thousand(at, rng):
    Z = -rng.uniform(0.1, 3, size=(6, 1000))
    Z[[1, 2, 4], at] = [1e-9, 0.5, 7.0]
    Z[5, ::2] = 0.5
    dead = np.array([True, False, False, True, False, False])
    because = "one sample above 0 among a thousand keeps a unit alive"
    assert_close(dead_units(Z), dead, because)
