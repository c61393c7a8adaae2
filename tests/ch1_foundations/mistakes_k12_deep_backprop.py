"""Wrong answers to deep backpropagation: the grader rejects, the dojo names."""

import numpy as np

from dojo.grading import mistake


def sigmoid(Z):
    return 1 / (1 + np.exp(-Z))


def relu(Z):
    return np.maximum(Z, 0.0)


def identity(Z):
    return Z


FUNCTIONS = {"relu": relu, "tanh": np.tanh, "sigmoid": sigmoid, "identity": identity}
SLOPES = {
    "relu": lambda Z: 1.0 * (Z > 0),
    "tanh": lambda Z: 1 - np.tanh(Z) ** 2,
    "sigmoid": lambda Z: sigmoid(Z) * (1 - sigmoid(Z)),
    "identity": np.ones_like,
}


def products(dZ, A_prev, W):
    """Return the three right gradients of a layer."""
    m = dZ.shape[1]
    return W.T @ dZ, dZ @ A_prev.T / m, dZ.sum(axis=1, keepdims=True) / m


@mistake(
    "linear_backward",
    "dW and db are sums over the samples; the cost is a mean, so divide both by m.",
)
def never_divides_by_m(dZ, A_prev, W):
    dA_prev, dW, db = products(dZ, A_prev, W)
    return dA_prev, dW * dZ.shape[1], db * dZ.shape[1]


@mistake(
    "linear_backward",
    "dA_prev is divided by m too, so the layer below would divide again: a sample's own slope is no mean.",
)
def divides_what_is_passed_down(dZ, A_prev, W):
    dA_prev, dW, db = products(dZ, A_prev, W)
    return dA_prev / dZ.shape[1], dW, db


@mistake(
    "linear_backward",
    "Only dW is divided by m; db is a mean over the samples as well.",
)
def divides_the_weights_alone(dZ, A_prev, W):
    dA_prev, dW, db = products(dZ, A_prev, W)
    return dA_prev, dW, db * dZ.shape[1]


@mistake(
    "linear_backward",
    "Only db is divided by m; dW is a mean over the samples as well.",
)
def divides_the_biases_alone(dZ, A_prev, W):
    dA_prev, dW, db = products(dZ, A_prev, W)
    return dA_prev, dW * dZ.shape[1], db


@mistake(
    "linear_backward",
    "The mean is over the m samples, the columns; the {rows} of a matrix were counted.",
    rows=["units", "inputs"],
)
def divides_by_the_rows(dZ, A_prev, W, *, rows):
    dA_prev, dW, db = products(dZ, A_prev, W)
    n = dZ.shape[1] / len(dZ if rows == "units" else A_prev)
    return dA_prev, dW * n, db * n


@mistake(
    "linear_backward",
    "db lost an axis in the sum over the samples: keep it, (n_l, 1) is b's shape.",
)
def drops_an_axis_of_db(dZ, A_prev, W):
    dA_prev, dW, db = products(dZ, A_prev, W)
    return dA_prev, dW, db.ravel()


@mistake(
    "linear_backward",
    "db is added up over the units; each unit has a bias, and the sum is over the samples.",
)
def sums_db_over_the_units(dZ, A_prev, W):
    dA_prev, dW, _ = products(dZ, A_prev, W)
    return dA_prev, dW, dZ.sum(axis=0, keepdims=True) / dZ.shape[1]


@mistake(
    "linear_backward",
    "All units get one slope for their biases; db is a mean over the samples alone.",
)
def gives_all_biases_one_slope(dZ, A_prev, W):
    dA_prev, dW, db = products(dZ, A_prev, W)
    return dA_prev, dW, np.full_like(db, db.sum())


@mistake(
    "linear_backward",
    "dA_prev is W dZ; on the way back it is the transpose, Wᵀ dZ.",
)
def goes_back_through_w_untransposed(dZ, A_prev, W):
    _, dW, db = products(dZ, A_prev, W)
    return W @ dZ, dW, db


@mistake(
    "linear_backward",
    "dW is transposed; it has the shape of W, (n_l, n_{l-1}): dZ A_prevᵀ.",
)
def transposes_dw(dZ, A_prev, W):
    dA_prev, dW, db = products(dZ, A_prev, W)
    return dA_prev, dW.T, db


