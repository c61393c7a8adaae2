"""Wrong answers to L2 regularization that the grader rejects and the dojo can name."""

import numpy as np

from dojo.grading import mistake


def weights(params):
    """Return the names of the matrices."""
    return [name for name in params if name.startswith("W")]


def squares(params, names=None):
    """Return the sum of the squared entries of some arrays, of all W if none is named."""
    names = weights(params) if names is None else names
    return sum(float(np.sum(params[name] ** 2)) for name in names)


def depth(params):
    return len(weights(params))


@mistake(
    "frobenius_sq",
    "This is the norm, the root of the sum: the penalty takes its square, so leave the "
    "root out.",
)
def takes_the_root(W):
    return float(np.sqrt(np.sum(W**2)))


@mistake(
    "frobenius_sq",
    "The sizes of the entries are added up; square each entry, then add.",
)
def adds_up_the_sizes(W):
    return float(np.sum(np.abs(W)))


@mistake(
    "frobenius_sq",
    "The sum of the entries is squared, so that opposite signs cancel; square each "
    "entry, then add.",
)
def squares_the_sum(W):
    return float(np.sum(W) ** 2)


@mistake(
    "frobenius_sq",
    "The squares are averaged; the norm adds them up, so a larger matrix has more.",
)
def averages_the_squares(W):
    return float(np.mean(W**2))


@mistake(
    "frobenius_sq",
    "A factor 1/2 is in the result; it belongs to the penalty, lam / (2 m), not to the "
    "norm.",
)
def halves_the_squares(W):
    return float(np.sum(W**2) / 2)


@mistake(
    "frobenius_sq",
    "All entries of {product} are added, products of different entries too; only its "
    "diagonal has the squares: add W * W, entry by entry.",
    product=["W.T @ W", "W @ W.T"],
)
def adds_up_the_matrix_product(W, *, product):
    return float(np.sum(W.T @ W if product == "W.T @ W" else W @ W.T))


@mistake(
    "frobenius_sq",
    "This is the largest singular value, squared (`np.linalg.norm(W, 2)` gives it for a "
    "matrix); the Frobenius norm counts every entry.",
)
def takes_the_spectral_norm(W):
    return float(np.linalg.norm(W, 2) ** 2)


@mistake(
    "frobenius_sq",
    "The squares are added along one axis only, which leaves a number for each column; "
    "add up all of them.",
)
def adds_up_each_column(W):
    return np.sum(W**2, axis=0)


@mistake(
    "frobenius_sq",
    "The squares are not added up: the result is one number for the matrix.",
)
def returns_the_squares(W):
    return W**2


@mistake(
    "frobenius_sq",
    "The entries are added as they are, signs and all; square each first.",
)
def adds_up_the_entries(W):
    return float(np.sum(W))


@mistake(
    "l2_cost",
    "The biases are counted too; the penalty is for the matrices W only.",
)
def penalizes_the_biases(params, lam, m):
    return lam / (2 * m) * squares(params, params)


@mistake(
    "l2_cost",
    "The factor is lam / m; the penalty has a 1/2 too, which cancels in its gradient: "
    "lam / (2 m).",
)
def forgets_the_half(params, lam, m):
    return lam / m * squares(params)


@mistake(
    "l2_cost",
    "The penalty is not divided by m; its factor is lam / (2 m), as the loss is a mean "
    "over m samples.",
)
def forgets_the_number_of_samples(params, lam, m):
    return lam / 2 * squares(params)


@mistake(
    "l2_cost",
    "The squared weights are only multiplied by lam; the factor is lam / (2 m).",
)
def multiplies_by_lam_alone(params, lam, m):
    return lam * squares(params)


@mistake(
    "l2_cost",
    "lam / 2 * m multiplies by m: put brackets round the 2 * m.",
)
def multiplies_by_m(params, lam, m):
    return lam / 2 * m * squares(params)


@mistake(
    "l2_cost",
    "The norms of the layers are added, not their squares: leave the roots out.",
)
def adds_up_the_norms(params, lam, m):
    return (
        lam / (2 * m) * sum(squares(params, [name]) ** 0.5 for name in weights(params))
    )


@mistake(
    "l2_cost",
    "The root of all squared weights is taken; the penalty has the sum of the squares "
    "itself.",
)
def takes_the_root_of_all(params, lam, m):
    return lam / (2 * m) * squares(params) ** 0.5


