"""Wrong answers to the derivatives, rejected by the grader and named by the dojo."""

import numpy as np

from dojo.grading import mistake
from solutions.ch1_foundations.k01_activations import leaky_relu, sigmoid, tanh


def three_slopes(z, below, at_zero):
    """Return `below` under zero, `at_zero` at it, 1 above, in z's precision."""
    slope = np.where(z > 0, 1.0, np.where(z < 0, below, at_zero))
    return slope.astype(np.result_type(z, 0.0))


@mistake(
    "sigmoid_grad",
    "The rule a(1 - a) takes a = sigmoid(z); this applies it to z itself.",
)
def takes_z_for_a(z):
    return z * (1 - z)


@mistake(
    "sigmoid_grad",
    "This is sigmoid itself: its derivative is a(1 - a) with a = sigmoid(z).",
)
def value_instead_of_slope(z):
    return sigmoid(z)


@mistake(
    "sigmoid_grad",
    "1 - a is only the second factor of the derivative: it is a(1 - a).",
)
def first_factor_missing(z):
    return 1.0 - sigmoid(z)


@mistake(
    "sigmoid_grad",
    "One factor is of z itself: both are of a = sigmoid(z), a(1 - a).",
)
def takes_one_minus_z(z):
    return sigmoid(z) * (1.0 - z)


@mistake(
    "sigmoid_grad",
    "One factor is z itself: both are of a = sigmoid(z), a(1 - a).",
)
def takes_z_for_the_first_factor(z):
    return z * (1.0 - sigmoid(z))


@mistake(
    "sigmoid_grad",
    "a is squared here: the derivative is a(1 - a), which is a - a².",
)
def adds_the_square_of_a(z):
    return sigmoid(z) + sigmoid(z) ** 2


@mistake(
    "sigmoid_grad",
    "The slopes are float64 whatever z is: float32 must stay float32.",
)
def sigmoid_slopes_always_float64(z):
    a = sigmoid(np.asarray(z, np.float64))
    return a * (1.0 - a)


@mistake(
    "sigmoid_grad",
    "1 - a² is the rule of tanh: for sigmoid it is a(1 - a).",
)
def rule_of_tanh(z):
    return 1.0 - sigmoid(z) ** 2


@mistake(
    "sigmoid_grad",
    "The sign is wrong: sigmoid rises everywhere, so the derivative a(1 - a) is never "
    "negative.",
)
def falls_with_z(z):
    a = sigmoid(z)
    return a * (a - 1.0)


@mistake(
    "sigmoid_grad_from_output",
    "a is the output of sigmoid already: this applies sigmoid a second time.",
)
def sigmoid_applied_twice(a):
    return sigmoid(a) * (1.0 - sigmoid(a))


@mistake(
    "sigmoid_grad_from_output",
    "a comes back as it was, which is the value of sigmoid: its slope there is a(1 - a).",
)
def returns_the_output(a):
    return a * 1.0


@mistake(
    "sigmoid_grad_from_output",
    "1 - a is only the second factor of the derivative: it is a(1 - a).",
)
def one_minus_the_output(a):
    return 1.0 - a


@mistake(
    "sigmoid_grad_from_output",
    "The way back from a to z divides by zero where a is 0 or 1: a(1 - a) needs no z.",
)
def goes_back_to_z(a):
    z = np.log(a / (1.0 - a))
    return sigmoid(z) * (1.0 - sigmoid(z))


@mistake(
    "sigmoid_grad_from_output",
    "1 - a² is the rule of tanh: for sigmoid it is a(1 - a).",
)
def rule_of_tanh_for_sigmoid(a):
    return 1.0 - a**2


@mistake(
    "sigmoid_grad_from_output",
    "The factors are a and 1 - a; with a - 1 the slope comes out negative.",
)
def a_times_a_minus_one(a):
    return a * (a - 1.0)


@mistake(
    "sigmoid_grad_from_output",
    "1 - 2a is the derivative of a(1 - a) with respect to a: that product is the slope "
    "already.",
)
def differentiated_once_more(a):
    return 1.0 - 2.0 * a


