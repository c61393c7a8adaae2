"""Wrong answers to gradient checking that the grader must reject."""

import numpy as np

from dojo.grading import mistake
from solutions.ch1_foundations.k08_numerical_gradient import numerical_gradient
from solutions.ch1_foundations.k09_gradient_check import (
    params_to_vector,
    relative_difference,
    vector_to_params,
)


def _spec(params):
    return [(name, p.shape) for name, p in params.items()]


@mistake(
    "params_to_vector",
    "The biases are left out, so a wrong db passes every check: take all parameters.",
)
def flattens_the_weights_alone(params):
    weights = {name: p for name, p in params.items() if not name.startswith("b")}
    return params_to_vector(weights)


@mistake(
    "params_to_vector",
    "The parameters are sorted by name; the vector follows the order of the dict.",
)
def sorts_the_names(params):
    return params_to_vector(dict(sorted(params.items())))


@mistake(
    "params_to_vector",
    "Only parameters called W or b are taken: take all, whatever their names.",
)
def takes_w_and_b_alone(params):
    return params_to_vector({n: p for n, p in params.items() if n[0] in "Wb"})


@mistake(
    "params_to_vector",
    "The entries are read column by column; the vector has each parameter row after "
    "row, which is C order, that of ravel().",
)
def reads_columns_first(params):
    theta = np.concatenate([p.ravel(order="F") for p in params.values()])
    return theta, _spec(params)


@mistake(
    "params_to_vector",
    "theta is a column of shape (n, 1): it has one axis only.",
)
def stacks_a_column(params):
    theta, spec = params_to_vector(params)
    return theta.reshape(-1, 1), spec


@mistake(
    "params_to_vector",
    "The spec notes how many entries a parameter has, which does not tell its shape: "
    "note the shape.",
)
def notes_sizes_for_shapes(params):
    theta, spec = params_to_vector(params)
    return theta, [(name, int(np.prod(shape))) for name, shape in spec]


@mistake(
    "vector_to_params",
    "Every parameter is cut from the start of theta: move the start on by the size of "
    "each one.",
)
def always_cuts_at_the_start(theta, spec):
    return {name: theta[: np.prod(shape)].reshape(shape) for name, shape in spec}


@mistake(
    "vector_to_params",
    "The entries are filled in column by column: theta has each parameter row after "
    "row, the order in which reshape(shape) fills.",
)
def fills_columns_first(theta, spec):
    params = vector_to_params(theta, spec)
    return {n: p.ravel().reshape(p.shape, order="F") for n, p in params.items()}


@mistake(
    "vector_to_params",
    "The start moves on by the number of rows: move it on by the number of entries.",
)
def moves_on_by_the_rows(theta, spec):
    params, start = {}, 0
    for name, shape in spec:
        params[name] = theta[start : start + np.prod(shape)].reshape(shape)
        start += shape[0]
    return params


@mistake(
    "vector_to_params",
    "Each shape is taken apart into two sizes: a parameter may have one axis, or three.",
)
def takes_two_axes_for_granted(theta, spec):
    params, start = {}, 0
    for name, (rows, columns) in spec:
        params[name] = theta[start : start + rows * columns].reshape(rows, columns)
        start += rows * columns
    return params


@mistake(
    "vector_to_params",
    "The parameters stay flat: give each one its shape back.",
)
def leaves_the_parts_flat(theta, spec):
    return {name: p.ravel() for name, p in vector_to_params(theta, spec).items()}


@mistake(
    "vector_to_params",
    "The entries are handed out in the order of the names; theta has them in the order "
    "of the spec.",
)
def cuts_in_sorted_order(theta, spec):
    return vector_to_params(theta, sorted(spec))


@mistake(
    "vector_to_params",
    "The axes of each shape are reversed: reshape to the shape as the spec has it.",
)
def reverses_the_axes(theta, spec):
    return vector_to_params(theta, [(name, shape[::-1]) for name, shape in spec])


def _norm(a):
    return np.linalg.norm(np.ravel(a))


@mistake(
    "relative_difference",
    "The distance is absolute, so tiny gradients always agree: divide by the sum of "
    "both norms.",
)
def returns_the_distance_alone(a, b):
    return _norm(a - b)


@mistake(
    "relative_difference",
    "The distance is divided by the first norm only: divide by the sum of both, so that the "
    "order does not matter and the result stays within 0 to 1.",
)
def divides_by_the_first_norm_alone(a, b):
    return _norm(a - b) / _norm(a) if a.any() else 0.0


