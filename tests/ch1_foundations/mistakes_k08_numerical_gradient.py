"""Wrong answers to numerical differentiation that the grader must reject."""

import numpy as np

from dojo.grading import mistake
from solutions.ch1_foundations.k08_numerical_gradient import (
    central_difference as central,
)
from solutions.ch1_foundations.k08_numerical_gradient import (
    forward_difference as forward,
)


@mistake(
    "forward_difference",
    "This is the backward difference: the second point lies at theta - eps, "
    "the forward one at theta + eps.",
)
def steps_backward(f, theta, eps):
    return (f(theta) - f(theta - eps)) / eps


@mistake(
    "forward_difference",
    "The terms are subtracted the wrong way round, so every slope has the wrong sign: "
    "the value at theta + eps comes first.",
)
def subtracts_the_new_from_the_old(f, theta, eps):
    return (f(theta) - f(theta + eps)) / eps


@mistake(
    "forward_difference",
    "The rise is not divided by the step: a slope is rise over run.",
)
def returns_the_rise_alone(f, theta, eps):
    return f(theta + eps) - f(theta)


@mistake(
    "forward_difference",
    "The points lie eps apart, not 2 eps: the forward difference divides by eps.",
)
def divides_by_two_steps(f, theta, eps):
    return (f(theta + eps) - f(theta)) / (2 * eps)


@mistake(
    "forward_difference",
    "This looks to both sides, which is the central difference: the forward one "
    "starts at theta itself.",
)
def looks_to_both_sides(f, theta, eps):
    return (f(theta + eps) - f(theta - eps)) / (2 * eps)


@mistake(
    "forward_difference",
    "Only the second value is divided by eps: the difference needs brackets.",
)
def divides_the_second_value_alone(f, theta, eps):
    return f(theta + eps) - f(theta) / eps


@mistake(
    "forward_difference",
    "The step grows with theta: it is eps as it is.",
)
def steps_in_proportion_to_theta(f, theta, eps):
    step = eps * max(1.0, abs(theta))
    return (f(theta + step) - f(theta)) / step


@mistake(
    "central_difference",
    "Only the second value is divided by 2 eps: the difference needs brackets.",
)
def divides_the_left_value_alone(f, theta, eps):
    return f(theta + eps) - f(theta - eps) / (2 * eps)


@mistake(
    "central_difference",
    "The step grows with theta: it is eps as it is.",
)
def steps_aside_in_proportion_to_theta(f, theta, eps):
    step = eps * max(1.0, abs(theta))
    return (f(theta + step) - f(theta - step)) / (2 * step)


@mistake(
    "central_difference",
    "The points lie 2 eps apart, so divide by 2 eps; divided by eps every slope "
    "comes out twice as large.",
)
def divides_by_one_step(f, theta, eps):
    return (f(theta + eps) - f(theta - eps)) / eps


@mistake(
    "central_difference",
    "`/ 2 * eps` halves and then multiplies by eps: the divisor 2 eps needs brackets.",
)
def forgets_the_brackets(f, theta, eps):
    return (f(theta + eps) - f(theta - eps)) / 2 * eps


@mistake(
    "central_difference",
    "This starts at theta itself, which is the forward difference: the central one "
    "goes from theta - eps to theta + eps.",
)
def looks_to_one_side(f, theta, eps):
    return (f(theta + eps) - f(theta)) / eps


@mistake(
    "central_difference",
    "The points lie eps / 2 to each side: the contract asks for eps to each side, "
    "2 eps in all.",
)
def halves_the_step(f, theta, eps):
    return (f(theta + eps / 2) - f(theta - eps / 2)) / eps


@mistake(
    "central_difference",
    "The terms are subtracted the wrong way round, so every slope has the wrong sign: "
    "the value at theta + eps comes first.",
)
def subtracts_the_right_from_the_left(f, theta, eps):
    return (f(theta - eps) - f(theta + eps)) / (2 * eps)


def _entries(f, x, slope_at):
    """Return an array of x's shape whose entries are slope_at(f with one free entry)."""
    x = np.array(x, dtype=np.float64)
    slopes = np.empty_like(x)
    for at in np.ndindex(x.shape):

        def along(value, at=at):
            moved = x.copy()
            moved[at] = value
            return f(moved)

        slopes[at] = slope_at(along, x[at])
    return slopes


