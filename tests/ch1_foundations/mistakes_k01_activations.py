"""Wrong answers to the activations, rejected by the grader and named by the dojo."""

import numpy as np

from dojo.grading import mistake
from solutions.ch1_foundations.k01_activations import sigmoid


@mistake(
    "sigmoid",
    "The exponent lacks its minus sign, which mirrors the curve: sigmoid is "
    "1 / (1 + exp(-z)) and rises with z.",
)
def forgets_the_minus_sign(z):
    return 1 / (1 + np.exp(z))


@mistake(
    "sigmoid",
    "1 / (1 + exp(-|z|)) is right above zero only: below, the numerator is exp(z).",
)
def one_formula_for_both_signs(z):
    return 1 / (1 + np.exp(-np.abs(1.0 * z)))


@mistake(
    "sigmoid",
    "This decides between 0 and 1; sigmoid is a probability in between: leave the "
    "threshold to whoever reads it.",
)
def rounds_to_a_decision(z):
    return np.round(sigmoid(z))


@mistake(
    "sigmoid",
    "Clipping z to 10 in size avoids the overflow and flattens the tails: split by the "
    "sign of z instead, so that no exponent is positive.",
)
def clips_the_input_too_early(z):
    return 1 / (1 + np.exp(-np.clip(1.0 * z, -10, 10)))


@mistake(
    "sigmoid",
    "This ranges from -1 to 1 as tanh does: sigmoid ranges from 0 to 1.",
)
def ranges_from_minus_one(z):
    return 2.0 * sigmoid(2.0 * z) - 1.0


@mistake(
    "tanh",
    "2 sigmoid(z) - 1 is tanh(z / 2): the input of sigmoid must be doubled too.",
)
def input_not_doubled(z):
    return 2.0 * sigmoid(z) - 1.0


@mistake(
    "tanh",
    "2 sigmoid(2z) ranges from 0 to 2: subtract 1 to centre it at zero.",
)
def not_shifted_down(z):
    return 2.0 * sigmoid(2.0 * z)


@mistake(
    "tanh",
    "Shifting sigmoid down by a half centres it but leaves it half as tall: double "
    "before you subtract 1.",
)
def shifted_but_not_stretched(z):
    return sigmoid(2.0 * z) - 0.5


@mistake(
    "tanh",
    "This ranges from 0 to 1, as a probability does: tanh ranges from -1 to 1.",
)
def ranges_from_zero(z):
    return sigmoid(2.0 * z)


@mistake(
    "tanh",
    "The curve falls where tanh rises: the numerator is exp(z) - exp(-z), and through "
    "sigmoid it is 2 sigmoid(2z) - 1.",
)
def falls_instead_of_rising(z):
    return 1.0 - 2.0 * sigmoid(2.0 * z)


@mistake(
    "relu",
    "np.max(z, 0) is the maximum along axis 0: np.maximum compares each entry with 0.",
)
def maximum_along_an_axis(z):
    return np.max(z, 0)


@mistake(
    "relu",
    "Integers came back as integers: compare with 0.0, so that they become floats.",
)
def integers_stay_integers(z):
    return np.maximum(z, 0)


@mistake(
    "relu",
    "z > 0 is False for NaN, so NaN became 0 and the trouble is hidden: np.maximum "
    "passes it on.",
)
def hides_nan(z):
    return np.where(z > 0, z, 0.0)


@mistake(
    "relu",
    "This is the slope of ReLU, 1 or 0: above zero ReLU returns z itself.",
)
def slope_instead_of_value(z):
    return np.where(z > 0, 1.0, 0.0)


@mistake(
    "relu",
    "Negative entries were folded up to |z|: ReLU turns them into 0.",
)
def folds_instead_of_cutting(z):
    return np.abs(z)


@mistake(
    "relu",
    "This keeps the smaller of z and 0; ReLU keeps the larger.",
)
def keeps_the_negative_part(z):
    return np.minimum(z, 0)


@mistake(
    "relu",
    "Python's max compares whole arrays, which have no single truth: np.maximum "
    "compares entry by entry.",
)
def python_max_of_an_array(z):
    return max(z, 0)


@mistake(
    "leaky_relu",
    "The slope is fixed at 0.01: 0.01 is only the default, use negative_slope.",
)
def ignores_the_slope(z, negative_slope=0.01):
    return np.where(z > 0, z, 0.01 * z)


