"""Wrong answers to two-layer backpropagation: the grader rejects, the dojo names."""

import numpy as np

from dojo.grading import mistake


def sigmoid(Z):
    return 1 / (1 + np.exp(-Z))


def surprise(A, Y):
    return -(Y * np.log(A) + (1 - Y) * np.log(1 - A))


@mistake(
    "bce_cost",
    "The surprises are summed; the cost is their mean, so divide by the m samples.",
)
def sums_the_surprises(A, Y):
    return float(np.sum(surprise(A, Y)))


@mistake(
    "bce_cost",
    "The logarithm of a probability is negative: the minus before the mean is missing.",
)
def forgets_the_minus(A, Y):
    return -float(np.mean(surprise(A, Y)))


@mistake(
    "bce_cost",
    "Only -y log(a) is counted, so label 0 costs nothing: add -(1 - y) log(1 - a).",
)
def ignores_the_zero_labels(A, Y):
    return float(np.mean(-Y * np.log(A)))


@mistake(
    "bce_cost",
    "Labels and predictions have changed places: the logarithm is of A, weighted by Y.",
)
def takes_the_logarithm_of_the_labels(A, Y):
    return float(np.mean(surprise(Y, A)))


@mistake(
    "bce_cost",
    "Labels and predictions have changed places, which a clip to {eps} keeps finite: the "
    "logarithm is of A, weighted by Y.",
    eps=[1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15],
)
def takes_the_logarithm_of_clipped_labels(A, Y, *, eps):
    return float(np.mean(surprise(np.clip(Y, eps, 1 - eps), A)))


@mistake(
    "bce_cost",
    "A logarithm of base 2 counts bits; the cost is in nats, with the natural one.",
)
def counts_in_bits(A, Y):
    return float(np.mean(surprise(A, Y))) / np.log(2)


@mistake(
    "bce_cost",
    "The 1/(2m) belongs to the squared loss; cross-entropy divides by m alone.",
)
def halves_the_cost(A, Y):
    return float(np.mean(surprise(A, Y))) / 2


@mistake(
    "bce_cost",
    "Labels are cut to 0 or 1, but a soft label weighs both terms: use Y as it is.",
)
def hardens_the_labels(A, Y):
    return float(np.mean(np.where(Y > 0.5, -np.log(A), -np.log(1 - A))))


@mistake(
    "bce_cost",
    "All labels but 1 are read as 0, and a soft label weighs both terms: use Y as it "
    "is.",
)
def reads_soft_labels_as_zero(A, Y):
    return float(np.mean(np.where(Y == 1, -np.log(A), -np.log(1 - A))))


@mistake(
    "bce_cost",
    "This is the squared error; cross-entropy takes the logarithm of the probability.",
    share=[1, 0.5],
)
def squares_the_error(A, Y, *, share):
    return share * float(np.mean((A - Y) ** 2))


@mistake(
    "bce_cost",
    "Clipping A to {eps} hides how wrong a confident mistake is: A is inside (0, 1).",
    eps=[1e-5, 1e-7, 1e-8],
)
def clips_the_probabilities(A, Y, *, eps):
    return float(np.mean(surprise(np.clip(A, eps, 1 - eps), Y)))


def padded(A, Y, eps):
    """Return the cost with a small number added in both logarithms."""
    return float(-np.mean(Y * np.log(A + eps) + (1 - Y) * np.log(1 - A + eps)))


@mistake(
    "bce_cost",
    "A small number, {eps}, added inside the logarithm changes every cost: A is inside "
    "(0, 1).",
    eps=[1e-5, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15],
)
def adds_an_epsilon(A, Y, *, eps):
    return padded(A, Y, eps)


@mistake(
    "bce_cost",
    "A small number is added inside the logarithm of A: A is inside (0, 1).",
)
def adds_an_epsilon_in_one_term(A, Y):
    return float(-np.mean(Y * np.log(A + 1e-8) + (1 - Y) * np.log(1 - A)))


@mistake(
    "bce_cost",
    "Every sample's label meets every other's logarithm, a product (m, m): multiply "
    "entry by entry, or take Y @ log(A).T.",
)
def multiplies_each_label_with_all(A, Y):
    costs = Y.T @ np.log(A) + (1 - Y).T @ np.log(1 - A)
    return float(-np.sum(costs) / A.shape[1])


