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
    "Clipping z to 20 in size avoids the overflow and flattens the tails: split by the "
    "sign of z instead, so that no exponent is positive.",
)
def clips_the_input_at_20(z):
    return 1 / (1 + np.exp(-np.clip(1.0 * z, -20, 20)))


@mistake(
    "sigmoid",
    "The result is float64 whatever z is: float32 must stay float32.",
)
def sigmoid_always_in_float64(z):
    return sigmoid(np.asarray(z, np.float64))


@mistake(
    "sigmoid",
    "NaN is neither at or above 0 nor below, so it kept the 0 that the result was made "
    "of: NaN must stay NaN.",
)
def leaves_zero_for_nan(z):
    return np.where(np.isnan(z), 0.0, sigmoid(z)).astype(np.result_type(z, 0.0))


@mistake(
    "sigmoid",
    "1 / 1 + exp(-z) divides first: the sum below the line needs brackets.",
)
def forgets_the_brackets(z):
    return 1 / 1 + np.exp(-z)


@mistake(
    "sigmoid",
    "1 / exp(-z) is exp(z): the 1 below the line is missing.",
)
def leaves_out_the_one(z):
    return 1 / np.exp(-z)


@mistake(
    "sigmoid",
    "The entries share one unit, as in softmax: sigmoid takes each entry by itself.",
)
def shares_one_unit(z):
    return np.exp(z) / np.sum(np.exp(z))


@mistake(
    "sigmoid",
    "This is softmax, in which the entries share one unit: sigmoid takes each entry by "
    "itself.",
)
def softmax_of_all_entries(z):
    e = np.exp(z - np.max(z))
    return e / np.sum(e)


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
    "tanh",
    "The sign is lost: tanh(-z) is -tanh(z).",
)
def loses_its_sign(z):
    return np.abs(2.0 * sigmoid(2.0 * z) - 1.0)


@mistake(
    "tanh",
    "The result is float64 whatever z is: float32 must stay float32.",
)
def tanh_always_in_float64(z):
    return 2.0 * sigmoid(2.0 * np.asarray(z, np.float64)) - 1.0


@mistake(
    "tanh",
    "This is sigmoid itself: tanh is 2 sigmoid(2z) - 1.",
)
def sigmoid_for_tanh(z):
    return sigmoid(z)


@mistake(
    "tanh",
    "(exp(z) - exp(-z)) / 2 is sinh, which grows without end: divide by exp(z) + "
    "exp(-z).",
)
def divides_by_two(z):
    return (np.exp(z) - np.exp(-z)) / 2


@mistake(
    "tanh",
    "The difference and the sum of the powers need brackets: else only the middle "
    "terms are divided.",
)
def divides_the_middle_terms_alone(z):
    return np.exp(z) - np.exp(-z) / np.exp(z) + np.exp(-z)


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
    "relu",
    "The result is float64 whatever z is: float32 must stay float32.",
)
def relu_always_in_float64(z):
    return np.maximum(z, 0.0).astype(np.float64)


@mistake(
    "relu",
    "This is Leaky ReLU, with a slope of 0.01 below zero: ReLU is 0 there.",
)
def leaks_a_hundredth(z):
    return np.maximum(z, 0.01 * z)


@mistake(
    "relu",
    "The result stops at 6, as ReLU6 does: ReLU has no upper bound.",
)
def stops_at_six(z):
    return np.clip(z, 0.0, 6.0)


@mistake(
    "relu",
    "The result stops at 1: ReLU has no upper bound.",
)
def stops_at_one(z):
    return np.clip(z, 0.0, 1.0)


@mistake(
    "relu",
    "z[z > 0] takes the negative entries out, and the shape is lost: they stay, as 0.",
)
def takes_the_negative_entries_out(z):
    return z[z > 0]


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
    "Below zero z is divided by the slope: multiply.",
)
def divides_by_the_slope(z, negative_slope=0.01):
    return np.where(z > 0, z, 1.0 * z / negative_slope)


@mistake(
    "leaky_relu",
    "This is ReLU, 0 below zero: there Leaky ReLU is negative_slope * z.",
)
def leaks_nothing(z, negative_slope=0.01):
    return np.maximum(z, 0.0)


@mistake(
    "leaky_relu",
    "This is the slope of Leaky ReLU, 1 or negative_slope: multiply it by z.",
)
def slope_of_leaky_relu(z, negative_slope=0.01):
    return np.where(z > 0, 1.0, negative_slope)


@mistake(
    "leaky_relu",
    "The result is float64 whatever z is: float32 must stay float32.",
)
def leaky_relu_always_in_float64(z, negative_slope=0.01):
    return np.where(z > 0, z, negative_slope * z).astype(np.float64)


@mistake(
    "leaky_relu",
    "The slope is added to z below zero: multiply.",
)
def adds_the_slope(z, negative_slope=0.01):
    return np.where(z > 0, z, z + negative_slope)


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
    "Every task gets sigmoid. An `or` between names is always true, so that nothing "
    'after it is reached: ask `task in ("binary", "multilabel")`.',
)
def sigmoid_for_every_task(task):
    return "sigmoid"


@mistake(
    "output_activation",
    "One probability takes sigmoid: softmax over a single output is always 1.",
)
def softmax_for_one_probability(task):
    table = {"binary": "softmax", "multilabel": "sigmoid"}
    return (table | {"multiclass": "softmax", "regression": "identity"})[task]


@mistake(
    "output_activation",
    'A real number needs no bend, and the name of no bend is "identity", not None or '
    '"none".',
)
def none_for_identity(task):
    table = {"binary": "sigmoid", "multilabel": "sigmoid"}
    return (table | {"multiclass": "softmax", "regression": "none"})[task]


@mistake(
    "output_activation",
    "Sigmoid squeezes a real number into 0 to 1: regression takes the identity.",
)
def sigmoid_for_a_real_number(task):
    table = {"binary": "sigmoid", "multilabel": "sigmoid"}
    return (table | {"multiclass": "softmax", "regression": "sigmoid"})[task]


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


# Edits of the reference that break no promise, and why; for `dojo mutants`.
EQUIVALENT = {
    "sigmoid": {
        "- return np.where(z >= 0, 1.0, decay) / (1.0 + decay)\n"
        "+ return np.where(z > 0, 1.0, decay) / (1.0 + decay)": "at 0 both sides give the same",
    },
    "relu": {
        "- return np.maximum(z, 0.0)  # the point in 0.0 makes integers floats\n"
        "+ return np.maximum(0.0, z)": "the maximum of two is the same in either order",
    },
    "leaky_relu": {
        "- return np.where(z > 0, z, float(negative_slope) * z)\n"
        "+ return np.where(z >= 0, z, float(negative_slope) * z)": "at 0 both sides give the same",
    },
    "output_activation": {
        "- if task not in fitting:\n"
        "+ if task == fitting:": "a LookupError is as good, and the dictionary raises one",
        "- if task not in fitting:\n"
        "+ if False:": "a LookupError is as good, and the dictionary raises one",
        "- if task not in fitting:\n"
        "+ if task not in task:": "a LookupError is as good, and the dictionary raises one",
        "- if task not in fitting:": "a LookupError is as good, and the dictionary raises one",
        "- if task not in fitting:\n"
        "- return fitting[task]\n"
        "+ return fitting[task]\n"
        "+ if task not in fitting:": "a LookupError is as good, and the dictionary raises one",
        "- raise ValueError(f\"task must be one of {', '.join(fitting)}, got {task!r}\")": "a LookupError is as good, and the dictionary raises one",
    },
}