@mistake(
    "linear_backward",
    "The slope goes back through dW; what carries it is W.",
)
def goes_back_through_dw(dZ, A_prev, W):
    _, dW, db = products(dZ, A_prev, W)
    return dW.T @ dZ, dW, db


@mistake(
    "linear_backward",
    "The order is another one: return dA_prev, dW and db.",
)
def returns_dw_first(dZ, A_prev, W):
    dA_prev, dW, db = products(dZ, A_prev, W)
    return dW, db, dA_prev


@mistake(
    "linear_backward",
    "All three have the opposite sign; a gradient points uphill, the minus comes with the step.",
)
def points_downhill(dZ, A_prev, W):
    return tuple(-part for part in products(dZ, A_prev, W))


@mistake(
    "linear_backward",
    "The gradients come as a dict; return the three arrays in a tuple.",
)
def returns_a_dict(dZ, A_prev, W):
    dA_prev, dW, db = products(dZ, A_prev, W)
    return {"dA_prev": dA_prev, "dW": dW, "db": db}


@mistake(
    "activation_backward",
    "The slope is taken at g(Z); it is due at Z.",
)
def takes_the_slope_at_the_activation(dA, Z, activation):
    return dA * SLOPES[activation](FUNCTIONS[activation](Z))


@mistake(
    "activation_backward",
    "The rules a(1 - a) and 1 - a² take the activation; here, for {which}, Z is given.",
    which=["sigmoid and tanh", "sigmoid", "tanh"],
)
def takes_z_for_a(dA, Z, activation, *, which):
    rules = {"sigmoid": Z * (1 - Z), "tanh": 1 - Z**2}
    wrong = activation in rules and activation in which
    return dA * (rules[activation] if wrong else SLOPES[activation](Z))


@mistake(
    "activation_backward",
    "The slope of the activation comes back alone: multiply by dA.",
)
def forgets_da(dA, Z, activation):
    return SLOPES[activation](Z)


@mistake(
    "activation_backward",
    "dA comes back as it is: multiply by the slope of the activation.",
)
def forgets_the_slope(dA, Z, activation):
    return 1.0 * dA


@mistake(
    "activation_backward",
    "dA is multiplied by the activation itself; it is its slope that is due.",
)
def multiplies_by_the_activation(dA, Z, activation):
    return dA * FUNCTIONS[activation](Z)


@mistake(
    "activation_backward",
    "The activation is applied to dA; going back, dA is multiplied by the slope at Z.",
)
def activates_the_slope(dA, Z, activation):
    return FUNCTIONS[activation](dA)


@mistake(
    "activation_backward",
    "ReLU passes on where dA is positive; what decides is the sign of Z.",
)
def lets_relu_pass_positive_slopes(dA, Z, activation):
    return dA * SLOPES[activation](dA if activation == "relu" else Z)


@mistake(
    "activation_backward",
    "ReLU's slope at exactly 0 is taken as 1; here it is 0, as in torch.",
)
def lets_relu_pass_at_zero(dA, Z, activation):
    slope = 1.0 * (Z >= 0) if activation == "relu" else SLOPES[activation](Z)
    return dA * slope


@mistake(
    "activation_backward",
    "ReLU's slope above 0 is Z instead of 1.",
)
def multiplies_by_z_above_zero(dA, Z, activation):
    return dA * (relu(Z) if activation == "relu" else SLOPES[activation](Z))


@mistake(
    "activation_backward",
    "The slope of tanh is 1 - tanh²; the square is missing.",
)
def forgets_the_square_of_tanh(dA, Z, activation):
    return dA * (1 - np.tanh(Z) if activation == "tanh" else SLOPES[activation](Z))


@mistake(
    "activation_backward",
    "The slope of the sigmoid is a(1 - a); the factor 1 - a is missing.",
)
def forgets_one_minus_a(dA, Z, activation):
    return dA * (sigmoid(Z) if activation == "sigmoid" else SLOPES[activation](Z))