@mistake(
    "numerical_gradient",
    "x comes back changed: save each entry before the step and put the saved value "
    "back, since adding eps again rounds.",
)
def leaves_x_moved(f, x, eps=1e-5):
    x = np.asarray(x, dtype=np.float64)
    slopes = np.empty_like(x)
    for at in np.ndindex(x.shape):
        x[at] += eps
        above = f(x)
        x[at] -= 2 * eps
        slopes[at] = (above - f(x)) / (2 * eps)
    return slopes


@mistake(
    "numerical_gradient",
    "An entry stays moved while the next ones are measured: put each one back before "
    "you go on.",
)
def keeps_earlier_entries_moved(f, x, eps=1e-5):
    return leaves_x_moved(f, np.array(x, dtype=np.float64), eps)


@mistake(
    "numerical_gradient",
    "All entries move at once, which gives one slope along the diagonal: move one "
    "entry at a time.",
)
def moves_all_entries_at_once(f, x, eps=1e-5):
    x = np.array(x, dtype=np.float64)
    return np.full(x.shape, (f(x + eps) - f(x - eps)) / (2 * eps))


@mistake(
    "numerical_gradient",
    "The loop runs over the first axis alone, so whole rows move together: visit every "
    "index of x, as np.ndindex does.",
)
def moves_whole_rows(f, x, eps=1e-5):
    x = np.array(x, dtype=np.float64)
    slopes = np.empty_like(x)
    for i in range(len(x)):
        above, below = x.copy(), x.copy()
        above[i] += eps
        below[i] -= eps
        slopes[i] = (f(above) - f(below)) / (2 * eps)
    return slopes


@mistake(
    "numerical_gradient",
    "The points lie 2 eps apart, so divide by 2 eps; divided by eps every slope "
    "comes out twice as large.",
)
def divides_by_eps_alone(f, x, eps=1e-5):
    return _entries(f, x, lambda g, at: 2 * central(g, at, eps))


@mistake(
    "numerical_gradient",
    "The differences are one-sided, with an error of order eps: step to both sides.",
)
def uses_forward_differences(f, x, eps=1e-5):
    return _entries(f, x, lambda g, at: forward(g, at, eps))


@mistake(
    "numerical_gradient",
    "The argument eps has no effect: the step is fixed at 1e-5.",
)
def ignores_eps(f, x, eps=1e-5):
    return _entries(f, x, lambda g, at: central(g, at, 1e-5))


@mistake(
    "numerical_gradient",
    "The result takes x's integer type, which cuts each slope off at the point: "
    "make a float64 array for the slopes.",
)
def cuts_slopes_to_integers(f, x, eps=1e-5):
    return _entries(f, x, lambda g, at: central(g, at, eps)).astype(x.dtype)


@mistake(
    "numerical_gradient",
    "x keeps its integer type, so x + eps is cut back to x: convert x to float64 "
    "before the first step.",
)
def steps_in_integers(f, x, eps=1e-5):
    def held(value):
        return np.array(value).astype(x.dtype)

    def slope_at(g, at):
        return (g(float(held(at + eps))) - g(float(held(at - eps)))) / (2 * eps)

    return _entries(f, x, slope_at)


@mistake(
    "numerical_gradient",
    "f is given the moved entry alone: it takes an array of x's shape, in which one "
    "entry has moved.",
)
def hands_over_the_entry_alone(f, x, eps=1e-5):
    slopes = np.zeros(np.shape(x))
    for at in np.ndindex(slopes.shape):
        slopes[at] = (f(x[at] + eps) - f(x[at] - eps)) / (2 * eps)
    return slopes


@mistake(
    "numerical_gradient",
    "f is given x as one flat row: it takes an array of x's shape.",
)
def hands_over_a_flat_row(f, x, eps=1e-5):
    row = np.array(x, dtype=np.float64).ravel()
    slopes = np.zeros(row.size)
    for i, value in enumerate(row.tolist()):
        row[i] = value + eps
        above = f(row.copy())
        row[i] = value - eps
        slopes[i] = (above - f(row.copy())) / (2 * eps)
        row[i] = value
    return slopes.reshape(np.shape(x))