@mistake(
    "bce_cost",
    "Only -(1 - y) log(1 - a) is counted, so label 1 costs nothing: add -y log(a).",
)
def ignores_the_one_labels(A, Y):
    return float(np.mean(-(1 - Y) * np.log(1 - A)))


@mistake(
    "bce_cost",
    "The two terms are subtracted; both surprises are added.",
)
def subtracts_the_second_term(A, Y):
    return float(-np.mean(Y * np.log(A) - (1 - Y) * np.log(1 - A)))


@mistake(
    "bce_cost_from_logits",
    "sigmoid(Z) rounds to 0 or 1 and its logarithm is lost: simplify log(sigmoid(z)).",
)
def takes_the_logarithm_of_the_sigmoid(Z, Y):
    return float(np.mean(surprise(sigmoid(Z), Y)))


@mistake(
    "bce_cost_from_logits",
    "Clipped probabilities stop the cost at 16 nats: simplify log(sigmoid(z)) instead.",
)
def clips_the_sigmoid(Z, Y):
    A = sigmoid(np.clip(Z, -700, 700))
    return float(np.mean(surprise(np.clip(A, 1e-7, 1 - 1e-7), Y)))


@mistake(
    "bce_cost_from_logits",
    "Clipped logits stop the cost at {nats} nats; choose a form whose exp gets no z > 0.",
    nats=[500, 700],
)
def clips_the_logits(Z, Y, *, nats):
    Z = np.clip(Z, -nats, nats)
    return float(np.mean(np.logaddexp(0, Z) - Y * Z))


@mistake(
    "bce_cost_from_logits",
    "1 + exp(-|z|) rounds away the digits of a small exp(-|z|): take np.log1p or "
    "np.logaddexp.",
)
def rounds_a_small_power_away(Z, Y):
    return float(np.mean(np.maximum(Z, 0) - Z * Y + np.log(1 + np.exp(-np.abs(Z)))))


def straight(Z, Y, start):
    """Return the cost with log(1 + exp(z)) taken for z from `start` on."""
    soft = [
        np.where(z > start, z, np.log1p(np.exp(np.minimum(z, start)))) for z in (Z, -Z)
    ]
    return float(np.mean(Y * soft[1] + (1 - Y) * soft[0]))


@mistake(
    "bce_cost_from_logits",
    "From {least} on log(1 + exp(z)) is taken for z, but they differ by exp(-z): no "
    "switch is needed with np.logaddexp.",
    least=[10, 16],
)
def goes_straight_too_early(Z, Y, *, least):
    return straight(Z, Y, least)


@mistake(
    "bce_cost_from_logits",
    "A small number inside the logarithm stops the cost at 18 nats: simplify "
    "log(sigmoid(z)) instead.",
)
def adds_an_epsilon_to_the_sigmoid(Z, Y):
    A = sigmoid(np.clip(Z, -700, 700))
    return padded(A, Y, 1e-8)


@mistake(
    "bce_cost_from_logits",
    "The cost is never negative: the minus before the mean is missing.",
)
def forgets_the_minus_of_logits(Z, Y):
    return -float(np.mean(Y * np.logaddexp(0, -Z) + (1 - Y) * np.logaddexp(0, Z)))


@mistake(
    "bce_cost_from_logits",
    "Only the surprise of label 1 is counted: add (1 - y) log(1 + exp(z)).",
)
def ignores_the_zero_labels_of_logits(Z, Y):
    return float(np.mean(Y * np.logaddexp(0, -Z)))


@mistake(
    "bce_cost_from_logits",
    "Every sample's label meets every other's logit, a product (m, m): multiply entry "
    "by entry.",
)
def multiplies_each_logit_with_all(Z, Y):
    costs = Y.T @ np.logaddexp(0, -Z) + (1 - Y).T @ np.logaddexp(0, Z)
    return float(np.sum(costs) / Z.shape[1])


@mistake(
    "bce_cost_from_logits",
    "max(z, 0) - zy + log(1 + exp(-z)) misses the absolute value: it is exp(-|z|).",
)
def forgets_the_absolute_value(Z, Y):
    return float(np.mean(np.maximum(Z, 0) - Z * Y + np.log1p(np.exp(-Z))))


@mistake(
    "bce_cost_from_logits",
    "The surprises are summed; the cost is their mean, so divide by the m samples.",
)
def sums_the_surprises_of_logits(Z, Y):
    return float(np.sum(np.logaddexp(0, Z) - Y * Z))


