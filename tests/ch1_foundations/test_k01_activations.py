"""Grades the activation functions."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from numpy.random import Generator

from dojo.grading import assert_close, assert_equal, forbids, raises
from katas.ch1_foundations.k01_activations import (
    leaky_relu,
    output_activation,
    relu,
    sigmoid,
    tanh,
)

pytestmark = forbids(
    "numpy.tanh", "math.tanh", "cmath.tanh", "torch.expit", "torch.logsigmoid",
    "torch.sigmoid", "torch.tanh", "torch.relu", "torch.leaky_relu",
)  # fmt: skip

every_form = pytest.mark.parametrize(
    "form",
    [
        "in a vector",
        "without axes",
        "for one sample",
        "for one unit",
        "with three axes",
        "in an empty array",
        "in a transposed view",
        "in every second row",
        "in float32, which stays float32",
        "for integers, which become float64",
        "for integers of one byte, which become float64",
        "beside NaN, which stays NaN",
        "for large values",
        "for large values in float32",
    ],
)
every_float = pytest.mark.parametrize("dtype", [np.float64, np.float32])


def z_in(form: str, rng: Generator) -> np.ndarray:
    """Return inputs of both signs in the form that the words ask for."""
    shapes = {
        "without axes": (),
        "for one sample": (5, 1),
        "for one unit": (1, 7),
        "with three axes": (2, 3, 5),
        "in an empty array": (0, 3),
        "in a transposed view": (5, 3),
        "in every second row": (7, 5),
    }
    z = np.asarray(rng.normal(scale=3, size=shapes.get(form, 11)))
    if form == "in a transposed view":
        return z.T
    if form == "in every second row":
        return z[::-2]
    if form.startswith("for integers"):
        dtype = np.int8 if "one byte" in form else np.int32
        return rng.permutation(np.arange(-5, 6, dtype=dtype))
    if form.startswith("beside NaN"):
        return np.append(z, [np.nan, -0.5, 0.0])
    if form.startswith("for large values"):
        z = np.append(z, [-1000.0, -100.0, 100.0, 1000.0])
    return z.astype(np.float32) if "float32" in form else z


def from_torch(function: Callable, z: np.ndarray) -> np.ndarray:
    """Return what a torch function makes of z, integers taken as float64."""
    floats = z if z.dtype.kind == "f" else z.astype(np.float64)
    return function(torch.from_numpy(floats.copy())).numpy()


def test_sigmoid_turns_log_odds_into_probabilities():
    odds = np.array([[1 / 4, 1.0, 3.0], [9.0, 4.0, 1 / 9]])
    assert_close(
        sigmoid(np.log(odds)),
        [[0.2, 0.5, 0.75], [0.9, 0.8, 0.1]],
        "the logarithm of odds of p to 1 - p goes to p",
    )


def test_sigmoid_is_nowhere_zero_within_30():
    z = -np.arange(0.0, 30.1, 0.25)[None]
    because = "sigmoid comes near 0 as exp(z) does, but is not 0 within 30 of zero"
    assert_close(sigmoid(z), np.exp(z) / (1 + np.exp(z)), because, rtol=1e-2, atol=0)


def test_sigmoid_is_nowhere_one_within_30():
    z = np.arange(0.0, 30.1, 0.25)[None]
    because = "1 - sigmoid(z) is sigmoid(-z), which is not 0 within 30 of zero"
    assert_close(1 - sigmoid(z), 1 / (1 + np.exp(z)), because, rtol=1e-2, atol=0)


@every_float
def test_sigmoid_of_minus_1000_is_zero_without_an_overflow(dtype):
    assert_close(
        sigmoid(z=np.array([-1000.0, 0.0, -2.0], dtype)),
        np.array([0.0, 0.5, 0.11920292202211755], dtype),
        "sigmoid of -1000, 0, -2 is 0, 1/2, 0.12: no exponential grows above 1",
    )


@every_float
def test_sigmoid_of_1000_is_one_without_an_overflow(dtype):
    assert_close(
        sigmoid(z=np.array([1000.0, 0.0, 2.0], dtype)),
        np.array([1.0, 0.5, 0.8807970779778823], dtype),
        "sigmoid of 1000, 0, 2 is 1, 1/2, 0.88: no exponential grows above 1",
    )


@every_form
def test_sigmoid_agrees_with_torch(form, rng):
    z = z_in(form, rng)
    because = f"every entry becomes 1 / (1 + exp(-z)), {form}"
    assert_close(sigmoid(z), from_torch(torch.sigmoid, z), because)


def test_tanh_of_a_logarithm_is_known_by_hand():
    assert_close(
        tanh(np.log([[1.0, 3.0, 2.0], [1 / 2, 7.0, 1 / 3]])),
        [[0.0, 0.8, 0.6], [-0.6, 0.96, -0.8]],
        "tanh(log k) is (k - 1/k) / (k + 1/k)",
    )


@every_float
def test_tanh_of_minus_1000_is_minus_one_without_an_overflow(dtype):
    assert_close(
        tanh(z=np.array([-1000.0, 0.0, -2.0], dtype)),
        np.array([-1.0, 0.0, -0.9640275800758169], dtype),
        "tanh of -1000, 0, -2 is -1, 0, -0.96: no exponential grows above 1",
    )


@every_float
def test_tanh_of_1000_is_one_without_an_overflow(dtype):
    assert_close(
        tanh(z=np.array([1000.0, 0.0, 2.0], dtype)),
        np.array([1.0, 0.0, 0.9640275800758169], dtype),
        "tanh of 1000, 0, 2 is 1, 0, 0.96: no exponential grows above 1",
    )


@every_form
def test_tanh_agrees_with_torch(form, rng):
    z = z_in(form, rng)
    because = f"every entry becomes its own hyperbolic tangent, {form}"
    assert_close(tanh(z), from_torch(torch.tanh, z), because)


def test_relu_keeps_what_is_positive_and_turns_the_rest_into_zero():
    assert_close(
        relu(np.array([[-2.0, 3.0, -0.25], [0.0, 1e-9, 7.5]])),
        [[0.0, 3.0, 0.0], [0.0, 1e-9, 7.5]],
        "each entry is compared with 0 by itself: the larger of the two stays",
        rtol=1e-12,
        atol=0,
    )


@every_form
def test_relu_agrees_with_torch(form, rng):
    z = z_in(form, rng)
    because = f"every entry becomes the larger of itself and 0, {form}"
    assert_close(relu(z=z), from_torch(torch.relu, z), because)


def test_leaky_relu_keeps_a_hundredth_of_what_is_negative_by_default():
    assert_close(
        leaky_relu(np.array([[-200.0, 3.0, -1.5], [0.0, -40.0, 0.5]])),
        [[-2.0, 3.0, -0.015], [0.0, -0.4, 0.5]],
        "without a slope given, z < 0 becomes 0.01 z and z > 0 stays z",
    )


@pytest.mark.parametrize("slope", [0.25, 0.0, 1.0, 3.0, -0.5])
def test_leaky_relu_takes_any_slope(slope, rng):
    z = rng.normal(size=(3, 5))
    assert_close(
        leaky_relu(z, slope),
        from_torch(lambda z: torch.nn.functional.leaky_relu(z, slope), z),
        f"below zero the line has the slope that is asked for, here {slope}",
    )


@every_form
def test_leaky_relu_agrees_with_torch(form, rng):
    z = z_in(form, rng)
    assert_close(
        leaky_relu(z, negative_slope=0.3),
        from_torch(lambda z: torch.nn.functional.leaky_relu(z, 0.3), z),
        f"with a slope of 0.3, z stays z above zero and becomes 0.3 z below, {form}",
    )


@pytest.mark.parametrize(
    ("task", "activation", "because"),
    [
        ("binary", "sigmoid", "one probability asks for the range from 0 to 1"),
        ("multilabel", "sigmoid", "every label has a probability of its own"),
        ("multiclass", "softmax", "the probabilities of exclusive classes sum to 1"),
        ("regression", "identity", "a real number may be anything, so nothing bends"),
    ],
)
def test_output_activation_has_the_range_of_the_task(task, activation, because):
    assert_equal(output_activation(task), activation, because)


@pytest.mark.parametrize(
    "task", ["ranking", "multi", "bin", "sigmoid", "not binary", ""]
)
def test_output_activation_rejects_an_unknown_task(task):
    with raises(
        ValueError,
        LookupError,
        because=f"{task!r} is none of the four tasks, and a guess would hide that",
    ):
        output_activation(task=task)