@mistake(
    "numerical_gradient",
    "The steps are taken in x.ravel(), which is a copy where x does not lie row after "
    "row, so that f sees no step: move an entry of the array that f is given.",
)
def steps_in_a_flat_copy(f, x, eps=1e-5):
    x = np.array(x, dtype=np.float64, order="K", copy=x.dtype.kind != "f" or None)
    flat, slopes = x.ravel(), np.zeros(x.size)
    for i, value in enumerate(flat.tolist()):
        flat[i] = value + eps
        above = f(x)
        flat[i] = value - eps
        slopes[i] = (above - f(x)) / (2 * eps)
        flat[i] = value
    return slopes.reshape(x.shape)


@mistake(
    "numerical_gradient",
    "f is given x as it was: hand it the array in which an entry has moved.",
)
def hands_over_x_unmoved(f, x, eps=1e-5):
    here = np.array(x, dtype=np.float64)
    return _entries(lambda moved: f(here), x, lambda g, at: central(g, at, eps))


@mistake(
    "numerical_gradient",
    "The default step is 1e-7 here: it is 1e-5.",
)
def steps_by_a_ten_millionth(f, x, eps=1e-7):
    return _entries(f, x, lambda g, at: central(g, at, eps))


@mistake(
    "numerical_gradient",
    "The default step is 1e-4 here: it is 1e-5.",
)
def steps_by_a_ten_thousandth(f, x, eps=1e-4):
    return _entries(f, x, lambda g, at: central(g, at, eps))


@mistake(
    "numerical_gradient",
    "`/ 2 * eps` halves and then multiplies by eps: the divisor 2 eps needs brackets.",
)
def halves_and_multiplies(f, x, eps=1e-5):
    return _entries(f, x, lambda g, at: central(g, at, eps) * eps**2)


@mistake(
    "numerical_gradient",
    "The terms are subtracted the wrong way round, so every slope has the wrong sign: "
    "the value at x + eps comes first.",
)
def subtracts_the_value_above(f, x, eps=1e-5):
    return _entries(f, x, lambda g, at: -central(g, at, eps))


@mistake(
    "numerical_gradient",
    "The slopes come back as one flat row: give the result the shape of x.",
)
def returns_a_flat_array(f, x, eps=1e-5):
    return _entries(f, x, lambda g, at: central(g, at, eps)).ravel()


def _errors(f, df, theta, eps_list, difference):
    return np.abs([difference(f, theta, eps) - df(theta) for eps in eps_list])


def _fit(x, y):
    return float(np.polyfit(x, y, 1)[0])


def _scheme(scheme):
    return {"forward": forward, "central": central}[scheme]


@mistake(
    "convergence_order",
    "The scheme has no effect: forward differences are taken whatever it says.",
)
def takes_forward_for_every_scheme(f, df, theta, eps_list, scheme):
    errors = _errors(f, df, theta, eps_list, forward)
    return _fit(np.log(eps_list), np.log(errors))


@mistake(
    "convergence_order",
    "The scheme has no effect: central differences are taken whatever it says.",
)
def takes_central_for_every_scheme(f, df, theta, eps_list, scheme):
    errors = _errors(f, df, theta, eps_list, central)
    return _fit(np.log(eps_list), np.log(errors))


@mistake(
    "convergence_order",
    "The schemes are exchanged: each takes the other's difference.",
)
def exchanges_the_schemes(f, df, theta, eps_list, scheme):
    errors = _errors(f, df, theta, eps_list, {"f": central, "c": forward}[scheme[0]])
    return _fit(np.log(eps_list), np.log(errors))


@mistake(
    "convergence_order",
    "Axes are swapped: log(error) belongs on the y axis over log(eps) on the x axis, "
    "this slope is one over the order.",
)
def swaps_the_axes(f, df, theta, eps_list, scheme):
    errors = _errors(f, df, theta, eps_list, _scheme(scheme))
    return _fit(np.log(errors), np.log(eps_list))


