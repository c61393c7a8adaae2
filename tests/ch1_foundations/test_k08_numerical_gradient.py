"""Grades numerical differentiation."""

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch

from dojo.grading import assert_close, assert_equal, assert_within, raises
from katas.ch1_foundations.k08_numerical_gradient import (
    central_difference,
    convergence_order,
    forward_difference,
    numerical_gradient,
)

STEPS = [0.3, 0.02, 0.11, 0.05]  # no order and no common ratio


@pytest.fixture
def thetas(rng: np.random.Generator) -> np.ndarray:
    """Points of both signs, at zero and far out."""
    return np.concatenate([rng.normal(size=5), [0.0, -31.0, 47.0]])


@pytest.fixture
def steps(rng: np.random.Generator) -> np.ndarray:
    """A step for each point, large enough to show in every digit."""
    return rng.uniform(0.1, 0.4, size=8)


def cube(theta: float) -> float:
    return theta**3


def bent_at(theta: float, left: float, right: float) -> Callable[[float], float]:
    """Return a function of slope `left` below theta and `right` above it."""
    return lambda t: (left if t < theta else right) * (t - theta)


def test_forward_difference_of_a_cube_has_an_error_of_three_steps():
    assert_close(
        forward_difference(cube, 1.0, 0.01),
        3.0301,
        "(1.01³ - 1³) / 0.01 = 3.0301: the chord from 1 to 1.01",
    )


@pytest.mark.parametrize("unit", [1.0, 1e-7])
def test_forward_difference_of_a_polynomial_is_known_exactly(rng, thetas, steps, unit):
    b, c, d = rng.normal(size=3)

    def polynomial(t: float) -> float:
        u = t / unit
        return 2 + b * u + c * u**2 + d * u**3

    points = zip(unit * thetas, unit * steps, strict=True)
    got = [forward_difference(polynomial, theta, eps) for theta, eps in points]
    want = b + c * (2 * thetas + steps)
    want += d * (3 * thetas**2 + 3 * thetas * steps + steps**2)
    because = "the rise from theta to theta + eps is divided by eps"
    assert_close(unit * np.array(got), want, because)


def test_forward_difference_sees_only_what_lies_to_the_right(rng):
    left, right, theta = rng.normal(size=(3, 7))
    bends = zip(theta, left, right, strict=True)
    got = [forward_difference(bent_at(t, p, q), t, 0.125) for t, p, q in bends]
    assert_close(np.array(got), right, "at a bend the slope is that of the right side")


def test_forward_difference_agrees_with_autograd(rng):
    thetas = rng.normal(size=7)
    got = [forward_difference(lambda t: t * math.sin(t), t, 1e-7) for t in thetas]
    z = torch.tensor(thetas, requires_grad=True)
    (z * z.sin()).sum().backward()
    because = "with a small step the chord is nearly the tangent that autograd finds"
    assert_close(np.array(got), z.grad.numpy(), because, rtol=1e-6, atol=1e-6)


def test_central_difference_of_a_cube_has_an_error_of_one_squared_step():
    assert_close(
        central_difference(cube, 1.0, 0.01),
        3.0001,
        "(1.01³ - 0.99³) / 0.02 = 3.0001: the chord from 0.99 to 1.01",
    )


@pytest.mark.parametrize("unit", [1.0, 1e-7])
def test_central_difference_of_a_polynomial_is_known_exactly(rng, thetas, steps, unit):
    b, c, d = rng.normal(size=3)

    def polynomial(t: float) -> float:
        u = t / unit
        return 2 + b * u + c * u**2 + d * u**3

    points = zip(unit * thetas, unit * steps, strict=True)
    got = [central_difference(polynomial, theta, eps) for theta, eps in points]
    want = b + 2 * c * thetas + d * (3 * thetas**2 + steps**2)
    because = "the rise between points 2 eps apart is divided by 2 eps"
    assert_close(unit * np.array(got), want, because)