@mistake(
    "tanh_grad",
    "The rule 1 - a² takes a = tanh(z); this applies it to z itself.",
)
def takes_z_for_tanh_z(z):
    return 1 - z**2


@mistake(
    "tanh_grad",
    "This is tanh itself: its derivative is 1 - a² with a = tanh(z).",
)
def tanh_instead_of_its_slope(z):
    return tanh(z)


@mistake(
    "tanh_grad",
    "The square is added: the derivative is 1 - tanh(z)².",
)
def one_plus_the_square(z):
    return 1.0 + tanh(z) ** 2


@mistake(
    "tanh_grad",
    "z is squared before tanh: square tanh(z).",
)
def squares_z_before_tanh(z):
    return 1.0 - tanh(z**2)


@mistake(
    "tanh_grad",
    "The square of 1 - a is not 1 minus the square of a: only a = tanh(z) is squared.",
)
def squares_one_minus_tanh(z):
    return (1.0 - tanh(z)) ** 2


@mistake(
    "tanh_grad",
    "The 1 is missing: the derivative is 1 - tanh(z)².",
)
def leaves_out_the_one(z):
    return tanh(z) ** 2


@mistake(
    "tanh_grad",
    "The slopes are float64 whatever z is: float32 must stay float32.",
)
def tanh_slopes_always_float64(z):
    return 1.0 - tanh(np.asarray(z, np.float64)) ** 2


@mistake(
    "tanh_grad",
    "The slopes took the dtype of z, and integers cut them to 0 or 1: integers become "
    "float64.",
)
def tanh_slopes_in_the_dtype_of_z(z):
    return (1.0 - tanh(z) ** 2).astype(np.asarray(z).dtype)


@mistake(
    "tanh_grad",
    "a(1 - a) is the rule of sigmoid: for tanh it is 1 - a².",
)
def rule_of_sigmoid(z):
    return tanh(z) * (1.0 - tanh(z))


@mistake(
    "tanh_grad",
    "The square is missing: the derivative is 1 - tanh(z)².",
)
def square_missing(z):
    return 1.0 - tanh(z)


@mistake(
    "tanh_grad",
    "The terms are swapped: tanh rises everywhere, so the derivative 1 - tanh(z) "
    "squared is never negative.",
)
def square_minus_one(z):
    return tanh(z) ** 2 - 1.0


@mistake(
    "tanh_grad_from_output",
    "a is the output of tanh already: this applies tanh a second time.",
)
def tanh_applied_twice(a):
    return 1.0 - tanh(a) ** 2


@mistake(
    "tanh_grad_from_output",
    "The square is added: where tanh is a, its slope is 1 - a².",
)
def adds_the_square(a):
    return 1.0 + a**2


@mistake(
    "tanh_grad_from_output",
    "a is the output of tanh, and arctanh leads back to z: the rule 1 - a² takes "
    "a itself.",
)
def goes_back_through_arctanh(a):
    return 1.0 - np.arctanh(a) ** 2


@mistake(
    "tanh_grad_from_output",
    "a comes back as it was, which is the value of tanh: its slope there is 1 - a "
    "squared.",
)
def returns_the_output_of_tanh(a):
    return a * 1.0


@mistake(
    "tanh_grad_from_output",
    "The terms are swapped: tanh rises everywhere, so the derivative 1 - a² is "
    "never negative.",
)
def output_squared_minus_one(a):
    return a**2 - 1.0


@mistake(
    "tanh_grad_from_output",
    "a(1 - a) is the rule of sigmoid: for tanh it is 1 - a².",
)
def rule_of_sigmoid_for_tanh(a):
    return a * (1.0 - a)


@mistake(
    "tanh_grad_from_output",
    "The square is missing: where tanh is a, its slope is 1 - a².",
)
def one_minus_a(a):
    return 1.0 - a


@mistake(
    "tanh_grad_from_output",
    "The square of 1 - a is not 1 minus the square of a: only a is squared.",
)
def squares_the_difference(a):
    return (1.0 - a) ** 2