@mistake(
    "relative_difference",
    "The distance is divided by the second norm only: divide by the sum of both, so "
    "that the order does not matter and the result stays within 0 to 1.",
)
def divides_by_the_second_norm_alone(a, b):
    return _norm(a - b) / _norm(b) if b.any() else 0.0


@mistake(
    "relative_difference",
    "The distance is divided by the larger norm, so the result can reach 2: divide by "
    "the sum of both.",
)
def divides_by_the_larger_norm(a, b):
    return _norm(a - b) / max(_norm(a), _norm(b)) if a.any() or b.any() else 0.0


@mistake(
    "relative_difference",
    "A constant that guards against 0 / 0 drowns the gradients that are smaller than "
    "it: return 0.0 when both are zero, and only then.",
)
def pads_the_divisor(a, b):
    return _norm(a - b) / (_norm(a) + _norm(b) + 1e-8)


@mistake(
    "relative_difference",
    "The norms are squared: take the square root of each sum of squares.",
)
def forgets_the_square_roots(a, b):
    below = _norm(a) ** 2 + _norm(b) ** 2
    return _norm(a - b) ** 2 / below if below else 0.0


@mistake(
    "relative_difference",
    "This is the largest ratio of a single entry, in which a tiny entry weighs as much "
    "as a large one: divide the norm of a - b by the sum of both norms.",
)
def takes_the_worst_entry(a, b):
    return np.max(np.abs(a - b) / np.maximum(1e-8, np.abs(a) + np.abs(b)))


@mistake(
    "relative_difference",
    "This is the mean ratio of the entries, in which a tiny entry weighs as much as a "
    "large one: divide the norm of a - b by the sum of both norms.",
)
def averages_the_ratios(a, b):
    return np.mean(np.abs(a - b) / np.maximum(1e-8, np.abs(a) + np.abs(b)))


@mistake(
    "relative_difference",
    "Absolute values are added up: the Euclidean norm is the root of the sum of squares.",
)
def adds_absolute_values(a, b):
    below = np.sum(np.abs(a)) + np.sum(np.abs(b))
    return np.sum(np.abs(a - b)) / below if below else 0.0


@mistake(
    "relative_difference",
    "The largest entries are compared: the Euclidean norm is the root of the sum of "
    "squares.",
)
def takes_the_largest_entries(a, b):
    below = np.max(np.abs(a)) + np.max(np.abs(b))
    return np.max(np.abs(a - b)) / below if below else 0.0


@mistake(
    "relative_difference",
    "The two sums of squares stand under one root: take the root of each and add the "
    "two norms.",
)
def takes_one_root_for_both(a, b):
    below = np.sqrt(np.sum(a**2) + np.sum(b**2))
    return np.sqrt(np.sum((a - b) ** 2)) / below if below else 0.0


@mistake(
    "relative_difference",
    "This compares the lengths of the two, not the two: take the norm of a - b.",
)
def compares_the_lengths(a, b):
    below = _norm(a) + _norm(b)
    return abs(_norm(a) - _norm(b)) / below if below else 0.0


@mistake(
    "relative_difference",
    "The norm of the sum stands below the line: add the two norms.",
)
def divides_by_the_norm_of_the_sum(a, b):
    return _norm(a - b) / _norm(a + b) if (a + b).any() else 0.0


def _numeric(cost_fn, params, eps):
    theta, spec = params_to_vector(params)
    slopes = numerical_gradient(
        lambda theta: cost_fn(vector_to_params(theta, spec)), theta, eps
    )
    return vector_to_params(slopes, spec)


def _flat(arrays):
    return params_to_vector(arrays)[0]


def _given(params, grads):
    return {name: grads["d" + name] for name in params}


@mistake(
    "gradient_check",
    "The biases are left out, so a wrong db passes the check: every parameter takes "
    "part.",
)
def leaves_out_the_biases(cost_fn, params, grads, eps=1e-7):
    numeric = _numeric(cost_fn, params, eps)
    names = [name for name in params if not name.startswith("b")]
    a, b = ({n: g[n] for n in names} for g in (numeric, _given(params, grads)))
    return relative_difference(_flat(a), _flat(b))


@mistake(
    "gradient_check",
    "The gradients are lined up in their own order, which need not be that of params: "
    'look each one up as grads["d" + name].',
)
def pairs_by_order(cost_fn, params, grads, eps=1e-7):
    return relative_difference(_flat(_numeric(cost_fn, params, eps)), _flat(grads))