@mistake(
    "bce_cost_from_logits",
    "A positive logit speaks for the label 1; here it is made to speak for 0.",
)
def swaps_the_labels(Z, Y):
    return float(np.mean(Y * np.logaddexp(0, Z) + (1 - Y) * np.logaddexp(0, -Z)))


@mistake(
    "bce_cost_from_logits",
    "log(1 + exp(-sz)), s = 2y - 1, is right for hard labels; a soft one needs both.",
)
def takes_a_margin_for_soft_labels(Z, Y):
    return float(np.mean(np.logaddexp(0, -(2 * Y - 1) * Z)))


@mistake(
    "bce_cost_from_logits",
    "log(1 + exp(-yz)) is for labels of -1 and 1: these go from 0 to 1.",
)
def takes_labels_of_minus_one(Z, Y):
    return float(np.mean(np.logaddexp(0, -Y * Z)))


@mistake(
    "bce_cost_from_logits",
    "zy is added to max(z, 0) here: it is subtracted.",
)
def adds_the_straight_part(Z, Y):
    return float(np.mean(np.maximum(Z, 0) + Z * Y + np.log1p(np.exp(-np.abs(Z)))))


@mistake(
    "bce_cost_from_logits",
    "The logits go through the sigmoid twice, so the cost sees only 1/2 to 0.73.",
)
def squashes_twice(Z, Y):
    A = sigmoid(sigmoid(np.clip(Z, -700, 700)))
    return float(np.mean(surprise(A, Y)))


@mistake(
    "bce_cost_from_logits",
    "max(z, 0) - zy is the straight part alone: log(1 + exp(-|z|)) is missing.",
)
def leaves_out_the_curved_part(Z, Y):
    return float(np.mean(np.maximum(Z, 0) - Z * Y))


@mistake(
    "bce_cost_from_logits",
    "The logits are taken for probabilities: they have not gone through a sigmoid.",
)
def takes_logits_for_probabilities(Z, Y):
    return float(np.mean(surprise(Z, Y)))


@mistake(
    "bce_cost_from_logits",
    "A soft label is cut to 0 or 1, but it weighs both terms: use Y as it is.",
)
def hardens_the_labels_of_logits(Z, Y):
    return float(np.mean(np.logaddexp(0, Z) - (Y > 0.5) * Z))


def backward(params, cache, X, dZ2, slope, W2=None):
    """Return the gradients from the slope at Z2 and that of the hidden activation."""
    dZ1 = (params["W2"] if W2 is None else W2).T @ dZ2 * slope
    return {
        "dW1": dZ1 @ X.T,
        "db1": dZ1.sum(axis=1, keepdims=True),
        "dW2": dZ2 @ cache["A1"].T,
        "db2": dZ2.sum(axis=1, keepdims=True),
    }


def parts(cache, Y):
    """Return the right slopes: of the mean cost at Z2, and of tanh at Z1."""
    return (cache["A2"] - Y) / Y.shape[1], 1 - cache["A1"] ** 2


@mistake(
    "two_layer_backward",
    "The slope is divided by m at Z2 and again at the weights: once is the mean.",
)
def divides_by_m_twice(params, cache, X, Y):
    dZ2, slope = parts(cache, Y)
    return backward(params, cache, X, dZ2 / Y.shape[1], slope)


@mistake(
    "two_layer_backward",
    "These are the gradients of the summed cost: the cost is a mean, so divide by m.",
)
def never_divides_by_m(params, cache, X, Y):
    dZ2, slope = parts(cache, Y)
    return backward(params, cache, X, dZ2 * Y.shape[1], slope)


@mistake(
    "two_layer_backward",
    "The weights' slopes are divided by m, the biases' are not: b has the same mean.",
)
def divides_only_the_weights_by_m(params, cache, X, Y):
    dZ2, slope = parts(cache, Y)
    grads = backward(params, cache, X, dZ2, slope)
    return grads | {name: Y.shape[1] * grads[name] for name in ("db1", "db2")}


@mistake(
    "two_layer_backward",
    "The mean is over the m columns of X; its rows, the features, were counted.",
)
def divides_by_the_features(params, cache, X, Y):
    dZ2, slope = parts(cache, Y)
    return backward(params, cache, X, dZ2 * X.shape[1] / X.shape[0], slope)