@mistake(
    "relu_grad",
    "At z = 0 the slope is always 0 here: it is at_zero.",
)
def ignores_at_zero(z, at_zero=0.0):
    return (z > 0).astype(float)


@mistake(
    "relu_grad",
    "z >= 0 counts zero itself as above the bend: at z = 0 the slope is at_zero, by "
    "default 0.",
)
def counts_zero_as_above(z, at_zero=0.0):
    return (z >= 0).astype(float)


@mistake(
    "relu_grad",
    "All that is not above zero gets at_zero here: that is for z = 0 alone, below it "
    "the slope is 0.",
)
def at_zero_below_zero_too(z, at_zero=0.0):
    return three_slopes(z, at_zero, at_zero)


@mistake(
    "relu_grad",
    "The default at z = 0 is 1 here: it is 0, as torch has it.",
)
def default_of_one_at_zero(z, at_zero=1.0):
    return three_slopes(z, 0.0, at_zero)


@mistake(
    "relu_grad",
    "At z = 0 the slope is NaN here: it is at_zero.",
)
def nan_at_zero(z, at_zero=0.0):
    return three_slopes(z, 0.0, np.nan)


@mistake(
    "relu_grad",
    "Below zero the slope is -1 here, the sign of z: ReLU is flat there, so it is 0.",
)
def sign_for_the_slope(z, at_zero=0.0):
    return three_slopes(z, -1.0, at_zero)


@mistake(
    "relu_grad",
    "The sides are swapped: the slope is 1 above zero and 0 below.",
)
def flat_above_zero(z, at_zero=0.0):
    return three_slopes(-z, 0.0, at_zero)


@mistake(
    "relu_grad",
    "This is ReLU itself: its slope is 1 above zero whatever z is.",
)
def relu_instead_of_its_slope(z, at_zero=0.0):
    return np.maximum(z, 0)


@mistake(
    "relu_grad",
    "A comparison gives bool, which cannot hold at_zero and turns arithmetic into "
    "logic: return floats.",
)
def bool_instead_of_float(z, at_zero=0.0):
    return z > 0


@mistake(
    "relu_grad",
    "The slopes are integers, which cannot hold at_zero = 0.25: return floats.",
)
def integers_instead_of_floats(z, at_zero=0.0):
    return (z > 0).astype(int)


@mistake(
    "relu_grad",
    "The slopes took the dtype of z, and integers have no room for at_zero = 0.25: "
    "integers become float64.",
)
def slopes_in_the_dtype_of_z(z, at_zero=0.0):
    return three_slopes(z, 0.0, at_zero).astype(z.dtype)


@mistake(
    "relu_grad",
    "The slopes are float64 whatever z is: float32 must stay float32.",
)
def always_float64(z, at_zero=0.0):
    return three_slopes(z, 0.0, at_zero).astype(np.float64)


@mistake(
    "leaky_relu_grad",
    "The slope below zero is fixed at 0.01: that is only the default, use "
    "negative_slope.",
)
def slope_fixed_at_a_hundredth(z, negative_slope=0.01, at_zero=None):
    return three_slopes(z, 0.01, negative_slope if at_zero is None else at_zero)


@mistake(
    "leaky_relu_grad",
    "At z = 0 the slope is always negative_slope here: that is what None stands for, a "
    "number given as at_zero comes first.",
)
def at_zero_never_read(z, negative_slope=0.01, at_zero=None):
    return three_slopes(z, negative_slope, negative_slope)


@mistake(
    "leaky_relu_grad",
    "0.0 is false, so `at_zero or negative_slope` takes it for None: ask for "
    "`at_zero is None`.",
)
def zero_taken_for_none(z, negative_slope=0.01, at_zero=None):
    return three_slopes(z, negative_slope, at_zero or negative_slope)


@mistake(
    "leaky_relu_grad",
    "Without at_zero the slope at z = 0 is 0 here: None stands for negative_slope.",
)
def none_taken_for_zero(z, negative_slope=0.01, at_zero=None):
    return three_slopes(z, negative_slope, 0.0 if at_zero is None else at_zero)