@mistake(
    "l2_cost",
    "The sizes of the weights are added: that is the L1 penalty; L2 adds the squares.",
)
def takes_the_l1_penalty(params, lam, m):
    total = sum(float(np.abs(params[name]).sum()) for name in weights(params))
    return lam / (2 * m) * total


@mistake(
    "l2_cost",
    "Only the first layer counts: add up the squares of every W before you return.",
)
def counts_the_first_layer_alone(params, lam, m):
    return lam / (2 * m) * squares(params, ["W1"])


@mistake(
    "l2_cost",
    "Only the last layer counts, by its {place}: add each layer to a sum that begins "
    "at 0.",
    place=["number", "place in the dict"],
)
def counts_the_last_layer_alone(params, lam, m, *, place):
    last = f"W{depth(params)}" if place == "number" else weights(params)[-1]
    return lam / (2 * m) * squares(params, [last])


@mistake(
    "l2_cost",
    "The last layer is left out; layers count from 1 to L, and range(1, L) ends before L.",
)
def leaves_out_the_last_layer(params, lam, m):
    names = [f"W{layer}" for layer in range(1, depth(params))]
    return lam / (2 * m) * float(squares(params, names))


@mistake(
    "l2_cost",
    "The first layer is left out; layers count from 1, W1 among them.",
)
def leaves_out_the_first_layer(params, lam, m):
    names = [name for name in weights(params) if name != "W1"]
    return lam / (2 * m) * float(squares(params, names))


@mistake(
    "l2_cost",
    "The squares are averaged over the entries of each matrix: add them up, the mean is "
    "over the m samples.",
)
def averages_each_matrix(params, lam, m):
    total = sum(float(np.mean(params[name] ** 2)) for name in weights(params))
    return lam / (2 * m) * total


@mistake(
    "l2_cost",
    "The strength lam is left out: the factor is lam / (2 m).",
)
def leaves_out_the_strength(params, lam, m):
    return squares(params) / (2 * m)


@mistake(
    "l2_cost",
    "The weights' sum is squared, so that opposite signs cancel: square each entry first.",
)
def squares_the_sum_of_each_matrix(params, lam, m):
    return (
        lam
        / (2 * m)
        * sum(float(np.sum(params[name])) ** 2 for name in weights(params))
    )


@mistake(
    "l2_cost",
    "Each layer's squares are divided by its own size; lam / (2 m) is divided by the "
    "number of samples and the same for all layers.",
)
def takes_the_rows_for_m(params, lam, m):
    total = sum(squares(params, [name]) / len(params[name]) for name in weights(params))
    return lam / 2 * total


@mistake(
    "l2_cost",
    "Layers from the tenth on are left out: a layer's number may have two digits.",
)
def reads_one_digit_of_the_layer(params, lam, m):
    names = [name for name in weights(params) if len(name) == 2]
    return lam / (2 * m) * squares(params, names)


def added(grads, params, factor, names=None):
    """Return new gradients with a multiple of some parameters added."""
    names = weights(params) if names is None else names
    more = {f"d{name}": grads[f"d{name}"] + factor * params[name] for name in names}
    return grads | more


@mistake(
    "add_l2_grads",
    "The biases' gradients get a share too; only the matrices W are penalized.",
)
def decays_the_biases(grads, params, lam, m):
    return added(grads, params, lam / m, params)


@mistake(
    "add_l2_grads",
    "lam times the weight is added: divide it by m, as in the penalty lam / (2 m).",
)
def adds_lam_times_the_weight(grads, params, lam, m):
    return added(grads, params, lam)


@mistake(
    "add_l2_grads",
    "The factor is lam / (2 m); the slope of w² is 2 w, so the 2 cancels: lam / m.",
)
def keeps_the_half(grads, params, lam, m):
    return added(grads, params, lam / (2 * m))


@mistake(
    "add_l2_grads",
    "The factor is 2 lam / m; the 2 from the slope of w² cancels the penalty's 1/2.",
)
def forgets_that_the_half_cancels(grads, params, lam, m):
    return added(grads, params, 2 * lam / m)


@mistake(
    "add_l2_grads",
    "The penalty's slope is subtracted; the gradient of a sum is the sum of the "
    "gradients: add it.",
)
def subtracts_the_share(grads, params, lam, m):
    return added(grads, params, -lam / m)


@mistake(
    "add_l2_grads",
    "Only the penalty's slope is returned: add it to the gradient of the loss.",
)
def returns_the_share_alone(grads, params, lam, m):
    return grads | {f"d{name}": lam / m * params[name] for name in weights(params)}