@mistake(
    "two_layer_backward",
    "tanh's slope at Z1 is 1 - A1²; here tanh is applied once more, to A1.",
)
def takes_the_slope_at_the_activation(params, cache, X, Y):
    dZ2, _ = parts(cache, Y)
    return backward(params, cache, X, dZ2, 1 - np.tanh(cache["A1"]) ** 2)


@mistake(
    "two_layer_backward",
    "1 - a² takes the activation A1; it was given Z1.",
)
def squares_z_for_a(params, cache, X, Y):
    dZ2, _ = parts(cache, Y)
    return backward(params, cache, X, dZ2, 1 - cache["Z1"] ** 2)


@mistake(
    "two_layer_backward",
    "The hidden layer is tanh: a(1 - a) is the slope of a sigmoid.",
)
def takes_tanh_for_a_sigmoid(params, cache, X, Y):
    dZ2, _ = parts(cache, Y)
    return backward(params, cache, X, dZ2, cache["A1"] * (1 - cache["A1"]))


@mistake(
    "two_layer_backward",
    "The hidden layer is tanh: 0 or 1 by the sign of Z1 is the slope of a ReLU.",
)
def takes_tanh_for_a_relu(params, cache, X, Y):
    dZ2, _ = parts(cache, Y)
    return backward(params, cache, X, dZ2, cache["Z1"] > 0)


@mistake(
    "two_layer_backward",
    "The slope at A1 is passed on as that at Z1: multiply by the slope of tanh.",
)
def forgets_the_slope_of_tanh(params, cache, X, Y):
    dZ2, _ = parts(cache, Y)
    return backward(params, cache, X, dZ2, 1.0)


@mistake(
    "two_layer_backward",
    "A2 - Y is the slope at Z2 already: a2(1 - a2) cancelled against cross-entropy's.",
    times=[1, 2],
)
def goes_through_the_sigmoid_again(params, cache, X, Y, *, times):
    dZ2, slope = parts(cache, Y)
    A2 = cache["A2"]
    return backward(params, cache, X, times * dZ2 * A2 * (1 - A2), slope)


@mistake(
    "two_layer_backward",
    "The slope at A2 is passed on as that at Z2: multiply by the slope of the sigmoid.",
)
def stops_before_the_sigmoid(params, cache, X, Y):
    dZ2, slope = parts(cache, Y)
    A2 = cache["A2"]
    return backward(params, cache, X, dZ2 / (A2 * (1 - A2)), slope)


@mistake(
    "two_layer_backward",
    "Y - A2 points downhill; the gradient points uphill, so it is A2 - Y.",
)
def points_downhill(params, cache, X, Y):
    dZ2, slope = parts(cache, Y)
    return backward(params, cache, X, -dZ2, slope)


@mistake(
    "two_layer_backward",
    "The prediction is cut to 0 or 1 first; the gradient needs the probability A2.",
)
def cuts_the_prediction(params, cache, X, Y):
    _, slope = parts(cache, Y)
    dZ2 = ((cache["A2"] > 0.5) - Y) / Y.shape[1]
    return backward(params, cache, X, dZ2, slope)


@mistake(
    "two_layer_backward",
    "W2 takes its step before dZ1 is computed: go back through the W2 of the forward.",
)
def goes_back_through_the_new_w2(params, cache, X, Y):
    dZ2, slope = parts(cache, Y)
    W2 = params["W2"] - dZ2 @ cache["A1"].T
    return backward(params, cache, X, dZ2, slope, W2)


@mistake(
    "two_layer_backward",
    "The slope goes back through dW2; what carries A1 forward and slopes back is W2.",
)
def goes_back_through_dw2(params, cache, X, Y):
    dZ2, slope = parts(cache, Y)
    return backward(params, cache, X, dZ2, slope, dZ2 @ cache["A1"].T)


@mistake(
    "two_layer_backward",
    "The sum over samples dropped an axis of db: keep it, (n_l, 1) is b's shape.",
)
def drops_an_axis_of_db(params, cache, X, Y):
    grads = backward(params, cache, X, *parts(cache, Y))
    return grads | {name: grads[name].ravel() for name in ("db1", "db2")}


@mistake(
    "two_layer_backward",
    "db is summed over the units as well; each unit has a bias and a slope of its own.",
)
def sums_db_over_the_units(params, cache, X, Y):
    grads = backward(params, cache, X, *parts(cache, Y))
    return grads | {"db1": np.full_like(grads["db1"], grads["db1"].sum())}