def test_central_difference_averages_the_two_sides_of_a_bend(rng):
    left, right, theta = rng.normal(size=(3, 7))
    bends = zip(theta, left, right, strict=True)
    got = [central_difference(bent_at(t, p, q), t, 0.125) for t, p, q in bends]
    because = "at a bend the slope is the mean of both sides'"
    assert_close(np.array(got), (left + right) / 2, because)


def test_central_difference_agrees_with_autograd(rng):
    thetas = rng.normal(size=7)
    got = [central_difference(lambda t: t * math.sin(t), t, 1e-5) for t in thetas]
    z = torch.tensor(thetas, requires_grad=True)
    (z * z.sin()).sum().backward()
    because = "a step of 1e-5 leaves an error of about 1e-10 beside autograd"
    assert_close(np.array(got), z.grad.numpy(), because, rtol=1e-8, atol=1e-8)


def test_numerical_gradient_of_weighted_cubes_is_known_by_hand():
    C = np.array([[1.0, -2.0, 3.0], [4.0, 0.5, -1.0]])
    x = np.array([[1.0, 2.0, -1.0], [0.5, -4.0, 0.0]])
    want = [[3.01, -24.02, 9.03], [3.04, 24.005, -0.01]]
    assert_close(
        numerical_gradient(lambda x: np.sum(C * x**3), x, 0.1),
        want,
        "a step of 0.1 to both sides of c x³ gives c (3 x² + 0.01)",
    )


@pytest.mark.parametrize("shape", [(), (1,), (7,), (3, 5), (2, 1, 3), (2, 3, 2, 5)])
def test_numerical_gradient_moves_one_entry_at_a_time(rng, shape):
    x = rng.normal(size=shape)
    Q = rng.normal(size=(x.size, x.size))

    def parabola(x):
        return float(np.ravel(x) @ Q @ np.ravel(x))

    because = "xᵀQx has the gradient (Q + Qᵀ)x, which central differences find exactly"
    want = np.reshape((Q + Q.T) @ x.ravel(), shape)
    assert_close(numerical_gradient(parabola, x, eps=0.07), want, because)


def test_numerical_gradient_gives_f_arrays_of_the_shape_of_x(rng):
    shapes = set()

    def total(x):
        shapes.add(np.shape(x))
        return float(np.sum(x))

    numerical_gradient(total, rng.normal(size=(2, 3, 5)))
    assert_equal(shapes, {(2, 3, 5)}, "f takes arrays of x's shape")


@pytest.mark.parametrize("layout", ["transposed", "strided", "reversed"])
def test_numerical_gradient_works_in_any_memory_layout(rng, layout):
    x = rng.normal(size=(10, 3))
    x = {"transposed": x.T, "strided": x[::2], "reversed": x[::-1, ::-1]}[layout]
    C, still, seen = rng.normal(size=x.shape), x.copy(), set()

    def f(x):
        seen.add("unmoved" if np.array_equal(x, still) else "moved")
        return np.sum(C * x**2)

    got = numerical_gradient(f, x, 0.07)
    because = f"f is given x ({layout}) with an entry moved"
    assert_equal("moved" if "moved" in seen else "never moved", "moved", because)
    because = f"the slopes do not depend on how x ({layout}) lies in memory"
    assert_close(got, 2 * C * x, because)


def test_numerical_gradient_takes_integers_for_floats():
    x = np.array([[3, -2, 0], [5, 1, -7]])
    got = numerical_gradient(lambda x: np.sum(x**3) / 4 + x[0, 0] * x[1, 2], x, 0.1)
    want = (3 * x**2 + 0.01) / 4
    want[0, 0] += x[1, 2]
    want[1, 2] += x[0, 0]
    because = "an integer array cannot hold x + eps, nor a slope: work in float64"
    assert_close(got, want, because)