@mistake(
    "gradient_check",
    "The distance is absolute: compare it with the lengths of the two gradients.",
)
def forgets_the_lengths(cost_fn, params, grads, eps=1e-7):
    numeric = _numeric(cost_fn, params, eps)
    return _norm(_flat(numeric) - _flat(_given(params, grads)))


@mistake(
    "gradient_check",
    "The slopes are one-sided, with an error of order eps: step to both sides.",
)
def measures_one_sided(cost_fn, params, grads, eps=1e-7):
    theta, spec = params_to_vector(params)
    here, slopes = cost_fn(params), np.empty_like(theta)
    for i in range(theta.size):
        moved = theta.copy()
        moved[i] += eps
        slopes[i] = (cost_fn(vector_to_params(moved, spec)) - here) / eps
    return relative_difference(slopes, _flat(_given(params, grads)))


@mistake(
    "gradient_check",
    "The points lie 2 eps apart, so divide by 2 eps; divided by eps every slope "
    "comes out twice as large.",
)
def divides_by_eps_alone(cost_fn, params, grads, eps=1e-7):
    numeric = _flat(_numeric(cost_fn, params, eps))
    return relative_difference(2 * numeric, _flat(_given(params, grads)))


@mistake(
    "gradient_check",
    "The argument eps has no effect: the step is fixed at 1e-7.",
)
def steps_by_1e_7_always(cost_fn, params, grads, eps=1e-7):
    numeric = _flat(_numeric(cost_fn, params, 1e-7))
    return relative_difference(numeric, _flat(_given(params, grads)))


@mistake(
    "gradient_check",
    "eps is not handed on, so the slopes are measured with a step of 1e-5, the default "
    "of numerical_gradient.",
)
def keeps_eps_to_itself(cost_fn, params, grads, eps=1e-7):
    numeric = _flat(_numeric(cost_fn, params, 1e-5))
    return relative_difference(numeric, _flat(_given(params, grads)))


@mistake(
    "gradient_check",
    "The ratio is that of the last parameter alone: the check is one ratio of the "
    "whole vectors.",
)
def takes_the_last_parameter(cost_fn, params, grads, eps=1e-7):
    numeric, given = _numeric(cost_fn, params, eps), _given(params, grads)
    return [relative_difference(numeric[n], given[n]) for n in params][-1]


@mistake(
    "gradient_check",
    "Both points are the same array, since `plus = theta` copies nothing: the steps "
    "cancel. Move a copy for each side.",
)
def moves_one_array_both_ways(cost_fn, params, grads, eps=1e-7):
    theta, spec = params_to_vector(params)
    slopes = np.zeros(theta.size)
    for i in range(theta.size):
        plus = minus = theta
        plus[i] += eps
        minus[i] -= eps
        rise = cost_fn(vector_to_params(plus, spec))
        slopes[i] = (rise - cost_fn(vector_to_params(minus, spec))) / (2 * eps)
    return relative_difference(slopes, _flat(_given(params, grads)))


@mistake(
    "gradient_check",
    "Only parameters called W or b are checked: check all, whatever their names.",
)
def checks_w_and_b_alone(cost_fn, params, grads, eps=1e-7):
    numeric = _numeric(cost_fn, params, eps)
    a, b = (
        {n: g[n] for n in params if n[0] in "Wb"}
        for g in (numeric, _given(params, grads))
    )
    return relative_difference(_flat(a), _flat(b))


@mistake(
    "gradient_check",
    "This is the worst ratio of a parameter; the check is one ratio of the whole "
    "vectors.",
)
def takes_the_worst_parameter(cost_fn, params, grads, eps=1e-7):
    numeric, given = _numeric(cost_fn, params, eps), _given(params, grads)
    return max(relative_difference(numeric[n], given[n]) for n in params)


@mistake(
    "gradient_check",
    "The parameters are float32, in which a step of 1e-7 is lost to rounding: check "
    "in float64.",
)
def works_in_float32(cost_fn, params, grads, eps=1e-7):
    theta, spec = params_to_vector(params)
    theta, slopes = theta.astype(np.float32), np.empty_like(theta)
    for i in range(theta.size):
        above, below = theta.copy(), theta.copy()
        above[i] += eps
        below[i] -= eps
        rise = cost_fn(vector_to_params(above, spec))
        rise -= cost_fn(vector_to_params(below, spec))
        slopes[i] = rise / (2 * eps)
    return relative_difference(slopes, _flat(_given(params, grads)))


