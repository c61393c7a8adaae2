"""Wrong answers to training in NumPy: the grader rejects, the dojo names."""

import numpy as np

from dojo.grading import mistake
from solutions.ch1_foundations.k07_weight_init import init_params
from solutions.ch1_foundations.k12_deep_backprop import deep_backward, deep_forward


def step(params, grads, lr):
    return {name: value - lr * grads[f"d{name}"] for name, value in params.items()}


@mistake(
    "update_params",
    "The step goes uphill: the gradient is subtracted, not added.",
)
def steps_uphill(params, grads, lr):
    return step(params, grads, -lr)


@mistake(
    "update_params",
    "The gradient is subtracted whole; the learning rate says how much of it.",
)
def forgets_the_learning_rate(params, grads, lr):
    return step(params, grads, 1.0)


@mistake(
    "update_params",
    "The gradient is divided by the learning rate; it is multiplied by it.",
)
def divides_by_the_learning_rate(params, grads, lr):
    return step(params, grads, 1 / lr)


@mistake(
    "update_params",
    "What comes back is the step alone; the parameters less the step are due.",
)
def returns_the_steps(params, grads, lr):
    return {name: -lr * grads[f"d{name}"] for name in params}


@mistake(
    "update_params",
    "Only the weights take a step: biases have gradients too.",
)
def leaves_the_biases(params, grads, lr):
    new = step(params, grads, lr)
    return {
        name: new[name] if name.startswith("W") else value.copy()
        for name, value in params.items()
    }


@mistake(
    "update_params",
    "The parameters come back without a step.",
)
def takes_no_step(params, grads, lr):
    return {name: value.copy() for name, value in params.items()}


@mistake(
    "update_params",
    "Gradients are matched to parameters by their order; the gradient of W1 is dW1.",
)
def matches_by_order(params, grads, lr):
    return {
        name: value - lr * np.resize(grad, value.shape)
        for (name, value), grad in zip(params.items(), grads.values(), strict=False)
    }


@mistake(
    "update_params",
    "The new parameters have the gradients' names; W1 stays W1.",
)
def names_them_after_the_gradients(params, grads, lr):
    return {f"d{name}": value for name, value in step(params, grads, lr).items()}


@mistake(
    "update_params",
    "Only the sign of the gradient is used; its size counts too.",
)
def uses_the_sign_alone(params, grads, lr):
    return {
        name: value - lr * np.sign(grads[f"d{name}"]) for name, value in params.items()
    }


@mistake(
    "update_params",
    "A network of two layers is taken for granted; go through all parameters.",
)
def updates_two_layers(params, grads, lr):
    names = [name for name in ("W1", "b1", "W2", "b2") if name in params]
    return params | {name: params[name] - lr * grads[f"d{name}"] for name in names}


@mistake(
    "update_params",
    "The parameters that were given are changed in place, as `-=` does: make new arrays.",
)
def changes_the_given_arrays(params, grads, lr):
    for name in params:
        params[name] -= lr * grads[f"d{name}"]
    return params


