"""What pages and figures say of the gradient check of a small network."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from solutions.ch1_foundations.k01_activations import sigmoid, tanh
from solutions.ch1_foundations.k02_activation_gradients import tanh_grad
from solutions.ch1_foundations.k04_inverted_dropout import (
    dropout_backward,
    dropout_mask,
)
from solutions.ch1_foundations.k07_weight_init import init_params
from solutions.ch1_foundations.k09_gradient_check import (
    gradient_check,
    worst_coordinates,
)
from solutions.ch1_foundations.k11_two_layer_backprop import (
    bce_cost,
    two_layer_backward,
)

Arrays = dict[str, np.ndarray]
Cost = Callable[[Arrays], float]
Values = dict[str, float | str]

EXPONENTS = range(2, 10)  # of the table's steps, 1e-2 to 1e-9
KEEP = 0.8
SCALES = (0.001, 0.01, 0.1, 1.0)  # of the weights, where tanh's slope is left out


@cache
def network() -> tuple[Arrays, np.ndarray, np.ndarray]:
    """Return a 3-4-1 network, five samples and their labels; not to be changed."""
    rng = np.random.default_rng(0)
    params = init_params([3, 4, 1], "tanh", rng)
    return params, rng.standard_normal((3, 5)), np.array([[0, 1, 1, 0, 1]])


def forward(params: Arrays, X: np.ndarray) -> Arrays:
    """Return all that the network computes on its way to the prediction A2."""
    Z1 = params["W1"] @ X + params["b1"]
    A1 = tanh(Z1)
    Z2 = params["W2"] @ A1 + params["b2"]
    return {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": sigmoid(Z2)}


def cost(params: Arrays) -> float:
    """Return the mean cross-entropy of the five samples."""
    _, X, Y = network()
    return bce_cost(forward(params, X)["A2"], Y)


def gradients(params: Arrays) -> Arrays:
    """Return the gradient of `cost`, from the reference."""
    _, X, Y = network()
    return two_layer_backward(params, forward(params, X), X, Y)


def check_values() -> Values:
    """Return what the page on gradient checking says."""
    params, _, _ = network()
    right = gradients(params)
    numbers: Values = {"cost": cost(params), "length": _length(right)}
    for exponent in EXPONENTS:
        eps = 10.0**-exponent
        numbers[f"step{exponent}"] = gradient_check(cost, params, right, eps)
    numbers |= {
        name: gradient_check(cost, params, wrong)
        for name, wrong in _mistakes(params, right).items()
    }
    numbers |= {f"slopeless{scale:g}": _without_slope(scale) for scale in SCALES}
    numbers["weights_only"] = _weights_only(right)
    return numbers | _worst(params, right) | _trained() | _in_float32() | _two_costs()


def _worst(params: Arrays, right: Arrays) -> Values:
    """Return the five largest differences if db1 is doubled."""
    doubled = right | {"db1": 2 * right["db1"]}
    numbers: Values = {}
    worst = worst_coordinates(cost, params, doubled)
    for rank, (name, at, error) in enumerate(worst, 1):
        numbers |= {f"worst{rank}.name": f"`{name}`", f"worst{rank}.at": str(at)}
        numbers[f"worst{rank}.error"] = error
    return numbers


def _length(grads: Arrays) -> float:
    return float(np.sqrt(sum(float(np.square(grad).sum()) for grad in grads.values())))


def _mistakes(params: Arrays, right: Arrays) -> dict[str, Arrays]:
    """Return the gradient with one mistake in it at a time."""
    entry = right["dW1"].copy()
    entry.flat[np.abs(entry).argmax()] *= 1.01
    return {
        "all_scaled": {name: 1.0001 * grad for name, grad in right.items()},
        "one_entry": right | {"dW1": entry},
        "slope_of_z": right | _through(params, lambda Z1, A1: 1 - Z1 * Z1),
        "db1_doubled": right | {"db1": 2 * right["db1"]},
        "db1_turned": right | {"db1": -right["db1"]},
        "db1_undivided": right | {"db1": 5 * right["db1"]},
        "all_undivided": {name: 5 * grad for name, grad in right.items()},
        "all_turned": {name: -grad for name, grad in right.items()},
    }


def _through(
    params: Arrays, slope: Callable[[np.ndarray, np.ndarray], np.ndarray]
) -> Arrays:
    """Return the first layer's gradients with another slope for tanh."""
    _, X, Y = network()
    cache = forward(params, X)
    dZ2 = (cache["A2"] - Y) / Y.size
    dZ1 = params["W2"].T @ dZ2 * slope(cache["Z1"], cache["A1"])
    return {"dW1": dZ1 @ X.T, "db1": dZ1.sum(axis=1, keepdims=True)}


def _trained() -> Values:
    """Return the check near a minimum, after gradient descent with the rate 1."""
    params = dict(network()[0])
    for _ in range(1000):
        grads = gradients(params)
        params = {name: value - grads[f"d{name}"] for name, value in params.items()}
    grads = gradients(params)
    return {
        "trained.cost": cost(params),
        "trained.length": _length(grads),
        "trained.step7": gradient_check(cost, params, grads, 1e-7),
        "trained.step5": gradient_check(cost, params, grads, 1e-5),
    }