@mistake(
    "two_layer_backward",
    "dW2 is taken with Z1; what W2 was multiplied by is A1.",
)
def takes_z1_for_a1_in_dw2(params, cache, X, Y):
    dZ2, slope = parts(cache, Y)
    return backward(params, cache, X, dZ2, slope) | {"dW2": dZ2 @ cache["Z1"].T}


@mistake(
    "two_layer_backward",
    "dW2 is taken with A2, the output; what W2 was multiplied by is A1.",
)
def takes_a2_for_a1_in_dw2(params, cache, X, Y):
    dZ2, slope = parts(cache, Y)
    return backward(params, cache, X, dZ2, slope) | {"dW2": dZ2 @ cache["A2"].T}


@mistake(
    "two_layer_backward",
    "dW1 is taken with A1, the output of its layer; what W1 was multiplied by is X.",
)
def takes_a1_for_x_in_dw1(params, cache, X, Y):
    dZ2, slope = parts(cache, Y)
    dZ1 = params["W2"].T @ dZ2 * slope
    return backward(params, cache, X, dZ2, slope) | {"dW1": dZ1 @ cache["A1"].T}


@mistake(
    "two_layer_backward",
    "W2 is left out on the way back: the slope at A1 is W2.T @ dZ2.",
)
def leaves_w2_out(params, cache, X, Y):
    dZ2, slope = parts(cache, Y)
    return backward(params, cache, X, dZ2, slope, np.ones_like(params["W2"]))


@mistake(
    "two_layer_backward",
    "The slope at Z1 is multiplied by Z1 too: it is W2.T @ dZ2 times the slope of tanh.",
)
def multiplies_by_z1(params, cache, X, Y):
    dZ2, slope = parts(cache, Y)
    return backward(params, cache, X, dZ2, slope * cache["Z1"])


@mistake(
    "two_layer_backward",
    "The slope at Z1 is multiplied by A1 too: it is W2.T @ dZ2 times the slope of tanh.",
)
def multiplies_by_a1(params, cache, X, Y):
    dZ2, slope = parts(cache, Y)
    return backward(params, cache, X, dZ2, slope * cache["A1"])


@mistake(
    "two_layer_backward",
    "The slope of tanh is 1 - A1²; here the square is added.",
)
def adds_the_square_of_a1(params, cache, X, Y):
    dZ2, _ = parts(cache, Y)
    return backward(params, cache, X, dZ2, 1 + cache["A1"] ** 2)


@mistake(
    "two_layer_backward",
    "The slope of tanh is 1 - A1²; here the square is missing.",
)
def forgets_the_square_of_a1(params, cache, X, Y):
    dZ2, _ = parts(cache, Y)
    return backward(params, cache, X, dZ2, 1 - cache["A1"])


@mistake(
    "two_layer_backward",
    "The slope of tanh is transposed, (m, n_1): it is multiplied entry by entry with "
    "W2.T @ dZ2, (n_1, m).",
)
def transposes_the_slope_of_tanh(params, cache, X, Y):
    dZ2, slope = parts(cache, Y)
    return backward(params, cache, X, dZ2, slope.T)


@mistake(
    "two_layer_backward",
    "The slope of tanh is multiplied as a matrix: each entry has a slope of its own, so "
    "multiply entry by entry (* and not @).",
)
def multiplies_the_slope_as_a_matrix(params, cache, X, Y):
    dZ2, slope = parts(cache, Y)
    dZ1 = params["W2"].T @ dZ2 @ slope.T
    db1, dW1 = dZ1.sum(axis=1, keepdims=True), dZ1 @ X.T
    return backward(params, cache, X, dZ2, slope) | {"dW1": dW1, "db1": db1}


@mistake(
    "two_layer_backward",
    "The hidden layer's slopes are divided by m twice: the mean is in dZ2 already, or "
    "comes at the weights.",
)
def divides_the_hidden_layer_twice(params, cache, X, Y):
    dZ2, slope = parts(cache, Y)
    grads = backward(params, cache, X, dZ2, slope)
    return grads | {name: grads[name] / Y.shape[1] for name in ("dW1", "db1")}


@mistake(
    "two_layer_backward",
    "The hidden layer's slopes are those of the summed cost: divide by m there too.",
)
def never_divides_the_hidden_layer(params, cache, X, Y):
    dZ2, slope = parts(cache, Y)
    grads = backward(params, cache, X, dZ2, slope)
    return grads | {name: grads[name] * Y.shape[1] for name in ("dW1", "db1")}