def test_numerical_gradient_steps_by_a_hundred_thousandth_unless_told(rng):
    u, C = rng.normal(size=(2, 3, 5))
    got = numerical_gradient(lambda x: np.sum(C * (x / 1e-5) ** 3), 1e-5 * u)
    assert_close(got * 1e-5, C * (3 * u**2 + 1), "the default of eps is 1e-5")


def test_numerical_gradient_agrees_with_autograd(rng):
    A, x = rng.normal(size=(7, 3)), rng.normal(size=(3, 5))
    got = numerical_gradient(lambda x: np.tanh(A @ x).prod(axis=0).sum(), x)
    torch_x = torch.tensor(x, requires_grad=True)
    torch.tanh(torch.tensor(A) @ torch_x).prod(dim=0).sum().backward()
    because = "measured and derived slopes of a smooth function agree"
    assert_close(got, torch_x.grad.numpy(), because, rtol=1e-7, atol=1e-8)


def test_convergence_order_of_forward_differences_is_the_power_of_the_error(rng):
    theta, a, c = rng.normal(size=3)
    got, powers = [], np.array([0.6, 0.9, 1.7, 2.2]) + rng.uniform(0, 0.1, 4)
    for at, (s, p) in enumerate(zip([-1, 1, 2, -3], powers, strict=True)):

        def f(t: float, s: int = s, p: float = p) -> float:
            u = t - theta
            return a * u + (s * u ** (p + 1) if u > 0 else c * u * u)

        def df(t: float, s: int = s, p: float = p) -> float:
            u = t - theta
            return a + (s * (p + 1) * u**p if u > 0 else 2 * c * u)

        got.append(convergence_order(f, df, theta, STEPS[at:] + STEPS[:at], "forward"))
    because = "|difference - derivative| is |s| eps^p here, so the slope is p"
    assert_close(np.array(got), powers, because, rtol=1e-6)


def test_convergence_order_of_central_differences_is_the_power_of_the_error(rng):
    theta, a, c = rng.normal(size=3)
    got, powers = [], np.array([1.3, 1.9, 2.4, 3.1]) + rng.uniform(0, 0.1, 4)
    for at, (s, p) in enumerate(zip([2, -1, -3, 1], powers, strict=True)):

        def f(t: float, s: int = s, p: float = p) -> float:
            u = t - theta
            return a * u + c * u * u + s * math.copysign(abs(u) ** (p + 1), u)

        def df(t: float, s: int = s, p: float = p) -> float:
            u = t - theta
            return a + 2 * c * u + s * (p + 1) * abs(u) ** p

        got.append(convergence_order(f, df, theta, STEPS[at:] + STEPS[:at], "central"))
    because = "|difference - derivative| is |s| eps^p here, so the slope is p"
    assert_close(np.array(got), powers, because, rtol=1e-6)


@pytest.mark.parametrize(("scheme", "order"), [("forward", 1), ("central", 2)])
def test_convergence_order_of_a_smooth_function_is_that_of_its_scheme(
    rng, scheme, order
):
    theta = rng.uniform(0.5, 1.0)
    steps = [1e-1, 1e-2, 1e-3]
    got = convergence_order(math.sin, math.cos, theta, steps, scheme)
    because = f"{scheme} differences of a sine have an error of order {order}"
    assert_within(got, order - 0.05, order + 0.05, because)


def test_convergence_order_leaves_the_list_of_steps_alone():
    steps = list(STEPS)
    convergence_order(math.sin, math.cos, 1.0, steps, "central")
    assert_equal(steps, list(STEPS), "eps_list belongs to the caller: sort a copy")


@pytest.mark.parametrize("scheme", ["backward", "centre", ""])
def test_convergence_order_rejects_an_unknown_scheme(scheme):
    with raises(ValueError, because="the schemes are forward and central, no other"):
        convergence_order(cube, lambda t: 3 * t**2, 1.0, [0.1, 0.01], scheme)