@mistake(
    "leaky_relu_grad",
    "Without at_zero the slope at z = 0 is 1 here: None stands for negative_slope.",
)
def none_taken_for_one(z, negative_slope=0.01, at_zero=None):
    return three_slopes(z, negative_slope, 1.0 if at_zero is None else at_zero)


@mistake(
    "leaky_relu_grad",
    "This is Leaky ReLU itself: its slope below zero is negative_slope, not "
    "negative_slope * z.",
)
def leaky_relu_instead_of_its_slope(z, negative_slope=0.01, at_zero=None):
    return leaky_relu(z, negative_slope)


@mistake(
    "leaky_relu_grad",
    "Below zero the slope is multiplied by z, which is the value of Leaky ReLU: the "
    "slope is negative_slope.",
)
def slope_times_z(z, negative_slope=0.01, at_zero=None):
    return three_slopes(
        z, negative_slope * z, negative_slope if at_zero is None else at_zero
    )


@mistake(
    "leaky_relu_grad",
    "Below zero the slope is -negative_slope here: it is negative_slope as it is given.",
)
def slope_negated(z, negative_slope=0.01, at_zero=None):
    at_zero = negative_slope if at_zero is None else at_zero
    return three_slopes(z, -negative_slope, at_zero)


@mistake(
    "leaky_relu_grad",
    "This is the slope of ReLU, 0 below zero: there Leaky ReLU has negative_slope.",
)
def slope_of_relu(z, negative_slope=0.01, at_zero=None):
    return three_slopes(z, 0.0, 0.0)


@mistake(
    "leaky_relu_grad",
    "This is the slope of ReLU but for z = 0: below zero Leaky ReLU has negative_slope.",
)
def flat_below_zero(z, negative_slope=0.01, at_zero=None):
    return three_slopes(z, 0.0, negative_slope if at_zero is None else at_zero)


@mistake(
    "leaky_relu_grad",
    "The side is picked by the sign of the output, which a negative slope turns round: "
    "ask for the sign of z.",
)
def side_by_the_sign_of_the_output(z, negative_slope=0.01, at_zero=None):
    slope = np.where(leaky_relu(z, negative_slope) > 0, 1.0, negative_slope)
    at_zero = negative_slope if at_zero is None else at_zero
    return np.where(z == 0, at_zero, slope).astype(np.result_type(z, 0.0))


@mistake(
    "leaky_relu_grad",
    "The side is picked by an output of at least 0, which counts zero itself as above, "
    "and more where the slope is not positive: ask for the sign of z.",
)
def side_by_an_output_of_at_least_zero(z, negative_slope=0.01, at_zero=None):
    slope = np.where(leaky_relu(z, negative_slope) >= 0, 1.0, negative_slope)
    return slope.astype(np.result_type(z, 0.0))


@mistake(
    "leaky_relu_grad",
    "z >= 0 counts zero itself as above the bend: at z = 0 the slope is at_zero, or "
    "negative_slope if that is None.",
)
def leaky_zero_as_above(z, negative_slope=0.01, at_zero=None):
    return three_slopes(z, negative_slope, 1.0)


@mistake(
    "leaky_relu_grad",
    "The slopes took the dtype of z, and integers have no room for 0.01 or 0.25: "
    "integers become float64.",
)
def leaky_slopes_in_the_dtype_of_z(z, negative_slope=0.01, at_zero=None):
    at_zero = negative_slope if at_zero is None else at_zero
    return three_slopes(z, negative_slope, at_zero).astype(z.dtype)


@mistake(
    "leaky_relu_grad",
    "The sides are swapped: the slope is 1 above zero and negative_slope below.",
)
def leaky_sides_swapped(z, negative_slope=0.01, at_zero=None):
    return three_slopes(
        -z, negative_slope, negative_slope if at_zero is None else at_zero
    )