@mistake(
    "gradient_check",
    "This is the mean of one ratio a parameter; the check is one ratio of the whole "
    "vectors.",
)
def averages_over_the_parameters(cost_fn, params, grads, eps=1e-7):
    numeric, given = _numeric(cost_fn, params, eps), _given(params, grads)
    return np.mean([relative_difference(numeric[n], given[n]) for n in params])


def _ranked(cost_fn, params, grads, eps, size=lambda n, a: abs(n - a)):
    """Return every (name, index, size), largest size first."""
    numeric, given = _numeric(cost_fn, params, eps), _given(params, grads)
    entries = [
        (name, at, float(size(numeric[name][at], given[name][at])))
        for name, p in params.items()
        for at in np.ndindex(p.shape)
    ]
    return sorted(entries, key=lambda entry: -entry[2])


@mistake(
    "worst_coordinates",
    "The smallest differences come first: sort from the largest down.",
)
def puts_the_best_first(cost_fn, params, grads, k=5, eps=1e-7):
    return _ranked(cost_fn, params, grads, eps)[::-1][:k]


@mistake(
    "worst_coordinates",
    "The right ones are picked, but the smallest of them comes first: the largest is "
    "to be first.",
)
def puts_the_worst_last(cost_fn, params, grads, k=5, eps=1e-7):
    return _ranked(cost_fn, params, grads, eps)[:k][::-1]


@mistake(
    "worst_coordinates",
    "The coordinates are ranked by their names, as tuples are compared: rank by the "
    "size, which stands last.",
    reverse=[True, False],
)
def ranks_by_name(cost_fn, params, grads, k=5, eps=1e-7, *, reverse):
    return sorted(_ranked(cost_fn, params, grads, eps), reverse=reverse)[:k]


@mistake(
    "worst_coordinates",
    "The differences keep their sign, so gradients that are too large come last: rank "
    "by the size.",
)
def ranks_with_the_sign(cost_fn, params, grads, k=5, eps=1e-7):
    return _ranked(cost_fn, params, grads, eps, lambda n, a: n - a)[:k]


@mistake(
    "worst_coordinates",
    "The index is that of the flat array: give one integer for each axis, as "
    "np.unravel_index does.",
    is_tuple=[False, True],
)
def gives_flat_indices(cost_fn, params, grads, k=5, eps=1e-7, *, is_tuple):
    found = []
    for name, at, error in _ranked(cost_fn, params, grads, eps)[:k]:
        place = int(np.ravel_multi_index(at, params[name].shape))
        found.append((name, (place,) if is_tuple else place, error))
    return found


@mistake(
    "worst_coordinates",
    'The name is that of the gradient ("dW1"): give that of the parameter ("W1").',
)
def names_the_gradients(cost_fn, params, grads, k=5, eps=1e-7):
    ranked = _ranked(cost_fn, params, grads, eps)[:k]
    return [(f"d{name}", at, error) for name, at, error in ranked]


@mistake(
    "worst_coordinates",
    "Each difference is divided by the sizes of its two slopes, which puts harmless "
    "tiny ones first: rank by |numeric - analytic| itself.",
)
def divides_each_difference(cost_fn, params, grads, k=5, eps=1e-7):
    def size(n, a):
        return abs(n - a) / ((abs(n) + abs(a)) or 1.0)

    return _ranked(cost_fn, params, grads, eps, size)[:k]


@mistake(
    "worst_coordinates",
    "The differences are squared: give |numeric - analytic| itself.",
)
def squares_the_differences(cost_fn, params, grads, k=5, eps=1e-7):
    return _ranked(cost_fn, params, grads, eps, lambda n, a: (n - a) ** 2)[:k]


@mistake(
    "worst_coordinates",
    "The argument k has no effect: five coordinates come back whatever it says.",
)
def returns_five_always(cost_fn, params, grads, k=5, eps=1e-7):
    return _ranked(cost_fn, params, grads, eps)[:5]


@mistake(
    "worst_coordinates",
    "The biases are left out, so a bug in db is never found: rank every parameter.",
)
def ranks_the_weights_alone(cost_fn, params, grads, k=5, eps=1e-7):
    ranked = _ranked(cost_fn, params, grads, eps)
    return [entry for entry in ranked if not entry[0].startswith("b")][:k]


@mistake(
    "worst_coordinates",
    "The k worst of each parameter come back: rank the entries of all parameters "
    "together and cut once.",
    is_ranked=[False, True],
)
def takes_k_of_each_parameter(cost_fn, params, grads, k=5, eps=1e-7, *, is_ranked):
    ranked = _ranked(cost_fn, params, grads, eps)
    found = [e for n in params for e in [r for r in ranked if r[0] == n][:k]]
    return [e for e in ranked if e in found] if is_ranked else found