@mistake(
    "convergence_order",
    "The line is fitted to the error itself over eps itself: a power is a straight "
    "line only when both are logarithms.",
)
def takes_no_logarithms(f, df, theta, eps_list, scheme):
    return _fit(eps_list, _errors(f, df, theta, eps_list, _scheme(scheme)))


@mistake(
    "convergence_order",
    "Only the error is a logarithm: the step needs one too.",
)
def takes_the_logarithm_of_the_error_alone(f, df, theta, eps_list, scheme):
    errors = _errors(f, df, theta, eps_list, _scheme(scheme))
    return _fit(eps_list, np.log(errors))


@mistake(
    "convergence_order",
    "A binary logarithm of the errors' ratios takes each step for half of the one "
    "before: divide by the logarithm of the steps' own ratio.",
)
def assumes_that_steps_are_halved(f, df, theta, eps_list, scheme):
    errors = _errors(f, df, theta, eps_list, _scheme(scheme))
    return float(np.mean(np.log2(errors[:-1] / errors[1:])))


@mistake(
    "convergence_order",
    "The order is known beforehand here, 1 or 2 by the scheme: measure it, since an f "
    "may have another.",
)
def assumes_the_order(f, df, theta, eps_list, scheme):
    return {"forward": 1.0, "central": 2.0}[scheme]


@mistake(
    "convergence_order",
    "The logarithm of two errors' ratio stands alone: divide it by that of the two "
    "steps' ratio.",
)
def leaves_out_the_steps(f, df, theta, eps_list, scheme):
    errors = _errors(f, df, theta, eps_list, _scheme(scheme))
    return float(np.log(errors[0] / errors[1]))


@mistake(
    "convergence_order",
    "The x axis runs backwards, -log(eps), so a falling error gets a negative order.",
)
def fits_over_the_inverse_step(f, df, theta, eps_list, scheme):
    errors = _errors(f, df, theta, eps_list, _scheme(scheme))
    return _fit(-np.log(eps_list), np.log(errors))


@mistake(
    "convergence_order",
    "The difference itself is fitted, not its error: subtract df(theta) first.",
)
def forgets_the_derivative(f, df, theta, eps_list, scheme):
    differences = _errors(f, lambda theta: 0.0, theta, eps_list, _scheme(scheme))
    return _fit(np.log(eps_list), np.log(differences))


# Edits of the reference that break no promise, and why; for `dojo mutants`.
EQUIVALENT = {
    "numerical_gradient": {
        "- def numerical_gradient(\n"
        "- f: Callable[[np.ndarray], float], x: np.ndarray, eps: float = 1e-5\n"
        "- ) -> np.ndarray:\n"
        "+ def numerical_gradient(f: Callable[[np.ndarray], float], x: np.ndarray, eps: float=-1e-05) -> np.ndarray:": "the default gives the same: a step back and forth is the same as forth and back",
        "- gradient = np.empty_like(point)\n"
        "+ gradient = np.zeros_like(point)": "every entry is written afterwards",
        "- gradient = np.empty_like(point)\n"
        "+ gradient = np.ones_like(point)": "every entry is written afterwards",
        "- for at in np.ndindex(point.shape):\n"
        "+ for at in np.ndindex(x.shape):": "the copy has x's shape",
    },
    "convergence_order": {
        '- if scheme not in ("forward", "central"):\n'
        "+ if scheme not in ('central', 'forward'):": "the order of what is looked through is free",
        '- difference = forward_difference if scheme == "forward" else central_difference\n'
        "+ difference = forward_difference if scheme >= 'forward' else central_difference": "of the two words 'forward' is the greater",
        "- errors = [abs(difference(f, theta, eps) - df(theta)) for eps in eps_list]\n"
        "+ errors = [abs(df(theta) - difference(f, theta, eps)) for eps in eps_list]": "the sign is lost in the square or the absolute value",
        '- if scheme not in ("forward", "central"):\n'
        '- difference = forward_difference if scheme == "forward" else central_difference\n'
        "+ difference = forward_difference if scheme == 'forward' else central_difference\n"
        "+ if scheme not in ('forward', 'central'):": "an unknown scheme is refused all the same",
    },
}