@mistake(
    "add_l2_grads",
    "The gradients that were given are changed in place (a += on an array, or a new "
    "entry in the same dict): build a new dict of new arrays.",
)
def changes_the_given_gradients(grads, params, lam, m):
    for name in weights(params):
        grads[f"d{name}"] += lam / m * params[name]
    return grads


@mistake(
    "add_l2_grads",
    "With a lam of 0 what was given comes back itself: a new dict of new arrays is due "
    "there too.",
)
def returns_the_given_gradients(grads, params, lam, m):
    if lam == 0:
        return grads
    return {
        name: grad + lam / m * params[name[1:]] if name[1] == "W" else grad
        for name, grad in grads.items()
    }


@mistake(
    "add_l2_grads",
    "The biases' gradients are missing: the result has every key of grads.",
)
def leaves_out_the_biases(grads, params, lam, m):
    return {
        f"d{name}": grads[f"d{name}"] + lam / m * params[name]
        for name in weights(params)
    }


@mistake(
    "add_l2_grads",
    "lam / m times the sign of the weight is the slope of the L1 penalty; that of w² "
    "grows with the weight.",
)
def adds_the_sign(grads, params, lam, m):
    signs = {name: np.sign(value) for name, value in params.items()}
    return added(grads, signs, lam / m)


@mistake(
    "add_l2_grads",
    "The penalty itself, a number, is added to every entry; add its slope at each "
    "weight, lam / m times that weight.",
)
def adds_the_penalty_itself(grads, params, lam, m):
    cost = lam / (2 * m) * squares(params)
    return grads | {f"d{name}": grads[f"d{name}"] + cost for name in weights(params)}


@mistake(
    "add_l2_grads",
    "The share is divided by the norm of the matrix: that is the slope of the norm; the "
    "penalty has its square.",
)
def divides_by_the_norm(grads, params, lam, m):
    units = {name: value / np.sqrt(np.sum(value**2)) for name, value in params.items()}
    return added(grads, units, lam / m)


@mistake(
    "add_l2_grads",
    "A multiple of the gradient is added to itself; what is added is lam / m times the "
    "weight.",
)
def adds_the_gradient_to_itself(grads, params, lam, m):
    return grads | {
        f"d{name}": (1 + lam / m) * grads[f"d{name}"] for name in weights(params)
    }


@mistake(
    "add_l2_grads",
    "The squared weight is added; the slope of w² / 2 is w.",
)
def adds_the_square(grads, params, lam, m):
    return added(grads, {name: value**2 for name, value in params.items()}, lam / m)


@mistake(
    "add_l2_grads",
    "The same number, lam / m, is added to every entry; each gets lam / m times its own "
    "weight.",
)
def adds_lam_over_m_alone(grads, params, lam, m):
    return grads | {f"d{name}": grads[f"d{name}"] + lam / m for name in weights(params)}


@mistake(
    "add_l2_grads",
    "lam / m times the squared norm, a number, is added to every entry; each gets lam / m "
    "times its own weight.",
)
def adds_the_squared_norm(grads, params, lam, m):
    norms = {name: squares(params, [name]) for name in params}
    return added(grads, norms, lam / m, weights(params))


@mistake(
    "add_l2_grads",
    "The whole gradient is divided by m again; grads hold a mean over m already, only "
    "lam times the weight is divided.",
)
def divides_the_gradient_too(grads, params, lam, m):
    return grads | {
        f"d{name}": (grads[f"d{name}"] + lam * params[name]) / m
        for name in weights(params)
    }


@mistake(
    "add_l2_grads",
    "Only the first layer gets its share: go through every W before you return.",
)
def changes_the_first_layer_alone(grads, params, lam, m):
    return added(grads, params, lam / m, ["W1"])


@mistake(
    "add_l2_grads",
    "The last layer gets no share; layers count from 1 to L, and range(1, L) ends before L.",
)
def passes_over_the_last_layer(grads, params, lam, m):
    names = [f"W{layer}" for layer in range(1, depth(params))]
    return added(grads, params, lam / m, names)


@mistake(
    "decay_factor",
    "This is the share that is taken; what stays is 1 minus that.",
)
def returns_what_is_taken(lr, lam, m):
    return lr * lam / m


@mistake(
    "decay_factor",
    "The difference is the wrong way round: 1 minus the share, not the share minus 1.",
)
def subtracts_the_one(lr, lam, m):
    return lr * lam / m - 1