def _in_float32() -> Values:
    """Return the check of the right gradient if the cost is computed in float32."""
    params, X, Y = network()

    def rounded(params: Arrays) -> float:
        cast = {name: value.astype(np.float32) for name, value in params.items()}
        return float(bce_cost(forward(cast, X.astype(np.float32))["A2"], Y))

    steps = 10.0 ** np.arange(-9, 0, 0.25)
    checks = [gradient_check(rounded, params, gradients(params), e) for e in steps]
    usual = gradient_check(rounded, params, gradients(params), 1e-7)
    return {"float32.step7": usual, "float32.least": min(checks)}


def _weights_only(right: Arrays) -> float:
    """Return the check of the weight matrices while db1 is seven times too large."""
    params, _, _ = network()
    matrices = {name: params[name] for name in ("W1", "W2")}
    wrong = right | {"db1": 7 * right["db1"]}
    return gradient_check(lambda some: cost(params | some), matrices, wrong)


def _without_slope(scale: float) -> float:
    """Return the check of a gradient without tanh's slope, at scaled weights."""
    params = {name: scale * value for name, value in network()[0].items()}
    wrong = gradients(params) | _through(params, lambda Z1, A1: np.ones_like(Z1))
    return gradient_check(cost, params, wrong, 1e-5)


def _two_costs() -> Values:
    """Return checks whose two gradients are, or are not, of one cost."""
    params, _, Y = network()
    right = gradients(params)

    def penalised(params: Arrays) -> float:
        squares = sum(float(np.square(params[name]).sum()) for name in ("W1", "W2"))
        return cost(params) + squares / (2 * Y.size)

    penalty = {f"d{name}": params[name] / Y.size for name in ("W1", "W2")}
    whole = right | {name: right[name] + slope for name, slope in penalty.items()}
    return {
        "penalty.forgotten": gradient_check(penalised, params, right),
        "penalty.known": gradient_check(penalised, params, whole),
        "dropout.drawn": _with_dropout(frozen=False),
        "dropout.frozen": _with_dropout(frozen=True),
    }


def _with_dropout(frozen: bool) -> float:
    """Return the check with dropout on the hidden layer, its mask frozen or not."""
    params, _, Y = network()
    rng = np.random.default_rng(0)
    first = dropout_mask((4, Y.size), KEEP, rng)

    def drawn_cost(params: Arrays) -> float:
        mask = first if frozen else dropout_mask(first.shape, KEEP, rng)
        return bce_cost(_thinned(params, mask)["A2"], Y)

    return gradient_check(drawn_cost, params, _thinned_gradients(params, first))


def _thinned(params: Arrays, mask: np.ndarray) -> Arrays:
    parts = forward(params, network()[1])
    A1 = parts["A1"] * mask / KEEP
    Z2 = params["W2"] @ A1 + params["b2"]
    return {"Z1": parts["Z1"], "A1": A1, "Z2": Z2, "A2": sigmoid(Z2)}


def _thinned_gradients(params: Arrays, mask: np.ndarray) -> Arrays:
    _, X, Y = network()
    parts = _thinned(params, mask)
    dZ2 = (parts["A2"] - Y) / Y.size
    dA1 = dropout_backward(params["W2"].T @ dZ2, mask, KEEP)
    dZ1 = dA1 * tanh_grad(parts["Z1"])
    return {
        "dW1": dZ1 @ X.T,
        "db1": dZ1.sum(axis=1, keepdims=True),
        "dW2": dZ2 @ parts["A1"].T,
        "db2": dZ2.sum(axis=1, keepdims=True),
    }


def backprop_values() -> Values:
    """Return what the page on two-layer backpropagation says."""
    ln3 = np.log(3)
    X, Y = np.array([[1.0, 2], [-1, 0], [0, 3]]), np.array([[1, 0]])
    params = {
        "W1": np.array([[0, -np.log(6), 0], [0, np.log(1.5), 0]]),
        "b1": np.array([[-np.log(2)], [ln3]]),
        "W2": np.array([[-ln3, -2 * ln3]]),
        "b2": np.array([[3 * ln3]]),
    }
    grads = two_layer_backward(params, forward(params, X), X, Y)
    check = gradient_check(
        lambda params: bce_cost(forward(params, X)["A2"], Y), params, grads, 1e-5
    )
    return {"check": check} | _second_layer_on_the_input()


def _second_layer_on_the_input() -> Values:
    """Return z of the second layer, from the input by mistake and from the first."""
    rng = np.random.default_rng(0)
    params = init_params([3, 3, 1], "tanh", rng)
    x = rng.standard_normal((3, 5))[:, :1]
    wrong = params["W2"] @ x + params["b2"]
    return {"wrong": wrong.item(), "right": forward(params, x)["Z2"].item()}