@mistake(
    "activation_backward",
    "dA is multiplied by Z where the activation is the identity, whose slope is 1.",
)
def bends_the_identity(dA, Z, activation):
    return dA * (Z if activation == "identity" else SLOPES[activation](Z))


@mistake(
    "activation_backward",
    "The slope of {always} is taken whatever the activation; choose it by the name.",
    always=["relu", "tanh", "sigmoid"],
)
def knows_one_activation(dA, Z, activation, *, always):
    return dA * SLOPES[always](Z)


@mistake(
    "activation_backward",
    "The slopes of tanh and sigmoid have changed places.",
)
def swaps_tanh_and_sigmoid(dA, Z, activation):
    other = {"tanh": "sigmoid", "sigmoid": "tanh"}.get(activation, activation)
    return dA * SLOPES[other](Z)


@mistake(
    "activation_backward",
    "For ReLU a yes or no comes back, whether Z is above 0; multiply dA by it.",
)
def returns_relus_condition(dA, Z, activation):
    return Z > 0 if activation == "relu" else dA * SLOPES[activation](Z)


@mistake(
    "activation_backward",
    "Below 0 a slope of {leak} is left, as a leaky ReLU has; that of ReLU is 0.",
    leak=[0.01, 0.1],
)
def lets_relu_leak(dA, Z, activation, *, leak):
    slope = np.where(Z > 0, 1, leak) if activation == "relu" else SLOPES[activation](Z)
    return dA * slope


@mistake(
    "activation_backward",
    "dA is divided by the slope; going back it is multiplied by it.",
)
def divides_by_the_slope(dA, Z, activation):
    slope = SLOPES[activation](Z)
    return dA / np.where(slope == 0, 1, slope)


@mistake(
    "activation_backward",
    "dA itself is changed, as dA[Z <= 0] = 0 does, or handed back: make a new array.",
)
def changes_da_in_place(dA, Z, activation):
    if activation == "relu":
        dA[Z <= 0] = 0
        return dA
    return dA * SLOPES[activation](Z)


def run(params, X, activations, keep=lambda A, Z, A_next: (A, Z), add=None):
    """Return output and caches; `keep` chooses what of a layer is kept."""
    A, caches = X, []
    for at, name in enumerate(activations, 1):
        W, b = params[f"W{at}"], params[f"b{at}"]
        Z = add(W, A, b) if add else W @ A + b
        caches.append(keep(A, Z, FUNCTIONS[name](Z)))
        A = FUNCTIONS[name](Z)
    return A, caches


@mistake(
    "deep_forward",
    "A cache holds what the layer put out; it is to hold what the layer read, (A_prev, Z).",
)
def keeps_the_output_of_the_layer(params, X, activations):
    return run(params, X, activations, lambda A, Z, A_next: (A_next, Z))


@mistake(
    "deep_forward",
    "A cache is (A_prev, Z); here Z is first.",
)
def keeps_z_first(params, X, activations):
    return run(params, X, activations, lambda A, Z, A_next: (Z, A))


@mistake(
    "deep_forward",
    "A cache has the activations on both sides of the layer; the second part is Z, before the activation.",
)
def keeps_both_activations(params, X, activations):
    return run(params, X, activations, lambda A, Z, A_next: (A, A_next))


@mistake(
    "deep_forward",
    "Only Z is kept; what the layer read is due as well, a pair (A_prev, Z).",
)
def keeps_z_alone(params, X, activations):
    return run(params, X, activations, lambda A, Z, A_next: Z)


@mistake(
    "deep_forward",
    "A cache is a dict; it is a pair (A_prev, Z).",
)
def keeps_dicts(params, X, activations):
    return run(params, X, activations, lambda A, Z, A_next: {"A_prev": A, "Z": Z})


@mistake(
    "deep_forward",
    "A cache holds the parameters too; it is a pair (A_prev, Z), and params has the rest.",
)
def keeps_parameters_too(params, X, activations):
    AL, caches = run(params, X, activations)
    return AL, [
        (A, params[f"W{at}"], params[f"b{at}"], Z)
        for at, (A, Z) in enumerate(caches, 1)
    ]