@mistake(
    "decay_factor",
    "The share is added, so that the weights grow; a step goes down the slope: 1 minus "
    "lr * lam / m.",
)
def lets_the_weights_grow(lr, lam, m):
    return 1 + lr * lam / m


@mistake(
    "decay_factor",
    "The share is not divided by m: the slope of the penalty is lam / m times the weight.",
)
def forgets_the_samples(lr, lam, m):
    return 1 - lr * lam


@mistake(
    "decay_factor",
    "The share is lr * lam / (2 m); the slope of w² is 2 w, so the 1/2 is gone.",
)
def keeps_the_half_of_the_penalty(lr, lam, m):
    return 1 - lr * lam / (2 * m)


@mistake(
    "decay_factor",
    "The share is twice too large; the 2 from the slope of w² cancels the penalty's 1/2.",
)
def doubles_the_share(lr, lam, m):
    return 1 - 2 * lr * lam / m


@mistake(
    "decay_factor",
    "The learning rate is left out; a step is lr times the slope lam / m.",
)
def leaves_out_the_learning_rate(lr, lam, m):
    return 1 - lam / m


@mistake(
    "decay_factor",
    "(1 - lr) * lam / m multiplies what should be subtracted: the product comes first, "
    "then 1 minus it.",
)
def subtracts_too_early(lr, lam, m):
    return (1 - lr) * lam / m


@mistake(
    "decay_factor",
    "The whole is divided by m, the 1 too: only lr * lam is divided.",
)
def divides_the_one_too(lr, lam, m):
    return (1 - lr * lam) / m


@mistake(
    "decay_factor",
    "exp(-lr lam / m) is what endlessly many tiny steps would leave; one step leaves 1 "
    "minus the share.",
)
def decays_exponentially(lr, lam, m):
    return float(np.exp(-lr * lam / m))


@mistake(
    "decay_factor",
    "The factor is cut off at 0; where lr * lam is larger than m it is negative, and "
    "that is what a step does.",
)
def cuts_off_at_zero(lr, lam, m):
    return max(0.0, 1 - lr * lam / m)


@mistake(
    "decay_factor",
    "1 / (1 + share) is another rule, whose slope is taken after the step; a gradient "
    "step leaves 1 minus the share.",
)
def divides_by_one_plus_the_share(lr, lam, m):
    return 1 / (1 + lr * lam / m)


@mistake(
    "decay_factor",
    "The size of the factor is returned; where lr * lam is larger than m it is negative.",
)
def drops_the_sign(lr, lam, m):
    return abs(1 - lr * lam / m)


def stepped(params, grads, lr, share, names=None):
    """Return the step with a share taken from some parameters, from all W if none."""
    names = weights(params) if names is None else names
    return {
        name: (1 - share * (name in names)) * value - lr * grads[f"d{name}"]
        for name, value in params.items()
    }


@mistake(
    "l2_step",
    "The biases are shrunk too; only the matrices W decay.",
)
def shrinks_the_biases(params, grads, lr, lam, m):
    return stepped(params, grads, lr, lr * lam / m, params)


@mistake(
    "l2_step",
    "This is the step without the penalty: each W keeps 1 - lr lam / m of itself first.",
)
def forgets_the_decay(params, grads, lr, lam, m):
    return stepped(params, grads, lr, 0.0)


@mistake(
    "l2_step",
    "lr lam of each weight is taken: divide it by m, as in the penalty lam / (2 m).",
)
def takes_m_times_too_much(params, grads, lr, lam, m):
    return stepped(params, grads, lr, lr * lam)


@mistake(
    "l2_step",
    "Half of what is due is taken from each weight; the slope of w² is 2 w, so the "
    "penalty's 1/2 is gone.",
)
def takes_half_of_the_share(params, grads, lr, lam, m):
    return stepped(params, grads, lr, lr * lam / (2 * m))


@mistake(
    "l2_step",
    "Twice what is due is taken from each weight; the 2 from the slope of w² cancels "
    "the penalty's 1/2.",
)
def takes_twice_the_share(params, grads, lr, lam, m):
    return stepped(params, grads, lr, 2 * lr * lam / m)


@mistake(
    "l2_step",
    "lam / m of each weight is taken, without the learning rate: the whole gradient is "
    "multiplied by lr, the penalty's slope too.",
)
def decays_without_the_learning_rate(params, grads, lr, lam, m):
    return stepped(params, grads, lr, lam / m)


@mistake(
    "l2_step",
    "The decay has the wrong sign, so that the weights grow: they keep 1 - lr lam / m of "
    "themselves.",
)
def grows_the_weights(params, grads, lr, lam, m):
    return stepped(params, grads, lr, -lr * lam / m)


