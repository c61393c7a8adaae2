"""What pages and figures say of training in NumPy: moons, circles, learning rates."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import cache
from types import ModuleType

import numpy as np

from dojo import data
from dojo.site.measured.kept import Arrays, kept
from solutions.ch1_foundations import (
    k03_l2_regularization,
    k07_weight_init,
    k11_two_layer_backprop,
    k12_deep_backprop,
    k13_train_numpy_network,
)
from solutions.ch1_foundations.k12_deep_backprop import deep_backward, deep_forward
from solutions.ch1_foundations.k13_train_numpy_network import (
    HyperParams,
    fit,
    predict,
    update_params,
)

MOONS = HyperParams([2, 16, 1], ["tanh", "sigmoid"], 1.0, 2000)
RATES = {"slow": 0.01, "small": 0.1, "good": 1.0, "large": 100.0}
CIRCLES = HyperParams([2, 8, 1], ["tanh", "sigmoid"], 1.0, 2000)
MOMENTS = (0, 200, 2000)  # steps after which the border is drawn
POINTS, NEW, NOISE = 200, 1000, 0.1  # to learn from, to be judged by
REACH, CELLS = 1.5, 40  # of both axes, and the cells along each


@cache
def moons_learned() -> Arrays:
    """Return each learning rate's costs and share of new points, and those of zeros."""
    return kept("numpy-moons", _sources(), _learn_moons)


@cache
def circles_learned() -> Arrays:
    """Return the points, and the border and the share of new points at each moment."""
    return kept("numpy-circles", _sources(), _learn_circles)


def values() -> dict[str, float | str]:
    """Return what pages say of training in NumPy."""
    moons, circles = moons_learned(), circles_learned()
    numbers: dict[str, float | str] = {"iterations": MOONS.iterations}
    for name, rate in RATES.items():
        costs = moons[f"{name}.costs"]
        numbers |= {
            f"{name}.rate": rate,
            f"{name}.last": float(costs[-1]),
            f"{name}.highest": float(costs.max()),
            f"{name}.rises": float((np.diff(costs) > 0).mean()),
            f"{name}.share": float(moons[f"{name}.share"]),
        }
    numbers["first"] = float(moons["good.costs"][0])
    numbers |= {name: float(moons[name]) for name in ("zero.share", "zero.cost")}
    for steps in MOMENTS:
        numbers[f"circles.after{steps}"] = float(circles[f"share{steps}"])
    return numbers


def _learn_moons() -> Arrays:
    X, Y = data.moons(POINTS, NOISE, np.random.default_rng(0))
    X_new, Y_new = data.moons(NEW, NOISE, np.random.default_rng(1))
    found: Arrays = {}
    for name, rate in RATES.items():
        params, costs = fit(X, Y, replace(MOONS, learning_rate=rate))
        says = predict(params, X_new, MOONS.activations)
        found |= {
            f"{name}.costs": np.array(costs),
            f"{name}.share": np.mean(says == Y_new),
        }
    first, _ = fit(X, Y, replace(MOONS, iterations=0))
    params = {name: 0 * value for name, value in first.items()}
    for _ in range(MOONS.iterations):
        AL, caches = deep_forward(params, X, MOONS.activations)
        grads = deep_backward(AL, Y, params, caches, MOONS.activations)
        params = update_params(params, grads, MOONS.learning_rate)
    AL, _ = deep_forward(params, X_new, MOONS.activations)
    loss = -np.mean(Y_new * np.log(AL) + (1 - Y_new) * np.log(1 - AL))
    return found | {"zero.share": np.mean((AL > 0.5) == Y_new), "zero.cost": loss}


def _learn_circles() -> Arrays:
    X, Y = data.circles(POINTS, NOISE, np.random.default_rng(0))
    X_new, Y_new = data.circles(NEW, NOISE, np.random.default_rng(1))
    at = REACH * (2 * (np.arange(CELLS) + 0.5) / CELLS - 1)
    grid = np.stack([np.tile(at, CELLS), np.repeat(at[::-1], CELLS)])
    found: Arrays = {"X": X, "Y": Y}
    for steps in MOMENTS:
        params, _ = fit(X, Y, replace(CIRCLES, iterations=steps))
        says = predict(params, grid, CIRCLES.activations).reshape(CELLS, CELLS)
        right = predict(params, X_new, CIRCLES.activations) == Y_new
        found |= {f"says{steps}": says.astype(float), f"share{steps}": np.mean(right)}
    return found


def _sources() -> list[ModuleType]:
    return [
        k03_l2_regularization,
        k07_weight_init,
        k11_two_layer_backprop,
        k12_deep_backprop,
        k13_train_numpy_network,
        data,
        sys.modules[__name__],
    ]