@mistake(
    "deep_forward",
    "The caches are in a dict; they are a list, that of layer l at index l - 1.",
)
def keeps_caches_in_a_dict(params, X, activations):
    AL, caches = run(params, X, activations)
    return AL, dict(enumerate(caches, 1))


@mistake(
    "deep_forward",
    "What is kept as Z was changed by the ReLU, in place: make a new array of it.",
)
def overwrites_z_in_place(params, X, activations):
    _, caches = run(params, X, activations)
    bent = [
        (A, relu(Z) if name == "relu" else Z)
        for (A, Z), name in zip(caches, activations, strict=True)
    ]
    return FUNCTIONS[activations[-1]](caches[-1][1]), bent


@mistake(
    "deep_forward",
    "The activation is applied twice in each layer: A = g(Z).",
)
def bends_twice(params, X, activations):
    A, caches = X, []
    for at, name in enumerate(activations, 1):
        Z = params[f"W{at}"] @ A + params[f"b{at}"]
        caches.append((A, Z))
        A = FUNCTIONS[name](FUNCTIONS[name](Z))
    return A, caches


@mistake(
    "deep_forward",
    "The last layer's cache is missing: every layer leaves one.",
)
def leaves_out_the_last_cache(params, X, activations):
    AL, caches = run(params, X, activations)
    return AL, caches[:-1]


@mistake(
    "deep_forward",
    "The caches begin with the last layer; layer l's is at index l - 1.",
)
def keeps_caches_backwards(params, X, activations):
    AL, caches = run(params, X, activations)
    return AL, caches[::-1]


@mistake(
    "deep_forward",
    "The caches come first and the output second; return (AL, caches).",
)
def returns_the_caches_first(params, X, activations):
    return run(params, X, activations)[::-1]


@mistake(
    "deep_forward",
    "The output has not gone through the last activation.",
)
def leaves_the_output_unbent(params, X, activations):
    _, caches = run(params, X, activations)
    return caches[-1][1], caches


@mistake(
    "deep_forward",
    "The last layer has the sigmoid whatever its name; take the activation that is listed.",
)
def ends_with_a_sigmoid(params, X, activations):
    return run(params, X, [*activations[:-1], "sigmoid"])


@mistake(
    "deep_forward",
    "The first activation serves all layers; layer l has the name at index l - 1.",
)
def takes_the_first_activation_for_all(params, X, activations):
    return run(params, X, [activations[0]] * len(activations))


@mistake(
    "deep_forward",
    "The activations are one layer late: layer l has the name at index l - 1, not l - 2.",
)
def shifts_the_activations(params, X, activations):
    return run(params, X, [activations[-1], *activations[:-1]])


@mistake(
    "deep_forward",
    "The activations are one layer early: layer l has the name at index l - 1, not l.",
)
def takes_the_next_activation(params, X, activations):
    return run(params, X, [*activations[1:], activations[0]])


@mistake(
    "deep_forward",
    "Hidden layers have ReLU and the last the sigmoid, whatever is listed; take the names.",
)
def takes_relus_and_a_sigmoid(params, X, activations):
    return run(params, X, ["relu"] * (len(activations) - 1) + ["sigmoid"])


@mistake(
    "deep_forward",
    "The activations run backwards: layer 1 has the first name.",
)
def reads_activations_backwards(params, X, activations):
    return run(params, X, activations[::-1])


@mistake(
    "deep_forward",
    "Nothing bends between the layers: apply the activation of each.",
)
def never_bends(params, X, activations):
    return run(params, X, ["identity"] * len(activations))


@mistake(
    "deep_forward",
    "The biases are missing: Z = W A_prev + b.",
)
def leaves_out_the_biases(params, X, activations):
    return run(params, X, activations, add=lambda W, A, b: W @ A)


@mistake(
    "deep_forward",
    "The biases run along the samples; keep b a column, so that each belongs to a unit.",
)
def adds_biases_along_the_samples(params, X, activations):
    return run(params, X, activations, add=lambda W, A, b: W @ A + b.ravel())