@mistake(
    "l2_step",
    "The step goes uphill: lr times the gradient is subtracted.",
)
def steps_uphill(params, grads, lr, lam, m):
    return stepped(params, grads, -lr, lr * lam / m)


@mistake(
    "l2_step",
    "The gradients are subtracted as they are: multiply them by lr.",
)
def steps_without_the_learning_rate(params, grads, lr, lam, m):
    return stepped(params, grads, 1.0, lr * lam / m)


@mistake(
    "l2_step",
    "The factor multiplies the step of the loss as well; only the weight that was there "
    "decays, and then the gradient is subtracted.",
)
def decays_after_the_step(params, grads, lr, lam, m):
    plain = stepped(params, grads, lr, 0.0)
    return {
        name: (1 - lr * lam / m) * value if name.startswith("W") else value
        for name, value in plain.items()
    }


@mistake(
    "l2_step",
    "The factor multiplies all that the step leaves, biases and gradients too; only the "
    "weight that was there decays.",
)
def multiplies_everything(params, grads, lr, lam, m):
    plain = stepped(params, grads, lr, 0.0)
    return {name: (1 - lr * lam / m) * value for name, value in plain.items()}


@mistake(
    "l2_step",
    "The factor multiplies the gradient; it is the weight that decays.",
)
def multiplies_the_gradient(params, grads, lr, lam, m):
    factor = 1 - lr * lam / m
    scaled = {
        name: (factor if name[1] == "W" else 1) * grad for name, grad in grads.items()
    }
    return stepped(params, scaled, lr, 0.0)


@mistake(
    "l2_step",
    "The change alone is returned; add it to the parameters that were there.",
)
def returns_the_change(params, grads, lr, lam, m):
    after = stepped(params, grads, lr, lr * lam / m)
    return {name: value - params[name] for name, value in after.items()}


@mistake(
    "l2_step",
    "The biases come back without their step: they do not decay, but they learn.",
)
def leaves_the_biases_where_they_were(params, grads, lr, lam, m):
    after = stepped(params, grads, lr, lr * lam / m)
    return after | {name: params[name].copy() for name in params if name[0] == "b"}


@mistake(
    "l2_step",
    "The biases are missing: the result has every key of params.",
)
def returns_the_weights_alone(params, grads, lr, lam, m):
    after = stepped(params, grads, lr, lr * lam / m)
    return {name: after[name] for name in weights(params)}


@mistake(
    "l2_step",
    "The parameters that were given are changed in place (*= or -= on an array, or a new "
    "entry in the same dict): build a new dict of new arrays.",
)
def changes_the_given_parameters(params, grads, lr, lam, m):
    for name, value in stepped(params, grads, lr, lr * lam / m).items():
        params[name][...] = value
    return params


@mistake(
    "l2_step",
    "The weights decay and take no step: subtract lr times their gradients.",
)
def decays_without_a_step(params, grads, lr, lam, m):
    still = {name: grad * (name[1] == "b") for name, grad in grads.items()}
    return stepped(params, still, lr, lr * lam / m)


@mistake(
    "l2_step",
    "The gradients are divided by m once more; they are those of a mean already.",
)
def divides_the_gradients_by_m(params, grads, lr, lam, m):
    return stepped(params, grads, lr / m, lr * lam / m)


@mistake(
    "l2_step",
    "The learning rate is in the decay twice: it multiplies the slope lam / m once.",
)
def decays_by_the_rate_twice(params, grads, lr, lam, m):
    return stepped(params, grads, lr, lr**2 * lam / m)


@mistake(
    "l2_step",
    "lr times the weight's sign is taken off, the step of the L1 penalty; L2 takes a "
    "share of the weight.",
)
def takes_the_same_from_each(params, grads, lr, lam, m):
    after = stepped(params, grads, lr, 0.0)
    signs = {name: lr * lam / m * np.sign(params[name]) for name in weights(params)}
    return after | {name: after[name] - signs[name] for name in signs}


# Edits of the reference that break no promise, and why; for `dojo mutants`.
EQUIVALENT = {
    "decay_factor": {
        "- return 1 - lr * lam / m\n"
        "+ return 1 - lr * (lam / m)": "the same number, but for its last digit",
    },
    "l2_step": {
        "- factor = decay_factor(lr, lam, m)\n"
        "+ factor = decay_factor(lam, lr, m)": "a product has no order",
    },
}