@mistake(
    "two_layer_backward",
    "db is summed over everything, to one number: sum over the samples only, with "
    "axis=1 and keepdims=True.",
)
def sums_db_to_a_number(params, cache, X, Y):
    grads = backward(params, cache, X, *parts(cache, Y))
    return grads | {name: np.sum(grads[name]) for name in ("db1", "db2")}


@mistake(
    "two_layer_backward",
    "db is the mean over the samples of slopes that were divided by m already: sum "
    "them.",
)
def averages_db_once_more(params, cache, X, Y):
    grads = backward(params, cache, X, *parts(cache, Y))
    return grads | {name: grads[name] / Y.shape[1] for name in ("db1", "db2")}


@mistake(
    "two_layer_backward",
    "Y - A2 points downhill, and the gradients are those of the summed cost: start "
    "from (A2 - Y) / m.",
)
def points_downhill_undivided(params, cache, X, Y):
    dZ2, slope = parts(cache, Y)
    return backward(params, cache, X, -dZ2 * Y.shape[1], slope)


@mistake(
    "two_layer_backward",
    "dW1 is transposed: it is dZ1 @ X.T, of the shape of W1.",
)
def transposes_dw1(params, cache, X, Y):
    grads = backward(params, cache, X, *parts(cache, Y))
    return grads | {"dW1": grads["dW1"].T}


@mistake(
    "two_layer_backward",
    "dW2 is transposed: it is dZ2 @ A1.T, of the shape of W2.",
)
def transposes_dw2(params, cache, X, Y):
    grads = backward(params, cache, X, *parts(cache, Y))
    return grads | {"dW2": grads["dW2"].T}


@mistake(
    "two_layer_backward",
    "dW has the shape of W, (n_l, n_(l-1)); this is its transpose.",
)
def transposes_the_weights(params, cache, X, Y):
    grads = backward(params, cache, X, *parts(cache, Y))
    return grads | {name: grads[name].T for name in ("dW1", "dW2")}


# Edits of the reference that break no promise, and why; for `dojo mutants`.
EQUIVALENT = {
    "bce_cost_from_logits": {
        "- return float(np.mean(Y * np.logaddexp(0, -Z) + (1 - Y) * np.logaddexp(0, Z)))\n"
        "+ return float(np.mean(Y * np.logaddexp(-Z, 0) + (1 - Y) * np.logaddexp(0, Z)))": "the sum of two exponentials in either order",
        "- return float(np.mean(Y * np.logaddexp(0, -Z) + (1 - Y) * np.logaddexp(0, Z)))\n"
        "+ return float(np.mean(Y * np.logaddexp(0, -Z) + (1 - Y) * np.logaddexp(Z, 0)))": "the sum of two exponentials in either order",
        "- return float(np.mean(Y * np.logaddexp(0, -Z) + (1 - Y) * np.logaddexp(0, Z)))\n"
        "+ return float(np.mean(Y * np.logaddexp(-Z, 0) + (1 - Y) * np.logaddexp(Z, 0)))": "the sum of two exponentials in either order",
    },
    "two_layer_backward": {
        "- m = X.shape[1]\n+ m = Y.shape[1]": "X and Y have a column a sample",
        "- m = X.shape[1]\n"
        "+ m = X.shape[-1]": "the same axis, counted from the other end",
        "- db2 = dZ2.sum(axis=1, keepdims=True)\n"
        "+ db2 = dZ2.sum(keepdims=True)": "the other axis has one entry",
        "- db2 = dZ2.sum(axis=1, keepdims=True)\n"
        "+ db2 = dZ2.sum(axis=-1, keepdims=True)": "the same axis, counted from the other end",
        "- db2 = dZ2.sum(axis=1, keepdims=True)\n"
        "+ db2 = dZ2.sum(axis=None, keepdims=True)": "the other axis has one entry",
        '- dZ1 = params["W2"].T @ dZ2 * (1 - A1**2)  # (n_1, 1) (1, m), then tanh\'\n'
        "+ dZ1 = params['W2'].T * dZ2 * (1 - A1 ** 2)": "a column times a row is their product by broadcasting",
        "- db1 = dZ1.sum(axis=1, keepdims=True)\n"
        "+ db1 = dZ1.sum(axis=-1, keepdims=True)": "the same axis, counted from the other end",
    },
}