@mistake(
    "deep_forward",
    "The parameters are taken in the dict's order; find each layer's by name.",
)
def reads_parameters_in_order(params, X, activations):
    values = iter(params.values())
    named = {
        f"{letter}{at + 1}": next(values)
        for at in range(len(params) // 2)
        for letter in "Wb"
    }
    return run(named, X, activations)


@mistake(
    "deep_forward",
    "The names are sorted as text, where W10 comes before W2: count the layers.",
)
def sorts_names_as_text(params, X, activations):
    count = len(params) // 2
    order = sorted(range(1, count + 1), key=str)
    named = {
        f"{letter}{at}": params[f"{letter}{name}"]
        for at, name in enumerate(order, 1)
        for letter in "Wb"
    }
    return run(named, X, activations)


@mistake(
    "deep_forward",
    "Every layer reads X; a layer reads what the one before it put out.",
)
def feeds_the_input_to_every_layer(params, X, activations):
    caches = []
    for at in range(1, len(activations) + 1):
        Z = params[f"W{at}"] @ X + params[f"b{at}"]
        caches.append((X, Z))
    return FUNCTIONS[activations[-1]](Z), caches


@mistake(
    "deep_forward",
    "The next layer reads Z; it reads g(Z).",
)
def hands_on_the_sums(params, X, activations):
    A, caches = X, []
    for at in range(1, len(activations) + 1):
        Z = params[f"W{at}"] @ A + params[f"b{at}"]
        caches.append((A, Z))
        A = Z
    return FUNCTIONS[activations[-1]](Z), caches


def back(AL, Y, params, caches, activations, lam, **how):
    """Return the gradients, with one thing done otherwise.

    start: the slope at the last sum. slope(Z, name): of an activation.
    pull(W, m): what the penalty adds to dW. keep(dA, slope): the slope at Z.
    """
    m, last, grads = Y.shape[1], len(activations), {}
    slope = how.get("slope", lambda Z, name: SLOPES[name](Z))
    pull = how.get("pull", lambda W, m: lam / m * W)
    dZ = how.get("start", lambda: AL - Y)()
    for layer in range(last, 0, -1):
        A_prev, W = caches[layer - 1][0], params[f"W{layer}"]
        dA_prev, dW, db = products(dZ, A_prev, W)
        grads[f"dW{layer}"], grads[f"db{layer}"] = dW + pull(W, m), db
        if layer > 1:
            Z, name = caches[layer - 2][1], activations[layer - 2]
            dZ = how.get("down", np.multiply)(dA_prev, slope(Z, name))
    return grads


@mistake(
    "deep_backward",
    "The penalty pulls the biases too; it is for weights only.",
)
def penalizes_the_biases(AL, Y, params, caches, activations, lam=0.0):
    grads = back(AL, Y, params, caches, activations, lam)
    m = Y.shape[1]
    return grads | {
        name: grad + lam / m * params[name[1:]]
        for name, grad in grads.items()
        if name.startswith("db")
    }


@mistake(
    "deep_backward",
    "The penalty is forgotten: each dW has lam / m times W besides.",
)
def forgets_the_penalty(AL, Y, params, caches, activations, lam=0.0):
    return back(AL, Y, params, caches, activations, 0.0)


@mistake(
    "deep_backward",
    "The penalty adds lam times W; it is lam / m, because the cost has lam / (2m).",
)
def forgets_m_in_the_penalty(AL, Y, params, caches, activations, lam=0.0):
    return back(AL, Y, params, caches, activations, lam, pull=lambda W, m: lam * W)


@mistake(
    "deep_backward",
    "The penalty adds lam / (2m) times W; the square's 2 cancels the 2, so it is lam / m.",
)
def halves_the_penalty(AL, Y, params, caches, activations, lam=0.0):
    return back(AL, Y, params, caches, activations, lam / 2)


@mistake(
    "deep_backward",
    "The penalty adds its own value to every entry; what is due is its slope, lam / m times W.",
)
def adds_the_value_of_the_penalty(AL, Y, params, caches, activations, lam=0.0):
    return back(
        AL,
        Y,
        params,
        caches,
        activations,
        lam,
        pull=lambda W, m: lam / (2 * m) * np.sum(W**2),
    )


@mistake(
    "deep_backward",
    "The penalty is subtracted; it is added to the gradient, and the step subtracts both.",
)
def subtracts_the_penalty(AL, Y, params, caches, activations, lam=0.0):
    return back(AL, Y, params, caches, activations, -lam)


@mistake(
    "deep_backward",
    "The penalty adds twice what is due: the 2 of the square cancels the 2 below it, lam / m times W is left.",
)
def doubles_the_penalty(AL, Y, params, caches, activations, lam=0.0):
    return back(AL, Y, params, caches, activations, 2 * lam)


@mistake(
    "deep_backward",
    "The penalty adds lam / m times the sign of W; that belongs to the sum of sizes. For squares it is W itself.",
)
def adds_the_sign_of_the_weights(AL, Y, params, caches, activations, lam=0.0):
    return back(
        AL, Y, params, caches, activations, lam, pull=lambda W, m: lam / m * np.sign(W)
    )


@mistake(
    "deep_backward",
    "The first layer's weights are not penalized; all weight matrices are.",
)
def spares_the_first_layer(AL, Y, params, caches, activations, lam=0.0):
    grads = back(AL, Y, params, caches, activations, lam)
    return grads | {"dW1": grads["dW1"] - lam / Y.shape[1] * params["W1"]}


@mistake(
    "deep_backward",
    "Only the last layer's weights are penalized; all weight matrices are.",
)
def penalizes_the_last_layer_alone(AL, Y, params, caches, activations, lam=0.0):
    grads = back(AL, Y, params, caches, activations, 0.0)
    name = f"dW{len(activations)}"
    pull = lam / Y.shape[1] * params[name[1:]]
    return grads | {name: grads[name] + pull}


@mistake(
    "deep_backward",
    "The slope at A is passed down as that at Z: multiply by the slope of the hidden activation.",
)
def skips_the_hidden_slopes(AL, Y, params, caches, activations, lam=0.0):
    return back(AL, Y, params, caches, activations, lam, slope=lambda Z, name: 1.0)


@mistake(
    "deep_backward",
    "All hidden layers are taken for {always}; each has the activation of its name.",
    always=["tanh", "relu", "sigmoid"],
)
def takes_one_activation_for_all(
    AL, Y, params, caches, activations, lam=0.0, *, always
):
    return back(
        AL, Y, params, caches, activations, lam, slope=lambda Z, name: SLOPES[always](Z)
    )


@mistake(
    "deep_backward",
    "AL - Y is the slope at the last sum already: a(1 - a) cancelled against cross-entropy's.",
)
def goes_through_the_sigmoid_again(AL, Y, params, caches, activations, lam=0.0):
    return back(
        AL, Y, params, caches, activations, lam, start=lambda: (AL - Y) * AL * (1 - AL)
    )


@mistake(
    "deep_backward",
    "AL - Y goes through the last sigmoid's slope; it is the slope at the last sum already.",
)
def takes_al_minus_y_for_da(AL, Y, params, caches, activations, lam=0.0):
    slope = SLOPES["sigmoid"](caches[-1][1])
    return back(AL, Y, params, caches, activations, lam, start=lambda: (AL - Y) * slope)


@mistake(
    "deep_backward",
    "A small number, {eps}, keeps the division from failing, and the slope is wrong where the sigmoid has rounded: take AL - Y.",
    eps=[1e-5, 1e-7, 1e-8],
)
def adds_a_small_number_to_the_divisor(
    AL, Y, params, caches, activations, lam=0.0, *, eps
):
    dA = -Y / (AL + eps) + (1 - Y) / (1 - AL + eps)
    slope = SLOPES["sigmoid"](caches[-1][1])
    return back(AL, Y, params, caches, activations, lam, start=lambda: dA * slope)


@mistake(
    "deep_backward",
    "This is the slope of a squared error, 2 (AL - Y) AL (1 - AL); that of cross-entropy at the last sum is AL - Y.",
)
def takes_the_squared_error(AL, Y, params, caches, activations, lam=0.0):
    return back(
        AL, Y, params, caches, activations, lam,
        start=lambda: 2 * (AL - Y) * AL * (1 - AL),
    )  # fmt: skip


@mistake(
    "deep_backward",
    "All hidden layers get the slope of the first activation; layer l has the name at index l - 1.",
)
def takes_the_first_activation_for_every_slope(
    AL, Y, params, caches, activations, lam=0.0
):
    first = [activations[0]] * len(activations)
    return back(AL, Y, params, caches, first, lam)


@mistake(
    "deep_backward",
    "The gradients come in a list; return a dict, with dW1 and db1 for W1 and b1.",
)
def returns_a_list(AL, Y, params, caches, activations, lam=0.0):
    grads = back(AL, Y, params, caches, activations, lam)
    return [(grads[f"dW{at}"], grads[f"db{at}"]) for at in range(1, len(caches) + 1)]


@mistake(
    "deep_backward",
    "Where AL has rounded to 0 or 1, cross-entropy's slope divides by 0; take AL - Y, where that has cancelled.",
)
def divides_by_zero_at_the_output(AL, Y, params, caches, activations, lam=0.0):
    def start():
        dA = -Y / AL + (1 - Y) / (1 - AL)
        return dA * AL * (1 - AL)

    return back(AL, Y, params, caches, activations, lam, start=start)


@mistake(
    "deep_backward",
    "Clipped to {eps}, AL keeps the division from failing, and the slope is 0 where the sigmoid has rounded: take AL - Y.",
    eps=[1e-7, 1e-8, 1e-10, 1e-12, 1e-15],
    slope_of=["AL", "Z"],
)
def clips_the_output(AL, Y, params, caches, activations, lam=0.0, *, eps, slope_of):
    def start():
        A, right = np.clip(AL, eps, 1 - eps), AL * (1 - AL)
        slope = right if slope_of == "AL" else SLOPES["sigmoid"](caches[-1][1])
        return (-Y / A + (1 - Y) / (1 - A)) * slope

    return back(AL, Y, params, caches, activations, lam, start=start)


@mistake(
    "deep_backward",
    "Cross-entropy's slope at AL is used as that at the last sum: multiply by the sigmoid's, and it becomes AL - Y.",
)
def stops_before_the_sigmoid(AL, Y, params, caches, activations, lam=0.0):
    return back(
        AL,
        Y,
        params,
        caches,
        activations,
        lam,
        start=lambda: (AL - Y) / (AL * (1 - AL)),
    )


@mistake(
    "deep_backward",
    "Y - AL points downhill; the gradient points uphill: AL - Y.",
)
def takes_y_minus_al(AL, Y, params, caches, activations, lam=0.0):
    return back(AL, Y, params, caches, activations, lam, start=lambda: Y - AL)


@mistake(
    "deep_backward",
    "The error is divided by m at the start and again at the weights: once is the mean.",
)
def divides_by_m_twice(AL, Y, params, caches, activations, lam=0.0):
    return back(
        AL, Y, params, caches, activations, lam, start=lambda: (AL - Y) / Y.shape[1]
    )


@mistake(
    "deep_backward",
    "dW and db are sums over the samples; the cost is a mean, so divide by m.",
)
def sums_over_the_samples(AL, Y, params, caches, activations, lam=0.0):
    m = Y.shape[1]
    return back(AL, Y, params, caches, activations, lam, start=lambda: m * (AL - Y))


@mistake(
    "deep_backward",
    "The slope of a hidden activation is taken at A; it is due at Z.",
)
def takes_hidden_slopes_at_a(AL, Y, params, caches, activations, lam=0.0):
    return back(
        AL,
        Y,
        params,
        caches,
        activations,
        lam,
        slope=lambda Z, name: SLOPES[name](FUNCTIONS[name](Z)),
    )


@mistake(
    "deep_backward",
    "The labels are cut to 0 or 1; a label between the two counts as it is.",
)
def hardens_the_labels(AL, Y, params, caches, activations, lam=0.0):
    return back(AL, Y, params, caches, activations, lam, start=lambda: AL - (Y > 0.5))


@mistake(
    "deep_backward",
    "The activations are one layer off: what is below layer l has the name at index l - 2.",
)
def takes_the_activation_of_the_layer_above(
    AL, Y, params, caches, activations, lam=0.0
):
    return back(AL, Y, params, caches, [*activations[1:], "sigmoid"], lam)


@mistake(
    "deep_backward",
    "The layers are counted from 0: the gradient of W1 is dW1.",
)
def counts_layers_from_zero(AL, Y, params, caches, activations, lam=0.0):
    grads = back(AL, Y, params, caches, activations, lam)
    return {f"{name[:2]}{int(name[2:]) - 1}": grad for name, grad in grads.items()}


@mistake(
    "deep_backward",
    "The gradients have the parameters' names; the gradient of W1 is dW1.",
)
def forgets_the_d_in_the_names(AL, Y, params, caches, activations, lam=0.0):
    grads = back(AL, Y, params, caches, activations, lam)
    return {name[1:]: grad for name, grad in grads.items()}


@mistake(
    "deep_backward",
    "The first layer is missing: go down to layer 1, whose dW1 and db1 are due as well.",
)
def stops_before_the_first_layer(AL, Y, params, caches, activations, lam=0.0):
    grads = back(AL, Y, params, caches, activations, lam)
    return {name: grad for name, grad in grads.items() if name[2:] != "1"}


@mistake(
    "deep_backward",
    "Going down, the weights have been penalized or updated already: go back through the W of the forward pass.",
)
def goes_back_through_updated_weights(AL, Y, params, caches, activations, lam=0.0):
    m, dZ, grads = Y.shape[1], AL - Y, {}
    for layer in range(len(activations), 0, -1):
        W = params[f"W{layer}"]
        _, dW, db = products(dZ, caches[layer - 1][0], W)
        grads[f"dW{layer}"], grads[f"db{layer}"] = dW + lam / m * W, db
        if layer > 1:
            dA_prev = (W - grads[f"dW{layer}"]).T @ dZ
            dZ = dA_prev * SLOPES[activations[layer - 2]](caches[layer - 2][1])
    return grads


@mistake(
    "deep_backward",
    "dA_prev is divided by m in each layer, so a layer further down has one 1/m more: only dW and db are means.",
)
def divides_by_m_in_each_layer(AL, Y, params, caches, activations, lam=0.0):
    m = Y.shape[1]
    return back(
        AL, Y, params, caches, activations, lam, down=lambda dA, slope: dA * slope / m
    )


EQUIVALENT = {
    "linear_backward": {
        "- m = dZ.shape[1]\n+ m = A_prev.shape[1]": "both have a column a sample",
        "- m = dZ.shape[1]\n+ m = dZ.shape[-1]": "the same axis, counted from the end",
        "- dW = dZ @ A_prev.T / m  # (n_l, m) (m, n_{l-1})\n"
        "+ dW = dZ @ (A_prev.T / m)": "the same product, divided earlier",
        "- db = dZ.sum(axis=1, keepdims=True) / m\n"
        "+ db = dZ.sum(axis=-1, keepdims=True) / m": "the same axis, counted from the end",
    },
    "deep_backward": {
        "- m, grads = Y.shape[1], {}\n"
        "+ m, grads = (Y.shape[-1], {})": "the same axis, counted from the end",
        "- if layer > 1:\n+ if layer >= 1:": "below layer 1 nothing is used: one more slope is computed, and let go",
        "- if layer > 1:\n+ if layer != 1:": "layers are counted from 1",
        "- if layer > 1:\n+ if True:": "below layer 1 nothing is used: one more slope is computed, and let go",
        "- if layer > 1:\n+ if layer > 0:": "below layer 1 nothing is used: one more slope is computed, and let go",
        "- if layer > 1:\n+ if layer > -1:": "below layer 1 nothing is used: one more slope is computed, and let go",
        "- if layer > 1:\n+ if layer > 0.5:": "below layer 1 nothing is used: one more slope is computed, and let go",
        "- Z, activation = caches[layer - 2][1], activations[layer - 2]\n"
        "+ Z, activation = (caches[layer - 2][-1], activations[layer - 2])": "of a pair",
        '- grads[f"dW{layer}"], grads[f"db{layer}"] = dW + lam / m * W, db\n'
        "- if layer > 1:\n"
        "+ if layer > 1:\n"
        "+ grads[f'dW{layer}'], grads[f'db{layer}'] = (dW + lam / m * W, db)": "two steps in either order",
    },
}