@mistake(
    "update_params",
    "The last layer takes no step: layers count from 1 to L, and range(1, L) ends before "
    "L.",
)
def passes_over_the_last_layer(params, grads, lr):
    layers = range(1, len(params) // 2)
    moved = step(params, grads, lr)
    return {
        name: moved[name] if int(name[1:]) in layers else value.copy()
        for name, value in params.items()
    }


def cross_entropy(AL, Y):
    return float(-np.mean(Y * np.log(AL) + (1 - Y) * np.log(1 - AL)))


def penalty(params, lam, m):
    total = sum(np.sum(W**2) for name, W in params.items() if name.startswith("W"))
    return lam / (2 * m) * float(total)


def first_params(hp, seed=None):
    rng = np.random.default_rng(hp.seed if seed is None else seed)
    return init_params(
        hp.layer_dims, "relu" if "relu" in hp.activations else "tanh", rng
    )


def one_step(params, X, Y, hp, lr, lam):
    """Return the parameters after a step with the right gradients."""
    AL, caches = deep_forward(params, X, hp.activations)
    return step(params, deep_backward(AL, Y, params, caches, hp.activations, lam), lr)


def train(X, Y, hp, **how):
    """Return parameters and costs, with one thing done otherwise."""
    params = how.get("start", first_params)(hp)
    move = how.get("move", one_step)
    cost = how.get(
        "cost", lambda AL, Y, p: cross_entropy(AL, Y) + penalty(p, hp.lam, Y.shape[1])
    )
    lr, lam, costs = how.get("lr", hp.learning_rate), how.get("lam", hp.lam), []
    for _ in range(hp.iterations):
        AL, _ = deep_forward(params, X, hp.activations)
        costs.append(cost(AL, Y, params))
        params = move(params, X, Y, hp, lr, lam)
    return params, costs


@mistake(
    "fit",
    "The cost is measured after the step; entry i is the cost before it.",
)
def measures_after_the_step(X, Y, hp):
    params, costs = train(X, Y, hp)
    AL, _ = deep_forward(params, X, hp.activations)
    last = cross_entropy(AL, Y) + penalty(params, hp.lam, Y.shape[1])
    return params, [*costs, last][1:] if costs else costs


@mistake(
    "fit",
    "One cost too many: the cost after the last step has no iteration of its own.",
)
def measures_once_more_at_the_end(X, Y, hp):
    params, costs = train(X, Y, hp)
    AL, _ = deep_forward(params, X, hp.activations)
    return params, [*costs, cross_entropy(AL, Y) + penalty(params, hp.lam, Y.shape[1])]


@mistake(
    "fit",
    "The costs leave the penalty out; it is part of the cost, lam / (2m) times the squared weights.",
)
def leaves_the_penalty_out_of_the_cost(X, Y, hp):
    return train(X, Y, hp, cost=lambda AL, Y, p: cross_entropy(AL, Y))


@mistake(
    "fit",
    "The penalty counts the biases too; it is for weights only.",
)
def counts_the_biases_in_the_cost(X, Y, hp):
    def cost(AL, Y, p):
        total = sum(float(np.sum(value**2)) for value in p.values())
        return cross_entropy(AL, Y) + hp.lam / (2 * Y.shape[1]) * total

    return train(X, Y, hp, cost=cost)


@mistake(
    "fit",
    "The penalty is not divided by the number of samples: it is lam / (2m).",
)
def forgets_m_in_the_penalty(X, Y, hp):
    def cost(AL, Y, p):
        return cross_entropy(AL, Y) + penalty(p, hp.lam, 1)

    return train(X, Y, hp, cost=cost)


@mistake(
    "fit",
    "The losses are summed in the cost; they are averaged over the samples.",
)
def sums_the_losses(X, Y, hp):
    def cost(AL, Y, p):
        return Y.shape[1] * cross_entropy(AL, Y) + penalty(p, hp.lam, Y.shape[1])

    return train(X, Y, hp, cost=cost)


@mistake(
    "fit",
    "The costs are squared errors; the cost is cross-entropy, with the penalty.",
)
def measures_the_squared_error(X, Y, hp):
    def cost(AL, Y, p):
        return float(np.mean((AL - Y) ** 2)) + penalty(p, hp.lam, Y.shape[1])

    return train(X, Y, hp, cost=cost)


@mistake(
    "fit",
    "The costs are shares of wrong labels; the cost is cross-entropy, with the penalty.",
)
def measures_the_share_of_errors(X, Y, hp):
    def cost(AL, Y, p):
        return float(np.mean((AL > 0.5) != Y)) + penalty(p, hp.lam, Y.shape[1])

    return train(X, Y, hp, cost=cost)


@mistake(
    "fit",
    "The penalty in the costs is twice what is due: it is lam / (2m) times the squared weights.",
)
def forgets_the_half_of_the_penalty(X, Y, hp):
    def cost(AL, Y, p):
        return cross_entropy(AL, Y) + penalty(p, 2 * hp.lam, Y.shape[1])

    return train(X, Y, hp, cost=cost)


@mistake(
    "fit",
    "The steps know nothing of the penalty: hand lam on to the gradients.",
)
def leaves_the_penalty_out_of_the_steps(X, Y, hp):
    return train(X, Y, hp, lam=0.0)


@mistake(
    "fit",
    "The steps go uphill: the gradient is subtracted.",
)
def climbs(X, Y, hp):
    return train(X, Y, hp, lr=-hp.learning_rate)


@mistake(
    "fit",
    "The learning rate is divided by m besides; the gradients are means already.",
)
def divides_the_step_by_m(X, Y, hp):
    return train(X, Y, hp, lr=hp.learning_rate / X.shape[1])


@mistake(
    "fit",
    "A learning rate of {rate} is built in; take the one in hp.",
    rate=[0.1, 0.01, 1.0],
)
def builds_in_a_learning_rate(X, Y, hp, *, rate):
    return train(X, Y, hp, lr=rate)


@mistake(
    "fit",
    "Every iteration starts again from the first weights; go on from where the last step ended.",
)
def starts_again_every_time(X, Y, hp):
    params, costs = first_params(hp), []
    for _ in range(hp.iterations):
        start = first_params(hp)
        AL, _ = deep_forward(start, X, hp.activations)
        costs.append(cross_entropy(AL, Y) + penalty(start, hp.lam, Y.shape[1]))
        params = one_step(start, X, Y, hp, hp.learning_rate, hp.lam)
    return params, costs


@mistake(
    "fit",
    "The parameters never change: assign what update_params returns.",
)
def never_changes_the_parameters(X, Y, hp):
    return train(X, Y, hp, move=lambda params, *_: params)


def updated_one_by_one(params, X, Y, hp, lr, lam):
    """Return the parameters where each layer steps before the one below goes back."""
    new = dict(params)
    for layer in range(len(hp.activations), 0, -1):
        # What the last layer's error meets on its way down has taken its step already.
        AL, caches = deep_forward(params, X, hp.activations)
        grads = deep_backward(AL, Y, new, caches, hp.activations, lam)
        for name in (f"W{layer}", f"b{layer}"):
            new[name] = params[name] - lr * grads[f"d{name}"]
    return new


@mistake(
    "fit",
    "Layers take their steps one by one, while the slope is still on its way down: find all gradients first, then update.",
)
def updates_while_going_back(X, Y, hp):
    return train(X, Y, hp, move=updated_one_by_one)


def updated_in_turns(params, X, Y, hp, lr, lam):
    """Return the parameters where each one's gradient is found anew."""
    for name in params:
        AL, caches = deep_forward(params, X, hp.activations)
        grads = deep_backward(AL, Y, params, caches, hp.activations, lam)
        params = params | {name: params[name] - lr * grads[f"d{name}"]}
    return params


@mistake(
    "fit",
    "The parameters are updated in turns, each with a gradient at what the others have become: all take the step from the same place.",
)
def updates_in_turns(X, Y, hp):
    return train(X, Y, hp, move=updated_in_turns)


def updated_in_halves(params, X, Y, hp, lr, lam):
    half = X.shape[1] // 2
    for part in (slice(0, half), slice(half, None)):
        params = one_step(params, X[:, part], Y[:, part], hp, lr, lam)
    return params


@mistake(
    "fit",
    "Each half of the samples has a step of its own; an iteration is one step with all samples.",
)
def steps_half_by_half(X, Y, hp):
    return train(X, Y, hp, move=updated_in_halves)


@mistake(
    "fit",
    "The steps have a memory, {beta} of the last one; plain gradient descent has none.",
    beta=[0.9, 0.5],
)
def adds_momentum(X, Y, hp, *, beta):
    before = {}

    def move(params, X, Y, hp, lr, lam):
        new = one_step(params, X, Y, hp, lr, lam)
        for name in params:
            step = params[name] - new[name] + beta * before.get(name, 0.0)
            before[name], new[name] = step, params[name] - step
        return new

    return train(X, Y, hp, move=move)


@mistake(
    "fit",
    "The learning rate shrinks from step to step, {how}; it is the same in every iteration.",
    how=["1 / (1 + i)", "1 / sqrt(1 + i)", "0.99^i", "0.9^i"],
)
def shrinks_the_learning_rate(X, Y, hp, *, how):
    count = [0]

    def move(params, X, Y, hp, lr, lam):
        i = count[0]
        count[0] += 1
        factors = {"1 / (1 + i)": 1 / (1 + i), "1 / sqrt(1 + i)": (1 + i) ** -0.5}
        factors |= {"0.99^i": 0.99**i, "0.9^i": 0.9**i}
        return one_step(params, X, Y, hp, lr * factors[how], lam)

    return train(X, Y, hp, move=move)


def updated_sample_by_sample(params, X, Y, hp, lr, lam):
    for i in range(X.shape[1]):
        params = one_step(params, X[:, [i]], Y[:, [i]], hp, lr, lam)
    return params


@mistake(
    "fit",
    "Each sample has a step of its own; an iteration is one step with all samples.",
)
def steps_sample_by_sample(X, Y, hp):
    return train(X, Y, hp, move=updated_sample_by_sample)


@mistake(
    "fit",
    "Only the last layer learns; every layer takes a step.",
)
def trains_the_last_layer_alone(X, Y, hp):
    last = str(len(hp.activations))

    def move(params, *rest):
        new = one_step(params, *rest)
        return params | {name: new[name] for name in new if name[1:] == last}

    return train(X, Y, hp, move=move)


@mistake(
    "fit",
    "The biases never learn; they take the same step as the weights.",
)
def trains_the_weights_alone(X, Y, hp):
    def move(params, *rest):
        new = one_step(params, *rest)
        return params | {name: new[name] for name in new if name.startswith("W")}

    return train(X, Y, hp, move=move)


@mistake(
    "fit",
    "The last step is missing: an iteration measures the cost and then takes a step.",
)
def leaves_out_the_last_step(X, Y, hp):
    _, costs = train(X, Y, hp)
    rounds = range(max(hp.iterations - 1, 0))
    params = first_params(hp)
    for _ in rounds:
        params = one_step(params, X, Y, hp, hp.learning_rate, hp.lam)
    return params, costs


@mistake(
    "fit",
    "The number of iterations is {rounds} whatever hp says.",
    rounds=[100],
)
def builds_in_the_iterations(X, Y, hp, *, rounds):
    params, costs = first_params(hp), []
    for _ in range(rounds):
        AL, _ = deep_forward(params, X, hp.activations)
        costs.append(cross_entropy(AL, Y) + penalty(params, hp.lam, Y.shape[1]))
        params = one_step(params, X, Y, hp, hp.learning_rate, hp.lam)
    return params, costs


@mistake(
    "fit",
    "All weights begin at 0, so all units of a layer stay equal for ever: draw them.",
)
def starts_at_zero(X, Y, hp):
    return train(
        X, Y, hp, start=lambda hp: {k: 0 * v for k, v in first_params(hp).items()}
    )


@mistake(
    "fit",
    "The weights begin at the same value, so all units of a layer stay equal for ever: draw them.",
)
def starts_with_equal_weights(X, Y, hp):
    def start(hp):
        return {
            name: np.full_like(value, 1 / np.sqrt(value.shape[1]))
            if name[0] == "W"
            else value
            for name, value in first_params(hp).items()
        }

    return train(X, Y, hp, start=start)


def scaled(hp, scale):
    """Return first weights of another standard deviation."""
    rng, params = np.random.default_rng(hp.seed), {}
    for at in range(1, len(hp.layer_dims)):
        n_in, n_out = hp.layer_dims[at - 1 : at + 1]
        params[f"W{at}"] = scale(n_in, n_out) * rng.standard_normal((n_out, n_in))
        params[f"b{at}"] = np.zeros((n_out, 1))
    return params


def spread(call, result):
    """Return how often the standard deviation of large matrices doubles 1/sqrt(n_in)."""
    params = result[0] if isinstance(result, tuple) else result
    if not isinstance(params, dict):
        return []
    large = [name for name in sorted(params) if np.size(params[name]) > 99]
    stds = [np.std(params[name]) * np.sqrt(params[name].shape[1]) for name in large]
    return [round(float(np.log2(std))) if std > 0 else 0 for std in stds]


@mistake(
    "fit",
    "The first weights have a standard deviation of 1 whatever the number of inputs: scale them with sqrt(1 / n_in).",
    view=spread,
)
def starts_with_a_std_of_one(X, Y, hp):
    return train(X, Y, hp, start=lambda hp: scaled(hp, lambda n_in, n_out: 1.0))


@mistake(
    "fit",
    "The first weights have a standard deviation of {std} whatever the number of inputs: scale them with sqrt(1 / n_in).",
    view=spread,
    std=[0.01, 0.1],
)
def starts_with_small_weights(X, Y, hp, *, std):
    return train(X, Y, hp, start=lambda hp: scaled(hp, lambda n_in, n_out: std))


@mistake(
    "fit",
    "The first weights are scaled by the number of outputs, W's rows; what a sum has is n_in terms, W's columns.",
    view=spread,
)
def scales_by_the_outputs(X, Y, hp):
    return train(X, Y, hp, start=lambda hp: scaled(hp, lambda n_in, n_out: n_out**-0.5))


@mistake(
    "fit",
    "The biases are drawn like weights; they begin at 0.",
)
def draws_the_biases(X, Y, hp):
    def start(hp):
        rng = np.random.default_rng(hp.seed + 1)
        return {
            name: rng.standard_normal(value.shape) if name[0] == "b" else value
            for name, value in first_params(hp).items()
        }

    return train(X, Y, hp, start=start)


@mistake(
    "fit",
    "Layers have the same draws, as after a generator that is made anew for each with the "
    "same seed: make one before the loop.",
)
def seeds_each_layer_anew(X, Y, hp):
    def start(hp):
        params = first_params(hp)
        for at in range(1, len(hp.layer_dims)):
            shape = params[f"W{at}"].shape
            draws = np.random.default_rng(hp.seed).standard_normal(shape)
            params[f"W{at}"] = draws / np.sqrt(shape[1])
        return params

    return train(X, Y, hp, start=start)


@mistake(
    "fit",
    "The draws have a seed of their own, 0; take hp.seed.",
)
def ignores_the_seed(X, Y, hp):
    return train(X, Y, hp, start=lambda hp: first_params(hp, seed=0))


@mistake(
    "fit",
    "The global generator is seeded and drawn from; make one of fit's own, np.random.default_rng(hp.seed).",
)
def seeds_the_global_generator(X, Y, hp):
    np.random.seed(hp.seed)
    return train(
        X, Y, hp, start=lambda hp: first_params(hp, seed=np.random.randint(2**31))
    )


@mistake(
    "fit",
    "The costs come as an array; they are a list.",
)
def returns_an_array_of_costs(X, Y, hp):
    params, costs = train(X, Y, hp)
    return params, np.array(costs)


@mistake(
    "fit",
    "The costs come first and the parameters second; return (params, costs).",
)
def returns_the_costs_first(X, Y, hp):
    return train(X, Y, hp)[::-1]


@mistake(
    "fit",
    "Only the parameters come back; the costs are due as well.",
)
def returns_parameters_alone(X, Y, hp):
    return train(X, Y, hp)[0]


@mistake(
    "fit",
    "Of the costs one comes back, the last or the first: note one in each iteration.",
)
def keeps_a_single_cost(X, Y, hp):
    params, costs = train(X, Y, hp)
    return params, costs[-1:]


def outputs(params, X, activations):
    return deep_forward(params, X, activations)[0]


@mistake(
    "predict",
    "At the threshold itself 1 comes back; 1 is for outputs above it.",
)
def includes_the_threshold(params, X, activations, threshold=0.5):
    return (outputs(params, X, activations) >= threshold).astype(int)


@mistake(
    "predict",
    "A threshold of 1/2 is built in; compare with the one that is given.",
)
def ignores_the_threshold(params, X, activations, threshold=0.5):
    return (outputs(params, X, activations) > 0.5).astype(int)


@mistake(
    "predict",
    "Probabilities come back; a label is 0 or 1.",
)
def returns_probabilities(params, X, activations, threshold=0.5):
    return outputs(params, X, activations)


@mistake(
    "predict",
    "True and False come back; labels are integers, 0 and 1.",
)
def returns_booleans(params, X, activations, threshold=0.5):
    return outputs(params, X, activations) > threshold


@mistake(
    "predict",
    "The labels are -1 and 1; they are 0 and 1.",
)
def labels_with_minus_one(params, X, activations, threshold=0.5):
    return np.where(outputs(params, X, activations) > threshold, 1, -1)


@mistake(
    "predict",
    "The labels are floats; they are integers, 0 and 1.",
)
def returns_floats(params, X, activations, threshold=0.5):
    return (outputs(params, X, activations) > threshold).astype(float)


@mistake(
    "predict",
    "The labels have lost an axis; they are a row, (1, m).",
)
def drops_an_axis(params, X, activations, threshold=0.5):
    return (outputs(params, X, activations) > threshold).astype(int).ravel()


@mistake(
    "predict",
    "The labels stand in a column; a column is a sample, so they are a row, (1, m).",
)
def returns_a_column(params, X, activations, threshold=0.5):
    return (outputs(params, X, activations) > threshold).astype(int).T


@mistake(
    "predict",
    "The labels are the wrong way round: 1 is for outputs above the threshold.",
)
def turns_the_labels_round(params, X, activations, threshold=0.5):
    return (outputs(params, X, activations) <= threshold).astype(int)


@mistake(
    "predict",
    "The sums before the last sigmoid are compared with the threshold, which is a probability.",
)
def compares_the_logits(params, X, activations, threshold=0.5):
    _, caches = deep_forward(params, X, activations)
    return (caches[-1][1] > threshold).astype(int)


EQUIVALENT = {
    "fit": {
        '- hidden = "relu" if "relu" in hp.activations else "tanh"': "the weights of either rule have a spread that the docstring allows",
        "- loss = bce_cost_from_logits(caches[-1][1], Y)\n"
        "+ loss = bce_cost_from_logits(caches[-1][-1], Y)": "of a pair",
        "- costs.append(loss + l2_cost(params, hp.lam, Y.shape[1]))\n"
        "+ costs.append(loss + l2_cost(params, hp.lam, Y.shape[-1]))": "the same axis, counted from the end",
        "- costs.append(loss + l2_cost(params, hp.lam, Y.shape[1]))\n"
        "+ costs.append(loss + l2_cost(params, hp.lam, X.shape[1]))": "X and Y have a column a sample",
        "- costs.append(loss + l2_cost(params, hp.lam, Y.shape[1]))\n"
        "+ costs.append(loss + l2_cost(params, hp.lam, AL.shape[1]))": "AL and Y have a column a sample",
    },
}
