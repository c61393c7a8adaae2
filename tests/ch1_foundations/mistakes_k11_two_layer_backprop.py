"""Wrong answers to two-layer back-propagation: the grader rejects, the dojo names."""

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
    "This is the squared error; cross-entropy takes the logarithm of the probability.",
)
def squares_the_error(A, Y):
    return float(np.mean((A - Y) ** 2))


@mistake(
    "bce_cost",
    "Clipping A to 1e-7 hides how wrong a confident mistake is: A is inside (0, 1).",
)
def clips_the_probabilities(A, Y):
    return float(np.mean(surprise(np.clip(A, 1e-7, 1 - 1e-7), Y)))


@mistake(
    "bce_cost",
    "A small number, {eps}, added inside the logarithm changes every cost: A is inside "
    "(0, 1).",
    eps=[1e-5, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15],
)
def adds_an_epsilon(A, Y, *, eps):
    return float(-np.mean(Y * np.log(A + eps) + (1 - Y) * np.log(1 - A + eps)))


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
    "Clipped logits stop the cost at 500 nats; choose a form whose exp gets no z > 0.",
)
def clips_the_logits(Z, Y):
    Z = np.clip(Z, -500, 500)
    return float(np.mean(np.logaddexp(0, Z) - Y * Z))


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
)
def goes_through_the_sigmoid_again(params, cache, X, Y):
    dZ2, slope = parts(cache, Y)
    A2 = cache["A2"]
    return backward(params, cache, X, dZ2 * A2 * (1 - A2), slope)


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
    "dW has the shape of W, (n_l, n_(l-1)); this is its transpose.",
)
def transposes_the_weights(params, cache, X, Y):
    grads = backward(params, cache, X, *parts(cache, Y))
    return grads | {name: grads[name].T for name in ("dW1", "dW2")}