@mistake(
    "leaky_relu_grad",
    "The slopes are float64 whatever z is: float32 must stay float32.",
)
def leaky_slopes_always_float64(z, negative_slope=0.01, at_zero=None):
    at_zero = negative_slope if at_zero is None else at_zero
    return three_slopes(z, negative_slope, at_zero).astype(np.float64)


@mistake(
    "sparsity",
    "A <= 0 counts negative entries too: only exact zeros are sparse.",
)
def counts_negative_entries(A):
    return float(np.mean(A <= 0))


@mistake(
    "sparsity",
    "np.isclose counts tiny entries too: only exact zeros are sparse.",
)
def counts_tiny_entries(A):
    return float(np.mean(np.isclose(A, 0)))


@mistake(
    "sparsity",
    "This is how many entries are zero: divide by A.size for their share.",
)
def count_instead_of_share(A):
    return float(np.sum(A == 0))


@mistake(
    "sparsity",
    "This is the share of entries that are not zero: sparsity is the rest.",
)
def share_of_nonzero_entries(A):
    return float(np.mean(A != 0))


@mistake(
    "sparsity",
    "The zeros are counted in the whole array but divided by the number of rows: "
    "divide by A.size.",
)
def divided_by_the_rows(A):
    return float(np.sum(A == 0) / (len(A) if A.ndim else 1))


@mistake(
    "sparsity",
    "This is a percentage; a share lies between 0 and 1.",
)
def percentage_instead_of_share(A):
    return 100 * float(np.mean(A == 0))


@mistake(
    "sparsity",
    "The zeros are counted in the whole array but divided by the number of columns: "
    "divide by A.size.",
)
def divided_by_the_columns(A):
    return float(np.sum(A == 0) / (A.shape[-1] if A.ndim else 1))


@mistake(
    "sparsity",
    "This is the share of the positive entries: sparsity is that of the zeros.",
)
def share_of_active_entries(A):
    return float(np.mean(A > 0))


@mistake(
    "dead_units",
    "Nearly all samples are enough here: a unit is dead only if every one is at or "
    "below zero, however many there are.",
)
def nearly_all_instead_of_all(Z):
    return np.mean(Z <= 0, axis=1) >= 0.95


@mistake(
    "dead_units",
    "This lists the numbers of the dead units: return True or False for each unit.",
)
def lists_the_dead(Z):
    return np.flatnonzero(np.all(Z <= 0, axis=1))


@mistake(
    "dead_units",
    "One sample at or below zero is enough here: a unit is dead only if all are.",
)
def any_sample_instead_of_all(Z):
    return np.any(Z <= 0, axis=1)


@mistake(
    "dead_units",
    "The columns were taken for units: a unit is a row, so reduce over axis 1.",
)
def samples_taken_for_units(Z):
    return np.all(Z <= 0, axis=0)


@mistake(
    "dead_units",
    "z < 0 lets a unit at exactly 0 count as alive: ReLU's slope is 0 there, so it is "
    "z <= 0.",
)
def zero_counted_as_alive(Z):
    return np.all(Z < 0, axis=1)


@mistake(
    "dead_units",
    "The mean over the samples decides here, but one sample above zero keeps a unit "
    "alive however negative the others are.",
)
def negative_on_average(Z):
    return np.mean(Z, axis=1) <= 0


@mistake(
    "dead_units",
    "This marks the units that live: dead are those without any z > 0.",
)
def alive_instead_of_dead(Z):
    return np.any(Z > 0, axis=1)


@mistake(
    "sigmoid_grad",
    "This is sigmoid itself, and exp(-z) overflows on the way: the derivative is "
    "a(1 - a) with a = sigmoid(z), from a sigmoid that does not overflow.",
)
def value_that_overflows(z):
    return 1 / (1 + np.exp(-z))


@mistake(
    "sigmoid_grad",
    "exp(-z) overflows for z far below zero: take a from a stable sigmoid and return "
    "a(1 - a).",
)
def overflows_in_the_quotient(z):
    return np.exp(-z) / (1 + np.exp(-z)) ** 2