@mistake(
    "leaky_relu",
    "The sides are swapped: the slope belongs to z < 0, and above zero z stays z.",
)
def leaks_above_zero(z, negative_slope=0.01):
    return np.where(z > 0, negative_slope * z, z)


@mistake(
    "leaky_relu",
    "max(z, slope * z) picks the right line only for a slope up to 1: decide by the "
    "sign of z.",
)
def larger_of_the_two_lines(z, negative_slope=0.01):
    return np.maximum(z, negative_slope * z)


@mistake(
    "leaky_relu",
    "Below zero this returns the slope itself: multiply it by z.",
)
def slope_not_multiplied(z, negative_slope=0.01):
    return np.where(z > 0, z, negative_slope)


@mistake(
    "leaky_relu",
    "Below zero the result is negative_slope * |z|, so the line turns up: z keeps its "
    "sign.",
)
def turns_up_below_zero(z, negative_slope=0.01):
    return np.where(z > 0, z, negative_slope * np.abs(z))


@mistake(
    "leaky_relu",
    "The default slope is a tenth here: it is a hundredth, 0.01.",
)
def default_of_a_tenth(z, negative_slope=0.1):
    return np.where(z > 0, z, negative_slope * z)


@mistake(
    "output_activation",
    "tanh may be negative, and a negative number is no probability: a 0/1 output takes "
    "sigmoid.",
)
def tanh_as_a_probability(task):
    table = {"binary": "tanh", "multilabel": "sigmoid"}
    return (table | {"multiclass": "softmax", "regression": "identity"})[task]


@mistake(
    "output_activation",
    "Softmax makes the labels share one unit of probability, but several may be true "
    "at once: each label takes its own sigmoid.",
)
def softmax_for_labels(task):
    table = {"binary": "sigmoid", "multilabel": "softmax"}
    return (table | {"multiclass": "softmax", "regression": "identity"})[task]


@mistake(
    "output_activation",
    "Independent sigmoids need not sum to 1, yet exactly one class is true: exclusive "
    "classes take softmax.",
)
def sigmoid_for_exclusive_classes(task):
    table = {"binary": "sigmoid", "multilabel": "sigmoid"}
    return (table | {"multiclass": "sigmoid", "regression": "identity"})[task]


@mistake(
    "output_activation",
    "ReLU is for hidden units: as an output it can predict no negative number, so "
    "regression takes the identity.",
)
def relu_for_a_real_number(task):
    table = {"binary": "sigmoid", "multilabel": "sigmoid"}
    return (table | {"multiclass": "softmax", "regression": "relu"})[task]


@mistake(
    "output_activation",
    'A real number needs no bend, and the name of no bend is "identity", not "linear".',
)
def linear_for_identity(task):
    table = {"binary": "sigmoid", "multilabel": "sigmoid"}
    return (table | {"multiclass": "softmax", "regression": "linear"})[task]


@mistake(
    "sigmoid",
    "exp(-z) overflows for z far below zero: there, use exp(z) / (1 + exp(z)).",
)
def overflows_below_zero(z):
    return 1 / (1 + np.exp(-z))


@mistake(
    "sigmoid",
    "exp(z) overflows for z far above zero: there, use 1 / (1 + exp(-z)).",
)
def overflows_above_zero(z):
    return np.exp(z) / (1 + np.exp(z))


@mistake(
    "sigmoid",
    "np.where computes both formulas for every entry, so the one that is not picked "
    "overflows: exponentiate -|z| only, or choose the entries before the formula.",
)
def where_computes_both_formulas(z):
    return np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z)))


@mistake(
    "tanh",
    "exp(2z) overflows for z far above zero: write tanh through a sigmoid that does "
    "not overflow.",
)
def doubled_exponent_overflows(z):
    return (np.exp(2 * z) - 1) / (np.exp(2 * z) + 1)


@mistake(
    "tanh",
    "exp(-2z) overflows for z far below zero: write tanh through a sigmoid that does "
    "not overflow.",
)
def doubled_exponent_overflows_below_zero(z):
    return (1 - np.exp(-2 * z)) / (1 + np.exp(-2 * z))


@mistake(
    "tanh",
    "exp(z) and exp(-z) overflow far from zero, and inf / inf is NaN: write tanh "
    "through a sigmoid that does not overflow.",
)
def infinity_over_infinity(z):
    return (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))