@mistake(
    "worst_coordinates",
    "The argument eps has no effect: the step is fixed at 1e-7.",
)
def ignores_eps(cost_fn, params, grads, k=5, eps=1e-7):
    return _ranked(cost_fn, params, grads, 1e-7)[:k]


@mistake(
    "worst_coordinates",
    "eps is not handed on, so the slopes are measured with a step of 1e-5, the default "
    "of numerical_gradient.",
)
def hands_no_eps_on(cost_fn, params, grads, k=5, eps=1e-7):
    return _ranked(cost_fn, params, grads, 1e-5)[:k]


# Edits of the reference that break no promise, and why; for `dojo mutants`.
EQUIVALENT = {
    "params_to_vector": {
        "- theta = np.concatenate([p.ravel() for p in params.values()], dtype=np.float64)\n"
        "+ theta = np.concatenate([p.ravel() for p in params.values()])": "vectors are joined in one way only, and floats stay floats",
        "- theta = np.concatenate([p.ravel() for p in params.values()], dtype=np.float64)\n"
        "+ theta = np.hstack([p.ravel() for p in params.values()], dtype=np.float64)": "vectors are joined in one way only, and floats stay floats",
    },
    "relative_difference": {
        "- length = np.linalg.norm(a.ravel()) + np.linalg.norm(b.ravel())\n"
        "+ length = np.linalg.norm(a) + np.linalg.norm(b.ravel())": "the norm of a matrix is that of its entries in a row",
        "- length = np.linalg.norm(a.ravel()) + np.linalg.norm(b.ravel())\n"
        "+ length = np.linalg.norm(a.ravel()) + np.linalg.norm(b)": "the norm of a matrix is that of its entries in a row",
        "- if length == 0:\n+ if length <= 0:": "a length is never negative",
        "- return float(np.linalg.norm((a - b).ravel()) / length)\n"
        "+ return float(np.linalg.norm(a - b) / length)": "the norm of a matrix is that of its entries in a row",
        "- return float(np.linalg.norm((a - b).ravel()) / length)\n"
        "+ return float(np.linalg.norm((b - a).ravel()) / length)": "the sign is lost in the square or the absolute value",
    },
    "gradient_check": {
        "- def gradient_check(\n"
        "- cost_fn: Cost,\n"
        "- params: dict[str, np.ndarray],\n"
        "- grads: dict[str, np.ndarray],\n"
        "- eps: float = 1e-7,\n"
        "- ) -> float:\n"
        "+ def gradient_check(cost_fn: Cost, params: dict[str, np.ndarray], grads: dict[str, np.ndarray], eps: float=-1e-07) -> float:": "the default gives the same: a step back and forth is the same as forth and back",
        "- return relative_difference(numeric, analytic)\n"
        "+ return relative_difference(analytic, numeric)": "the difference is the same from both sides, and the rest is not used here",
        "- return numeric, analytic, spec\n"
        "+ return (analytic, numeric, spec)": "the difference is the same from both sides, and the rest is not used here",
        "- return numeric, analytic, spec\n"
        "+ return (numeric, analytic, theta)": "the difference is the same from both sides, and the rest is not used here",
        "- return numeric, analytic, spec\n"
        "+ return (numeric, analytic, cost_fn)": "the difference is the same from both sides, and the rest is not used here",
    },
    "worst_coordinates": {
        "- def worst_coordinates(\n"
        "- cost_fn: Cost,\n"
        "- params: dict[str, np.ndarray],\n"
        "- grads: dict[str, np.ndarray],\n"
        "- k: int = 5,\n"
        "- eps: float = 1e-7,\n"
        "- ) -> list[tuple[str, tuple[int, ...], float]]:\n"
        "+ def worst_coordinates(cost_fn: Cost, params: dict[str, np.ndarray], grads: dict[str, np.ndarray], k: int=5, eps: float=-1e-07) -> list[tuple[str, tuple[int, ...], float]]:": "the default gives the same: a step back and forth is the same as forth and back",
        "- errors = vector_to_params(np.abs(numeric - analytic), spec)\n"
        "+ errors = vector_to_params(np.abs(analytic - numeric), spec)": "the sign is lost in the square or the absolute value",
        "- return numeric, analytic, spec\n"
        "+ return (analytic, numeric, spec)": "the difference is the same from both sides, and the rest is not used here",
    },
}