@mistake(
    "tanh_grad",
    "This is tanh itself, and exp(2z) overflows on the way: the derivative is 1 - a² "
    "with a = tanh(z), from a tanh that does not overflow.",
)
def value_of_tanh_that_overflows(z):
    return (np.exp(2 * z) - 1) / (np.exp(2 * z) + 1)


@mistake(
    "tanh_grad",
    "exp overflows on the way to tanh: take a from a stable tanh and return 1 - a "
    "squared.",
)
def overflows_on_the_way_to_tanh(z):
    return 1 - ((np.exp(2 * z) - 1) / (np.exp(2 * z) + 1)) ** 2


@mistake(
    "tanh_grad",
    "cosh overflows far from zero: 1 - tanh(z)² is the same and does not.",
)
def overflows_in_cosh(z):
    return 1 / np.cosh(z) ** 2


# Edits of the reference that break no promise, and why; for `dojo mutants`.
EQUIVALENT = {
    "relu_grad": {
        "- def relu_grad(z: np.ndarray, at_zero: float = 0.0) -> np.ndarray:\n"
        "+ def relu_grad(z: np.ndarray, at_zero: float=None) -> np.ndarray:": "the default gives the same: None stands for the slope below zero, which is 0",
    },
    "leaky_relu_grad": {
        "- if at_zero is None:\n+ if at_zero == None:": "a number equals None never",
        "- slope = np.select([z > 0, z == 0, z < 0], slopes, default=np.nan)\n"
        "+ slope = np.select([z > 0, z == 0, z < 0], slopes)": "the conditions before take all else but NaN, which is free",
        "- slope = np.select([z > 0, z == 0, z < 0], slopes, default=np.nan)\n"
        "+ slope = np.select([z > 0, z >= 0, z < 0], slopes, default=np.nan)": "the conditions before take all else but NaN, which is free",
        "- slope = np.select([z > 0, z == 0, z < 0], slopes, default=np.nan)\n"
        "+ slope = np.select([z > 0, z == 0, z <= 0], slopes, default=np.nan)": "the conditions before take all else but NaN, which is free",
        "- slope = np.select([z > 0, z == 0, z < 0], slopes, default=np.nan)\n"
        "+ slope = np.select([z > 0, z == 0, z != 0], slopes, default=np.nan)": "the conditions before take all else but NaN, which is free",
        "- slope = np.select([z > 0, z == 0, z < 0], slopes, default=np.nan)\n"
        "+ slope = np.select([z > 0, z == 0, z < 1], slopes, default=np.nan)": "the conditions before take all else but NaN, which is free",
        "- slope = np.select([z > 0, z == 0, z < 0], slopes, default=np.nan)\n"
        "+ slope = np.select([z > 0, z == 0, z < 2], slopes, default=np.nan)": "the conditions before take all else but NaN, which is free",
        "- slope = np.select([z > 0, z == 0, z < 0], slopes, default=np.nan)\n"
        "+ slope = np.select([z > 0, z == 0, z < 0.5], slopes, default=np.nan)": "the conditions before take all else but NaN, which is free",
        "- return slope.astype(np.result_type(z, 0.0))  # float32 stays, integers become floats\n"
        "+ return slope.astype(np.result_type(0.0, z))": "any number with a point makes floats of integers",
        "- return slope.astype(np.result_type(z, 0.0))  # float32 stays, integers become floats\n"
        "+ return slope.astype(np.result_type(z, 1.0))": "any number with a point makes floats of integers",
        "- return slope.astype(np.result_type(z, 0.0))  # float32 stays, integers become floats\n"
        "+ return slope.astype(np.result_type(z, -1.0))": "any number with a point makes floats of integers",
        "- return slope.astype(np.result_type(z, 0.0))  # float32 stays, integers become floats\n"
        "+ return slope.astype(np.result_type(z, 0.5))": "any number with a point makes floats of integers",
    },
    "dead_units": {
        "- return np.all(Z <= 0, axis=1)\n"
        "+ return np.all(Z <= 0, axis=-1)": "the same axis, counted from the other end",
    },
}
